/** Regions in classes of colour: the server chose each class, the style sheet its colour. */
import { token } from "./page_data.js";

export const BEFORE = "county-borders";

/** Adds the filled regions as layer "choropleth", and the outline of the pointed one. */
export function fillRegions(map, level, regions) {
  const layer = { source: level, "source-layer": "regions" };
  // Streets below are to be seen through the colours.
  const opacity = map.getSource("basemap") ? 0.65 : 1;
  const paint = { "fill-color": colours(regions), "fill-opacity": opacity };
  map.addLayer({ ...layer, id: "choropleth", type: "fill", paint }, BEFORE);
  map.addLayer({
    ...layer,
    id: "pointed",
    type: "line",
    filter: among([]),
    paint: { "line-color": token("ink"), "line-width": 2.5 },
  });
}

/** Gives the filled regions other classes. */
export function recolour(map, regions) {
  if (map.getLayer("choropleth")) {
    map.setPaintProperty("choropleth", "fill-color", colours(regions));
  }
}

export function among(adcodes) {
  return ["in", ["get", "adcode"], ["literal", adcodes]];
}

/**
 * Map and table point at each other; the card reads out the cells of some columns.
 * ``keyOf`` tells the row of a region on the map where that is not its adcode.
 */
export function pointAtRegions(element, table, card, columns, keyOf = (adcode) => adcode) {
  const heads = [...table.tHead.rows[0].cells].map((cell) => cell.textContent.trim());
  const point = (adcode) => {
    const row = table.querySelector(`tr[data-adcode="${adcode}"]`);
    if (!row) return;
    const cells = [...row.cells].map((cell) => cell.textContent.trim());
    const words = columns.map((column) => `${heads[column]} ${cells[column]}`);
    card.textContent = [cells[0], ...words].join(" · ");
    if (element.map?.getLayer("pointed")) element.map.setFilter("pointed", among([adcode]));
  };
  for (const kind of ["mousemove", "click"]) {
    element.map?.on(kind, "choropleth", (event) => point(keyOf(event.features[0].properties.adcode)));
  }
  for (const kind of ["mouseover", "focusin"]) {
    table.addEventListener(kind, (event) => {
      const row = event.target.closest("tr[data-adcode]");
      if (row) point(row.dataset.adcode);
    });
  }
}

/** A choice in a form that only shows something takes effect at once. */
export function submitOnChange(form) {
  for (const select of form.querySelectorAll("select")) {
    select.addEventListener("change", () => form.requestSubmit());
  }
}

function colours(regions) {
  const pairs = Object.entries(regions).flatMap(([adcode, row]) => [
    adcode,
    token(`scale-${row.class}`),
  ]);
  return pairs.length
    ? ["match", ["get", "adcode"], ...pairs, token("map-land")]
    : token("map-land");
}
