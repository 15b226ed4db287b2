// @ts-check
/* Of which crisis a text is a sign, whatever its spelling: as geo/guidance/crisis/recognising.py has it,
   which tests hold it to. */
import { fold } from './crisis_words.js';

/** @typedef {import('../place_table.js').Known['crisis']} Phrases */

/** What the table of the type-ahead tells beside the phrases: of each its kind; a line's number typed by
 * itself, and what may stand around that; what a word is; words that look like a slip of one of a phrase;
 * words that may stand around a place.
 * @typedef {{ crisis_kinds: string[], crisis_line: string, crisis_edges: string, crisis_word: string,
 *   crisis_others: string, crisis_around: string }} CrisisTable */

/** A word of a text: what it may stand for, and whether it is one of the phrases' own.
 * @typedef {{ stems: string[], word: string, isExact: boolean }} Token */

/** @typedef {{ phrases: string[][], stems: Map<string, string>, skipped: Set<string>, others: Set<string>, around: Set<string> }} Lists */

const LONGEST_READ = 2000;
const LONG = 5;
const SHORT = 3;
const LONGEST_SLIP = 16;
const LONGEST_RUN = 40;
const SHORTEST_RUN = 8;
const SHORTEST_JOINT = 6;
const SHORTEST_ALONE = 6;
const SHORT_PARTS = ['my', 'it', 'no', 'me', 'mi', 'se'];
const FEWEST_SPELLED = 3;

/**
 * @param {Phrases} phrases of the type-ahead.
 * @param {CrisisTable} table
 * @param {string[]} kinds the first of which goes before the others.
 * @param {string} text
 * @returns {string} a kind, or "".
 */
export function readCrisis(phrases, table, kinds, text) {
  const cut = (/** @type {string} */ long) => [...long].slice(0, LONGEST_READ).join('');
  const line = cut(cut(text).normalize('NFKC')).replace(/\p{Cf}/gu, '');
  const signs = [...line];
  while (table.crisis_edges.includes(signs[0] ?? '-x')) signs.shift();
  while (table.crisis_edges.includes(signs.at(-1) ?? '-x')) signs.pop();
  if (new RegExp('^(?:' + table.crisis_line + ')$', 'i').test(signs.join(''))) return kinds[0];
  const around = new Set([...table.crisis_around.split(' '), ...phrases.skipped]);
  const lists = { ...phrases, others: new Set(table.crisis_others.split(' ')), around };
  const words = (line.match(new RegExp(table.crisis_word, 'g')) || []).map(fold).filter(Boolean);
  const tokens = readTokens(words, lists).filter(({ stems }) => !stems.some((stem) => lists.skipped.has(stem)));
  const found = new Set(lists.phrases.flatMap((parts, at) => (tokens.some((_token, first) => isSaid(parts, tokens.slice(first, first + parts.length))) ? [table.crisis_kinds[at]] : [])));
  return kinds.find((kind) => found.has(kind)) || '';
}

/**
 * Whether words are those of a phrase: each right or long, or one that is right vouches for the others.
 * @param {string[]} parts
 * @param {Token[]} said
 */
function isSaid(parts, said) {
  if (said.length < parts.length || !said.every(({ stems }, at) => stems.includes(parts[at]))) return false;
  return said.every(({ isExact, word }) => isExact || word.length >= SHORTEST_ALONE) || said.some(({ isExact, word }) => isExact && word.length >= SHORT);
}

/**
 * The words; such as were written in pieces as one, such as were run together apart.
 * @param {string[]} words
 * @param {Lists} lists
 */
function readTokens(words, lists) {
  const tokens = [];
  for (let at = 0; at < words.length;) {
    let word = words[at];
    let spelled = 0;
    while (words[at + spelled]?.length === 1) spelled += 1;
    if (spelled >= FEWEST_SPELLED) {
      word = words.slice(at, at + spelled).join('');
      at += spelled;
    } else {
      at += 1;
      const joint = word + words[at];
      if (at < words.length && joint.length >= SHORTEST_JOINT && lists.stems.has(joint)) {
        word = joint;
        at += 1;
      }
    }
    tokens.push(...readWord(word, lists));
  }
  return tokens;
}

