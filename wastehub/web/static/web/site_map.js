/** One site on the map. */
import "./map.js";
import { points } from "./map.js";
import { LABELS, dots, setData } from "./layers.js";
import { pageData, token } from "./page_data.js";

const { point } = pageData("map-drawn");

document.querySelector("wh-map").drawn((map) => {
  setData(map, "site", points([point]));
  map.addLayer(dots("site", "site", token("accent"), 9), LABELS);
  map.jumpTo({ center: [point.lon, point.lat], zoom: 8 });
});
