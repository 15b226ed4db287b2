// @ts-check
/* The clinics on the map. Python sends one plain object; this layer draws the difference.
   Clinics are text nodes, never HTML. A clinic known to its ZIP or city only is drawn as
   the area it lies in, and all clinics of that area share one marker. */
(function () {
  'use strict';

  var element = window.makeElement, popups = window.clinicPopups;

  /* The plugin looks for clusters from the map's least zoom on, which need not be a whole one. */
  var lookThrough = /** @type {any} */ (L.MarkerCluster.prototype)._recursively;
  L.MarkerCluster.include({
    /** @type {(this: any, bounds: L.LatLngBounds, from: number) => void} */
    _recursively: function (bounds, from) {
      var others = Array.prototype.slice.call(arguments, 2);
      return lookThrough.apply(this, [bounds, Math.floor(from)].concat(others));
    }
  });

  /** @param {MapClinic[]} clinics */
  function ranks(clinics) {
    var ranked = clinics.filter(function (clinic) { return clinic.rank !== null; });
    if (!ranked.length) return clinics.length > 1 ? String(clinics.length) : '•';
    var first = ranked[0].rank, last = ranked[ranked.length - 1].rank;
    var more = ranked.length < clinics.length ? '+' : '';  // some beside them have no rank
    return (first === last ? String(first) : first + '–' + last) + more;
  }

  /**
   * One line that tells the signs apart; returns the ring's part of it, shown with a search.
   * @param {L.Map} map
   * @param {MapSign[]} signs
   */
  function addLegend(map, signs) {
    var line = element('p', 'signs');
    signs.forEach(function (sign) {
      var part = element('span', '', sign.text);
      var mark = element('i', 'sign-' + sign.kind);
      mark.setAttribute('aria-hidden', 'true');
      part.prepend(mark);
      line.append(part);
    });
    var control = new L.Control({ position: 'bottomright' });
    control.onAdd = function () { return line; };
    control.addTo(map);
    return /** @type {HTMLElement} */ (line.lastChild);
  }

  var AREA_ZOOM = 5;
  var PADDING = 20;  // pixels around what is brought into view

  /** @type {Window['startClinicLayer']} */
  function startClinicLayer(map, words) {
    /** Clinic id -> the marker it stands in.
     * @type {Record<string, ClinicMarker | undefined>} */
    var markers = {};
    var drawn = '';         // the groups on the map, as text, to see whether they changed
    /** A clinic's id.
     * @type {string | null} */
    var selected = null;
    /** The clinic just picked here, so that the map is not moved for it.
     * @type {string | null} */
    var fromMap = null;
    /** @type {MapView | null} */
    var waitingView = null;
    /** @type {ClinicMarker | null} */
    var waitingMarker = null;
    /** @type {{ view: MapView, center: L.LatLng, zoom: number } | null} */
    var fitted = null;
    /** Where the search starts.
     * @type {[number, number] | null} */
    var placeAt = null;
    var ring = addLegend(map, words.signs);
    var viewToken = '', sent = 0, spreading = false;

    map.createPane('areas').style.zIndex = '300';
    map.createPane('here').style.zIndex = '590';  // below the pins, whose numbers it must not cover
    var areaRenderer = L.svg({ pane: 'areas' });
    var areas = L.layerGroup().addTo(map);
    var leaders = L.layerGroup().addTo(map);
    var here = L.layerGroup().addTo(map);
    var reach = L.layerGroup().addTo(map);
    var cluster = L.markerClusterGroup({
      // Where the country is small its groups are large, and would cover each other's numbers.
      maxClusterRadius: function (zoom) { return zoom <= 3 ? 50 : 34; },
      disableClusteringAtZoom: 10,
      showCoverageOnHover: false,
      animate: false,
      spiderfyOnMaxZoom: false,
      iconCreateFunction: function (group) {
        var count = 0;
        group.getAllChildMarkers().forEach(function (marker) { count += /** @type {ClinicMarker} */ (marker).clinics.length; });
        var size = count < 10 ? 32 : count < 100 ? 38 : 46;
        var label = element('span', '', count);
        label.appendChild(element('span', 'unseen', ' ' + words.cluster));
        return L.divIcon({ className: 'cluster', html: label, iconSize: [size, size] });
      }
    }).addTo(map);

    /** @param {ClinicMarker | undefined} marker */
    function standsFor(marker) { return selected !== null && marker !== undefined && markers[selected] === marker; }

    /** @param {ClinicMarker} marker */
    function icon(marker) {
      var label = element('span', '', ranks(marker.clinics));
      var width = marker.width, x = marker.shift[0], y = marker.shift[1];
      var chosen = standsFor(marker);
      return L.divIcon({
        className: (marker.area ? 'area-marker' : 'pin-marker') + (chosen ? ' chosen' : ''),
        html: label, iconSize: [width, 28],
        iconAnchor: [width / 2 - x, (marker.area ? 14 : 34) - y],
        popupAnchor: [x, (marker.area ? -12 : -32) + y]
      });
    }

    /** @param {ClinicMarker} marker */
    function redraw(marker) {
      marker.setIcon(icon(marker));
      var popup = marker.getPopup();
      if (!popup || !marker.isPopupOpen()) return;  // follows its pin, but does not move the map for that
      popup.options.autoPan = false;
      popup.setLatLng(marker.getLatLng());
      popup.options.autoPan = true;
    }

    /* From afar areas are specks of a few pixels. */
    function showAreas() { map[map.getZoom() < AREA_ZOOM ? 'removeLayer' : 'addLayer'](areas); }

    function spreadNow() {
      if (!map.getSize().x) return;
      var each = new Set(Object.values(markers));
      window.spreadPins(map, /** @type {ClinicMarker[]} */ (Array.from(each)), placeAt, leaders, areaRenderer, redraw);
    }

    /* The pins are moved apart once for all that changed, before they are painted. */
    function spread() {
      if (spreading) return;
      spreading = true;
      requestAnimationFrame(function () { spreading = false; spreadNow(); });
    }

    /** @param {L.LayerEvent} event */
    function spreadForPins(event) {
      if ('clinics' in event.layer || event.layer instanceof L.MarkerCluster) spread();
    }

    /**
     * The counter makes a second pick of the same clinic a new value.
     * @param {string} id
     */
    function pick(id) {
      fromMap = id;
      window.Streamlit.setComponentValue({ id: id, count: ++sent });
    }

    /** @param {MapGroup} group */
    function add(group) {
      /** @type {ClinicMarker} */
      var marker = Object.assign(L.marker(group.at, { riseOnHover: true }), {
        clinics: group.clinics,
        area: group.area,
        shift: /** @type {[number, number]} */ ([0, 0]),
        width: Math.max(28, 13 + 8 * ranks(group.clinics).length),
        lead: group.lead,
        name: group.clinics.map(function (clinic) { return clinic.name + ', ' + clinic.detail; }).join('; ')
      });
      redraw(marker);
      marker.bindPopup(function () { return popups.build(map, marker, selected, pick); }, {
        minWidth: 190,
        autoPanPaddingTopLeft: [56, 58], autoPanPaddingBottomRight: [16, 24]
      });
      marker.on('add', function () {
        var shown = marker.getElement();
        if (shown) { shown.setAttribute('aria-label', marker.name); shown.setAttribute('role', 'button'); }
      });
      marker.on('popupopen', function () {
        var ids = marker.clinics.map(function (clinic) { return clinic.id; });
        if (selected === null || ids.indexOf(selected) < 0) pick(ids[0]);
        popups.showChosen(marker);
        /* Who came by keyboard goes on in the popup, which stands far behind in the tab order. */
        if (document.activeElement === marker.getElement()) popups.find(marker, 'button')?.focus();
      });
      group.clinics.forEach(function (clinic) { markers[clinic.id] = marker; });
      if (group.area) {
        L.circle(group.at, {
          radius: group.area, renderer: areaRenderer, pane: 'areas', interactive: false, className: 'area'
        }).addTo(areas);
      }
      return marker;
    }

    /** @param {MapGroup[]} groups */
    function showGroups(groups) {
      var text = JSON.stringify(groups);
      if (text === drawn) return;
      drawn = text;
      markers = {};
      selected = null;
      areas.clearLayers();
      cluster.clearLayers();
      cluster.addLayers(groups.map(add));
    }

    /** @param {MapPlace | null} place */
    function showPlace(place) {
      here.clearLayers();
      placeAt = place && place.at;
      ring.hidden = !(place && place.within);
      spread();
      if (!place) return;
      if (place.within) {
        L.circle(place.at, { radius: place.within, renderer: areaRenderer, pane: 'areas', interactive: false, className: 'reach' }).addTo(here);
      }
      L.marker(place.at, {
        interactive: false, keyboard: false, pane: 'here',
        icon: L.divIcon({ className: 'here', html: element('span', '', ''), iconSize: [16, 16] })
      }).addTo(here);
    }

    /**
     * The area from where a place can be driven to.
     * @param {ClinicMessage['reach']} geometry
     */
    function showReach(geometry) {
      reach.clearLayers();
      if (!geometry) return;
      var look = { renderer: areaRenderer, pane: 'areas', interactive: false, style: { className: 'area' } };
      L.geoJSON(/** @type {GeoJSON.GeoJsonObject} */ (geometry), look).addTo(reach);
    }

    /** @param {string | null} id */
    function mark(id) {
      var before = markers[selected || ''], after = markers[id || ''];
      selected = id;
      if (before && before !== after) redraw(before);
      if (!after) { map.closePopup(); return; }
      redraw(after);
      if (fromMap === id) {
        if (after.isPopupOpen()) popups.renew(after);
      } else if (map.getSize().x) {
        lookAt(after);
      } else {
        waitingMarker = after;  // the map is behind the list of a phone, and about to be shown
      }
    }

    /**
     * Where the list makes room for the map, the chosen pin comes into its middle.
     * @param {ClinicMarker} marker
     */
    function lookAt(marker) {
      cluster.zoomToShowLayer(marker, function () {
        spreadNow();  // a popup stands where its pin is moved to
        if (window.parent.matchMedia(window.PHONE).matches) map.panTo(marker.getLatLng(), { animate: false });
        if (marker.isPopupOpen()) popups.renew(marker); else marker.openPopup();
      });
    }

    /** @param {MapView} view */
    function fit(view) {
      // In less than the padding nothing fits, and Leaflet would look as closely as it can.
      if (Math.min(map.getSize().x, map.getSize().y) <= 2 * PADDING) { waitingView = view; return; }
      waitingView = null;
      map.fitBounds(view.bounds, { padding: [PADDING, PADDING], maxZoom: 12, animate: false });
      fitted = { view: view, center: map.getCenter(), zoom: map.getZoom() };
    }

    // A frame may get its height only after it was drawn: what was fitted to another size is fitted
    // again, unless somebody has looked elsewhere since.
    function readUntouched() {
      return fitted && map.getZoom() === fitted.zoom && map.getCenter().equals(fitted.center) ? fitted.view : null;
    }

    new ResizeObserver(function () {
      var untouched = readUntouched();
      map.invalidateSize({ pan: false });
      if (!map.getSize().x) return;
      if (waitingView) fit(waitingView);
      else if (untouched && !selected) fit(untouched);
      var marker = waitingMarker, chosen = markers[selected || ''];
      waitingMarker = null;
      if (marker && chosen === marker) lookAt(marker);
      else if (chosen && chosen.isPopupOpen()) popups.renew(chosen);
    }).observe(map.getContainer());
    map.on('zoomend', spread);
    map.on('zoomend', showAreas);
    showAreas();
    map.on('layeradd layerremove', spreadForPins);
    window.watchPhoneTurns(function () { return selected; });

    return {
      set: function (payload) {
        showGroups(payload.groups);
        showPlace(payload.place);
        showReach(payload.reach);
        if (payload.view && payload.view.token !== viewToken) {
          viewToken = payload.view.token;
          fit(payload.view);
        }
        if (payload.selected !== selected) mark(payload.selected);
        fromMap = null;
        map.getContainer().dataset.clinics = String(Object.keys(markers).length);
        map.getContainer().dataset.selected = selected || '';
      }
    };
  }

  window.startClinicLayer = startClinicLayer;
})();
