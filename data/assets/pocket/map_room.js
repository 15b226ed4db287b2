// @ts-check
/* The site's map in its frame, which comes later than the list; on a phone the page shows one of both. */
import { find } from './panel.js';
import { _, words } from './texts.js';

/** What the frame's own script offers.
 * @typedef {Window & { startPocketMap?: (options: import('./texts.js').MapWords, pick: (id: string) => void) => { set(payload: ClinicMessage): void } }} Inside */

/** @type {{ set(payload: ClinicMessage): void } | null} */
let layer = null;
let feed = () => {};

/** @param {() => ClinicMessage} build */
export function showOnMap(build) {
  feed = () => { layer?.set(build()); };
  feed();
}

/** @param {(id: string) => void} pick */
export function startMap(pick) {
  const frame = /** @type {HTMLIFrameElement} */ (find('#map iframe'));
  const start = () => {
    const inside = /** @type {Inside | null} */ (frame.contentWindow);
    if (layer || !inside?.startPocketMap) return;
    layer = inside.startPocketMap(words().map, pick);
    feed();
  };
  frame.addEventListener('load', start);
  start();
  find('#switch button').addEventListener('click', () => turnTo(!document.body.classList.contains('map-first')));
  turnTo(false);
}

/** @param {boolean} isMap */
export function turnTo(isMap) {
  document.body.classList.toggle('map-first', isMap);
  find('#switch button').textContent = isMap ? _("Show list") : _("Show map");
  find('#switch').hidden = false;
}
