"""Renders the original of a project: its files as they were generated, without later edits."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from ..errors import RefusedError
from ..git.run import GitError, git
from ..temporary_folders import temporary_folder
from .answers_file import ANSWERS_FILE, read_origin
from .origin import template_digest
from .package import find_package
from .render import render
from .source import copy_template


def render_original(
    project: Path, answers: Mapping[str, Any], template: Path, destination: Path
) -> None:
    """Render the original from the template that the project records, never from another one.

    It has the current name of the package, so that a package that the user renamed is no change.
    """
    recorded = answers["package_name"]
    package = find_package(project, recorded) or recorded
    _render_recorded_template(project, {**answers, "package_name": package}, template, destination)
    if package != recorded:
        _record_package(destination / ANSWERS_FILE, recorded)


def _record_package(file: Path, package: str) -> None:
    line = yaml.safe_dump({"package_name": package}).strip()
    text = file.read_text(encoding="utf-8")
    file.write_text(re.sub(r"(?m)^package_name: .*$", line, text), encoding="utf-8")


def _render_recorded_template(
    project: Path, answers: Mapping[str, Any], template: Path, destination: Path
) -> None:
    origin = read_origin(answers)
    if origin.get("_template") == template_digest(template):
        render(template, destination, answers, origin)
    elif "_commit" not in origin or "_src_path" not in origin:
        raise RefusedError(_unavailable(origin, "the project records no release of it"))
    elif "_template" in origin:
        with temporary_folder() as folder:
            render(_fetch_release(origin, folder), destination, answers, origin)
    else:
        _render_with_copier_address(_find_address(origin, project), answers, origin, destination)


def _render_with_copier_address(
    address: str, answers: Mapping[str, Any], origin: dict[str, str], destination: Path
) -> None:
    """Render a project that `copier copy` created, from any address that Copier supports."""
    try:
        render(address, destination, answers, origin, commit=origin["_commit"])
    except Exception as error:  # of Copier, plumbum, git or the network
        reason = getattr(error, "stderr", "") or str(error)
        raise RefusedError(_unavailable(origin, reason)) from error
    if not (destination / ANSWERS_FILE).is_file():
        raise RefusedError(_unavailable(origin, "it does not contain this template"))


def _find_address(origin: Mapping[str, str], project: Path) -> str:
    """Resolve a path that Copier recorded as it was typed, from here or from the project."""
    source = origin["_src_path"]
    for base in (Path.cwd(), project.parent):
        if (base / source / "copier.yml").is_file():
            return str((base / source).resolve())
    if source.startswith("."):  # from another folder it would name another template
        raise RefusedError(_unavailable(origin, "there is nothing at that path"))
    return source


def _fetch_release(origin: dict[str, str], folder: Path) -> Path:
    clone = folder / "release"
    words = ("clone", "--quiet", "--depth=1", f"--branch={origin['_commit']}", "--")
    try:
        git(
            *("-c", "advice.detachedHead=false"),
            *words,
            origin["_src_path"],
            str(clone),
            cwd=folder,
        )
    except GitError as error:
        raise RefusedError(_unavailable(origin, str(error))) from error
    template = copy_template(clone, folder / "template")  # without the repository
    if template_digest(template) != origin["_template"]:
        raise RefusedError(_unavailable(origin, "the release contains another template"))
    return template


def _unavailable(origin: Mapping[str, str], reason: str) -> str:
    commit = f" at {origin['_commit']}" if "_commit" in origin else ""
    lines = reason.strip().splitlines() or ["no reason given"]
    reason = next((line for line in lines if line.startswith("fatal:")), lines[0]).rstrip(".")
    return (
        f"The template of this project ({origin.get('_src_path', 'unknown')}{commit}) "
        f"is not available ({reason}): use the mlops-init that generated the project."
    )
