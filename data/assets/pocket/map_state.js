// @ts-check
/* From a search to what the map shows, as pages/parts/map_state.py has it for clinic_layer.js. */
import { describeLine } from './wording.js';
import { ngettext } from './texts.js';

/** @typedef {import('./search.js').Clinics} Clinics */
/** @typedef {import('./search.js').Listed} Listed */
/** @typedef {import('./search.js').Place} Place */
/** @typedef {import('./search.js').Result} Result */

const METRES_PER_MILE = 1609.344;
const AREA_FROM_MILES = 0.5;
const MILES_PER_DEGREE = 69;
/** @type {MapView['bounds']} */
const CONTIGUOUS_US = [[24.5, -124.8], [49.4, -66.9]];

/**
 * What the map shows before a search: every clinic.
 * @param {Clinics} clinics
 * @param {string | null} selected
 * @returns {ClinicMessage}
 */
export function showAll(clinics, selected) {
  const shown = clinics.id.map((_id, row) => ({ row, miles: NaN, mayBe: false, rank: null, band: null }))
    .filter(({ row }) => ['open', 'unconfirmed'].includes(clinics.status[row]));
  return { groups: group(clinics, shown, null), place: null, selected, view: { token: 'all', bounds: CONTIGUOUS_US }, reach: null };
}

/**
 * What the map shows of a search; clinics of which a wanted fact is not known have no rank.
 * @param {Clinics} clinics
 * @param {Result} result
 * @param {string | null} selected
 * @returns {ClinicMessage}
 */
export function showResult(clinics, result, selected) {
  const { place, asked } = result;
  const found = result.clinics.length ? result.clinics : result.nearestFew;
  const listed = [...found, ...result.notKnown];
  /** @type {MapPlace | null} */
  const here = place.latitude === null ? null : { at: [place.latitude, place.longitude ?? 0], within: (asked.withinMiles || 0) * METRES_PER_MILE };
  return {
    groups: group(clinics, listed, result),
    place: here,
    selected,
    view: { token: place.label + ' ' + asked.withinMiles, bounds: findBounds(clinics, listed, place) },
    reach: null,
  };
}

/**
 * One marker for each point that clinics share.
 * @param {Clinics} clinics
 * @param {Listed[]} listed
 * @param {Result | null} result
 * @returns {MapGroup[]}
 */
function group(clinics, listed, result) {
  /** @type {Map<string, Listed[]>} */
  const sharing = new Map();
  for (const entry of listed) {
    const { row } = entry;
    if (clinics.latitude[row] === null) continue;
    const point = [clinics.latitude[row], clinics.longitude[row], clinics.radius_miles[row]].join(' ');
    sharing.set(point, [...(sharing.get(point) || []), entry]);
  }
  return [...sharing.values()].map((entries) => {
    const { row } = entries[0];
    const radius = clinics.radius_miles[row];
    return {
      at: [clinics.latitude[row] ?? 0, clinics.longitude[row] ?? 0],
      area: radius >= AREA_FROM_MILES ? radius * METRES_PER_MILE : 0,
      lead: ngettext("{count} clinic in or near {city}; this area, not this point", "{count} clinics in or near {city}; this area, not this point", entries.length, { count: entries.length, city: clinics.city[row] }),
      clinics: entries.map((entry) => ({ id: clinics.id[entry.row], rank: entry.rank, name: clinics.name[entry.row], detail: describe(clinics, entry, result) })),
    };
  });
}

/** As `describe_distance` of geo/search/wording.py, where no drive is told. */
function describe(/** @type {Clinics} */ clinics, /** @type {Listed} */ { row, miles }, /** @type {Result | null} */ result) {
  if (!result) return clinics.city[row] + ', ' + clinics.state[row];
  return describeLine(clinics, row, miles, result.place).filter(Boolean).join('; ');
}

/**
 * The box, south-west and north-east, that holds clinics, their areas and the place.
 * @param {Clinics} clinics
 * @param {Listed[]} listed
 * @param {Place} place
 * @returns {MapView['bounds']}
 */
function findBounds(clinics, listed, place) {
  const points = listed.filter(({ row }) => clinics.latitude[row] !== null)
    .map(({ row }) => [clinics.latitude[row] ?? 0, clinics.longitude[row] ?? 0, clinics.radius_miles[row]]);
  if (place.latitude !== null) points.push([place.latitude, place.longitude ?? 0, Math.max(place.radius_miles, 1)]);
  if (!points.length) return CONTIGUOUS_US;
  const boxes = points.map(([latitude, longitude, margin]) => {
    const wide = margin / (MILES_PER_DEGREE * Math.cos(latitude * Math.PI / 180));
    return [latitude - margin / MILES_PER_DEGREE, longitude - wide, latitude + margin / MILES_PER_DEGREE, longitude + wide];
  });
  const all = (/** @type {number} */ at) => boxes.map((box) => box[at]);
  return [[Math.min(...all(0)), Math.min(...all(1))], [Math.max(...all(2)), Math.max(...all(3))]];
}
