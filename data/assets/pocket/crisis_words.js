// @ts-check
/* Words in small letters of a-z, digits and ', as `fold` of geo/guidance/crisis/phrases.py writes them. */

/* Signs that stand for letters. */
/** @type {Record<string, string>} */
const LOOKALIKES = { 0: 'o', 1: 'i', 3: 'e', 4: 'a', $: 's', '@': 'a', '!': 'i', '|': 'i', '`': "'", '‘': "'", '’': "'", 'ʼ': "'", '´': "'" };

/** @param {string} word */
export function fold(word) {
  let plain = word.toLowerCase().replaceAll('ß', 'ss').normalize('NFKD');
  if (/\p{L}/u.test(plain)) plain = plain.replace(/[0134$@!|`‘’ʼ´]/g, (sign) => LOOKALIKES[sign]);
  return plain.replace(/[^a-z0-9']/g, '').replace(/^'+|'+$/g, '');
}
