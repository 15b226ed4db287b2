// @ts-check
/* What lies around the regions: foreign land and lakes in the projection of the rest. Alaska, Hawaii
   and Puerto Rico, which stand beside it, have a box each, with what lies around them. */
(function () {
  'use strict';

  var MARGIN = 10;
  var SMALLEST_LAKE = 0.2;
  /** @type {[string, number][]} */
  var PANES = [['around', 150], ['boxes', 160], ['boxed', 170], ['lakes', 410]];

  /**
   * Square degrees, by the shoelace; small lakes would be specks on the colours of the regions.
   * @param {GeoJSON.Position[][]} polygon
   */
  function isLarge(polygon) {
    var sum = polygon[0].reduce(function (area, at, i, ring) {
      var next = ring[(i + 1) % ring.length];
      return area + at[0] * next[1] - next[0] * at[1];
    }, 0);
    return Math.abs(sum) / 2 > SMALLEST_LAKE;
  }

  /**
   * @param {L.LatLngBounds} bounds
   * @param {Projection} project
   */
  function clipTo(bounds, project) {
    var corners = L.bounds(L.point(bounds.getWest(), bounds.getSouth()), L.point(bounds.getEast(), bounds.getNorth()));
    return function (/** @type {GeoJSON.Position[]} */ ring) {
      var points = ring.map(function (position) {
        var at = project(position);
        return L.point(at.lng, at.lat);
      });
      return L.PolyUtil.clipPolygon(points, corners, false).map(function (point) { return L.latLng(point.y, point.x); });
    };
  }

  window.drawChoroplethBackdrop = function (map, backdrop, states, project, insets, options) {
    PANES.forEach(function (pane) {
      var style = map.createPane(pane[0]).style;
      style.zIndex = String(pane[1]);
      style.pointerEvents = 'none';
    });
    map.getContainer().style.backgroundColor = options.water;

    /**
     * @param {string} pane
     * @param {string} colour
     */
    function fill(pane, colour) {
      return { pane: pane, interactive: false, renderer: L.canvas({ pane: pane, padding: 0.5 }), stroke: false, fillColor: colour, fillOpacity: 1 };
    }

    backdrop.then(function (geojson) {
      /** @type {Record<string, GeoJSON.Position[][][]>} */
      var shapes = {};
      geojson.features.forEach(function (feature) {
        shapes[feature.properties.id] = /** @type {GeoJSON.MultiPolygon} */ (feature.geometry).coordinates;
      });

      /**
       * @param {GeoJSON.Position[][][]} polygons
       * @param {string} pane
       * @param {string} colour
       * @param {(ring: GeoJSON.Position[]) => L.LatLng[]} place
       */
      function draw(polygons, pane, colour, place) {
        L.polygon(polygons.map(function (rings) { return rings.map(place); }), fill(pane, colour)).addTo(map);
      }

      function onMainland(/** @type {GeoJSON.Position[]} */ ring) { return ring.map(project('')); }

      draw(shapes.land, 'around', options.abroad, onMainland);
      draw(shapes.lakes.filter(isLarge), 'lakes', options.water, onMainland);
      states.features.forEach(function (state) {
        var fips = state.properties.id;
        if (insets.indexOf(fips) < 0) return;
        var found = L.geoJSON(state, { coordsToLatLng: project(fips) }).getBounds();
        var box = L.latLngBounds(
          [found.getSouth() - MARGIN, found.getWest() - MARGIN], [found.getNorth() + MARGIN, found.getEast() + MARGIN]
        );
        L.rectangle(box, {
          pane: 'boxes', interactive: false, renderer: L.canvas({ pane: 'boxes', padding: 0.5 }),
          color: options.inset, weight: 1, fillColor: options.water, fillOpacity: 1
        }).addTo(map);
        draw(shapes.land, 'boxed', options.abroad, clipTo(box, project(fips)));
      });
    });
  };
})();
