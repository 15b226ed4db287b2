"""Tables in, folium map out; every asset comes from our own server."""
