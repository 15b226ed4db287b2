// @ts-check
/* Points of the WGS84 ellipsoid in Earth-centred kilometres and back, as geo/units.py has them. */

const AXIS_KM = 6378.137;
const FLATTENING = 1 / 298.257223563;
const ECCENTRICITY_SQUARED = FLATTENING * (2 - FLATTENING);
const POLAR_KM = AXIS_KM * (1 - FLATTENING);
const SECOND_SQUARED = ECCENTRICITY_SQUARED / (1 - ECCENTRICITY_SQUARED);
const DEGREE = Math.PI / 180;

/** @typedef {[number, number, number]} Xyz */

/**
 * @param {number} latitude
 * @param {number} longitude
 * @returns {Xyz}
 */
export function toEcef(latitude, longitude) {
  const sine = Math.sin(latitude * DEGREE);
  const toAxis = AXIS_KM / Math.sqrt(1 - ECCENTRICITY_SQUARED * sine * sine);
  const fromAxis = toAxis * Math.cos(latitude * DEGREE);
  return [fromAxis * Math.cos(longitude * DEGREE), fromAxis * Math.sin(longitude * DEGREE), toAxis * (1 - ECCENTRICITY_SQUARED) * sine];
}

/**
 * The latitude by Bowring's step, which is right to far less than a metre near the ground.
 * @param {number} x
 * @param {number} y
 * @param {number} z
 * @returns {[number, number]} latitude and longitude.
 */
export function fromEcef(x, y, z) {
  const fromAxis = Math.hypot(x, y);
  const reduced = Math.atan2(z * AXIS_KM, fromAxis * POLAR_KM);
  const latitude = Math.atan2(z + SECOND_SQUARED * POLAR_KM * Math.sin(reduced) ** 3, fromAxis - ECCENTRICITY_SQUARED * AXIS_KM * Math.cos(reduced) ** 3);
  return [latitude / DEGREE, Math.atan2(y, x) / DEGREE];
}
