/** The balance map alone, in a page elsewhere. */
import "./map.js";
import { drawRegions } from "./balance_map.js";
import { keepView } from "./balance_view.js";
import { pageData } from "./page_data.js";

const element = document.querySelector("wh-map");
const drawn = pageData("map-drawn");
drawRegions(element, drawn);
if (element.map) keepView(element.map, drawn.box);
