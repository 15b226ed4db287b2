"""What `tests/newest.py` reads; it is run by hand, for it installs much."""

import tomllib

from tests import newest


def test_direct_dependencies_are_asked_for_without_their_bounds():
    project = tomllib.loads((newest.ROOT / "pyproject.toml").read_text("utf-8"))
    names = newest.find_direct(project)

    assert {"streamlit", "streamlit-folium", "folium", "dask[distributed]", "pytest"} <= {*names}
    assert not [name for name in names if set(name) & set("<>=,; ")]
    assert newest.find_pins(project)["folium"].startswith("0.")


def test_failed_and_broken_tests_are_named_once():
    told = (
        "FAILED tests/test_units.py::test_b[1] - assert 1\nERROR tests/test_fuzz.py\n"
        "FAILED tests/test_units.py::test_b[1]"
    )

    assert newest.find_failed(told) == ["tests/test_fuzz.py", "tests/test_units.py::test_b[1]"]
    assert newest.find_failed("....\n4 passed in 1s") == []
