/**
 * <wh-map>: a map of our own tiles, over a base map where the operator names one. `element.map` is the MapLibre map and
 * `element.drawn(paint)` calls `paint(map, frame)` once the frame of borders and labels is
 * there, and again whenever the colour scheme changes.
 */
import { AttributionControl, Map, NavigationControl } from "../vendor/maplibre-gl/maplibre-gl.mjs";
import { basemapSource } from "./basemap.js";
import { FONT } from "./layers.js";
import { inLanguage, pageData, token } from "./page_data.js";

const LABEL_SOURCE = "labels";
// Where the country is loaded its provinces carry the names until so near.
const PREFECTURE_NAMES_FROM_ZOOM = 5;
const WHOLE_OF_SICHUAN = [97.3, 26.0, 108.6, 34.4];

class WasteMap extends HTMLElement {
  #paints = [];
  #isDrawn = false;
  #isLabelled = false;

  connectedCallback() {
    this.frame = pageData("map-frame");
    const box = document.createElement("div");
    box.className = "canvas-box";
    this.prepend(box);
    try {
      this.map = this.#create(box);
    } catch {
      this.#apologise(box);
      return;
    }
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.#restyle());
    this.map.once("style.load", () => this.#paintAll());
    this.map.on("idle", () => this.toggleAttribute("data-idle", this.#isLabelled));
    this.map.on("movestart", () => this.removeAttribute("data-idle"));
  }

  /** Adds something to draw; it is drawn again after a change of the colour scheme. */
  drawn(paint) {
    this.#paints.push(paint);
    if (this.#isDrawn) paint(this.map, this.frame);
  }

  #create(box) {
    const { words, attribution } = this.frame;
    const map = new Map({
      container: box,
      style: frameStyle(this.frame),
      bounds: this.frame.box ?? WHOLE_OF_SICHUAN,
      fitBoundsOptions: {
        padding: {
          top: this.querySelector(".map-hint") ? 52 : 16,
          right: 16,
          bottom: 16,
          left: 16,
        },
      },
      attributionControl: false,
      cooperativeGestures: !this.hasAttribute("data-free"),
      dragRotate: false,
      pitchWithRotate: false,
      maxPitch: 0,
      minZoom: 2,
      maxZoom: 14,
      fadeDuration: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 150,
      locale: {
        "NavigationControl.ZoomIn": words.zoom_in,
        "NavigationControl.ZoomOut": words.zoom_out,
        "CooperativeGesturesHandler.WindowsHelpText": words.hint_wheel,
        "CooperativeGesturesHandler.MacHelpText": words.hint_mac,
        "CooperativeGesturesHandler.MobileHelpText": words.hint_touch,
        "Popup.Close": words.close,
        "AttributionControl.ToggleAttribution": words.credit,
        "Map.Title": this.getAttribute("aria-label") ?? "",
      },
    });
    map.touchZoomRotate.disableRotation();
    map.addControl(new NavigationControl({ showCompass: false }), "bottom-right");
    map.addControl(
      new AttributionControl({ compact: true, customAttribution: attribution }),
      "bottom-left",
    );
    // Folded from the start: on a small map the credit would hide the south.
    map.once("load", () =>
      box.querySelector(".maplibregl-compact-show")?.classList.remove("maplibregl-compact-show"),
    );
    return map;
  }

  #restyle() {
    this.#isDrawn = false;
    this.map.once("style.load", () => this.#paintAll());
    this.map.setStyle(frameStyle(this.frame), { diff: false });
  }

  #paintAll() {
    this.#isDrawn = true;
    for (const paint of this.#paints) paint(this.map, this.frame);
    this.#label();
  }

  async #label() {
    const labels = this.frame.labels.map((row) => ({ ...row, label: inLanguage(row) }));
    await lettersReady(labels.map(({ label }) => label).join(""));
    this.map.getSource(LABEL_SOURCE)?.setData(points(labels));
    this.#isLabelled = true;
  }

  #apologise(box) {
    const words = document.createElement("p");
    words.className = "no-map";
    words.textContent = this.frame.words.no_map;
    box.replaceWith(words);
  }
}

/** MapLibre keeps each glyph as it first drew it, so the font must be there before. */
export async function lettersReady(text) {
  // Without the font the letters are drawn in whatever the machine has.
  await document.fonts.load(`16px "${FONT[0]}"`, text).catch(() => {});
}

/** A tile address that a worker can fetch: MapLibre wants it with its origin. */
export function tiles(path) {
  return { type: "vector", tiles: [location.origin + path], maxzoom: 12 };
}

export function points(rows) {
  return {
    type: "FeatureCollection",
    features: rows.map(({ lon, lat, ...properties }) => ({
      type: "Feature",
      properties,
      geometry: { type: "Point", coordinates: [lon, lat] },
    })),
  };
}

function frameStyle(frame) {
  const isCountry = frame.labels.some(({ level }) => level === "province");
  return {
    version: 8,
    sources: {
      province: { ...tiles(frame.tiles.province), promoteId: "adcode" },
      prefecture: { ...tiles(frame.tiles.prefecture), promoteId: "adcode" },
      county: { ...tiles(frame.tiles.county), promoteId: "adcode" },
      [LABEL_SOURCE]: { type: "geojson", data: points([]) },
      ...(frame.basemap ? { basemap: basemapSource(frame.basemap) } : {}),
    },
    layers: [
      { id: "ground", type: "background", paint: { "background-color": token("map-water") } },
      frame.basemap
        ? { id: "basemap", type: "raster", source: "basemap" }
        : fill("land", "prefecture", { "fill-color": token("map-land") }),
      line("county-borders", "county", 7, [7, 0.3, 11, 1]),
      line("prefecture-borders", "prefecture", 0, [isCountry ? 7 : 5, 0.8, 10, 2]),
      ...(isCountry ? [line("province-borders", "province", 0, [3, 1, 8, 3])] : []),
      labelLayer("prefecture", isCountry ? PREFECTURE_NAMES_FROM_ZOOM : 0),
      ...(isCountry ? [{ ...labelLayer("province", 0), maxzoom: PREFECTURE_NAMES_FROM_ZOOM }] : []),
    ],
  };
}

function fill(id, source, paint) {
  return { id, type: "fill", source, "source-layer": "regions", paint };
}

function line(id, source, minzoom, [fromZoom, thin, toZoom, thick]) {
  const width = ["interpolate", ["linear"], ["zoom"], fromZoom, thin, toZoom, thick];
  return {
    id,
    type: "line",
    source,
    minzoom,
    "source-layer": "regions",
    paint: { "line-color": token("map-border"), "line-width": width },
  };
}

function labelLayer(level, minzoom) {
  return {
    id: `${level}-labels`,
    type: "symbol",
    source: LABEL_SOURCE,
    minzoom,
    filter: ["==", ["get", "level"], level],
    layout: {
      "text-field": ["get", "label"],
      "text-font": FONT,
      "text-size": ["interpolate", ["linear"], ["zoom"], 5, 11, 9, 15],
      "text-max-width": 7,
      "text-padding": 4,
    },
    paint: {
      "text-color": token("map-label"),
      "text-halo-color": token("map-halo"),
      "text-halo-width": 1.4,
    },
  };
}

customElements.define("wh-map", WasteMap);
