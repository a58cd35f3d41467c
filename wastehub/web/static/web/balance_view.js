/** What a mailed address shows beside the question: where the map stands. */

// Above stands what the map says of a region.
const ROOM_PX = { top: 60, right: 40, bottom: 28, left: 40 };
const VIEW = ["z", "lon", "lat"];

/** The question of the page as it stands in the address bar. */
export function asked() {
  return new URLSearchParams(location.search);
}

/** Writes parameters into the address without loading anything; empty ones go. */
export function remember(values) {
  const query = asked();
  for (const [name, value] of Object.entries(values)) {
    if (value === "") query.delete(name);
    else query.set(name, value);
  }
  history.replaceState(null, "", `${location.pathname}?${query}`);
}

/** The map stands where the address says, and the address follows the map. */
export function keepView(map, box) {
  const [z, lon, lat] = VIEW.map((name) => Number.parseFloat(asked().get(name)));
  if ([z, lon, lat].every(Number.isFinite)) map.jumpTo({ zoom: z, center: [lon, lat] });
  else if (box) map.fitBounds(box, { padding: ROOM_PX, maxZoom: 11, animate: false });
  map.on("moveend", (event) => {
    if (!event.originalEvent) return;
    const { lng, lat: north } = map.getCenter();
    remember({ z: map.getZoom().toFixed(2), lon: lng.toFixed(4), lat: north.toFixed(4) });
  });
}

/** Two maps that move as one. */
export function moveTogether(one, other) {
  let isFollowing = false;
  const follow = (leader, follower) =>
    leader.on("move", () => {
      if (isFollowing) return;
      isFollowing = true;
      follower.jumpTo({ center: leader.getCenter(), zoom: leader.getZoom() });
      isFollowing = false;
    });
  follow(one, other);
  follow(other, one);
}

/** Links and forms that only change the question take the view along. */
export function carryView(form) {
  document.addEventListener("click", ({ target }) => {
    const link = target.closest("a[data-keeps-view]");
    if (!link) return;
    const address = new URL(link.href);
    for (const name of VIEW) {
      if (asked().has(name)) address.searchParams.set(name, asked().get(name));
    }
    link.href = address;
  });
  form.addEventListener("formdata", ({ formData }) => {
    for (const name of [...formData.keys()]) if (!formData.get(name)) formData.delete(name);
    const stays = ["within", "material"].every(
      (name) => (asked().get(name) ?? "") === (formData.get(name) ?? ""),
    );
    for (const name of VIEW) {
      if (stays && asked().has(name)) formData.set(name, asked().get(name));
    }
  });
}
