/** Images that maps are patterned with, drawn here because the style has no sprite. */
import { token } from "./page_data.js";

const TILE_PX = 16;
const ARROW_PX = 24;
const DRAWINGS = { hatch, dotted, arrow };

/** Adds the images in the colours of the present scheme. */
export function addPatterns(map) {
  for (const [id, draw] of Object.entries(DRAWINGS)) {
    if (map.hasImage(id)) map.removeImage(id);
    map.addImage(id, draw(), { pixelRatio: 2 });
  }
}

/** Thin diagonals: what is mostly estimated. */
function hatch() {
  const pen = canvas(TILE_PX);
  pen.strokeStyle = token("ink");
  pen.lineWidth = 1.5;
  for (const shift of [-TILE_PX, 0, TILE_PX]) {
    pen.moveTo(shift, TILE_PX);
    pen.lineTo(shift + TILE_PX, 0);
  }
  pen.stroke();
  return pixels(pen);
}

/** Dots: what is not public. */
function dotted() {
  const pen = canvas(TILE_PX);
  pen.fillStyle = token("muted");
  for (const [x, y] of [
    [4, 4],
    [12, 12],
  ]) {
    pen.beginPath();
    pen.arc(x, y, 1.8, 0, 2 * Math.PI);
    pen.fill();
  }
  return pixels(pen);
}

/** An arrow head that points along its line. */
function arrow() {
  const pen = canvas(ARROW_PX);
  pen.moveTo(6, 4);
  pen.lineTo(20, 12);
  pen.lineTo(6, 20);
  pen.lineTo(10, 12);
  pen.closePath();
  pen.lineJoin = "round";
  pen.lineWidth = 3;
  pen.strokeStyle = token("map-halo");
  pen.stroke();
  pen.fillStyle = token("ink");
  pen.fill();
  return pixels(pen);
}

function canvas(size) {
  return new OffscreenCanvas(size, size).getContext("2d");
}

function pixels(pen) {
  return pen.getImageData(0, 0, pen.canvas.width, pen.canvas.height);
}
