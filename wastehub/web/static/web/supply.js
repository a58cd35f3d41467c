/** A supply and the sites that can take it, with a line to each. */
import "./map.js";
import { points } from "./map.js";
import { LABELS, dots, lineBetween, setData } from "./layers.js";
import { pageData, token } from "./page_data.js";
import { boxOf } from "./sphere.js";

const element = document.querySelector("wh-map");
const { from, to } = pageData("map-drawn");

element.drawn((map, frame) => {
  setData(map, "hauls", {
    type: "FeatureCollection",
    features: to.map((end) => lineBetween(from, end, { id: end.id })),
  });
  setData(map, "takers", points(to));
  setData(map, "site", points([from]));
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
  map.fitBounds(boxOf(ends), { padding: 48, maxZoom: 8, animate: false });
});

if (element.map) {
  element.map.on("click", "takers", (event) => {
    document.getElementById(event.features[0].properties.id)?.scrollIntoView({ block: "center" });
  });
}
