/* The map stands in a frame, a document of its own: it gets the landmark and the heading that a
   screen reader looks for, and loses folium's ban on zooming, which people with low vision need. */
(function () {
  'use strict';

  window.settleMapFrame = function (title) {
    var fixed = document.querySelector('meta[content*="maximum-scale"]');
    if (fixed) fixed.remove();
    var root = document.getElementById('root');
    if (!root || root.getAttribute('role')) return;
    root.setAttribute('role', 'main');
    var heading = document.createElement('h1');
    heading.className = 'frame-title';
    heading.textContent = title;
    root.prepend(heading);
  };
})();
