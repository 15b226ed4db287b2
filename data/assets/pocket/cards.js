// @ts-check
/* What each card says whatever is searched for, put together of the pieces that
   geo/pocket/packed_cards.py packs. */

/** Pieces for every language, or for all; by their numbers what each card says; and of each clinic the
 * addresses that its buttons and listings lack.
 * @typedef {{ languages: string[], pieces: any[][], whole: Record<string, number[]>, actions: number[][],
 *   listings: number[][], values: string[][] }} PackedCards */

/**
 * @param {PackedCards} table
 * @param {import('./search.js').Clinics} clinics
 * @param {string} language
 * @returns {ClinicFacts[]}
 */
export function readCards({ languages, pieces, whole, actions, listings, values }, clinics, language) {
  const spoken = languages.indexOf(language);
  const say = (/** @type {number} */ piece) => pieces[piece][pieces[piece].length > 1 ? spoken : 0];
  return clinics.id.map((id, row) => {
    const own = { name: clinics.name[row], city: clinics.city[row], state: clinics.state[row], zip: clinics.zip[row] };
    const told = Object.fromEntries(Object.entries(whole).map(([name, numbers]) => [name, say(numbers[row])]));
    const addresses = values[row];
    const pressed = actions[row].map((piece, at) => addAddress(say(piece), addresses[at]));
    const phone = pressed.find(({ kind }) => kind === 'phone');
    return /** @type {ClinicFacts} */ ({
      ...told,
      id,
      name: own.name,
      address: fillOwn(told.address, own),
      status: clinics.status[row],
      actions: pressed,
      phone: phone ? { text: phone.detail, href: phone.href } : null,
      website: pressed.find(({ kind }) => kind === 'website')?.href || '',
      listings: listings[row].map((piece, at) => {
        const url = addresses[actions[row].length + at] || null;
        const { words, link } = say(piece);
        return { words: fillOwn(words, own), url, link: link === undefined ? readHost(url || '') || null : link };
      })
    });
  });
}

/**
 * @param {string} text
 * @param {Record<string, string>} own
 */
function fillOwn(text, own) { return text.replace(/\{(name|city|state|zip)\}/g, (_hole, name) => own[name]); }

/**
 * @param {CardAction} action
 * @param {string} address
 * @returns {CardAction}
 */
function addAddress(action, address) {
  const href = action.kind === 'phone' ? 'tel:' + address : address;
  const [, area, exchange, line] = /^tel:\+1(\d{3})(\d{3})(\d{4})$/.exec(href) || [];
  return { ...action, href, detail: action.detail ?? (area ? `(${area}) ${exchange}-${line}` : readHost(href).replace(/^www\./, '')) };
}

/** As `_read_host` of geo/pocket/packed_cards.py.
 * @param {string} address
 */
function readHost(address) { return (/^https?:\/\/([a-z0-9.-]+)(?=[/?#]|$)/i.exec(address)?.[1] || '').toLowerCase(); }
