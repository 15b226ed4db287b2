// @ts-check
/* The points to choose from and a pin to drag. The pin's place is sent when it is dropped, when a
   point is chosen, and when the arrow keys have moved it and rest; never on the way. */
(function () {
  'use strict';

  var STEP_PIXELS = 8, REST_MILLISECONDS = 400;
  /** @type {Record<string, [number, number]>} */
  var ARROWS = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };

  /* The page has its own keys, such as V for "Verify this pin"; here they would not be heard. */
  function passKeysOn() {
    document.addEventListener('keydown', function (event) {
      if (event.ctrlKey || event.metaKey || event.altKey || !/^[a-z0-9]$/i.test(event.key)) return;
      var page = /** @type {typeof globalThis & Window} */ (window.parent);
      page.document.body.dispatchEvent(new page.KeyboardEvent('keydown', {
        key: event.key, code: event.code, keyCode: event.keyCode, shiftKey: event.shiftKey, bubbles: true
      }));
    });
  }

  /**
   * @param {L.Marker} marker
   * @param {string} text
   */
  function name(marker, text) {
    marker.on('add', function () {
      var shown = marker.getElement();
      if (!shown) return;
      shown.setAttribute('aria-label', text);
      shown.setAttribute('title', text);
      shown.setAttribute('role', 'button');
    });
    return marker;
  }

  /** @type {Window['startPinLayer']} */
  function startPinLayer(map) {
    var drawn = '', sent = 0;
    /** @type {string | undefined} */
    var subject;
    /** @type {L.Marker} */
    var pin;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    var resting;
    /** What is shown, as long as nobody has moved the map or the pin.
     * @type {PinMessage | null} */
    var untouched = null;

    map.createPane('areas').style.zIndex = '300';
    var renderer = L.svg({ pane: 'areas' });
    var areas = L.layerGroup().addTo(map);
    var marks = L.layerGroup().addTo(map);

    /* The counter makes a second drop on the same place a new value. */
    function send() {
      var at = pin.getLatLng();
      show();
      window.Streamlit.setComponentValue({
        subject: subject || '', latitude: at.lat, longitude: at.lng, count: ++sent
      });
    }

    function show() {
      var at = pin.getLatLng();
      map.getContainer().dataset.pin = at.lat.toFixed(5) + ',' + at.lng.toFixed(5);
    }

    /** @param {KeyboardEvent} event */
    function nudge(event) {
      var arrow = ARROWS[event.key];
      if (!arrow) return;
      event.preventDefault();
      event.stopPropagation();
      var point = map.latLngToContainerPoint(pin.getLatLng());
      pin.setLatLng(map.containerPointToLatLng(point.add([arrow[0] * STEP_PIXELS, arrow[1] * STEP_PIXELS])));
      show();
      clearTimeout(resting);
      resting = setTimeout(send, REST_MILLISECONDS);
    }

    /** @param {[number, number]} at */
    function makePin(at) {
      pin = name(L.marker(at, {
        draggable: true, autoPan: true, zIndexOffset: 1000,
        icon: L.divIcon({ className: 'drop-pin', html: window.makeElement('span'), iconSize: [30, 38], iconAnchor: [15, 38] })
      }), 'The pin: drag it, or move it with the arrow keys');
      pin.on('dragend', send);
      pin.on('add', function () { pin.getElement()?.addEventListener('keydown', nudge); });
      pin.addTo(map);
    }

    /** @param {PinMark[]} rows */
    function showMarks(rows) {
      var text = JSON.stringify(rows);
      if (text === drawn) return;
      drawn = text;
      areas.clearLayers();
      marks.clearLayers();
      rows.forEach(function (mark) {
        if (mark.within) {
          L.circle(mark.at, { radius: mark.within, renderer: renderer, pane: 'areas', interactive: false, className: 'area' }).addTo(areas);
        }
        name(L.marker(mark.at, {
          icon: L.divIcon({ className: 'point-mark', html: window.makeElement('span', '', mark.name), iconSize: [26, 26] })
        }), mark.label).on('click', function () { pin.setLatLng(mark.at); send(); }).addTo(marks);
      });
    }

    /** @param {PinMessage} payload */
    function fit(payload) {
      if (!map.getSize().x || !map.getSize().y) return;
      var bounds = L.latLngBounds([payload.pin]);
      payload.marks.forEach(function (mark) {
        bounds.extend(mark.within ? L.latLng(mark.at).toBounds(2 * mark.within) : mark.at);
      });
      map.fitBounds(bounds.pad(0.2), { padding: [30, 40], maxZoom: 13, animate: false });
    }

    passKeysOn();
    new ResizeObserver(function () {
      map.invalidateSize({ pan: false });
      if (untouched) fit(untouched);
    }).observe(map.getContainer());
    ['pointerdown', 'wheel', 'keydown'].forEach(function (kind) {
      map.getContainer().addEventListener(kind, function () { untouched = null; }, { capture: true, passive: true });
    });

    return {
      set: function (payload) {
        showMarks(payload.marks);
        if (!pin) makePin(payload.pin); else pin.setLatLng(payload.pin);
        show();
        if (payload.subject !== subject) {
          subject = payload.subject;
          untouched = payload;
          fit(payload);
        }
      }
    };
  }

  window.startPinLayer = startPinLayer;
})();
