/** Supply and room by region, with what is mostly estimated hatched. */
import "./map.js";
import { BEFORE, among, fillRegions, pointAtRegions, submitOnChange } from "./choropleth.js";
import { pageData, token } from "./page_data.js";

const element = document.querySelector("wh-map");
const { level, regions } = pageData("map-drawn");
const estimated = Object.keys(regions).filter((adcode) => regions[adcode].estimated);

element.drawn((map) => {
  fillRegions(map, level, regions);
  if (!map.hasImage("hatch")) map.addImage("hatch", hatch(), { pixelRatio: 2 });
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

pointAtRegions(
  element,
  document.getElementById("market-table"),
  document.getElementById("region-card"),
  [1, 3, 4, 5, 6],
);
submitOnChange(document.getElementById("market-form"));
