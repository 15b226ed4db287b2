"""What a person typed -> a place in the United States, offline.

Exact names are taken, a name of several places is asked about, and a misspelling is only ever
answered with suggestions. Nothing is sent anywhere and nothing is kept.

In reading order: precision, address, names (text made comparable), place, zips, clinic_names,
states, cities, points, guesses (what to say where nothing fits), matching, finder.
"""

from geo.places.finder import PlaceFinder
from geo.places.guesses import AmbiguousPlaceError
from geo.places.matching import PlaceMatch
from geo.places.place import Place
from geo.places.wishes import Wishes

__all__ = ["AmbiguousPlaceError", "Place", "PlaceFinder", "PlaceMatch", "Wishes"]
