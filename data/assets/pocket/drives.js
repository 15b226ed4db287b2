// @ts-check
/* How long the drive is from a place to each clinic: Dijkstra's search over the highways, or straight
   by local roads where that is quicker, as geo/roads and geo/search/clinic_drives.py have it. */
import { LOCAL_DETOUR, joinPoint, measureWet } from './joining.js';
import { measureAll } from './nearest.js';
import { decode, encode } from './roads.js';

/** @typedef {import('./roads.js').Roads} Roads */
/** @typedef {import('./joining.js').Join} Join */
/** @typedef {import('./search.js').Clinics} Clinics */
/** @typedef {import('./search.js').Drives} Drives */
/** @typedef {import('./search.js').Place} Place */

const LIMIT_MINUTES = 300;
const DIRECT_MILES = 12;
const DIRECT_WET_KM = 0.8;
const DIRECT_STEPS = 30;
const LOCAL_KM = 3;
const BLUR_PACE = 1;
const KM_PER_MILE = 1.609344;

/**
 * The ways of all clinics to the highways, null where there is none; those at one point share theirs.
 * @param {Roads} roads
 * @param {Clinics} clinics
 * @param {ArrayLike<number>} densities the class of adults around each, from 1; 0 for what is on no land.
 */
export function joinClinics(roads, clinics, densities) {
  /** @type {Map<string, Join>} */
  const joined = new Map();
  return clinics.id.map((_id, row) => {
    const [latitude, longitude] = [clinics.latitude[row], clinics.longitude[row]];
    if (latitude === null || longitude === null || !densities[row]) return null;
    const point = latitude + ' ' + longitude;
    const join = joined.get(point) || joinPoint(roads, latitude, longitude, densities[row] - 1);
    joined.set(point, join);
    return join;
  });
}

/**
 * @param {Roads} roads
 * @param {Clinics} clinics
 * @param {(Join | null)[]} joins of the clinics.
 * @param {Place} place
 * @param {number} density the class of adults around it, from 1; 0 where it is on no land.
 * @returns {Drives | null} null where none can be told from there.
 */
export function driveFrom(roads, clinics, joins, place, density) {
  if (place.latitude === null || place.longitude === null || !density) return null;
  const origin = joinPoint(roads, place.latitude, place.longitude, density - 1);
  const lines = measureAll(clinics, place.latitude, place.longitude);
  const ways = searchWays(roads, origin);
  const make = () => new Float64Array(clinics.count).fill(NaN);
  /** @type {Drives} */
  const drives = { minutes: make(), low: make(), high: make(), miles: make(), method: new Array(clinics.count).fill(''), reason: new Array(clinics.count).fill('') };
  joins.forEach((join, row) => {
    if (!join) return;
    const found = findWay(roads, origin, join, ways);
    drives.method[row] = found.isDirect ? 'line' : 'graph';
    if (found.minutes > LIMIT_MINUTES) {
      if (!share(roads.part, origin, join)) drives.reason[row] = explain(roads, origin, join);
      if (drives.reason[row] === 'far_from_road') drives.method[row] = 'line';
      return;
    }
    const [minutes, miles] = [found.minutes, found.miles].map((value) => Math.round(value * 10) / 10);
    const blur = Math.hypot(measureBlur(place.radius_miles, origin.local), measureBlur(clinics.radius_miles[row], join.local));
    const [least, most] = findRange(roads.pace.range, lines[row]);
    drives.minutes[row] = minutes;
    drives.miles[row] = miles;
    drives.low[row] = Math.max(minutes - Math.hypot(minutes * (1 - least), blur), 0);
    drives.high[row] = minutes + Math.hypot(minutes * (most - 1), blur);
  });
  return drives;
}

/**
 * The quickest way to one clinic: minutes without traffic, and miles.
 * @param {Roads} roads
 * @param {Join} origin
 * @param {Join} target
 * @param {Float64Array} ways
 */
