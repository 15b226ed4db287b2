// @ts-check
/* The map stands in a frame, a document of its own: it gets the language, the landmark and the
   heading that a screen reader looks for, Leaflet's own words in that language, and loses folium's
   ban on zooming, which people with low vision need. Nothing glides for those who asked for less
   motion, and a map that is touched stays where it is. */
(function () {
  'use strict';

  /* What the scripts of all maps use: numbers and shapes of this server, and elements that hold text. */
  window.fetchJson = function (url) {
    return fetch(url).then(function (reply) {
      if (!reply.ok) throw new Error(url + ' ' + reply.status);
      return reply.json();
    });
  };

  window.makeElement = function (tag, className, text) {
    var made = document.createElement(tag);
    if (className) made.className = className;
    if (text !== undefined) made.textContent = String(text);
    return made;
  };

  if (window.matchMedia('(prefers-reduced-motion: reduce)').matches) {
    L.Map.mergeOptions({ zoomAnimation: false, fadeAnimation: false, markerZoomAnimation: false, inertia: false });
    L.PosAnimation.include({
      /** @type {(this: L.PosAnimation, element: HTMLElement, to: L.Point) => void} */
      run: function (element, to) {
        L.DomUtil.setPosition(element, to);
        this.fire('step').fire('end');
      }
    });
  }

  /* Leaflet gives the map the focus when it is first touched, and the browser then scrolls the page
     until the whole map is seen: what was touched moves off from under the finger, and the tap is lost. */
  /** @type {any} */ (L.Map).Keyboard.include({
    /** @this {any} */
    _onMouseDown: function () {
      if (!this._focused) this._map.getContainer().focus({ preventScroll: true });
    }
  });

  /**
   * @param {L.Map} map
   * @param {FrameWords} words
   */
  function nameControls(map, words) {
    if (map.zoomControl) map.zoomControl.remove();
    L.control.zoom({ zoomInTitle: words.zoomIn, zoomOutTitle: words.zoomOut }).addTo(map);
    map.attributionControl.setPrefix(false);
    map.attributionControl.addAttribution(words.attribution);
    map.on('popupopen', function (event) {
      var close = event.popup.getElement()?.querySelector('.leaflet-popup-close-button');
      if (close) close.setAttribute('aria-label', words.closePopup);
    });
    map.getContainer().setAttribute('role', 'group');
    map.getContainer().setAttribute('aria-label', words.title);
    /* Streamlit names the frame after the program that draws it. */
    if (window.frameElement) window.frameElement.setAttribute('aria-label', words.title);
  }

  window.settleMapFrame = function (map, words) {
    document.documentElement.lang = words.language;
    nameControls(map, words);
    var fixed = document.querySelector('meta[content*="maximum-scale"]');
    if (fixed) fixed.remove();
    var root = document.getElementById('root');
    if (!root || root.getAttribute('role')) return;
    root.setAttribute('role', 'main');
    root.prepend(window.makeElement('h1', 'frame-title', words.title));
  };
})();
