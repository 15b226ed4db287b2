/* Pins that would cover each other are moved aside. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import vm from 'node:vm';

class MarkerCluster {
  constructor(x, y) {
    this.at = { x, y };
    this.element = { offsetWidth: 30, style: {} };
  }
  getLatLng() { return this.at; }
  getElement() { return this.element; }
}

const add = (one, [x, y]) => ({ x: one.x + x, y: one.y + y });
const lines = [];
const L = { MarkerCluster, polyline: (ends) => ({ addTo: () => lines.push(ends) }) };
const window = {};
const script = readFileSync(new URL('../../data/assets/pin_spread.js', import.meta.url), 'utf8');
vm.runInNewContext(script, { window, L, Math, Boolean });

const pin = (x, y, more) => ({ area: 0, width: 28, shift: [0, 0], getLatLng: () => ({ x, y, add: (by) => add({ x, y }, by) }), ...more });

/* Positions are pixels here, as of a map that shows them as they are. */
function spread(markers, { place = null, groups = [] } = {}) {
  const told = { redrawn: [], fired: [] };
  const map = {
    hasLayer: () => true,
    latLngToLayerPoint: (at) => at,
    layerPointToLatLng: (at) => at,
    eachLayer: (see) => groups.forEach(see),
    fire: (name) => told.fired.push(name)
  };
  lines.length = 0;
  window.spreadPins(map, markers, place, { clearLayers() {} }, {}, (marker) => told.redrawn.push(marker));
  return told;
}

/* Whether two pins as they are drawn cover each other. */
const covers = (a, b) => {
  const [ax, ay] = [a.getLatLng().x + a.shift[0], a.getLatLng().y + a.shift[1]];
  const [bx, by] = [b.getLatLng().x + b.shift[0], b.getLatLng().y + b.shift[1]];
  return Math.abs(ax - bx) < 28 && Math.abs(ay - by) < 36;
};

test('pins that stand apart stay', () => {
  const told = spread([pin(0, 0), pin(100, 0), pin(0, 100)]);
  assert.deepEqual(told, { redrawn: [], fired: [] });
});

test('pins on each other are moved, both and as little as may be', () => {
  const pins = [pin(0, 0), pin(10, 0), pin(5, 4)];
  const told = spread(pins);
  for (const [at, one] of pins.entries()) for (const other of pins.slice(at + 1)) assert.ok(!covers(one, other));
  assert.deepEqual(told.redrawn, pins.filter(({ shift }) => shift[0] || shift[1]));
  assert.ok(told.redrawn.length >= 2);
  assert.deepEqual(told.fired, ['pinsspread']);
  assert.ok(pins.every(({ shift }) => Math.hypot(...shift) < 64));
});

test('a line leads from one that is moved far', () => {
  spread([pin(0, 0), pin(26, 0)]);
  assert.equal(lines.length, 0);
  spread([pin(0, 0), pin(2, 0)]);
  assert.equal(lines.length, 2);
});

test('no pin is moved farther than 64 pixels', () => {
  const pins = Array.from({ length: 60 }, () => pin(0, 0));
  spread(pins);
  for (const { shift } of pins) assert.ok(Math.hypot(...shift) <= 65, String(shift));
});

test('the searched place stays, and what covers it goes aside', () => {
  const one = pin(0, 10);
  spread([one], { place: { x: 0, y: 0 } });
  assert.notDeepEqual([...one.shift], [0, 0]);
});

test('a group is moved for the searched place alone', () => {
  const group = new MarkerCluster(0, 0);
  const one = pin(0, 10);
  spread([one], { groups: [group] });
  assert.equal(group.element.style.marginLeft, '-15px');
  assert.deepEqual([...one.shift], [0, 0]);
  spread([], { groups: [group], place: { x: 4, y: 0 } });
  assert.notEqual(group.element.style.marginLeft + group.element.style.marginTop, '-15px-15px');
});
