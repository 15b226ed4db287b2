// @ts-check
/* Says that the page does not work where one of its scripts could not be fetched, or is not ours. */
window.addEventListener('error', ({ target }) => {
  const told = document.getElementById('fault');
  if (told && target instanceof HTMLScriptElement) told.hidden = false;
}, true);
