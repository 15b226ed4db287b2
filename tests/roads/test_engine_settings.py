"""`roads.toml`: every value checked, and no address of another machine that is not listed."""

import pytest

from geo.errors import SourceError
from geo.roads.engine_settings import FILE, Calibration, EngineKind, read_engine_settings

FULL = """
engine = "valhalla"
url = "https://routes.clinic.example/v/"
allow = ["Routes.clinic.example"]
profile = "auto"
patients = true
timeout_seconds = 2.5
most_pairs = 400
most_miles = 100

[calibration]
factor = 0.84
low = 0.8
high = 1.25
"""
LEAST = 'engine = "osrm"\nurl = "http://127.0.0.1:5000"\n'


def read(folder, text):
    (folder / FILE).write_text(text, encoding="utf-8")
    return read_engine_settings(folder)


def test_without_a_file_there_is_no_engine(tmp_path):
    assert read_engine_settings(tmp_path) is None


def test_everything_is_read(tmp_path):
    settings = read(tmp_path, FULL)

    assert settings.kind is EngineKind.VALHALLA
    assert settings.url == "https://routes.clinic.example/v"
    assert settings.is_listed
    assert settings.serves_patients
    assert (settings.timeout_seconds, settings.most_pairs, settings.most_miles) == (2.5, 400, 100)
    assert settings.calibration == Calibration(0.84, 0.8, 1.25)


def test_the_least_that_is_needed(tmp_path):
    settings = read(tmp_path, LEAST)

    assert (settings.profile, settings.most_pairs) == ("driving", 10_000)
    assert settings.calibration is None
    assert settings.serves_patients
    assert settings.name == "OSRM at 127.0.0.1:5000"


@pytest.mark.parametrize(
    ("text", "serves"),
    [
        (LEAST, True),
        (LEAST + 'allow = ["127.0.0.1"]', True),
        ('engine = "osrm"\nurl = "http://localhost:5000"', True),
        ('engine = "osrm"\nurl = "http://10.0.0.5"\nallow = ["10.0.0.5"]', False),
        ('engine = "osrm"\nurl = "http://10.0.0.5"\nallow = ["10.0.0.5"]\npatients = true', True),
    ],
)
def test_patients_are_served_from_this_machine_or_where_the_operator_says_so(
    tmp_path, text, serves
):
    assert read(tmp_path, text).serves_patients is serves


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("engine = osrm", "is not TOML in UTF-8"),
        (LEAST.replace("osrm", "graphhopper"), "engine in roads.toml has to be one of osrm"),
        ('engine = "osrm"', "url in roads.toml has to be an address"),
        (LEAST.replace("http:", "file:"), "url in roads.toml has to be an address"),
        (LEAST.replace("127", "me:secret@127"), "without a name and a password"),
        (LEAST.replace("127.0.0.1", "10.0.0.5"), "list it in `allow`"),
        (LEAST.replace("127.0.0.1", "[2001:db8::1]"), "list it in `allow`"),
        (LEAST + 'allow = "10.0.0.5"', "a list of names"),
        (LEAST + 'profile = "../admin"', "profile in roads.toml has to be"),
        (LEAST + 'patients = "yes"', "has to be true or false"),
        (LEAST + "timeout_seconds = nan", "timeout_seconds in roads.toml has to be a number"),
        (LEAST + "most_pairs = 2.5", "a whole number"),
        (LEAST + "colour = 1", "which nothing reads"),
        (LEAST + "calibration = 0.8", "has to be a table"),
        (LEAST + "[calibration]\nfactor = -1", "factor of [calibration] in roads.toml"),
        (LEAST + "[calibration]\nfactor = 0.8\nlow = 1.2", "low of [calibration]"),
    ],
)
def test_what_is_wrong_is_one_sentence_without_the_value(tmp_path, text, said):
    with pytest.raises(SourceError, match=r"roads\.toml") as wrong:
        read(tmp_path, text)

    assert said in str(wrong.value)
    assert "secret" not in str(wrong.value)
