/** The flows of a plan: width by tonnes, colour and number by material, arrows to the taker. */
import { Popup } from "../vendor/maplibre-gl/maplibre-gl.mjs";
import "./map.js";
import { tiles } from "./map.js";
import { FONT, LABELS, materialColour } from "./layers.js";
import { grouped, pageData, readsChinese, token } from "./page_data.js";
import { addPatterns } from "./patterns.js";

const { tiles: path, box, numbers, widest_t, widest_px, words } = pageData("map-drawn");
const element = document.querySelector("wh-map");
const legend = document.getElementById("flow-legend");
const LAYERS = ["flows", "flow-ends", "flow-arrows"];
// A whole country's arrows would hide its flows.
const ALL_ARROWS = ["step", ["zoom"], false, 5, true];

element.drawn((map, frame) => {
  map.addSource("flows", tiles(path));
  addPatterns(map);
  map.addLayer(lines(frame), LABELS);
  map.addLayer(ends(), LABELS);
  map.addLayer(arrows(), LABELS);
  narrow();
});

if (element.map) {
  if (box) element.map.fitBounds(box, { padding: 48, maxZoom: 9, animate: false });
  legend.addEventListener("change", narrow);
  element.map.on("click", "flows", (event) => open(event.lngLat, event.features[0].properties));
  element.map.on("mouseenter", "flows", () => pointer("pointer"));
  element.map.on("mouseleave", "flows", () => pointer(""));
}

function narrow() {
  const code = legend.querySelector("input:checked").value;
  const filter = code ? ["==", ["get", "material"], code] : null;
  for (const id of LAYERS) if (element.map.getLayer(id)) element.map.setFilter(id, filter);
}

function pointer(shape) {
  element.map.getCanvas().style.cursor = shape;
}

/** Small flows lie on top of large ones. */
function lines(frame) {
  return {
    id: "flows",
    type: "line",
    source: "flows",
    "source-layer": "flows",
    layout: { "line-cap": "round", "line-sort-key": ["-", 0, ["get", "mass_t"]] },
    paint: { "line-color": materialColour(frame), "line-opacity": 0.7, "line-width": width() },
  };
}

/** Width grows with the root of the mass, as the legend draws it. */
function width() {
  const root = ["sqrt", ["get", "mass_t"]];
  return ["interpolate", ["linear"], root, 0, 0.8, Math.sqrt(Math.max(1, widest_t)), widest_px];
}

/** A circle layer marks the corners of a line: here its two ends. */
function ends() {
  return {
    id: "flow-ends",
    type: "circle",
    source: "flows",
    "source-layer": "flows",
    paint: {
      "circle-color": token("map-demand"),
      "circle-radius": ["interpolate", ["linear"], ["zoom"], 3, 0.8, 6, 2.6],
      "circle-stroke-color": token("map-rim"),
      "circle-stroke-width": ["interpolate", ["linear"], ["zoom"], 3, 0, 6, 1],
    },
  };
}

function arrows() {
  return {
    id: "flow-arrows",
    type: "symbol",
    source: "flows",
    "source-layer": "flows",
    layout: {
      "symbol-placement": "line-center",
      "symbol-sort-key": ["-", 0, ["get", "mass_t"]],
      "icon-image": "arrow",
      "icon-allow-overlap": ALL_ARROWS,
      "text-field": ["coalesce", ["get", ["get", "material"], ["literal", numbers]], ""],
      "text-font": FONT,
      "text-size": 12,
      "text-offset": [0, -1],
      "text-allow-overlap": ALL_ARROWS,
      "text-rotation-alignment": "viewport",
    },
    paint: {
      "text-color": token("ink"),
      "text-halo-color": token("map-halo"),
      "text-halo-width": 1.6,
    },
  };
}

function open(at, flow) {
  const card = document.createElement("div");
  card.className = "map-card";
  card.append(
    line("strong", `${named(flow, "from")} → ${named(flow, "to")}`),
    line("span", `${element.frame.materials[flow.material]?.name ?? flow.material}`),
    line("span", `${grouped(flow.mass_t)} ${words.tonnes} · ${Math.round(flow.distance_km)} km`),
    line("span", named(flow, "route")),
    link(flow.offer),
  );
  new Popup({ maxWidth: "20rem", offset: 10 }).setLngLat(at).setDOMContent(card).addTo(element.map);
}

function named(flow, end) {
  return readsChinese ? flow[`${end}_zh`] : flow[`${end}_en`] || flow[`${end}_zh`];
}

function line(tag, text) {
  const made = document.createElement(tag);
  made.textContent = text;
  return made;
}

function link(offer) {
  const made = line("a", element.frame.words.open);
  made.href = `/supplies/${offer}/`;
  return made;
}
