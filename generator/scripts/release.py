"""Checks a release: run `python generator/scripts/release.py check v0.1.0`."""

import os
import re
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from collections.abc import Callable
from datetime import date
from email.parser import Parser
from pathlib import Path
from typing import Any, NoReturn

DIST = Path("dist")
CHANGELOG = Path("CHANGELOG.md")
# Release candidates too, but no `.dev` version: projects record no tag of these.
VERSION = re.compile(r"v(\d+\.\d+\.\d+(rc\d+)?)")
RUNS = "repos/{}/actions/workflows/checks.yml/runs"


def check(tag: str) -> str:
    """Check that pyproject.toml and the changelog have the version of the tag."""
    form = VERSION.fullmatch(tag)
    if not form:
        _refuse(f"The tag {tag} is not a version: tag a version such as v0.1.0 or v0.1.0rc1.")
    declared = _declared()["version"]
    if form[1] != declared:
        _refuse(
            f"The tag {tag} is not the version {declared} of pyproject.toml: leave a pushed tag "
            f"where it is, set a version that has no tag in pyproject.toml and {CHANGELOG}, "
            "commit, and tag that commit."
        )
    notes(tag)
    return f"{tag} can be built"


def notes(tag: str) -> str:
    """The section of a version in the changelog, which must have a date."""
    version = tag.removeprefix("v")
    headings = re.split(r"^## (.*)\n", CHANGELOG.read_text(encoding="utf-8"), flags=re.M)
    for heading, text in zip(headings[1::2], headings[2::2], strict=True):
        name, _, day = heading.partition(" - ")
        if name == f"[{version}]" and _is_date(day) and text.strip():
            return text.strip()
    _refuse(
        f"{CHANGELOG} has no section for {version} with a date: "
        f"write `## [{version}] - {date.today()}` above it, with the date of the release."
    )


def files(tag: str) -> str:
    """Check that dist/ contains a wheel and an sdist of this version, and nothing else."""
    version = tag.removeprefix("v")
    wheel = DIST / f"mlops_init-{version}-py3-none-any.whl"
    sdist = DIST / f"mlops_init-{version}.tar.gz"
    found = sorted(DIST.iterdir())
    if found != [wheel, sdist]:
        names = ", ".join(path.name for path in found)
        _refuse(f"{DIST}/ contains {names}: {wheel.name} and {sdist.name} were expected.")
    with zipfile.ZipFile(wheel) as archive:
        inside = {wheel: archive.read(f"mlops_init-{version}.dist-info/METADATA")}
    with tarfile.open(sdist) as archive:
        member = archive.extractfile(f"mlops_init-{version}/PKG-INFO")
        inside[sdist] = member.read() if member else b""
    for path, metadata in inside.items():
        packaged = Parser().parsestr(metadata.decode())["Version"]
        if packaged != version:
            _refuse(f"{path.name} has the version {packaged}, not {version}.")
    return f"{wheel.name} and {sdist.name} have the version {version}"


def verify(tag: str) -> str:
    """Check that this is the repository that projects record, and that its checks passed."""
    home = f"{os.environ['GITHUB_SERVER_URL']}/{os.environ['GITHUB_REPOSITORY']}.git"
    address = _declared()["urls"]["Repository"]
    if address != home:
        _refuse(
            f"Projects would record {address} as the repository of their template, but {tag} is "
            f"released from {home}: write that address under project.urls in pyproject.toml."
        )
    if not _passed_checks(os.environ["GITHUB_REPOSITORY"], os.environ["GITHUB_SHA"]):
        _refuse(
            f"The checks of the commit of {tag} have not passed on main: "
            "when they have, run the failed jobs of this release again."
        )
    return f"{tag} may be published"


def main() -> None:
    """Run a command for a tag, and print its result."""
    commands: dict[str, Callable[[str], str]]
    commands = {command.__name__: command for command in (check, files, notes, verify)}
    if len(sys.argv) != 3 or sys.argv[1] not in commands:
        _refuse(f"Name one of {', '.join(commands)} and a tag: release.py check v0.1.0")
    os.chdir(Path(__file__).parents[2])
    print(commands[sys.argv[1]](sys.argv[2]))


def _declared() -> dict[str, Any]:
    project: dict[str, Any] = tomllib.loads(Path("pyproject.toml").read_text())["project"]
    return project


def _is_date(word: str) -> bool:
    try:
        return date.fromisoformat(word).isoformat() == word
    except ValueError:
        return False


def _passed_checks(repository: str, commit: str) -> bool:
    wanted = {"head_sha": commit, "branch": "main", "event": "push", "status": "success"}
    fields = [word for key, value in wanted.items() for word in ("-f", f"{key}={value}")]
    command = ["gh", "api", "--method", "GET", RUNS.format(repository), *fields]
    done = subprocess.run(
        [*command, "--jq", ".total_count"], stdout=subprocess.PIPE, text=True, check=True
    )
    return int(done.stdout) > 0


def _refuse(sentence: str) -> NoReturn:
    sys.exit(sentence)


if __name__ == "__main__":
    main()
