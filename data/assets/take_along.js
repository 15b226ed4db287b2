/* "My list": what is kept in this browser, whatever is searched for now; and, on paper alone, the
   questions to ask a clinic. */
const REMEMBERED = new WeakMap();
const SHARED = '#list=';
const MOST = 50;

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

function sayDay(day, language) {
  const date = new Date(day + 'T12:00:00');
  return Number.isNaN(date.getTime()) ? day : date.toLocaleDateString(language, { year: 'numeric', month: 'long', day: 'numeric' });
}

function openable(address) {
  try { const url = new URL(address); return ['http:', 'https:'].includes(url.protocol) ? url : null; } catch { return null; }
}

/* The facts of a clinic, from the browser's own storage or the list of all: text, whatever it holds. */
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

function shareLink(entries) {
  return window.location.origin + window.location.pathname + SHARED + entries.map((entry) => entry.id).join(',');
}

function shareButton(entries, labels, said) {
  const button = make('button', { type: 'button', text: labels.share });
  button.addEventListener('click', async () => {
    const address = shareLink(entries);
    try {
      await navigator.clipboard.writeText(address);
      said(labels.shared);
    } catch {
      /* No clipboard without a secure context: show the link to copy by hand. */
      const field = make('input', { readonly: true, value: address, 'aria-label': labels.share });
      button.replaceWith(field);
      field.select();
    }
  });
  return button;
}

/* A list that somebody shared: looked up in the browser, in the list of all clinics. */
function sharedSection(ids, all, labels, keepAll) {
  const found = all ? ids.map((id) => all.find((clinic) => clinic.id === id)).filter(Boolean) : [];
  const lost = ids.length - found.length;
  return make('section', { class: 'mine shared', 'aria-label': labels.sharedHeading },
    make('h2', { tabindex: '-1', text: labels.sharedHeading }),
    !all && make('p', { class: 'soft', text: labels.wait }),
    found.length > 0 && make('ul', { class: 'entries', role: 'list' }, ...found.map((clinic) => make('li', { 'data-clinic': clinic.id }, ...facts({ far: '', ...clinic }, labels)))),
    all && lost > 0 && make('p', { class: 'soft', text: labels.lost.replace('{count}', lost) }),
    found.length > 0 && make('p', { class: 'acts' }, make('button', { type: 'button', text: labels.keepAll, onclick: () => keepAll(found) })));
}

function printMine(root) {
  root.classList.add('printed');
  document.documentElement.dataset.print = 'kept';
  window.addEventListener('afterprint', () => {
    root.classList.remove('printed');
    delete document.documentElement.dataset.print;
  }, { once: true });
  window.print();
}

function render(root, data, kept, said) {
  const { labels } = data;
  const entries = kept.readKept();
  const shown = entries.length > 0 || Boolean(said);
  const heading = make('h2', { tabindex: '-1', text: labels.heading });
  const status = make('p', { class: 'said', role: 'status' });
  const act = (change, words) => {
    change();
    const fresh = render(root, data, kept, words);
    fresh.heading.focus();
    requestAnimationFrame(() => { fresh.status.textContent = words; });
  };
  /* A function, since `replace` reads "$&" in a text as an order. */
  const { all } = REMEMBERED.get(root);
  const ids = readShared();
  const say = (words) => { status.textContent = ''; requestAnimationFrame(() => { status.textContent = words; }); };
  const keepAll = (found) => act(() => {
    window.history.replaceState(window.history.state, '', window.location.pathname + window.location.search);
    kept.keepAll(found.map((clinic) => ({ ...clinic, phone: clinic.number ? { text: clinic.phone, href: 'tel:' + clinic.number } : null })));
  }, labels.keptAll);
  const remove = (entry) => act(() => kept.drop(entry.id), labels.removed.replace('{name}', () => entry.name));
  root.replaceChildren(...[
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
  ].filter(Boolean));
  return { heading, status };
}

/* The list of all clinics is asked for once somebody has a shared link; which are in it stays here. */
function askForAll(root, ask) {
  const told = REMEMBERED.get(root);
  if (told.all || told.asked >= 3 || !readShared().length) return;
  told.asked += 1;
  ask(told.asked);
}

/** @param {Component<SavedMessage, SavedTriggers>} component */
export default function (component, kept) {
  const { data, parentElement, setTriggerValue } = component;
  let root = parentElement.querySelector('.take-along');
  const text = JSON.stringify(data);
  const before = root ? REMEMBERED.get(root) : { all: null, asked: 0, text: '' };
  const isNew = !root;
  if (isNew) {
    root = make('div', { class: 'take-along' });
    parentElement.append(root);
    const draw = () => render(root, REMEMBERED.get(root).data, kept);
    kept.onChange(root, draw);
    kept.onShow(() => goTo(root, '.own h2'));
    window.addEventListener('hashchange', () => { if (root.isConnected) { draw(); askForAll(root, REMEMBERED.get(root).ask); } });
  } else if (before.text === text) return;
  const ask = (count) => setTriggerValue('event', { kind: 'clinics', count });
  REMEMBERED.set(root, { text, data, ask, all: data.clinics || before.all, asked: before.asked });
  render(root, data, kept);
  askForAll(root, ask);
  if (data.clinics && !before.all) goTo(root, '.shared h2');
}

function goTo(root, heading) {
  const shown = root.querySelector(heading);
  if (shown) { shown.focus({ preventScroll: true }); shown.scrollIntoView({ block: 'start' }); }
}
