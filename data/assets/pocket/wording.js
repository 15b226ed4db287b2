// @ts-check
/* Distances and counts in words, rounded to what is known: as geo/search/wording.py, drive_words.py
   and card_words.py have them, which tests hold them to. */
import { _, formatMiles, formatNumber, ngettext, round, words } from './texts.js';

/** @typedef {import('./search.js').Clinics} Clinics */
/** @typedef {import('./search.js').Place} Place */
/** @typedef {import('./search.js').Result} Result */
/** @typedef {import('./search.js').Drives} Drives */

const STREET_LEVEL_MILES = 0.5;
const SHORTEST_MILES = 0.1;
const DECIMALS_BELOW_MILES = 9.95;
const LOCAL_KINDS = ['zip', 'city', 'area', 'address', 'point'];
const STEP_MINUTES = 5;
const SAID_IN_HOURS = 120;
const TOLD_MINUTES = 300;

/** The sentence above the list. */
export function describeCount(/** @type {Result} */ result) {
  const { place, certain, mayBe, asked } = result;
  const { withinMiles, withinMinutes } = asked;
  const isNearest = withinMiles === null && (withinMinutes === null || !result.drives);
  const distance = describeWithin(result);
  if (place.kind === 'clinic') return describeAsked(result, distance, isNearest);
  const told = (/** @type {number} */ count) => ({ count: formatNumber(count), place: place.label, distance });
  const all = certain + mayBe;
  if (place.latitude === null) return ngettext("{count} clinic in {place}, by city", "{count} clinics in {place}, by city", certain, told(all));
  if (isNearest) {
    if (!certain) return _("No clinic near {place}", told(all));
    return ngettext("The clinic nearest to {place}", "The {count} clinics nearest to {place}", certain, told(all));
  }
  if (certain) return ngettext("{count} clinic within {distance} of {place}", "{count} clinics within {distance} of {place}", all, told(all)) + addMayBe(result);
  if (mayBe) return ngettext("{count} clinic may be within {distance} of {place}", "{count} clinics may be within {distance} of {place}", mayBe, told(all));
  if (result.notKnown.length) return _("No clinic within {distance} of {place} is known to be as you chose", told(all));
  return _("No clinic within {distance} of {place}", told(all));
}

function describeAsked(/** @type {Result} */ result, /** @type {string} */ distance, /** @type {boolean} */ isNearest) {
  const { place } = result;
  const others = result.certain + result.mayBe - 1;
  const told = { clinic: place.label, count: formatNumber(others), distance };
  if (place.latitude === null) return others || !isNearest ? ngettext("{clinic}, and {count} clinic of its state, by city", "{clinic}, and {count} clinics of its state, by city", others, told) + addMayBe(result) : place.label;
  if (isNearest) return others ? ngettext("{clinic} and the clinic nearest to it", "{clinic} and the {count} clinics nearest to it", others, told) + addMayBe(result) : place.label;
  return ngettext("{clinic} and {count} clinic within {distance} of it", "{clinic} and {count} clinics within {distance} of it", others, told) + addMayBe(result);
}

function addMayBe(/** @type {Result} */ result) {
  if (!(result.mayBe && result.certain)) return '';
  return ngettext(", {count} of them perhaps farther", ", {count} of them perhaps farther", result.mayBe, { count: formatNumber(result.mayBe) });
}

function describeWithin(/** @type {Result} */ { asked: { withinMiles, withinMinutes } }) {
  if (withinMinutes !== null) return nameDrive(withinMinutes);
  return withinMiles === null ? '' : formatMiles(withinMiles);
}

export function nameDrive(/** @type {number} */ minutes) { return _("{count} minutes' drive", { count: formatNumber(minutes) }); }

/**
 * How far a clinic is, and what that is measured to where it needs saying.
 * @param {Clinics} clinics
 * @param {number} row
 * @param {number} miles
 * @param {Place | null} place
 * @param {Drives | null} drives
 * @param {boolean} isOverWater the straight line leaves US land, so no miles are told.
 * @returns {[string, string]}
 */
