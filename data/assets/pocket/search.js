// @ts-check
/* What is listed for a place, in which order, and what is not: as geo/search/searching.py,
   eligibility.py, ordering.py, nearness.py and bands.py have it, which tests hold it to. */
import { measureAll } from './nearest.js';

/** The clinics by columns, as geo/pocket/packed_clinics.py packs them.
 * @typedef {{
 *   count: number, id: string[], name: string[], state: string[], city: string[], zip: string[],
 *   has_street: boolean[], has_contact: boolean[], status: string[], treatments: string[],
 *   facts: Record<string, string[]>, day: number[], name_order: number[], city_order: number[],
 *   latitude: (number | null)[], longitude: (number | null)[], radius_miles: number[],
 *   precision: string[] }} Clinics */

/** @typedef {{ label: string, kind: string, latitude: number | null, longitude: number | null,
 *   precision: string, radius_miles: number, state: string, zip: string, city: string,
 *   clinic_id: string, notes: number | null, number: number }} Place */

/** Minutes, range and miles of a drive to each clinic (NaN where not known), by which method, or why not.
 * @typedef {{ minutes: Float64Array, low: Float64Array, high: Float64Array, miles: Float64Array,
 *   method: string[], reason: string[] }} Drives */

/** @typedef {{ withinMiles: number | null, withinMinutes: number | null, byMinutes: boolean, limit: number | null,
 *   treatment: string | null, hideUnconfirmed: boolean, wanted: Record<string, string> }} Asked */

/** One clinic of a list: its row, how far it is, whether it only may be within; rank and band where there are such.
 * @typedef {{ row: number, miles: number, mayBe: boolean, rank: number | null, band: number | null }} Listed */

/** @typedef {{
 *   place: Place, asked: Asked, drives: Drives | null, clinics: Listed[], unlocated: Listed[], atHome: Listed[],
 *   certain: number, mayBe: number, nearestOutside: Listed | null, firstRadius: number | null,
 *   removed: Record<string, number>, notKnown: Listed[], known: Record<string, { known: number, clinics: number }>,
 *   nearestFew: Listed[] }} Result */

export const RADII_MILES = [5, 10, 25, 50, 100, 250];
const DEFAULT_LIMIT = 10;
const FEW = 5;
const SHOWN = ['open', 'unconfirmed'];
const TOLD_MINUTES = 300;
const FAR_MILES = 60;
const FAR_MINUTES = 90;
const ENDS_MILES = [5, 10, 25, 50, 100];
const ENDS_MINUTES = [15, 30, 60, 90];

/** Tells which clinics are what: a function of a row each. */
function classify(/** @type {Clinics} */ clinics, /** @type {Place} */ place, /** @type {Asked} */ asked) {
  const names = Object.keys(asked.wanted);
  const isAsked = (/** @type {number} */ row) => place.clinic_id !== '' && clinics.id[row] === place.clinic_id;
  const offers = (/** @type {number} */ row) => !asked.treatment || clinics.treatments[row].split(';').includes(asked.treatment);
  const isKept = (/** @type {number} */ row) => !asked.hideUnconfirmed || clinics.status[row] !== 'unconfirmed';
  const isOnlyAtHome = (/** @type {number} */ row) => clinics.treatments[row] === 'at_home';
  const isShown = (/** @type {number} */ row) => SHOWN.includes(clinics.status[row]);
  const isToGoTo = (/** @type {number} */ row) => isShown(row) && !isOnlyAtHome(row) && !isAsked(row);
  const states = (/** @type {number} */ row, /** @type {string} */ name) => clinics.facts[name][row].split(';').includes(asked.wanted[name]);
  const has = (/** @type {number} */ row, some = names) => some.every((name) => states(row, name));
  const may = (/** @type {number} */ row, some = names) => some.every((name) => states(row, name) || clinics.facts[name][row] === '');
  const isLocal = (/** @type {number} */ row) => isInState(clinics, place, row) && isShown(row) && offers(row) && isKept(row) && may(row) && !isAsked(row);
  const isBeforeFacts = (/** @type {number} */ row) => isToGoTo(row) && offers(row) && isKept(row);
  const hasPoint = (/** @type {number} */ row) => clinics.latitude[row] !== null;
  /** @type {Record<string, (row: number) => boolean>} */
  const removed = {
    treatment: (row) => isToGoTo(row) && !offers(row) && isKept(row) && has(row),
    unconfirmed: (row) => isToGoTo(row) && offers(row) && !isKept(row) && has(row),
  };
  for (const name of names) {
    const others = names.filter((other) => other !== name);
    removed[name] = (row) => isBeforeFacts(row) && !may(row) && may(row, others);
  }
  return {
    isAsked,
    isListed: (/** @type {number} */ row) => (isBeforeFacts(row) && has(row)) || isAsked(row),
    isUnlocated: (/** @type {number} */ row) => isLocal(row) && !isOnlyAtHome(row) && !hasPoint(row),
    isAtHome: (/** @type {number} */ row) => isLocal(row) && isOnlyAtHome(row),
    isNotKnown: (/** @type {number} */ row) => isBeforeFacts(row) && may(row) && !has(row) && hasPoint(row),
    isBeforeFacts,
    removed,
  };
}

