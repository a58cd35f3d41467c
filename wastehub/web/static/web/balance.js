/** The produce-consume balance on the map: regions, sites, flows, months, two sides. */
import { Popup } from "../vendor/maplibre-gl/maplibre-gl.mjs";
import "./map.js";
import { drawLayers, drawRegions } from "./balance_map.js";
import { runThroughMonths } from "./balance_time.js";
import { asked, carryView, keepView, moveTogether, remember } from "./balance_view.js";
import { pointAtRegions, submitOnChange } from "./choropleth.js";
import { pageData } from "./page_data.js";
import { printMaps } from "./print_map.js";
import { sortByHeads } from "./table_sort.js";

const SWAPPED = [
  "balance-told",
  "balance-figures",
  "balance-past",
  "measures",
  "map-title",
  "legend",
];
const LAYERS = ["sites", "flows"];
const drawn = pageData("map-drawn");
const [element, beside] = document.querySelectorAll("wh-map");
const table = document.getElementById("balance-table");
const regions = drawRegions(element, drawn);
const layers = drawLayers(element, pageData("map-layers"));

if (element.map) {
  keepView(element.map, drawn.box);
  element.map.on("click", open);
  for (const id of [...LAYERS, "choropleth"]) {
    element.map.on("mouseenter", id, () => pointer("pointer"));
    element.map.on("mouseleave", id, () => pointer(""));
  }
  element.map.on("mousemove", "flows", ({ features }) => say(features[0].properties.told));
  switchLayers();
}
if (beside) {
  drawRegions(beside, pageData("map-second"));
  if (beside.map) {
    beside.map.jumpTo({ center: element.map.getCenter(), zoom: element.map.getZoom() });
    moveTogether(element.map, beside.map);
  }
}
for (const one of document.querySelectorAll("wh-map")) {
  pointAtRegions(one, table, document.getElementById("region-card"), columns(), keyOf);
}
sortByHeads(table);
printMaps(document.querySelectorAll("wh-map"));
const form = document.getElementById("balance-form");
submitOnChange(form);
carryView(form);
const time = document.getElementById("time");
if (time) runThroughMonths(time, drawn.words, { shown: showMonth, rested: readAgain });

/** The columns that the card reads out: the table says which. */
function columns() {
  const heads = [...table.tHead.rows[0].cells];
  return heads.filter((head) => "read" in head.dataset).map((head) => head.cellIndex);
}

/** A site tells what it is; a region is gone into. */
function open({ point, lngLat }) {
  const at = (layer) =>
    element.map.getLayer(layer)
      ? element.map.queryRenderedFeatures(point, { layers: [layer] })[0]?.properties
      : null;
  const site = at("sites");
  if (site) new Popup({ maxWidth: "20rem" }).setLngLat(lngLat).setDOMContent(card(site)).addTo(element.map);
  else rowOf(keyOf(at("choropleth")?.adcode))?.querySelector("th a")?.click();
}

function card(site) {
  const made = document.createElement("div");
  made.className = "map-card";
  made.append(worded("strong", site.name), worded("span", site.told));
  if (site.href) made.append(Object.assign(worded("a", drawn.words.open), { href: site.href }));
  return made;
}

function worded(tag, text) {
  return Object.assign(document.createElement(tag), { textContent: text });
}

function say(text) {
  document.getElementById("region-card").textContent = text;
}

function pointer(shape) {
  element.map.getCanvas().style.cursor = shape;
}

/** The row of the table that a region on the map belongs to: its own, or its zone's. */
function keyOf(adcode) {
  return drawn.regions[adcode]?.key ?? adcode;
}

function rowOf(key) {
  return key ? table.querySelector(`tr[data-adcode="${key}"]`) : null;
}

function switchLayers() {
  for (const name of LAYERS) {
    const box = document.getElementById(`show-${name}`);
    if (!box) continue;
    if (asked().has(name)) box.checked = asked().get(name) === "1";
    layers.toggle(name, box.checked);
    box.addEventListener("change", () => {
      layers.toggle(name, box.checked);
      remember({ [name]: box.checked ? "1" : "0" });
    });
  }
}

/** A month comes up: other classes, other figures in the rows that are there. */
function showMonth(place, { groups, legend, whole }) {
  const told = (key) => groups[key]?.[place];
  const next = Object.entries(drawn.regions).map(([adcode, region]) => {
    const { class: code, estimated, told: words } = told(region.key) ?? EMPTY_MONTH;
    return [adcode, { ...region, class: code, estimated, told: words }];
  });
  regions.show(Object.fromEntries(next));
  for (const row of table.querySelectorAll("tr[data-adcode]")) {
    write(row, told(row.dataset.adcode));
  }
  write(table.tFoot?.rows[0], told(whole));
  relabel(legend);
}

const EMPTY_MONTH = { class: "none", estimated: false, told: "", cells: [] };

function write(row, told) {
  if (!row) return;
  const { cells, class: code } = told ?? EMPTY_MONTH;
  for (const cell of row.querySelectorAll("td[data-figure]")) {
    cell.textContent = cells[Number(cell.dataset.figure)] ?? "–";
  }
  for (const cell of row.querySelectorAll("td[data-period]")) cell.textContent = "–";
  const swatch = row.querySelector(".swatch");
  if (swatch) swatch.className = `swatch class-${code}`;
}

function relabel(legend) {
  const list = document.getElementById("legend");
  for (const item of list.querySelectorAll("li[data-class]")) item.remove();
  const items = legend.map(([code, words]) => {
    const item = worded("li", words);
    item.dataset.class = code;
    const swatch = document.createElement("span");
    swatch.className = `swatch class-${code}`;
    item.prepend(swatch);
    return item;
  });
  list.prepend(...items);
}

/** The server says the rest of the month: what crossed borders, what was restated. */
async function readAgain() {
  const address = location.href;
  const answer = await fetch(address);
  if (!answer.ok || address !== location.href) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const id of SWAPPED) swap(document.getElementById(id), page.getElementById(id));
  const read = page.getElementById("balance-table");
  if (read) {
    swap(table.tBodies[0], read.tBodies[0]);
    swap(table.tFoot, read.tFoot);
  }
  layers.show(JSON.parse(page.getElementById("map-layers").textContent));
  choosePeriod(asked().get("period"));
}

function swap(here, there) {
  if (here && there) here.replaceWith(there);
}

function choosePeriod(code) {
  const select = form.elements.period;
  if ([...select.options].some((option) => option.value === code)) select.value = code;
}
