// @ts-check
/* Suggests places for what is typed, from the table that place_table.js made ready. Pure functions,
   without a page around them: nothing that is typed leaves the one who asks. */

/** @typedef {import('./place_table.js').Known} Known */
/** @typedef {import('./place_table.js').Suggestion} Suggestion */

/** What a text is read as; `states` where some are named.
 * @typedef {{ key: string, states: string[] | null }} Reading */

export const MOST = 8;

const FEWEST_LETTERS = 2;
const LONGEST = 80;
const SHORTEST_TO_CORRECT = 5;
const LOOKED_AT = 24;
const MOST_STATE_WORDS = 3;
const AIRPORT_CODE = 3;
/* Four ranks are a doubling of people. A name that is typed whole counts for twenty times the people,
   a word inside of one for a sixtieth, a slip for a thousandth; a SMALL_TOWN has 20,000. */
const WHOLE = 17;
const INSIDE = -24;
const SLIP = -36;
const SMALL_TOWN = 57;

const DIGITS = /^(\d{2,5})(?:-\d{0,4})?$/;
/* As geo/guidance/crisis/phrases.py: signs that stand for letters. */
/** @type {Record<string, string>} */
const LOOKALIKES = { 0: 'o', 1: 'i', 3: 'e', 4: 'a', $: 's', '@': 'a', '!': 'i', '|': 'i' };

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
  if (known.fold(text).length < FEWEST_LETTERS) return [];
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
function read({ states, fold, openings }, text) {
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
  if (last.length > 1 && Object.hasOwn(openings, last)) readings.push({ key: [...words.slice(0, -1), openings[last]].join(' '), states: null });
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