function isInState(/** @type {Clinics} */ clinics, /** @type {Place} */ place, /** @type {number} */ row) { return place.state !== '' && clinics.state[row] === place.state; }

function findRows(/** @type {Clinics} */ clinics, /** @type {(row: number) => boolean} */ isMeant) {
  const rows = [];
  for (let row = 0; row < clinics.count; row += 1) if (isMeant(row)) rows.push(row);
  return rows;
}

function orderByCity(/** @type {Clinics} */ clinics, /** @type {number[]} */ rows) {
  return [...rows].sort((one, other) => clinics.city_order[one] - clinics.city_order[other] || clinics.name_order[one] - clinics.name_order[other]);
}

/** How much a drive counts where the quickest come first; one of just the limit, to a tenth, may be longer. */
function rankDrive(/** @type {Drives} */ drives, /** @type {number} */ row) {
  if (drives.minutes[row] < TOLD_MINUTES) return drives.minutes[row];
  return drives.method[row] !== '' && drives.reason[row] === '' ? Infinity : NaN;
}

/**
 * @param {Clinics} clinics
 * @param {Place} place
 * @param {Asked} asked
 * @param {Drives | null} drives
 * @returns {Result}
 */
export function search(clinics, place, asked, drives = null) {
  const are = classify(clinics, place, asked);
  const byMinutes = asked.byMinutes && drives !== null;
  const miles = place.latitude === null || place.longitude === null ? new Float64Array(clinics.count).fill(NaN) : measureAll(clinics, place.latitude, place.longitude);
  const listed = (/** @type {number} */ row, mayBe = false) => ({ row, miles: miles[row], mayBe, rank: null, band: null });
  const around = findRows(clinics, (row) => !Number.isNaN(miles[row]));
  const inOrder = (/** @type {number[]} */ rows) => {
    const order = [...rows].sort((one, other) => Number(are.isAsked(other)) - Number(are.isAsked(one))
      || miles[one] - miles[other] || clinics.radius_miles[one] - clinics.radius_miles[other]
      || clinics.day[other] - clinics.day[one] || clinics.name_order[one] - clinics.name_order[other]);
    if (!byMinutes || !drives) return order;
    const minutes = (/** @type {number} */ row) => (are.isAsked(row) ? -1 : rankDrive(drives, row));
    return order.sort((one, other) => compareNumbers(minutes(one), minutes(other)));
  };
  const countApart = (/** @type {number[]} */ rows) => ({
    removed: Object.fromEntries(Object.entries(are.removed).map(([name, isRemoved]) => [name, rows.filter(isRemoved).length])),
    known: Object.fromEntries(Object.keys(clinics.facts).map((name) => {
      const left = rows.filter(are.isBeforeFacts);
      return [name, { known: left.filter((/** @type {number} */ row) => clinics.facts[name][row] !== '').length, clinics: left.length }];
    })),
  });
  const base = {
    place,
    asked,
    drives,
    unlocated: orderByCity(clinics, findRows(clinics, are.isUnlocated)).map((row) => listed(row)),
    atHome: orderByCity(clinics, findRows(clinics, are.isAtHome)).map((row) => listed(row)),
    mayBe: 0,
    nearestOutside: null,
    firstRadius: null,
    nearestFew: [],
  };
  if (place.latitude === null) {
    const inState = orderByCity(clinics, findRows(clinics, (row) => isInState(clinics, place, row)));
    const rows = [...findRows(clinics, are.isAsked), ...inState.filter((row) => are.isListed(row) && clinics.latitude[row] !== null && !are.isAsked(row))];
    return {
      ...base,
      clinics: numbered(rows.slice(0, asked.limit ?? rows.length).map((row) => listed(row))),
      certain: rows.length,
      notKnown: inState.filter(are.isNotKnown).map((row) => listed(row)),
      ...countApart(inState),
    };
  }
  if (asked.withinMiles === null && (asked.withinMinutes === null || !drives)) {
    const limit = asked.limit ?? DEFAULT_LIMIT;
    const rows = inOrder(around.filter(are.isListed)).slice(0, limit);
    const farthest = rows.reduce((most, row) => Math.max(most, miles[row]), 0);
    const near = rows.length === limit ? around.filter((row) => miles[row] <= farthest) : around;
    return {
      ...base,
      clinics: numbered(rows.map((row) => listed(row))),
      certain: rows.length,
      notKnown: inOrder(near.filter(are.isNotKnown)).map((row) => listed(row)),
      ...countApart(near),
    };
  }
  const limit = asked.withinMiles ?? asked.withinMinutes ?? 0;
  const isByMiles = asked.withinMiles !== null;
  const by = (/** @type {number} */ row) => (isByMiles || !drives ? miles[row] : drives.minutes[row]);
  const least = (/** @type {number} */ row) => (isByMiles || !drives ? miles[row] - (place.radius_miles + clinics.radius_miles[row]) : drives.low[row]);
  const isInside = (/** @type {number} */ row) => by(row) <= limit;
  const mayBeInside = (/** @type {number} */ row) => isInside(row) || least(row) <= limit;
  const rows = inOrder(around.filter((row) => are.isListed(row) && mayBeInside(row)));
  const outside = around.filter((row) => are.isListed(row) && !mayBeInside(row));
  const first = outside.reduce((lowest, row) => Math.min(lowest, Number.isNaN(by(row)) ? Infinity : by(row)), Infinity);
  const nearest = inOrder(outside.filter((row) => (Number.isNaN(by(row)) ? Infinity : by(row)) === first))[0];
  const within = around.filter(mayBeInside);
  const mayBe = rows.filter((row) => !isInside(row)).length;
  return {
    ...base,
    clinics: numbered(rows.slice(0, asked.limit ?? rows.length).map((row) => listed(row, !isInside(row)))),
    certain: rows.length - mayBe,
    mayBe,
    nearestOutside: nearest === undefined ? null : listed(nearest),
    firstRadius: nearest !== undefined && !rows.length && isByMiles ? RADII_MILES.find((radius) => miles[nearest] <= radius) ?? null : null,
    notKnown: inOrder(within.filter(are.isNotKnown)).map((row) => listed(row)),
    ...countApart(within),
  };
}

