"""A tag of this repository becomes a release of its version, or one sentence says why not."""

import os
import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support.generator import ROOT, commit, run_git
from tests.support.local_runner import Run, has_trigger, run_workflow

HOME = "https://github.com/owner/mlops-init.git"
RELEASE = ".github/workflows/release.yml"
CHECKS = ".github/workflows/checks.yml"
PUBLISHERS = ("actions/attest", "pypa/gh-action-pypi-publish", "gh")
DATED = "## [0.1.0] - 2026-11-24"


def set_version(tree: Path, heading: str = DATED) -> None:
    """Make the edits that a maintainer makes before the tag v0.1.0."""
    pyproject = tree / "pyproject.toml"
    text = re.sub(r'^version = ".*"', 'version = "0.1.0"', pyproject.read_text(), flags=re.M)
    text = re.sub(r'^Repository = ".*"', f'Repository = "{HOME}"', text, flags=re.M)
    pyproject.write_text(text)
    changelog = f"# Changelog\n\n## [Unreleased]\n\n{heading}\n\n- A wizard.\n"
    (tree / "CHANGELOG.md").write_text(changelog)


@pytest.fixture
def tree(checkout: Path, tmp_path: Path) -> Path:
    """A clone of this repository at its version 0.1.0."""
    clone = shutil.copytree(checkout, tmp_path / "mlops-init")
    set_version(clone)
    run_git("init", "--quiet", cwd=clone)
    run_git("remote", "add", "origin", HOME, cwd=clone)
    commit(clone)
    return clone


def list_published(run: Run) -> list[dict[str, Any]]:
    """The calls that published something, in order."""
    return [
        call for call in run.calls if call["name"] in PUBLISHERS and call["words"][:1] != ["api"]
    ]


def test_a_tag_becomes_a_release_of_its_version(tree: Path, tmp_path: Path) -> None:
    run_git("tag", "v0.1.0", cwd=tree)
    assert has_trigger(tree / RELEASE, "push", "refs/tags/v0.1.0")
    run = run_workflow(tree / RELEASE, "push", "refs/tags/v0.1.0", tmp_path / "run")
    assert run.status == 0, run.output
    assert "flights · level 0 ·" in run.output  # the wheel generated a project
    files = ["mlops_init-0.1.0-py3-none-any.whl", "mlops_init-0.1.0.tar.gz"]
    assert sorted(path.name for path in (run.artifacts / "dist").iterdir()) == files
    attested, published, announced = list_published(run)
    assert attested["with"] == {"subject-path": "dist/*"}
    assert published["with"] == {"packages-dir": "dist/"}
    assert [call["dist"] for call in (attested, published, announced)] == [files] * 3
    assert announced["words"] == [
        *("release", "create", "v0.1.0", *(f"dist/{name}" for name in files)),
        *("--verify-tag", "--prerelease=false", "--title", "v0.1.0", "--notes-file", "notes.md"),
    ]
    assert (run.artifacts / "notes/notes.md").read_text() == "- A wizard.\n"


def test_a_tag_of_another_version_is_refused(tree: Path, tmp_path: Path) -> None:
    run_git("tag", "v0.2.0", cwd=tree)
    run = run_workflow(tree / RELEASE, "push", "refs/tags/v0.2.0", tmp_path / "run")
    assert run.status != 0
    assert "The tag v0.2.0 is not the version 0.1.0 of pyproject.toml: leave" in run.output
    assert list(run.artifacts.iterdir()) == []
    assert list_published(run) == []


def test_an_unauthorized_tag_builds_and_publishes_nothing(tree: Path, tmp_path: Path) -> None:
    run_git("tag", "v0.1.0", cwd=tree)
    run = run_workflow(
        tree / RELEASE, "push", "refs/tags/v0.1.0", tmp_path / "run", passed_checks=0
    )
    assert run.status != 0
    assert "The checks of the commit of v0.1.0 have not passed on main: when" in run.output
    assert list(run.artifacts.iterdir()) == []
    assert list_published(run) == []


def test_a_branch_releases_nothing(tree: Path, tmp_path: Path) -> None:
    assert not has_trigger(tree / RELEASE, "push", "refs/heads/main")
    assert not has_trigger(tree / RELEASE, "push", "refs/heads/v0.1.0")
    assert not has_trigger(tree / RELEASE, "pull_request", "refs/heads/main")
    run = run_workflow(tree / RELEASE, "push", "refs/heads/main", tmp_path / "run")
    assert "The tag main is not a version: tag a version such as v0.1.0" in run.output
    assert list_published(run) == []


