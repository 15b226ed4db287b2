// @ts-check
/* Writes the lines by which another page shows the finder, for a state and a treatment; and shows it so. */
const element = (/** @type {string} */ id) => /** @type {HTMLElement} */ (document.getElementById(id));
const value = (/** @type {string} */ id) => /** @type {HTMLSelectElement} */ (element(id)).value;
const lines = /** @type {HTMLTextAreaElement} */ (element('lines'));
const button = element('copy');

function write() {
  const named = Object.entries({ treatment: value('treatment'), state: value('state') }).filter(([, code]) => code);
  const address = new URL(element('preview').dataset.finder || '', window.location.href);
  address.search = new URLSearchParams(named).toString();
  const frame = Object.assign(document.createElement('iframe'), { src: address.href, title: element('preview').dataset.title, width: '100%', height: '720', loading: 'lazy' });
  frame.referrerPolicy = 'no-referrer';
  frame.allow = 'geolocation';
  frame.setAttribute('frameborder', '0');
  lines.value = frame.outerHTML;
  element('preview').replaceChildren(frame);
  element('copied').textContent = '';
}

for (const id of ['state', 'treatment']) element(id).addEventListener('change', write);
button.addEventListener('click', async () => {
  lines.select();
  try {
    await navigator.clipboard.writeText(lines.value);
    element('copied').textContent = button.dataset.copied || '';
  } catch { /* the lines are marked, to be copied by hand */ }
});
write();
