// @ts-check
/* Pins that would cover each other or the searched place are moved aside, as little as may be; a thin
   line leads from one that is moved far to where it belongs. */
(function () {
  'use strict';

  var GAP = 2, ROUNDS = 60, FARTHEST = 64, LINE_FROM = 9;

  /** Half the sizes of a box, and its middle from the point it stands for.
   * @typedef {{ x: number, y: number, half: [number, number], fixed: boolean, isGroup?: boolean }} Box */

  /**
   * @param {Box} a
   * @param {Box} b
   */
  function push(a, b) {
    var x = b.x - a.x, y = b.y - a.y;
    var overX = a.half[0] + b.half[0] + GAP - Math.abs(x), overY = a.half[1] + b.half[1] + GAP - Math.abs(y);
    if (overX <= 0 || overY <= 0) return false;
    var parts = a.fixed || b.fixed ? 1 : 2;
    if (overX <= overY) {
      var wayX = (x < 0 ? -1 : 1) * overX / parts;
      if (!a.fixed) a.x -= wayX;
      if (!b.fixed) b.x += wayX;
    } else {
      var wayY = (y < 0 ? -1 : 1) * overY / parts;
      if (!a.fixed) a.y -= wayY;
      if (!b.fixed) b.y += wayY;
    }
    return true;
  }

  /**
   * A group is moved for the searched place alone: its pins are far apart, and it stands for all.
   * @param {Box} a
   * @param {Box} b
   */
  function mayTouch(a, b) { return (a.isGroup && !b.fixed) || (b.isGroup && !a.fixed); }

  /**
   * Return how far each box is to be moved: [x, y] in pixels, in their order; fixed ones stay.
   * @param {Box[]} boxes
   * @returns {[number, number][]}
   */
  function spreadBoxes(boxes) {
    var moved = boxes.map(function (box) { return { x: box.x, y: box.y, half: box.half, fixed: box.fixed, isGroup: box.isGroup }; });
    for (var round = 0, touched = true; round < ROUNDS && touched; round++) {
      touched = false;
      for (var i = 0; i < moved.length; i++) {
        for (var j = i + 1; j < moved.length; j++) {
          if (mayTouch(moved[i], moved[j])) continue;
          if (push(moved[i], moved[j])) touched = true;
        }
      }
    }
    return moved.map(function (box, at) {
      var x = box.x - boxes[at].x, y = box.y - boxes[at].y, far = Math.max(1, Math.hypot(x, y) / FARTHEST);
      return [Math.round(x / far), Math.round(y / far)];
    });
  }

  /** @type {Window['spreadPins']} */
  function spreadPins(map, markers, place, lines, renderer, redraw) {
    lines.clearLayers();
    var shown = markers.filter(function (marker) { return map.hasLayer(marker); });
    /** @type {Box[]} */
    var boxes = shown.map(function (marker) {
      var at = map.latLngToLayerPoint(marker.getLatLng());
      return { x: at.x, y: at.y + (marker.area ? 0 : -16), half: [marker.width / 2, marker.area ? 14 : 18], fixed: false };
    });
    /** @type {{ group: ClusterMarker, element: HTMLElement }[]} */
    var groups = [];
    map.eachLayer(function (layer) {
      var element = layer instanceof L.MarkerCluster && layer.getElement();
      if (element) groups.push({ group: /** @type {ClusterMarker} */ (layer), element: element });
    });
    groups.forEach(function (found) {
      var at = map.latLngToLayerPoint(found.group.getLatLng()), half = found.element.offsetWidth / 2;
      boxes.push({ x: at.x, y: at.y, half: [half, half], fixed: false, isGroup: true });
    });
    if (place) {
      var dot = map.latLngToLayerPoint(place);
      boxes.push({ x: dot.x, y: dot.y, half: [8, 8], fixed: true });
    }
    var shifts = spreadBoxes(boxes), changed = groups.length > 0 && Boolean(place);
    shown.forEach(function (marker, at) {
      var shift = shifts[at];
      if (shift[0] !== marker.shift[0] || shift[1] !== marker.shift[1]) {
        marker.shift = shift;
        changed = true;
        redraw(marker);
      }
      if (Math.hypot(shift[0], shift[1]) < LINE_FROM) return;
      var home = map.latLngToLayerPoint(marker.getLatLng());
      L.polyline([marker.getLatLng(), map.layerPointToLatLng(home.add(shift))], {
        renderer: renderer, pane: 'areas', interactive: false, className: 'leader'
      }).addTo(lines);
    });
    groups.forEach(function (found, at) {
      var shift = shifts[shown.length + at], half = found.element.offsetWidth / 2;
      found.element.style.marginLeft = shift[0] - half + 'px';
      found.element.style.marginTop = shift[1] - half + 'px';
    });
    if (changed) map.fire('pinsspread');
  }

  window.spreadPins = spreadPins;
})();
