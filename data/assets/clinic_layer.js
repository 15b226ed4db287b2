/* The clinics on the map. Python sends one plain object; this layer draws the difference.
   Clinics are text nodes, never HTML. A clinic known to its ZIP or city only is drawn as
   the area it lies in, and all clinics of that area share one marker. */
(function () {
  'use strict';

  function element(tag, className, text) {
    var made = document.createElement(tag);
    if (className) made.className = className;
    if (text !== undefined) made.textContent = text;
    return made;
  }

  function ranks(clinics) {
    var ranked = clinics.filter(function (clinic) { return clinic.rank !== null; });
    if (!ranked.length) return clinics.length > 1 ? String(clinics.length) : '•';
    var first = ranked[0].rank, last = ranked[ranked.length - 1].rank;
    var more = ranked.length < clinics.length ? '+' : '';  // some beside them have no rank
    return (first === last ? String(first) : first + '–' + last) + more;
  }

  function startClinicLayer(map, words) {
    var markers = {};       // clinic id -> the marker it stands in
    var drawn = '';         // the groups on the map, as text, to see whether they changed
    var selected = null;    // clinic id
    var fromMap = null;     // the clinic just picked here, so that the map is not moved for it
    var viewToken = null, waitingView = null;
    var sent = 0;

    map.createPane('areas').style.zIndex = 300;
    var areaRenderer = L.svg({ pane: 'areas' });
    var areas = L.layerGroup().addTo(map);
    var here = L.layerGroup().addTo(map);
    var reach = L.layerGroup().addTo(map);
    var cluster = L.markerClusterGroup({
      maxClusterRadius: 34,
      disableClusteringAtZoom: 10,
      showCoverageOnHover: false,
      animate: false,
      spiderfyOnMaxZoom: false,
      iconCreateFunction: function (group) {
        var count = 0;
        group.getAllChildMarkers().forEach(function (marker) { count += marker.clinics.length; });
        var size = count < 10 ? 32 : count < 100 ? 38 : 46;
        var label = element('span', '', count);
        label.appendChild(element('span', 'unseen', ' ' + words.cluster));
        return L.divIcon({ className: 'cluster', html: label, iconSize: [size, size] });
      }
    }).addTo(map);

    function icon(clinics, area, chosen) {
      var label = element('span', '', ranks(clinics));
      var width = Math.max(28, 13 + 8 * label.textContent.length);
      return L.divIcon({
        className: (area ? 'area-marker' : 'pin-marker') + (chosen ? ' chosen' : ''),
        html: label, iconSize: [width, 28],
        iconAnchor: area ? [width / 2, 14] : [width / 2, 34],
        popupAnchor: area ? [0, -12] : [0, -32]
      });
    }

    /* The counter makes a second pick of the same clinic a new value. */
    function pick(id) {
      fromMap = id;
      window.Streamlit.setComponentValue({ id: id, count: ++sent });
    }

    function popup(marker) {
      var box = element('div', 'clinic-popup');
      if (marker.clinics.length > 1) {
        box.appendChild(element('p', 'popup-lead', marker.lead));
      }
      marker.clinics.forEach(function (clinic) {
        var row = element('button', clinic.id === selected ? 'chosen' : '');
        row.type = 'button';
        row.appendChild(element('strong', '', (clinic.rank === null ? '' : clinic.rank + '. ') + clinic.name));
        row.appendChild(element('span', '', clinic.detail));
        row.addEventListener('click', function () { pick(clinic.id); });
        box.appendChild(row);
      });
      box.addEventListener('keydown', function (event) {
        if (event.key === 'Escape') { map.closePopup(); marker.getElement().focus(); }
      });
      return box;
    }

    function add(group) {
      var marker = L.marker(group.at, { icon: icon(group.clinics, group.area, false), riseOnHover: true });
      marker.clinics = group.clinics;
      marker.area = group.area;
      marker.lead = group.lead;
      marker.name = group.clinics.map(function (clinic) {
        return clinic.name + ', ' + clinic.detail;
      }).join('; ');
      marker.bindPopup(function () { return popup(marker); }, {
        // Beside the zoom buttons, which lie above all popups.
        maxWidth: Math.max(200, Math.min(280, (map.getSize().x || 358) - 108)), minWidth: 200,
        autoPanPaddingTopLeft: [56, 16], autoPanPaddingBottomRight: [16, 24]
      });
      marker.on('add', function () {
        var shown = marker.getElement();
        if (shown) { shown.setAttribute('aria-label', marker.name); shown.setAttribute('role', 'button'); }
      });
      marker.on('popupopen', function () {
        var ids = marker.clinics.map(function (clinic) { return clinic.id; });
        if (ids.indexOf(selected) < 0) pick(ids[0]);
        /* Who came by keyboard goes on in the popup, which stands far behind in the tab order. */
        if (document.activeElement === marker.getElement()) marker.getPopup().getElement().querySelector('button').focus();
      });
      group.clinics.forEach(function (clinic) { markers[clinic.id] = marker; });
      if (group.area) {
        L.circle(group.at, {
          radius: group.area, renderer: areaRenderer, pane: 'areas', interactive: false, className: 'area'
        }).addTo(areas);
      }
      return marker;
    }

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

    function showPlace(place) {
      here.clearLayers();
      if (!place) return;
      if (place.within) {
        L.circle(place.at, { radius: place.within, renderer: areaRenderer, pane: 'areas', interactive: false, className: 'reach' }).addTo(here);
      }
      L.marker(place.at, {
        interactive: false, keyboard: false,
        icon: L.divIcon({ className: 'here', html: element('span', '', ''), iconSize: [16, 16] })
      }).addTo(here);
    }

    /* The area from where a place can be driven to. */
    function showReach(geometry) {
      reach.clearLayers();
      if (!geometry) return;
      L.geoJSON(geometry, {
        renderer: areaRenderer, pane: 'areas', interactive: false, style: { className: 'area' }
      }).addTo(reach);
    }

    function renewPopup(marker) {
      var held = marker.getPopup().getElement().contains(document.activeElement);
      marker.getPopup().update();
      if (held) marker.getPopup().getElement().querySelector('button.chosen').focus();
    }

    function mark(id) {
      var before = markers[selected], after = markers[id];
      selected = id;
      if (before && before !== after) before.setIcon(icon(before.clinics, before.area, false));
      if (!after) { map.closePopup(); return; }
      after.setIcon(icon(after.clinics, after.area, true));
      if (fromMap === id) {
        if (after.isPopupOpen()) renewPopup(after);
      } else {
        cluster.zoomToShowLayer(after, function () {
          if (after.isPopupOpen()) renewPopup(after); else after.openPopup();
        });
      }
    }

    function fit(view) {
      if (!map.getSize().x || !map.getSize().y) { waitingView = view; return; }
      waitingView = null;
      map.fitBounds(view.bounds, { padding: [20, 20], maxZoom: 12, animate: false });
    }

    new ResizeObserver(function () {
      map.invalidateSize({ pan: false });
      if (waitingView) fit(waitingView);
      if (markers[selected] && markers[selected].isPopupOpen()) renewPopup(markers[selected]);
    }).observe(map.getContainer());

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
