/* Regions coloured by a measure. The geometry is fetched once; a change sends only numbers,
   one a region in the order of their GEOIDs. Alaska, Hawaii and Puerto Rico stand beside the
   rest as insets: each part has its own Albers projection, drawn in one plane. */
(function () {
  'use strict';

  var RADIANS = Math.PI / 180;

  /* Equal-area conic projection (Snyder 1987, Map Projections, eqs. 14-1 to 14-11), unit sphere. */
  function albers(parallel1, parallel2, latitude0, longitude0, scale, x0, y0) {
    var sin1 = Math.sin(parallel1 * RADIANS), cos1 = Math.cos(parallel1 * RADIANS);
    var n = (sin1 + Math.sin(parallel2 * RADIANS)) / 2;
    var c = cos1 * cos1 + 2 * n * sin1;
    var rho0 = Math.sqrt(c - 2 * n * Math.sin(latitude0 * RADIANS)) / n;
    return {
      project: function (longitude, latitude) {
        if (longitude > 0) longitude -= 360;
        var rho = Math.sqrt(c - 2 * n * Math.sin(latitude * RADIANS)) / n;
        var theta = n * (longitude - longitude0) * RADIANS;
        return L.latLng(y0 + scale * (rho0 - rho * Math.cos(theta)), x0 + scale * rho * Math.sin(theta));
      },
      /* Back to [latitude, longitude] in degrees (eqs. 14-8 to 14-11). */
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
  var INSETS = {
    '02': albers(55, 65, 63.5, -152, SIZE * 0.36, -330, -235),
    '15': albers(8, 18, 20.5, -157.5, SIZE, -165, -262),
    '72': albers(8, 18, 18.2, -66.4, SIZE * 1.6, 330, -262)
  };
  var LEFT_OUT = { '60': 1, '66': 1, '69': 1, '78': 1 };
  var BOUNDS = [[-350, -425], [232, 425]];

  function part(stateFips) { return INSETS[stateFips] || MAINLAND; }

  function project(stateFips) {
    return function (position) { return part(stateFips).project(position[0], position[1]); };
  }

  function fetchJson(url) {
    return fetch(url).then(function (reply) {
      if (!reply.ok) throw new Error(url + ' ' + reply.status);
      return reply.json();
    });
  }

  function startChoropleth(map, options) {
    window.settleMapFrame(map, options.words);
    var container = map.getContainer();
    var geometry = {};        // 'states' or 'counties' -> promise of its features by GEOID
    var layer = null, shown = '', now = null, overlay = L.layerGroup(), reach = L.layerGroup(), lines = null;
    var focus = '', view = BOUNDS;
    var sent = 0;
    var renderer = L.canvas({ padding: 0.5 });
    container.classList.add('choropleth', options.dark ? 'dark' : 'light');
    map.createPane('outline').style.zIndex = 450;
    map.getPane('outline').style.pointerEvents = 'none';
    map.createPane('dots').style.zIndex = 460;

    var legend = L.control({ position: 'bottomleft' });
    legend.onAdd = function () { return L.DomUtil.create('div', 'legend'); };
    legend.addTo(map);

    function load(kind) {
      geometry[kind] = geometry[kind] || fetchJson(options[kind]).then(function (geojson) {
        geojson.features = geojson.features.filter(function (feature) {
          return !LEFT_OUT[String(feature.properties.id).slice(0, 2)];
        });
        return geojson;
      });
      return geometry[kind];
    }

    /* The order of the values: the GEOIDs sent, or else those of the geometry, sorted. */
    function ids(geojson) {
      if (now.geoids.length) return now.geoids;
      return geojson.features.map(function (feature) { return feature.properties.id; }).sort();
    }

    /* A feature's region: itself, or the division or region its state belongs to. */
    function regionOf(feature) { return now.parents[feature.properties.id] || feature.properties.id; }

    function classOf(feature) {
      var value = now.values[now.position[regionOf(feature)]];
      if (value === null || value === undefined) return -1;
      var at = 0;
      while (at < now.breaks.length && value >= now.breaks[at]) at++;
      return at;
    }

    function style(feature) {
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

    function write(value) {
      function say(number) { return number.toLocaleString(now.writing.locale, { maximumFractionDigits: 2 }); }
      return (now.writing[now.kind] || now.writing.other)
        .replace('{number}', say(value)).replace('{kilometres}', say(KILOMETRES_PER_MILE * value));
    }

    function words(feature) {
      var region = regionOf(feature), value = now.values[now.position[region]];
      var box = document.createElement('div');
      var name = document.createElement('strong');
      name.textContent = now.names[region] || feature.properties.name;
      box.appendChild(name);
      box.appendChild(document.createTextNode(': ' + (value === null || value === undefined ? now.noDataWords : write(value))));
      return box;
    }

    function draw(geojson) {
      if (layer) map.removeLayer(layer);
      layer = L.geoJSON(null, {
        renderer: renderer,
        style: style,
        onEachFeature: function (feature, shape) {
          shape.bindTooltip(function () { return words(feature); }, { sticky: true });
          shape.on('click', function (event) {
            var at = part(String(feature.properties.id).slice(0, 2)).invert(event.latlng);
            window.Streamlit.setComponentValue({ geoid: regionOf(feature), at: at, count: ++sent });
          });
        }
      });
      geojson.features.forEach(function (feature) {
        layer.options.coordsToLatLng = project(String(feature.properties.id).slice(0, 2));
        layer.addData(feature);
      });
      layer.addTo(map);
    }

    function drawOutline() {
      load('states').then(function (geojson) {
        var outlines = L.canvas({ pane: 'outline', padding: 0.5 });
        lines = L.layerGroup();
        geojson.features.forEach(function (feature) {
          L.geoJSON(feature, {
            pane: 'outline', interactive: false, renderer: outlines,
            coordsToLatLng: project(feature.properties.id),
            style: { fill: false, color: options.outline, weight: 0.8 }
          }).addTo(lines);
        });
        lines.addTo(map);
      });
    }

    function drawLegend() {
      var box = legend.getContainer();
      box.replaceChildren();
      now.legend.forEach(function (text, at) {
        var row = document.createElement('span');
        var swatch = document.createElement('i');
        swatch.style.background = options.ramp[at];
        row.append(swatch, document.createTextNode(text));
        box.appendChild(row);
      });
      var none = document.createElement('span');
      var swatch = document.createElement('i');
      swatch.style.background = options.noData;
      none.append(swatch, document.createTextNode(now.noDataWords));
      box.appendChild(none);
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
        var label = document.createElement('span');
        label.textContent = site[3];
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
        L.geoJSON(now.reach.geometry, {
          pane: 'outline', interactive: false, coordsToLatLng: project(now.reach.state),
          style: { color: options.chosen, weight: 1.8, fillColor: options.chosen, fillOpacity: 0.3 }
        }).addTo(reach);
      }
      reach.addTo(map);
    }

    function fit() {
      if (map.getSize().x) map.fitBounds(view, { paddingTopLeft: [6, 6], paddingBottomRight: [6, focus ? 60 : 6], animate: false });
    }

    /* Bring the states in focus into view, where the focus is another than before. */
    function look(within) {
      if (within.join() === focus) return;
      focus = within.join();
      load('states').then(function (geojson) {
        if (within.join() !== focus) return;
        view = within.length ? L.latLngBounds([]) : BOUNDS;
        geojson.features.forEach(function (feature) {
          var fips = feature.properties.id;
          if (within.indexOf(fips) < 0) return;
          view.extend(L.geoJSON(feature, { coordsToLatLng: project(fips) }).getBounds());
        });
        fit();
      });
    }

    map.setMaxBounds([[-480, -600], [350, 600]]);
    fit();
    new ResizeObserver(function () { map.invalidateSize({ pan: false }); fit(); }).observe(container);
    drawOutline();
    load('states').then(function (geojson) {
      window.drawChoroplethBackdrop(map, fetchJson(options.backdrop), geojson, project, Object.keys(INSETS), options);
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
          now.position = {};
          ids(geojson).forEach(function (geoid, at) { now.position[geoid] = at; });
          if (shown !== payload.geometry) { shown = payload.geometry; draw(geojson); } else layer.setStyle(style);
          container.dataset.measure = payload.token;
        });
      }
    };
  }

  window.startChoropleth = startChoropleth;
})();
