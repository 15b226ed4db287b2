// @ts-check
/* The shapes of the map as geo/pocket/packed_shapes.py packs them, made GeoJSON again. */

/**
 * @param {{ facts: any, columns: Record<string, Int32Array> }} table
 * @returns {GeoJSON.FeatureCollection}
 */
export function readShapes({ facts, columns }) {
  const { east, north, points, rings, polygons } = columns;
  let [point, ring, polygon] = [0, 0, 0];
  const takeRing = () => Array.from({ length: points[ring++] }, () => {
    point += 1;
    return [east[point - 1] / facts.steps, north[point - 1] / facts.steps];
  });
  const takePolygon = () => Array.from({ length: rings[polygon++] }, takeRing);
  return {
    type: 'FeatureCollection',
    features: facts.properties.map((/** @type {Record<string, string>} */ properties, /** @type {number} */ at) => (
      { type: 'Feature', properties, geometry: { type: 'MultiPolygon', coordinates: Array.from({ length: polygons[at] }, takePolygon) } }))
  };
}