export function describeFar(clinics, row, miles, place, drives, isOverWater) {
  if (!place || Number.isNaN(miles)) return ['', ''];
  const near = describeSameArea(clinics, row, place);
  if (near) return [near, ''];
  const drive = describeDrive(drives, row);
  if (drives && isReached(drives, row)) return [drive, ''];
  if (isOverWater) return [drive || _("Across open water or another country: the way there is longer, and there may be no road"), ''];
  const [line, certainty] = describeLine(clinics, row, miles, place);
  const far = drive ? [drive, line && _("{distance} in a straight line", { distance: line })].filter(Boolean).join('; ') : line;
  return [far, clinics.has_street[row] ? certainty : ''];
}

function describeSameArea(/** @type {Clinics} */ clinics, /** @type {number} */ row, /** @type {Place} */ place) {
  if (clinics.has_street[row] || !LOCAL_KINDS.includes(place.kind)) return '';
  if (clinics.precision[row] === 'zip' && place.zip && clinics.zip[row] === place.zip) return _("In your ZIP code");
  const isSame = clinics.state[row] === place.state && clinics.city[row].toLowerCase() === place.city.toLowerCase();
  return clinics.precision[row] === 'city' && place.city && isSame ? _("In your city") : '';
}

/** @returns {[string, string]} */
export function describeLine(/** @type {Clinics} */ clinics, /** @type {number} */ row, /** @type {number} */ miles, /** @type {Place} */ place) {
  if (Number.isNaN(miles) || (place.clinic_id && place.clinic_id === clinics.id[row])) return ['', ''];
  const radius = clinics.radius_miles[row];
  const isStreetLevel = radius < STREET_LEVEL_MILES;
  if (isStreetLevel && place.radius_miles < STREET_LEVEL_MILES) {
    if (miles < SHORTEST_MILES) return [_("less than {distance}", { distance: formatMiles(SHORTEST_MILES, 1) }), ''];
    return [formatMiles(miles, miles < DECIMALS_BELOW_MILES ? 1 : 0), ''];
  }
  const certainty = isStreetLevel ? '' : describePoint(clinics, row);
  if (miles < 1) return [_("within about {distance}", { distance: formatMiles(Math.max(1, round(miles + radius))) }), certainty];
  return [_("about {distance}", { distance: formatMiles(miles) }), certainty];
}

function describePoint(/** @type {Clinics} */ clinics, /** @type {number} */ row) {
  const precision = clinics.precision[row];
  if (clinics.has_street[row] && precision.startsWith('zip')) return _("measured to the middle of its ZIP, not to its street");
  if (clinics.has_street[row] && precision === 'city') return _("measured to the middle of its city, not to its street");
  return words().precisions[precision];
}

/** Tells whether minutes, or why there are none, stand in place of the straight line. */
export function isReached(/** @type {Drives} */ drives, /** @type {number} */ row) {
  return drives.minutes[row] <= TOLD_MINUTES || ['no_road', 'ferry', 'through_canada'].includes(drives.reason[row]);
}

/** How long the drive is; "" where nothing is known. */
export function describeDrive(/** @type {Drives | null} */ drives, /** @type {number} */ row) {
  if (!drives) return '';
  const { minutes, low, high, miles, method, reason } = drives;
  if (reason[row]) return words().no_way[reason[row]];
  if (Number.isNaN(minutes[row]) && !method[row]) return '';
  if (!(minutes[row] <= TOLD_MINUTES)) return _("more than 5 hours' drive");
  const about = Math.max(round(minutes[row] / STEP_MINUTES) * STEP_MINUTES, STEP_MINUTES);
  const least = Math.floor(low[row] / STEP_MINUTES) * STEP_MINUTES;
  const most = Math.max(Math.ceil(high[row] / STEP_MINUTES) * STEP_MINUTES, STEP_MINUTES);
  const say = about >= SAID_IN_HOURS ? sayInHours : formatNumber;
  const told = { minutes: about < SAID_IN_HOURS ? _("{count} minutes'", { count: formatNumber(about) }) : sayInHours(about), low: say(least), high: say(most), miles: formatMiles(Math.max(miles[row], 1)) };
  return least < STEP_MINUTES ? _("about {minutes} drive (up to {high}) · {miles}", told) : _("about {minutes} drive ({low} to {high}) · {miles}", told);
}

function sayInHours(/** @type {number} */ minutes) {
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  if (!hours) return _("{minutes} min", { minutes: rest });
  return rest ? _("{hours} h {minutes} min", { hours, minutes: rest }) : _("{hours} h", { hours });
}

