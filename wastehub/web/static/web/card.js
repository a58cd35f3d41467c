/** The card that opens at a site: built of text nodes, never of markup. */
import { Popup } from "../vendor/maplibre-gl/maplibre-gl.mjs";
import { grouped, inLanguage } from "./page_data.js";

export function openCard(map, frame, feature) {
  const site = feature.properties;
  new Popup({ maxWidth: "20rem", offset: 10 })
    .setLngLat(feature.geometry.coordinates)
    .setDOMContent(siteCard(site, frame))
    .addTo(map);
}

function siteCard(site, frame) {
  const card = element("div", "map-card");
  card.append(element("strong", "", inLanguage(site)));
  const offered = materialNames(site, frame);
  if (offered) card.append(element("span", "small", `${frame.words.offers} ${offered}`));
  if (site.offered_t > 0) card.append(amount(frame, frame.words.offers, site.offered_t, site));
  if (site.wanted_t > 0) card.append(amount(frame, frame.words.wants, site.wanted_t, site));
  const link = element("a", "", frame.words.open);
  link.href = `/facilities/${site.public_id}/`;
  card.append(link);
  return card;
}

function materialNames(site, frame) {
  const codes = (site.offers ?? "").split(",").filter(Boolean);
  return codes.map((code) => frame.materials[code]?.name ?? code).join(" · ");
}

/** Of a site that is not shown in full only the floor of the mass's band is known. */
function amount(frame, verb, mass_t, site) {
  const mass = `${site.is_in_full ? "" : "≥ "}${grouped(mass_t)}`;
  return element("span", "small muted", `${verb} ${mass} ${frame.words.per_year}`);
}

function element(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text) made.textContent = text;
  return made;
}
