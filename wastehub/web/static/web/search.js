/** Search: the form, the list and the map move together; the address keeps the state. */
import { Marker } from "../vendor/maplibre-gl/maplibre-gl.mjs";
import "./map.js";
import { points } from "./map.js";
import { LABELS, EMPTY, dots, materialColour, setData } from "./layers.js";
import { pageData, token } from "./page_data.js";
import { boxOf, circleAround } from "./sphere.js";

const element = document.querySelector("wh-map");
const form = document.getElementById("search");
const results = document.getElementById("results");
const clear = document.getElementById("clear-point");
const hint = document.getElementById("point-hint");
const words = element.frame.words;
let pin = null;
let asked = 0;

element.drawn((map, frame) => {
  for (const id of ["around", "found", "lit"]) setData(map, id, EMPTY);
  map.addLayer({
    id: "around",
    type: "fill",
    source: "around",
    paint: { "fill-color": token("accent"), "fill-opacity": 0.07 },
  });
  map.addLayer({
    id: "rim",
    type: "line",
    source: "around",
    paint: { "line-color": token("accent"), "line-width": 1.5 },
  });
  map.addLayer(dots("found", "found", materialColour(frame), 7), LABELS);
  map.addLayer({
    ...dots("lit", "lit", token("accent"), 10),
    paint: {
      "circle-radius": 10,
      "circle-opacity": 0,
      "circle-stroke-color": token("accent"),
      "circle-stroke-width": 3,
    },
  });
  draw({ move: true });
});

function draw({ move }) {
  const { map } = element;
  const found = pageData("found");
  if (!map || !found) return;
  setData(map, "found", points(found.points));
  const circle = found.near ? circleAround(found.near, found.within_km) : null;
  setData(map, "around", circle ?? EMPTY);
  placePin(found.near);
  if (move && circle)
    map.fitBounds(boxOf(circle.geometry.coordinates[0]), { padding: 24, maxZoom: 10 });
}

function placePin(near) {
  clear.hidden = !near;
  if (!near) {
    pin?.remove();
    pin = null;
    return;
  }
  pin ??= newPin(near);
  pin.setLngLat([near.lon, near.lat]);
}

function newPin(near) {
  const made = new Marker({ draggable: true, color: token("accent") });
  made.setLngLat([near.lon, near.lat]).addTo(element.map);
  made.getElement().setAttribute("aria-label", words.chosen);
  made.on("dragend", () => choose(made.getLngLat().wrap()));
  return made;
}

function choose({ lng, lat }) {
  form.elements.lon.value = lng.toFixed(5);
  form.elements.lat.value = lat.toFixed(5);
  form.elements.datum.value = "WGS84";
  form.elements.county.value = "";
  search({ move: true });
}

function forgetPoint() {
  for (const name of ["lon", "lat", "datum", "county"]) form.elements[name].value = "";
}

/** Fetches the same page for the new question and takes its list of results. */
async function search({ move }) {
  const turn = ++asked;
  const address = `${form.action}?${question()}`;
  results.setAttribute("aria-busy", "true");
  let answer = null;
  try {
    answer = await (await fetch(address, { headers: { Accept: "text/html" } })).text();
  } catch {
    location.assign(address);
    return;
  }
  if (turn !== asked) return;
  const page = new DOMParser().parseFromString(answer, "text/html");
  if (page.querySelector(".errorlist")) {
    location.assign(address);
    return;
  }
  results.replaceChildren(...page.getElementById("results").childNodes);
  results.removeAttribute("aria-busy");
  history.replaceState(null, "", address);
  draw({ move });
}

function question() {
  const data = new FormData(form);
  return new URLSearchParams([...data].filter(([, value]) => value !== ""));
}

function light(id) {
  const card = pageData("found")?.cards.find((row) => row.id === id);
  if (element.map?.getSource("lit")) setData(element.map, "lit", card ? points([card]) : EMPTY);
}

form.elements.within_km.addEventListener("input", (event) => {
  document.getElementById("radius").textContent = `${event.target.value} km`;
});
form.elements.within_km.addEventListener("change", () => search({ move: true }));
form.elements.material.addEventListener("change", () => search({ move: false }));
form.elements.county.addEventListener("change", () => {
  for (const name of ["lon", "lat", "datum"]) form.elements[name].value = "";
  search({ move: true });
});
clear.addEventListener("click", () => {
  forgetPoint();
  search({ move: false });
});

for (const kind of ["mouseover", "focusin"]) {
  results.addEventListener(kind, (event) => light(event.target.closest(".result")?.dataset.id));
}
results.addEventListener("mouseleave", () => light(null));

if (element.map) {
  const { map } = element;
  map.getCanvas().style.cursor = "crosshair";
  map.on("mouseenter", "found", () => {
    map.getCanvas().style.cursor = "pointer";
  });
  map.on("mouseleave", "found", () => {
    map.getCanvas().style.cursor = "crosshair";
  });
  map.on("click", (event) => {
    const [hit] = map.getLayer("found")
      ? map.queryRenderedFeatures(event.point, { layers: ["found"] })
      : [];
    if (hit) location.assign(`/supplies/${hit.properties.id}/`);
    else choose(event.lngLat.wrap());
  });
}

if (navigator.geolocation) {
  const locate = document.getElementById("locate");
  locate.hidden = false;
  locate.addEventListener("click", () => {
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => choose({ lng: coords.longitude, lat: coords.latitude }),
      () => {
        hint.textContent = words.no_position;
      },
    );
  });
}
