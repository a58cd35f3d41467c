/** The choropleth: the server chose each region's class, the style sheet its colour. */
import "./map.js";
import { pageData, token } from "./page_data.js";

const element = document.querySelector("wh-map");
const card = document.getElementById("region-card");
const table = document.getElementById("balance-table");
const { level, regions } = pageData("map-drawn");
const estimated = Object.keys(regions).filter((adcode) => regions[adcode].estimated);

element.drawn((map) => {
  const layer = { source: level, "source-layer": "regions" };
  const before = "county-borders";
  map.addLayer(
    { ...layer, id: "balance", type: "fill", paint: { "fill-color": colours() } },
    before,
  );
  if (!map.hasImage("hatch")) map.addImage("hatch", hatch(), { pixelRatio: 2 });
  map.addLayer(
    {
      ...layer,
      id: "estimates",
      type: "fill",
      filter: among(estimated),
      paint: { "fill-pattern": "hatch", "fill-opacity": 0.55 },
    },
    before,
  );
  map.addLayer({
    ...layer,
    id: "pointed",
    type: "line",
    filter: among([]),
    paint: { "line-color": token("ink"), "line-width": 2.5 },
  });
});

function colours() {
  const pairs = Object.entries(regions).flatMap(([adcode, row]) => [
    adcode,
    token(`scale-${row.class}`),
  ]);
  return pairs.length
    ? ["match", ["get", "adcode"], ...pairs, token("map-land")]
    : token("map-land");
}

function among(adcodes) {
  return ["in", ["get", "adcode"], ["literal", adcodes]];
}

/** Thin diagonals, drawn here because the style has no sprite. */
function hatch() {
  const size = 16;
  const canvas = new OffscreenCanvas(size, size);
  const pen = canvas.getContext("2d");
  pen.strokeStyle = token("ink");
  pen.lineWidth = 1.5;
  for (const shift of [-size, 0, size]) {
    pen.moveTo(shift, size);
    pen.lineTo(shift + size, 0);
  }
  pen.stroke();
  return pen.getImageData(0, 0, size, size);
}

function point(adcode) {
  const row = table.querySelector(`tr[data-adcode="${adcode}"]`);
  if (!row) return;
  const heads = [...table.tHead.rows[0].cells].map((cell) => cell.textContent);
  const [name, ...values] = [...row.cells].map((cell) => cell.textContent.trim());
  const [offered, , capacity, placed, left, share] = values;
  const line = [
    [1, offered],
    [3, capacity],
    [4, placed],
    [5, left],
    [6, share],
  ];
  card.textContent = `${name} · ${line.map(([place, value]) => `${heads[place]} ${value}`).join(" · ")}`;
  if (element.map?.getLayer("pointed")) element.map.setFilter("pointed", among([adcode]));
}

element.map?.on("mousemove", "balance", (event) => point(event.features[0].properties.adcode));
element.map?.on("click", "balance", (event) => point(event.features[0].properties.adcode));
for (const kind of ["mouseover", "focusin"]) {
  table.addEventListener(kind, (event) => {
    const row = event.target.closest("tr[data-adcode]");
    if (row) point(row.dataset.adcode);
  });
}
for (const select of document.querySelectorAll("#balance-form select")) {
  select.addEventListener("change", () => select.form.requestSubmit());
}
