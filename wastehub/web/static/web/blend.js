/** The mix follows the form: every change asks again, and the address keeps the state. */
const PAUSE_MS = 180;
const form = document.getElementById("site");
const result = document.getElementById("mix");
let asked = 0;
let waiting = 0;

for (const field of form.querySelectorAll("input[data-step]")) slide(field);

form.addEventListener("input", () => later());
form.addEventListener("change", (event) => {
  const { name } = event.target;
  // The pin speaks through the form itself; a point then takes a demand's place.
  if (event.target === form && form.elements.demand) form.elements.demand.value = "";
  if (name === "recipe" || name === "demand") location.assign(`${form.action}?${start()}`);
  else later();
});

/** A slider under a number field; the two move together. */
function slide(field) {
  const slider = document.createElement("input");
  slider.type = "range";
  slider.min = field.dataset.least;
  slider.max = field.dataset.most;
  slider.step = field.dataset.step;
  slider.setAttribute("aria-label", field.labels[0]?.textContent.trim() ?? "");
  follow(slider, field);
  slider.addEventListener("input", () => (field.value = slider.value));
  field.addEventListener("input", () => follow(slider, field));
  field.after(slider);
}

/** An empty field is no limit: its slider then rests at the loose end. */
function follow(slider, field) {
  const loose = field.name.startsWith("lo.") ? slider.min : slider.max;
  slider.value = field.value === "" ? loose : field.value;
}

function later() {
  clearTimeout(waiting);
  if (isPlaceTyped()) waiting = setTimeout(mix, PAUSE_MS);
}

/** Half a point is no question yet: both coordinates, or neither. */
function isPlaceTyped() {
  const { lon, lat } = form.elements;
  const isWhole = [lon, lat].every((field) => field.checkValidity());
  return isWhole && (lon.value === "") === (lat.value === "");
}

/** Another recipe or demand starts with its own limits: only the place goes along. */
function start() {
  const kept = ["recipe", "demand", "lon", "lat", "datum", "within_km"];
  return question(([name]) => kept.includes(name));
}

function question(keep) {
  return new URLSearchParams([...new FormData(form)].filter(keep));
}

/** Fetches the same page for the new question and takes its mix. */
async function mix() {
  const turn = ++asked;
  // Empty fields go along: an empty limit is none, not the recipe's.
  const address = `${form.action}?${question(() => true)}`;
  const from = new URLSearchParams({ start: result.dataset.basis });
  result.setAttribute("aria-busy", "true");
  let page = null;
  try {
    const answer = await fetch(`${address}&${from}`, { headers: { Accept: "text/html" } });
    page = new DOMParser().parseFromString(await answer.text(), "text/html");
  } catch {
    location.assign(address);
    return;
  }
  if (turn !== asked) return;
  const found = page.getElementById("mix");
  if (!found) {
    location.assign(address);
    return;
  }
  showFaults(page);
  result.replaceChildren(...found.childNodes);
  const now = page.getElementById("mix-now");
  document.getElementById("mix-now").replaceChildren(...now.childNodes);
  result.dataset.basis = found.dataset.basis;
  result.removeAttribute("aria-busy");
  history.replaceState(null, "", address);
}

/** Puts each field's faults beside it, and takes away those that are mended. */
function showFaults(page) {
  for (const old of form.querySelectorAll(".errorlist, .form-error:not(.conflict)")) old.remove();
  for (const field of form.querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid");
  for (const list of page.querySelectorAll("#site .errorlist[id]")) {
    const field = document.getElementById(list.id.replace(/_error$/, ""));
    field?.setAttribute("aria-invalid", "true");
    (field?.closest(".field") ?? field?.parentElement)?.append(list);
  }
  const above = page.querySelector("#site .asked > .form-error");
  if (above) form.querySelector(".asked").prepend(above);
}
