// @ts-check
/* The words of one language, and how it writes numbers: made by geo/pocket/script_texts.py from the
   catalogues of the pages, so that nothing is translated twice. */

/** @typedef {{ first: L.MapOptions, basemap: BasemapOptions, layer: ClinicMapWords }} MapWords */

/** What Python has ready, by codes and numbers.
 * @typedef {{
 *   treatments: Record<string, string>, precisions: Record<string, string>, bands: Record<'miles' | 'minutes', Record<number, string>>,
 *   rules: Record<'miles' | 'minutes' | 'city', string>, ride: string, at_home: string, no_way: Record<string, string>,
 *   facts: Record<string, { label: string, anything: string, options: Record<string, string> }>,
 *   courses: { code: string, treatment: string, visits: number, sentence: string, sources: ListSource[] }[],
 *   steps: Steps, my_list: SavedLabels, questions: string[], states: string[], panels: Record<string, string>, map: MapWords,
 *   locate: LocateMessage, place_box: PlaceBoxMessage }} Words */

/** @typedef {{ language: string, messages: Record<string, string>, plurals: Record<string, [string, string]>,
 *   thousands: string, decimal: string, words: Words, notes: string[] }} Texts */

const KILOMETRES_PER_MILE = 1.609344;

/** @type {Texts} */
let texts;

/** @param {Texts} told */
export function use(told) { texts = told; }

export function words() { return texts.words; }

/** @param {number} number */
export function note(number) { return texts.notes[number]; }

/**
 * @param {string} template
 * @param {Record<string, string | number>} values
 */
export function fill(template, values) {
  return template.replace(/\{([a-z_]+)\}/g, (_whole, name) => String(values[name]));
}

/**
 * @param {string} message
 * @param {Record<string, string | number>} [values]
 */
export function _(message, values) {
  const told = texts.messages[message];
  if (told === undefined) throw new Error('No words for: ' + message);
  return values ? fill(told, values) : told;
}

/**
 * @param {string} one
 * @param {string} several
 * @param {number} count
 * @param {Record<string, string | number>} values
 */
export function ngettext(one, several, count, values) {
  const forms = texts.plurals[one];
  if (!forms) throw new Error('No words for: ' + one + ' | ' + several);
  return fill(forms[count === 1 ? 0 : 1], values);
}

/**
 * Rounds as Python does: what lies in the middle goes to the even neighbour.
 * @param {number} value
 */
export function round(value) {
  const down = Math.floor(value);
  const rest = value - down;
  if (rest !== 0.5) return rest < 0.5 ? down : down + 1;
  return down % 2 ? down + 1 : down;
}

/**
 * @param {number} value
 * @param {number} [decimals]
 */
export function formatNumber(value, decimals = 0) {
  const written = decimals ? value.toFixed(decimals) : String(round(value));
  const [whole, rest] = written.split('.');
  const marked = whole.replace(/\B(?=(\d{3})+$)/g, texts.thousands);
  return rest ? marked + texts.decimal + rest : marked;
}

/**
 * @param {number} miles
 * @param {number} [decimals]
 */
export function formatMiles(miles, decimals = 0) {
  const number = formatNumber(miles, decimals);
  const said = ngettext("{miles} mile", "{miles} miles", number === '1' ? 1 : 2, { miles: number });
  if (texts.language === 'en') return said;
  return _("{distance} ({kilometres} km)", { distance: said, kilometres: formatNumber(miles * KILOMETRES_PER_MILE, decimals) });
}

/** @param {string} said */
export function sentenceCase(said) { return said.slice(0, 1).toUpperCase() + said.slice(1); }
