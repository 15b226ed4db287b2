// @ts-check
/* How far each clinic is: the geodesic of WGS84 by Karney's method (geographiclib-geodesic, loaded
   before this), as geo/search/nearest.py has it by PROJ. There are so few that all are measured. */

const METRES_PER_MILE = 1609.344;

/**
 * Returns statute miles between two points in degrees.
 * @param {number} latitude
 * @param {number} longitude
 * @param {number} otherLatitude
 * @param {number} otherLongitude
 */
export function measureMiles(latitude, longitude, otherLatitude, otherLongitude) {
  const { WGS84, DISTANCE } = /** @type {any} */ (globalThis).geodesic.Geodesic;
  return WGS84.Inverse(latitude, longitude, otherLatitude, otherLongitude, DISTANCE).s12 / METRES_PER_MILE;
}

/**
 * Returns the miles to each clinic; NaN where it has no point. Clinics that share a point share the
 * measuring.
 * @param {{ count: number, latitude: (number | null)[], longitude: (number | null)[] }} clinics
 * @param {number} latitude
 * @param {number} longitude
 */
export function measureAll(clinics, latitude, longitude) {
  const miles = new Float64Array(clinics.count).fill(NaN);
  /** @type {Map<string, number>} */
  const known = new Map();
  for (let row = 0; row < clinics.count; row += 1) {
    const [north, east] = [clinics.latitude[row], clinics.longitude[row]];
    if (north === null || east === null) continue;
    const point = north + ' ' + east;
    let far = known.get(point);
    if (far === undefined) {
      far = measureMiles(latitude, longitude, north, east);
      known.set(point, far);
    }
    miles[row] = far;
  }
  return miles;
}
