"""`mlops-init diff A B` shows the difference between two levels, as a tree and as a patch."""

import re
import shlex
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.generator import contents, run_cli, run_git
from tests.unit.test_terminal import PROGRAM, environment
from tests.upgrade.test_templates import plain, without_origin

Project = Callable[[int], Path]


def parse_tree(out: str) -> dict[str, set[str]]:
    """The paths in a tree by the marks in its margin."""
    found: dict[str, set[str]] = {"+": set(), "~": set(), "-": set()}
    folders: list[str] = []
    for line in out.splitlines():
        guides, branch, name = line[2:].partition("── ")
        if branch:
            name = name.split("  ")[0]
            folders = [*folders[: len(guides) // 4], name]
            if not name.endswith("/"):
                found[line[0]].add("".join(folders))
    return found


def apply_patch(place: Path, old: int, new: int) -> None:
    """Type `mlops-init diff A B --patch | git apply` in a folder."""
    words = shlex.join([*PROGRAM, "diff", str(old), str(new), "--patch"])
    pipe = f"{words} | git apply"
    done = subprocess.run(
        pipe, shell=True, cwd=place, env=environment(), capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(("old", "new"), [(0, 1), (1, 4), (4, 2)])
def test_every_file_that_differs_is_in_the_tree(project: Project, old: int, new: int) -> None:
    before, after = contents(project(old)), contents(project(new))
    result = run_cli("diff", old, new, cwd=project(old))
    assert result.status == 0, result
    expected = {
        "+": after.keys() - before.keys(),
        "~": {path for path in before.keys() & after.keys() if before[path] != after[path]},
        "-": before.keys() - after.keys(),
    }
    assert parse_tree(result.out) == expected
    counts = re.search(r"(\d+) added \(\+\) · (\d+) changed \(~\) · (\d+) deleted", result.out)
    assert counts
    assert [int(each) for each in counts.groups()] == [len(each) for each in expected.values()]


@pytest.mark.parametrize(("old", "new"), [(0, 1), (2, 1), (2, 3), (4, 0)])
def test_a_patch_makes_the_other_level(own: Project, project: Project, old: int, new: int) -> None:
    place = own(old)
    apply_patch(place, old, new)
    assert contents(place) == contents(project(new))


def test_a_patch_uses_the_answers_of_the_project(tmp_path: Path) -> None:
    words = ["--name", "Late planes", "--package", "planes", "--example", "late-arrival"]
    for level in (1, 2):
        assert run_cli(str(level), *words, "--level", level, cwd=tmp_path).status == 0
    result = run_cli("diff", 1, 2, cwd=tmp_path / "1")
    assert result.out.startswith("Late planes: level 1 → 2, Automated training\n")
    assert "src/planes/" in result.out
    apply_patch(tmp_path / "1", 1, 2)
    assert contents(tmp_path / "1") == contents(tmp_path / "2")


def test_a_project_below_the_top_of_a_repository_gets_its_patch(
    own: Project, project: Project
) -> None:
    place = own(1)
    shutil.rmtree(place / ".git")
    run_git("init", "--quiet", cwd=place.parent)
    apply_patch(place, 1, 2)
    assert contents(place) == contents(project(2))


def test_a_project_is_found_from_its_folders_and_by_its_name(project: Project) -> None:
    place = project(1)
    here = run_cli("diff", 1, 2, "--patch", cwd=place).out
    assert run_cli("diff", 1, 2, "--patch", cwd=place / "src/churn").out == here
    assert run_cli("diff", 1, 2, "--patch", "--project", "churn", cwd=place.parent).out == here


def test_a_project_of_plain_copier_gets_its_patch(
    release: Path, project: Project, tmp_path: Path
) -> None:
    plain(release, tmp_path / "churn", 1)
    apply_patch(tmp_path / "churn", 1, 2)
    (tmp_path / "churn/uv.lock").unlink()  # the user's
    assert without_origin(tmp_path / "churn") == without_origin(project(2))


@pytest.mark.parametrize("foreign", [None, "_src_path: gh:else/where\nproject_name: x\n"])
def test_outside_a_project_it_compares_new_projects(
    tmp_path: Path, project: Project, foreign: str | None
) -> None:
    if foreign:  # a project of another template
        (tmp_path / ".copier-answers.yml").write_text(foreign)
    result = run_cli("diff", 2, 3, cwd=tmp_path)
    assert result.status == 0, result
    assert result.out.startswith("a new project: level 2 → 3, Automated deployment\n")
    assert parse_tree(result.out)["+"] == contents(project(3)).keys() - contents(project(2)).keys()


def test_git_settings_of_the_user_do_not_change_a_patch(
    own: Project, project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = "[diff]\nnoprefix = true\ncontext = 0\nexternal = false\nmnemonicPrefix = true\n"
    settings += "[color]\nui = always\n[core]\nautocrlf = true\nquotePath = false\n"
    (tmp_path / "gitconfig").write_text(settings)
    place = own(1)
    monkeypatch.setenv("GIT_EXTERNAL_DIFF", "false")
    result = run_cli("diff", 1, 2, "--patch", cwd=place)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "gitconfig"))
    assert run_cli("diff", 1, 2, "--patch", cwd=place) == result
    assert "\x1b" not in result.out


def test_it_prints_the_next_commands(project: Project) -> None:
    place = project(2)
    up, down = run_cli("diff", 2, 3, cwd=place), run_cli("diff", 2, 0, cwd=place)
    assert "  mlops-init upgrade --level 3  upgrade churn\n" in up.out
    assert "  mlops-init upgrade --level 0  lower churn\n" in down.out
    assert "  mlops-init upgrade .. --level 3  " in run_cli("diff", 2, 3, cwd=place / "src").out
    assert "  mlops-init levels 4 " in run_cli("diff", 3, 4, cwd=place).out


def test_it_is_plain_text_of_80_columns(tmp_path: Path) -> None:
    for words in (["0", "4"], ["4", "0"]):
        lines = run_cli("diff", *words, cwd=tmp_path).out.splitlines()
        assert [line for line in lines if line != line.rstrip() or len(line) > 80] == []
        assert "\x1b" not in "".join(lines)


def test_nothing_changes(own: Project) -> None:
    place = own(1)
    (place / "Makefile").write_text("mine")
    before = contents(place)
    assert run_cli("diff", 1, 4, cwd=place).status == 0
    assert contents(place) == before


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["2", "2"], "Both levels are 2: name two levels, as in mlops-init diff 1 2.\n"),
        (["2", "7"], "7 is not a level: choose 0 to 4.\n"),
        (["high", "2"], "high is not a level: choose 0 to 4.\n"),
        (["2"], "Missing argument 'B'. (mlops-init --help)\n"),
        (
            ["1", "2", "--project", "nowhere"],
            "nowhere is not a project of mlops-init, it has no .copier",
        ),
    ],
)
def test_bad_input_is_one_sentence(tmp_path: Path, words: list[str], sentence: str) -> None:
    result = run_cli("diff", *words, cwd=tmp_path)
    assert (result.status, result.out) == (2, "")
    assert sentence in result.err
    assert result.err.count("\n") == 1


def test_an_unavailable_template_is_refused(own: Project) -> None:
    place = own(1)
    answers = place / ".copier-answers.yml"
    answers.write_text(re.sub("_template: .*", f"_template: {'0' * 64}", answers.read_text()))
    result = run_cli("diff", 1, 2, cwd=place)
    assert result.status == 2
    assert (
        "is not available (the project records no release of it): use the mlops-init" in result.err
    )


def test_without_git_it_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    result = run_cli("diff", 1, 2, cwd=tmp_path)
    sentence = "A comparison needs git, which is not on this machine: install it.\n"
    assert (result.status, result.err) == (2, sentence)


def test_a_closed_pipe_is_not_an_error(project: Project) -> None:
    words = shlex.join([*PROGRAM, "diff", "0", "4", "--patch"])
    done = subprocess.run(
        f"{words} | true",
        shell=True,
        cwd=project(0),
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
