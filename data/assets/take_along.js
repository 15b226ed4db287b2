// @ts-check
/* "My list": what is kept in this browser, whatever is searched for now; and, on paper alone, the
   questions to ask a clinic. */
/** @typedef {{ text: string, data: SavedMessage, ask: (count: number) => void, all: Contact[] | null, asked: number }} Told */

/** @type {WeakMap<Element, Told>} */
const REMEMBERED = new WeakMap();
const SHARED = '#list=';
const MOST = 50;

/** @type {typeof import('./dom.js')['make']} */
let make;
/** @type {typeof import('./dom.js')['copyAddress']} */
let copyAddress;

/** @typedef {typeof import('./kept.js')} Kept */
/** @typedef {ReturnType<Kept['readKept']>[number]} Entry */

/**
 * @param {string} day
 * @param {string} language
 */
function sayDay(day, language) {
  const date = new Date(day + 'T12:00:00');
  return Number.isNaN(date.getTime()) ? day : date.toLocaleDateString(language, { year: 'numeric', month: 'long', day: 'numeric' });
}

/** @param {string} address */
function openable(address) {
  try { const url = new URL(address); return ['http:', 'https:'].includes(url.protocol) ? url : null; } catch { return null; }
}

/**
 * The facts of a clinic, from the browser's own storage or the list of all: text, whatever it holds.
 * @param {Contact & { far?: string }} entry
 * @param {SavedLabels} labels
 */
function facts(entry, labels) {
  const number = entry.number.replace(/[^+\d]/g, '');
  const site = openable(entry.website);
  return [
    make('h3', { text: entry.name }),
    make('p', { text: entry.address }),
    entry.far && make('p', { class: 'soft', text: entry.far }),
    make('p', { class: 'contacts' },
      number && make('a', { href: 'tel:' + number, text: entry.phone || number }),
      site && make('a', { href: site.href, target: '_blank', rel: 'noreferrer noopener', text: site.hostname.replace(/^www\./, '') }),
      !number && !site && make('span', { text: labels.noContact }))
  ];
}

/**
 * @param {Entry} entry
 * @param {SavedMessage} data
 * @param {(entry: Entry) => void} remove
 */
function keptClinic(entry, data, remove) {
  const { labels } = data;
  return make('li', { 'data-clinic': entry.id }, ...facts(entry, labels),
    make('p', { class: 'soft', text: labels.asOf.replace('{date}', () => sayDay(entry.on, data.language)) }),
    make('button', { type: 'button', 'aria-label': labels.remove + ': ' + entry.name, text: labels.remove, onclick: () => remove(entry) }));
}

/* The ids that a shared link names, after the sign that keeps them in the browser. */
function readShared() {
  const named = window.location.hash.startsWith(SHARED) ? window.location.hash.slice(SHARED.length) : '';
  return [...new Set(named.split(','))].filter((id) => /^[\w-]{1,200}$/.test(id)).slice(0, MOST);
}

/** @param {Entry[]} entries */
function shareLink(entries) {
  return window.location.origin + window.location.pathname + SHARED + entries.map((entry) => entry.id).join(',');
}

/**
 * @param {Entry[]} entries
 * @param {SavedLabels} labels
 * @param {(words: string) => void} said
 */
function shareButton(entries, labels, said) {
  const button = make('button', { type: 'button', text: labels.share });
  button.addEventListener('click', () => copyAddress(shareLink(entries), button, () => said(labels.shared)));
  return button;
}

/**
 * A list that somebody shared: looked up in the browser, in the list of all clinics.
 * @param {string[]} ids
 * @param {Contact[] | null} all
 * @param {SavedLabels} labels
 * @param {(found: Contact[]) => void} keepAll
 */
function sharedSection(ids, all, labels, keepAll) {
  const found = all ? ids.map((id) => all.find((clinic) => clinic.id === id)).filter((clinic) => clinic !== undefined) : [];
  const lost = ids.length - found.length;
  return make('section', { class: 'mine shared', 'aria-label': labels.sharedHeading },
    make('h2', { tabindex: '-1', text: labels.sharedHeading }),
    !all && make('p', { class: 'soft', text: labels.wait }),
    found.length > 0 && make('ul', { class: 'entries', role: 'list' }, ...found.map((clinic) => make('li', { 'data-clinic': clinic.id }, ...facts(clinic, labels)))),
    all && lost > 0 && make('p', { class: 'soft', text: labels.lost.replace('{count}', String(lost)) }),
    found.length > 0 && make('p', { class: 'acts' }, make('button', { type: 'button', text: labels.keepAll, onclick: () => keepAll(found) })));
}

