/**
 * A street map under ours, from the server that the operator names.
 *
 * Tiles in GCJ-02 are put together anew from the up to four that a WGS 84 tile overlaps,
 * all moved by the shift at the tile's middle in whole pixels. In Sichuan that is right
 * to 1.4 pixels at every zoom, 11 m at zoom 14; the shift itself is 337 to 446 m.
 */
import { addProtocol } from "../vendor/maplibre-gl/maplibre-gl.mjs";
import { toGcj02 } from "./gcj02.js";

const PROTOCOL = "gcj02";
const TILE_PX = 256;
const DEEPEST_ZOOM = 17;

/** The source of the base map for a style. */
export function basemapSource({ url, datum, attribution }) {
  const isShifted = datum === "GCJ02";
  if (isShifted) addProtocol(PROTOCOL, (asked, aborted) => shifted(url, asked.url, aborted));
  return {
    type: "raster",
    tiles: [isShifted ? `${PROTOCOL}://{z}/{x}/{y}` : url],
    tileSize: TILE_PX,
    maxzoom: DEEPEST_ZOOM,
    attribution,
  };
}

async function shifted(template, address, { signal }) {
  const [z, x, y] = address.slice(`${PROTOCOL}://`.length).split("/").map(Number);
  const [left, top] = corner(z, x, y);
  const pen = new OffscreenCanvas(TILE_PX, TILE_PX).getContext("2d");
  const parts = overlapped(left, top).map(async ([column, row]) => {
    const image = await tile(template, z, column, row, signal);
    if (image) pen.drawImage(image, column * TILE_PX - left, row * TILE_PX - top);
  });
  await Promise.all(parts);
  return { data: pen.canvas.transferToImageBitmap() };
}

/** Where a WGS 84 tile begins on the shifted map, in whole pixels of that zoom. */
function corner(z, x, y) {
  const [lon, lat] = unproject(x + 0.5, y + 0.5, z);
  const [east, south] = project(...toGcj02(lon, lat), z);
  return [east - 0.5, south - 0.5].map((place) => Math.round(place * TILE_PX));
}

function overlapped(left, top) {
  const [columns, rows] = [left, top].map((edge) => {
    const first = Math.floor(edge / TILE_PX);
    return edge % TILE_PX ? [first, first + 1] : [first];
  });
  return columns.flatMap((column) => rows.map((row) => [column, row]));
}

/** A tile that is not there leaves its part empty. */
async function tile(template, z, x, y, signal) {
  const last = 2 ** z - 1;
  if (Math.min(x, y) < 0 || Math.max(x, y) > last) return null;
  const values = { z, x, y };
  const address = template.replace(/\{([zxy])\}/g, (_, name) => values[name]);
  const answer = await fetch(address, { signal, credentials: "omit" });
  return answer.ok ? createImageBitmap(await answer.blob()) : null;
}

/** Web Mercator, in tiles of a zoom. */
function project(lon, lat, z) {
  const sine = Math.sin((lat * Math.PI) / 180);
  return [
    ((lon + 180) / 360) * 2 ** z,
    (0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI)) * 2 ** z,
  ];
}

function unproject(x, y, z) {
  const turn = Math.PI * (1 - (2 * y) / 2 ** z);
  return [(x / 2 ** z) * 360 - 180, (Math.atan(Math.sinh(turn)) * 180) / Math.PI];
}
