// @ts-check
/* What each card says whatever is searched for, of the table that geo/pocket/packed_clinics.py packs. */

/**
 * @param {{ languages: string[], columns: Record<string, any[][]> }} table for each clinic a value for every
 *   language, or one that holds for all.
 * @param {import('./search.js').Clinics} clinics
 * @param {string} language
 * @returns {ClinicFacts[]}
 */
export function readCards({ languages, columns }, clinics, language) {
  const spoken = languages.indexOf(language);
  return clinics.id.map((id, row) => {
    const told = Object.fromEntries(Object.entries(columns).map(([name, values]) => [name, values[row].length > 1 ? values[row][spoken] : values[row][0]]));
    const name = clinics.name[row];
    const findAction = (/** @type {string} */ kind) => /** @type {CardAction[]} */ (told.actions).find((action) => action.kind === kind);
    const phone = findAction('phone');
    return /** @type {ClinicFacts} */ ({
      ...told,
      id,
      name,
      status: clinics.status[row],
      phone: phone ? { text: phone.detail, href: phone.href } : null,
      website: findAction('website')?.href || '',
      /* A function, since `replace` reads "$&" in a text as an order. */
      listings: /** @type {CardListing[]} */ (told.listings).map((listing) => ({ ...listing, words: listing.words.replace('{name}', () => name) }))
    });
  });
}
