"""What a call day tells of the list, and what of it visitors are shown: a small file, no clinic named.

Visitors' pages never read the workspace, and a release is of the list alone. So what they are shown
is written beside the releases, in `call_findings.json` of the home folder, when an operator says so.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from geo.coverage import call_estimates
from geo.coverage.call_estimates import Design, Estimate
from geo.errors import SchemaError, WorkspaceError
from geo.files import whole_files
from geo.paths import find_home
from geo.workspace import call_answers, call_days

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd
    from numpy.typing import NDArray

    from geo.workspace.call_days import CallDay
    from geo.workspace.database import Workspace

FILE: Final = "call_findings.json"
NAMES: Final = (
    "reached", "operating", "right_phone", "right_address", "right_both", "new_patients",
    "medicaid", "medicare", "private_insurance", "wait_days", "callers_agree_operating",
    "callers_agree_all",
)  # fmt: skip
"""Reached: answered by the clinic. Operating: of those of which a call told it. Then of those that
operate, but for the phone and address, which are of all of which a call told it. A listing without a
phone has no right one. `wait_days` is a median, all others are shares."""

_COMPARED: Final = ("open", *call_answers.YES_NO[2:], "treatments", "ride_home")
_FEWEST_TWICE: Final = 2


@dataclass(frozen=True)
class Findings:
    """What a call day tells.

    Parameters
    ----------
    first_day, last_day : of the calls, `YYYY-MM-DD`.
    clinics, called : how many clinics the sample was drawn from, and were called.
    estimates : some of `NAMES`; what nobody told is left out.
    """

    first_day: str
    last_day: str
    clinics: int
    called: int
    estimates: dict[str, Estimate]


def estimate(workspace: Workspace, day: CallDay) -> Findings:
    """Return what the answers to a sample so far tell of the list it was drawn from.

    Raises
    ------
    SchemaError : fewer than two clinics were called.
    WorkspaceError : the workspace cannot be read.
    """
    answers = call_days.tabulate(workspace, day)
    first = answers[answers["caller"].eq("1")].set_index("clinic_id")
    made = day.drawn[day.drawn["clinic_id"].isin(first.index)].reset_index(drop=True)
    if len(made) < _FEWEST_TWICE:
        raise SchemaError("Nothing is told by fewer than two calls; take more answers in.")
    design = call_estimates.read_design(made[["area", "known"]], day.populations)
    told = first.loc[made["clinic_id"]]
    values = _read_values(told, made["known"].eq("no_phone").to_numpy())
    operates = values["operating"] == 1
    found = {}
    for name, said in values.items():
        asked = None if name in {"reached", "operating"} or name.startswith("right") else operates
        found[name] = call_estimates.estimate_share(design, said, asked)
    wait = np.array([float(text) if text else math.nan for text in told["wait_days"]])
    found["wait_days"] = call_estimates.estimate_median(design, np.where(operates, wait, math.nan))
    found |= _compare_callers(answers, int(design.populations.sum()))
    days = sorted(answers["called_on"])
    return Findings(
        days[0],
        days[-1],
        int(design.populations.sum()),
        len(made),
        {name: found[name] for name in NAMES if name in found and found[name].answers},
    )


def publish(findings: Findings, home: Path | None = None) -> Path:
    """Write what visitors are shown on Coverage; return the file.

    Raises
    ------
    WorkspaceError : it cannot be written.
    """
    path = (home or find_home()) / FILE
    content = {
        "first_day": findings.first_day,
        "last_day": findings.last_day,
        "clinics": findings.clinics,
        "called": findings.called,
        "estimates": {
            name: [one.value, one.low, one.high, one.answers]
            for name, one in findings.estimates.items()
        },
    }
    try:
        whole_files.replace(path, json.dumps(content, indent=1))
    except OSError as error:
        raise WorkspaceError(f"The file {path} cannot be written: {error.strerror}.") from error
    return path


def read_published(home: Path | None = None) -> Findings | None:
    """Return what visitors are shown; None where nothing is, or what is there is no such file."""
    try:
        content: Any = json.loads(((home or find_home()) / FILE).read_text("utf-8"))
        return Findings(
            str(content["first_day"]),
            str(content["last_day"]),
            int(content["clinics"]),
            int(content["called"]),
            {
                name: _read_estimate(content["estimates"][name])
                for name in NAMES
                if name in content["estimates"]
            },
        )
    except (OSError, ValueError, LookupError, TypeError):
        return None


def _read_estimate(row: list[Any]) -> Estimate:
    value, low, high, answers = row
    return Estimate(float(value), float(low), float(high), int(answers))


def take_off(home: Path | None = None) -> None:
    """Show visitors no findings any more.

    Raises
    ------
    WorkspaceError : the file cannot be deleted.
    """
    path = (home or find_home()) / FILE
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise WorkspaceError(f"The file {path} cannot be deleted: {error.strerror}.") from error


def _read_values(told: pd.DataFrame, no_phone: NDArray[np.bool_]) -> dict[str, NDArray[np.float64]]:
    """Return what each call tells as 1, 0 or NaN."""
    answered = told["outcome"].eq("answered").to_numpy()
    said = {
        name: np.array([{"yes": 1.0, "no": 0.0}.get(text, math.nan) for text in told[name]])
        for name in call_answers.YES_NO
    }
    phone = np.where(answered & (told["phone"] == "").to_numpy(), 1.0, math.nan)
    wrong = told["outcome"].eq("wrong_number").to_numpy() | (answered & np.isnan(phone))
    phone = np.where(wrong | no_phone, 0.0, phone)
    address = said["address_right"]
    both = np.where((phone == 0) | (address == 0), 0.0, phone + address - 1)
    return {
        "reached": answered.astype(np.float64),
        "operating": said["open"],
        "right_phone": phone,
        "right_address": address,
        "right_both": both,
        **{name: said[name] for name in ("new_patients", *call_answers.PAYERS)},
    }


def _compare_callers(answers: pd.DataFrame, clinics: int) -> dict[str, Estimate]:
    """Return how often two callers of one clinic were told the same."""
    one, other = (
        answers[answers["caller"].eq(caller)].set_index("clinic_id") for caller in ("1", "2")
    )
    twice = [clinic for clinic in one.index if clinic in other.index]
    if len(twice) < _FEWEST_TWICE:
        return {}
    # They are a random tenth of the sample, whatever the stratum.
    design = Design(
        np.zeros(len(twice), dtype=np.intp),
        np.array([len(twice)], dtype=np.float64),
        np.array([max(clinics, len(twice))], dtype=np.float64),
    )
    same: dict[str, list[float]] = {"callers_agree_operating": [], "callers_agree_all": []}
    for clinic in twice:
        first, second = one.loc[clinic], other.loc[clinic]
        compared = [
            {*str(first[name]).split(";")} == {*str(second[name]).split(";")}
            for name in _COMPARED
            if first[name] and second[name]
        ]
        known = bool(first["open"] and second["open"])
        same["callers_agree_operating"].append(
            float(first["open"] == second["open"]) if known else math.nan
        )
        same["callers_agree_all"].append(float(all(compared)) if compared else math.nan)
    return {
        name: call_estimates.estimate_share(design, np.array(agree)) for name, agree in same.items()
    }
