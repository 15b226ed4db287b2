/* A basemap without a tile server: Census boundaries and GeoNames places from our own
   server, drawn on canvas. State lines always, county lines and more names when near. */
(function () {
  'use strict';

  var COLOURS = {
    light: { land: '#faf8f3', county: '#e3ddd0', state: '#b3aca0' },
    dark: { land: '#1d2a36', county: '#2b3a48', state: '#4f6478' }
  };
  var COUNTY_ZOOM = 7;
  var PANES = [['land', 150], ['county', 160], ['state', 170], ['names', 450]];

  function fetchJson(url) {
    return fetch(url).then(function (reply) {
      if (!reply.ok) throw new Error(url + ' ' + reply.status);
      return reply.json();
    });
  }

  function startBasemap(map, options) {
    window.settleMapFrame(map, options.words);
    var colours = COLOURS[options.dark ? 'dark' : 'light'];
    var states = [], cities = [], counties = null;
    var names = L.layerGroup().addTo(map);

    map.getContainer().classList.add(options.dark ? 'dark' : 'light');
    PANES.forEach(function (pane) {
      var element = map.createPane(pane[0]);
      element.style.zIndex = pane[1];
      element.style.pointerEvents = 'none';
    });

    function draw(geojson, pane, style) {
      return L.geoJSON(geojson, {
        pane: pane,
        interactive: false,
        renderer: L.canvas({ pane: pane, padding: 0.3 }),
        style: style
      });
    }

    function showCounties() {
      if (map.getZoom() < COUNTY_ZOOM) {
        if (counties && counties.layer) map.removeLayer(counties.layer);
      } else if (!counties) {
        counties = { layer: null };
        fetchJson(options.counties).then(function (geojson) {
          counties.layer = draw(geojson, 'county', { fill: false, color: colours.county, weight: 1 });
          showCounties();
        });
      } else if (counties.layer) {
        counties.layer.addTo(map);
      }
    }

    /* Names are placed most people first; one that would cover another is left out. */
    function showNames() {
      var zoom = map.getZoom(), bounds = map.getBounds().pad(0.05), taken = [];
      names.clearLayers();

      function place(latitude, longitude, text, kind, width) {
        var at = map.latLngToContainerPoint([latitude, longitude]);
        var left = kind === 'state-name' ? at.x - width / 2 : at.x - 4;
        var box = [left, at.y - 8, left + width, at.y + 8];
        var hit = taken.some(function (other) {
          return box[0] < other[2] && box[2] > other[0] && box[1] < other[3] && box[3] > other[1];
        });
        if (hit) return false;
        taken.push(box);
        var label = document.createElement('span');
        label.textContent = text;
        L.marker([latitude, longitude], {
          pane: 'names', interactive: false, keyboard: false,
          icon: L.divIcon({ className: kind, html: label, iconSize: null })
        }).addTo(names);
        return true;
      }

      if (zoom >= 4 && zoom <= 7) {
        states.forEach(function (state) {
          if (bounds.contains([state[0], state[1]])) {
            place(state[0], state[1], state[2], 'state-name', state[2].length * 8.4);
          }
        });
      }
      var room = zoom < 5 ? 0 : zoom < 7 ? 24 : 60;
      for (var i = 0; i < cities.length && room > 0; i++) {
        var city = cities[i];
        if (bounds.contains([city[1], city[2]]) &&
            place(city[1], city[2], city[0], 'city-name', city[0].length * 6.6 + 14)) room--;
      }
    }

    fetchJson(options.states).then(function (geojson) {
      draw(geojson, 'land', { stroke: false, fillColor: colours.land, fillOpacity: 1 }).addTo(map);
      draw(geojson, 'state', { fill: false, color: colours.state, weight: 1.2 }).addTo(map);
      map.getContainer().dataset.basemap = 'ready';
    });
    fetchJson(options.stateLabels).then(function (rows) { states = rows; showNames(); });
    fetchJson(options.cities).then(function (rows) { cities = rows; showNames(); });
    map.on('zoomend', showCounties);
    map.on('moveend resize', showNames);
    showCounties();
  }

  window.startBasemap = startBasemap;
})();
