// @ts-check
/* The answer to a search as real page elements: heading, ordered list, links, buttons.
   Everything shown is set as text; links come from Python, which lets only tel, http and https pass. */
/** @typedef {{ text: string, labels: ListLabels | null, focus: number, selected: string | null, picked: string | number | null, sent: number, heading: string | null }} Told */

/** @type {WeakMap<Element, Told>} */
const REMEMBERED = new WeakMap();
/** @type {typeof import('./dom.js')['copyAddress']} */
let copyAddress;

/** @type {typeof import('./dom.js')['make']} */
let make;

/** @typedef {(kind: string, value: string | number) => void} Send */
/** @typedef {typeof import('./kept.js')} Kept */

const outward = { target: '_blank', rel: 'noreferrer noopener' };

/** @param {(Node | false | null | '')[]} parts */
function separated(parts) {
  const shown = /** @type {Node[]} */ (parts.filter(Boolean));
  return shown.flatMap((part, at) => (at ? [make('span', { class: 'dot', text: ' · ' }), part] : [part]));
}

/** @param {ClinicCard} card */
function details(card) {
  if (!card.listings.length) return null;
  const rows = card.listings.map((listing) => make('li', {},
    make('span', { text: listing.words + ' ' }),
    listing.url && make('a', { href: listing.url, ...outward, text: listing.link })));
  return make('details', { 'data-key': 'details-' + card.id },
    make('summary', { text: card.labels.details }), make('ul', {}, ...rows), card.certification && make('p', { text: card.certification }),
    card.remarks && make('p', { class: 'source', text: card.remarks }));
}

/**
 * What there is to press: the first is the one to begin with. On paper `detail` says what it holds.
 * @param {CardAction} told
 * @param {string} name
 * @param {boolean} first
 */
function action(told, name, first) {
  const words = told.text + (told.kind === 'phone' ? ' ' + told.detail : '') + ': ' + name;
  return make('a', { class: 'act ' + told.kind + (first ? ' first' : ''), href: told.href, title: told.title || null, 'aria-label': words, ...(told.outward ? outward : {}) },
    make('span', { class: 'verb', text: told.text }), told.detail && make('span', { class: 'detail', text: told.detail }));
}

/**
 * What a field says, on one line.
 * @param {CardDetail} told
 */
function detail(told) {
  if (!told.chips.length) return make('p', { class: 'what', 'data-field': told.id, text: told.text });
  return make('p', { class: 'what ' + told.id, 'data-field': told.id }, make('span', { class: 'said', text: told.label + ': ' }), make('span', { text: told.chips.join(' · ') }));
}

/**
 * @param {ClinicCard} card
 * @param {string | null} selected
 * @param {Send} send
 * @param {'h3' | 'h4'} level
 */
function clinicCard(card, selected, send, level) {
  const chosen = card.id === selected;
  const contacts = card.actions.some((told) => told.kind !== 'directions');
  const article = make('article', { class: 'card' + (chosen ? ' chosen' : '') + (card.rank === null ? ' unranked' : ''), 'data-clinic': card.id, 'data-status': card.status },
    card.rank !== null && make('span', { class: 'rank', 'aria-hidden': 'true', text: card.rank }),
    make('div', { class: 'head' }, make(level, { class: 'name', text: card.name })),
    make('p', { class: 'address', text: card.address }),
    card.distance && make('p', { class: 'distance' }, make('strong', { text: card.distance }), card.certainty && make('span', { text: card.certainty })),
    !contacts && make('p', { class: 'no-contact', text: card.labels.noContact }),
    card.actions.length > 0 && make('div', { class: 'acts' }, ...card.actions.map((told, at) => action(told, card.name, at === 0 && contacts))),
    card.warnings.length > 0 && make('ul', { class: 'warnings' }, ...card.warnings.map((text) => make('li', { text }))),
    ...card.details.map(detail),
    card.source && make('p', { class: 'source', text: card.source }),
    make('div', { class: 'more' }, details(card),
      card.page && make('a', { class: 'page', href: card.page.href, rel: 'noreferrer', 'data-key': 'page-' + card.id, 'aria-label': card.page.title + ': ' + card.name, text: card.page.text }),
      card.onMap && make('button', { type: 'button', class: 'link show-on-map', 'data-key': 'map-' + card.id, 'aria-pressed': String(chosen), 'aria-label': card.labels.onMap + ': ' + card.name, text: card.labels.onMap, onclick: () => send('select', card.id) })));
  article.addEventListener('click', (event) => {
    const { target } = event;
    if (card.onMap && target instanceof Element && !target.closest('a, button, details') && !String(window.getSelection())) send('select', card.id);
  });
  return make('li', {}, article);
}

