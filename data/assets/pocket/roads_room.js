// @ts-check
/* The roads are fetched when drives are first asked for, which is said; after that this device has them. */
import { driveFrom, joinClinics } from './drives.js';
import { find } from './panel.js';
import { buildRoads } from './roads.js';
import { readColumns } from './tables.js';
import { _, formatNumber } from './texts.js';

/** @typedef {import('./search.js').Place} Place */
/** @typedef {import('./search.js').Drives} Drives */

const BYTES_A_MEGABYTE = 1_000_000;

/** @type {((place: Place) => Drives | null) | null} */
let drive = null;
let isFetching = false;
/** The last place and its drives: other filters need no other search.
 * @type {{ place: Place, drives: Drives | null } | null} */
let last = null;

export function hasRoads() { return drive !== null; }

/** @param {Place} place */
export function tellDrives(place) {
  if (!drive) return null;
  if (last?.place !== place) last = { place, drives: drive(place) };
  return last.drives;
}

/** Offers to fetch the roads, or says that they are on their way.
 * @param {string} words
 * @param {string} button
 * @param {() => void} press
 */
function say(words, button = '', press = () => undefined) {
  const room = find('#roads');
  const act = /** @type {HTMLButtonElement} */ (find('#roads button'));
  find('#roads span').textContent = words;
  act.textContent = button;
  act.hidden = !button;
  act.onclick = press;
  room.hidden = !words;
}

/** Without a place to drive from, or over whom to call in a crisis, nothing is offered. */
export function dropOffer() { if (!isFetching) say(''); }

function sizeOfRoads() { return formatNumber(Number(find('#roads').dataset.bytes) / BYTES_A_MEGABYTE, 1); }

/**
 * @param {(name: string) => Promise<ArrayBuffer>} load
 * @param {import('./search.js').Clinics} clinics
 * @param {() => void} show
 */
export async function fetchRoads(load, clinics, show) {
  if (drive || isFetching) return;
  isFetching = true;
  say(_("The roads are on their way: {size} MB, once.", { size: sizeOfRoads() }));
  try {
    const [table, told] = (await Promise.all(['roads', 'pace'].map(load))).map(readColumns);
    const roads = await buildRoads(table, told.facts.pace);
    const joins = joinClinics(roads, clinics, told.columns.clinics);
    drive = (place) => driveFrom(roads, clinics, joins, place, told.columns.places[place.number]);
    say('');
    show();
  } catch {
    say(_("The roads could not be fetched; the distances are straight lines."), _("Try again"), () => { fetchRoads(load, clinics, show); });
  } finally {
    isFetching = false;
  }
}

/**
 * Below a search whose drives could be told; where the device has the roads already, they are read.
 * @param {string} address
 * @param {() => void} fetchThem
 */
export async function offerRoads(address, fetchThem) {
  if (drive || isFetching || !find('#roads').hidden) return;
  const held = 'caches' in window ? await window.caches.match(address).catch(() => undefined) : undefined;
  if (held) fetchThem();
  else if (!drive && !isFetching) say(_("Drive times need the roads: {size} MB, fetched once.", { size: sizeOfRoads() }), _("Work out drive times"), fetchThem);
}
