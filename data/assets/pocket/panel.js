// @ts-check
/* The search panel: what is chosen in it, and filters by facts that enough clinics here are known to have. */
import { _, formatNumber, sentenceCase, words } from './texts.js';

/** @typedef {import('./search.js').Asked} Asked */

const LEAST_KNOWN = 0.2;

/**
 * @param {string} selector
 * @returns {HTMLElement}
 */
export function find(selector) {
  const found = document.querySelector(selector);
  if (!(found instanceof HTMLElement)) throw new Error('The page lacks ' + selector);
  return found;
}

export const select = (/** @type {string} */ name) => /** @type {HTMLSelectElement} */ (find('#' + name));
export const check = (/** @type {string} */ name) => /** @type {HTMLInputElement} */ (find('#' + name));

/** @returns {Asked} */
export function readAsked() {
  const within = select('within').value;
  const wanted = Object.fromEntries(Object.keys(words().facts).map((name) => [name, factValue(name)]).filter(([, code]) => code));
  return {
    withinMiles: within.endsWith('min') ? null : Number(within),
    withinMinutes: within.endsWith('min') ? Number.parseInt(within, 10) : null,
    byMinutes: check('by_minutes').checked,
    limit: null,
    treatment: select('treatment').value || null,
    hideUnconfirmed: check('hide_unconfirmed').checked,
    wanted
  };
}

/** @param {string} name */
function factValue(name) {
  const box = document.getElementById('fact_' + name);
  return box instanceof HTMLSelectElement ? box.value : '';
}

/**
 * Lifts what keeps clinics out: a filter by its name, or another choice.
 * @param {string} kind
 * @param {string | number} value
 */
export function choose(kind, value) {
  if (kind === 'unconfirmed') check('hide_unconfirmed').checked = false;
  else if (kind === 'fact') select('fact_' + value).value = '';
  else select(kind).value = String(value);
}

/**
 * Filters by facts that enough clinics here are known to have, or that are chosen.
 * @param {import('./search.js').Result['known']} known
 * @param {() => void} startOver
 */
export function showFacts(known, startOver) {
  const room = find('#facts');
  for (const [name, fact] of Object.entries(words().facts)) {
    const of = known[name];
    const isOffered = factValue(name) || (of && of.known > 0 && of.known >= LEAST_KNOWN * of.clinics);
    let label = document.querySelector('label[for="fact_' + name + '"]');
    if (!isOffered) { label?.parentElement?.remove(); continue; }
    if (!label) {
      const [part, box] = [document.createElement('div'), document.createElement('select')];
      label = Object.assign(document.createElement('label'), { htmlFor: 'fact_' + name });
      box.id = 'fact_' + name;
      box.append(new Option(sentenceCase(fact.anything), ''), ...Object.entries(fact.options).map(([code, said]) => new Option(sentenceCase(said), code)));
      box.addEventListener('change', startOver);
      part.append(label, box);
      room.append(part);
    }
    label.textContent = of ? _("{label} (known for {known} of {count})", { label: fact.label, known: formatNumber(of.known), count: formatNumber(of.clinics) }) : fact.label;
  }
}
