// @ts-check
/* Which kind of crisis a text is a sign of, by the phrases of the type-ahead and the numbers of the lines. */
import { isOfCrisis } from '../place_match.js';

/** @typedef {import('../place_table.js').Known} Known */

/** Of each phrase its kind; a pattern of a line's number typed by itself, and what may stand around that.
 * @typedef {{ crisis_kinds: string[], crisis_line: string, crisis_edges: string }} CrisisTable */

/**
 * @param {Known} known
 * @param {CrisisTable} table
 * @param {string[]} kinds the first of which goes before the others.
 * @param {string} text
 * @returns {string} a kind, or "".
 */
export function readCrisis(known, table, kinds, text) {
  const signs = [...text.normalize('NFKC')];
  while (table.crisis_edges.includes(signs[0] ?? '-x')) signs.shift();
  while (table.crisis_edges.includes(signs.at(-1) ?? '-x')) signs.pop();
  if (new RegExp('^(?:' + table.crisis_line + ')$', 'i').test(signs.join(''))) return kinds[0];
  const { phrases } = known.crisis;
  const isOf = (/** @type {string} */ kind) => isOfCrisis({ ...known, crisis: { ...known.crisis, phrases: phrases.filter((_phrase, at) => table.crisis_kinds[at] === kind) } }, text);
  return kinds.find(isOf) || '';
}
