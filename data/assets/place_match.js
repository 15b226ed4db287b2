// @ts-check
/* Suggests places for what is typed, from the table that geo/places/suggestion_table.py makes. Pure
   functions, without a page around them: nothing that is typed leaves the one who asks. */

/** What is suggested: `text` finds it, `name` and `place` tell it.
 * @typedef {{ kind: string, name: string, place: string, text: string }} Suggestion */

/** Phrases of stems, apart by spaces; stem -> the words that stand for it; words that say nothing.
 * @typedef {{ phrases: string[], stems: Record<string, string>, skipped: string }} Crisis */

/** @typedef {{
 *   format: number, states: Record<string, string>,
 *   cities: { names: string, states: string, ranks: string },
 *   zips: { states: [string, number][], steps: number[], cities: number[], turns: number[] },
 *   groups: { kind: string, names: string, places: string, ranks: string }[],
 *   also: [string, string][], crisis: Crisis }} Table */

/** All that is known, ready to be looked through: places and how many people each counts for; their
 * names, a line each, most people first; where each line starts, and its place; ZIPs.
 * @typedef {{
 *   places: Suggestion[], ranks: Uint8Array, lines: string, starts: Uint32Array, placesOf: Uint32Array,
 *   zips: { codes: string[], cities: string[], isOrdinary: Uint8Array },
 *   states: [string, string][], crisis: { phrases: string[][], stems: Map<string, string>, skipped: Set<string> } }} Known */

/** What a text is read as; `states` where some are named.
 * @typedef {{ key: string, states: string[] | null }} Reading */

export const FORMAT = 1;
export const MOST = 8;

const FEWEST_LETTERS = 2;
const LONGEST = 80;
const SHORTEST_TO_CORRECT = 5;
const AT_ONCE = 2000;
const LOOKED_AT = 24;
const MOST_STATE_WORDS = 3;
const AIRPORT_CODE = 3;
/* Four ranks are a doubling of people. A name that is typed whole counts for twenty times the people,
   a word inside of one for a sixtieth, a slip for a thousandth; a SMALL_TOWN has 20,000. */
const WHOLE = 17;
const INSIDE = -24;
const SLIP = -36;
const SMALL_TOWN = 57;

/* As geo/places/names.py: one spelling for words that are written in several ways. */
/** @type {Record<string, string>} */
const OPENING = { st: 'saint', ste: 'sainte', ft: 'fort', mt: 'mount', pt: 'point', n: 'north', s: 'south', e: 'east', w: 'west' };
/** @type {Record<string, string>} */
const CLOSING = { hts: 'heights', hgts: 'heights', spgs: 'springs', bch: 'beach', jct: 'junction', mtn: 'mountain', vlg: 'village', twp: 'township', ctr: 'center', centre: 'center', hbr: 'harbor', harbour: 'harbor', pt: 'point' };
const OPENS = new RegExp('\\b(' + Object.keys(OPENING).join('|') + ')(?= [a-z]{2})', 'g');
const CLOSES = new RegExp(' (' + Object.keys(CLOSING).join('|') + ')\\b', 'g');
const STATES_LAST = /, ([A-Z]{2}(?:-[A-Z]{2})*)$/;
const DIGITS = /^(\d{2,5})(?:-\d{0,4})?$/;
/* As geo/guidance/crisis/phrases.py: signs that stand for letters. */
/** @type {Record<string, string>} */
const LOOKALIKES = { 0: 'o', 1: 'i', 3: 'e', 4: 'a', $: 's', '@': 'a', '!': 'i', '|': 'i' };

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
 * Makes a table ready, and stops now and then so that a page around it stays alive.
 * @param {Table} table
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
    states: Object.entries(table.states).map(([code, name]) => [code.toLowerCase(), fold(name)]),
    crisis: readCrisis(table.crisis)
  };
}

/**
 * @param {Table} table
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

/** @param {Crisis} crisis */
function readCrisis(crisis) {
  /** @type {Map<string, string>} */
  const stems = new Map();
  for (const [stem, words] of Object.entries(crisis.stems)) {
    for (const word of words.split(' ')) stems.set(word, stem);
  }
  return { phrases: crisis.phrases.map((phrase) => phrase.split(' ')), stems, skipped: new Set(crisis.skipped.split(' ')) };
}

/**
 * Returns what may be meant, the likeliest first.
 * @param {Known} known
 * @param {string} typed
 * @returns {Suggestion[]}
 */