/**
 * The cards as one list, or as a list below the heading of each band.
 * @param {ClinicCard[]} cards
 * @param {ListMessage} data
 * @param {Send} send
 */
function clinicList(cards, data, send) {
  /** @type {{ words: string, cards: ClinicCard[] }[]} */
  const runs = [];
  for (const card of cards) {
    const words = (card.band !== null && data.bands[card.band]) || '';
    const run = runs.at(-1);
    if (run && run.words === words) run.cards.push(card);
    else runs.push({ words, cards: [card] });
  }
  const banded = runs.some((run) => run.words);
  return runs.flatMap((run) => [
    run.words && make('h3', { class: 'band', text: run.words }),
    make('ol', { class: 'cards', start: run.cards[0].rank || null }, ...run.cards.map((card) => clinicCard(card, data.selected, send, banded ? 'h4' : 'h3')))
  ]);
}

/**
 * @param {ListSource[]} sources
 * @param {string} lead
 */
function sourceLine(sources, lead) {
  const named = sources.map((source) => (source.url ? make('a', { href: source.url, ...outward, text: source.title }) : make('span', { text: source.title })));
  return make('p', { class: 'sources' }, make('span', { text: lead + ' ' }), ...separated(named));
}

/**
 * The trips of a course, a treatment at a time.
 * @param {Trips} told
 * @param {string} lead
 */
function tripsFold(told, lead) {
  const shown = make('div', {});
  const show = (/** @type {Trip} */ trip) => shown.replaceChildren(make('p', { text: trip.text }), sourceLine(trip.sources, lead));
  let choice = null;
  if (told.trips.length > 1) {
    const box = make('select', {}, ...told.trips.map((trip, at) => make('option', { value: at, text: trip.treatment })));
    box.addEventListener('change', () => show(told.trips[box.selectedIndex]));
    choice = make('label', {}, make('span', { text: told.choose + ' ' }), box);
  }
  show(told.trips[0]);
  return make('details', { class: 'trips', 'data-key': 'trips' }, make('summary', { text: told.heading }), choice, shown);
}

/**
 * What to do where the nearest clinic is far away.
 * @param {Steps} told
 * @param {string} lead
 */
function stepsSection(told, lead) {
  return make('section', { class: 'steps' }, make('h2', { class: 'minor', text: told.heading }),
    make('ol', {}, ...told.steps.map((step) => make('li', {},
      make('p', { text: step.text }),
      step.points.length > 0 && make('ul', {}, ...step.points.map((text) => make('li', { text }))),
      sourceLine(step.sources, lead)))));
}

/**
 * @param {ListPages | null} pages
 * @param {Send} send
 */
function pager(pages, send) {
  if (!pages || pages.count < 2) return null;
  const button = (/** @type {string} */ text, /** @type {number} */ to, /** @type {string} */ key) => make('button', { type: 'button', 'data-key': key, disabled: to < 1 || to > pages.count, text, onclick: () => send('page', to) });
  return make('nav', { class: 'pager', 'aria-label': pages.label },
    button(pages.previous, pages.now - 1, 'previous'), make('span', { text: pages.words }), button(pages.next, pages.now + 1, 'next'));
}

/**
 * A star on each card: pressed, the clinic is in "My list", which this browser keeps.
 * @param {Element} root
 * @param {ListMessage} data
 * @param {Kept} kept
 */
