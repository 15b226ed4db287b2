/* The other languages of the site, each named in itself. It also tells the browser and screen
   readers which language the page is in, which Streamlit's own document gives as English. */
export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  document.documentElement.lang = data.language;
  const text = JSON.stringify(data);
  let root = parentElement.querySelector('.switch');
  if (root && root.dataset.text === text) return;
  const fresh = document.createElement('nav');
  fresh.className = 'switch';
  fresh.setAttribute('aria-label', data.label);
  fresh.dataset.text = text;
  for (const [code, name] of data.others) {
    const button = document.createElement('button');
    button.type = 'button';
    button.lang = code;
    button.textContent = name;
    button.addEventListener('click', () => setTriggerValue('language', { code, at: Date.now() }));
    fresh.append(button);
  }
  const held = root && root.contains(root.getRootNode().activeElement);
  if (root) root.replaceWith(fresh); else parentElement.append(fresh);
  if (held && fresh.firstChild) fresh.firstChild.focus({ preventScroll: true });
}
