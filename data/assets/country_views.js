// @ts-check
/* Buttons for what does not fit beside the lower 48 states: one tap to each, and back. */
(function () {
  'use strict';

  /** @type {[48 | 'AK' | 'HI' | 'PR', [[number, number], [number, number]]][]} */
  var VIEWS = [
    [48, [[24.5, -124.8], [49.4, -66.9]]],
    ['AK', [[51.2, -179.5], [71.5, -129.9]]],
    ['HI', [[18.8, -160.4], [22.4, -154.7]]],
    ['PR', [[17.8, -67.4], [18.6, -65.2]]]
  ];

  window.addCountryViews = function (map, words) {
    var control = new L.Control({ position: 'topright' });
    control.onAdd = function () {
      var bar = L.DomUtil.create('div', 'leaflet-bar country-views');
      VIEWS.forEach(function (view) {
        var button = L.DomUtil.create('button', '', bar);
        button.type = 'button';
        button.textContent = String(view[0]);
        button.title = words[view[0]];
        button.setAttribute('aria-label', words[view[0]]);
        button.addEventListener('click', function () {
          map.closePopup();  // which would draw the map back to its pin
          map.fitBounds(view[1], { padding: [20, 20], animate: false });
        });
      });
      L.DomEvent.disableClickPropagation(bar);
      return bar;
    };
    control.addTo(map);
  };
})();
