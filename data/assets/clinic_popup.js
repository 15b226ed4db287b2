// @ts-check
/* The popup of a marker: the clinics that stand there, each a button. They are text, never HTML. */
(function () {
  'use strict';

  /** @type {Window['clinicPopups']['build']} */
  function build(map, marker, selected, pick) {
    var box = window.makeElement('div', 'clinic-popup'), shown = marker.getPopup();
    // Beside the buttons, which lie above all popups; how wide the map is, is known only now.
    if (shown) shown.options.maxWidth = Math.max(190, Math.min(280, map.getSize().x - 96));
    if (marker.clinics.length > 1) {
      box.appendChild(window.makeElement('p', 'popup-lead', marker.lead));
    }
    marker.clinics.forEach(function (clinic) {
      var row = window.makeElement('button', clinic.id === selected ? 'chosen' : '');
      row.type = 'button';
      row.appendChild(window.makeElement('strong', '', (clinic.rank === null ? '' : clinic.rank + '. ') + clinic.name));
      row.appendChild(window.makeElement('span', '', clinic.detail));
      row.addEventListener('click', function () { pick(clinic.id); });
      box.appendChild(row);
    });
    box.addEventListener('keydown', function (event) {
      if (event.key === 'Escape') { map.closePopup(); marker.getElement()?.focus(); }
    });
    return box;
  }

  /**
   * @param {ClinicMarker} marker
   * @param {string} selector
   */
  function find(marker, selector) {
    return /** @type {HTMLElement | null | undefined} */ (marker.getPopup()?.getElement()?.querySelector(selector));
  }

  /**
   * Of many clinics at one point the chosen one is seen first.
   * @param {ClinicMarker} marker
   */
  function showChosen(marker) {
    var box = find(marker, '.clinic-popup'), chosen = find(marker, 'button.chosen');
    if (box && chosen) box.scrollTop = chosen.offsetTop - 8;
  }

  /** @param {ClinicMarker} marker */
  function renew(marker) {
    var popup = marker.getPopup(), held = popup?.getElement()?.contains(document.activeElement);
    popup?.update();
    showChosen(marker);
    if (held) find(marker, 'button.chosen')?.focus();
  }

  window.clinicPopups = { build: build, find: find, showChosen: showChosen, renew: renew };
})();
