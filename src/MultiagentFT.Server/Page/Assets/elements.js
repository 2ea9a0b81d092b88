/**
 * An element. Texts become text nodes, so that nothing a model wrote is markup.
 * @param {string} name tag
 * @param {Object} properties attributes; functions are listeners of the event that the key names; null and false leave the attribute out
 * @param {...(Node|string|null)} children
 */
export function el(name, properties = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (typeof value === "function") element.addEventListener(key, value);
    else if (value !== null && value !== false) element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

/** The element of an id. */
export const byId = (id) => document.getElementById(id);

/** A share in [0, 1] in words, such as 61.2 %. */
export const percent = (share) => `${(share * 100).toFixed(1)} %`;

/** A whole number in [0, count), each as likely. */
export function randomBelow(count) {
  const limit = Math.floor(0x100000000 / count) * count;
  const drawn = new Uint32Array(1);
  do crypto.getRandomValues(drawn); while (drawn[0] >= limit);
  return drawn[0] % count;
}

/** Shows what went wrong, to screen readers too; nothing clears it. */
export function showTrouble(error) {
  if (error?.name === "AbortError") return;
  byId("trouble").textContent = error ? error.message : "";
}
