// @ts-check
/* "Use my location": asked only on click, rounded here to 0.05 degrees, so that the exact
   place never leaves the browser. Hidden where a page is not a secure context. */
/** @param {Component<LocateMessage, LocateTriggers>} component */
export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  if (parentElement.querySelector('.locate')) return;
  const box = document.createElement('p');
  box.className = 'locate';
  parentElement.append(box);
  if (!window.isSecureContext || !navigator.geolocation) { box.hidden = true; return; }
  const button = document.createElement('button');
  const words = document.createElement('span');
  button.type = 'button';
  button.textContent = data.label;
  words.textContent = data.words;
  words.setAttribute('role', 'status');
  box.append(button, words);
  let count = 0;
  const round = (/** @type {number} */ degrees) => Math.round(degrees * 20) / 20;
  button.addEventListener('click', () => {
    words.textContent = data.waiting;
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        words.textContent = data.words;
        count += 1;
        setTriggerValue('place', { latitude: round(coords.latitude), longitude: round(coords.longitude), count });
      },
      () => { words.textContent = data.refused; },
      { enableHighAccuracy: false, timeout: 15000, maximumAge: 600000 });
  });
}