/** NaN comes last. */
function compareNumbers(/** @type {number} */ one, /** @type {number} */ other) {
  if (Number.isNaN(one) || Number.isNaN(other)) return Number(Number.isNaN(one)) - Number(Number.isNaN(other));
  return one === other ? 0 : one - other;
}

function numbered(/** @type {Listed[]} */ entries) { return entries.map((entry, at) => ({ ...entry, rank: at + 1 })); }

/**
 * Searches as pages show it: in bands, with the nearest few where nothing is within.
 * @param {Clinics} clinics
 * @param {Place} place
 * @param {Asked} asked
 * @param {Drives | null} drives
 * @returns {Result}
 */
export function searchForPage(clinics, place, asked, drives) {
  let found = search(clinics, place, asked, drives);
  if (!found.clinics.length && found.nearestOutside) {
    const few = search(clinics, place, { ...asked, withinMiles: null, withinMinutes: null, limit: FEW }, drives);
    found = { ...found, nearestFew: few.clinics };
  }
  const arranged = (/** @type {Listed[]} */ entries) => arrange(clinics, found, entries);
  const cities = (/** @type {Listed[]} */ entries) => arrangeCities(clinics, entries);
  return { ...found, clinics: arranged(found.clinics), nearestFew: arranged(found.nearestFew), notKnown: arranged(found.notKnown), unlocated: cities(found.unlocated), atHome: cities(found.atHome) };
}