@pytest.mark.parametrize(("event", "status"), [("push", 0), ("pull_request", 3)])
def test_checks_are_what_ci_runs(tree: Path, tmp_path: Path, event: str, status: int) -> None:
    (tree / ".ci/run").write_text(f"echo these are the checks; exit {status}\n")
    assert has_trigger(tree / CHECKS, event, "refs/heads/main")
    run = run_workflow(tree / CHECKS, event, "refs/heads/main", tmp_path / "run")
    assert "these are the checks" in run.output
    assert (run.status == 0) == (status == 0)


@pytest.fixture
def run_script(checkout: Path, tmp_path: Path) -> Callable[..., str]:
    """`run_script("check", "v0.1.0")`: what the script prints for a tag."""
    tree = tmp_path / "scripts"
    for word in ("generator/scripts/release.py", "pyproject.toml", "CHANGELOG.md"):
        (tree / word).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(checkout / word, tree / word)

    def run_in_copy(*words: str, heading: str = DATED, **env: str) -> str:
        set_version(tree, heading)
        done = subprocess.run(
            [sys.executable, tree / "generator/scripts/release.py", *words],
            env=os.environ | env,
            capture_output=True,
            text=True,
            check=False,
        )
        assert "Traceback" not in done.stderr
        return done.stdout or done.stderr

    return run_in_copy


@pytest.mark.parametrize("tag", ["0.1.0", "v0.1", "v0.1.0.dev0", "v0.1.0-1", "version"])
def test_a_tag_that_is_not_a_version_is_refused(run_script: Callable[..., str], tag: str) -> None:
    assert run_script("check", tag).startswith(
        f"The tag {tag} is not a version: tag a version such as"
    )


@pytest.mark.parametrize(
    "heading",
    [
        *("## [0.1.0]", "## [0.1.0] - soon", "## [0.1.0] - 2026-13-01", "## [0.2.0] - 2026-11-24"),
        f"{DATED}\n\n## [0.0.9] - 2026-11-23",  # without content
    ],
)
def test_a_version_needs_a_date_in_the_changelog(
    run_script: Callable[..., str], heading: str
) -> None:
    output = run_script("check", "v0.1.0", heading=heading)
    assert output.startswith("CHANGELOG.md has no section for 0.1.0 with a date: write `## ")


def test_notes_are_the_section_of_the_version(run_script: Callable[..., str]) -> None:
    older = f"{DATED}\n\n- Now.\n\n## [0.0.9] - 2026-11-23"
    assert run_script("notes", "v0.1.0", heading=older) == "- Now.\n"


def test_files_of_another_version_are_refused(
    run_script: Callable[..., str], tmp_path: Path
) -> None:
    dist = tmp_path / "scripts/dist"
    named = tmp_path / "mlops_init-0.1.0"
    dist.mkdir()
    named.mkdir()
    wheel, sdist = dist / f"{named.name}-py3-none-any.whl", dist / f"{named.name}.tar.gz"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr(f"{named.name}.dist-info/METADATA", "Version: 0.1.0\n")
    assert run_script("files", "v0.1.0").endswith(f"{wheel.name} and {sdist.name} were expected.\n")
    (named / "PKG-INFO").write_text("Version: 0.2.0\n")
    with tarfile.open(sdist, "w:gz") as archive:
        archive.add(named, named.name)
    assert run_script("files", "v0.1.0") == f"{sdist.name} has the version 0.2.0, not 0.1.0.\n"


def test_only_the_repository_that_projects_record_publishes(run_script: Callable[..., str]) -> None:
    fork = {"GITHUB_SERVER_URL": "https://github.com", "GITHUB_REPOSITORY": "else/mlops-init"}
    output = run_script("verify", "v0.1.0", **fork)
    assert output.startswith(
        f"Projects would record {HOME} as the repository of their template, but v0.1.0"
    )
    assert "write that address under project.urls in pyproject.toml" in output


def test_the_changelog_has_an_unreleased_section_and_dates() -> None:
    first, *others = re.findall(r"^## (.*)$", (ROOT / "CHANGELOG.md").read_text(), re.M)
    assert first == "[Unreleased]"
    for heading in others:
        form = r"\[\d+\.\d+\.\d+(rc\d+)?\] - \d{4}-\d\d-\d\d( \[YANKED\])?"
        assert re.fullmatch(form, heading), heading


def test_a_commit_with_the_version_of_a_release_can_be_tagged() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    if version.endswith(".dev0"):
        pytest.skip(f"{version} is not a release version")
    script = str(ROOT / "generator/scripts/release.py")
    subprocess.run([sys.executable, script, "check", f"v{version}"], check=True)
