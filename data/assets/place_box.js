// @ts-check
/* The place box suggests places as one types: the editable combobox with a list of the WAI-ARIA
   Authoring Practices, where a person chooses. The table of places is fetched when the box is first
   touched, and is looked through here. Without it the box is what it was: a field and a button. */
const BOX = '.st-key-typed input';
const LIST = 'place-options';
const QUIET_MS = 400;
const ROW_PX = 44;
const FEWEST_ROWS = 3;

/** @typedef {import('./place_table.js').Suggestion} Suggestion */

/** @type {PlaceBoxMessage} */
let told;
/** @type {typeof import('./place_table.js')} */
let tables;
/** @type {typeof import('./place_match.js')} */
let match;
/** @type {HTMLElement} */
let status;
/** @type {import('./place_table.js').Known | null} */
let known = null;
/** @type {(() => Promise<import('./place_table.js').Known>) | null} */
let getReady = null;
let loading = '';
/** @type {Suggestion[]} */
let options = [];
let active = -1;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let speaking;
let isOpen = false;
let isSettled = false;
let isOurs = false;
let isWithout = false;

const findBox = () => /** @type {HTMLInputElement | null} */ (document.querySelector(BOX));
const findForm = () => /** @type {HTMLElement | null | undefined} */ (findBox()?.closest('[data-testid="stForm"]'));
const findList = () => document.getElementById(LIST);

/* Streamlit draws the box anew when it likes: what makes it a combobox is put on whichever is there. */
function fit() {
  const box = findBox();
  const form = findForm();
  if (!box || !form || isWithout || box.getAttribute('role') === 'combobox' && form.contains(findList())) return;
  findList()?.remove();
  const list = document.createElement('ul');
  list.id = LIST;
  list.className = 'place-options';
  list.hidden = true;
  list.setAttribute('role', 'listbox');
  list.setAttribute('aria-label', told.list);
  /* Or the box loses the focus, and the list goes before a tap has counted. */
  list.addEventListener('mousedown', (event) => event.preventDefault());
  list.addEventListener('click', (event) => {
    const option = event.target instanceof Element && event.target.closest('[role=option]');
    if (option) choose(options[[...list.children].indexOf(option)]);
  });
  form.append(list);
  for (const [name, value] of Object.entries({ role: 'combobox', 'aria-autocomplete': 'list', 'aria-expanded': 'false', 'aria-controls': LIST })) box.setAttribute(name, value);
  isOpen = false;
}

/* The box may be drawn later than what draws this. */
function fitOnceDrawn() {
  fit();
  if (findBox()) return;
  new MutationObserver((_changes, watch) => {
    if (!findBox()) return;
    watch.disconnect();
    fit();
    if (document.activeElement === findBox()) load();
  }).observe(document.body, { childList: true, subtree: true });
}

function unfit() {
  const box = findBox();
  findList()?.remove();
  if (box) for (const name of ['role', 'aria-autocomplete', 'aria-expanded', 'aria-controls', 'aria-activedescendant']) box.removeAttribute(name);
}

async function load() {
  const address = told.url;
  if (loading === address) return;
  loading = address;
  try {
    known = await (getReady ? getReady() : fetchReady(address));
  } catch {
    loading = '';
    isWithout = !known;
    if (isWithout) unfit();
    return;
  }
  isWithout = false;
  fit();
  if (document.activeElement === findBox()) update();
}

/** @param {string} address */
async function fetchReady(address) {
  const reply = await fetch(window.location.origin + address);
  if (!reply.ok) throw new Error(String(reply.status));
  return tables.makeReady(await reply.json());
}

function update() {
  const box = findBox();
  if (!known || isSettled || !box) return;
  options = match.suggest(known, box.value);
  if (options.length) open();
  else close();
}

function open() {
  fit();
  const box = findBox();
  const list = findList();
  if (!box || !list) return;
  list.replaceChildren(...options.map((option, at) => {
    const row = document.createElement('li');
    row.id = LIST + '-' + at;
    row.setAttribute('role', 'option');
    row.setAttribute('aria-selected', 'false');
    const name = document.createElement('span');
    name.textContent = option.name;
    const rest = document.createElement('span');
    rest.className = 'where';
    rest.textContent = [option.place, told.kinds[option.kind]].filter(Boolean).join(' · ');
    row.append(name, ' ', rest);
    return row;
  }));
  activate(-1);
  list.hidden = false;
  list.scrollTop = 0;
  box.setAttribute('aria-expanded', 'true');
  if (!isOpen && findRoom(list) < FEWEST_ROWS * ROW_PX) findForm()?.scrollIntoView({ block: 'start' });
  isOpen = true;
  resize();
  say(told.counts[options.length - 1]);
}

