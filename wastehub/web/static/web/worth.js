/** What one more tonne of room is worth, region by region. */
import "./map.js";
import { fillRegions, pointAtRegions, submitOnChange } from "./choropleth.js";
import { pageData } from "./page_data.js";

const element = document.querySelector("wh-map");
const { level, regions } = pageData("map-drawn");

element.drawn((map) => fillRegions(map, level, regions));
pointAtRegions(
  element,
  document.getElementById("worth-table"),
  document.getElementById("region-card"),
  [1, 2, 3],
);
submitOnChange(document.getElementById("worth-form"));
