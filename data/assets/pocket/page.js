// @ts-check
/* The pocket finder's page: the place box, the filters, the list and "My list" of the site, fed from
   tables that this browser holds. Nothing is asked of any server once they are there. */
import clinicList from '../clinic_list.js';
import * as dom from '../dom.js';
import * as kept from '../kept.js';
import locate from '../locate.js';
import placeBox from '../place_box.js';
import * as placeField from '../place_field.js';
import * as match from '../place_match.js';
import * as placeTable from '../place_table.js';
import takeAlong from '../take_along.js';
import { readCards } from './cards.js';
import { buildAnswer, buildInvitation, buildNotFound, buildStart } from './answer.js';
import { readCrisis } from './crisis.js';
import { readLand } from './land.js';
import { showAll, showResult } from './map_state.js';
import { showOnMap, showSwitch, startMap, turnTo } from './map_room.js';
import { check, choose, find, readAsked, select, showFacts } from './panel.js';
import { joinPlaces, nameClinics } from './places.js';
import { dropOffer, fetchRoads, hasRoads, offerRoads, tellDrives } from './roads_room.js';
import { searchForPage } from './search.js';
import { fetchPacked, readColumns, readJson } from './tables.js';
import { use, words } from './texts.js';
import { keepUpToDate } from './updates.js';

/** @typedef {import('./search.js').Place} Place */
/** @typedef {import('../place_table.js').Known} Known */
/** @typedef {SuggestionTable & import('./crisis.js').CrisisTable & { territories: import('./territories.js').Territories }} Table */
/** @typedef {{ known: Known, table: Table } & ReturnType<typeof joinPlaces>} Places */

const MOST_CANDIDATES = 5;
const LAST_READ = 200;

/** @type {Record<string, { path: string, integrity: string }>} */
const files = JSON.parse(find('#pocket-files').textContent || '');
const form = /** @type {HTMLFormElement} */ (find('#place'));
const box = /** @type {HTMLInputElement} */ (find('.st-key-typed input'));

/** What is asked and shown; it stays here. */
const state = {
  /** @type {Place | null} */ place: null,
  /** @type {'start' | 'found' | 'lost' | 'crisis'} */ shown: 'start',
  /** @type {string[]} */ candidates: [],
  page: 1,
  /** @type {string | null} */ selected: null,
  focus: 0
};

/** @type {import('./answer.js').Data} */
let data;
/** @type {HTMLElement} */
let listRoom;

async function load(/** @type {string} */ name) { return fetchPacked(files[name].path, files[name].integrity); }

/** The type-ahead's table, the places behind it and the land around them: read once, when first needed.
 * @type {Promise<Places> | null} */
let places = null;
function getPlaces() {
  places ||= Promise.all(['suggestions', 'places', 'states'].map(load)).then(async ([content, points, shapes]) => {
    data.land = readLand(readColumns(shapes));
    /** @type {Table} */
    const table = readJson(content);
    data.territories = table.territories;
    const known = await placeTable.makeReady({ ...table, groups: nameClinics(table, data.clinics) });
    return { known, table, ...joinPlaces(known, readColumns(points), data.clinics) };
  }).catch((error) => { places = null; throw error; });
  return places;
}

/**
 * Below a component of the site, which knows a place of its own and is told what happens in it.
 * @param {string} selector
 * @param {string[]} styles
 */
function makeRoom(selector, styles) {
  const root = find(selector).attachShadow({ mode: 'open' });
  for (const name of styles) {
    const { path, integrity } = files[name];
    root.append(Object.assign(document.createElement('link'), { rel: 'stylesheet', href: path, integrity }));
  }
  const room = document.createElement('div');
  root.append(room);
  return room;
}

function show() {
  if (state.shown !== 'crisis') find('#crisis').replaceChildren();
  const place = state.shown === 'found' ? state.place : null;
  const isByRoad = place !== null && place.latitude !== null;
  const asked = readAsked();
  if (isByRoad && (asked.byMinutes || asked.withinMinutes !== null)) getRoads();
  else if (isByRoad) offerRoads(files.roads.path, getRoads);
  else dropOffer();
  const drives = place && tellDrives(place);
  const result = place && searchForPage(data.clinics, place, asked, drives);
  const view = { ...state, isWithoutDrives: isByRoad && hasRoads() && !drives };
  showFacts(result?.known || {}, startOver);
  showSwitch(state.shown !== 'crisis');
  clinicList({ data: result ? buildAnswer(data, result, view) : buildOther(), parentElement: listRoom, setTriggerValue: (_name, event) => act(event.kind, event.value) }, dom, kept, placeField);
  showOnMap(() => (result ? showResult(data.clinics, result, state.selected) : showAll(data.clinics, state.selected)));
}

function getRoads() { fetchRoads(load, data.clinics, show); }

/** What the list holds where nothing is found, or nothing was searched for. */
function buildOther() {
  if (state.shown === 'lost') return buildNotFound(state.focus, state.candidates);
  return state.shown === 'crisis' ? buildInvitation(state.focus) : buildStart(data);
}

/**
 * @param {string} kind
 * @param {string | number} value
 */
function act(kind, value) {
  if (kind === 'page') Object.assign(state, { page: value, selected: null, focus: state.focus + 1 });
  else if (kind === 'select') { state.selected = String(value); turnTo(true); }
  else if (kind === 'query') { box.value = String(value); ask(box.value); return; }
  else { choose(kind, value); startOver(); return; }
  show();
}

