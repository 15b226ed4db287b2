"""The lists of every package and the sha256 of its wheels, without an address of any.

`python -m tests.requirements` compares them with what uv resolves. It needs uv and a bare Python, so
that CI asks before anything that was resolved is installed. `python -m tests.requirements write`
writes what follows from the dependencies that `pyproject.toml` names: its pins, both lists and the
licences.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parents[1]
PROJECT = ROOT / "pyproject.toml"
PRODUCT_LIST = ROOT / "data" / "requirements.txt"
TOOLS_LIST = ROOT / "tests" / "requirements.txt"
WRITE = "uv run --no-project python -m tests.requirements write"
PYTHONS = range(11, 14)
"""The minor versions of Python 3 whose wheels are listed."""
PLATFORMS = ("any", "linux", "manylinux", "musllinux", "macosx", "win")
HEADS = {
    PRODUCT_LIST: "# What Clinic Finder runs on, its extras too, by version and sha256 of each wheel.\n"
    f"# For Python 3.{PYTHONS[0]} to 3.{PYTHONS[-1]}; `{WRITE}` writes it.\n",
    TOOLS_LIST: "# What develops, measures and builds Clinic Finder, beside what it runs on.\n"
    f"# `{WRITE}` writes it.\n-r ../data/requirements.txt\n",
}


class Listed(NamedTuple):
    """A package of a list: its version, where it is needed, and the hashes of its wheels."""

    version: str
    marker: str
    hashes: frozenset[str]


def read(text: str) -> dict[str, Listed]:
    """Return the packages of a list, or of what `uv export` prints, by name."""
    packages = {}
    for line in text.replace("\\\n", " ").splitlines():
        if found := re.match(r"([\w.-]+)==([^\s;]+)(?: ; (.*?))?\s*(?:--hash|$)", line):
            name, version, marker = found.groups("")
            packages[name] = Listed(version, marker, frozenset(re.findall(r"--hash=(\S+)", line)))
    return packages


def write(packages: dict[str, Listed]) -> str:
    """Return packages as a list that pip and uv read."""
    lines = []
    for name, package in sorted(packages.items()):
        where = f" ; {package.marker}" if package.marker else ""
        hashes = [f"    --hash={digest}" for digest in sorted(package.hashes)]
        lines.append(" \\\n".join([f"{name}=={package.version}{where}", *hashes]))
    return "".join(f"{line}\n" for line in lines)


def can_run(wheel: str) -> bool:
    """Tell by a wheel's file name whether it is for a Python and a platform that users have."""
    pythons, abi, platform = wheel.removesuffix(".whl").split("-")[-3:]
    if not platform.startswith(PLATFORMS):
        return False
    for python in pythons.split("."):
        if python.startswith("py3"):
            return True
        if python.startswith("cp3"):
            minor = int(python.removeprefix("cp3"))
            if minor in PYTHONS or ("abi3" in abi.split(".") and minor <= PYTHONS[-1]):
                return True
    return False


def find_wheels(lock: dict[str, Any]) -> frozenset[str]:
    """Return the hashes of the wheels in uv's lock that users can run; sources are left out."""
    return frozenset(
        wheel["hash"]
        for package in lock["package"]
        for wheel in package.get("wheels", ())
        if can_run(wheel["url"].rpartition("/")[2])
    )


def ask_uv(*words: str) -> str:
    """Return what a command of uv's prints in the checkout."""
    command = [os.environ.get("UV", "uv"), *words]
    return subprocess.run(command, cwd=ROOT, check=True, text=True, stdout=subprocess.PIPE).stdout


def export(*groups: str) -> dict[str, Listed]:
    """Return what uv has resolved for the product and groups, with the hashes of wheels alone."""
    wheels = find_wheels(tomllib.loads((ROOT / "uv.lock").read_text("utf-8")))
    told = ask_uv("export", "--quiet", "--frozen", "--no-emit-project", "--no-annotate", *groups)
    return {
        name: Listed(package.version, package.marker, package.hashes & wheels)
        for name, package in read(told).items()
    }


def resolve() -> dict[Path, dict[str, Listed]]:
    """Return what each list is to hold by uv's lock."""
    product = export("--all-extras", "--no-default-groups")
    everything = export("--all-extras", "--all-groups")
    return {
        PRODUCT_LIST: product,
        TOOLS_LIST: {name: everything[name] for name in everything.keys() - product.keys()},
    }


def compare(listed: dict[str, Listed], resolved: dict[str, Listed], title: str) -> list[str]:
    """Return a sentence for each package of which a list says another thing than uv has resolved."""
    told = []
    for name in sorted(listed.keys() | resolved.keys()):
        ours, theirs = listed.get(name), resolved.get(name)
        if theirs is None:
            told.append(f"{name} stands in {title}, and nothing needs it.")
        elif ours is None:
            told.append(f"{name} {theirs.version} is needed, and does not stand in {title}.")
        elif (ours.version, ours.marker) != (theirs.version, theirs.marker):
            told.append(
                f"{name} is {' '.join(ours[:2]).rstrip()} in {title}, "
                f"and was resolved as {' '.join(theirs[:2]).rstrip()}."
            )
        elif ours.hashes != theirs.hashes:
            new, gone = len(theirs.hashes - ours.hashes), len(ours.hashes - theirs.hashes)
            told.append(
                f"The wheels of {name} {ours.version} are not those of {title}: "
                f"{new} not listed, {gone} listed and gone."
            )
    return told


def find_differences() -> list[str]:
    """Return a sentence for each package that is not listed as uv's lock has it.

    An installer also takes addresses, folders and other lists from a list; of these there are none.
    """
    told = []
    for path, resolved in resolve().items():
        text, title = path.read_text("utf-8"), path.relative_to(ROOT).as_posix()
        differences = compare(read(text), resolved, title)
        if not differences and text != HEADS[path] + write(resolved):
            differences = [f"{title} has lines that name no package by its version and hashes."]
        told += differences
    return told


def pin(text: str, setting: str, packages: dict[str, Listed]) -> str:
    """Return a `pyproject.toml` whose list of this name pins these packages."""
    pins = "".join(f'    "{name}=={packages[name].version}",\n' for name in sorted(packages))
    return re.sub(rf"(?ms)^({setting} = \[\n).*?^\]", rf"\g<1>{pins}]", text)


def write_all() -> None:
    """Write the pins, both lists and the licences anew."""
    ask_uv("lock")
    text = PROJECT.read_text("utf-8")
    text = pin(text, "constraint-dependencies", export("--all-extras", "--all-groups"))
    text = pin(text, "build-constraint-dependencies", export("--only-group", "build"))
    PROJECT.write_text(text, "utf-8")
    ask_uv("lock")
    for path, packages in resolve().items():
        path.write_text(HEADS[path] + write(packages), "utf-8")
    ask_uv("run", "--all-extras", "python", "-m", "tests.licences")


def check() -> None:
    """Exit with a sentence where the lists are not what uv resolves."""
    ask_uv("lock")
    if told := find_differences():
        told.append(f"Find out why before any of it is installed; then `{WRITE}`.")
        sys.exit("\n".join(told))
    sys.stdout.write("Every package that uv resolves is listed with the hashes it has.\n")


if __name__ == "__main__":
    write_all() if sys.argv[1:] == ["write"] else check()
