"""Where the modules went that had other names in version 0.2: the old names answer for one version.

`import geo.listings` gives `geo.clinics.listings` and a `DeprecationWarning` that says so; so does a
class or function that is called otherwise now. Nothing of ours uses an old name, since warnings are
errors in the tests.
"""

from __future__ import annotations

import sys

# What it takes to answer is loaded when somebody asks: every `import geo` passes here.
TYPE_CHECKING = False  # as of `typing`

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from importlib.machinery import ModuleSpec
    from types import ModuleType
    from typing import Final

MODULES: Final[dict[str, str]] = {
    "agreed_positions": "workspace.accepted_positions",
    "catchments": "accessibility.catchments",
    "cli.asking": "cli.prompts",
    "cli.demand": "cli.demand_files",
    "cli.diff": "cli.release_diff",
    "cli.tables": "cli.printing",
    "completeness": "coverage.completeness",
    "counting": "coverage.counting",
    "coverage_exports": "coverage.coverage_exports",
    "crowding": "server.admission",
    "demand": "coverage.demand",
    "diff": "publishing.diff",
    "diff_wording": "publishing.diff_wording",
    "exports": "exporting.clinic_exports",
    "formulas": "exporting.formulas",
    "geocoding.address": "places.address",
    "geocoding.agreed": "geocoding.accepted",
    "geocoding.density": "geocoding.urban_rural",
    "geocoding.patience": "geocoding.retry_policy",
    "geocoding.precision": "places.precision",
    "group_labels": "i18n.reason_words",
    "groups": "coverage.groups",
    "guidance_text": "guidance.statements",
    "ingestion": "workspace.ingestion",
    "jobs.records": "jobs.job_state",
    "kept_files": "server.static_cache",
    "land": "search.land",
    "language": "i18n.language",
    "limits": "publishing.limits",
    "listings": "clinics.listings",
    "locating": "workspace.geocoding_run",
    "logs": "server.logs",
    "nearest": "search.nearest",
    "operators": "server.operators",
    "organisations": "clinics.organisations",
    "origins": "clinics.licences",
    "overlaps": "coverage.overlaps",
    "positions": "coverage.position_draws",
    "provenance": "clinics.provenance",
    "rate_test": "coverage.rate_comparison",
    "reach": "coverage.coverage_draws",
    "reference.areas": "reference.boundaries",
    "reference.building": "reference.rebuilding",
    "reference.cities": "reference.city_rows",
    "reference.names": "reference.place_names",
    "reference.points": "reference.zip_points",
    "reference.zips": "reference.zip_rows",
    "refresh": "publishing.building",
    "regions": "reference.regions",
    "releases.following": "releases.mirror",
    "releases.reading": "releases.loading",
    "same_origin": "server.same_origin",
    "scale.areas": "scale.tabulating",
    "serving": "server.nginx",
    "siting.areas": "siting.study_area",
    "siting.candidates": "siting.candidate_sites",
    "siting.exports": "siting.siting_exports",
    "siting.savings": "siting.coverage_gains",
    "siting.setting": "siting.siting_context",
    "sources.nppes.files": "sources.nppes.monthly_files",
    "sources.nppes.records": "sources.nppes.provider_records",
    "status": "clinics.status",
    "upload_door": "server.upload_guard",
    "verdict_reasons": "i18n.verdict_words",
    "verdicts": "coverage.verdicts",
    "web": "server.web",
    "wording": "search.wording",
    "workspace.listings": "workspace.stored_listings",
    "workspace.matching": "workspace.linking",
    "workspace.naming": "workspace.clinic_ids",
    "workspace.records": "workspace.listing_versions",
    "workspace.settling": "workspace.case_resolving",
    "workspace.statements": "workspace.operator_assertions",
    "workspace.worklist": "workspace.call_list",
}
"""Old name -> new name, both below `geo`."""