function startOver() {
  Object.assign(state, { page: 1, selected: null });
  show();
}

/**
 * Takes a new search: a place that was picked or is written as the list has it, or signs of a crisis.
 * @param {string} typed
 * @param {number} turn 0 where nobody here asked: the page of others around this does not jump then.
 */
async function ask(typed, turn = 1) {
  const text = typed.trim();
  const { known, table, find: findPlace } = await getPlaces().catch((error) => { find('#fault').hidden = false; throw error; });
  find('#fault').hidden = true;
  Object.assign(state, { page: 1, selected: null, place: null, focus: state.focus + turn });
  // Cut Bank International Airport is called so; it is no sign.
  const kind = findPlace(text) ? '' : readCrisis(known.crisis, table, Object.keys(words().panels), text);
  if (kind) {
    state.shown = 'crisis';
    showPanel(kind);
  } else if (text) {
    const suggested = match.suggest(known, text);
    const same = suggested.find((option) => placeTable.fold(option.text) === placeTable.fold(text));
    state.place = findPlace(text) || (same ? findPlace(same.text) : null);
    state.shown = state.place ? 'found' : 'lost';
    // An address is none of the places, but the ZIP in it is.
    const zip = /.*\b(\d{5})(?!\d)/.exec(text.slice(-LAST_READ))?.[1] || '';
    const names = suggested.map((option) => option.text);
    state.candidates = [...new Set(findPlace(zip) ? [zip, ...names] : names)].slice(0, MOST_CANDIDATES);
  } else state.shown = 'start';
  show();
}

/** @param {string} kind */
function showPanel(kind) {
  const room = find('#crisis');
  const parsed = new DOMParser().parseFromString(words().panels[kind], 'text/html');
  room.replaceChildren(...parsed.body.childNodes);
  room.querySelector('h2')?.focus({ preventScroll: true });
  room.scrollIntoView({ block: 'nearest' });
}

/** "My list" names the clinics of a shared one from the cards that are here already. */
function showMine() {
  const contacts = data.cards.filter((card) => ['open', 'unconfirmed'].includes(card.status)).map(({ id, name, address, phone, website }) => (
    { id, name, address, phone: phone ? phone.text : '', number: phone ? phone.href.replace('tel:', '') : '', website }));
  takeAlong({
    data: { language: document.documentElement.lang, labels: words().my_list, ride: words().ride, questions: words().questions, clinics: contacts },
    parentElement: makeRoom('#mine', ['assets/take_along.css']),
    setTriggerValue: () => undefined
  }, dom, kept);
}

/** Where the device is stays on it: the nearest ZIP is searched from, as if it was typed. */
function offerLocation() {
  locate({
    data: words().locate,
    parentElement: makeRoom('#locate', ['assets/locate.css']),
    setTriggerValue: async (_name, { latitude, longitude }) => {
      box.value = (await getPlaces()).findNearestZip(latitude, longitude);
      await ask(box.value);
    }
  });
}

/** What the address names, where this stands in another page: a treatment and a state, no more. */
async function askByAddress() {
  const named = new URLSearchParams(window.location.search);
  const treatment = named.get('treatment') || '';
  if (treatment && Object.hasOwn(words().treatments, treatment)) {
    select('treatment').value = treatment;
    show();
  }
  const code = named.get('state') || '';
  if (!/^[A-Za-z]{2}$/.test(code)) return;
  const found = match.suggest((await getPlaces()).known, code).find((option) => option.kind === 'state');
  if (!found) return;
  box.value = found.text;
  await ask(found.text, 0);
}

async function start() {
  const language = document.documentElement.lang;
  const [texts, clinics, cards] = await Promise.all(['texts.' + language, 'clinics', 'cards'].map(load));
  use(readJson(texts));
  const read = readJson(clinics);
  data = { clinics: read, cards: readCards(readJson(cards), read, language), land: null, territories: {} };
  listRoom = makeRoom('#list', ['assets/clinic_list.css']);
  placeBox({ data: words().place_box, parentElement: find('#place_box'), setTriggerValue: () => undefined }, placeTable, match, async () => (await getPlaces()).known);
  form.addEventListener('submit', (event) => { event.preventDefault(); ask(box.value); });
  for (const name of ['within', 'treatment']) select(name).addEventListener('change', startOver);
  for (const name of ['hide_unconfirmed', 'by_minutes']) check(name).addEventListener('change', startOver);
  show();
  showMine();
  offerLocation();
  startMap((id) => { act('select', id); }, Object.fromEntries(Object.values(files).map(({ path, integrity }) => [path, integrity])));
  find('#search').removeAttribute('disabled');
  if (box.value) ask(box.value, 0);
  else await askByAddress();
  keepUpToDate();
  prepare(() => { getPlaces().catch(() => undefined); });
}

/** Does what the first search would wait for while nothing else is to be done; not every browser tells when.
 * @param {() => void} go
 */
function prepare(go) {
  if ('requestIdleCallback' in window) window.requestIdleCallback(go, { timeout: 2000 });
  else setTimeout(go, 500);
}

start().catch((error) => {
  find('#fault').hidden = false;
  throw error;
});
