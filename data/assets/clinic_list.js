/* The answer to a search as real page elements: heading, ordered list, links, buttons.
   Everything shown is set as text; links come from Python, which lets only tel, http and https pass. */
const REMEMBERED = new WeakMap();

function make(tag, attributes, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name === 'text') made.textContent = value;
    else if (name === 'onclick') made.addEventListener('click', value);
    else made.setAttribute(name, value === true ? '' : value);
  }
  made.append(...children.filter(Boolean));
  return made;
}

const outward = { target: '_blank', rel: 'noreferrer noopener' };

function separated(parts) {
  return parts.filter(Boolean).flatMap((part, at) => (at ? [make('span', { class: 'dot', text: ' · ' }), part] : [part]));
}

function details(card) {
  if (!card.listings.length) return null;
  const rows = card.listings.map((listing) => make('li', {},
    make('span', { text: listing.words + ' ' }),
    listing.url && make('a', { href: listing.url, ...outward, text: listing.link })));
  return make('details', { 'data-key': 'details-' + card.id },
    make('summary', { text: card.labels.details }), make('ul', {}, ...rows), card.certification && make('p', { text: card.certification }),
    card.remarks && make('p', { class: 'source', text: card.remarks }));
}

/* What there is to press: the first is the one to begin with. On paper `detail` says what it holds. */
function action(told, name, first) {
  const words = told.text + (told.kind === 'phone' ? ' ' + told.detail : '') + ': ' + name;
  return make('a', { class: 'act ' + told.kind + (first ? ' first' : ''), href: told.href, title: told.title || null, 'aria-label': words, ...(told.outward ? outward : {}) },
    make('span', { class: 'verb', text: told.text }), told.detail && make('span', { class: 'detail', text: told.detail }));
}

/* What a field says, on one line. */
function detail(told) {
  if (!told.chips.length) return make('p', { class: 'what', 'data-field': told.id, text: told.text });
  return make('p', { class: 'what ' + told.id, 'data-field': told.id }, make('span', { class: 'said', text: told.label + ': ' }), make('span', { text: told.chips.join(' · ') }));
}

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
      card.onMap && make('button', { type: 'button', class: 'link show-on-map', 'data-key': 'map-' + card.id, 'aria-pressed': String(chosen), 'aria-label': card.labels.onMap + ': ' + card.name, text: card.labels.onMap, onclick: () => send('select', card.id) })));
  article.addEventListener('click', (event) => {
    if (card.onMap && !event.target.closest('a, button, details') && !window.getSelection().toString()) send('select', card.id);
  });
  return make('li', {}, article);
}

/* The cards as one list, or as a list below the heading of each band. */
function clinicList(cards, data, send) {
  const runs = [];
  for (const card of cards) {
    const words = data.bands[card.band] || '';
    if (!runs.length || runs.at(-1).words !== words) runs.push({ words, cards: [] });
    runs.at(-1).cards.push(card);
  }
  const banded = runs.some((run) => run.words);
  return runs.flatMap((run) => [
    run.words && make('h3', { class: 'band', text: run.words }),
    make('ol', { class: 'cards', start: run.cards[0].rank || null }, ...run.cards.map((card) => clinicCard(card, data.selected, send, banded ? 'h4' : 'h3')))
  ]);
}

function sourceLine(sources, lead) {
  const named = sources.map((source) => (source.url ? make('a', { href: source.url, ...outward, text: source.title }) : make('span', { text: source.title })));
  return make('p', { class: 'sources' }, make('span', { text: lead + ' ' }), ...separated(named));
}

/* The trips of a course, a treatment at a time. */
function tripsFold(told, lead) {
  const shown = make('div', {});
  const show = (trip) => shown.replaceChildren(make('p', { text: trip.text }), sourceLine(trip.sources, lead));
  let choice = null;
  if (told.trips.length > 1) {
    const box = make('select', {}, ...told.trips.map((trip, at) => make('option', { value: at, text: trip.treatment })));
    box.addEventListener('change', () => show(told.trips[box.value]));
    choice = make('label', {}, make('span', { text: told.choose + ' ' }), box);
  }
  show(told.trips[0]);
  return make('details', { class: 'trips', 'data-key': 'trips' }, make('summary', { text: told.heading }), choice, shown);
}

/* What to do where the nearest clinic is far away. */
function stepsSection(told, lead) {
  return make('section', { class: 'steps' }, make('h2', { class: 'minor', text: told.heading }),
    make('ol', {}, ...told.steps.map((step) => make('li', {},
      make('p', { text: step.text }),
      step.points.length > 0 && make('ul', {}, ...step.points.map((text) => make('li', { text }))),
      sourceLine(step.sources, lead)))));
}

function pager(pages, send) {
  if (!pages || pages.count < 2) return null;
  const button = (text, to, key) => make('button', { type: 'button', 'data-key': key, disabled: to < 1 || to > pages.count, text, onclick: () => send('page', to) });
  return make('nav', { class: 'pager', 'aria-label': pages.label },
    button(pages.previous, pages.now - 1, 'previous'), make('span', { text: pages.words }), button(pages.next, pages.now + 1, 'next'));
}

