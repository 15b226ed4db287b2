/* What a browser keeps: clinics for good, a search for half an hour. */
import assert from 'node:assert/strict';
import { beforeEach, mock, test } from 'node:test';

function makeStorage() {
  const held = new Map();
  return {
    getItem: (name) => held.get(name) ?? null,
    setItem: (name, text) => { held.set(name, String(text)); },
    removeItem: (name) => { held.delete(name); }
  };
}

const SHUT = { getItem() { throw new Error('shut'); }, setItem() { throw new Error('shut'); }, removeItem() { throw new Error('shut'); } };
const heard = {};

globalThis.window = { addEventListener: (kind, hear) => { heard[kind] = hear; } };
const kept = await import('../../data/assets/kept.js');
const { default: mountSession } = await import('../../data/assets/session_search.js');

const card = (id, more = {}) => ({ id, name: 'Clinic ' + id, address: 'Boise, ID', phone: { text: '(208) 555-0100', href: 'tel:+12085550100' }, website: '', distance: '4 miles', ...more });

beforeEach(() => {
  window.localStorage = makeStorage();
  window.sessionStorage = makeStorage();
});

test('what is kept comes back, once each, until it is dropped', () => {
  kept.keep(card('a'));
  kept.keepAll([card('b'), card('a', { distance: '' })]);
  assert.deepEqual(kept.readKept().map(({ id, far, number }) => [id, far, number]), [['b', '4 miles', '+12085550100'], ['a', '', '+12085550100']]);
  assert.ok(kept.isKept('a'));
  kept.drop('b');
  kept.drop('a');
  assert.ok(!kept.isKept('a'));
  assert.equal(window.localStorage.getItem('clinic-finder.kept'), null);
});

test('no more than fifty are kept, the latest', () => {
  kept.keepAll(Array.from({ length: 53 }, (_, at) => card('c' + at)));
  const ids = kept.readKept().map((entry) => entry.id);
  assert.equal(ids.length, 50);
  assert.equal(ids[0], 'c3');
});

test('of what lies in the storage only texts of known names come out', () => {
  window.localStorage.setItem('clinic-finder.kept', JSON.stringify([null, 'x', { id: 'a' }, { id: 'a', name: 'A', far: {}, more: '<b>' }]));
  assert.deepEqual(kept.readKept(), [{ id: 'a', name: 'A', address: '', far: '', phone: '', number: '', website: '', on: '' }]);
  for (const text of ['{', '{}', '7', 'null']) {
    window.localStorage.setItem('clinic-finder.kept', text);
    assert.deepEqual(kept.readKept(), [], text);
  }
});

test('cards that are shown renew what is kept, but for how far it was', () => {
  kept.keep(card('a'));
  kept.renew([card('a', { name: 'New name', distance: '' }), card('b')]);
  assert.deepEqual(kept.readKept().map(({ name, far }) => [name, far]), [['New name', '4 miles']]);
});

test('changes are heard here and from other tabs, for as long as one is on the page', () => {
  const element = { isConnected: true };
  let count = 0;
  kept.onChange(element, () => { count += 1; });
  kept.keep(card('a'));
  heard.storage({ key: 'clinic-finder.kept' });
  heard.storage({ key: 'another' });
  assert.equal(count, 2);
  element.isConnected = false;
  kept.clear();
  assert.equal(count, 2);
});

test('where the storage is shut nothing is kept and nothing fails', () => {
  window.localStorage = SHUT;
  assert.ok(!kept.canKeep());
  kept.keep(card('a'));
  assert.deepEqual(kept.readKept(), []);
});

function ask(data) {
  const told = [];
  mountSession({ data, parentElement: { isConnected: true }, setTriggerValue: (_name, { at: _at, ...search }) => { told.push(search); } });
  return told;
}

test('a search is kept for half an hour, which does not begin anew', () => {
  mock.timers.enable({ apis: ['setTimeout', 'Date'], now: Date.parse('2026-11-29') });
  try {
    ask({ kind: 'keep', search: { zip: '83702' } });
    mock.timers.tick(20 * 60_000);
    ask({ kind: 'keep', search: { zip: '83702' } });
    assert.deepEqual(ask({ kind: 'ask' }), [{ zip: '83702' }]);
    mock.timers.tick(9 * 60_000);
    assert.deepEqual(ask({ kind: 'ask' }), [{ zip: '83702' }]);
    mock.timers.tick(2 * 60_000);
    assert.equal(window.sessionStorage.getItem('clinic-finder.search'), null);
    assert.deepEqual(ask({ kind: 'ask' }), []);
  } finally {
    mock.timers.reset();
  }
});

test('an empty search forgets, and another leaves what is kept', () => {
  ask({ kind: 'keep', search: { city: 'Boise, ID' } });
  ask({ kind: 'stay' });
  assert.deepEqual(ask({ kind: 'ask' }), [{ city: 'Boise, ID' }]);
  ask({ kind: 'keep', search: {} });
  assert.deepEqual(ask({ kind: 'ask' }), []);
});