function close() {
  const box = findBox();
  const list = findList();
  isOpen = false;
  active = -1;
  say('');
  if (list) list.hidden = true;
  if (!box || !list) return;
  box.setAttribute('aria-expanded', 'false');
  box.removeAttribute('aria-activedescendant');
}

/**
 * How many are there is said once a person pauses.
 * @param {string} words
 */
function say(words) {
  clearTimeout(speaking);
  if (!words) status.textContent = '';
  else speaking = setTimeout(() => { status.textContent = words; }, QUIET_MS);
}

/**
 * The room below the box: above a phone's keyboard, and above the bar at its foot.
 * @param {HTMLElement} list
 */
function findRoom(list) {
  const top = list.getBoundingClientRect().top;
  const view = window.visualViewport;
  const foot = document.querySelector('.st-key-leave');
  const bar = foot ? foot.getBoundingClientRect().top : 0;
  const bottom = view ? view.offsetTop + view.height : window.innerHeight;
  return (bar > top ? Math.min(bar, bottom) : bottom) - top - 8;
}

function resize() {
  const list = findList();
  if (isOpen && list) list.style.maxHeight = Math.max(findRoom(list), FEWEST_ROWS * ROW_PX) + 'px';
}

/** @param {number} at */
function activate(at) {
  const box = findBox();
  const rows = [...(findList()?.children || [])];
  active = at;
  for (const [row, option] of rows.entries()) option.setAttribute('aria-selected', String(row === at));
  if (at < 0) { box?.removeAttribute('aria-activedescendant'); return; }
  box?.setAttribute('aria-activedescendant', LIST + '-' + at);
  rows[at].scrollIntoView({ block: 'nearest' });
}

/**
 * As if it was typed, so that Streamlit, whose field it is, takes it.
 * @param {string} text
 */
function write(text) {
  const box = findBox();
  if (!box) return;
  Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set?.call(box, text);
  isOurs = true;
  box.dispatchEvent(new Event('input', { bubbles: true }));
  isOurs = false;
}

/** @param {Suggestion} option */
function choose(option) {
  const form = findForm();
  isSettled = true;
  close();
  write(option.text);
  const submit = /** @type {HTMLElement | null | undefined} */ (form?.querySelector('[data-testid="stFormSubmitButton"] button'));
  submit?.click();
}

/**
 * Returns whether the key has done all that it is to do.
 * @param {KeyboardEvent} event
 */
function press(event) {
  if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
    const step = event.key === 'ArrowDown' ? 1 : -1;
    if (event.altKey && step < 0) { close(); return true; }
    if (!isOpen) { isSettled = false; update(); }
    if (!isOpen) return false;
    if (!event.altKey) activate(active < 0 && step < 0 ? options.length - 1 : (active + step + options.length) % options.length);
    return true;
  }
  if (event.key === 'Enter') {
    if (isOpen && active >= 0) { choose(options[active]); return true; }
    isSettled = true;
    close();
  } else if (event.key === 'Escape') {
    if (isOpen) { isSettled = true; close(); } else write('');
    return true;
  } else if (isOpen && ['ArrowLeft', 'ArrowRight', 'Home', 'End'].includes(event.key)) activate(-1);
  return false;
}

const isBox = (/** @type {Event} */ event) => told && event.target instanceof Element && event.target.matches(BOX);

document.addEventListener('focusin', (event) => { if (isBox(event)) { fit(); load(); } });
document.addEventListener('focusout', (event) => { if (isBox(event)) close(); });
document.addEventListener('input', (event) => {
  if (!isBox(event) || isOurs) return;
  isSettled = false;
  update();
});
document.addEventListener('keydown', (event) => {
  /* Such keys are for what composes letters, and not yet for the box. */
  if (!isBox(event) || event.isComposing || event.keyCode === 229 || !known || event.ctrlKey || event.metaKey) return;
  if (!press(event)) return;
  event.preventDefault();
  event.stopPropagation();
}, true);
if (window.visualViewport) for (const kind of ['resize', 'scroll']) window.visualViewport.addEventListener(kind, resize);

/**
 * @param {Component<PlaceBoxMessage>} component
 * @param {typeof import('./place_table.js')} reader
 * @param {typeof import('./place_match.js')} matcher
 * @param {(() => Promise<import('./place_table.js').Known>) | null} [own] for a page that has the table itself
 */
export default function (component, reader, matcher, own = null) {
  const { data, parentElement } = component;
  const old = parentElement.querySelector('p');
  status = old || document.createElement('p');
  if (!old) {
    status.setAttribute('role', 'status');
    parentElement.append(status);
  }
  told = data;
  tables = reader;
  match = matcher;
  getReady = own;
  fitOnceDrawn();
  findList()?.setAttribute('aria-label', told.list);
  if (document.activeElement === findBox()) load();
}
