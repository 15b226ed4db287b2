// @ts-check
/* Reads what geo/pocket/packed_columns.py packs: whole numbers by columns behind a header of JSON. */

const MAGIC = 0x31544643;  // "CFT1"

/**
 * Fetches a packed file of ours, checks it against its hash, and unpacks it.
 * @param {string} address
 * @param {string} integrity
 */
export async function fetchPacked(address, integrity) {
  const reply = await fetch(address, { integrity });
  if (!reply.ok || !reply.body) throw new Error(address + ' ' + reply.status);
  return unpack(reply.body);
}

/** @param {ReadableStream} packed */
export async function unpack(packed) {
  return new Response(packed.pipeThrough(new DecompressionStream('gzip'))).arrayBuffer();
}

/** @param {ArrayBuffer} content */
export function readJson(content) { return JSON.parse(new TextDecoder().decode(content)); }

/**
 * @param {ArrayBuffer} content
 * @returns {{ facts: any, columns: Record<string, Int32Array> }}
 * @throws {Error} where it is of another format.
 */
export function readColumns(content) {
  const view = new DataView(content);
  if (view.getUint32(0, true) !== MAGIC) throw new Error('The table is of another format.');
  const length = view.getUint32(4, true);
  const header = readJson(content.slice(8, 8 + length));
  /** @type {Record<string, Int32Array>} */
  const columns = {};
  let at = 8 + length;
  for (const { name, count, planes, steps } of header.columns) {
    const bytes = new Uint8Array(content, at, count * planes);
    const values = new Int32Array(count);
    let before = 0;
    for (let row = 0; row < count; row += 1) {
      let coded = 0;
      for (let plane = 0; plane < planes; plane += 1) coded += bytes[plane * count + row] * 2 ** (8 * plane);
      const value = coded % 2 ? -(coded + 1) / 2 : coded / 2;
      before = steps ? before + value : value;
      values[row] = before;
    }
    columns[name] = values;
    at += count * planes;
  }
  return { facts: header.facts, columns };
}
