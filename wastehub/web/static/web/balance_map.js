/** One map of the balance: regions in classes with their figures, patterns, sites, flows. */
import { lettersReady, points } from "./map.js";
import { BEFORE, among, fillRegions, recolour } from "./choropleth.js";
import { EMPTY, FONT, setData } from "./layers.js";
import { inLanguage, token } from "./page_data.js";
import { addPatterns } from "./patterns.js";

const NAMES = ["prefecture-labels", "province-labels"];
const PATTERNS = { estimates: ["estimated", "hatch", 0.5], hidden: ["hidden", "dotted", 0.9] };
const LARGEST_PX = 12;
const WIDEST_PX = 9;
const NAMES_FROM_ZOOM = 7;
const SITE_NAMES_FROM_ZOOM = 8.5;
const ARC_STEPS = 24;
// How far an arc swings out, as a part of the distance of its ends.
const ARC_SWING = 0.16;

/** Draws the regions; the answer's ``show`` gives them other classes and figures. */
export function drawRegions(element, { level, regions, within }) {
  let shown = regions;
  element.drawn((map) => {
    addPatterns(map);
    fillRegions(map, level, shown);
    for (const [id, [flag, image, opacity]] of Object.entries(PATTERNS)) {
      map.addLayer(pattern(id, level, where(shown, flag), image, opacity), BEFORE);
    }
    for (const id of NAMES) {
      if (map.getLayer(id)) map.setLayoutProperty(id, "visibility", "none");
    }
    for (const outline of ["prefecture", "county"]) map.addLayer(rim(outline, within));
    setData(map, "figures", EMPTY);
    map.addLayer(figures(level));
    write(map, shown);
  });
  return {
    show(next) {
      shown = next;
      const { map } = element;
      if (!map?.getLayer("figures")) return;
      recolour(map, shown);
      for (const [id, [flag]] of Object.entries(PATTERNS)) {
        map.setFilter(id, among(where(shown, flag)));
      }
      write(map, shown);
    },
  };
}

/** Draws sites by size and flows by width; ``show`` gives others, ``toggle`` hides them. */
export function drawLayers(element, { sites, flows }) {
  const data = { sites: sitesData(sites), flows: flowsData(flows) };
  const visible = { sites: true, flows: true };
  element.drawn((map) => {
    setData(map, "flows", data.flows);
    map.addLayer(flowLines(), "figures");
    map.addLayer(flowArrows(), "figures");
    setData(map, "sites", data.sites);
    map.addLayer(siteCircles(), "figures");
    map.addLayer(siteNames());
    for (const name of Object.keys(visible)) apply(name);
  });
  const apply = (name) => {
    for (const id of [name, `${name}-arrows`, `${name}-names`]) {
      if (!element.map?.getLayer(id)) continue;
      element.map.setLayoutProperty(id, "visibility", visible[name] ? "visible" : "none");
    }
  };
  return {
    toggle(name, isVisible) {
      visible[name] = isVisible;
      apply(name);
    },
    show(next) {
      data.sites = sitesData(next.sites);
      data.flows = flowsData(next.flows);
      for (const [id, drawn] of Object.entries(data)) element.map?.getSource(id)?.setData(drawn);
    },
  };
}

function where(regions, flag) {
  return Object.keys(regions).filter((adcode) => regions[adcode][flag]);
}

function pattern(id, level, adcodes, image, opacity) {
  return {
    id,
    type: "fill",
    source: level,
    "source-layer": "regions",
    filter: among(adcodes),
    paint: { "fill-pattern": image, "fill-opacity": opacity },
  };
}

/** The rim of the region that is looked into; a province fills the map anyway. */
function rim(level, within) {
  return {
    id: `rim-${level}`,
    type: "line",
    source: level,
    "source-layer": "regions",
    filter: among([within]),
    layout: { "line-join": "round" },
    paint: { "line-color": token("accent"), "line-width": 2.5 },
  };
}

/** The name of each region with its figure, so that no colour has to be told apart. */
async function write(map, regions) {
  const named = Object.values(regions).filter(({ is_named }) => is_named);
  const rows = named.map((row) => ({
    ...row,
    label: inLanguage(row),
    rank: row.told ? 0 : 1,
  }));
  await lettersReady(rows.map(({ label, told }) => label + told).join(""));
  map.getSource("figures")?.setData(points(rows));
}

