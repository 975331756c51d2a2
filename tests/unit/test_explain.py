"""`mlops-init explain PATH` shows why a file exists, and whether the user changed it."""

import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.generator import commit, contents, run_cli, run_git, upgrade_cleanly

Project = Callable[[int], Path]


def read_explanation(path: object, cwd: Path) -> dict[str, str]:
    """The text of each label."""
    result = run_cli("explain", path, cwd=cwd)
    assert result.status == 0, result
    found: dict[str, str] = {}
    label = ""
    for line in result.out.splitlines()[2:]:
        if not line:
            break
        name, text = line[2:11].strip(), line[2:]
        label = name.split("  ")[0] if re.match(r"\S", text) else label
        words = text.removeprefix(label).strip()
        found[label] = f"{found[label]} {words}" if label in found else words
    return found


def test_a_file_has_a_part_a_reason_and_a_clause(project: Project) -> None:
    assert read_explanation("docs/how-to/serving.md", project(3)) == {
        "part of": "serving (level 3, Automated deployment)",
        "why": "an API that switches models without downtime",
        "commands": "serve",
        "clause": "releases are automatic (Microsoft's maturity model, level 3)",
        "state": "as generated",
    }


@pytest.mark.parametrize("level", [0, 2, 4])
def test_no_file_of_a_new_project_is_changed(project: Project, level: int) -> None:
    place = project(level)
    result = run_cli("explain", cwd=place)
    assert f"  state  {len(contents(place))} as generated\n" in result.out
    assert "by you" not in result.out
    assert "yours" not in result.out


def test_no_file_of_an_upgraded_project_is_changed(own: Project) -> None:
    place = own(1)
    upgrade_cleanly(place, 3)
    result = run_cli("explain", ".", cwd=place)
    assert f"  state  {len(contents(place))} as generated\n" in result.out


def test_a_change_is_counted_and_shown(own: Project) -> None:
    place = own(2)
    file = place / "src/churn/features.py"
    before = file.read_bytes()
    first, *rest = before.splitlines(keepends=True)
    file.write_bytes(b"".join([b"# mine\n", b"# too\n", *rest]))
    commit(place)
    result = run_cli("explain", "src/churn/features.py", cwd=place)
    assert "  state     changed by you: +2 -1\n" in result.out
    assert result.out.endswith(
        "mlops-init explain src/churn/features.py --patch  what you changed\n"
    )
    patch = run_cli("explain", "src/churn/features.py", "--patch", cwd=place).out
    assert patch.startswith("diff --git a/src/churn/features.py b/src/churn/features.py\n")
    assert f"-{first.decode()}+# mine\n+# too\n" in patch
    undo_patch(patch, place)
    assert file.read_bytes() == before


def undo_patch(patch: str, cwd: Path) -> None:
    subprocess.run(["git", "apply", "-R"], input=patch.encode(), cwd=cwd, check=True)


def test_a_new_executable_bit_is_a_change(own: Project) -> None:
    place = own(0)
    (place / "Makefile").chmod(0o755)
    assert read_explanation("Makefile", place)["state"] == "changed by you: executable bit"


def test_a_link_in_the_place_of_a_file_is_a_change(own: Project) -> None:
    place = own(0)
    (place / "Makefile").rename(place / "mine")
    (place / "Makefile").symlink_to("mine")
    assert read_explanation("Makefile", place)["state"].startswith("changed by you: +1 -")
    assert read_explanation("mine", place)["state"] == "yours: part of no level"


def test_my_files_are_shown_as_mine(own: Project) -> None:
    place = own(2)
    (place / "src/churn/mine.py").write_text("MINE = True\n")
    assert read_explanation("src/churn/mine.py", place) == {"state": "yours: part of no level"}
    (place / "docs/how-to/serving.md").write_text("mine\n")
    found = read_explanation("docs/how-to/serving.md", place)
    assert found["state"] == "yours: level 3 has a file with this name"


def test_a_deleted_file_can_be_restored(own: Project) -> None:
    place = own(2)
    (place / "docs/reference/data-card.md").unlink()
    commit(place)
    result = run_cli("explain", "docs/reference/data-card.md", cwd=place)
    assert "  state     deleted by you\n" in result.out
    assert "mlops-init explain docs/reference/data-card.md --patch | git apply -R" in result.out
    undo_patch(run_cli("explain", "docs/reference/data-card.md", "--patch", cwd=place).out, place)
    assert read_explanation("docs/reference/data-card.md", place)["state"] == "as generated"


@pytest.mark.parametrize("path", ["docs/how-to/serving.md", "src/churn/serving"])
def test_files_of_a_higher_level_are_shown(project: Project, path: str) -> None:
    result = run_cli("explain", path, cwd=project(1))
    assert "part of   serving (level 3, Automated deployment)\n" in result.out
    assert re.search(r"  state     (comes|\d+ come) with level 3\n", result.out)
    assert "  mlops-init upgrade --level 3  add it\n" in result.out


def test_a_folder_is_the_sum_of_its_files(own: Project) -> None:
    place = own(3)
    folder = place / "src/churn/serving"
    files = len(contents(folder))
    (folder / "app.py").write_text("mine\n")
    (folder / "active_release.py").unlink()
    (folder / "mine.py").write_text("mine\n")
    result = run_cli("explain", "src/churn/serving", cwd=place)
    assert result.out.startswith("src/churn/serving/\n\n  part of   serving (level 3,")
    assert read_explanation("src/churn/serving", place)["state"] == (
        f"{files - 2} as generated 1 changed by you (~) 1 yours (+) 1 deleted by you (-)"
    )
    deleted = "-     ├── active_release.py"
    for line in (r"~     ├── app.py  \+1 -\d+", r"\+     └── mine.py", deleted):
        assert re.search(f"^{line}$", result.out, re.M), result.out