/**
 * @param {string} word
 * @param {Lists} lists
 * @returns {Token[]}
 */
function readWord(word, lists) {
  const bare = word.replaceAll("'", '');
  for (const known of [word, bare]) {
    const stem = lists.stems.get(known);
    if (stem !== undefined) return [{ stems: [stem], word: known, isExact: true }];
  }
  if (lists.skipped.has(bare)) return [{ stems: [bare], word: bare, isExact: true }];
  if (/^\d+$/.test(bare)) return [{ stems: bare.length < LONG && Number(bare) >= 10 && Number(bare) < 1000 ? ['many'] : [], word: bare, isExact: true }];
  const parts = split(bare, lists);
  if (parts.length) return parts.map((part) => ({ stems: [part], word: bare, isExact: true }));
  return [{ stems: spell(bare, lists), word: bare, isExact: false }];
}

/**
 * What a word may be a slip of, by what that stands for.
 * @param {string} word
 * @param {Lists} lists
 */
function spell(word, { stems, others, around }) {
  if (others.has(word) || around.has(word)) return [];
  for (const most of [2, 1]) {
    const stem = stems.get(squeeze(word, most));
    if (stem !== undefined) return [stem];
  }
  if (word.length < SHORT || word.length > LONGEST_SLIP) return [];
  return [...stems].filter(([known]) => isNear(word, known) && isSlip(word, known)).map(([, stem]) => stem);
}

/**
 * @param {string} word
 * @param {string} known
 */
function isSlip(word, known) {
  const sort = (/** @type {string} */ letters) => [...letters].sort().join('');
  if (known.length >= LONG) return true;
  if (known.length > SHORT) return word[0] === known[0] || sort(word) === sort(known);
  return known.length === SHORT && sort(word) === sort(known);
}

/**
 * Whether one letter more, less or other, or two neighbours exchanged, make one word of the other.
 * @param {string} one
 * @param {string} other
 */
function isNear(one, other) {
  if (Math.abs(one.length - other.length) > 1) return false;
  let same = 0;
  while (same < one.length && one[same] === other[same]) same += 1;
  const [rest, others] = [one.slice(same), other.slice(same)];
  return rest.slice(1) === others || rest === others.slice(1) || rest.slice(1) === others.slice(1)
    || (rest.length > 1 && rest[0] === others[1] && rest[1] === others[0] && rest.slice(2) === others.slice(2));
}

/**
 * Each letter at most so many times in a row.
 * @param {string} word
 * @param {number} most
 */
function squeeze(word, most) { return word.replace(/(.)\1+/g, (run, letter) => letter.repeat(Math.min(run.length, most))); }

/**
 * What words stand for that were run together; none where a word is not made of them.
 * @param {string} word
 * @param {Lists} lists
 * @returns {string[]}
 */
function split(word, { stems, skipped }) {
  if (word.length < SHORTEST_RUN || word.length > LONGEST_RUN) return [];
  /** @type {(string[] | null)[]} */
  const best = [[], ...new Array(word.length).fill(null)];
  for (let end = 1; end <= word.length; end += 1) {
    for (let start = Math.max(0, end - LONGEST_SLIP); start < end; start += 1) {
      const [before, part] = [best[start], word.slice(start, end)];
      const known = skipped.has(part) ? part : stems.get(part);
      const isPart = part.length >= SHORT || skipped.has(part) || SHORT_PARTS.includes(part);
      if (before && known && isPart && before.length + 1 < (best[end]?.length ?? Infinity)) best[end] = [...before, known];
    }
  }
  return best[word.length] || [];
}
