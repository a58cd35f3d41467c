/** Shipments that crossed: full lines as it was, broken ones after the exchange. */
import "./map.js";
import { points } from "./map.js";
import { LABELS, dots, lineBetween, setData } from "./layers.js";
import { pageData, token } from "./page_data.js";
import { boxOf } from "./sphere.js";

const { crossings } = pageData("map-drawn");
const element = document.querySelector("wh-map");
const list = document.querySelector(".crossings");
const LINES = ["was", "instead"];

element.drawn((map) => {
  for (const id of LINES) setData(map, id, linesOf(id));
  setData(map, "senders", points(endsOf(0)));
  setData(map, "takers", points(endsOf(1)));
  map.addLayer(line("was", { "line-color": token("ink"), "line-opacity": 0.75 }), LABELS);
  map.addLayer(line("instead", { "line-color": token("accent"), "line-dasharray": [2, 1.4] }), LABELS);
  map.addLayer(dots("senders", "senders", token("accent"), 7), LABELS);
  map.addLayer(dots("takers", "takers", token("map-demand"), 4), LABELS);
  const ends = [...endsOf(0), ...endsOf(1)].map(({ lon, lat }) => [lon, lat]);
  map.fitBounds(boxOf(ends), { padding: 56, maxZoom: 10, animate: false });
});

for (const kind of ["mouseover", "focusin"]) {
  list.addEventListener(kind, ({ target }) => {
    const told = target.closest("[data-crossing]");
    if (told) narrow(["==", ["get", "number"], Number(told.dataset.crossing)]);
  });
}
list.addEventListener("mouseleave", () => narrow(null));
list.addEventListener("focusout", () => narrow(null));

function narrow(filter) {
  for (const id of LINES) if (element.map?.getLayer(id)) element.map.setFilter(id, filter);
}

function linesOf(kind) {
  const features = crossings.flatMap((crossing, number) =>
    crossing[kind].map(([from, to]) => lineBetween(from, to, { number })),
  );
  return { type: "FeatureCollection", features };
}

function endsOf(side) {
  return crossings.flatMap(({ was }) => was.map((ends) => ends[side]));
}

function line(id, paint) {
  return { id, type: "line", source: id, paint: { "line-width": 3, ...paint } };
}
