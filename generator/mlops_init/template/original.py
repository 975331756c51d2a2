"""Renders a project as it was made, from the template that its answers name."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..errors import RefusedError
from ..git.run import GitError, git
from . import render as projects


def render(project: Path, answers: Mapping[str, Any], template: Path, at: Path) -> None:
    """Render a project as it was made; refuse rather than guess what it was made from."""
    origin = {name: answers[name] for name in projects.ORIGIN if name in answers}
    if origin.get("_template") == projects.digest(template):
        projects.render(template, answers, origin, at)
    elif "_commit" not in origin or "_src_path" not in origin:
        raise RefusedError(_lost(origin, "no release of it is recorded"))
    elif "_template" in origin:
        with projects.scratch() as scratch:
            projects.render(_release(origin, scratch), answers, origin, at)
    else:
        _render_plain(_address(origin, project), answers, origin, at)


def check_not_newer(answers: Mapping[str, Any], same: bool) -> None:
    """Refuse a project of a newer release: what it has, this one does not know."""
    from packaging.version import InvalidVersion, Version

    made_by = str(answers.get("_commit", "")).split("-")[0].removeprefix("v")
    try:
        newer = not same and Version(made_by) > Version(projects.version())
    except InvalidVersion:  # made from a commit that is no release
        return
    if newer:
        raise RefusedError(
            f"{answers['project_name']} was made by mlops-init {made_by}, newer than this one "
            f"({projects.version()}): pip install --upgrade mlops-init."
        )


def _render_plain(
    address: str, answers: Mapping[str, Any], origin: dict[str, str], at: Path
) -> None:
    """As plain Copier made it: from any address that Copier knows."""
    try:
        projects.render(address, answers, origin, at, origin["_commit"])
    except Exception as error:  # of Copier, plumbum, git or the network
        why = getattr(error, "stderr", "") or str(error)
        raise RefusedError(_lost(origin, why)) from error
    if not (at / projects.ANSWERS).is_file():
        raise RefusedError(_lost(origin, "it makes no project"))


def _address(origin: Mapping[str, str], project: Path) -> str:
    """Copier records a path as it was typed: it may lead on from here, or from the project."""
    source = origin["_src_path"]
    for base in (Path.cwd(), project.parent):
        if (base / source / "copier.yml").is_file():
            return str((base / source).resolve())
    if source.startswith("."):  # from elsewhere it could lead to any folder
        raise RefusedError(_lost(origin, "nothing is there"))
    return source


def _release(origin: dict[str, str], scratch: Path) -> Path:
    clone = ("clone", "--quiet", "--depth=1", f"--branch={origin['_commit']}", "--")
    place = scratch / "release"
    try:
        git("-c", "advice.detachedHead=false", *clone, origin["_src_path"], str(place), cwd=scratch)
    except GitError as error:
        raise RefusedError(_lost(origin, str(error))) from error
    # A folder that is no repository, as every template that a project is rendered from.
    folder = projects.copy(place, scratch / "template")
    if projects.digest(folder) != origin["_template"]:
        raise RefusedError(_lost(origin, "the release holds another one"))
    return folder


def _lost(origin: Mapping[str, str], why: str) -> str:
    commit = f" at {origin['_commit']}" if "_commit" in origin else ""
    lines = why.strip().splitlines() or ["no reason given"]
    why = next((line for line in lines if line.startswith("fatal:")), lines[0]).rstrip(".")
    return (
        f"The template this project was made from ({origin.get('_src_path', 'unknown')}{commit}) "
        f"cannot be had ({why}): use the mlops-init that made it."
    )
