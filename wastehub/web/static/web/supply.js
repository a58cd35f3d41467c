/** A supply and the sites that can take it, with a line to each and a break-even ring. */
import "./map.js";
import { points } from "./map.js";
import { EMPTY, LABELS, dots, lineBetween, setData } from "./layers.js";
import { pageData, token } from "./page_data.js";
import { boxOf, circleAround } from "./sphere.js";

const element = document.querySelector("wh-map");
const { from, to } = pageData("map-drawn");
const first = ringOf(to[0]);

element.drawn((map, frame) => {
  setData(map, "hauls", {
    type: "FeatureCollection",
    features: to.map((end) => lineBetween(from, end, { id: end.id })),
  });
  setData(map, "takers", points(to));
  setData(map, "site", points([from]));
  setData(map, "ring", first);
  map.addLayer({
    id: "ring",
    type: "line",
    source: "ring",
    paint: { "line-color": token("ink"), "line-width": 1.6, "line-dasharray": [3, 2] },
  });
  map.addLayer({
    id: "hauls",
    type: "line",
    source: "hauls",
    paint: { "line-color": token("accent"), "line-width": 1.4, "line-opacity": 0.55 },
  });
  map.addLayer(dots("takers", "takers", token("map-demand"), 5), LABELS);
  map.addLayer(
    dots("site", "site", frame.materials[from.material]?.colour ?? token("accent"), 9),
    LABELS,
  );
  const ends = [from, ...to].map(({ lon, lat }) => [lon, lat]);
  const ring = first.geometry?.coordinates[0] ?? [];
  map.fitBounds(boxOf([...ends, ...ring]), { padding: 48, maxZoom: 8, animate: false });
});

if (element.map) {
  element.map.on("click", "takers", (event) => {
    document.getElementById(event.features[0].properties.id)?.scrollIntoView({ block: "center" });
  });
}

/** How far the lot could travel to a taker that pays as this one does. */
function ringOf(end) {
  return end?.ring_km > 0 ? circleAround(from, end.ring_km) : EMPTY;
}

for (const kind of ["mouseover", "focusin"]) {
  document.addEventListener(kind, (event) => {
    const card = event.target.closest?.(".match");
    const end = card && to.find(({ id }) => id === card.id);
    if (end && element.map?.getSource("ring")) setData(element.map, "ring", ringOf(end));
  });
}
