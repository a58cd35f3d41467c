/** The home map: every site, sized by tonnes, offers filled and wants as rings. */
import "./map.js";
import { tiles } from "./map.js";
import { LABELS } from "./layers.js";
import { openCard } from "./card.js";
import { token } from "./page_data.js";

const LAYERS = ["wants", "offers"];
const element = document.querySelector("wh-map");

element.drawn((map, frame) => {
  map.addSource("facilities", tiles(frame.tiles.facilities));
  map.addLayer(wants(), LABELS);
  map.addLayer(offers(frame), LABELS);
});

if (element.map) {
  element.map.on("click", LAYERS, (event) =>
    openCard(element.map, element.frame, event.features[0]),
  );
  element.map.on("mouseenter", LAYERS, () => pointer("pointer"));
  element.map.on("mouseleave", LAYERS, () => pointer(""));
}

function pointer(shape) {
  element.map.getCanvas().style.cursor = shape;
}

function offers(frame) {
  return circles("offers", "offered_t", {
    "circle-color": colourOfFirstMaterial(frame),
    "circle-opacity": 0.82,
    "circle-stroke-color": token("map-rim"),
    "circle-stroke-width": 1,
  });
}

function wants() {
  return circles("wants", "wanted_t", {
    "circle-color": token("map-demand"),
    "circle-opacity": 0.04,
    "circle-stroke-color": token("map-demand"),
    "circle-stroke-opacity": 0.75,
    "circle-stroke-width": 1.4,
  });
}

function circles(id, property, paint) {
  return {
    id,
    type: "circle",
    source: "facilities",
    "source-layer": "facilities",
    filter: [">", ["coalesce", ["get", property], 0], 0],
    layout: { "circle-sort-key": ["-", 0, ["get", property]] },
    paint: { "circle-radius": radius(property), ...paint },
  };
}

/** Area grows with mass, so the radius grows with its square root. */
function radius(property) {
  const root = ["sqrt", ["get", property]];
  const at = (least_px, scale) => [
    "interpolate",
    ["linear"],
    root,
    0,
    least_px,
    1500,
    least_px + 15 * scale,
    4000,
    least_px + 34 * scale,
  ];
  return ["interpolate", ["linear"], ["zoom"], 3, at(1.2, 0.3), 5, at(3, 0.9), 9, at(3, 1.8)];
}

function colourOfFirstMaterial(frame) {
  const all = ["coalesce", ["get", "offers"], ""];
  const comma = ["index-of", ",", all];
  const first = ["case", ["<", comma, 0], all, ["slice", all, 0, comma]];
  const colours = Object.entries(frame.materials).flatMap(([code, material]) => [
    code,
    material.colour,
  ]);
  return colours.length ? ["match", first, ...colours, token("muted")] : token("muted");
}
