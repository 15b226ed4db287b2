// @ts-check
/* The other languages of the site, each named in itself. It also tells the browser and screen
   readers which language the page is in, which Streamlit's own document gives as English, which of
   the links above leads to the page one is on, and puts the few words of Streamlit's own controls
   into that language. */
const SPOKEN = ['aria-label', 'title', 'alt', 'placeholder'];
/** @type {Map<string, string>} */
let words = new Map();
/** @type {MutationObserver | null} */
let watcher = null;

/** @param {Node} root */
function translate(root) {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
  for (let node = /** @type {Node | null} */ (root); node; node = walker.nextNode()) {
    if (node instanceof Text) {
      const said = words.get(node.data.trim());
      if (said) node.data = said;
    } else if (node instanceof Element) {
      for (const name of SPOKEN) {
        const said = words.get(node.getAttribute(name) || '');
        if (said) node.setAttribute(name, said);
      }
    }
  }
}

/** @param {string} path */
function markCurrent(path) {
  for (const link of document.querySelectorAll(':is(.st-key-masthead, .st-key-analysts, .st-key-operators) .stPageLink a')) {
    const [to] = (link.getAttribute('href') || '').split(/[?#]/);
    if (to.replace(/^.*\//, '') === path) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
}

/** @param {LanguageMessage} data */
function speak(data) {
  document.documentElement.lang = data.language;
  if (watcher) watcher.disconnect();
  watcher = null;
  words = new Map([...words].map(([english, said]) => [said, english]));
  if (words.size) translate(document.body);
  words = new Map(Object.entries(data.controls));
  if (!words.size) return;
  translate(document.body);
  watcher = new MutationObserver((changes) => {
    for (const change of changes) {
      if (change.type === 'childList') change.addedNodes.forEach(translate); else translate(change.target);
    }
  });
  watcher.observe(document.body, { childList: true, characterData: true, attributes: true, attributeFilter: SPOKEN, subtree: true });
}

/** @param {Component<LanguageMessage, LanguageTriggers>} component */
export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  const text = JSON.stringify(data);
  const root = /** @type {HTMLElement | null} */ (parentElement.querySelector('.switch'));
  if (root && root.dataset.text === text) return;
  speak(data);
  markCurrent(data.path);
  // The page stands: what stood in its place (pages/parts/document.py) would be in the way of skip links.
  document.querySelector('.first-words')?.remove();
  const fresh = document.createElement(data.others.length ? 'nav' : 'div');
  fresh.className = 'switch';
  if (data.others.length) fresh.setAttribute('aria-label', data.label);
  fresh.dataset.text = text;
  for (const [code, name] of data.others) {
    const button = document.createElement('button');
    button.type = 'button';
    button.lang = code;
    button.textContent = name;
    button.addEventListener('click', () => setTriggerValue('language', { code, at: Date.now() }));
    fresh.append(button);
  }
  const held = root && root.contains(/** @type {Document | ShadowRoot} */ (root.getRootNode()).activeElement);
  if (root) root.replaceWith(fresh); else parentElement.append(fresh);
  if (held) fresh.querySelector('button')?.focus({ preventScroll: true });
}
