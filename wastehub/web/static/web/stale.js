/** Matches are out of date: looks again until the server has newer ones or works on them. */
const PAUSE_MS = 1500;
const LONGEST_PAUSE_MS = 15000;

async function look(pause_ms) {
  if (await isStillStale()) setTimeout(look, pause_ms, Math.min(pause_ms * 1.5, LONGEST_PAUSE_MS));
  else location.reload();
}

async function isStillStale() {
  try {
    const text = await (await fetch(location.href, { headers: { Accept: "text/html" } })).text();
    return new DOMParser().parseFromString(text, "text/html").getElementById("stale") !== null;
  } catch {
    return true;
  }
}

setTimeout(look, PAUSE_MS, PAUSE_MS);