PACKAGES: Final[dict[str, tuple[str, str]]] = {
    "accessibility": (
        "accessibility.floating",
        "CAPACITY METHODS Steps ZONE_WEIGHTS gaussian gravity score_areas three_step two_step",
    ),
    "clinics": ("clinics.resolving", "COLUMNS LATER_COLUMNS resolve validate"),
    "coverage": (
        "coverage.measures",
        """BESIDE_ANOTHER_COUNTRY CURVE_LEVELS CURVE_MILES WITHIN_MILES describe_reach measure tabulate
        tabulate_curve""",
    ),
    "guidance": (
        "guidance.statement",
        "CHECKED_FILE COLUMNS Check Kind Section Source Statement WRITTEN read_checks",
    ),
    "publishing": (
        "publishing.publishing",
        "Draft PUBLISH Published ROLLBACK catch_up prepare publish rollback",
    ),
    "search": (
        "search.searching",
        "DEFAULT_LIMIT RADII_MILES SHOWN_STATUSES SearchResult search",
    ),
}
"""Modules that are packages of the same name now: where what they held is, and its names."""

NAMES: Final[dict[str, dict[str, str]]] = {
    "accessibility.floating": {"score_areas": "accessibility.area_scores.score_areas"},
    "clinics.licences": {"CURATED": "clinics.listing_sources.CURATED"},
    "clinics.listings": {
        "EVIDENCE": "clinics.vocabulary.EVIDENCE",
        "OPERATING": "clinics.vocabulary.OPERATING",
        "SLUG": "clinics.forms.SLUG",
        "STATES": "clinics.vocabulary.STATES",
        "TREATMENTS": "clinics.vocabulary.TREATMENTS",
    },
    "clinics.status": {"STATUSES": "clinics.vocabulary.STATUSES"},
    "coverage.coverage_draws": {
        "Reach": "CoverageDraws",
        "add_up_reach": "add_up_coverage_draws",
        "measure_reach": "measure_coverage_draws",
    },
    "coverage.demand": {"Partition": "ArealWeights"},
    "coverage.groups": {"find_quarters": "weighted_quartiles"},
    "coverage.overlaps": {"estimate_total": "capture_recapture"},
    "coverage.position_draws": {"NAMESAKE_RADII": "HOMONYM_RADII", "Positions": "PositionDraws"},
    "coverage.verdicts": {"HIGHER": "HIGH", "Judged": "Verdict", "LOWER": "LOW"},
    "exporting.formulas": {"disarm": "escape_formula"},
    "geocoding.accepted": {"AgreedPosition": "AcceptedGeocode"},
    "geocoding.retry_policy": {"Patience": "RetryPolicy"},
    "geocoding.urban_rural": {"SettledZips": "UrbanRuralIndex"},
    "guidance.statements": {"WRITTEN": "guidance.statement.WRITTEN"},
    "reference.shares": {"deal_people": "allocate_population"},
    "releases.folders": {"home": "paths.find_home"},
    "releases.mirror": {"Follower": "ReleaseMirror"},
    "search.searching": {"SHOWN_STATUSES": "clinics.vocabulary.SHOWN_STATUSES"},
    "server.upload_guard": {"UploadDoor": "UploadGuard"},
    "siting.coverage_gains": {
        "Savings": "CoverageGains",
        "build_savings": "build_coverage_gains",
        "make_savings": "make_coverage_gains",
    },
    "siting.site_drives": {"find_served": "count_served"},
    "siting.siting_context": {"Setting": "SitingContext"},
    "sources.cleaning": {"find_treatments": "sources.form_cleaning.find_treatments"},
    "sources.reading": {"Gathering": "BatchBuilder"},
    "workspace.case_resolving": {"settle": "resolve_case"},
    "workspace.geocoding_run": {"Located": "Geocoded", "locate": "geocode"},
    "workspace.runs": {"mended": "cleared_fields"},
    "workspace.stored_listings": {"find_refused": "find_suppressed_values"},
    "workspace.editing": {
        name: f"workspace.merging.{name}" for name in ("find_gaps", "join", "merge", "split")
    },
    "workspace.operator_assertions": {
        name: f"workspace.clinic_facts.{name}"
        for name in (
            "EDITABLE",
            "GAPS",
            "NEEDED",
            "OWN",
            "clean",
            "facts_id",
            "find_changes",
            "find_clinic",
            "find_clinics",
            "find_now",
            "status_id",
            "write_address",
        )
    },
}
"""Module, below `geo` -> what classes, functions and constants of it were called -> are called.

What stands in another module now is named with that.
"""


