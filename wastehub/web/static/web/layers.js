/** Layers that several pages draw. */
import { token } from "./page_data.js";

/** The layer of names: what is drawn before it stays under the names. */
export const LABELS = "prefecture-labels";

/** Drawn by the browser itself: a style needs no glyphs from anywhere. */
export const FONT = ["Noto Sans SC Variable", "sans-serif"];

export const EMPTY = { type: "FeatureCollection", features: [] };

/** Adds a GeoJSON source, or gives it new data. */
export function setData(map, id, data) {
  const source = map.getSource(id);
  if (source) source.setData(data);
  else map.addSource(id, { type: "geojson", data });
}

export function materialColour(frame) {
  const colours = Object.entries(frame.materials).flatMap(([code, material]) => [
    code,
    material.colour,
  ]);
  return colours.length
    ? ["match", ["get", "material"], ...colours, token("muted")]
    : token("muted");
}

export function dots(id, source, colour, radius_px) {
  return {
    id,
    type: "circle",
    source,
    paint: {
      "circle-color": colour,
      "circle-radius": radius_px,
      "circle-stroke-color": token("map-rim"),
      "circle-stroke-width": 1.5,
    },
  };
}

export function lineBetween(from, to, properties) {
  const coordinates = [
    [from.lon, from.lat],
    [to.lon, to.lat],
  ];
  return { type: "Feature", properties, geometry: { type: "LineString", coordinates } };
}