function findWay(roads, origin, target, ways) {
  let way = target.nodes.reduce((least, node, at) => Math.min(least, ways[node] + target.ways[at]), Infinity);
  const km = Math.hypot(...origin.xyz.map((part, axis) => part - target.xyz[axis]));
  const line = km / KM_PER_MILE;
  let isDirect = false;
  if (line <= DIRECT_MILES) {
    const straight = encode(km * (origin.local + target.local) / 2, km * LOCAL_DETOUR);
    if (straight < way && measureWet(roads, origin.xyz, target.xyz, DIRECT_STEPS) <= DIRECT_WET_KM) [way, isDirect] = [straight, true];
  }
  if (way === Infinity) return { minutes: Infinity, miles: Infinity, isDirect };
  const [minutes, roadKm] = decode(way);
  const { terminal_miles: half, miles_factor: factor } = roads.pace;
  const terminal = (origin.terminal + target.terminal) * line / (line + half);
  return { minutes: minutes + terminal, miles: Math.max(roadKm / KM_PER_MILE * factor, line), isDirect };
}

/**
 * The way to every node within the limit, minutes and kilometres in one number; else Infinity. The heap
 * holds each node once, and knows where it stands.
 * @param {Roads} roads
 * @param {Join} origin
 */
export function searchWays({ count, first, to, way }, origin) {
  const ways = new Float64Array(count).fill(Infinity);
  const heap = new Int32Array(count);
  const place = new Int32Array(count).fill(-1);
  let size = 0;
  const lift = (/** @type {number} */ node) => {
    let at = place[node];
    while (at > 0) {
      const above = (at - 1) >> 1;
      if (ways[heap[above]] <= ways[node]) break;
      heap[at] = heap[above];
      place[heap[at]] = at;
      at = above;
    }
    heap[at] = node;
    place[node] = at;
  };
  const takeFirst = () => {
    const taken = heap[0];
    size -= 1;
    const node = heap[size];
    let at = 0;
    for (let below = 1; below < size; below = 2 * at + 1) {
      if (below + 1 < size && ways[heap[below + 1]] < ways[heap[below]]) below += 1;
      if (ways[heap[below]] >= ways[node]) break;
      heap[at] = heap[below];
      place[heap[at]] = at;
      at = below;
    }
    heap[at] = node;
    place[node] = at;
    return taken;
  };
  const reach = (/** @type {number} */ node, /** @type {number} */ far) => {
    if (far >= ways[node] || far > LIMIT_MINUTES) return;
    ways[node] = far;
    if (place[node] < 0) { place[node] = size; size += 1; }
    lift(node);
  };
  origin.nodes.forEach((node, at) => reach(node, origin.ways[at]));
  while (size) {
    const node = takeFirst();
    for (let at = first[node]; at < first[node + 1]; at += 1) reach(to[at], ways[node] + way[at]);
  }
  return ways;
}

/**
 * @param {Int32Array} part
 * @param {Join} one
 * @param {Join} other
 */
function share(part, one, other) {
  const parts = new Set(one.nodes.map((node) => part[node]));
  return other.nodes.some((node) => parts.has(part[node]));
}

/**
 * Why no drive leads from one to the other.
 * @param {Roads} roads
 * @param {Join} one
 * @param {Join} other
 */
function explain(roads, one, other) {
  if (!one.nodes.length || !other.nodes.length) return 'far_from_road';
  if (share(roads.partByCanada, one, other)) return 'through_canada';
  return share(roads.partByFerry, one, other) ? 'ferry' : 'no_road';
}

/**
 * Minutes across a radius: the first 3 km by local roads, the rest by better ones.
 * @param {number} miles
 * @param {number} local
 */
function measureBlur(miles, local) {
  const km = miles * KM_PER_MILE;
  const near = Math.min(km, LOCAL_KM);
  return near * local + (km - near) * Math.min(local, BLUR_PACE);
}

/**
 * The factors of the minutes between which nine in ten lie, by the straight line.
 * @param {[number, number, number][]} range
 * @param {number} miles
 * @returns {[number, number]}
 */
function findRange(range, miles) {
  const at = Math.log(Math.max(miles, 1));
  const next = range.findIndex(([far]) => Math.log(far) >= at);
  if (next === 0) return [range[0][1], range[0][2]];
  if (next < 0) return [range[range.length - 1][1], range[range.length - 1][2]];
  const [before, after] = [range[next - 1], range[next]];
  const part = (at - Math.log(before[0])) / (Math.log(after[0]) - Math.log(before[0]));
  return [before[1] + part * (after[1] - before[1]), before[2] + part * (after[2] - before[2])];
}
