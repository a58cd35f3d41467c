/**
 * GCJ-02, the datum of Chinese street maps: WGS 84 shifted by a public polynomial. The
 * same as wastehub/geodesy.py, to which a test holds it.
 */

const [WEST, EAST, SOUTH, NORTH] = [72.004, 137.8347, 0.8293, 55.8271];
// The Krasovsky 1940 ellipsoid and the polynomial's origin.
const A_M = 6378245;
const E2 = 0.00669342162296594323;
const [ORIGIN_LON, ORIGIN_LAT] = [105, 35];
const DEGREES = 180 / Math.PI;

/** Degrees in GCJ-02 of a point in WGS 84; the same point outside China's box. */
export function toGcj02(lon, lat) {
  if (lon < WEST || lon > EAST || lat < SOUTH || lat > NORTH) return [lon, lat];
  const [x, y] = [lon - ORIGIN_LON, lat - ORIGIN_LAT];
  const phi = lat / DEGREES;
  const curvature = 1 - E2 * Math.sin(phi) ** 2;
  const normal_m = A_M / Math.sqrt(curvature);
  const meridian_m = (normal_m * (1 - E2)) / curvature;
  return [
    lon + (east(x, y) / (normal_m * Math.cos(phi))) * DEGREES,
    lat + (north(x, y) / meridian_m) * DEGREES,
  ];
}

function east(x, y) {
  const smooth = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * Math.sqrt(Math.abs(x));
  const short = 20 * wave(6, x) + 20 * wave(2, x) + 20 * wave(1, x) + 40 * wave(1 / 3, x);
  return smooth + ((short + 150 * wave(1 / 12, x) + 300 * wave(1 / 30, x)) * 2) / 3;
}

function north(x, y) {
  const smooth = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * Math.sqrt(Math.abs(x));
  const short = 20 * wave(6, x) + 20 * wave(2, x) + 20 * wave(1, y) + 40 * wave(1 / 3, y);
  return smooth + ((short + 160 * wave(1 / 12, y) + 320 * wave(1 / 30, y)) * 2) / 3;
}

function wave(halfTurns, angle) {
  return Math.sin(halfTurns * Math.PI * angle);
}