/* A star on each card: pressed, the clinic is in "My list", which this browser keeps. */
function addKeepButtons(root, data, kept) {
  if (!kept.canKeep()) return;
  const cards = [...data.cards, ...[...data.going_on, ...data.sections].flatMap((section) => section.cards)];
  for (const card of cards) {
    const head = root.querySelector('.card[data-clinic="' + CSS.escape(card.id) + '"] .head');
    const words = data.labels.keep + ': ' + card.name;
    head.append(make('button', { type: 'button', class: 'keep', 'data-key': 'keep-' + card.id, 'data-keep': card.id, 'aria-label': words, onclick: () => (kept.isKept(card.id) ? kept.drop(card.id) : kept.keep(card)) },
      make('span', { class: 'star', 'aria-hidden': 'true' }), make('span', { text: data.labels.keep })));
  }
  kept.renew(cards);
}

function showKept(root, kept, labels) {
  const entries = kept.readKept();
  const ids = new Set(entries.map((entry) => entry.id));
  for (const button of root.querySelectorAll('[data-keep]')) {
    const pressed = ids.has(button.dataset.keep);
    button.setAttribute('aria-pressed', String(pressed));
    button.querySelector('.star').textContent = pressed ? '★ ' : '☆ ';
  }
  const jump = root.querySelector('[data-key="kept"]');
  jump.textContent = labels.kept.replace('{count}', entries.length);
  jump.parentElement.hidden = entries.length === 0;
}

function printButton(labels) {
  const icon = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  icon.setAttribute('viewBox', '0 0 16 16');
  icon.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  path.setAttribute('d', 'M4 6V1.5h8V6M4 12H1.5V6h13v6H12M4 9.5h8v5H4z');
  icon.append(path);
  return make('button', { type: 'button', class: 'link print', 'data-key': 'print', onclick: () => window.print() }, icon, make('span', { text: labels.print }));
}

function copyLink(data, status) {
  const button = make('button', { type: 'button', class: 'link', 'data-key': 'copy', text: data.labels.copy });
  button.addEventListener('click', async () => {
    const address = window.location.origin + window.location.pathname + data.link;
    try {
      await navigator.clipboard.writeText(address);
      status.textContent = data.labels.copied;
    } catch {
      /* No clipboard without a secure context: show the link to copy by hand. */
      const field = make('input', { class: 'link-field', readonly: true, value: address, 'aria-label': data.labels.copy });
      button.replaceWith(field);
      field.select();
    }
  });
  return button;
}

function render(root, data, send, kept, status) {
  const heading = make('h2', { tabindex: '-1', text: data.heading });
  const meta = separated([
    data.link && copyLink(data, status),
    (data.cards.length > 0 || data.going_on.length > 0) && printButton(data.labels)
  ]);
  const mine = make('p', { class: 'meta', hidden: true }, make('button', { type: 'button', class: 'link', 'data-key': 'kept', onclick: () => kept.show() }));
  const section = (told) => make('section', {}, make('h2', { class: 'minor', text: told.heading }), make('p', { class: 'meta', text: told.lead }), ...clinicList(told.cards, data, send));
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
  root.querySelector('.answer').replaceChildren(...parts.filter(Boolean));
  addKeepButtons(root, data, kept);
  showKept(root, kept, data.labels);
  return heading;
}

/* What changed is said once: an empty moment lets the same words be said again. A fault is an alert
   and says itself. */
function announce(status, data) {
  status.textContent = '';
  if (data.kind !== 'error') requestAnimationFrame(() => { status.textContent = [data.heading, data.shown].filter(Boolean).join('. '); });
}

/** @param {Component<ListMessage, ListTriggers>} component */
export default function (component, kept, place) {
  const { data, parentElement, setTriggerValue } = component;
  let root = parentElement.querySelector('.results');
  if (!root) {
    root = make('section', { class: 'results', 'aria-label': data.labels.region },
      make('p', { class: 'said', role: 'status' }), make('div', { class: 'answer' }));
    parentElement.append(root);
    kept.onChange(root, () => showKept(root, kept, JSON.parse(REMEMBERED.get(root).text).labels));
  }
  const before = REMEMBERED.get(root) || { text: '', focus: 0, selected: null, picked: null, sent: 0, heading: null };
  const text = JSON.stringify(data);
  if (text === before.text) return;
  const now = { ...before, text, focus: data.focus, selected: data.selected, heading: data.heading };
  REMEMBERED.set(root, now);
  const send = (kind, value) => {
    if (kind === 'select') now.picked = value;
    now.sent += 1;
    setTriggerValue('event', { kind, value, count: now.sent });
  };
  const open = [...root.querySelectorAll('details[open]')].map((shown) => shown.dataset.key);
  const held = root.getRootNode().activeElement;
  const key = held && root.contains(held) ? held.dataset.key : null;
  const status = root.querySelector('.said');
  const heading = render(root, data, send, kept, status);
  place.explain(data.kind === 'error' ? data.heading : '');
  open.forEach((name) => { const shown = root.querySelector('details[data-key="' + CSS.escape(name) + '"]'); if (shown) shown.open = true; });
  if (data.focus !== before.focus && !data.quiet) {
    requestAnimationFrame(() => heading.focus({ preventScroll: false }));
  } else if (key) {
    const same = root.querySelector('[data-key="' + CSS.escape(key) + '"]');
    (same || heading).focus({ preventScroll: true });
  }
  if (before.heading !== null && (data.heading !== before.heading || data.focus !== before.focus)) announce(status, data);
  if (data.selected && data.selected !== before.selected && data.selected !== before.picked) {
    const chosen = root.querySelector('.card.chosen');
    if (chosen) chosen.scrollIntoView({ block: 'nearest', behavior: matchMedia('(prefers-reduced-motion: reduce)').matches ? 'auto' : 'smooth' });
  }
}