function addKeepButtons(root, data, kept) {
  if (!kept.canKeep()) return;
  const cards = [...data.cards, ...[...data.going_on, ...data.sections].flatMap((section) => section.cards)];
  for (const card of cards) {
    const head = root.querySelector('.card[data-clinic="' + CSS.escape(card.id) + '"] .head');
    const words = data.labels.keep + ': ' + card.name;
    head?.append(make('button', { type: 'button', class: 'keep', 'data-key': 'keep-' + card.id, 'data-keep': card.id, 'aria-label': words, onclick: () => (kept.isKept(card.id) ? kept.drop(card.id) : kept.keep(card)) },
      make('span', { class: 'star', 'aria-hidden': 'true' }), make('span', { text: data.labels.keep })));
  }
  kept.renew(cards);
}

/**
 * @param {Element} root
 * @param {Kept} kept
 * @param {ListLabels} labels
 */
function showKept(root, kept, labels) {
  const entries = kept.readKept();
  const ids = new Set(entries.map((entry) => entry.id));
  for (const button of root.querySelectorAll('[data-keep]')) {
    const pressed = ids.has(button.getAttribute('data-keep') || '');
    button.setAttribute('aria-pressed', String(pressed));
    button.querySelector('.star')?.replaceChildren(pressed ? '★ ' : '☆ ');
  }
  const jump = root.querySelector('[data-key="kept"]');
  jump?.replaceChildren(labels.kept.replace('{count}', String(entries.length)));
  jump?.parentElement?.toggleAttribute('hidden', entries.length === 0);
}

/** @param {ListLabels} labels */
function printButton(labels) {
  const icon = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  icon.setAttribute('viewBox', '0 0 16 16');
  icon.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  path.setAttribute('d', 'M4 6V1.5h8V6M4 12H1.5V6h13v6H12M4 9.5h8v5H4z');
  icon.append(path);
  return make('button', { type: 'button', class: 'link print', 'data-key': 'print', onclick: () => window.print() }, icon, make('span', { text: labels.print }));
}

/**
 * @param {ListLabels} labels
 * @param {string} link
 * @param {Element} status
 */
function copyLink(labels, link, status) {
  const button = make('button', { type: 'button', class: 'link', 'data-key': 'copy', text: labels.copy });
  const address = window.location.origin + window.location.pathname + link;
  button.addEventListener('click', () => copyAddress(address, button, () => { status.textContent = labels.copied; }));
  return button;
}

/**
 * @param {Element} root
 * @param {ListMessage} data
 * @param {Send} send
 * @param {Kept} kept
 * @param {Element} status
 */
function render(root, data, send, kept, status) {
  const heading = make('h2', { tabindex: '-1', text: data.heading });
  const meta = separated([
    data.link && copyLink(data.labels, data.link, status),
    (data.cards.length > 0 || data.going_on.length > 0) && printButton(data.labels)
  ]);
  const mine = make('p', { class: 'meta', hidden: true }, make('button', { type: 'button', class: 'link', 'data-key': 'kept', onclick: () => kept.show() }));
  const section = (/** @type {CardSection} */ told) => make('section', {}, make('h2', { class: 'minor', text: told.heading }), make('p', { class: 'meta', text: told.lead }), ...clinicList(told.cards, data, send));
  const parts = [
    make('div', { class: 'top', role: data.kind === 'error' ? 'alert' : null }, heading, data.shown && make('p', { class: 'shown', text: data.shown })),
    ...data.notes.map((text) => make('p', { class: 'notice', text })),
    data.actions.length > 0 && make('div', { class: 'actions', role: 'group', 'aria-label': data.labels.actions },
      ...data.actions.map((action) => make('button', { type: 'button', 'data-key': action.kind + action.value, text: action.label, onclick: () => send(action.kind, action.value) }))),
    data.facts.length > 0 && make('ul', { class: 'facts' }, ...data.facts.map((text) => make('li', { text }))),
    data.ride && make('p', { class: 'ride', text: data.ride }),
    meta.length > 0 && make('p', { class: 'meta' }, ...meta),
    mine,
    data.link && data.cards.length > 0 && make('p', { class: 'reopen', text: data.labels.reopen + ' ' + window.location.origin + window.location.pathname + data.link }),
    ...clinicList(data.cards, data, send),
    ...data.going_on.map(section),
    pager(data.pages, send),
    data.steps && stepsSection(data.steps, data.labels.source),
    data.trips && tripsFold(data.trips, data.labels.source),
    ...data.sections.map(section),
    (data.rule || data.report) && make('div', { class: 'list-foot' },
      data.rule && make('p', { text: data.rule }),
      data.report && make('p', { class: 'report' }, make('span', { text: data.report.words + ' ' }), data.report.href && make('a', { href: data.report.href, text: data.report.link })))
  ];
  root.querySelector('.answer')?.replaceChildren(.../** @type {Node[]} */ (parts.filter(Boolean)));
  addKeepButtons(root, data, kept);
  showKept(root, kept, data.labels);
  return heading;
}