export function suggest(known, typed) {
  const text = typed.trim();
  if (text.length > LONGEST || isOfCrisis(known, text)) return [];
  const digits = DIGITS.exec(text);
  if (digits) return suggestZips(known, digits[1]);
  if (fold(text).length < FEWEST_LETTERS) return [];
  /** @type {Map<number, number>} */
  const scores = new Map();
  const readings = read(known, text);
  for (const reading of readings) {
    const { key } = reading;
    if (collect(known, scores, reading, '\n' + key, 0)) collect(known, scores, reading, '\n' + key + '\t', WHOLE);
    collect(known, scores, reading, ' ' + key, INSIDE);
    if (key.length === AIRPORT_CODE) collect(known, scores, reading, ' airport ' + key + ' ', 0);
  }
  if (!scores.size) for (const reading of readings) collectInAnyOrder(known, scores, reading);
  if (![...scores.keys()].some((place) => known.ranks[place] > SMALL_TOWN)) {
    for (const reading of readings) collectSlips(known, scores, reading);
  }
  return [...scores].sort(([one, ones], [other, others]) => others - ones || one - other).slice(0, MOST).map(([place]) => known.places[place]);
}

/**
 * Ordinary ZIPs first, then those of post-office boxes and single receivers, each in order.
 * @param {Known} known
 * @param {string} digits
 * @returns {Suggestion[]}
 */
function suggestZips({ zips: { codes, cities, isOrdinary } }, digits) {
  let [low, high] = [0, codes.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (codes[middle] < digits) low = middle + 1;
    else high = middle;
  }
  /** @type {[number[], number[]]} */
  const found = [[], []];
  for (let at = low; at < codes.length && codes[at].startsWith(digits) && found[0].length < MOST; at += 1) {
    found[isOrdinary[at] ? 0 : 1].push(at);
  }
  return [...found[0], ...found[1]].slice(0, MOST).map((at) => ({ kind: 'zip', name: codes[at], place: cities[at], text: codes[at] }));
}

/**
 * Returns how a text may be read: as a name, or as one and its state, written or begun.
 * @param {Known} known
 * @param {string} text
 * @returns {Reading[]}
 */
function read({ states }, text) {
  const key = fold(text);
  const words = key.split(' ');
  /** @type {Reading[]} */
  const readings = [{ key, states: null }];
  const add = (/** @type {string} */ name, /** @type {string} */ tail) => {
    const meant = states.filter(([code, stateName]) => code === tail || ((tail.length > 2 || text.includes(',')) && (stateName.startsWith(tail) || code.startsWith(tail)))).map(([code]) => code);
    if (name && meant.length) readings.push({ key: name, states: meant });
  };
  const comma = text.lastIndexOf(',');
  if (comma > 0 && fold(text.slice(comma))) add(fold(text.slice(0, comma)), fold(text.slice(comma)));
  else for (let size = 1; size <= MOST_STATE_WORDS && size < words.length; size += 1) add(words.slice(0, -size).join(' '), words.slice(-size).join(' '));
  const last = words[words.length - 1];
  if (last.length > 1 && Object.hasOwn(OPENING, last)) readings.push({ key: [...words.slice(0, -1), OPENING[last]].join(' '), states: null });
  return readings;
}

/**
 * Scores the places whose line holds a piece, most people first, and no more than are looked at;
 * returns how many there are.
 * @param {Known} known
 * @param {Map<number, number>} scores
 * @param {Reading} reading
 * @param {string} piece
 * @param {number} worth
 * @param {(start: number, at: number) => boolean} [isMeant]
 */
function collect(known, scores, reading, piece, worth, isMeant) {
  const { lines, starts, placesOf, ranks } = known;
  let count = 0;
  for (let at = lines.indexOf(piece); at !== -1 && count < LOOKED_AT; at = lines.indexOf(piece, at + 1)) {
    const line = findLine(starts, at);
    if ((isMeant && !isMeant(starts[line], at)) || !isIn(lines, starts[line], reading.states)) continue;
    count += 1;
    const score = ranks[placesOf[line]] + worth;
    if (!((scores.get(placesOf[line]) ?? -Infinity) >= score)) scores.set(placesOf[line], score);
  }
  return count;
}

/**
 * Scores the places of which a word begins with each word that is typed.
 * @param {Known} known
 * @param {Map<number, number>} scores
 * @param {Reading} reading
 */
