// @ts-check
/* The highways made ready to be searched, from the table that geo/pocket/packed_roads.py packs: as
   geo/roads/network.py has them, which tests hold this to. */
import { toEcef } from './ecef.js';

/** Minutes for a kilometre by classes, and the range, as of `Pace` in geo/roads/pace.py.
 * @typedef {{ road: number[], local: number[], terminal: number[], terminal_miles: number,
 *   easting: number, easting_degrees: [number, number], miles_factor: number,
 *   range: [number, number, number][], winding_edges: number[] }} Pace */

/** The nodes in ECEF kilometres, three numbers each; where the ways of each begin among all, where they
 * lead and how long they are (minutes and kilometres in one number); what hangs together by road, by
 * Canada too, by ferries too; the nodes by squares of the map; where land and water change in the grid
 * of the land; closed lines; the pace.
 * @typedef {{
 *   count: number, xyz: Float64Array, first: Int32Array, to: Int32Array, way: Float64Array,
 *   part: Int32Array, partByCanada: Int32Array, partByFerry: Int32Array,
 *   squares: { first: Int32Array, nodes: Int32Array }, grid: Grid, changes: Int32Array,
 *   barriers: [number, number, number, number][], pace: Pace }} Roads */

/** The grid of the land, as geo/reference/land_grid.py has it.
 * @typedef {{ west: number, south: number, cell: number, columns: number, rows: number }} Grid */

const PIECE_KM = 3;
const LEAST_KM = 0.3;
const KINDS = 3;
const MINUTE_STEPS = 2 ** 14;
const KM_STEPS = 2 ** 11;
const KM_SCALE = 2 ** -28;
/* Squares of a tenth of a degree around the country. */
const SQUARES = { south: 17, west: -180, rows: 560, columns: 1200, size: 0.1 };

/**
 * Minutes and kilometres in one number, as geo/roads/lengths.py has them.
 * @param {number} minutes
 * @param {number} km
 */
export function encode(minutes, km) {
  return Math.round(minutes * MINUTE_STEPS) / MINUTE_STEPS + Math.round(km * KM_STEPS) / KM_STEPS * KM_SCALE;
}

/**
 * @param {number} way
 * @returns {[number, number]} minutes and kilometres.
 */
export function decode(way) {
  const minutes = Math.floor(way * MINUTE_STEPS) / MINUTE_STEPS;
  return [minutes, (way - minutes) / KM_SCALE];
}

/**
 * What minutes for a kilometre are multiplied by at a longitude.
 * @param {Pace} pace
 * @param {number} longitude
 */
export function slow({ easting, easting_degrees: [west, east] }, longitude) {
  return 1 + easting * (2 * Math.min(Math.max(longitude, west), east) - west - east) / (east - west);
}

const pause = () => new Promise((go) => { setTimeout(go); });

/**
 * Makes the highways ready, and stops now and then so that a page around it stays alive.
 * @param {{ facts: any, columns: Record<string, Int32Array> }} table
 * @param {Pace} pace
 * @returns {Promise<Roads>}
 */
export async function buildRoads({ facts, columns }, pace) {
  const nodes = columns.latitude.length;
  const plain = placeNodes(columns);
  await pause();
  const pieces = cutPieces(columns, facts.pieces, plain, pace);
  const count = nodes + pieces.inner.length / 3;
  const xyz = new Float64Array(3 * count);
  xyz.set(plain);
  xyz.set(pieces.inner, 3 * nodes);
  await pause();
  const [first, to, way] = joinPieces(pieces, count);
  await pause();
  const part = findParts(pieces, count, []);
  const partByCanada = findParts(pieces, count, pieces.others.filter(({ kind }) => kind === 2));
  const partByFerry = findParts(pieces, count, pieces.others);
  await pause();
  return { count, xyz, first, to, way, part, partByCanada, partByFerry, squares: sortIntoSquares(columns, pieces.innerDegrees), grid: facts.grid, changes: columns.land, barriers: facts.barriers, pace };
}

/** @param {Record<string, Int32Array>} columns */
function placeNodes({ latitude, longitude }) {
  const xyz = new Float64Array(3 * latitude.length);
  for (let node = 0; node < latitude.length; node += 1) xyz.set(toEcef(latitude[node] / 1000, longitude[node] / 1000), 3 * node);
  return xyz;
}

/**
 * The driven edges cut into pieces of at most 3 km, whose new ends stand behind the nodes; and the others.
 * @param {Record<string, Int32Array>} columns
 * @param {Record<string, number>} told how many pieces edges have that are nearly a whole number of them.
 * @param {Float64Array} xyz
 * @param {Pace} pace
 */
