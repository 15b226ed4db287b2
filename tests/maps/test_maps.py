"""The map's Python half: local assets, safe data."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from geo.maps import assets
from geo.maps.basemap import MIN_ZOOM
from geo.maps.clinic_map import CONTIGUOUS_US, build_map

WORLD_PIXELS = 256  # at zoom 0
SMALLEST_MAP = 286  # of a page 320 pixels wide
MARGIN = 20  # of data/assets/clinic_layer.js, for the pins on the coasts


def test_a_foreign_asset_is_refused() -> None:
    assets.refuse_foreign([assets.url("map.css")])
    with pytest.raises(assets.ForeignAssetError, match=r"cdn\.example"):
        assets.refuse_foreign(["https://cdn.example/leaflet.js"])
    with pytest.raises(assets.ForeignAssetError):
        assets.refuse_foreign(["//cdn.example/leaflet.js"])


def test_a_missing_asset_names_the_file_and_the_command() -> None:
    with pytest.raises(Exception, match=r"data/assets/no\.js.*data build"):
        assets.url("no.js")


@pytest.mark.parametrize("dark", [False, True])
def test_the_map_names_no_other_server(dark: bool) -> None:
    page = build_map(dark=dark).get_root().render()
    addresses = re.findall(r"(?:src|href)=\"([^\"]+)\"|https?://[^\s\"'<]+", page)
    assert addresses
    assert "https://" not in page
    assert all(address.startswith(assets.PREFIX) for address in addresses if address)


def test_two_maps_share_nothing() -> None:
    assert build_map(dark=False) is not build_map(dark=False)


def test_every_asset_of_ours_is_read_without_a_network_address() -> None:
    for path in Path(assets.FOLDER).glob("*.*"):
        # The name of a vocabulary looks like an address and is never asked for.
        text = path.read_text().replace("http://www.w3.org/2000/svg", "")
        assert not re.search(r"(?:https?:)?//[a-z0-9.-]+\.[a-z]{2,}/", text), path


def test_the_lower_48_states_fit_into_a_phone_of_320_pixels() -> None:
    (_south, west), (_north, east) = CONTIGUOUS_US
    assert (east - west) / 360 * WORLD_PIXELS * 2**MIN_ZOOM <= SMALLEST_MAP - 2 * MARGIN


def test_what_a_map_draws_when_near_is_fetched_when_near() -> None:
    page = build_map(dark=False).get_root().render()
    loaded = re.findall(r"(?:src|href)=\"([^\"?]+)", page)
    assert not any("geometry" in address for address in loaded)
    for name in ("backdrop.geojson", "highways.json", "towns.json"):
        assert f"/assets/geometry/{name}?v=" in page
