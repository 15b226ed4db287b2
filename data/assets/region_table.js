// @ts-check
/* A table of regions in which each interval is drawn as a bar on one shared scale. */
/** @type {typeof import('./dom.js')['make']} */
let make;

const KILOMETRES_PER_MILE = 1.609344;

/**
 * @param {number} value
 * @param {string} kind
 * @param {TableWords} words
 */
function write(value, kind, words) {
  const digits = { maximumFractionDigits: kind === 'share' ? 1 : 2 };
  const say = (/** @type {number} */ number) => number.toLocaleString(words.locale, digits);
  return (kind === 'share' || kind === 'miles' ? words[kind] : words.other)
    .replace('{number}', say(kind === 'share' ? 100 * value : value))
    .replace('{kilometres}', say(KILOMETRES_PER_MILE * value));
}

/**
 * An interval: [value, low, high], drawn on the table's one scale; null where there is no data.
 * @param {[number | null, number, number]} interval
 * @param {TableScale} scale
 * @param {TableWords} words
 */
function bar([value, low, high], scale, words) {
  if (value === null) return make('span', { class: 'none', text: words.none });
  const at = (/** @type {number} */ number) => Math.max(0, Math.min(100, (100 * (number - scale.from)) / (scale.to - scale.from || 1)));
  const said = low === high ? words.without
    : words.interval.replace('{low}', write(low, scale.kind, words)).replace('{high}', write(high, scale.kind, words));
  return make('span', { class: 'bar', role: 'img', 'aria-label': said },
    scale.rest !== null && make('i', { class: 'rest', style: { left: at(scale.rest) + '%' } }),
    make('i', { class: 'line', style: { left: at(low) + '%', width: Math.max(at(high) - at(low), 0.6) + '%' } }),
    make('i', { class: 'middle', style: { left: at(value) + '%' } }));
}

/** @typedef {{ id: string, action: number, indent: number }} Row */

/**
 * @param {TableColumn} column
 * @param {any} value
 * @param {Row} row
 * @param {RegionTableMessage} data
 * @param {(id: string) => void} send
 */
function cell(column, value, row, { scale, words }, send) {
  if (column.kind === 'name') {
    const [text, lang] = /** @type {string[]} */ ([]).concat(value);
    const name = make(row.action ? 'button' : 'span', { type: row.action ? 'button' : null, 'data-key': row.id, lang, text });
    if (row.action) name.addEventListener('click', () => send(row.id));
    return make('th', { scope: 'row', class: row.indent ? 'indent' : null }, name);
  }
  if (column.kind === 'bar') return make('td', { class: 'bar-cell' }, bar(value, scale, words));
  return make('td', { class: column.kind, text: value });
}

/**
 * @param {any[]} row
 * @param {RegionTableMessage} data
 * @param {(id: string) => void} send
 */
function line([id, action, indent, ...cells], data, send) {
  const row = { id, action, indent };
  return make('tr', { class: id === data.selected ? 'chosen' : null, 'data-geoid': id },
    ...data.columns.map((column, at) => cell(column, cells[at], row, data, send)));
}

/**
 * A heading; a button where the table can be sorted by it.
 * @param {TableColumn} column
 * @param {(id: string) => void} send
 */
function heading(column, send) {
  const kind = column.kind === 'number' ? 'number' : null;
  if (!column.sort) return make('th', { scope: 'col', class: kind, text: column.label });
  const { sort, sorted } = column;
  const arrow = sorted && { ascending: '\u2191', descending: '\u2193' }[sorted];
  const button = make('button', { type: 'button', 'data-key': 'sort ' + sort, text: column.label },
    arrow && make('span', { class: 'arrow', 'aria-hidden': 'true', text: '\u00a0' + arrow }));
  button.addEventListener('click', () => send(sort));
  return make('th', { scope: 'col', class: kind, 'aria-sort': sorted }, button);
}

/**
 * @param {Component<RegionTableMessage, TableTriggers>} component
 * @param {typeof import('./dom.js')} dom
 */
export default function (component, dom) {
  make = dom.make;
  const { data, parentElement, setTriggerValue } = component;
  const text = JSON.stringify(data);
  const root = /** @type {HTMLElement | null} */ (parentElement.querySelector('.regions'));
  if (root && root.dataset.text === text) return;
  const held = root && /** @type {Document | ShadowRoot} */ (root.getRootNode()).activeElement;
  const key = held && root.contains(held) ? held.getAttribute('data-key') : null;
  const fresh = make('div', { class: 'regions', tabindex: '0', role: 'region', 'aria-label': data.caption });
  fresh.dataset.text = text;
  let sent = 0;
  const send = (/** @type {string} */ id) => setTriggerValue('pick', { id, count: ++sent, at: Date.now() });
  const sort = (/** @type {string} */ id) => setTriggerValue('sort', { id, count: ++sent, at: Date.now() });
  fresh.append(make('table', {},
    make('caption', {}, make('span', { text: data.caption })),
    make('thead', {}, make('tr', {}, ...data.columns.map((column) => heading(column, sort)))),
    make('tbody', {}, ...data.rows.map((row) => line(row, data, send)))));
  if (root) root.replaceWith(fresh); else parentElement.append(fresh);
  if (key) { const same = /** @type {HTMLElement | null} */ (fresh.querySelector('[data-key="' + CSS.escape(key) + '"]')); if (same) same.focus({ preventScroll: true }); }
}
