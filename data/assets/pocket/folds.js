// @ts-check
/* Opens folds of "Before you go": of the section that the address names, and on paper all. */
const unfold = (/** @type {NodeListOf<Element>} */ folds) => folds.forEach((fold) => { if (fold instanceof HTMLDetailsElement) fold.open = true; });

function openNamed() {
  const section = document.getElementById(location.hash.slice(1));
  if (!section) return;
  unfold(section.querySelectorAll('details:has(h2)'));
  section.scrollIntoView();
}

window.addEventListener('hashchange', openNamed);
window.addEventListener('beforeprint', () => unfold(document.querySelectorAll('.guidance section details')));
openNamed();
