/** Data that the server wrote into the page as JSON blocks. */
export function pageData(id) {
  const block = document.getElementById(id);
  return block ? JSON.parse(block.textContent) : null;
}

/** A design token of the style sheet, as it is in the present colour scheme. */
export function token(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

export const readsChinese = document.documentElement.lang.startsWith("zh");

export function inLanguage(thing) {
  return readsChinese ? thing.name_zh : thing.name_en || thing.name_zh;
}

export function grouped(number) {
  return Math.round(number).toLocaleString(document.documentElement.lang);
}
