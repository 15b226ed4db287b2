// @ts-check
/* The last search of this tab, for a page that is loaded anew, as on a phone after a call: what a
   copied link holds, in the tab's own storage, and half an hour at most. */
const NAME = 'clinic-finder.search';
const KEPT_MS = 30 * 60 * 1000;
const TOLD = new WeakMap();
/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;

function forget() {
  clearTimeout(timer);
  try { window.sessionStorage.removeItem(NAME); } catch { /* storage is shut: nothing is kept */ }
}

/** @returns {Record<string, string> | null} */
function read() {
  try {
    const { search, at } = JSON.parse(window.sessionStorage.getItem(NAME) || 'null');
    const left = at + KEPT_MS - Date.now();
    if (search && left > 0 && left <= KEPT_MS) {
      clearTimeout(timer);
      timer = setTimeout(read, left);
      return search;
    }
  } catch { /* nothing is kept, or it is none of ours */ }
  forget();
  return null;
}

/** @param {Record<string, string>} search */
function keep(search) {
  if (JSON.stringify(read()) === JSON.stringify(search)) return; // its half hour does not begin anew
  try { window.sessionStorage.setItem(NAME, JSON.stringify({ search, at: Date.now() })); } catch { return; }
  read();
}

/** @param {Component<SessionAsk | SessionStay | SessionKeep, SessionTriggers>} component */
export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  const text = JSON.stringify(data);
  // "Leave" empties the page, and what comes after that is kept no more.
  if (TOLD.get(parentElement) === text || !parentElement.isConnected) return;
  TOLD.set(parentElement, text);
  if (data.kind === 'ask') {
    const search = read();
    if (search) setTriggerValue('search', { ...search, at: Date.now() }); // the same once more is told too
  } else if (data.kind === 'keep') {
    if (Object.keys(data.search).length) keep(data.search); else forget();
  }
}
