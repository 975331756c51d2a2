"""`mlops-init upgrade` refuses with one sentence and changes nothing."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from filelock import FileLock

from tests.support.generator import commit, contents, run_cli, run_git, upgrade_cleanly

Project = Callable[[int], Path]

ANSWERS = ".copier-answers.yml"
NO_LEVEL = "level: true\nproject_name: churn\npackage_name: churn\n"


def refused(project: Path, *words: object) -> str:
    """One sentence, status 2, and nothing changed."""
    before = contents(project), run_git("status", "--porcelain", "--ignored", cwd=project)
    result = run_cli("upgrade", *words, cwd=project)
    assert result.status == 2, result
    assert result.err.count("\n") == 1
    after = contents(project), run_git("status", "--porcelain", "--ignored", cwd=project)
    assert after == before
    return result.err


def test_same_level_is_refused(own: Project) -> None:
    sentence = refused(own(3), "--level", 3)
    assert sentence == "churn is already at level 3. See its content: mlops-init levels 3\n"


def test_nothing_newer_is_refused(own: Project) -> None:
    place = own(2)
    result = "churn is at level 2 and up to date. Upgrade it: mlops-init upgrade --level 3\n"
    assert refused(place) == result
    assert "mlops-init upgrade churn --level 3" in run_cli("upgrade", "churn", cwd=place.parent).err


def test_nothing_newer_at_the_top_is_refused(own: Project) -> None:
    assert refused(own(4)) == "churn is at level 4 and up to date.\n"


def test_a_level_that_does_not_exist_is_refused(own: Project) -> None:
    assert refused(own(3), "--level", 7) == "7 is not a level: choose 0 to 4.\n"


def test_without_git_it_is_refused(own: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    place = own(0)
    monkeypatch.setenv("PATH", "")
    result = run_cli("upgrade", "--level", 1, cwd=place)
    assert (result.status, result.err) == (
        2,
        "Upgrading a project needs git, which is not on this machine: install it.\n",
    )


def test_changes_are_refused(own: Project) -> None:
    place = own(0)
    (place / "new.txt").write_text("mine")
    assert refused(place, "--level", 1).endswith(
        "has uncommitted changes: commit or stash them first.\n"
    )


def test_a_second_upgrade_before_the_commit_is_refused(own: Project) -> None:
    place = own(0)
    upgrade_cleanly(place, 1)
    sentence = refused(place, "--level", 2)
    assert "is staged: commit it, or undo it with mlops-init upgrade --abort." in sentence


def test_an_operation_in_progress_is_refused(own: Project) -> None:
    place = own(0)
    head = run_git("rev-parse", "HEAD", cwd=place)
    (place / ".git/MERGE_HEAD").write_text(head)
    assert "A merge is in progress in " in refused(place, "--level", 1)


@pytest.mark.parametrize(
    ("name", "operation"),
    [
        ("CHERRY_PICK_HEAD", "cherry-pick"),
        ("REVERT_HEAD", "revert"),
        ("rebase-merge", "rebase"),
        ("rebase-apply", "rebase"),
        ("BISECT_LOG", "bisect"),
    ],
)
def test_every_operation_in_progress_is_named(own: Project, name: str, operation: str) -> None:
    place = own(0)
    (place / ".git" / name).write_text(run_git("rev-parse", "HEAD", cwd=place))
    assert f"A {operation} is in progress in {place}: finish or abort" in refused(place)


def test_a_bare_repository_is_refused(own: Project) -> None:
    place = own(0)
    run_git("config", "core.bare", "true", cwd=place)
    result = run_cli("upgrade", "--level", 1, cwd=place)
    assert result.status == 2
    assert result.err == f"{place} belongs to a bare repository: upgrade a clone of it.\n"


def test_a_running_process_is_named(own: Project) -> None:
    place = own(2)
    (place / "var").mkdir()
    with FileLock(place / "var/model.lock"):
        sentence = refused(place, "--level", 3)
    assert sentence == f"A process is running in {place} and holds var/model.lock: stop it first.\n"
    upgrade_cleanly(place, 3)  # a lock that nobody holds is no obstacle


def test_an_older_git_is_named(own: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    place = own(0)
    monkeypatch.setattr("mlops_init.git.repository.OLDEST_GIT", (99, 0))
    assert "an upgrade needs 99.0 or newer." in refused(place, "--level", 1)


def test_staged_changes_elsewhere_are_refused(own: Project) -> None:
    place = own(0)
    shutil.rmtree(place / ".git")
    run_git("init", "--quiet", cwd=place.parent)
    commit(place.parent)
    (place.parent / "elsewhere").write_text("mine")
    run_git("add", "elsewhere", cwd=place.parent)
    assert "Changes are staged elsewhere in " in refused(place, "--level", 1)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (None, "is not a project of mlops-init, it has no .copier-answers.yml: name the top "),
        ("a: [", ".copier-answers.yml is not YAML: restore it from git."),
        ("level: high", ".copier-answers.yml has no level or no names: restore it from git."),
        (NO_LEVEL, ".copier-answers.yml has no level or no names: restore it from git."),
    ],
)
def test_a_project_without_answers_is_refused(
    own: Project, text: str | None, sentence: str
) -> None:
    place = own(0)
    (place / ANSWERS).unlink()
    if text:
        (place / ANSWERS).write_text(text)
    commit(place)
    assert sentence in refused(place, "--level", 1)


@pytest.mark.parametrize("folder", [".", "nowhere"])
def test_a_folder_that_is_not_a_project_is_refused(tmp_path: Path, folder: str) -> None:
    result = run_cli("upgrade", folder, cwd=tmp_path)
    assert result.status == 2
    assert "is not a project of mlops-init, it has no .copier-answers.yml" in result.err


def test_no_repository_is_refused(own: Project) -> None:
    place = own(0)
    shutil.rmtree(place / ".git")
    result = run_cli("upgrade", "--level", 1, cwd=place)
    assert result.status == 2
    assert "is not in a git repository: run git init and commit" in result.err


def test_no_commit_is_refused(own: Project) -> None:
    place = own(0)
    shutil.rmtree(place / ".git")
    run_git("init", "--quiet", cwd=place)
    assert "has no commit yet: commit the project first." in refused(place, "--level", 1)


def test_the_index_lock_of_another_git_command_is_kept(own: Project) -> None:
    place = own(0)
    (place / ".git/index.lock").write_text("")
    sentence = refused(place, "--level", 1)
    assert sentence.startswith("Another git command is running in ")


def test_an_interrupted_upgrade_is_undone(own: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    place = own(0)

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("mlops_init.upgrade.apply._delete_empty_folders", stop)
    before = contents(place)
    result = run_cli("upgrade", "--level", 4, cwd=place)
    assert (result.status, result.err) == (130, "Stopped.\n")
    assert contents(place) == before
    assert run_git("status", "--porcelain", "--ignored", cwd=place) == ""
    assert not (place / ".git/MERGE_MSG").exists()


def test_an_unavailable_template_is_refused(own: Project) -> None:
    place = own(1)
    answers = (place / ANSWERS).read_text()
    digest = yaml.safe_load(answers)["_template"]
    (place / ANSWERS).write_text(answers.replace(digest, "0" * 64))
    commit(place)
    assert "is not available (the project records no release of it)" in refused(place, "--level", 2)
