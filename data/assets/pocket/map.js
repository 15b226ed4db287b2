// @ts-check
/* Inside the map's frame: starts the site's own map, and hands on what is picked there to the page
   around it, which feeds it. */
(function () {
  'use strict';

  var page = /** @type {Window & { startPocketMap: Required<import('./map_room.js').Inside>['startPocketMap'] }} */ (/** @type {unknown} */ (window));

  page.startPocketMap = function (options, onPicked, fetchShapes) {
    window.fetchJson = fetchShapes;
    /* As clinic_layer.js finds it on the site. */
    window.Streamlit = { setComponentValue: function (event) { if ('id' in event) onPicked(event.id); } };
    var map = L.map('map_div', Object.assign({ zoomControl: true }, options.first));
    window.startBasemap(map, Object.assign({}, options.basemap, { dark: matchMedia('(prefers-color-scheme: dark)').matches }));
    return window.startClinicLayer(map, options.layer);
  };
})();
