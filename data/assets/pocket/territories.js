// @ts-check
/* What is said of a territory without clinics, as geo/search/place_remarks.py has it. */
import { measureAll } from './nearest.js';
import { _, formatMiles, round } from './texts.js';

/** Code -> name and middle of those in which no clinic is listed.
 * @typedef {Record<string, { name: string, at: [number, number] | null }>} Territories */

/**
 * @param {Territories} territories
 * @param {import('./search.js').Clinics} clinics
 * @param {import('./search.js').Place} place
 * @returns {string} that none is listed there, and how far the nearest flight goes; or "".
 */
export function tellTerritory(territories, clinics, place) {
  const territory = territories[place.state];
  if (!territory) return '';
  const none = _("None listed in {territory}.", { territory: territory.name });
  const point = place.latitude === null || place.longitude === null ? territory.at : [place.latitude, place.longitude];
  if (!point) return none;
  const miles = measureAll(clinics, point[0], point[1]);
  const row = miles.reduce((least, far, at) => (['open', 'unconfirmed'].includes(clinics.status[at]) && far < (miles[least] ?? Infinity) ? at : least), -1);
  if (row < 0) return none;
  const told = { clinic: clinics.name[row], city: clinics.city[row], state: clinics.state[row], distance: formatMiles(round(miles[row] / 10) * 10) };
  return none + ' ' + _("The nearest is {clinic} in {city}, {state}, a flight of about {distance}.", told);
}
