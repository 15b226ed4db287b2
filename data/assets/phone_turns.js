// @ts-check
/* On a phone the page shows the list or the map. Whoever turns to the map finds it in view, and
   whoever turns back finds the card they came from, with the focus on it; the page itself would
   stay where it was, at the foot. */
(function () {
  'use strict';

  var PHONE = window.PHONE = '(max-width: 700px)';  // as in app.css

  /**
   * Cards stand in shadow trees, which selectors do not reach into.
   * @param {ParentNode} root
   * @param {string} selector
   * @returns {HTMLElement | null}
   */
  function findDeep(root, selector) {
    /** @type {HTMLElement | null} */
    var found = root.querySelector(selector);
    if (found) return found;
    var hosts = root.querySelectorAll('[class*="st-key-clinic_list"] *, [data-testid="stBidiComponentRegular"], .stBidiComponent *');
    for (var i = 0; i < hosts.length; i++) {
      var tree = hosts[i].shadowRoot;
      found = tree && findDeep(tree, selector);
      if (found) return found;
    }
    return null;
  }

  window.watchPhoneTurns = function (getChosen) {
    var page = /** @type {typeof globalThis & Window} */ (window.parent);
    var frame = /** @type {HTMLElement} */ (window.frameElement);
    if (!frame || page === window) return;
    var wasShown = frame.offsetWidth > 0, wasPhone = page.matchMedia(PHONE).matches;

    function showMap() { frame.scrollIntoView({ block: 'center', behavior: 'instant' }); }

    function showCard() {
      var id = getChosen(), card = id && findDeep(page.document, '.card[data-clinic="' + page.CSS.escape(id) + '"]');
      if (!card) {
        var list = page.document.querySelector('.st-key-list');
        if (list) list.scrollIntoView({ block: 'start', behavior: 'instant' });
        return;
      }
      card.scrollIntoView({ block: 'center', behavior: 'instant' });
      /** @type {HTMLElement | null} */
      var button = card.querySelector('[data-key^="map-"]') || card.querySelector('a, button');
      if (button) button.focus({ preventScroll: true });
    }

    if (wasPhone && wasShown) showMap();  // the list was turned away before the map had come
    new page.ResizeObserver(function () {
      var isShown = frame.offsetWidth > 0, isPhone = page.matchMedia(PHONE).matches;
      if (isPhone && wasPhone && isShown !== wasShown) (isShown ? showMap : showCard)();
      wasShown = isShown;
      wasPhone = isPhone;
    }).observe(frame);
  };
})();
