// @ts-check
/* The table that geo/places/suggestion_table.py makes, made ready to be looked through by place_match.js.
   Pure functions, without a page around them. */

/** What is suggested: `text` finds it, `name` and `place` tell it.
 * @typedef {{ kind: string, name: string, place: string, text: string }} Suggestion */

/** All that is known, ready to be looked through: places and how many people each counts for; their
 * names, a line each, most people first; where each line starts, and its place; ZIPs; how
 * names are written, and what words that open one stand for.
 * @typedef {{
 *   places: Suggestion[], ranks: Uint8Array, lines: string, starts: Uint32Array, placesOf: Uint32Array,
 *   zips: { codes: string[], cities: string[], isOrdinary: Uint8Array },
 *   fold: typeof fold, openings: Record<string, string>,
 *   states: [string, string][], crisis: { phrases: string[][], stems: Map<string, string>, skipped: Set<string> } }} Known */

export const FORMAT = 1;

const AT_ONCE = 2000;
const AT_ONCE_MS = 8;

/* As geo/places/names.py: one spelling for words that are written in several ways. */
/** @type {Record<string, string>} */
const OPENING = { st: 'saint', ste: 'sainte', ft: 'fort', mt: 'mount', pt: 'point', n: 'north', s: 'south', e: 'east', w: 'west' };
/** @type {Record<string, string>} */
const CLOSING = { hts: 'heights', hgts: 'heights', spgs: 'springs', bch: 'beach', jct: 'junction', mtn: 'mountain', vlg: 'village', twp: 'township', ctr: 'center', centre: 'center', hbr: 'harbor', harbour: 'harbor', pt: 'point' };
const OPENS = new RegExp('\\b(' + Object.keys(OPENING).join('|') + ')(?= [a-z]{2})', 'g');
const CLOSES = new RegExp(' (' + Object.keys(CLOSING).join('|') + ')\\b', 'g');
const STATES_LAST = /, ([A-Z]{2}(?:-[A-Z]{2})*)$/;

/**
 * Returns names, one a line, as they are compared: small letters and digits, single spaces.
 * @param {string} text
 */
