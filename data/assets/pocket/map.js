// @ts-check
/* Inside the map's frame: starts the site's own map, and hands on what is picked there to the page
   around it, which feeds it. */
(function () {
  'use strict';

  const page = /** @type {any} */ (window);
  /* As clinic_layer.js finds it on the site. */
  page.Streamlit = { setComponentValue: (event) => page.onPicked(event.id) };

  page.startPocketMap = (options, onPicked) => {
    page.onPicked = onPicked;
    const { first, ...rest } = options;
    const map = page.L.map('map_div', { ...first, zoomControl: true });
    page.startBasemap(map, { ...rest, dark: matchMedia('(prefers-color-scheme: dark)').matches });
    return page.startClinicLayer(map, rest.words);
  };
})();
