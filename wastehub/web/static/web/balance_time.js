/** The slider that runs through the months: colours, figures and address follow it. */
import { remember } from "./balance_view.js";

const STEP_MS = 800;
const CALM_STEP_MS = 1600;
const REST_MS = 600;

/**
 * ``shown(place, told)`` is called with every month as it comes up, ``rested()`` when the
 * slider has stood still for a while.
 */
export function runThroughMonths(box, words, { shown, rested }) {
  const slider = box.querySelector("input");
  const button = box.querySelector("button");
  const output = box.querySelector("output");
  const isCalm = matchMedia("(prefers-reduced-motion: reduce)");
  let told = null;
  let playing = null;
  let resting = null;

  const load = async () => {
    told ??= fetch(box.dataset.months).then((answer) => answer.json());
    return told;
  };
  const show = async () => {
    const months = await load();
    const place = Number(slider.value);
    slider.setAttribute("aria-valuetext", months.words[place]);
    output.textContent = months.words[place];
    remember({ period: months.months[place] });
    shown(place, months);
    clearTimeout(resting);
    if (!playing) resting = setTimeout(rested, REST_MS);
  };
  const pause = () => {
    clearInterval(playing);
    playing = null;
    button.setAttribute("aria-pressed", "false");
    button.querySelector("span").textContent = words.play;
    clearTimeout(resting);
    resting = setTimeout(rested, REST_MS);
  };
  const step = () => {
    if (slider.value === slider.max) return pause();
    slider.stepUp();
    return show();
  };
  const play = () => {
    if (slider.value === slider.max) slider.value = slider.min;
    playing = setInterval(step, isCalm.matches ? CALM_STEP_MS : STEP_MS);
    button.setAttribute("aria-pressed", "true");
    button.querySelector("span").textContent = words.pause;
    show();
  };
  button.addEventListener("click", () => (playing ? pause() : play()));
  slider.addEventListener("input", () => {
    if (playing) pause();
    show();
  });
}
