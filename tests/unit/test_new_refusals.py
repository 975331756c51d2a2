"""`mlops-init new` refuses wrong input with one sentence and leaves nothing behind."""

import os
import signal
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from tests.support.generator import commit, run_cli, run_git

Project = Callable[[int], Path]


def refused(tmp_path: Path, *words: object) -> str:
    """One sentence, status 2, and nothing left behind; a dry run says the same."""
    before = sorted(tmp_path.rglob("*"))
    result = run_cli(*words, cwd=tmp_path)
    assert run_cli(*words, "--dry-run", cwd=tmp_path) == result
    assert result.status == 2, result
    assert result.err.count("\n") == 1
    assert sorted(tmp_path.rglob("*")) == before
    return result.err


ANOTHER = "choose another package name. (--package)\n"
REFUSALS = [
    (["churn", "--level", "7"], "7 is not a level: choose 0 to 4."),
    (["churn", "--set", "level=x"], "x is not a level: choose 0 to 4."),
    (
        ["churn", "--name", "9 lives"],
        'use letters, digits, spaces, - and _, starting with a letter, not "9 lives". (--name)',
    ),
    (
        ["9lives"],
        'use letters, digits, spaces, - and _, starting with a letter, not "9lives". (--name)',
    ),
    (["churn", "--package", "9x"], "use up to 30 lower-case letters, digits and _, "),
    (["churn", "--package", "Churn"], 'not "Churn". (--package)'),
    (["churn", "--package", "a" * 31], f'not "{"a" * 31}". (--package)'),
    (["churn", "--package", "json"], f'"json" is a name in Python: {ANOTHER}'),
    (["churn", "--package", "test"], f'"test" is a name in Python: {ANOTHER}'),
    (["churn", "--package", "class"], f'"class" is a name in Python: {ANOTHER}'),
    (["churn", "--package", "git"], f'"git" is the name of a library: {ANOTHER}'),
    (["churn", "--package", "conf"], f'"conf" is the name of a folder: {ANOTHER}'),
    *(
        (["churn", "--package", name], f'"{name}" cannot be a folder on Windows: {ANOTHER}')
        for name in ("con", "aux", "nul", "prn", "com1", "lpt9")
    ),
    (["serving"], f'"serving" is a capability of level 3: {ANOTHER}'),
    (
        ["churn", "--example", "iris"],
        '"iris" is not a valid example: choose none, air-time, late-arrival.',
    ),
    (["churn", "--set", "levle=3"], '"levle" is not a question: answer level, project_name, '),
    (["churn", "--set", "levels=3"], '"levels" is not a question: answer level, project_name, '),
    (["churn", "--set", "level"], '"level" is not an answer: write --set name=answer.'),
    (["churn", "--answers", "none.yml"], "none.yml cannot be read (No such file or directory)"),
    (["churn", "--answers", "broken.yml"], "broken.yml is not YAML"),
    (["churn", "--answers", "list.yml"], "list.yml contains no answers"),
    (["churn", "--answers", "typo.yml"], '"levle" is not a question'),
    (["full"], "full contains files that the project also has (Makefile, docs): move them away"),
    (["list.yml"], "list.yml is a file: name a folder."),
    (["list.yml/churn"], "list.yml is a file: name a folder."),
    ([], "Name the folder of the project: mlops-init my-project."),
    (["--defaults"], "Name the folder of the project: mlops-init my-project."),
    (["upgrde"], "upgrde is not a command: type mlops-init upgrade, or"),
    (["help"], "help is not a command: type mlops-init --help, or mlops-init new help"),
    (["--hlep"], "No such option: --hlep"),
    (["churn", "--lvel", "3"], "No such option: --lvel"),
    (["churn", "--example", "none", "--run"], "declare your data in conf/data.yml"),
]


@pytest.mark.parametrize(("words", "sentence"), REFUSALS, ids=lambda each: str(each)[:40])
def test_a_refusal_is_one_sentence(tmp_path: Path, words: list[str], sentence: str) -> None:
    (tmp_path / "full").mkdir()
    files = {
        "broken.yml": "a: [",
        "list.yml": "- 1",
        "typo.yml": "levle: 3",
        "full/Makefile": "",
        "full/docs": "",
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    assert sentence in refused(tmp_path, *words)


def test_no_git_is_a_refusal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    sentence = refused(tmp_path, "churn")
    assert (
        sentence
        == "A project needs git, which is not on this machine: install it, or use --no-git.\n"
    )


def test_a_project_inside_a_project_is_refused(own: Project) -> None:
    place = own(2)
    sentence = "is already a project of level 2. Upgrade it: mlops-init upgrade"
    assert refused(place, ".").startswith(f"This {sentence} --level 3")
    assert sentence in refused(place, "sub/project")
    assert sentence in refused(place.parent, "churn", "--level", "3")


def test_existing_files_are_never_deleted(tmp_path: Path) -> None:
    broken = tmp_path / "churn/.git"
    broken.mkdir(parents=True)
    (broken / "mine").write_text("no repository, but mine")
    assert "also has (.git): move them away" in refused(tmp_path, "churn")
    assert (broken / "mine").read_text() == "no repository, but mine"


def test_no_upgrade_is_suggested_at_the_highest_level(own: Project) -> None:
    assert (
        refused(own(4), ".") == "This is already a project of level 4: name a folder outside it.\n"
    )


@pytest.mark.parametrize("wrong", [KeyboardInterrupt, OSError("no space"), RuntimeError, None])
def test_a_failure_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wrong: BaseException | None
) -> None:
    def fail(*_: object) -> None:
        if wrong:
            raise wrong
        os.kill(os.getpid(), signal.SIGTERM)

    monkeypatch.setattr("mlops_init.new.create.create_repository", fail)
    for target in ("churn", "deep/er/churn"):
        with suppress(RuntimeError):
            assert run_cli(target, cwd=tmp_path).status in (2, 130, 143)
        assert list(tmp_path.iterdir()) == []


def test_a_repository_of_another_user_is_named_with_the_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_git("init", "--quiet", str(tmp_path / "churn"), cwd=tmp_path)
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")  # git's own switch for its tests
    place = tmp_path / "churn"
    sentence = (
        f"git does not read {place}, because another user owns it: if you trust it, "
        f"git config --global --add safe.directory {place}\n"
    )
    assert refused(place, ".") == sentence
    assert refused(place, "sub/project") == sentence
    monkeypatch.delenv("GIT_TEST_ASSUME_DIFFERENT_OWNER")
    assert run_cli(".", "--level", 0, cwd=place).status == 0
    commit(place)
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    (place / "rows.csv").write_text("a,b\n1,2\n")
    for words in (["upgrade"], ["explain"], ["data", "--data", "rows.csv", "--target", "b"]):
        result = run_cli(*words, cwd=place)
        assert (result.status, result.err) == (2, sentence)
