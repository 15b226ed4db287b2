// @ts-check
/* How a point gets to the highways: the nodes near it in every direction, none over water, as
   geo/roads/joining.py has it. */
import { fromEcef, toEcef } from './ecef.js';
import { encode, findSquare, isLand, numberSquare, slow } from './roads.js';

/** @typedef {import('./roads.js').Roads} Roads */
/** @typedef {import('./ecef.js').Xyz} Xyz */

/** A point with its ways to the highways: nodes, minutes and kilometres to each in one number, minutes for
 * a kilometre of straight line around it, and those at this end of a long drive.
 * @typedef {{ xyz: Xyz, nodes: number[], ways: number[], local: number, terminal: number }} Join */

const MOST_KM = 40;
const FIRST_KM = 5;
const LOOKED_AT = 96;
const NEAREST = 8;
const A_DIRECTION = 2;
const WET_KM = 0.8;
const WETTER_KM = 2;
const STEPS = 8;
const KM_PER_DEGREE = 110;
export const LOCAL_DETOUR = 1.3;

/**
 * @param {Roads} roads
 * @param {number} latitude
 * @param {number} longitude
 * @param {number} density the class of adults around it.
 * @returns {Join}
 */
export function joinPoint(roads, latitude, longitude, density) {
  const xyz = toEcef(latitude, longitude);
  const local = roads.pace.local[density] * slow(roads.pace, longitude);
  const near = chooseDirections(roads, xyz, findNearest(roads, xyz, latitude, longitude));
  const wet = near.map(({ node }) => measureWet(roads, xyz, readNode(roads, node), STEPS));
  const most = wet.some((km) => km <= WET_KM) ? WET_KM : WETTER_KM;
  const dry = near.filter((_each, at) => wet[at] <= most);
  return {
    xyz,
    local,
    terminal: roads.pace.terminal[density],
    nodes: dry.map(({ node }) => node),
    ways: dry.map(({ km }) => { const far = Math.max(km, 0.001); return encode(far * local, far * LOCAL_DETOUR); })
  };
}

/**
 * @param {Roads} roads
 * @param {number} node
 * @returns {Xyz}
 */
function readNode({ xyz }, node) { return [xyz[3 * node], xyz[3 * node + 1], xyz[3 * node + 2]]; }

/**
 * The nodes nearest to a point, the nearest first.
 * @param {Roads} roads
 * @param {Xyz} xyz
 * @param {number} latitude
 * @param {number} longitude
 */
function findNearest(roads, xyz, latitude, longitude) {
  for (let reach = FIRST_KM; ; reach = Math.min(2 * reach, MOST_KM)) {
    const high = reach / KM_PER_DEGREE;
    const wide = high / Math.cos((Math.abs(latitude) + high) * Math.PI / 180);
    const [south, west] = findSquare(latitude - high, longitude - wide);
    const [north, east] = findSquare(latitude + high, longitude + wide);
    /** @type {{ node: number, km: number }[]} */
    const found = [];
    for (let row = south; row <= north; row += 1) {
      const [from, until] = [roads.squares.first[numberSquare([row, west])], roads.squares.first[numberSquare([row, east]) + 1]];
      for (let at = from; at < until; at += 1) {
        const node = roads.squares.nodes[at];
        const km = Math.hypot(roads.xyz[3 * node] - xyz[0], roads.xyz[3 * node + 1] - xyz[1], roads.xyz[3 * node + 2] - xyz[2]);
        if (km < reach) found.push({ node, km });
      }
    }
    if (found.length >= LOOKED_AT || reach === MOST_KM) return found.sort((one, other) => one.km - other.km || one.node - other.node).slice(0, LOOKED_AT);
  }
}

/**
 * The nearest, and two in each eighth of the compass beyond.
 * @param {Roads} roads
 * @param {Xyz} here
 * @param {{ node: number, km: number }[]} near
 */
function chooseDirections(roads, here, near) {
  const long = Math.hypot(...here);
  const up = here.map((part) => part / long);
  const flat = Math.hypot(here[0], here[1]);
  const east = [-here[1] / flat, here[0] / flat, 0];
  const north = [up[1] * east[2] - up[2] * east[1], up[2] * east[0] - up[0] * east[2], up[0] * east[1] - up[1] * east[0]];
  const seen = new Array(8).fill(0);
  return near.filter(({ node }, at) => {
    const there = readNode(roads, node).map((part, axis) => part - here[axis]);
    const along = (/** @type {number[]} */ axis) => there[0] * axis[0] + there[1] * axis[1] + there[2] * axis[2];
    const eighth = (Math.floor(Math.atan2(along(east), along(north)) / (2 * Math.PI) * 8) + 8) % 8;
    seen[eighth] += 1;
    return at < NEAREST || seen[eighth] <= A_DIRECTION;
  });
}

/**
 * The kilometres of a straight line over water or abroad; Infinity across a closed line.
 * @param {Roads} roads
 * @param {Xyz} here
 * @param {Xyz} there
 * @param {number} steps at how many places of it to look.
 */
export function measureWet(roads, here, there, steps) {
  if (crossesBarrier(roads, here, there)) return Infinity;
  let wet = 0;
  for (let step = 0; step < steps; step += 1) {
    const share = (step + 0.5) / steps;
    const at = /** @type {Xyz} */ (here.map((part, axis) => part * (1 - share) + there[axis] * share));
    if (!isLand(roads, ...fromEcef(...at))) wet += 1;
  }
  return wet / steps * Math.hypot(there[0] - here[0], there[1] - here[1], there[2] - here[2]);
}

/**
 * Whether a line crosses a closed one, in the plane of degrees: these are short lines.
 * @param {Roads} roads
 * @param {Xyz} here
 * @param {Xyz} there
 */
function crossesBarrier({ barriers }, here, there) {
  const [y0, x0] = fromEcef(...here);
  const [y1, x1] = fromEcef(...there);
  return barriers.some(([a, b, c, d]) => {
    if (Math.max(y0, y1) < Math.min(b, d) || Math.min(y0, y1) > Math.max(b, d) || Math.max(x0, x1) < Math.min(a, c) || Math.min(x0, x1) > Math.max(a, c)) return false;
    const sides = ((c - a) * (y0 - b) - (d - b) * (x0 - a)) * ((c - a) * (y1 - b) - (d - b) * (x1 - a));
    const ends = ((x1 - x0) * (b - y0) - (y1 - y0) * (a - x0)) * ((x1 - x0) * (d - y0) - (y1 - y0) * (c - x0));
    return sides < 0 && ends < 0;
  });
}
