// @ts-check
/* Leave this page at once: what is shown goes, then another page takes the place of this one and
   of its entry in the history. Nothing is asked of that page's server before. */
const PRESSES = 3;
const WITHIN_MS = 1500;
const FRAMES = new WeakSet();
let target = '';
/** @type {number[]} */
let pressed = [];

function leave() {
  document.title = '\u200b';
  document.body.replaceChildren();
  try { window.sessionStorage.clear(); } catch { /* storage is shut: nothing is kept */ }
  window.location.replace(target);
}

/** @param {KeyboardEvent} event */
function onKey(event) {
  if (event.key !== 'Escape') { pressed = []; return; }
  if (event.repeat) return;
  const now = performance.now();
  pressed = [...pressed.filter((at) => now - at < WITHIN_MS), now];
  if (target && pressed.length >= PRESSES) leave();
}

/* A key pressed inside the map's frame is not told to the page around it. */
function listenInFrame() {
  const frame = document.activeElement;
  if (!(frame instanceof HTMLIFrameElement)) return;
  try {
    const inner = frame.contentWindow;
    if (!inner || FRAMES.has(inner)) return;
    inner.addEventListener('keydown', onKey, true);
    FRAMES.add(inner);
  } catch { /* a frame of another origin; there is none of ours */ }
}

window.addEventListener('keydown', onKey, true);
window.addEventListener('blur', () => setTimeout(listenInFrame));

/** @param {Component<LeaveMessage>} component */
export default function (component) {
  const { data, parentElement } = component;
  target = data.to;
  let button = parentElement.querySelector('button');
  if (!button) {
    button = document.createElement('button');
    button.type = 'button';
    button.addEventListener('click', leave);
    parentElement.append(button);
  }
  button.textContent = data.label;
  button.title = data.help;
  button.setAttribute('aria-description', data.help);
}
