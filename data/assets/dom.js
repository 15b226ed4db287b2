// @ts-check
/* What our components make elements with. */

/** @typedef {string | number | boolean | null | undefined | Partial<CSSStyleDeclaration> | ((event: MouseEvent) => void)} Attribute */

/**
 * Returns a new element; attributes and children that are none are left out. Of the attributes `text`
 * is what it says, an object its style, and a function hears clicks.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, Attribute>} attributes
 * @param {(Node | string | number | false | null | undefined)[]} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function make(tag, attributes, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === 'text') made.textContent = String(value);
    else if (typeof value === 'function') made.addEventListener('click', /** @type {EventListener} */ (value));
    else if (typeof value === 'object') Object.assign(made.style, value);
    else made.setAttribute(name, value === true ? '' : String(value));
  }
  made.append(.../** @type {(Node | string)[]} */ (children.filter(Boolean)));
  return made;
}

/**
 * Copies an address and says so. Without a secure context there is no clipboard: the address takes the
 * button's place then, to be copied by hand.
 * @param {string} address
 * @param {HTMLButtonElement} button
 * @param {() => void} say
 */
export async function copyAddress(address, button, say) {
  try {
    await navigator.clipboard.writeText(address);
    say();
  } catch {
    const field = make('input', { class: 'link-field', readonly: true, value: address, 'aria-label': button.textContent });
    button.replaceWith(field);
    field.select();
  }
}
