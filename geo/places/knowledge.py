"""All that the place search knows: the tables as indexes, the rarer of them read when first needed."""

from __future__ import annotations

from functools import cached_property

import pandas as pd

from geo import reference
from geo.places.abroad import Abroad
from geo.places.airports import AirportIndex
from geo.places.cities import CityIndex
from geo.places.clinic_names import ClinicNames
from geo.places.counties import CountyIndex
from geo.places.guesses import Guesses
from geo.places.named_regions import NamedRegions
from geo.places.names import TYPED_NAMES, read_aliases
from geo.places.points import Outline
from geo.places.states import StateIndex
from geo.places.zips import ZipIndex


class Knowledge:
    """The indexes; built once, then only read, from any thread.

    Parameters
    ----------
    zips, cities, states, clinics, listings : as `geo.places.PlaceFinder`.

    Raises
    ------
    SchemaError : a table lacks a column.
    CrsError : the geometry of `states` is known to be in another reference system.
    """

    def __init__(
        self,
        zips: pd.DataFrame,
        cities: pd.DataFrame,
        states: pd.DataFrame,
        clinics: pd.DataFrame | None,
        listings: pd.DataFrame | None,
    ) -> None:
        self.zips = ZipIndex(zips)
        names = pd.concat([read_aliases(), read_aliases(TYPED_NAMES)], ignore_index=True)
        self.cities = CityIndex(cities, names, self.zips)
        self.states = StateIndex(states)
        self.clinics = None if clinics is None else ClinicNames(clinics, listings)
        self.outline = Outline(states)
        self.guesses = Guesses(self.zips, self.cities, self.states, self.clinics)

    @cached_property
    def counties(self) -> CountyIndex:
        """The counties.

        Raises
        ------
        SourceError : the table cannot be read.
        """
        return CountyIndex(reference.load_shapeless("counties"), self.zips)

    @cached_property
    def regions(self) -> NamedRegions:
        """The regions, metropolitan areas and tribal lands.

        Raises
        ------
        SourceError : the table of counties cannot be read.
        """
        return NamedRegions(self.zips, self.counties)

    @cached_property
    def airports(self) -> AirportIndex:
        """The airports.

        Raises
        ------
        SourceError : the table cannot be read.
        """
        return AirportIndex(reference.load("airports"), self.zips)

    @cached_property
    def abroad(self) -> Abroad:
        """The larger cities abroad.

        Raises
        ------
        SourceError : the table cannot be read.
        """
        return Abroad(reference.load("abroad"), self.cities)