export function fold(text) {
  const plain = text.toLowerCase().normalize('NFKD').replace(/[\u0300-\u036f]/g, '').replaceAll('&', ' and ').replace(/['’`]/g, '');
  const words = plain.replace(/[^a-z0-9\n]+/g, ' ').replaceAll(' \n', '\n').replaceAll('\n ', '\n').replace(/^ +| +$/g, '');
  return words.replace(OPENS, (word) => OPENING[word]).replace(CLOSES, (word) => ' ' + CLOSING[word.slice(1)]);
}

/**
 * Makes a table ready a little at a time, so that no key pressed meanwhile waits.
 * @param {SuggestionTable} table
 * @returns {Promise<Known>}
 * @throws {Error} as `prepare`.
 */
export async function makeReady(table) {
  const steps = prepare(table);
  for (;;) {
    const until = performance.now() + AT_ONCE_MS;
    while (performance.now() < until) {
      const step = steps.next();
      if (step.done) return step.value;
    }
    await new Promise((go) => { setTimeout(go); });
  }
}

/**
 * Makes a table ready, and stops now and then so that a page around it stays alive.
 * @param {SuggestionTable} table
 * @returns {Generator<void, Known, void>}
 * @throws {Error} where the table is damaged or of another format.
 */
export function* prepare(table) {
  if (table.format !== FORMAT) throw new Error('The table of places is of another format.');
  const wanted = new Map(table.also.map(([, text]) => [text, -1]));
  /** @type {Suggestion[]} */
  const places = [];
  /** @type {string[]} */
  const names = [];
  /** @type {number[]} */
  const ranks = [];
  /** @type {(kind: string, name: string, place: string, text: string, told: string, rank: number) => void} */
  const add = (kind, name, place, text, told, rank) => {
    if (wanted.get(text) === -1) wanted.set(text, places.length);
    places.push({ kind, name, place, text });
    names.push(told);
    ranks.push(rank);
  };
  const rankAt = (/** @type {string} */ signs, /** @type {number} */ at) => {
    const rank = signs.charCodeAt(at) - 32;
    if (!(rank >= 0 && rank < 128)) throw new Error('The table of places is damaged.');
    return rank;
  };

  const cityStates = table.cities.states.split('\n');
  /** @type {Record<string, string[]>} */
  const ofState = {};
  for (const [at, name] of table.cities.names.split('\n').entries()) {
    for (let from = 0; from < cityStates[at].length; from += 2) {
      const state = cityStates[at].slice(from, from + 2);
      const label = name + ', ' + state;
      add('city', label, '', label, label, rankAt(table.cities.ranks, places.length));
      (ofState[state] ||= []).push(label);
    }
    if (at % AT_ONCE === AT_ONCE - 1) yield;
  }
  for (const group of table.groups) {
    const where = group.places.split('\n');
    for (const [at, name] of group.names.split('\n').entries()) {
      if (!name) continue;
      const place = where[at] || '';
      const told = group.kind === 'clinic' || group.kind === 'airport' ? name + ' ' + place : name;
      add(group.kind, name, place, group.kind === 'clinic' ? name + ', ' + place : name, told, rankAt(group.ranks, at));
    }
    yield;
  }

  const also = table.also.map(([name, text]) => ({ name, at: wanted.get(text) ?? -1 })).filter(({ at }) => at !== -1);
  const placeOf = (/** @type {number} */ line) => (line < places.length ? line : also[line - places.length].at);
  const order = sortByRank(places.length + also.length, (line) => ranks[placeOf(line)]);
  const starts = new Uint32Array(order.length);
  /** @type {string[]} */
  const pieces = [];
  let length = 0;
  yield;
  for (let from = 0; from < order.length; from += AT_ONCE) {
    const some = [...order.subarray(from, from + AT_ONCE)];
    const states = some.map((line) => STATES_LAST.exec(names[placeOf(line)])?.[1] || '');
    const keys = fold(some.map((line, at) => {
      if (line >= names.length) return also[line - names.length].name;
      return states[at] ? names[line].slice(0, -states[at].length - 2) : names[line];
    }).join('\n')).split('\n');
    for (const [at, key] of keys.entries()) {
      const line = '\n' + key + '\t' + states[at].toLowerCase();
      starts[from + at] = length;
      length += line.length;
      pieces.push(line);
    }
    yield;
  }
  pieces.push('\n');
  const zips = yield* readZips(table, ofState);
  return {
    places,
    ranks: Uint8Array.from(ranks),
    lines: pieces.join(''),
    starts,
    placesOf: order.map(placeOf),
    zips,
    fold,
    openings: OPENING,
    states: Object.entries(table.states).map(([code, name]) => [code.toLowerCase(), fold(name)]),
    crisis: readCrisis(table.crisis)
  };
}

/**
 * @param {SuggestionTable} table
 * @param {Record<string, string[]>} ofState
 */
function* readZips({ zips }, ofState) {
  /** @type {string[]} */
  const codes = [];
  /** @type {string[]} */
  const cities = [];
  let [code, city, at] = [0, 0, 0];
  for (const [state, count] of zips.states) {
    for (let turn = 0; turn < count; turn += 1, at += 1) {
      code += zips.steps[at];
      city += zips.cities[at];
      if (!ofState[state]?.[city]) throw new Error('The table of places is damaged.');
      codes.push(String(code).padStart(5, '0'));
      cities.push(ofState[state][city]);
      if (at % AT_ONCE === AT_ONCE - 1) yield;
    }
  }
  const isOrdinary = new Uint8Array(codes.length);
  at = 0;
  for (const [turn, count] of zips.turns.entries()) {
    isOrdinary.fill(turn % 2 ? 0 : 1, at, at + count);
    at += count;
  }
  return { codes, cities, isOrdinary };
}

/**
 * Returns numbers up to a count, those of the highest rank first.
 * @param {number} count
 * @param {(number: number) => number} rankOf
 */
function sortByRank(count, rankOf) {
  const next = new Uint32Array(130);
  for (let at = 0; at < count; at += 1) next[128 - rankOf(at)] += 1;
  for (let rank = 1; rank < next.length; rank += 1) next[rank] += next[rank - 1];
  const order = new Uint32Array(count);
  for (let at = count - 1; at >= 0; at -= 1) order[next[128 - rankOf(at)] -= 1] = at;
  return order;
}

/** @param {CrisisWords} crisis */
function readCrisis(crisis) {
  /** @type {Map<string, string>} */
  const stems = new Map();
  for (const [stem, words] of Object.entries(crisis.stems)) {
    for (const word of words.split(' ')) stems.set(word, stem);
  }
  return { phrases: crisis.phrases.map((phrase) => phrase.split(' ')), stems, skipped: new Set(crisis.skipped.split(' ')) };
}
