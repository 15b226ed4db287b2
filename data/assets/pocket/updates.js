// @ts-check
/* Keeps the finder on this device, and takes a newer list when there is a net and the person agrees. */

const OLD_DAYS = 366;
const A_DAY_MS = 86_400_000;

export async function keepUpToDate() {
  showAge();
  const room = document.getElementById('newer');
  const button = document.getElementById('look');
  if (!('serviceWorker' in navigator) || !room || !button) return;
  /* A first worker that takes over brings nothing new. */
  let isAgreed = false;
  navigator.serviceWorker.addEventListener('controllerchange', () => { if (isAgreed) window.location.reload(); });
  /* In a frame that is shut off from storage there is none. */
  const registration = await navigator.serviceWorker.register('sw.js').catch(() => null);
  if (!registration) return;
  const offer = () => { room.hidden = !(registration.waiting && navigator.serviceWorker.controller); };
  registration.addEventListener('updatefound', () => registration.installing?.addEventListener('statechange', offer));
  offer();
  room.querySelector('button')?.addEventListener('click', () => {
    isAgreed = true;
    registration.waiting?.postMessage('take');
  });
  button.hidden = false;
  button.addEventListener('click', async () => {
    const said = button.parentElement?.querySelector('span');
    if (said) said.textContent = '';
    const isLooked = await registration.update().then(() => settle(registration.installing), () => false);
    offer();
    room.scrollIntoView({ block: 'nearest' });
    if (said && room.hidden) said.textContent = (isLooked ? button.dataset.none : button.dataset.failed) || '';
  });
}

/** Waits until a newer worker has all its files, or not.
 * @param {ServiceWorker | null} worker
 * @returns {Promise<boolean>} whether it has, or there is none.
 */
async function settle(worker) {
  while (worker?.state === 'installing') await new Promise((go) => { worker.addEventListener('statechange', go, { once: true }); });
  return worker?.state !== 'redundant';
}

/** Says on top that a list is old. */
function showAge() {
  const told = document.getElementById('old');
  if (told) told.hidden = Date.now() - Date.parse(told.dataset.asOf || '') <= OLD_DAYS * A_DAY_MS;
}
