"""How an engine's minutes are read: a factor and a range, fitted on drives whose minutes are known."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from geo.errors import SchemaError, SourceError
from geo.files import whole_files
from geo.roads.engine_settings import FILE, Calibration, parse_engine_settings
from geo.roads.engine_tables import ask_pairs, make_engine
from geo.units import check_degrees

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from geo.roads.engine_settings import EngineSettings

LEAST_PAIRS: Final = 20

_LEAST_MINUTES: Final = 1.0  # below it, where exactly one starts counts for more than the drive
_OUTSIDE: Final = (5, 95)  # percent: nine in ten lie between
_TABLE: Final = re.compile(
    r"^[ \t]*\[[ \t]*calibration[ \t]*\].*?(?=^[ \t]*\[|\Z)", re.MULTILINE | re.DOTALL
)


@dataclass(frozen=True, slots=True)
class Fit:
    """A calibration and how well it does.

    Parameters
    ----------
    calibration : fitted on all the pairs used.
    pairs, used : how many were given; of how many the engine knows the drive.
    before, after : median of the relative error without and with a factor, the latter fitted on
        every second pair and told of the others.
    held : share of the others' minutes within the range that was fitted on every second pair.
    """

    calibration: Calibration
    pairs: int
    used: int
    before: float
    after: float
    held: float


def calibrate(settings: EngineSettings, pairs: NDArray[np.float64]) -> Fit:
    """Return the calibration that fits an engine best.

    Parameters
    ----------
    settings : of the engine.
    pairs : (n, 5) latitude and longitude from, latitude and longitude to, in degrees, EPSG:4326;
        minutes. Drives under a minute say nothing and are left out.

    Raises
    ------
    SchemaError : a coordinate is none, minutes are no number above 0, or too few pairs are left.
    FetchError, SourceError : the engine cannot be asked, or answers nonsense.
    """
    for side in (pairs[:, :2], pairs[:, 2:4]):
        check_degrees(side[:, 0], side[:, 1], "points")
    known = pairs[:, 4]
    if not np.all((known > 0) & np.isfinite(known)):
        wrong = int(np.argmin((known > 0) & np.isfinite(known)))
        raise SchemaError(
            f"Minutes have to be numbers above 0; row {wrong + 1} has {known[wrong]}."
        )
    asked = np.round(pairs[known >= _LEAST_MINUTES], 6)
    found = ask_pairs(make_engine(settings), settings, asked[:, :2], asked[:, 2:4]).minutes
    used = found >= _LEAST_MINUTES
    if np.count_nonzero(used) < LEAST_PAIRS:
        raise SchemaError(
            f"{settings.name} knows {np.count_nonzero(used)} of the {len(pairs)} drives, too few to "
            f"fit a factor; give at least {LEAST_PAIRS} in its area, of a minute or more."
        )
    ratio = asked[used, 4] / found[used]
    trial, others = _fit(ratio[::2]), ratio[1::2]
    error = np.abs(trial.factor / others - 1)
    spread = others / trial.factor
    return Fit(
        _fit(ratio),
        pairs=len(pairs),
        used=len(ratio),
        before=float(np.median(np.abs(1 / others - 1))),
        after=float(np.median(error)),
        held=float(np.mean((spread >= trial.low) & (spread <= trial.high))),
    )


def _fit(ratio: NDArray[np.float64]) -> Calibration:
    factor = float(np.median(ratio))
    low, high = np.percentile(ratio / factor, _OUTSIDE)
    return Calibration(factor, float(low), float(high))


def format_calibration(calibration: Calibration) -> str:
    """Return the lines of `roads.toml`."""
    return (
        f"[calibration]\nfactor = {calibration.factor:.4f}\nlow = {calibration.low:.4f}\n"
        f"high = {calibration.high:.4f}\n"
    )


def write_calibration(home: Path, calibration: Calibration) -> Path:
    """Write a calibration into `roads.toml`, in the place of the one it has; return the file.

    All else in the file stays as it is; the file is replaced whole or not at all.

    Parameters
    ----------
    home : the operator's folder.

    Raises
    ------
    SourceError : the file cannot be read or written, or would not say that.
    """
    path = home / FILE
    lines = format_calibration(calibration)
    try:
        text = path.read_text(encoding="utf-8")
        changed, times = _TABLE.subn(f"{lines}\n", text, count=1)
        if not times:
            changed = f"{text.rstrip()}\n\n{lines}"
        parse_engine_settings(tomllib.loads(changed))
        whole_files.replace(path, f"{changed.rstrip()}\n")
    except (OSError, ValueError) as error:  # SourceError too
        raise SourceError(f"{path} cannot be written ({error}); add the lines by hand.") from error
    return path