def watch() -> None:
    """Let the old names of modules be imported from now on."""
    sys.meta_path.insert(0, _Finder)


def answer_for(package: str) -> Callable[[str], object]:
    """Return the `__getattr__` of a package that answers for the module it was.

    Parameters
    ----------
    package : its `__name__`.
    """
    target, names = PACKAGES[package.removeprefix("geo.")]
    held = frozenset(names.split())

    def __getattr__(name: str) -> object:  # noqa: N807  what a module calls it
        if name not in held:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        new = NAMES.get(target, {}).get(name, f"{target}.{name}")
        _warn(f"{package}.{name}", f"geo.{new}")
        home, _, called = new.rpartition(".")
        found: object = getattr(_load(f"geo.{home}"), called)
        return found

    return __getattr__


class _Finder:
    """Finds the modules that moved or hold renamed things, before others look for their files."""

    @staticmethod
    def find_spec(
        name: str,
        path: Sequence[str] | None = None,
        target: ModuleType | None = None,  # noqa: ARG004
    ) -> ModuleSpec | None:
        if not name.startswith("geo."):
            return None
        moved = MODULES.get(name.removeprefix("geo."))
        if moved is None:
            names = NAMES.get(name.removeprefix("geo."))
            return None if names is None else _find_answering(name, path, names)
        from importlib.machinery import ModuleSpec  # noqa: PLC0415  as above

        return ModuleSpec(name, _Loader(f"geo.{moved}"))  # type: ignore[arg-type]  # no base is asked for


class _Loader:
    """Puts the module in its new place under its old name too."""

    def __init__(self, moved: str) -> None:
        self._moved = moved

    def create_module(self, spec: ModuleSpec) -> None:
        """Leave it to the import system to make one, which `exec_module` replaces."""

    def exec_module(self, module: ModuleType) -> None:
        _warn(module.__name__, self._moved)
        sys.modules[module.__name__] = _load(self._moved)


def _find_answering(
    name: str, path: Sequence[str] | None, names: dict[str, str]
) -> ModuleSpec | None:
    """Return a module's spec, by which the module answers to old names of what it holds."""
    from importlib.machinery import PathFinder  # noqa: PLC0415  as above

    spec = PathFinder.find_spec(name, path)
    if spec is None or spec.loader is None:
        return spec
    execute = spec.loader.exec_module

    def exec_module(module: ModuleType) -> None:
        execute(module)

        def answer(old: str) -> object:
            if old not in names:
                raise AttributeError(f"module {name!r} has no attribute {old!r}")
            elsewhere, _, new = names[old].rpartition(".")
            home = _load(f"geo.{elsewhere}") if elsewhere else module
            _warn(f"{name}.{old}", f"{home.__name__}.{new}")
            return vars(home)[new]

        module.__getattr__ = answer  # type: ignore[method-assign]

    spec.loader.exec_module = exec_module  # type: ignore[method-assign]
    return spec


def _load(name: str) -> ModuleType:
    import importlib  # noqa: PLC0415  as above

    return importlib.import_module(name)


def _warn(old: str, new: str) -> None:
    import warnings  # noqa: PLC0415  as above

    warnings.warn(
        f"{old} is {new} now; the old name goes with the next version.",
        DeprecationWarning,
        stacklevel=3,
    )
