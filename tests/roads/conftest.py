"""The highways that ship, loaded once a worker; nobody changes them."""

import pytest

from geo.roads import load_roads


@pytest.fixture(scope="session")
def network():
    return load_roads()
