// @ts-check
/* The site's map in its frame, which comes later than the list; on a phone the page shows one of both. */
import { find } from './panel.js';
import { readShapes } from './shapes.js';
import { fetchPacked, readColumns } from './tables.js';
import { _, words } from './texts.js';

/** What the frame's own script offers.
 * @typedef {{ set(payload: ClinicMessage): void }} Layer
 * @typedef {Window & { startPocketMap?: (options: import('./texts.js').MapWords, pick: (id: string) => void, fetchShapes: (address: string) => Promise<any>) => Layer }} Inside */

/** @type {Layer | null} */
let layer = null;
let feed = () => {};

/** @param {() => ClinicMessage} build */
export function showOnMap(build) {
  feed = () => { layer?.set(build()); };
  feed();
}

/**
 * @param {(id: string) => void} pick
 * @param {Record<string, string>} hashes address of what is packed -> its hash.
 */
export function startMap(pick, hashes) {
  const frame = /** @type {HTMLIFrameElement} */ (find('#map iframe'));
  const start = () => {
    const inside = /** @type {Inside | null} */ (frame.contentWindow);
    if (layer || !inside?.startPocketMap) return;
    layer = inside.startPocketMap(words().map, pick, (address) => fetchShapes(address, hashes));
    feed();
  };
  frame.addEventListener('load', start);
  start();
  find('#switch button').addEventListener('click', () => turnTo(!document.body.classList.contains('map-first')));
  turnTo(false);
}

/**
 * What is drawn from near alone is not here before it was once looked at with a net; until there is one
 * again the map is without it.
 * @param {string} address
 * @param {Record<string, string>} hashes
 * @returns {Promise<any>}
 */
async function fetchShapes(address, hashes) {
  try {
    if (address in hashes) return readShapes(readColumns(await fetchPacked(address, hashes[address])));
    const reply = await fetch(address);
    if (!reply.ok) throw new Error(address + ' ' + reply.status);
    return await reply.json();
  } catch {
    await new Promise((go) => { window.addEventListener('online', go, { once: true }); });
    return fetchShapes(address, hashes);
  }
}

/** Over whom to call in a crisis nothing stands.
 * @param {boolean} isShown
 */
export function showSwitch(isShown) { find('#switch').hidden = !isShown; }

/** @param {boolean} isMap */
export function turnTo(isMap) {
  document.body.classList.toggle('map-first', isMap);
  find('#switch button').textContent = isMap ? _("Show list") : _("Show map");
}
