// @ts-check
/* The names of states, cities and towns: most people first, around the pins and controls, never on
   them. A name that finds no room is left out; a state too small for its name has two letters. */
(function () {
  'use strict';

  /** @typedef {'city-name' | 'state-name' | 'country-name'} Kind */
  /** In pixels: left, top, right, bottom.
   * @typedef {[number, number, number, number]} Box */
  /** Latitude, longitude, name, letters, and how wide it is in degrees.
   * @typedef {[number, number, string, string, number]} State */
  /** Name, latitude, longitude.
   * @typedef {[string, number, number]} City */

  var FONTS = { 'city-name': '500 11.5px system-ui, sans-serif', 'state-name': '650 11px system-ui, sans-serif', 'country-name': '650 12px system-ui, sans-serif' };
  var LETTER_SPACING = { 'city-name': 0, 'state-name': 0.9, 'country-name': 2.4 };
  var HALF_HEIGHT = 8;
  var TOWN_ZOOM = 7;
  var DOT = 7;       // from a city's point to its name
  var PIN = 22;      // the same where a pin stands on the point
  /** @type {['canada' | 'mexico', number, number][]} */
  var COUNTRIES = [['canada', 52.6, -104], ['mexico', 24.4, -103.5], ['canada', 50.2, -77]];

  var pen = /** @type {CanvasRenderingContext2D} */ (document.createElement('canvas').getContext('2d'));

  /**
   * @param {string} text
   * @param {Kind} kind
   */
  function widthOf(text, kind) {
    pen.font = FONTS[kind];
    var shown = kind === 'city-name' ? text : text.toUpperCase();
    return pen.measureText(shown).width + text.length * LETTER_SPACING[kind];
  }

  /**
   * @param {Box} box
   * @param {Box[]} others
   */
  function hits(box, others) {
    return others.some(function (other) {
      return box[0] < other[2] && box[2] > other[0] && box[1] < other[3] && box[3] > other[1];
    });
  }

  /**
   * What is not to be written on, in pixels of the map; a pin with its tip.
   * @param {L.Map} map
   * @param {string} selector
   * @returns {Box[]}
   */
  function findTaken(map, selector) {
    var frame = map.getContainer().getBoundingClientRect();
    var found = map.getContainer().querySelectorAll(selector);
    return Array.from(found, function (element) {
      var box = element.getBoundingClientRect(), tip = element.classList.contains('pin-marker') ? 8 : 0;
      return /** @type {Box} */ ([box.left - frame.left - 2, box.top - frame.top - 1, box.right - frame.left + 2, box.bottom - frame.top + tip + 1]);
    }).filter(function (box) { return box[2] - box[0] > 4; });
  }

  /**
   * @param {L.Map} map
   * @param {BasemapOptions} options
   */
  function startPlaceNames(map, options) {
    var townsAsked = false, waiting = false;
    /** @type {State[]} */
    var states = [];
    /** @type {City[]} */
    var cities = [];
    /** @type {City[]} */
    var towns = [];
    var pane = map.createPane('names');
    pane.style.zIndex = '450';
    pane.style.pointerEvents = 'none';
    var names = L.layerGroup().addTo(map);

    function show() {
      var zoom = map.getZoom(), size = map.getSize(), bounds = map.getBounds();
      if (!size.x || !size.y) return;
      names.clearLayers();
      var pins = findTaken(map, '.leaflet-marker-pane > *, .leaflet-here-pane > *');
      var controls = findTaken(map, '.leaflet-control'), taken = pins.concat(controls);

      /**
       * Write at the first of the places, left and top of the middle line from the point, with room.
       * @param {number} latitude
       * @param {number} longitude
       * @param {string} text
       * @param {Kind} kind
       * @param {number} width
       * @param {number[][]} places
       * @param {L.Point} at
       */
      function write(latitude, longitude, text, kind, width, places, at) {
        for (var i = 0; i < places.length; i++) {
          var left = at.x + places[i][0], middle = at.y + places[i][1];
          /** @type {Box} */
          var box = [left - 2, middle - HALF_HEIGHT, left + width + 2, middle + HALF_HEIGHT];
          if (box[0] < 0 || box[1] < 0 || box[2] > size.x || box[3] > size.y || hits(box, taken)) continue;
          taken.push(box);
          var label = window.makeElement('span', '', text);
          label.style.left = places[i][0] + 'px';
          label.style.top = places[i][1] + 'px';
          L.marker([latitude, longitude], {
            pane: 'names', interactive: false, keyboard: false,
            icon: L.divIcon({ className: kind, html: label, iconSize: undefined })
          }).addTo(names);
          return true;
        }
        return false;
      }

      /**
       * @param {number} latitude
       * @param {number} longitude
       * @param {string} text
       * @param {Kind} kind
       */
      function writeCentred(latitude, longitude, text, kind) {
        var width = widthOf(text, kind), at = map.latLngToContainerPoint([latitude, longitude]);
        return write(latitude, longitude, text, kind, width, [[-width / 2, 0], [-width / 2, -17], [-width / 2, 17], [-width / 2, 32]], at);
      }

      /** @param {State} state */
      function writeState(state) {
        if (!bounds.contains([state[0], state[1]])) return;
        var room = state[4] / 360 * 256 * Math.pow(2, zoom);
        var whole = widthOf(state[2], 'state-name') < room;
        if (whole && writeCentred(state[0], state[1], state[2], 'state-name')) return;
        if (room > 12) writeCentred(state[0], state[1], state[3], 'state-name');
      }

      /**
       * A name takes the side of its dot that is free; the dot keeps its own room.
       * @param {City} city
       */
      function writeCity(city) {
        if (!bounds.contains([city[1], city[2]])) return false;
        var at = map.latLngToContainerPoint([city[1], city[2]]);
        /** @type {Box} */
        var dot = [at.x - 4, at.y - 4, at.x + 4, at.y + 4];
        var isPinned = hits(dot, pins);
        if (hits(dot, isPinned ? controls : taken)) return false;
        var width = widthOf(city[0], 'city-name'), away = isPinned ? PIN : DOT;
        var places = [[away, 0], [-away - width, 0], [-width / 2, away + 7], [-width / 2, -away - 7]];
        if (isPinned) places.push([-width / 2, 30], [-width / 2, -44], [30, 0], [-30 - width, 0]);
        if (!write(city[1], city[2], city[0], 'city-name', width, places, at)) return false;
        if (!isPinned) taken.push(dot);
        return true;
      }

      if (zoom <= 6) {
        COUNTRIES.slice(0, zoom < 4 ? 2 : 3).forEach(function (country) {
          writeCentred(country[1], country[2], options.words[country[0]], 'country-name');
        });
      }
      if (zoom <= 7) states.forEach(writeState);
      var room = zoom < 5 ? 0 : zoom < 7 ? 24 : 60;
      [cities, zoom < TOWN_ZOOM ? [] : towns].forEach(function (places) {
        for (var i = 0; i < places.length && room > 0; i++) if (writeCity(places[i])) room--;
      });
    }

    /* Many layers come at once; the names are placed once for all of them. */
    function renew() {
      if (waiting) return;
      waiting = true;
      requestAnimationFrame(function () { waiting = false; show(); });
    }

    function fetchTowns() {
      if (townsAsked || map.getZoom() < TOWN_ZOOM) return;
      townsAsked = true;
      window.fetchJson(options.towns).then(function (rows) { towns = rows; renew(); });
    }

    /** @param {L.LayerEvent} event */
    function renewForPins(event) {
      if (event.layer instanceof L.Marker && event.layer.options.pane !== 'names') renew();
    }

    window.fetchJson(options.stateLabels).then(function (rows) { states = rows; renew(); });
    window.fetchJson(options.cities).then(function (rows) { cities = rows; renew(); });
    map.on('moveend resize pinsspread', renew);
    map.on('zoomend', fetchTowns);
    map.on('layeradd layerremove', renewForPins);
    fetchTowns();
  }

  window.startPlaceNames = startPlaceNames;
})();
