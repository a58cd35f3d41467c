/** Supply and room by region, with what is mostly estimated hatched. */
import "./map.js";
import { BEFORE, among, fillRegions, pointAtRegions, submitOnChange } from "./choropleth.js";
import { pageData } from "./page_data.js";
import { addPatterns } from "./patterns.js";

const element = document.querySelector("wh-map");
const { level, regions } = pageData("map-drawn");
const estimated = Object.keys(regions).filter((adcode) => regions[adcode].estimated);

element.drawn((map) => {
  fillRegions(map, level, regions);
  addPatterns(map);
  map.addLayer(
    {
      id: "estimates",
      type: "fill",
      source: level,
      "source-layer": "regions",
      filter: among(estimated),
      paint: { "fill-pattern": "hatch", "fill-opacity": 0.55 },
    },
    BEFORE,
  );
});

pointAtRegions(
  element,
  document.getElementById("market-table"),
  document.getElementById("region-card"),
  [1, 3, 4, 5, 6],
);
submitOnChange(document.getElementById("market-form"));