export function isByDrive(/** @type {Result} */ { asked, drives }) { return drives !== null && (asked.byMinutes || asked.withinMinutes !== null); }

/** Tells whether the nearest clinic found is far away. */
export function isFar(/** @type {Result} */ result) {
  const found = result.clinics.length ? result.clinics : result.nearestFew;
  if (!found.length || result.place.clinic_id || result.place.latitude === null) return false;
  const least = (/** @type {number[]} */ values) => values.filter((value) => !Number.isNaN(value)).reduce((lowest, value) => Math.min(lowest, value), Infinity);
  const { drives } = result;
  if (isByDrive(result) && drives) return !(least(found.map(({ row }) => drives.minutes[row])) <= FAR_MINUTES);
  return least(found.map(({ miles }) => miles)) > FAR_MILES;
}

function findBand(/** @type {Clinics} */ clinics, /** @type {Result} */ result, /** @type {Listed} */ { row, miles }) {
  if (clinics.id[row] === result.place.clinic_id || Number.isNaN(miles)) return -1;
  if (!isByDrive(result) || !result.drives) return ENDS_MILES.filter((end) => end < miles).length;
  const { minutes, reason, method } = result.drives;
  if (!Number.isNaN(minutes[row])) return ENDS_MINUTES.filter((end) => end < minutes[row]).length;
  return reason[row] === '' && method[row] !== '' ? ENDS_MINUTES.length : ENDS_MINUTES.length + 1;
}

/** The band first, the clinic asked for, its city where there is no band, whom one can reach; else as it was. */
function arrange(/** @type {Clinics} */ clinics, /** @type {Result} */ result, /** @type {Listed[]} */ entries) {
  const cities = numberCities(clinics, entries);
  const keys = entries.map((entry) => {
    const band = findBand(clinics, result, entry);
    const isAsked = clinics.id[entry.row] === result.place.clinic_id;
    return { entry: { ...entry, band }, key: [band, isAsked ? 0 : 1, band === -1 ? cities[clinics.city_order[entry.row]] : 0, !clinics.has_contact[entry.row] && !isAsked ? 1 : 0] };
  });
  const ordered = keys.sort((one, other) => compareKeys(one.key, other.key)).map(({ entry }) => entry);
  return ordered.map((entry, at) => (entry.rank === null ? entry : { ...entry, rank: at + 1 }));
}

function arrangeCities(/** @type {Clinics} */ clinics, /** @type {Listed[]} */ entries) {
  const cities = numberCities(clinics, entries);
  const key = (/** @type {Listed} */ { row }) => [cities[clinics.city_order[row]], clinics.has_contact[row] ? 0 : 1];
  return [...entries].sort((one, other) => compareKeys(key(one), key(other)));
}

/** The number of each city in the order in which they stand. */
function numberCities(/** @type {Clinics} */ clinics, /** @type {Listed[]} */ entries) {
  /** @type {Record<number, number>} */
  const numbers = {};
  let next = 0;
  for (const { row } of entries) if (!(clinics.city_order[row] in numbers)) numbers[clinics.city_order[row]] = next++;
  return numbers;
}

function compareKeys(/** @type {number[]} */ one, /** @type {number[]} */ other) {
  for (const [at, value] of one.entries()) if (value !== other[at]) return value - other[at];
  return 0;
}
