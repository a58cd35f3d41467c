/** Circles on the sphere that the server measures on. */
const RADIUS_KM = 6371.0087714150598;
const CORNERS = 96;

export function circleAround({ lon, lat }, radius_km) {
  const ring = Array.from({ length: CORNERS + 1 }, (_, corner) =>
    destination(lon, lat, radius_km, (2 * Math.PI * corner) / CORNERS),
  );
  return { type: "Feature", properties: {}, geometry: { type: "Polygon", coordinates: [ring] } };
}

export function boxOf(coordinates) {
  const lons = coordinates.map(([lon]) => lon);
  const lats = coordinates.map(([, lat]) => lat);
  return [
    [Math.min(...lons), Math.min(...lats)],
    [Math.max(...lons), Math.max(...lats)],
  ];
}

function destination(lon, lat, distance_km, bearing) {
  const angle = distance_km / RADIUS_KM;
  const phi = radians(lat);
  const sinPhi =
    Math.sin(phi) * Math.cos(angle) + Math.cos(phi) * Math.sin(angle) * Math.cos(bearing);
  const turn = Math.atan2(
    Math.sin(bearing) * Math.sin(angle) * Math.cos(phi),
    Math.cos(angle) - Math.sin(phi) * sinPhi,
  );
  return [lon + degrees(turn), degrees(Math.asin(sinPhi))];
}

const radians = (angle) => (angle * Math.PI) / 180;
const degrees = (angle) => (angle * 180) / Math.PI;
