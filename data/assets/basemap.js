// @ts-check
/* A basemap without a tile server: Census boundaries, land and lakes of Natural Earth and highways
   from our own server, drawn on canvas. The land around and state lines always, the rest when near. */
(function () {
  'use strict';

  var COLOURS = {
    light: { water: '#d6e6f0', abroad: '#efebe2', land: '#faf8f3', county: '#e3ddd0', state: '#b3aca0', highway: '#d9cfbd' },
    dark: { water: '#0f1a24', abroad: '#18232d', land: '#1d2a36', county: '#2b3a48', state: '#4f6478', highway: '#384858' }
  };
  var COUNTY_ZOOM = 7;
  /* How strongly highways are drawn: they are schematic, too many from afar and off from near. */
  /** @type {[number, number][]} */
  var HIGHWAY_STRENGTH = [[6, 0.45], [7, 0.8], [8, 1], [9.5, 0.7], [10.25, 0]];
  var CELL_DEGREES = 2;
  /* From afar lines shorter than this are left out: under two pixels, and most of a city's tangle. */
  var NEAR_ZOOM = 8, SHORT_STEPS = 6;
  /** @type {[string, number][]} */
  var PANES = [['abroad', 140], ['land', 150], ['lakes', 152], ['highways', 155], ['county', 160], ['state', 170]];

  /** @param {number} zoom */
  function strengthAt(zoom) {
    return HIGHWAY_STRENGTH.reduce(function (strength, step) { return zoom >= step[0] ? step[1] : strength; }, 0);
  }

  /** @typedef {Record<string, [number, number][][]>} Cells */

  /**
   * Lines of steps, as positions by the cell of the grid in which each begins; all, and the long.
   * @param {{ lines: number[][], steps: number }} highways
   */
  function readCells(highways) {
    /** @type {Cells} */
    var all = {};
    /** @type {Cells} */
    var long = {};

    /** @type {(cells: Cells, name: string, line: [number, number][]) => void} */
    function put(cells, name, line) { (cells[name] = cells[name] || []).push(line); }

    highways.lines.forEach(function (steps) {
      var longitude = 0, latitude = 0;
      /** @type {[number, number][]} */
      var line = [];
      for (var i = 0; i < steps.length; i += 2) {
        longitude += steps[i];
        latitude += steps[i + 1];
        line.push([latitude / highways.steps, longitude / highways.steps]);
      }
      var cell = Math.floor(line[0][0] / CELL_DEGREES) + ',' + Math.floor(line[0][1] / CELL_DEGREES);
      put(all, cell, line);
      if (Math.max(Math.abs(longitude - steps[0]), Math.abs(latitude - steps[1])) >= SHORT_STEPS) put(long, cell, line);
    });
    return { all: all, long: long };
  }

  /**
   * Those cells are on the map that are seen, since all lines at once are slow to draw on a phone.
   * @param {L.Map} map
   * @param {BasemapOptions} options
   * @param {string} colour
   */
  function startHighways(map, options, colour) {
    var asked = false, credited = false, wasNear = false;
    /** @type {ReturnType<typeof readCells> | undefined} */
    var read;
    /** @type {Record<string, L.Polyline>} */
    var drawn = {};
    var shorter = options.words.attribution, longer = shorter + ', ' + options.words.highways;
    var renderer = L.canvas({ pane: 'highways', padding: 0.3 });

    /** @param {boolean} wanted */
    function credit(wanted) {
      if (wanted === credited) return;
      credited = wanted;
      map.attributionControl[wanted ? 'addAttribution' : 'removeAttribution'](longer);
      map.attributionControl[wanted ? 'removeAttribution' : 'addAttribution'](shorter);
    }

    function show() {
      var strength = map.getSize().x ? strengthAt(map.getZoom()) : 0;
      /** @type {Record<string, boolean>} */
      var wanted = {};
      credit(Boolean(strength && read));
      if (strength && !asked) {
        asked = true;
        window.fetchJson(options.highways).then(function (highways) { read = readCells(highways); show(); });
      }
      if (!read) return;
      var seen = map.getBounds().pad(0.3), isNear = map.getZoom() >= NEAR_ZOOM, cells = isNear ? read.all : read.long;
      if (strength) {
        for (var y = Math.floor(seen.getSouth() / CELL_DEGREES) - 1; y * CELL_DEGREES < seen.getNorth(); y++) {
          for (var x = Math.floor(seen.getWest() / CELL_DEGREES) - 1; x * CELL_DEGREES < seen.getEast() + CELL_DEGREES; x++) {
            if (cells[y + ',' + x]) wanted[y + ',' + x] = true;
          }
        }
      }
      Object.keys(drawn).forEach(function (cell) {
        if (!wanted[cell] || isNear !== wasNear) { map.removeLayer(drawn[cell]); delete drawn[cell]; }
      });
      wasNear = isNear;
      Object.keys(wanted).forEach(function (cell) {
        /** @type {L.PolylineOptions} */
        var style = { opacity: strength, weight: isNear ? 1.6 : 1 };
        if (drawn[cell]) { drawn[cell].setStyle(style); return; }
        style.color = colour;
        style.pane = 'highways';
        style.renderer = renderer;
        style.interactive = false;
        drawn[cell] = L.polyline(cells[cell], style).addTo(map);
      });
    }

    map.on('moveend resize', show);
    show();
  }

  /**
   * @param {L.Map} map
   * @param {BasemapOptions} options
   */
  function startBasemap(map, options) {
    window.settleMapFrame(map, options.words);
    window.addCountryViews(map, options.words);
    var colours = COLOURS[options.dark ? 'dark' : 'light'];
    var countiesAsked = false;
    /** @type {L.GeoJSON | undefined} */
    var counties;

    map.getContainer().classList.add(options.dark ? 'dark' : 'light');
    PANES.forEach(function (pane) {
      var element = map.createPane(pane[0]);
      element.style.zIndex = String(pane[1]);
      element.style.pointerEvents = 'none';
    });

    /**
     * @param {GeoJSON.GeoJsonObject} geojson
     * @param {string} pane
     * @param {L.PathOptions} style
     */
    function draw(geojson, pane, style) {
      var look = { pane: pane, interactive: false, renderer: L.canvas({ pane: pane, padding: 0.3 }), style: style };
      return L.geoJSON(geojson, look);
    }

    /** @param {string} colour */
    function fill(colour) { return { stroke: false, fillColor: colour, fillOpacity: 1 }; }

    function showCounties() {
      if (map.getZoom() < COUNTY_ZOOM) {
        if (counties) map.removeLayer(counties);
      } else if (!countiesAsked) {
        countiesAsked = true;
        window.fetchJson(options.counties).then(function (geojson) {
          counties = draw(geojson, 'county', { fill: false, color: colours.county, weight: 1 });
          showCounties();
        });
      } else if (counties) {
        counties.addTo(map);
      }
    }

    var around = window.fetchJson(options.backdrop).then(function (/** @type {Shapes} */ geojson) {
      geojson.features.forEach(function (feature) {
        var isLand = feature.properties.id === 'land';
        draw(feature, isLand ? 'abroad' : 'lakes', fill(isLand ? colours.abroad : colours.water)).addTo(map);
      });
    });
    window.fetchJson(options.states).then(function (geojson) {
      draw(geojson, 'land', fill(colours.land)).addTo(map);
      draw(geojson, 'state', { fill: false, color: colours.state, weight: 1.2 }).addTo(map);
      return around;
    }).then(function () { map.getContainer().dataset.basemap = 'ready'; });
    map.on('zoomend', showCounties);
    showCounties();
    startHighways(map, options, colours.highway);
    window.startPlaceNames(map, options);
  }

  window.startBasemap = startBasemap;
})();
