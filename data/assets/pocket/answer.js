// @ts-check
/* From a search to what the list shows: the object that clinic_list.js draws, as
   pages/patients/parts/answers.py builds it for the site. */
import { crossesOpenWater } from './land.js';
import { isByDrive, isFar } from './search.js';
import { tellTerritory } from './territories.js';
import { _, fill, formatMiles, formatNumber, ngettext, note, sentenceCase, words } from './texts.js';
import { describeCount, describeFar, isReached, nameDrive } from './wording.js';

/** @typedef {import('./search.js').Clinics} Clinics */
/** @typedef {import('./search.js').Listed} Listed */
/** @typedef {import('./search.js').Result} Result */
/** Without the land nothing is said of lines over water.
 * @typedef {{ clinics: Clinics, cards: ClinicFacts[], land: import('./land.js').Land | null, territories: import('./territories.js').Territories }} Data */

const PAGE_SIZE = 10;
const TRIPS_FROM_MILES = 30;

/** @type {ListAnswer} */
const EMPTY = {
  kind: 'answer', heading: '', shown: '', notes: [], facts: [], actions: [], rule: '', ride: '', bands: {}, trips: null,
  steps: null, report: null, link: null, cards: [], going_on: [], pages: null, sections: [], selected: null, focus: 0, quiet: false,
};

/** @returns {ListLabels} */
export function labels() {
  return {
    region: _("Search results"), actions: _("Other searches"), copy: _("Copy link"), copied: _("Link copied. It holds the ZIP or city and the filters, nothing else."),
    print: _("Print"), reopen: _("To open this list again:"), keep: _("Keep"), kept: _("My list ({count})"), source: _("Source:"),
  };
}

/**
 * What stands there before a search.
 * @param {Data} data
 * @returns {ListMessage}
 */
export function buildStart({ clinics }) {
  const count = clinics.status.filter((status) => status === 'open' || status === 'unconfirmed').length;
  return {
    ...EMPTY,
    labels: labels(),
    heading: ngettext("{count} clinic across the country", "{count} clinics across the country", count, { count: formatNumber(count) }),
    shown: _("Type a ZIP or a city, and pick it from the list, to see the nearest."),
    facts: [_("Nearest first. Nobody can pay for a place."), _("Each card says which source lists the clinic, and when.")],
  };
}

/**
 * What is said where no place is found.
 * @param {number} focus
 * @param {string[]} candidates
 * @returns {ListMessage}
 */
export function buildNotFound(focus, candidates) {
  return {
    ...EMPTY,
    labels: labels(),
    kind: 'error',
    heading: candidates.length ? _("Which place do you mean?") : _("We found no such place. Type a ZIP or a city."),
    shown: words().states.length ? _("This finder knows the places of {states} alone.", { states: words().states.join(', ') }) : '',
    actions: candidates.map((label) => ({ kind: 'query', value: label, label })),
    focus,
  };
}

/**
 * What stands below whom to call in a crisis.
 * @param {number} focus
 * @returns {ListMessage}
 */
export function buildInvitation(focus) {
  return { ...EMPTY, labels: labels(), heading: _("Looking for a clinic? Type a place"), shown: _("A ZIP code, a city or a state."), focus, quiet: true };
}

/**
 * @param {Data} data
 * @param {Result} result as pages show it
 * @param {{ page: number, selected: string | null, focus: number, isWithoutDrives?: boolean }} view
 * @returns {ListMessage}
 */
export function buildAnswer(data, result, { page, selected, focus, isWithoutDrives = false }) {
  const { place } = result;
  const total = result.clinics.length + result.notKnown.length;
  const count = Math.max(1, Math.ceil(total / PAGE_SIZE));
  const now = Math.min(page, count);
  const first = (now - 1) * PAGE_SIZE;
  const found = result.clinics.slice(first, first + PAGE_SIZE);
  const unknown = result.notKnown.slice(Math.max(0, first - result.clinics.length), Math.max(0, first + PAGE_SIZE - result.clinics.length));
  const card = (/** @type {Listed} */ entry) => buildCard(data, result, entry);
  const apart = (/** @type {Listed} */ entry) => buildCard(data, null, entry);
  const named = result.clinics.length || result.notKnown.length || result.nearestFew.length;
  return {
    ...EMPTY,
    labels: labels(),
    heading: describeCount(result),
    shown: [tellShown(result, total, first, found.length + unknown.length), tellLeftOut(result)].filter(Boolean).join(' '),
    notes: [tellNote(place), isWithoutDrives ? _("Drives cannot be told from here; the distances are straight lines.") : '', tellTerritory(data.territories, data.clinics, place), ...explainNothing(result), ...tellNotKnown(result)].filter(Boolean),
    actions: buildOffers(result),
    rule: named ? words().rules[place.latitude === null ? 'city' : isByDrive(result) ? 'minutes' : 'miles'] : '',
    ride: result.clinics.length || result.notKnown.length || result.nearestOutside ? words().ride : '',
    bands: nameBands(result),
    trips: buildTrips(data, result),
    steps: isFar(result) ? words().steps : null,
    cards: found.map(card),
    pages: { now, count, label: _("Pages of results"), words: _("Page {page} of {count}", { page: now, count }), previous: _("Previous"), next: _("Next") },
    going_on: goOn(data, result, now, unknown, card),
    sections: now === count ? buildSections(result, apart) : [],
    selected,
    focus,
  };
}

