// @ts-check
/* The pocket finder's page: the place box, the filters, the list and "My list" of the site, fed from
   tables that this browser holds. Nothing is asked of any server once they are there. */
import * as clinicList from '../clinic_list.js';
import * as kept from '../kept.js';
import * as placeBox from '../place_box.js';
import * as placeField from '../place_field.js';
import * as match from '../place_match.js';
import * as takeAlong from '../take_along.js';
import { buildAnswer, buildInvitation, buildNotFound, buildStart } from './answer.js';
import { showAll, showResult } from './map_state.js';
import { joinPlaces } from './places.js';
import { searchForPage } from './search.js';
import { fetchPacked, readColumns, readJson } from './tables.js';
import { _, formatNumber, sentenceCase, use, words } from './texts.js';
import { keepUpToDate } from './updates.js';

/** @typedef {import('./search.js').Place} Place */

const AT_ONCE_MS = 8;
const MOST_CANDIDATES = 5;
const LEAST_KNOWN = 0.2;

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
  focus: 0,
};

/** @type {import('./answer.js').Data} */
let data;

/** @returns {HTMLElement} */
function find(/** @type {string} */ selector) {
  const found = document.querySelector(selector);
  if (!(found instanceof HTMLElement)) throw new Error('The page lacks ' + selector);
  return found;
}

async function load(/** @type {string} */ name) { return fetchPacked(files[name].path, files[name].integrity); }

/** The type-ahead's table and the places behind it: read once, when first needed. */
/** @type {Promise<{ known: import('../place_match.js').Known, kinds: string[], find: (text: string) => Place | null }> | null} */
let places = null;
function getPlaces() {
  places ||= Promise.all([load('suggestions'), load('places')]).then(async ([content, points]) => {
    const table = readJson(content);
    const known = await makeReady(table);
    return { known, kinds: table.crisis_kinds, ...joinPlaces(known, readColumns(points), data.clinics) };
  }).catch((error) => { places = null; throw error; });
  return places;
}

/** A little at a time, so that no key pressed meanwhile waits. */
async function makeReady(table) {
  const steps = match.prepare(table);
  for (;;) {
    const until = performance.now() + AT_ONCE_MS;
    while (performance.now() < until) {
      const step = steps.next();
      if (step.done) return step.value;
    }
    await new Promise((go) => { setTimeout(go); });
  }
}

/** Below a component of the site, which knows a place of its own and is told what happens in it. */
function makeRoom(/** @type {string} */ selector, /** @type {string[]} */ styles) {
  const root = find(selector).attachShadow({ mode: 'open' });
  for (const name of styles) {
    const { path, integrity } = files[name];
    root.append(Object.assign(document.createElement('link'), { rel: 'stylesheet', href: path, integrity }));
  }
  const room = document.createElement('div');
  root.append(room);
  return room;
}

const chosen = (name) => /** @type {HTMLSelectElement} */ (find('#' + name)).value;

function readAsked() {
  const within = chosen('within');
  const wanted = Object.fromEntries(Object.keys(words().facts).map((name) => [name, factValue(name)]).filter(([, code]) => code));
  return {
    withinMiles: within.endsWith('min') ? null : Number(within),
    withinMinutes: within.endsWith('min') ? Number.parseInt(within, 10) : null,
    byMinutes: false,
    limit: null,
    treatment: chosen('treatment') || null,
    hideUnconfirmed: /** @type {HTMLInputElement} */ (find('#hide_unconfirmed')).checked,
    wanted,
  };
}

function factValue(name) {
  const select = document.getElementById('fact_' + name);
  return select instanceof HTMLSelectElement ? select.value : '';
}

let listRoom;

