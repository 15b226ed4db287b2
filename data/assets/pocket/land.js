// @ts-check
/* Whether a straight line leaves US land for about 1.5 miles at a stretch, as geo/search/land.py has it;
   by the shapes of the map, which are coarser than those of the site. */
import { fromEcef, toEcef } from './ecef.js';

/** Sides of the states' rings (west, south, east, north of their ends), by the rows that they reach into.
 * @typedef {{ sides: Map<number, number[][]> }} Land */

const ROWS_PER_DEGREE = 20;
const STEP_MILES = 0.5;
const MOST_STEPS = 500;
const STRETCH_MILES = 1.5;
const KM_PER_MILE = 1.609344;

/**
 * @param {{ facts: any, columns: Record<string, Int32Array> }} table of the states' shapes.
 * @returns {Land}
 */
export function readLand({ facts, columns: { east, north, points } }) {
  /** @type {Map<number, number[][]>} */
  const sides = new Map();
  let start = 0;
  for (const count of points) {
    for (let at = start + 1; at < start + count; at += 1) {
      const side = [east[at - 1], north[at - 1], east[at], north[at]].map((value) => value / facts.steps);
      const [low, high] = [Math.min(side[1], side[3]), Math.max(side[1], side[3])].map(findRow);
      for (let row = low; row <= high; row += 1) {
        const known = sides.get(row);
        if (known) known.push(side);
        else sides.set(row, [side]);
      }
    }
    start += count;
  }
  return { sides };
}

const findRow = (/** @type {number} */ latitude) => Math.floor(latitude * ROWS_PER_DEGREE);

/**
 * Inside an odd number of rings; what two states share is crossed twice and changes nothing.
 * @param {Land} land
 * @param {number} latitude
 * @param {number} longitude
 */
function isOnLand({ sides }, latitude, longitude) {
  let crossed = 0;
  for (const [x0, y0, x1, y1] of sides.get(findRow(latitude)) || []) {
    if ((y0 > latitude) !== (y1 > latitude) && longitude < x0 + (latitude - y0) * (x1 - x0) / (y1 - y0)) crossed += 1;
  }
  return crossed % 2 === 1;
}

/**
 * @param {Land} land
 * @param {[number, number]} here latitude and longitude.
 * @param {[number, number]} there
 */
export function crossesOpenWater(land, here, there) {
  const [start, end] = [toEcef(...here), toEcef(...there)];
  const chord = end.map((part, axis) => part - start[axis]);
  const miles = Math.hypot(...chord) / KM_PER_MILE;
  const count = Math.min(Math.max(Math.ceil(miles / STEP_MILES), 1), MOST_STEPS);
  const stretch = Math.max(Math.floor(STRETCH_MILES / Math.max(miles / count, STEP_MILES)), 1);
  let off = 0;
  for (let step = 0; step < count; step += 1) {
    const share = (step + 0.5) / count;
    const at = fromEcef(start[0] + share * chord[0], start[1] + share * chord[1], start[2] + share * chord[2]);
    off = isOnLand(land, ...at) ? 0 : off + 1;
    if (off >= stretch) return true;
  }
  return false;
}