/** How the place was understood, of its own name and radius. */
function tellNote(/** @type {import('./search.js').Place} */ place) {
  return place.notes === null ? '' : fill(note(place.notes), { label: place.label, zip: place.zip, radius: formatMiles(place.radius_miles) });
}

function buildCard(/** @type {Data} */ data, /** @type {Result | null} */ result, /** @type {Listed} */ { row, miles, rank, band }) {
  const { clinics, cards } = data;
  const [distance, certainty] = describeFar(clinics, row, miles, result && result.place, result && result.drives, result !== null && isOverWater(data, result, row));
  return {
    ...cards[row], page: null, rank, band, distance: sentenceCase(distance), certainty,
    warnings: clinics.treatments[row].split(';').includes('at_home') ? [_("Offers treatment at home.")] : [],
    labels: { onMap: _("Show on map"), details: _("Who says so"), noContact: _("No phone or website is known") },
  };
}

/** Whether the straight line to a clinic is none to drive; where the drive is told, nothing is to be said of it. */
function isOverWater(/** @type {Data} */ { clinics, land }, /** @type {Result} */ { place, drives }, /** @type {number} */ row) {
  const [latitude, longitude] = [clinics.latitude[row], clinics.longitude[row]];
  if (!land || place.latitude === null || place.longitude === null || latitude === null || longitude === null) return false;
  return !(drives && isReached(drives, row)) && crossesOpenWater(land, [place.latitude, place.longitude], [latitude, longitude]);
}

function tellShown(/** @type {Result} */ result, /** @type {number} */ total, /** @type {number} */ first, /** @type {number} */ shown) {
  const unknown = result.notKnown.length;
  const told = { first: first + 1, last: first + shown, count: formatNumber(total), unknown: formatNumber(unknown) };
  if (total > PAGE_SIZE) return unknown ? _("Showing {first}–{last} of {count}; of {unknown} of them it is not known.", told) : _("Showing {first}–{last} of {count}.", told);
  if (total < 2) return '';
  return unknown ? _("Showing {count}; of {unknown} of them it is not known.", told) : _("Showing all {count}.", told);
}

function tellLeftOut(/** @type {Result} */ { removed }) {
  /** @type {Record<string, string>} */
  const names = { treatment: _("treatment"), unconfirmed: _("unconfirmed") };
  const choices = Object.entries(removed).filter(([, count]) => count)
    .map(([name, count]) => formatNumber(count) + ' (' + (names[name] || words().facts[name].label.toLowerCase()) + ')');
  return choices.length ? _("Not shown because of what you chose: {choices}.", { choices: choices.join(', ') }) : '';
}

function explainNothing(/** @type {Result} */ result) {
  const atHome = result.asked.treatment === 'at_home' ? [words().at_home] : [];
  if (result.clinics.length || result.nearestOutside) return atHome;
  if (Object.keys(result.asked.wanted).length) return [...atHome, _("Of no clinic on our list is this known. Lift a filter.")];
  return atHome.length ? atHome : [_("No clinic of this kind is on our list. Ask your doctor, or try another treatment.")];
}

function tellNotKnown(/** @type {Result} */ { notKnown: { length: count } }) {
  if (!count) return [];
  return [ngettext("Of {count} clinic it is not known whether it is as you chose. It stands under “Not known”.", "Of {count} clinics it is not known whether they are as you chose. They stand under “Not known”.", count, { count: formatNumber(count) })];
}