function show() {
  const crisis = find('#crisis');
  if (state.shown !== 'crisis') crisis.replaceChildren();
  let answer;
  let shown = null;
  if (state.shown === 'found' && state.place) {
    const result = searchForPage(data.clinics, state.place, readAsked(), null);
    answer = buildAnswer(data, result, state);
    showFacts(result.known);
    shown = result;
  } else {
    showFacts({});
    answer = { start: () => buildStart(data), lost: () => buildNotFound(state.focus, state.candidates), crisis: () => buildInvitation(state.focus), found: () => buildStart(data) }[state.shown]();
  }
  clinicList.default({ data: answer, parentElement: listRoom, setTriggerValue: (_name, event) => act(event.kind, event.value) }, kept, placeField);
  showOnMap(() => (shown ? showResult(data.clinics, shown, state.selected) : showAll(data.clinics, state.selected)));
}

/** The site's map in its frame, which comes later than the list. */
/** @type {any} */
let layer = null;
let feed = () => {};
function showOnMap(/** @type {() => any} */ build) {
  feed = () => { if (layer) layer.set(build()); };
  feed();
}

function startMap() {
  const frame = /** @type {HTMLIFrameElement} */ (find('#map iframe'));
  const start = () => {
    const inside = /** @type {any} */ (frame.contentWindow);
    if (layer || !inside || !inside.startPocketMap) return;
    layer = inside.startPocketMap(words().map, (id) => { act('select', id); });
    feed();
  };
  frame.addEventListener('load', start);
  start();
}

/** On a phone the page shows the list or the map. */
function turnTo(/** @type {boolean} */ isMap) {
  document.body.classList.toggle('map-first', isMap);
  const button = find('#switch button');
  button.textContent = isMap ? _("Show list") : _("Show map");
  find('#switch').hidden = false;
}

function act(/** @type {string} */ kind, /** @type {any} */ value) {
  if (kind === 'page') Object.assign(state, { page: value, selected: null, focus: state.focus + 1 });
  else if (kind === 'select') { state.selected = value; turnTo(true); }
  else if (kind === 'query') { box.value = value; ask(value); return; }
  else {
    if (kind === 'unconfirmed') /** @type {HTMLInputElement} */ (find('#hide_unconfirmed')).checked = false;
    else if (kind === 'fact') /** @type {HTMLSelectElement} */ (find('#fact_' + value)).value = '';
    else /** @type {HTMLSelectElement} */ (find('#' + kind)).value = value;
    startOver();
    return;
  }
  show();
}

function startOver() {
  Object.assign(state, { page: 1, selected: null });
  show();
}

/** Filters by facts that enough clinics here are known to have, or that are chosen. */
function showFacts(/** @type {Record<string, { known: number, clinics: number }>} */ known) {
  const room = find('#facts');
  for (const [name, fact] of Object.entries(words().facts)) {
    const of = known[name];
    const isOffered = factValue(name) || (of && of.known > 0 && of.known >= LEAST_KNOWN * of.clinics);
    let label = document.querySelector('label[for="fact_' + name + '"]');
    if (!isOffered) { label?.parentElement?.remove(); continue; }
    if (!label) {
      const [part, select] = [document.createElement('div'), document.createElement('select')];
      label = Object.assign(document.createElement('label'), { htmlFor: 'fact_' + name });
      select.id = 'fact_' + name;
      select.append(new Option(sentenceCase(fact.anything), ''), ...Object.entries(fact.options).map(([code, said]) => new Option(sentenceCase(said), code)));
      select.addEventListener('change', startOver);
      part.append(label, select);
      room.append(part);
    }
    label.textContent = of ? _("{label} (known for {known} of {count})", { label: fact.label, known: formatNumber(of.known), count: formatNumber(of.clinics) }) : fact.label;
  }
}

