/** Maps on paper: what WebGL drew is gone by then, so a plain copy stands in. */

export function printMaps(elements) {
  addEventListener("beforeprint", () => {
    for (const element of elements) copy(element);
  });
}

function copy(element) {
  if (!element.map) return;
  const drawn = element.map.getCanvas();
  const made = element.querySelector("canvas.on-paper") ?? document.createElement("canvas");
  made.className = "on-paper";
  made.width = drawn.width;
  made.height = drawn.height;
  // Drawn anew in this very task: afterwards the browser empties the drawing.
  element.map.redraw();
  made.getContext("2d").drawImage(drawn, 0, 0);
  element.append(made);
}
