/* The table of regions: how numbers, bars and headings are written, and what is sent. */
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';

import mount from '../../data/assets/region_table.js';

/* Elements as plain objects, in place of dom.js. */
function make(tag, attributes, ...children) {
  return {
    tag,
    ...attributes,
    children: children.filter(Boolean),
    dataset: {},
    append(...more) { this.children.push(...more); },
    addEventListener(kind, hear) { this[kind] = hear; }
  };
}

const WORDS = { locale: 'en-US', share: '{number}%', miles: '{number} mi ({kilometres} km)', other: '{number}', none: 'N/A', without: 'no interval', interval: '{low} to {high}' };
const TABLE = {
  caption: 'Shares',
  columns: [
    { label: 'Area', kind: 'name', sort: 'name' },
    { label: 'Share', kind: 'number', sort: 'measure', sorted: 'descending' },
    { label: 'Interval', kind: 'bar' }
  ],
  rows: [
    ['17', 1, 0, 'Illinois', '82%', [0.82, 0.8, 0.9]],
    ['27', 0, 1, ['Minnesota', 'en'], '70%', [0.7, 0.7, 0.7]],
    ['72', 0, 0, 'Puerto Rico', 'N/A', [null, null, null]]
  ],
  scale: { from: 0.6, to: 1, rest: 0.75, kind: 'share' },
  selected: '17',
  words: WORDS
};
let sent = [];

beforeEach(() => { sent = []; });

function draw(change = {}) {
  let drawn = null;
  const parentElement = { querySelector: () => null, append: (made) => { drawn = made; } };
  mount({ data: { ...TABLE, ...change }, parentElement, setTriggerValue: (name, { at: _at, ...value }) => sent.push([name, value]) }, { make });
  const [table] = drawn.children;
  const [, head, body] = table.children;
  return { headings: head.children[0].children, rows: body.children };
}

test('an interval is said, and stands on the one scale', () => {
  const [first, second, third] = draw().rows.map((row) => row.children[2].children[0]);
  assert.equal(first['aria-label'], '80% to 90%');
  assert.deepEqual(first.children.map(({ class: kind, style }) => [kind, Math.round(parseFloat(style.left))]), [['rest', 38], ['line', 50], ['middle', 55]]);
  assert.equal(second['aria-label'], 'no interval');
  assert.equal(third.text, 'N/A');
});

test('miles are written in kilometres too, and other kinds by the other form', () => {
  const said = (kind) => draw({ scale: { ...TABLE.scale, kind } }).rows[0].children[2].children[0]['aria-label'];
  assert.equal(said('miles'), '0.8 mi (1.29 km) to 0.9 mi (1.45 km)');
  assert.equal(said('rate'), '0.8 to 0.9');
});

test('where there is no rest of the country none is drawn', () => {
  const bar = draw({ scale: { ...TABLE.scale, rest: null } }).rows[0].children[2].children[0];
  assert.deepEqual(bar.children.map((part) => part.class), ['line', 'middle']);
});

test('a heading is a button where it sorts, and says how', () => {
  const { headings } = draw();
  assert.deepEqual(headings.map((heading) => heading['aria-sort']), [undefined, 'descending', undefined]);
  const [first, second] = headings.map((heading) => heading.children[0]);
  assert.equal(second.children[0].text, '\u00a0\u2193');
  assert.equal(headings[2].text, 'Interval');
  first.click();
  second.click();
  assert.deepEqual(sent, [['sort', { id: 'name', count: 1 }], ['sort', { id: 'measure', count: 2 }]]);
});

test('a row leads somewhere where it has an action, and is in its own language', () => {
  const { rows } = draw();
  const [first, second] = rows.map((row) => row.children[0].children[0]);
  assert.deepEqual([first.tag, second.tag, second.lang, second.text], ['button', 'span', 'en', 'Minnesota']);
  assert.equal(rows[0].class, 'chosen');
  assert.equal(rows[1].children[0].class, 'indent');
  first.click();
  assert.deepEqual(sent, [['pick', { id: '17', count: 1 }]]);
});