function cutPieces(columns, told, xyz, pace) {
  const { latitude, longitude, start, span, extra, flags, density } = columns;
  const classes = pace.winding_edges.length + 1;
  const [begins, ends] = [new Int32Array(density.length), new Int32Array(density.length)];
  const ways = new Float64Array(density.length);
  /** @type {number[]} */
  const inner = [];
  /** @type {number[]} */
  const innerDegrees = [];
  /** @type {{ start: number, end: number, kind: number }[]} */
  const others = [];
  let [piece, made] = [0, 0];
  for (let edge = 0; edge < start.length; edge += 1) {
    const [from, last, kind] = [start[edge], start[edge] + span[edge], flags[edge] % KINDS];
    const far = Math.hypot(xyz[3 * from] - xyz[3 * last], xyz[3 * from + 1] - xyz[3 * last + 1], xyz[3 * from + 2] - xyz[3 * last + 2]);
    const parts = told[edge] ?? Math.max(1, Math.ceil(far / PIECE_KM));
    if (kind) {
      others.push({ start: from, end: last, kind });
      piece += parts;
      continue;
    }
    const km = Math.round(far * 1000 + extra[edge]) / 1000;
    const winding = far < LEAST_KM ? 1 : km / far;
    const road = Math.floor(flags[edge] / KINDS) * classes + pace.winding_edges.filter((end) => end <= winding).length;
    let here = from;
    for (let part = 1; part <= parts; part += 1, piece += 1, made += 1) {
      let there = last;
      if (part < parts) {
        const share = part / parts;
        for (let axis = 0; axis < 3; axis += 1) inner.push(xyz[3 * from + axis] * (1 - share) + xyz[3 * last + axis] * share);
        for (const degrees of [latitude, longitude]) innerDegrees.push(degrees[from] * (1 - share) + degrees[last] * share);
        there = latitude.length + inner.length / 3 - 1;
      }
      begins[made] = here;
      ends[made] = there;
      const middle = longitude[from] + (longitude[last] - longitude[from]) * (part - 0.5) / parts;
      const minutes = pace.road[density[piece] * 2 * classes + road] * slow(pace, middle / 1000) * (km / parts);
      ways[made] = encode(Math.max(minutes, 1e-3), km / parts);
      here = there;
    }
  }
  return { begins: begins.subarray(0, made), ends: ends.subarray(0, made), ways, inner, innerDegrees, others };
}

/**
 * @param {ReturnType<typeof cutPieces>} pieces
 * @param {number} count
 * @returns {[Int32Array, Int32Array, Float64Array]}
 */
function joinPieces({ begins, ends, ways }, count) {
  const first = new Int32Array(count + 1);
  for (let piece = 0; piece < begins.length; piece += 1) { first[begins[piece] + 1] += 1; first[ends[piece] + 1] += 1; }
  for (let node = 0; node < count; node += 1) first[node + 1] += first[node];
  const next = first.slice();
  const [to, way] = [new Int32Array(2 * begins.length), new Float64Array(2 * begins.length)];
  for (let piece = 0; piece < begins.length; piece += 1) {
    for (const [here, there] of [[begins[piece], ends[piece]], [ends[piece], begins[piece]]]) {
      to[next[here]] = there;
      way[next[here]] = ways[piece];
      next[here] += 1;
    }
  }
  return [first, to, way];
}

/**
 * The number of what each node hangs together with, by pieces and some others.
 * @param {ReturnType<typeof cutPieces>} pieces
 * @param {number} count
 * @param {{ start: number, end: number }[]} others
 */
function findParts({ begins, ends }, count, others) {
  const above = Int32Array.from({ length: count }, (_none, node) => node);
  const findTop = (/** @type {number} */ node) => {
    while (above[node] !== node) { above[node] = above[above[node]]; node = above[node]; }
    return node;
  };
  for (let piece = 0; piece < begins.length; piece += 1) above[findTop(begins[piece])] = findTop(ends[piece]);
  for (const { start, end } of others) above[findTop(start)] = findTop(end);
  for (let node = 0; node < count; node += 1) above[node] = findTop(node);
  return above;
}

/**
 * The square of a point; what is beyond the squares counts to the outermost.
 * @param {number} latitude
 * @param {number} longitude
 * @returns {[number, number]} row and column.
 */
export function findSquare(latitude, longitude) {
  const { south, west, rows, columns, size } = SQUARES;
  const within = (/** @type {number} */ at, /** @type {number} */ most) => Math.min(Math.max(Math.floor(at), 0), most - 1);
  return [within((latitude - south) / size, rows), within((longitude - west) / size, columns)];
}

/**
 * @param {[number, number]} square
 */
export function numberSquare([row, column]) { return row * SQUARES.columns + column; }

/**
 * @param {Record<string, Int32Array>} columns
 * @param {number[]} inner latitudes and longitudes in thousandths.
 */
function sortIntoSquares({ latitude, longitude }, inner) {
  const count = latitude.length + inner.length / 2;
  const square = new Int32Array(count);
  for (let node = 0; node < count; node += 1) {
    const at = 2 * (node - latitude.length);
    square[node] = numberSquare(node < latitude.length ? findSquare(latitude[node] / 1000, longitude[node] / 1000) : findSquare(inner[at] / 1000, inner[at + 1] / 1000));
  }
  const first = new Int32Array(SQUARES.rows * SQUARES.columns + 1);
  for (let node = 0; node < count; node += 1) first[square[node] + 1] += 1;
  for (let at = 1; at < first.length; at += 1) first[at] += first[at - 1];
  const next = first.slice();
  const nodes = new Int32Array(count);
  for (let node = 0; node < count; node += 1) { nodes[next[square[node]]] = node; next[square[node]] += 1; }
  return { first, nodes };
}

/**
 * Whether a point is on land of the country, lakes not counted, to about a kilometre.
 * @param {Roads} roads
 * @param {number} latitude
 * @param {number} longitude
 */
export function isLand({ grid, changes }, latitude, longitude) {
  const row = Math.floor((latitude - grid.south) / grid.cell);
  const column = Math.floor((longitude - grid.west) / grid.cell);
  if (row < 0 || row >= grid.rows || column < 0 || column >= grid.columns) return false;
  const cell = row * grid.columns + column;
  let [low, high] = [0, changes.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (changes[middle] <= cell) low = middle + 1;
    else high = middle;
  }
  return low % 2 === 1;
}