/** Counties of which nothing is told are named from near only. */
function figures(level) {
  const fromZoom = level === "county" ? NAMES_FROM_ZOOM : 0;
  return {
    id: "figures",
    type: "symbol",
    source: "figures",
    filter: ["any", ["!=", ["get", "told"], ""], [">=", ["zoom"], fromZoom]],
    layout: {
      "text-field": [
        "format",
        ["get", "label"],
        {},
        ["case", ["==", ["get", "told"], ""], "", "\n"],
        {},
        ["get", "told"],
        { "font-scale": 1.08 },
      ],
      "text-font": FONT,
      "text-size": ["interpolate", ["linear"], ["zoom"], 5, 11, 9, 15],
      "text-max-width": 8,
      "text-padding": 2,
      "text-variable-anchor": ["center", "top", "bottom", "right", "left"],
      "text-radial-offset": 0.4,
      "text-justify": "auto",
      "symbol-sort-key": ["get", "rank"],
    },
    paint: {
      "text-color": ["case", ["==", ["get", "told"], ""], token("map-label"), token("ink")],
      "text-halo-color": token("map-halo"),
      "text-halo-width": 1.6,
    },
  };
}

function sitesData(sites) {
  const largest_t = Math.max(1, ...sites.map(({ mass_t }) => mass_t));
  return points(
    sites.map((site) => ({
      ...site,
      radius_px: 3 + (LARGEST_PX - 3) * Math.sqrt(site.mass_t / largest_t),
    })),
  );
}

/** Who makes it is a full circle, who only takes it a ring: no colour tells them apart. */
function siteCircles() {
  return {
    id: "sites",
    type: "circle",
    source: "sites",
    paint: {
      "circle-radius": ["get", "radius_px"],
      "circle-color": ["case", ["get", "makes"], token("ink"), token("map-halo")],
      "circle-opacity": 0.6,
      "circle-stroke-color": ["case", ["get", "makes"], token("map-halo"), token("ink")],
      "circle-stroke-width": 1.5,
    },
  };
}

function siteNames() {
  return {
    id: "sites-names",
    type: "symbol",
    source: "sites",
    minzoom: SITE_NAMES_FROM_ZOOM,
    layout: {
      "text-field": ["get", "name"],
      "text-font": FONT,
      "text-size": 12,
      "text-max-width": 12,
      "text-variable-anchor": ["top", "bottom", "right", "left"],
      "text-radial-offset": 1.1,
      "text-justify": "auto",
    },
    paint: {
      "text-color": token("ink"),
      "text-halo-color": token("map-halo"),
      "text-halo-width": 1.6,
    },
  };
}

function flowsData(flows) {
  const widest_t = Math.max(1, ...flows.map(({ mass_t }) => mass_t));
  return {
    type: "FeatureCollection",
    features: flows.map(({ from, to, mass_t, told }) => ({
      type: "Feature",
      properties: { told, width_px: 1 + (WIDEST_PX - 1) * Math.sqrt(mass_t / widest_t) },
      geometry: { type: "LineString", coordinates: arc(from, to) },
    })),
  };
}

/** A curve to the right of the straight way, so that there and back stand apart. */
function arc(from, to) {
  const [dx, dy] = [to.lon - from.lon, to.lat - from.lat];
  const bend = {
    lon: (from.lon + to.lon) / 2 + dy * ARC_SWING,
    lat: (from.lat + to.lat) / 2 - dx * ARC_SWING,
  };
  return Array.from({ length: ARC_STEPS + 1 }, (_, step) => {
    const t = step / ARC_STEPS;
    const [a, b, c] = [(1 - t) ** 2, 2 * t * (1 - t), t ** 2];
    return [
      a * from.lon + b * bend.lon + c * to.lon,
      a * from.lat + b * bend.lat + c * to.lat,
    ];
  });
}

function flowLines() {
  return {
    id: "flows",
    type: "line",
    source: "flows",
    layout: { "line-cap": "round" },
    paint: {
      "line-color": token("part-asked"),
      "line-opacity": 0.85,
      "line-width": ["get", "width_px"],
    },
  };
}

function flowArrows() {
  return {
    id: "flows-arrows",
    type: "symbol",
    source: "flows",
    layout: { "symbol-placement": "line-center", "icon-image": "arrow", "icon-allow-overlap": true },
  };
}
