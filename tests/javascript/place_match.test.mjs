/* What the place box suggests, from a table of a few places. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { MOST, beginsButForOneSlip, isOfCrisis, suggest } from '../../data/assets/place_match.js';
import { FORMAT, fold, prepare } from '../../data/assets/place_table.js';

/* A sign for so many people: a space for none, and four signs on for each doubling. */
const rank = (people) => String.fromCharCode(32 + (people ? Math.round(4 * Math.log2(people)) : 0));

const TABLE = {
  format: FORMAT,
  states: { IL: 'Illinois', MA: 'Massachusetts', MN: 'Minnesota', MO: 'Missouri' },
  cities: {
    names: ['Chicago', 'Chickasha', 'Saint Paul', 'Springfield', 'St. Louis'].join('\n'),
    states: ['IL', 'IL', 'MN', 'ILMAMO', 'MO'].join('\n'),
    ranks: [2_700_000, 16_000, 310_000, 114_000, 155_000, 250_000, 300_000].map(rank).join('')
  },
  zips: { states: [['MN', 1], ['IL', 3]], steps: [55101, 5500, 1, 4], cities: [0, 0, 0, 0], turns: [2, 1, 1] },
  groups: [
    { kind: 'state', names: 'Illinois', places: '', ranks: rank(4_000_000) },
    { kind: 'clinic', names: 'Calm Clinic', places: 'Chicago, IL', ranks: rank(5_000) },
    { kind: 'airport', names: "Chicago O'Hare International Airport (ORD)", places: '', ranks: rank(200_000) }
  ],
  also: [['Windy City', 'Chicago, IL'], ['Nowhere', 'No such place']],
  crisis: { phrases: ['want die', 'kill myself'], stems: { die: 'die dying', kill: 'kill killing', myself: 'myself' }, skipped: 'i to' }
};

function make(table) {
  const steps = prepare(table);
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

const known = make(TABLE);
const texts = (typed) => suggest(known, typed).map((option) => option.text);

test('names are compared in one spelling', () => {
  assert.equal(fold('St. Louis'), 'saint louis');
  assert.equal(fold("O'Fallon"), 'ofallon');
  assert.equal(fold('Cañon City & Hts'), 'canon city and heights');
  assert.equal(fold('one\ntwo'), 'one\ntwo');
});

test('the most people come first, and a name that is whole before one that is begun', () => {
  assert.equal(texts('chi')[0], 'Chicago, IL');
  assert.deepEqual(texts('springfield'), ['Springfield, MO', 'Springfield, MA', 'Springfield, IL']);
  assert.equal(texts('st lo')[0], 'St. Louis, MO');
  assert.equal(texts('saint p')[0], 'Saint Paul, MN');
});

test('a state, written or begun, leaves its own cities', () => {
  assert.deepEqual(texts('springfield, mass'), ['Springfield, MA']);
  assert.deepEqual(texts('springfield il'), ['Springfield, IL']);
});

test('other names, airports and clinics are found by what they are called', () => {
  assert.deepEqual(texts('windy'), ['Chicago, IL']);
  assert.deepEqual(texts('nowhere'), []);
  assert.ok(texts('ord').includes("Chicago O'Hare International Airport (ORD)"));
  assert.deepEqual(suggest(known, 'calm').map(({ kind, text }) => [kind, text]), [['clinic', 'Calm Clinic, Chicago, IL']]);
});

test('ZIPs come in order, those of boxes last', () => {
  assert.deepEqual(texts('606'), ['60601', '60606', '60602']);
  assert.deepEqual(texts('60606-1234'), ['60606']);
  assert.deepEqual(suggest(known, '551').map((option) => option.place), ['Saint Paul, MN']);
  assert.deepEqual(texts('6'), []);
});

test('one slip is forgiven, and two are not', () => {
  assert.equal(texts('chcago')[0], 'Chicago, IL');
  assert.equal(texts('chiacgo')[0], 'Chicago, IL');
  assert.deepEqual(texts('xhicxgo'), []);
  for (const text of ['boulde', 'bouldr', 'bouulder', 'buolder', 'bxulder']) assert.ok(beginsButForOneSlip('boulder', text), text);
  for (const text of ['boldr', 'baulxer', 'houxton']) assert.ok(!beginsButForOneSlip('boulder', text), text);
});

test('nothing is suggested for what is no place, nor to who is in a crisis', () => {
  for (const text of ['', ' ', 'c', 'x'.repeat(5000), '\ud83d', '100 Main Street']) assert.deepEqual(texts(text), [], text);
  for (const text of ['I want to die', 'kill mysel', 'k1ll myself', 'KILLING  myself']) assert.ok(isOfCrisis(known, text), text);
  for (const text of ['Killeen', 'die', 'chicago']) assert.ok(!isOfCrisis(known, text), text);
});

test('no more are suggested than fit', () => {
  const names = Array.from({ length: 3 * MOST }, (_, at) => 'Alike ' + String.fromCharCode(97 + at)).join('\n');
  const many = { ...TABLE, cities: { names, states: names.replace(/.+/g, 'IL'), ranks: rank(9).repeat(3 * MOST) }, zips: { states: [], steps: [], cities: [], turns: [] } };
  assert.equal(suggest(make(many), 'alike').length, MOST);
});

test('a damaged table is told', () => {
  const damages = [
    (table) => { table.format += 1; },
    (table) => { delete table.zips; },
    (table) => { table.cities.ranks = table.cities.ranks.slice(0, 3); },
    (table) => { table.zips.cities[1] = 1e6; },
    (table) => { table.groups = 'none'; }
  ];
  for (const damage of damages) {
    const table = structuredClone(TABLE);
    damage(table);
    assert.throws(() => make(table), damage.toString());
  }
});
