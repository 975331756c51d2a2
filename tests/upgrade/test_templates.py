"""A project follows newer templates, whoever made it: mlops-init or plain Copier."""

import shutil
from collections.abc import Callable
from itertools import combinations
from pathlib import Path

import pytest
import yaml

from tests.conftest import LEVELS, commit, contents, raised, run_cli, run_git

Project = Callable[[int], Path]

ORIGIN = ("_src_path", "_commit", "_template")
ANSWERS = ".copier-answers.yml"


def without_origin(project: Path) -> dict[str, object]:
    found = contents(project)
    answers = yaml.safe_load(found.pop(ANSWERS)[1])
    return found | {"answers": {key: each for key, each in answers.items() if key not in ORIGIN}}


@pytest.fixture
def published(
    monkeypatch: pytest.MonkeyPatch, release: Path, checkout: Path, tmp_path: Path
) -> Callable[[str], None]:
    """Be the release 0.0.2, which has a public tag, or the newer 0.1.0."""
    newer = shutil.copytree(checkout, tmp_path / "newer")
    for word in ("README.md.jinja", "Makefile"):
        with (newer / "template" / word).open("a") as file:
            file.write("\n# newer\n")

    def become(version: str) -> None:
        bundle = checkout if version == "0.0.2" else newer
        monkeypatch.setattr("mlops_init.template.render.version", lambda: version)
        monkeypatch.setattr("mlops_init.template.render.bundle", lambda: bundle)

    return become


def test_a_newer_template_is_brought_in(published: Callable[[str], None], tmp_path: Path) -> None:
    place = tmp_path / "old" / "churn"
    published("0.0.2")
    assert run_cli(place, "--level", 1).status == 0
    (place / "Makefile").unlink()
    commit(place)
    published("0.1.0")
    said = run_cli("upgrade", cwd=place)
    assert said.status == 0, said
    assert (place / "README.md").read_text().endswith("# newer\n")
    assert not (place / "Makefile").exists()  # taken away by its owner
    deleted = "you deleted these, the level changes them: they stay deleted\n  Makefile\n"
    assert deleted in said.out
    message = (place / ".git/MERGE_MSG").read_text()
    assert message == "Bring in the template of mlops-init 0.1.0\n"
    assert run_cli(tmp_path / "new/churn", "--level", 1).status == 0
    assert contents(place).items() <= contents(tmp_path / "new/churn").items()


def test_a_level_and_a_newer_template_come_in_one_step(
    published: Callable[[str], None], tmp_path: Path
) -> None:
    published("0.0.2")
    assert run_cli(tmp_path / "old/churn", "--level", 1).status == 0
    published("0.1.0")
    raised(tmp_path / "old/churn", 4)
    assert run_cli(tmp_path / "new/churn", "--level", 4).status == 0
    assert contents(tmp_path / "old/churn") == contents(tmp_path / "new/churn")


def plain(release: Path, place: Path, level: int, tag: str = "v0.0.2") -> None:
    """A project as plain Copier makes it, from a clone, with the lock file that uv writes."""
    import copier

    data = {"level": level}
    copier.run_copy(str(release), place, data=data, defaults=True, quiet=True, vcs_ref=tag)
    (place / "uv.lock").write_text("version = 1\n")
    run_git("init", "--quiet", cwd=place)
    commit(place)


@pytest.mark.parametrize(("old", "new"), [*combinations(LEVELS, 2), (4, 0)])
def test_copier_update_raises_too(
    release: Path, project: Project, tmp_path: Path, old: int, new: int
) -> None:
    import copier

    place = tmp_path / "churn"
    plain(release, place, old)
    copier.run_update(
        place, data={"level": new}, defaults=True, overwrite=True, quiet=True, vcs_ref="v0.0.2"
    )
    (place / "uv.lock").unlink()
    assert without_origin(place) == without_origin(project(new))


@pytest.mark.parametrize(("old", "new"), [(0, 4), (1, 1), (1, 3), (4, 1)])
def test_upgrade_raises_what_an_older_release_made(
    release: Path, project: Project, tmp_path: Path, old: int, new: int
) -> None:
    place = tmp_path / "churn"
    plain(release, place, old, tag="v0.0.1")
    assert (place / "docs/gone.md").exists() == (old > 0)
    words = ("--level", new) if new != old else ()
    said = run_cli("upgrade", *words, cwd=place)
    assert said.status == 0, said
    assert "a newer template" in said.out
    (place / "uv.lock").unlink()
    assert contents(place) == contents(project(new))


def test_a_project_of_a_newer_release_is_refused(
    published: Callable[[str], None], tmp_path: Path
) -> None:
    place = tmp_path / "churn"
    published("0.1.0")
    assert run_cli(place, "--level", 1).status == 0
    published("0.0.2")
    said = run_cli("upgrade", "--level", 2, cwd=place)
    assert (said.status, said.err) == (
        2,
        "churn was made by mlops-init 0.1.0, newer than this one (0.0.2): "
        "pip install --upgrade mlops-init.\n",
    )


def test_copier_update_raises_what_mlops_init_made(
    published: Callable[[str], None], project: Project, tmp_path: Path
) -> None:
    import copier

    published("0.0.2")
    assert run_cli(tmp_path / "churn", "--level", 1).status == 0
    copier.run_update(
        tmp_path / "churn", data={"level": 3}, defaults=True, overwrite=True, quiet=True
    )
    assert without_origin(tmp_path / "churn") == without_origin(project(3))


@pytest.mark.parametrize("relative", [False, True])
def test_upgrade_raises_what_plain_copier_made(
    release: Path,
    project: Project,
    tmp_path: Path,
    relative: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    place = tmp_path / "churn"
    clone = Path(shutil.copytree(release, tmp_path / "clone"))
    monkeypatch.chdir(tmp_path)
    plain(Path("clone") if relative else clone, place, 1)
    raised(place, 4)
    (place / "uv.lock").unlink()
    assert contents(place) == contents(project(4))


def test_a_release_that_is_not_what_was_recorded_is_refused(
    published: Callable[[str], None], tmp_path: Path
) -> None:
    place = tmp_path / "old" / "churn"
    published("0.0.2")
    assert run_cli(place, "--level", 1).status == 0
    answers = (place / ANSWERS).read_text()
    digest = yaml.safe_load(answers)["_template"]
    (place / ANSWERS).write_text(answers.replace(digest, "0" * 64))
    commit(place)
    assert (
        "cannot be had (the release holds another one)"
        in run_cli("upgrade", "--level", 2, cwd=place).err
    )
