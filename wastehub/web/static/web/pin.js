/** A pin for a new site: the map is WGS 84, so a click states the datum as well. */
import { Marker } from "../vendor/maplibre-gl/maplibre-gl.mjs";
import "./map.js";
import { token } from "./page_data.js";

const element = document.querySelector("wh-map");
const form = document.getElementById("site");
let pin = null;

function place(at) {
  pin ??= newPin(at);
  pin.setLngLat(at);
}

function newPin(at) {
  const made = new Marker({ draggable: true, color: token("accent") });
  made.setLngLat(at).addTo(element.map);
  made.getElement().setAttribute("aria-label", element.frame.words.chosen);
  made.on("dragend", () => write(made.getLngLat().wrap()));
  return made;
}

function write({ lng, lat }) {
  form.elements.lon.value = lng.toFixed(6);
  form.elements.lat.value = lat.toFixed(6);
  form.elements.datum.value = "WGS84";
  form.dispatchEvent(new Event("change", { bubbles: true }));
}

if (form && element.map) {
  element.map.getCanvas().style.cursor = "crosshair";
  element.map.on("click", (event) => {
    const at = event.lngLat.wrap();
    place(at);
    write(at);
  });
  // Only a WGS 84 entry can be shown at its place; others are converted on the server.
  const { lon, lat, datum } = form.elements;
  const entered = lon.value && lat.value && datum.value === "WGS84";
  if (entered) element.drawn(() => place({ lng: Number(lon.value), lat: Number(lat.value) }));
}
