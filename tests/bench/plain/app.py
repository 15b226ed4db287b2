"""Clinics on a map, as most would write it: geopandas reads, geopy measures, folium draws markers.

CLINICS and PLACES name the files; the packages are those that our app is made with.
"""

import os

import folium
import geopandas as gpd
import pandas as pd
import streamlit as st
from geopy.distance import geodesic
from streamlit_folium import st_folium

CENTER = (39.8, -98.6)


@st.cache_data
def read_clinics() -> gpd.GeoDataFrame:
    """Return the clinics."""
    return gpd.read_file(os.environ["CLINICS"])


@st.cache_data
def read_places() -> pd.DataFrame:
    """Return the ZIP codes and where they are."""
    return pd.read_csv(os.environ["PLACES"], dtype={"zip": str}).set_index("zip")


st.set_page_config(page_title="Clinics", layout="wide")
st.title("Clinics near you")
clinics = read_clinics()
text = st.text_input("ZIP code")
treatment = st.selectbox("Treatment", ["any", "iv", "esketamine"])
if treatment != "any":
    clinics = clinics[clinics["treatments"].str.contains(treatment)]
middle, zoom = CENTER, 4
if text:
    place = read_places().loc[text]
    middle, zoom = (place["latitude"], place["longitude"]), 9
    miles = [geodesic(middle, (point.y, point.x)).miles for point in clinics.geometry]
    clinics = clinics.assign(miles=miles).query("miles <= 25").sort_values("miles")
st.subheader(f"{len(clinics)} clinics")
st.dataframe(clinics.drop(columns="geometry").head(10))
drawn = folium.Map(location=middle, zoom_start=zoom)
for clinic in clinics.itertuples():
    folium.Marker((clinic.geometry.y, clinic.geometry.x), tooltip=clinic.name).add_to(drawn)
st_folium(drawn, key="map", height=620, use_container_width=True, returned_objects=[])