def test_a_folder_of_several_parts_lists_them(own: Project) -> None:
    place = own(2)
    (place / "notes").mkdir()
    for number in range(100):
        (place / f"notes/{number}.md").write_text("mine\n")
    result = run_cli("explain", ".", cwd=place)
    for name in ("core", "checks", "tracking"):
        assert re.search(rf"^  \d      {name} +\d+ ", result.out, re.M), result.out
    assert "serving" not in result.out
    assert "come with levels 3 to 4\n" in result.out
    assert "+ └── notes/  (100)\n" in result.out
    assert read_explanation("notes", place) == {"state": "100 yours (+)"}


def test_run_time_files_are_not_changes(own: Project) -> None:
    place = own(2)
    (place / "var/runs").mkdir(parents=True)
    for path in ("uv.lock", "var/runs/model", "src/churn/__pycache__/x.pyc"):
        (place / path).parent.mkdir(exist_ok=True)
        (place / path).write_text("left")
    assert "yours" not in run_cli("explain", ".", cwd=place).out
    assert read_explanation("var/runs", place)["state"] == "git ignores it"
    assert read_explanation("src/churn/__pycache__", place) == {"state": "git ignores it"}
    assert "uv writes it" in read_explanation("uv.lock", place)["why"]
    assert read_explanation(".venv", place)["state"] == "does not exist yet"


def test_a_path_is_relative_to_the_current_folder(own: Project) -> None:
    place = own(2)
    (place / "src/churn/tracking/recorder.py").unlink()
    typed = "mlops-init explain tracking/recorder.py --patch | git apply -R"
    result = run_cli("explain", "tracking/recorder.py", cwd=place / "src/churn")
    assert result.out.startswith("src/churn/tracking/recorder.py\n")
    assert typed in result.out
    absolute = run_cli("explain", place / "src/churn/tracking/recorder.py", cwd=Path("/"))
    assert "deleted by you" in absolute.out
    assert "deleted by you" in run_cli("explain", cwd=place / "src/churn").out


def test_a_project_below_the_top_of_a_repository_is_explained(own: Project) -> None:
    place = own(0)
    shutil.rmtree(place / ".git")
    run_git("init", "--quiet", cwd=place.parent)
    (place / "Makefile").unlink()
    undo_patch(run_cli("explain", "Makefile", "--patch", cwd=place).out, place)
    assert read_explanation("Makefile", place)["state"] == "as generated"


RULES = {  # where git reads rules, in a project below the top of a repository
    ".gitignore": "a.scratch",
    "src/.gitignore": "b.scratch",
    "../.git/info/exclude": "c.scratch",
    "../.gitignore": "caches/",
}


def test_what_git_ignores_by_any_of_its_rules_is_neither_mine_nor_unknown(own: Project) -> None:
    place = own(0)
    shutil.rmtree(place / ".git")
    run_git("init", "--quiet", cwd=place.parent)
    (place / "src/caches").mkdir()
    for rules, pattern in RULES.items():
        with (place / rules).open("a") as file:
            file.write(f"{pattern}\n")
        ignored = f"{pattern}rows.bin" if pattern.endswith("/") else pattern
        (place / "src" / ignored).write_text("mine\n")
    shown = run_cli("explain", "src", cwd=place).out
    assert "scratch" not in shown
    assert "caches" not in shown
    for path in ("src/c.scratch", "src/caches/rows.bin"):
        assert read_explanation(path, place) == {"state": "git ignores it"}


def test_a_generated_file_that_git_ignores_is_not_deleted(own: Project) -> None:
    place = own(1)
    (place / ".git/info/exclude").write_text("docs/\n")
    assert read_explanation("docs/how-to/checks.md", place)["state"] == "as generated"
    result = run_cli("explain", "docs/chekcs.md", cwd=place)
    assert "does not exist yet" in result.out
    assert "deleted" not in run_cli("explain", "chekcs.md", cwd=place).err


def test_a_path_with_a_line_break_stays_on_one_line(own: Project) -> None:
    place = own(0)
    path = "notes/a\nb.md"
    missing = run_cli("explain", path, cwd=place)
    assert missing.status == 2
    assert missing.err.startswith("notes/a\\nb.md is neither in this project nor in any level")
    assert missing.err.count("\n") == 1
    (place / "notes").mkdir()
    (place / path).write_text("mine\n")
    assert run_cli("explain", path, cwd=place).out.startswith("notes/a\\nb.md\n\n  state")
    (place / "c\nd.md").write_text("mine\n")
    assert "+ ├── c\\nd.md\n" in run_cli("explain", ".", cwd=place).out


def test_it_is_plain_text_of_80_columns_and_changes_nothing(own: Project) -> None:
    place = own(4)
    (place / "Makefile").unlink()
    before = contents(place)
    lines = run_cli("explain", ".", cwd=place).out.splitlines()
    assert [line for line in lines if line != line.rstrip() or len(line) > 80] == []
    assert "\x1b" not in "".join(lines)
    assert contents(place) == before
