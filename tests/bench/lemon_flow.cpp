// LEMON's network simplex over the arcs of a file, a program of its own.
//
// The file is whole numbers of 64 bits: how many supplies, slots, demands and arcs there
// are; then mass, slot_cap, slot_demand, capacity, and the arcs' supply, slot and cost.
// What it prints is one line of JSON, as flow_process.py does: the seconds are those of
// building the network and solving it, without reading the file.

#include <lemon/network_simplex.h>
#include <lemon/static_graph.h>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

using Number = std::int64_t;
using Column = std::vector<Number>;
using Graph = lemon::StaticDigraph;
using Simplex = lemon::NetworkSimplex<Graph, Number, Number>;

struct Arcs {
  Column mass, slot_cap, slot_demand, capacity, supply, slot, cost;
};

static Column column(std::ifstream& file, Number count) {
  Column read(count);
  file.read(reinterpret_cast<char*>(read.data()), count * sizeof(Number));
  return read;
}

static Arcs arcs_of(const char* path) {
  std::ifstream file(path, std::ios::binary);
  file.exceptions(std::ios::failbit | std::ios::badbit);
  Column counts = column(file, 4);
  Arcs arcs;
  arcs.mass = column(file, counts[0]);
  arcs.slot_cap = column(file, counts[1]);
  arcs.slot_demand = column(file, counts[1]);
  arcs.capacity = column(file, counts[2]);
  arcs.supply = column(file, counts[3]);
  arcs.slot = column(file, counts[3]);
  arcs.cost = column(file, counts[3]);
  return arcs;
}

// Supply -> slot -> demand -> sink; what stays goes to the sink for nothing. A static
// graph, the fastest that LEMON has, wants its arcs by their tail, as they come here.
static Number optimum(const Arcs& arcs) {
  const int supplies = arcs.mass.size(), slots = arcs.slot_cap.size();
  const int demands = arcs.capacity.size(), sink = supplies + slots + demands;
  std::vector<std::pair<int, int>> ends;
  Column cost, room;
  ends.reserve(arcs.cost.size() + sink);
  cost.reserve(arcs.cost.size() + sink);
  room.reserve(arcs.cost.size() + sink);
  auto add = [&](int tail, int head, Number fen, Number most) {
    ends.emplace_back(tail, head);
    cost.push_back(fen);
    room.push_back(most);
  };
  std::size_t arc = 0;
  Number offered = 0;
  for (int supply = 0; supply < supplies; ++supply) {
    for (; arc < arcs.cost.size() && arcs.supply[arc] == supply; ++arc)
      add(supply, supplies + arcs.slot[arc], arcs.cost[arc], arcs.mass[supply]);
    add(supply, sink, 0, arcs.mass[supply]);
    offered += arcs.mass[supply];
  }
  for (int slot = 0; slot < slots; ++slot)
    add(supplies + slot, supplies + slots + arcs.slot_demand[slot], 0,
        arcs.slot_cap[slot]);
  for (int demand = 0; demand < demands; ++demand)
    add(supplies + slots + demand, sink, 0, arcs.capacity[demand]);
  Graph graph;
  graph.build(sink + 1, ends.begin(), ends.end());
  Graph::ArcMap<Number> costs(graph), rooms(graph);
  for (std::size_t row = 0; row < ends.size(); ++row) {
    costs[graph.arc(row)] = cost[row];
    rooms[graph.arc(row)] = room[row];
  }
  Graph::NodeMap<Number> supply_map(graph, 0);
  for (int supply = 0; supply < supplies; ++supply)
    supply_map[graph.node(supply)] = arcs.mass[supply];
  supply_map[graph.node(sink)] = -offered;
  Simplex simplex(graph);
  simplex.costMap(costs).upperMap(rooms).supplyMap(supply_map);
  if (simplex.run() != Simplex::OPTIMAL) throw std::runtime_error("not optimal");
  return simplex.totalCost<Number>();
}

static double peak_mib() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);)
    if (line.rfind("VmHWM:", 0) == 0) return std::stod(line.substr(6)) / 1024;
  return 0;
}

int main(int, char** arguments) {
  Arcs arcs = arcs_of(arguments[1]);
  auto begun = std::chrono::steady_clock::now();
  Number best = optimum(arcs);
  std::chrono::duration<double> taken = std::chrono::steady_clock::now() - begun;
  std::printf("{\"objective\": %lld, \"seconds\": %.6f, \"peak_mib\": %.1f}\n",
              static_cast<long long>(best), taken.count(), peak_mib());
}
