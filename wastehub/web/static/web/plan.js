/** The flows of a plan: width by tonnes, colour by material. */
import "./map.js";
import { points } from "./map.js";
import { LABELS, dots, lineBetween, materialColour, setData } from "./layers.js";
import { pageData, token } from "./page_data.js";
import { boxOf } from "./sphere.js";

const { flows } = pageData("map-drawn");

document.querySelector("wh-map").drawn((map, frame) => {
  const lines = flows.map(({ from, to, ...properties }) => lineBetween(from, to, properties));
  setData(map, "flows", { type: "FeatureCollection", features: lines });
  setData(map, "sources", points(flows.map(({ from, material }) => ({ ...from, material }))));
  setData(map, "sinks", points(flows.map(({ to }) => to)));
  map.addLayer({
    id: "flows",
    type: "line",
    source: "flows",
    layout: { "line-cap": "round" },
    paint: { "line-color": materialColour(frame), "line-opacity": 0.7, "line-width": width() },
  });
  map.addLayer(dots("sinks", "sinks", token("map-demand"), 3.5), LABELS);
  map.addLayer(dots("sources", "sources", materialColour(frame), 5), LABELS);
  const ends = flows.flatMap(({ from, to }) => [from, to]).map(({ lon, lat }) => [lon, lat]);
  if (ends.length) map.fitBounds(boxOf(ends), { padding: 48, maxZoom: 9, animate: false });
});

function width() {
  const largest = Math.sqrt(Math.max(1, ...flows.map((flow) => flow.mass_t)));
  return ["interpolate", ["linear"], ["sqrt", ["get", "mass_t"]], 0, 0.8, largest, 9];
}