/** Takes a new search: a place that was picked or is written as the list has it, or signs of a crisis. */
async function ask(/** @type {string} */ typed) {
  const text = typed.trim();
  const { known, kinds, find: findPlace } = await getPlaces();
  Object.assign(state, { page: 1, selected: null, place: null, focus: state.focus + 1 });
  const kind = readCrisis(known, kinds, text);
  if (kind) {
    state.shown = 'crisis';
    showPanel(kind);
  } else if (text) {
    const suggested = match.suggest(known, text);
    const same = suggested.find((option) => match.fold(option.text) === match.fold(text));
    state.place = findPlace(text) || (same ? findPlace(same.text) : null);
    state.shown = state.place ? 'found' : 'lost';
    state.candidates = suggested.slice(0, MOST_CANDIDATES).map((option) => option.text);
  } else state.shown = 'start';
  show();
}

/** Which kind of crisis a text is a sign of; the first of the kinds goes before the others. */
function readCrisis(/** @type {import('../place_match.js').Known} */ known, /** @type {string[]} */ kinds, /** @type {string} */ text) {
  const { phrases } = known.crisis;
  const isOf = (kind) => match.isOfCrisis({ ...known, crisis: { ...known.crisis, phrases: phrases.filter((_phrase, at) => kinds[at] === kind) } }, text);
  return Object.keys(words().panels).find(isOf) || '';
}

function showPanel(/** @type {string} */ kind) {
  const room = find('#crisis');
  const parsed = new DOMParser().parseFromString(words().panels[kind], 'text/html');
  room.replaceChildren(...parsed.body.childNodes);
  const heading = room.querySelector('h2');
  if (heading) heading.focus({ preventScroll: true });
  room.scrollIntoView({ block: 'nearest' });
}

/** "My list" names the clinics of a shared one from the cards that are here already. */
function showMine() {
  const shown = data.clinics.id.map((id, row) => ({ id, row })).filter(({ row }) => ['open', 'unconfirmed'].includes(data.clinics.status[row]));
  const contacts = shown.map(({ row }) => {
    const { id, name, address, phone, website } = data.cards[row];
    return { id, name, address, phone: phone ? phone.text : '', number: phone ? phone.href.replace('tel:', '') : '', website };
  });
  takeAlong.default({
    data: { language: document.documentElement.lang, labels: words().my_list, ride: words().ride, questions: words().questions, clinics: contacts },
    parentElement: makeRoom('#mine', ['assets/take_along.css']),
    setTriggerValue: () => undefined,
  }, kept);
}

/** What the address names, where this stands in another page: a treatment and a state, no more. */
async function askByAddress() {
  const named = new URLSearchParams(window.location.search);
  const treatment = named.get('treatment') || '';
  if (treatment && treatment in words().treatments) {
    /** @type {HTMLSelectElement} */ (find('#treatment')).value = treatment;
    show();
  }
  const code = named.get('state') || '';
  if (!/^[A-Za-z]{2}$/.test(code)) return;
  const state = match.suggest((await getPlaces()).known, code).find((option) => option.kind === 'state');
  if (!state) return;
  box.value = state.text;
  await ask(state.text);
}

async function start() {
  const language = document.documentElement.lang;
  const [texts, clinics, cards] = await Promise.all(['texts.' + language, 'clinics', 'cards'].map(load));
  use(readJson(texts));
  const { languages, cards: all } = readJson(cards);
  const spoken = languages.indexOf(language);
  data = { clinics: readJson(clinics), cards: all.map((card) => card[spoken]) };
  listRoom = makeRoom('#list', ['assets/clinic_list.css']);
  placeBox.default({ data: { ...words().place_box, url: 'places', ready: async () => (await getPlaces()).known }, parentElement: find('#place_box') }, match);
  form.addEventListener('submit', (event) => { event.preventDefault(); ask(box.value); });
  for (const name of ['within', 'treatment', 'hide_unconfirmed']) find('#' + name).addEventListener('change', startOver);
  find('#switch button').addEventListener('click', () => turnTo(!document.body.classList.contains('map-first')));
  turnTo(false);
  show();
  showMine();
  startMap();
  find('#search').removeAttribute('disabled');
  if (box.value) ask(box.value);
  else await askByAddress();
  keepUpToDate();
}

start().catch((error) => {
  find('#fault').hidden = false;
  throw error;
});
