// @ts-check
/* Ties the sentence of a search that failed to the box that was typed in. The list stands in a tree
   of its own, into which a field outside cannot point, so the sentence is also kept, unseen, beside
   the page; a screen reader tells it whenever the box is reached again. */
const ID = 'place-fault';

/** @param {string} words */
export function explain(words) {
  const box = document.querySelector('.st-key-typed input');
  const old = document.getElementById(ID);
  if (old) old.remove();
  if (!box) return;
  if (!words) {
    box.removeAttribute('aria-invalid');
    box.removeAttribute('aria-describedby');
    return;
  }
  const fault = document.createElement('p');
  fault.id = ID;
  fault.hidden = true;
  fault.textContent = words;
  document.body.append(fault);
  box.setAttribute('aria-invalid', 'true');
  box.setAttribute('aria-describedby', ID);
}
