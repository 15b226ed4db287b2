// @ts-check
/* After a search that is a sign of a crisis: the panel, which stands on the page already
   (pages/patients/parts/crisis_panel.py), takes the focus, and its first words are said. */
const SEEN = new WeakMap();

/** @param {Component<CrisisMessage>} component */
export default function (component) {
  const { data, parentElement } = component;
  if (SEEN.get(parentElement) === data.focus) return;
  SEEN.set(parentElement, data.focus);
  const old = parentElement.querySelector('p');
  const said = old || document.createElement('p');
  if (!old) {
    said.setAttribute('role', 'alert');
    parentElement.append(said);
  }
  /* An empty moment lets the same words be said again. */
  said.textContent = '';
  requestAnimationFrame(() => {
    const panel = /** @type {HTMLElement | null} */ (document.querySelector('.crisis-panel'));
    said.textContent = data.said;
    if (!panel) return;
    panel.querySelector('h2')?.focus({ preventScroll: true });
    const isTall = panel.offsetHeight > window.innerHeight * 0.8;
    panel.scrollIntoView({ block: isTall ? 'start' : 'nearest' });
  });
}
