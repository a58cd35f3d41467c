/** A table whose heads are buttons that sort its rows: numbers by size, names by letter. */

export function sortByHeads(table) {
  for (const button of table.tHead.querySelectorAll("button")) {
    button.addEventListener("click", () => sort(table, button.closest("th")));
  }
}

function sort(table, head) {
  const isDescending = head.getAttribute("aria-sort") !== "descending";
  for (const other of table.tHead.querySelectorAll("th")) other.removeAttribute("aria-sort");
  head.setAttribute("aria-sort", isDescending ? "descending" : "ascending");
  const column = head.cellIndex;
  const isNumber = head.classList.contains("number");
  const turn = isDescending ? -1 : 1;
  const rows = [...table.tBodies[0].rows];
  rows.sort((one, other) => turn * compare(one.cells[column], other.cells[column], isNumber));
  table.tBodies[0].append(...rows);
}

function compare(one, other, isNumber) {
  const [a, b] = [one, other].map((cell) => cell?.textContent.trim() ?? "");
  return isNumber ? size(a) - size(b) : a.localeCompare(b);
}

/** What is not known comes after everything that is. */
function size(text) {
  const number = Number.parseFloat(text.replaceAll(",", "").replace("−", "-"));
  return Number.isNaN(number) ? -1e18 : number;
}
