// @ts-check
/* Places by what the type-ahead knows of them, as geo/pocket/packed_places.py packs them: a few rules
   give what a place is called and where it belongs, and what they would get wrong is told. */

const DEGREE_STEPS = 1e5;
const RADIUS_STEPS = 1e4;

/**
 * Puts in the names of clinics that are told by their rows.
 * @param {{ groups: (PlaceGroup | { kind: string, rows: number[], ranks: string })[] }} table
 * @param {import('./search.js').Clinics} clinics
 * @returns {PlaceGroup[]}
 */
export function nameClinics({ groups }, clinics) {
  return groups.map((group) => {
    if (!('rows' in group)) return group;
    const { kind, rows, ranks } = group;
    return { kind, names: rows.map((row) => clinics.name[row]).join('\n'), places: rows.map((row) => [clinics.city[row], clinics.state[row]].filter(Boolean).join(', ')).join('\n'), ranks };
  });
}

/**
 * @param {import('../place_table.js').Known} known
 * @param {{ facts: any, columns: Record<string, Int32Array> }} table
 * @param {import('./search.js').Clinics} clinics
 */
export function joinPlaces(known, { facts, columns }, clinics) {
  /** @type {Map<string, number>} */
  const numbers = new Map();
  known.places.forEach((place, at) => { if (!numbers.has(place.text)) numbers.set(place.text, at); });
  known.zips.codes.forEach((code, at) => numbers.set(code, known.places.length + at));
  /** City -> the number of its first ZIP, from which on its numbers are told.
   * @type {Map<string, number>} */
  const firsts = new Map();
  known.zips.cities.forEach((city, at) => { if (!firsts.has(city)) firsts.set(city, known.places.length + at); });

  /**
   * @param {string} text that finds a place.
   * @returns {import('./search.js').Place | null}
   */
  function find(text) {
    const at = numbers.get(text);
    if (at === undefined || facts.exceptions[at] === null) return null;
    const zip = at - known.places.length;
    const named = zip < 0 ? known.places[at] : { kind: 'zip', name: text, place: known.zips.cities[zip], text };
    const get = (/** @type {string} */ name, number = at) => (number < known.places.length ? columns[name][number] : columns['zip_' + name][number - known.places.length]);
    const first = named.kind === 'city' ? firsts.get(text) : undefined;
    const read = (/** @type {string} */ name) => get(name) + (first === undefined ? 0 : get(name, first));
    const clinic = get('clinic') - 1;
    const hasPoint = get('has_point') === 1;
    return {
      ...describe(named),
      kind: named.kind,
      latitude: hasPoint ? read('latitude') / DEGREE_STEPS : null,
      longitude: hasPoint ? read('longitude') / DEGREE_STEPS : null,
      radius_miles: read('radius') / RADIUS_STEPS,
      precision: facts.precisions[get('precision')],
      notes: get('note') ? get('note') - 1 : null,
      number: at,
      clinic_id: clinic < 0 ? '' : clinics.id[clinic],
      ...(clinic < 0 ? {} : { zip: clinics.zip[clinic], latitude: clinics.latitude[clinic], longitude: clinics.longitude[clinic], radius_miles: clinics.radius_miles[clinic], precision: clinics.precision[clinic] }),
      ...facts.exceptions[at],
    };
  }

  /**
   * @param {number} latitude
   * @param {number} longitude
   * @returns {string} the ZIP whose point is nearest, on a plane.
   */
  function findNearestZip(latitude, longitude) {
    const wide = Math.cos(latitude * Math.PI / 180);
    let [nearest, least] = ['', Infinity];
    known.zips.codes.forEach((code, at) => {
      if (columns.zip_has_point[at] !== 1) return;
      const far = Math.hypot(columns.zip_latitude[at] / DEGREE_STEPS - latitude, (columns.zip_longitude[at] / DEGREE_STEPS - longitude) * wide);
      if (far < least) [nearest, least] = [code, far];
    });
    return nearest;
  }

  return { find, findNearestZip };
}

/**
 * As `describe` in geo/pocket/packed_places.py.
 * @param {import('../place_table.js').Suggestion} named
 */
function describe({ kind, name, place, text }) {
  const [, city, state] = /^(.*), ([A-Z]{2})$/.exec(kind === 'zip' || kind === 'clinic' ? place : text) || ['', '', ''];
  return {
    label: kind === 'zip' ? place + ' ' + name : text,
    state,
    city: ['zip', 'clinic', 'city'].includes(kind) ? city : '',
    zip: kind === 'zip' ? name : '',
  };
}
