// @ts-check
/* Regions coloured by a measure. The geometry is fetched once; a change sends only numbers,
   one a region in the order of their GEOIDs. Alaska, Hawaii and Puerto Rico stand beside the
   rest as insets: each part has its own Albers projection, drawn in one plane. */
(function () {
  'use strict';

  var RADIANS = Math.PI / 180;

  /**
   * Equal-area conic projection (Snyder 1987, Map Projections, eqs. 14-1 to 14-11), unit sphere.
   * @param {number} parallel1
   * @param {number} parallel2
   * @param {number} latitude0
   * @param {number} longitude0
   * @param {number} scale
   * @param {number} x0
   * @param {number} y0
   */
  function albers(parallel1, parallel2, latitude0, longitude0, scale, x0, y0) {
    var sin1 = Math.sin(parallel1 * RADIANS), cos1 = Math.cos(parallel1 * RADIANS);
    var n = (sin1 + Math.sin(parallel2 * RADIANS)) / 2;
    var c = cos1 * cos1 + 2 * n * sin1;
    var rho0 = Math.sqrt(c - 2 * n * Math.sin(latitude0 * RADIANS)) / n;
    return {
      /** @type {(longitude: number, latitude: number) => L.LatLng} */
      project: function (longitude, latitude) {
        if (longitude > 0) longitude -= 360;
        var rho = Math.sqrt(c - 2 * n * Math.sin(latitude * RADIANS)) / n;
        var theta = n * (longitude - longitude0) * RADIANS;
        return L.latLng(y0 + scale * (rho0 - rho * Math.cos(theta)), x0 + scale * rho * Math.sin(theta));
      },
      /** Back to [latitude, longitude] in degrees (eqs. 14-8 to 14-11).
       * @type {(point: L.LatLng) => [number, number]} */
      invert: function (point) {
        var x = (point.lng - x0) / scale, y = rho0 - (point.lat - y0) / scale;
        var rho = Math.sqrt(x * x + y * y), theta = Math.atan2(x, y);
        var sine = (c - rho * rho * n * n) / (2 * n);
        return [Math.asin(Math.max(-1, Math.min(1, sine))) / RADIANS, longitude0 + theta / n / RADIANS];
      }
    };
  }

  var KILOMETRES_PER_MILE = 1.609344;
  var SIZE = 1000;
  var MAINLAND = albers(29.5, 45.5, 38, -96, SIZE, 0, 0);
  /** @type {Record<string, ReturnType<typeof albers>>} */
  var INSETS = {
    '02': albers(55, 65, 63.5, -152, SIZE * 0.36, -330, -235),
    '15': albers(8, 18, 20.5, -157.5, SIZE, -165, -262),
    '72': albers(8, 18, 18.2, -66.4, SIZE * 1.6, 330, -262)
  };
  /** @type {Record<string, number>} */
  var LEFT_OUT = { '60': 1, '66': 1, '69': 1, '78': 1 };
  /** @type {L.LatLngBoundsLiteral} */
  var BOUNDS = [[-350, -425], [232, 425]];

  /** @param {string} stateFips */
  function part(stateFips) { return INSETS[stateFips] || MAINLAND; }

  /** @type {(stateFips: string) => Projection} */
  function project(stateFips) {
    return function (position) { return part(stateFips).project(position[0], position[1]); };
  }

  /** @type {Window['startChoropleth']} */
  function startChoropleth(map, options) {
    window.settleMapFrame(map, options.words);
    var container = map.getContainer();
    /** @type {Partial<Record<'states' | 'counties', Promise<Shapes>>>} */
    var geometry = {};
    /** @type {L.GeoJSON | undefined} */
    var layer;
    /** @type {ChoroplethData} */
    var now;
    /** Of each region, in the values.
     * @type {Record<string, number>} */
    var position = {};
    /** @type {L.LatLngBoundsExpression} */
    var view = BOUNDS;
    var shown = '', focus = '', sent = 0, overlay = L.layerGroup(), reach = L.layerGroup();
    var renderer = L.canvas({ padding: 0.5 });
    container.classList.add('choropleth', options.dark ? 'dark' : 'light');
    var outline = map.createPane('outline');
    outline.style.zIndex = '450';
    outline.style.pointerEvents = 'none';
    map.createPane('dots').style.zIndex = '460';

    var legend = new L.Control({ position: 'bottomleft' }), legendBox = window.makeElement('div', 'legend');
    legend.onAdd = function () { return legendBox; };
    legend.addTo(map);

    /** @param {'states' | 'counties'} kind */
    function load(kind) {
      var known = geometry[kind] || window.fetchJson(options[kind]).then(function (/** @type {Shapes} */ geojson) {
        geojson.features = geojson.features.filter(function (feature) {
          return !LEFT_OUT[String(feature.properties.id).slice(0, 2)];
        });
        return geojson;
      });
      geometry[kind] = known;
      return known;
    }

    /**
     * The order of the values: the GEOIDs sent, or else those of the geometry, sorted.
     * @param {Shapes} geojson
     */
    function ids(geojson) {
      if (now.geoids.length) return now.geoids;
      return geojson.features.map(function (feature) { return feature.properties.id; }).sort();
    }

    /** @typedef {Shapes['features'][number]} Shape */

    /**
     * A feature's region: itself, or the division or region its state belongs to.
     * @param {Shape} feature
     */
    function regionOf(feature) { return now.parents[feature.properties.id] || feature.properties.id; }

    /** @param {Shape} feature */
    function classOf(feature) {
      var value = now.values[position[regionOf(feature)]];
      if (value === null || value === undefined) return -1;
      var at = 0;
      while (at < now.breaks.length && value >= now.breaks[at]) at++;
      return at;
    }

    /**
     * @param {Shape} [feature]
     * @returns {L.PathOptions}
     */
    function style(feature) {
      if (!feature) return {};
      var at = classOf(feature);
      var outside = now.within.length && now.within.indexOf(String(feature.properties.id).slice(0, 2)) < 0;
      var chosen = now.selected && regionOf(feature) === now.selected;
      return {
        fillColor: at < 0 ? options.noData : options.ramp[at],
        fillOpacity: outside ? 0.18 : 1,
        color: chosen ? options.chosen : options.line,
        weight: chosen ? 2.2 : shown === 'counties' ? 0.35 : 0.9
      };
    }

    /** @param {number} value */
    function write(value) {
      function say(/** @type {number} */ number) { return number.toLocaleString(now.writing.locale, { maximumFractionDigits: 2 }); }
      var kind = now.kind;
      return now.writing[kind === 'share' || kind === 'miles' ? kind : 'other']
        .replace('{number}', say(value)).replace('{kilometres}', say(KILOMETRES_PER_MILE * value));
    }

    /** @param {Shape} feature */
    function words(feature) {
      var region = regionOf(feature), value = now.values[position[region]];
      var box = document.createElement('div');
      box.appendChild(window.makeElement('strong', '', now.names[region] || feature.properties.name));
      box.appendChild(document.createTextNode(': ' + (value === null || value === undefined ? now.noDataWords : write(value))));
      return box;
    }

    /** @param {Shapes} geojson */
    function draw(geojson) {
      if (layer) map.removeLayer(layer);
      var look = {
        renderer: renderer,
        style: style,
        onEachFeature: function (/** @type {Shape} */ feature, /** @type {L.Layer} */ shape) {
          shape.bindTooltip(function () { return words(feature); }, { sticky: true });
          shape.on('click', function (event) {
            var at = part(String(feature.properties.id).slice(0, 2)).invert(event.latlng);
            window.Streamlit.setComponentValue({ geoid: regionOf(feature), at: at, count: ++sent });
          });
        }
      };
      var drawn = layer = L.geoJSON(null, look);
      geojson.features.forEach(function (feature) {
        drawn.options.coordsToLatLng = /** @type {any} */ (project(String(feature.properties.id).slice(0, 2)));
        drawn.addData(feature);
      });
      drawn.addTo(map);
    }

    function drawOutline() {
      load('states').then(function (geojson) {
        var outlines = L.canvas({ pane: 'outline', padding: 0.5 });
        var lines = L.layerGroup();
        geojson.features.forEach(function (feature) {
          var look = {
            pane: 'outline', interactive: false, renderer: outlines,
            coordsToLatLng: project(feature.properties.id),
            style: { fill: false, color: options.outline, weight: 0.8 }
          };
          L.geoJSON(feature, look).addTo(lines);
        });
        lines.addTo(map);
      });
    }

    /**
     * @param {string} text
     * @param {string} colour
     */
    function makeRow(text, colour) {
      var row = window.makeElement('span'), swatch = window.makeElement('i');
      swatch.style.background = colour;
      row.append(swatch, text);
      return row;
    }

    function drawLegend() {
      var rows = now.legend.map(function (text, at) { return makeRow(text, options.ramp[at]); });
      legendBox.replaceChildren.apply(legendBox, rows.concat(makeRow(now.noDataWords, options.noData)));
    }

    function drawClinics() {
      overlay.clearLayers();
      now.clinics.forEach(function (clinic) {
        L.circleMarker(project(clinic[2])([clinic[1], clinic[0]]), {
          pane: 'dots', radius: 2.6, weight: 0.8, interactive: false,
          color: options.line, fillColor: options.dot, fillOpacity: 0.9
        }).addTo(overlay);
      });
      now.sites.forEach(function (site) {
        var label = window.makeElement('span', '', site[3]);
        L.marker(project(site[2])([site[1], site[0]]), {
          pane: 'dots', interactive: false, keyboard: false,
          icon: L.divIcon({ className: 'site', html: label, iconSize: [24, 24] })
        }).addTo(overlay);
      });
      overlay.addTo(map);
    }

    /* The area from where a place can be driven to. */
    function drawReach() {
      reach.clearLayers();
      if (now.reach) {
        var look = {
          pane: 'outline', interactive: false, coordsToLatLng: project(now.reach.state),
          style: { color: options.chosen, weight: 1.8, fillColor: options.chosen, fillOpacity: 0.3 }
        };
        L.geoJSON(/** @type {GeoJSON.GeoJsonObject} */ (now.reach.geometry), look).addTo(reach);
      }
      reach.addTo(map);
    }

    function fit() {
      if (map.getSize().x) map.fitBounds(view, { paddingTopLeft: [6, 6], paddingBottomRight: [6, focus ? 60 : 6], animate: false });
    }

    /**
     * Bring the states in focus into view, where the focus is another than before.
     * @param {string[]} within
     */
    function look(within) {
      if (within.join() === focus) return;
      focus = within.join();
      load('states').then(function (geojson) {
        if (within.join() !== focus) return;
        var bounds = L.latLngBounds([]);
        view = within.length ? bounds : BOUNDS;
        geojson.features.forEach(function (feature) {
          var fips = feature.properties.id;
          if (within.indexOf(fips) < 0) return;
          bounds.extend(L.geoJSON(feature, { coordsToLatLng: project(fips) }).getBounds());
        });
        fit();
      });
    }

    map.setMaxBounds([[-480, -600], [350, 600]]);
    fit();
    new ResizeObserver(function () { map.invalidateSize({ pan: false }); fit(); }).observe(container);
    drawOutline();
    load('states').then(function (geojson) {
      window.drawChoroplethBackdrop(map, window.fetchJson(options.backdrop), geojson, project, Object.keys(INSETS), options);
    });

    return {
      set: function (payload) {
        now = payload;
        drawLegend();
        drawClinics();
        drawReach();
        look(payload.within);
        load(payload.geometry).then(function (geojson) {
          if (now !== payload) return;
          position = {};
          ids(geojson).forEach(function (geoid, at) { position[geoid] = at; });
          if (!layer || shown !== payload.geometry) { shown = payload.geometry; draw(geojson); } else layer.setStyle(style);
          container.dataset.measure = payload.token;
        });
      }
    };
  }

  window.startChoropleth = startChoropleth;
})();
