"""What the paces promise: nothing jumps as a drive grows longer or lies farther east."""

import numpy as np
import pytest

from geo.roads.pace import EASTING_DEGREES, TERMINAL_MILES, measure_terminal, read_pace


def test_terminal_minutes_grow_with_the_drive_and_a_stop_between_only_adds_to_them():
    miles = np.linspace(0, 500, 5_001)
    minutes = measure_terminal(2.0, 4.0, miles)

    assert minutes[0] == 0
    assert measure_terminal(2.0, 4.0, TERMINAL_MILES) == pytest.approx(3.0)
    assert (np.diff(minutes) > 0).all()
    assert minutes.max() < 6
    assert (np.diff(minutes, n=2) < 0).all()  # so of two parts together more than of the whole


def test_roads_get_slower_towards_the_east_without_a_jump():
    pace = read_pace()
    west, east = EASTING_DEGREES
    slower = pace.slow(np.linspace(-180, -60, 12_001))

    assert pace.easting > 0
    assert (np.diff(slower) >= 0).all()
    assert np.diff(slower).max() < 1e-4
    assert slower[[0, -1]].tolist() == pytest.approx([1 - pace.easting, 1 + pace.easting])
    assert pace.slow([west, (west + east) / 2, east]) == pytest.approx([slower[0], 1, slower[-1]])
    assert pace.least == pytest.approx(pace.road.min() * slower[0])