function buildOffers(/** @type {Result} */ { firstRadius, removed }) {
  const offers = [];
  if (firstRadius) offers.push({ kind: 'within', value: String(firstRadius), label: _("Search within {distance}", { distance: formatMiles(firstRadius) }) });
  if (removed.treatment) offers.push({ kind: 'treatment', value: '', label: _("Any treatment ({count} more)", { count: formatNumber(removed.treatment) }) });
  for (const [name, fact] of Object.entries(words().facts)) {
    if (removed[name]) offers.push({ kind: 'fact', value: name, label: _("{anything} ({count} more)", { anything: sentenceCase(fact.anything), count: formatNumber(removed[name]) }) });
  }
  if (removed.unconfirmed) offers.push({ kind: 'unconfirmed', value: '', label: _("Show unconfirmed ({count} more)", { count: formatNumber(removed.unconfirmed) }) });
  return offers;
}

function nameBands(/** @type {Result} */ result) {
  const names = words().bands[isByDrive(result) ? 'minutes' : 'miles'];
  return Object.fromEntries([...result.clinics, ...result.notKnown, ...result.nearestFew].map(({ band }) => [band, names[band ?? -1] || '']));
}

/** The trips of a course to the nearest clinic of each treatment, where that is far by road. */
function buildTrips(/** @type {Data} */ { clinics }, /** @type {Result} */ result) {
  const { drives, asked } = result;
  if (!drives) return null;
  const found = result.clinics.length ? result.clinics : result.nearestFew;
  const trips = words().courses.filter(({ code }) => !asked.treatment || asked.treatment === code).flatMap((course) => {
    const offering = found.filter(({ row }) => clinics.treatments[row].split(';').includes(course.code) && !Number.isNaN(drives.miles[row]));
    if (!offering.length) return [];
    const { row } = offering.reduce((one, other) => (drives.miles[other.row] < drives.miles[one.row] ? other : one));
    if (drives.miles[row] <= TRIPS_FROM_MILES) return [];
    const bothWays = Math.round(2 * drives.miles[row] / 10) * 10;
    const told = { clinic: clinics.name[row], visits: formatNumber(course.visits), there_and_back: formatMiles(bothWays), total: formatMiles(bothWays * course.visits) };
    return [{ treatment: course.treatment, text: fill(course.sentence, told), sources: course.sources }];
  });
  return trips.length ? { heading: _("Planning the trips"), choose: _("Treatment"), trips } : null;
}

function goOn(/** @type {Data} */ { clinics }, /** @type {Result} */ result, /** @type {number} */ now, /** @type {Listed[]} */ unknown, /** @type {(entry: Listed) => ClinicCard} */ card) {
  const lists = [];
  const few = result.nearestFew;
  if (few.length && now === 1) {
    const { withinMiles, withinMinutes } = result.asked;
    const distance = withinMinutes === null ? formatMiles(withinMiles ?? 0) : nameDrive(withinMinutes);
    lists.push({
      heading: ngettext("The nearest clinic", "The {count} nearest clinics", few.length, { count: few.length }),
      lead: ngettext("It lies outside the {distance} asked for.", "They lie outside the {distance} asked for.", few.length, { distance }),
      cards: few.map(card),
    });
  }
  if (unknown.length) {
    const chosen = Object.entries(result.asked.wanted).map(([name, code]) => {
      const { label, options } = words().facts[name];
      return _("{label}: {words}", { label, words: options[code] });
    }).join('; ');
    const reached = unknown.filter(({ row }) => clinics.has_contact[row]).length;
    lists.push({ heading: _("Not known"), lead: tellWhomToAsk(reached, unknown.length, chosen), cards: unknown.map(card) });
  }
  return lists;
}

function tellWhomToAsk(/** @type {number} */ reached, /** @type {number} */ count, /** @type {string} */ chosen) {
  if (reached === count) return _("No source of ours says whether this holds of them: {chosen}. Ask them.", { chosen });
  if (reached) return _("No source of ours says whether this holds of them: {chosen}. Ask those that have a phone, a website or an email address.", { chosen });
  return _("No source of ours says whether this holds of them: {chosen}. No phone, website or email address of theirs is known.", { chosen });
}

function buildSections(/** @type {Result} */ result, /** @type {(entry: Listed) => ClinicCard} */ card) {
  const sections = [];
  if (result.unlocated.length) {
    sections.push({ heading: _("Also listed in {state}, place not known", { state: result.place.state }), lead: _("Their sources give no city or ZIP, so no distance can be told."), cards: result.unlocated.map(card) });
  }
  if (result.atHome.length) sections.push({ heading: _("Treatment at home or by telehealth"), lead: _("Not a place to go to; the FDA warns of added risk."), cards: result.atHome.map(card) });
  return sections;
}