function collectInAnyOrder(known, scores, reading) {
  const words = reading.key.split(' ');
  if (words.length < 2) return;
  const longest = words.reduce((one, other) => (other.length > one.length ? other : one));
  const hasAll = (/** @type {number} */ start) => {
    const line = ' ' + known.lines.slice(start + 1, known.lines.indexOf('\t', start));
    return words.every((word) => line.includes(' ' + word));
  };
  for (const before of ['\n', ' ']) collect(known, scores, reading, before + longest, INSIDE, hasAll);
}

/**
 * Scores the places whose name begins with what is typed but for one slip; half of it is right.
 * @param {Known} known
 * @param {Map<number, number>} scores
 * @param {Reading} reading
 */
function collectSlips(known, scores, reading) {
  const { key } = reading;
  if (key.length < SHORTEST_TO_CORRECT || /\d/.test(key)) return;
  const { lines } = known;
  const isSlip = (/** @type {number} */ start) => {
    const end = Math.min(lines.indexOf('\t', start), start + key.length + 3);
    return beginsButForOneSlip(lines.slice(start + 1, end), key);
  };
  const half = key.length >> 1;
  collect(known, scores, reading, '\n' + key.slice(0, half - 1), SLIP, isSlip);
  collect(known, scores, reading, key.slice(half), SLIP, (start, at) => Math.abs(at - start - 1 - half) < 2 && isSlip(start));
}

/**
 * Tells whether a name begins with a text in which one letter is wrong, lacking, too many or exchanged
 * with the next. Where that is the last letter the name must end there, or any letter would do.
 * @param {string} name
 * @param {string} text
 */
export function beginsButForOneSlip(name, text) {
  let at = 0;
  while (at < text.length && name[at] === text[at]) at += 1;
  if (at === text.length) return true;
  if (at === text.length - 1) return name.length === at + 1 || name.length === at || name.slice(at + 1) === text[at];
  const rest = text.slice(at + 1);
  return name.startsWith(rest, at + 1)
    || name.startsWith(text.slice(at), at + 1)
    || name.startsWith(rest, at)
    || (name[at] === text[at + 1] && name[at + 1] === text[at] && name.startsWith(text.slice(at + 2), at + 2));
}

/**
 * Returns the line that a position is in.
 * @param {Uint32Array} starts
 * @param {number} at
 */
function findLine(starts, at) {
  let [low, high] = [0, starts.length];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (starts[middle] <= at) low = middle;
    else high = middle;
  }
  return low;
}

/**
 * Tells whether a line's place is in one of some states, or of no matter which.
 * @param {string} lines
 * @param {number} start
 * @param {string[] | null} states
 */
function isIn(lines, start, states) {
  if (!states) return true;
  const tab = lines.indexOf('\t', start);
  const codes = lines.slice(tab + 1, lines.indexOf('\n', tab)).split('-');
  return states.some((state) => codes.includes(state));
}

/**
 * Tells whether a text says, or begins to say, that somebody is in a crisis: nothing is suggested then.
 * What the finder makes of slips and run-together words is not repeated here, for no place is called so.
 * @param {Known} known
 * @param {string} text
 */
export function isOfCrisis({ crisis: { phrases, stems, skipped } }, text) {
  const words = text.toLowerCase().normalize('NFKD').replace(/[’ʼ´`]/g, "'").split(/[^a-z0-9'$@!|\u0300-\u036f]+/)
    .map((word) => (/[a-z]/.test(word) ? word.replace(/[0134$@!|]/g, (sign) => LOOKALIKES[sign]) : word).replace(/[^a-z0-9']/g, '').replace(/^'+|'+$/g, ''))
    .map((word) => (stems.has(word) ? word : word.replaceAll("'", '')))
    .filter((word) => word && !skipped.has(word));
  const last = words.length - 1;
  const stands = (/** @type {string} */ word, /** @type {string} */ part, /** @type {boolean} */ isLast) => (stems.get(word) || word) === part || (isLast && [...stems].some(([other, stem]) => stem === part && other.startsWith(word)));
  return words.some((_, from) => phrases.some((parts) => {
    const said = words.slice(from, from + parts.length);
    if (said.length < Math.min(parts.length, 2)) return false;
    return said.every((word, at) => stands(word, parts[at], at > 0 && from + at === last));
  }));
}