/**
 * What changed is said once: an empty moment lets the same words be said again. A fault is an alert
 * and says itself.
 * @param {Element} status
 * @param {ListMessage} data
 */
function announce(status, data) {
  status.textContent = '';
  if (data.kind !== 'error') requestAnimationFrame(() => { status.textContent = [data.heading, data.shown].filter(Boolean).join('. '); });
}

/**
 * @param {Component<ListMessage, ListTriggers>} component
 * @param {typeof import('./dom.js')} dom
 * @param {Kept} kept
 * @param {typeof import('./place_field.js')} place
 */
export default function (component, dom, kept, place) {
  ({ make, copyAddress } = dom);
  const { data, parentElement, setTriggerValue } = component;
  const drawn = parentElement.querySelector('.results');
  const root = drawn || make('section', { class: 'results', 'aria-label': data.labels.region },
    make('p', { class: 'said', role: 'status' }), make('div', { class: 'answer' }));
  if (!drawn) {
    parentElement.append(root);
    kept.onChange(root, () => {
      const labels = REMEMBERED.get(root)?.labels;
      if (labels) showKept(root, kept, labels);
    });
  }
  const before = REMEMBERED.get(root) || { text: '', labels: null, focus: 0, selected: null, picked: null, sent: 0, heading: null };
  const text = JSON.stringify(data);
  if (text === before.text) return;
  const now = { ...before, text, labels: data.labels, focus: data.focus, selected: data.selected, heading: data.heading };
  REMEMBERED.set(root, now);
  const send = (/** @type {string} */ kind, /** @type {string | number} */ value) => {
    if (kind === 'select') now.picked = value;
    now.sent += 1;
    setTriggerValue('event', { kind, value, count: now.sent });
  };
  const open = [...root.querySelectorAll('details[open]')].map((shown) => shown.getAttribute('data-key') || '');
  const held = /** @type {Document | ShadowRoot} */ (root.getRootNode()).activeElement;
  const key = held && root.contains(held) ? held.getAttribute('data-key') : null;
  const status = /** @type {Element} */ (root.querySelector('.said'));
  const heading = render(root, data, send, kept, status);
  place.explain(data.kind === 'error' ? data.heading : '');
  open.forEach((name) => { root.querySelector('details[data-key="' + CSS.escape(name) + '"]')?.setAttribute('open', ''); });
  if (data.focus !== before.focus && !data.quiet) {
    requestAnimationFrame(() => heading.focus({ preventScroll: false }));
  } else if (key) {
    const same = /** @type {HTMLElement | null} */ (root.querySelector('[data-key="' + CSS.escape(key) + '"]'));
    (same || heading).focus({ preventScroll: true });
  }
  if (before.heading !== null && (data.heading !== before.heading || data.focus !== before.focus)) announce(status, data);
  if (data.selected && data.selected !== before.selected && data.selected !== before.picked) {
    const chosen = root.querySelector('.card.chosen');
    if (chosen) chosen.scrollIntoView({ block: 'nearest', behavior: matchMedia('(prefers-reduced-motion: reduce)').matches ? 'auto' : 'smooth' });
  }
}