/** @param {Element} root */
function printMine(root) {
  root.classList.add('printed');
  document.documentElement.dataset.print = 'kept';
  window.addEventListener('afterprint', () => {
    root.classList.remove('printed');
    delete document.documentElement.dataset.print;
  }, { once: true });
  window.print();
}

/**
 * @param {Element} root
 * @param {Told} told
 * @param {Kept} kept
 * @param {string} [said]
 * @returns {{ heading: HTMLElement, status: HTMLElement }}
 */
function render(root, told, kept, said) {
  const { data, all } = told;
  const { labels } = data;
  const entries = kept.readKept();
  const shown = entries.length > 0 || Boolean(said);
  const heading = make('h2', { tabindex: '-1', text: labels.heading });
  const status = make('p', { class: 'said', role: 'status' });
  const act = (/** @type {() => void} */ change, /** @type {string} */ words) => {
    change();
    const fresh = render(root, told, kept, words);
    fresh.heading.focus();
    requestAnimationFrame(() => { fresh.status.textContent = words; });
  };
  const ids = readShared();
  const say = (/** @type {string} */ words) => { status.textContent = ''; requestAnimationFrame(() => { status.textContent = words; }); };
  const keepAll = (/** @type {Contact[]} */ found) => act(() => {
    window.history.replaceState(window.history.state, '', window.location.pathname + window.location.search);
    kept.keepAll(found.map((clinic) => ({ ...clinic, phone: clinic.number ? { text: clinic.phone, href: 'tel:' + clinic.number } : null })));
  }, labels.keptAll);
  /* A function, since `replace` reads "$&" in a text as an order. */
  const remove = (/** @type {Entry} */ entry) => act(() => kept.drop(entry.id), labels.removed.replace('{name}', () => entry.name));
  root.replaceChildren(.../** @type {Node[]} */ ([
    ids.length > 0 && sharedSection(ids, all, labels, keepAll),
    shown && make('section', { class: 'mine own', 'aria-label': labels.heading }, heading,
      make('p', { class: 'soft', text: entries.length ? labels.where : labels.empty }),
      entries.length > 0 && make('ul', { class: 'entries', role: 'list' }, ...entries.map((entry) => keptClinic(entry, data, remove))),
      entries.length > 0 && make('p', { class: 'acts' },
        make('button', { type: 'button', text: labels.print, onclick: () => printMine(root) }),
        shareButton(entries, labels, say),
        make('button', { type: 'button', text: labels.clear, onclick: () => act(() => kept.clear(), labels.cleared) })),
      status),
    make('section', { class: 'paper' },
      make('h2', { text: labels.questions }),
      make('ul', {}, ...data.questions.map((text) => make('li', { text }))),
      make('p', {}, make('strong', { text: data.ride })),
      make('p', { text: labels.advice }))
  ].filter(Boolean)));
  return { heading, status };
}

/**
 * The list of all clinics is asked for once somebody has a shared link; which are in it stays here.
 * @param {Told} told
 */
function askForAll(told) {
  if (told.all || told.asked >= 3 || !readShared().length) return;
  told.asked += 1;
  told.ask(told.asked);
}

/**
 * @param {Component<SavedMessage, SavedTriggers>} component
 * @param {typeof import('./dom.js')} dom
 * @param {Kept} kept
 */
export default function (component, dom, kept) {
  ({ make, copyAddress } = dom);
  const { data, parentElement, setTriggerValue } = component;
  const drawn = parentElement.querySelector('.take-along');
  const root = drawn || make('div', { class: 'take-along' });
  const text = JSON.stringify(data);
  const before = REMEMBERED.get(root);
  if (before && before.text === text) return;
  /** @type {Told} */
  const told = {
    text,
    data,
    ask: (count) => setTriggerValue('event', { kind: 'clinics', count }),
    all: data.clinics || (before ? before.all : null),
    asked: before ? before.asked : 0
  };
  REMEMBERED.set(root, told);
  if (!drawn) {
    parentElement.append(root);
    const now = () => REMEMBERED.get(root) || told;
    const draw = () => { render(root, now(), kept); };
    kept.onChange(root, draw);
    kept.onShow(() => goTo(root, '.own h2'));
    window.addEventListener('hashchange', () => { if (root.isConnected) { draw(); askForAll(now()); } });
  }
  render(root, told, kept);
  askForAll(told);
  if (data.clinics && !(before && before.all)) goTo(root, '.shared h2');
}

/**
 * @param {Element} root
 * @param {string} heading
 */
function goTo(root, heading) {
  const shown = /** @type {HTMLElement | null} */ (root.querySelector(heading));
  if (shown) { shown.focus({ preventScroll: true }); shown.scrollIntoView({ block: 'start' }); }
}
