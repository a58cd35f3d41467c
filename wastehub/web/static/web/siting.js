/** Candidate sites on the map: filled where they are to be built, and what they take. */
import "./map.js";
import { points } from "./map.js";
import { LABELS, dots, lineBetween, setData } from "./layers.js";
import { pageData, token } from "./page_data.js";
import { boxOf } from "./sphere.js";

const { sites, hauls } = pageData("map-drawn");
const WIDEST_PX = 8;

document.querySelector("wh-map").drawn((map) => {
  const lines = hauls.map(({ from, to, mass_t }) => lineBetween(from, to, { mass_t }));
  setData(map, "hauls", { type: "FeatureCollection", features: lines });
  setData(map, "sources", points(hauls.map(({ from }) => from)));
  setData(map, "sites", points(sites));
  map.addLayer({
    id: "hauls",
    type: "line",
    source: "hauls",
    paint: { "line-color": token("accent"), "line-opacity": 0.5, "line-width": width() },
  });
  map.addLayer(dots("sources", "sources", token("map-demand"), 3), LABELS);
  const colour = ["case", ["get", "is_built"], token("accent"), token("map-land")];
  const site = dots("sites", "sites", colour, 10);
  site.paint["circle-stroke-color"] = token("accent");
  map.addLayer(site);
  map.addLayer(numbers());
  const ends = [...sites, ...hauls.map(({ from }) => from)].map(({ lon, lat }) => [lon, lat]);
  map.fitBounds(boxOf(ends), { padding: 56, maxZoom: 9, animate: false });
});

function width() {
  const largest = Math.sqrt(Math.max(1, ...hauls.map(({ mass_t }) => mass_t)));
  return ["interpolate", ["linear"], ["sqrt", ["get", "mass_t"]], 0, 1, largest, WIDEST_PX];
}

function numbers() {
  return {
    id: "numbers",
    type: "symbol",
    source: "sites",
    layout: {
      "text-field": ["get", "number"],
      "text-font": ["Noto Sans SC Variable", "sans-serif"],
      "text-size": 12,
      "text-allow-overlap": true,
    },
    paint: { "text-color": ["case", ["get", "is_built"], token("accent-ink"), token("ink")] },
  };
}
