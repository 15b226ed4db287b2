"""What a person typed -> a place in the United States, offline.

A text is read as it stands, exactly spelled; then with fewer of the words around a place's name, in
Spanish too; then as an address, as two cities in one, or misspelled, and what was understood is
said. A name of several places is asked about, and what is no place, or one abroad, is not taken for
a namesake. A state that was typed is never dropped. Nothing is sent anywhere and nothing is kept.

In reading order: precision, address, names (text made comparable), place, zips, areas, clinic_names,
states, cities, counties, named_regions, airports, abroad, points, spanish_names, wishes (what is
asked for beside the place), guesses (what to say where nothing fits), matching, knowledge (all of
them as one); the recognisers by_code, by_name, by_address, by_pair, by_slip; exact, rewording and
loose, which try them in turn; suggestion_table, what a browser suggests from; finder, the door.
"""

from geo.places.finder import PlaceFinder
from geo.places.guesses import AmbiguousPlaceError
from geo.places.matching import PlaceMatch
from geo.places.place import Place
from geo.places.wishes import Wishes

__all__ = ["AmbiguousPlaceError", "Place", "PlaceFinder", "PlaceMatch", "Wishes"]
