// @ts-check
/* The clinics a person keeps: in this browser's own storage and nowhere else. The list and "My
   list" share this module, so that each hears of a change at the other. */
const NAME = 'clinic-finder.kept';
const MOST = 50;
const TEXTS = ['id', 'name', 'address', 'far', 'phone', 'number', 'website', 'on'];
/** @typedef {{ id: string, name: string, address: string, far: string, phone: string, number: string, website: string, on: string }} Entry */
/** What is kept of a clinic: of a card, or of a list that was shared.
 * @typedef {Pick<ClinicCard, 'id' | 'name' | 'address' | 'phone' | 'website'> & { distance?: string }} Keepable */

/** @type {Set<() => void>} */
const heard = new Set();
/** @type {(() => void) | null} */
let shower = null;

/**
 * Only texts of known names come out, whatever lies in the storage.
 * @param {any} entry
 * @returns {Entry | null}
 */
function clean(entry) {
  if (!entry || typeof entry !== 'object' || !entry.id || !entry.name) return null;
  return /** @type {Entry} */ (Object.fromEntries(TEXTS.map((name) => [name, typeof entry[name] === 'string' ? entry[name] : ''])));
}

/** @param {Entry[]} entries */
function write(entries) {
  try {
    if (entries.length) window.localStorage.setItem(NAME, JSON.stringify(entries));
    else window.localStorage.removeItem(NAME);
  } catch { /* storage is full or shut: what was kept stays as it was */ }
  tell();
}

function tell() { heard.forEach((hear) => hear()); }

window.addEventListener('storage', (event) => { if (event.key === NAME || event.key === null) tell(); });

/* Some browsers shut their storage; then nothing can be kept, and nothing is offered. */
export function canKeep() {
  try { window.localStorage.getItem(NAME); return true; } catch { return false; }
}

/** @returns {Entry[]} */
export function readKept() {
  try {
    const entries = JSON.parse(window.localStorage.getItem(NAME) || '[]');
    return Array.isArray(entries) ? entries.map(clean).filter((entry) => entry !== null).slice(0, MOST) : [];
  } catch { return []; }
}

/**
 * How far it is stays from the search that told it.
 * @param {Keepable} card
 * @param {string} on
 */
function snapshot(card, on, before = '') {
  return { id: card.id, name: card.name, address: card.address, far: card.distance || before, phone: card.phone ? card.phone.text : '', number: card.phone ? card.phone.href.replace('tel:', '') : '', website: card.website || '', on };
}

/** @param {string} id */
export function isKept(id) { return readKept().some((entry) => entry.id === id); }

/** @param {Keepable} card */
export function keep(card) {
  const today = new Date().toISOString().slice(0, 10);
  write([...readKept().filter((entry) => entry.id !== card.id), snapshot(card, today)].slice(-MOST));
}

/** @param {Keepable[]} cards */
export function keepAll(cards) { cards.forEach(keep); }

/** @param {string} id */
export function drop(id) { write(readKept().filter((entry) => entry.id !== id)); }

export function clear() { write([]); }

/**
 * Bring what is kept up to date with the cards that are shown now.
 * @param {Keepable[]} cards
 */
export function renew(cards) {
  const kept = readKept();
  const today = new Date().toISOString().slice(0, 10);
  const fresh = kept.map((entry) => {
    const card = cards.find((shown) => shown.id === entry.id);
    return card ? snapshot(card, today, entry.far) : entry;
  });
  if (JSON.stringify(fresh) !== JSON.stringify(kept)) write(fresh);
}

/**
 * `hear` is called at each change for as long as `element` is on the page.
 * @param {Element} element
 * @param {() => void} hear
 */
export function onChange(element, hear) {
  const listen = () => { if (element.isConnected) hear(); else heard.delete(listen); };
  heard.add(listen);
}

/** @param {() => void} show */
export function onShow(show) { shower = show; }

export function show() { if (shower) shower(); }
