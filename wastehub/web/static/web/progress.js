/** Follows a run and opens its result when it is there. */
const box = document.getElementById("progress");
const bar = box.querySelector("progress");
const stage = box.querySelector("[data-stage]");
const trouble = box.querySelector("[data-trouble]");
const steps = [...box.querySelectorAll("[data-code]")];
const PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 15000;

async function follow(pause_ms) {
  try {
    const answer = await fetch(box.dataset.run, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(String(answer.status));
    show(await answer.json());
    pause_ms = PAUSE_MS;
  } catch {
    trouble.hidden = false;
    pause_ms = Math.min(pause_ms * 2, LONGEST_PAUSE_MS);
  }
  setTimeout(follow, pause_ms, pause_ms);
}

function show(run) {
  trouble.hidden = true;
  if (["done", "failed", "cancelled"].includes(run.status)) {
    location.reload();
    return;
  }
  bar.value = run.done_frac;
  const now = steps.findIndex((step) => step.dataset.code === run.stage);
  steps.forEach((step, place) => {
    step.dataset.state = place === now ? "now" : place < now ? "past" : "next";
  });
  if (now >= 0 && stage.textContent !== steps[now].textContent)
    stage.textContent = steps[now].textContent;
}

setTimeout(follow, PAUSE_MS, PAUSE_MS);
