/* The map stands in a frame, a document of its own: it gets the language, the landmark and the
   heading that a screen reader looks for, Leaflet's own words in that language, and loses folium's
   ban on zooming, which people with low vision need. Nothing glides for those who asked for less
   motion, and a map that is touched stays where it is. */
(function () {
  'use strict';

  if (window.matchMedia('(prefers-reduced-motion: reduce)').matches) {
    L.Map.mergeOptions({ zoomAnimation: false, fadeAnimation: false, markerZoomAnimation: false, inertia: false });
    L.PosAnimation.include({
      run: function (element, to) {
        L.DomUtil.setPosition(element, to);
        this.fire('step').fire('end');
      }
    });
  }

  /* Leaflet gives the map the focus when it is first touched, and the browser then scrolls the page
     until the whole map is seen: what was touched moves off from under the finger, and the tap is lost. */
  L.Map.Keyboard.include({
    _onMouseDown: function () {
      if (!this._focused) this._map.getContainer().focus({ preventScroll: true });
    }
  });

  function nameControls(map, words) {
    if (map.zoomControl) map.zoomControl.remove();
    L.control.zoom({ zoomInTitle: words.zoomIn, zoomOutTitle: words.zoomOut }).addTo(map);
    map.attributionControl.setPrefix(false);
    map.attributionControl.addAttribution(words.attribution);
    map.on('popupopen', function (event) {
      var close = event.popup.getElement().querySelector('.leaflet-popup-close-button');
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
    var heading = document.createElement('h1');
    heading.className = 'frame-title';
    heading.textContent = words.title;
    root.prepend(heading);
  };
})();
