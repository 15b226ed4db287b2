// @ts-check
/* Answers every request of the pocket finder from this device. What it holds is named, with hashes, in
   `FILES`, which geo/pocket/site_folder.py writes before this; what is not named there is not there. */

/** @typedef {{ version: string, files: Record<string, string>, later: string[] }} Files */
const { version, files, later } = /** @type {Files} */ (/** @type {any} */ (self).FILES);
const NAME = 'pocket-' + version;
const worker = /** @type {any} */ (self);
const scope = () => new URL(worker.registration.scope);

/** @param {string} path */
async function fetchWhole(path) {
  const reply = await fetch(new Request(new URL(path, scope()), { integrity: files[path], cache: 'no-cache' }));
  if (!reply.ok) throw new Error(path + ' ' + reply.status);
  return reply;
}

worker.addEventListener('install', (/** @type {any} */ event) => {
  event.waitUntil(caches.open(NAME).then((cache) => Promise.all(Object.keys(files).filter((path) => !later.includes(path)).map(async (path) => cache.put(new URL(path, scope()), await fetchWhole(path))))));
});

worker.addEventListener('activate', (/** @type {any} */ event) => {
  event.waitUntil(caches.keys().then((names) => Promise.all(names.filter((name) => name.startsWith('pocket-') && name !== NAME).map((name) => caches.delete(name)))).then(() => worker.clients.claim()));
});

worker.addEventListener('message', (/** @type {any} */ event) => { if (event.data === 'take') worker.skipWaiting(); });

worker.addEventListener('fetch', (/** @type {any} */ event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== 'GET' || url.origin !== scope().origin || !url.pathname.startsWith(scope().pathname)) return;
  event.respondWith(answer(url));
});

/** @param {URL} url */
async function answer(url) {
  const path = url.pathname.slice(scope().pathname.length) || 'index.html';
  if (!(path in files)) return new Response('Not Found', { status: 404 });
  const cache = await caches.open(NAME);
  const held = await cache.match(new URL(path, scope()));
  if (held) return held;
  const reply = await fetchWhole(path);
  await cache.put(new URL(path, scope()), reply.clone());
  return reply;
}
