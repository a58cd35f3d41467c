/** The open data on the map: regions in classes, and what is confidential in dots. */
import "./map.js";
import { drawRegions } from "./balance_map.js";
import { pointAtRegions, submitOnChange } from "./choropleth.js";
import { pageData } from "./page_data.js";

const element = document.querySelector("wh-map");
const table = document.getElementById("open-table");
const heads = [...table.tHead.rows[0].cells];

drawRegions(element, pageData("map-drawn"));
pointAtRegions(
  element,
  table,
  document.getElementById("region-card"),
  heads.filter((head) => "read" in head.dataset).map((head) => head.cellIndex),
);
submitOnChange(document.getElementById("open-form"));
