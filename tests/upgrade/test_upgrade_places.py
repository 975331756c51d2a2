"""`mlops-init upgrade` works in any kind of repository and with any git settings."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.generator import commit, contents, run_cli, run_git, upgrade_cleanly

Project = Callable[[int], Path]


def read_index(place: Path) -> dict[str, str]:
    """The mode and the object of each path."""
    lines = run_git("ls-files", "-z", "--stage", cwd=place).split("\0")
    return {line.split("\t")[1]: line.split("\t")[0] for line in lines if line}


def test_a_sub_folder(own: Project, project: Project) -> None:
    place = own(1)
    top = place.parent
    shutil.rmtree(place / ".git")
    run_git("init", "--quiet", cwd=top)
    commit(top)
    (top / "elsewhere").write_text("not committed")
    upgrade_cleanly(place, 3)
    assert contents(place) == contents(project(3))
    assert (top / "elsewhere").exists()


def test_a_path_with_spaces_signs_and_other_letters(
    own: Project, project: Project, tmp_path: Path
) -> None:
    place = tmp_path / "Über uns: 模型" / 'a "b" [c]'
    shutil.copytree(own(1), place, symlinks=True)
    (place / "naïve: ☃.md").write_text("mine\n")
    commit(place)
    upgrade_cleanly(place, 3)
    assert contents(project(3)).items() <= contents(place).items()
    assert run_cli("upgrade", "--abort", cwd=place).status == 0
    assert (place / "naïve: ☃.md").read_text() == "mine\n"


@pytest.mark.parametrize("autocrlf", ["true", "input"])
def test_line_endings_of_the_work_tree(own: Project, project: Project, autocrlf: str) -> None:
    place = own(1)
    run_git("config", "core.autocrlf", autocrlf, cwd=place)
    upgrade_cleanly(place, 3)
    assert read_index(place) == read_index(upgrade_copy(project(1), place.parent / "lf", 3))
    assert run_git("status", "--porcelain", cwd=place).count("\n") > 20
    assert run_cli("upgrade", "--abort", cwd=place).status == 0
    assert contents(place) == contents(project(1))


def upgrade_copy(project: Path, place: Path, level: int) -> Path:
    shutil.copytree(project, place, symlinks=True)
    upgrade_cleanly(place, level)
    return place


def test_an_attribute_that_converts_line_endings(own: Project) -> None:
    place = own(1)
    with (place / ".gitattributes").open("a") as attributes:
        attributes.write("*.md text eol=crlf\n")
    commit(place)
    upgrade_cleanly(place, 2)
    assert b"\r\n" in (place / "docs/how-to/tracking.md").read_bytes()
    assert run_git("diff", "--name-only", cwd=place) == ""


@pytest.mark.skipif(os.name == "nt", reason="Windows has no executable bit")
def test_modes_that_git_does_not_trust(own: Project) -> None:
    place = own(1)
    (place / "run.sh").write_text("echo mine\n")
    (place / "run.sh").chmod(0o755)
    commit(place)
    run_git("config", "core.fileMode", "false", cwd=place)
    upgrade_cleanly(place, 4)
    assert read_index(place)["run.sh"].startswith("100755")
    assert os.access(place / "run.sh", os.X_OK)


LFS = """#!/bin/sh
# Stands in for git-lfs: what is stored is a pointer, what lies in the work tree is the file.
case $1 in
clean) printf 'pointer to '; od -An -tx1 -v | tr -d ' \\n' ;;
smudge) sed 's/^pointer to //' | xxd -r -p ;;
esac
"""


@pytest.mark.skipif(not shutil.which("xxd"), reason="the stand-in for git-lfs needs xxd")
def test_files_kept_by_a_filter_such_as_git_lfs(own: Project, tmp_path: Path) -> None:
    place = own(0)
    script = tmp_path / "lfs"
    script.write_text(LFS)
    script.chmod(0o755)
    run_git("config", "filter.lfs.clean", f"'{script}' clean", cwd=place)
    run_git("config", "filter.lfs.smudge", f"'{script}' smudge", cwd=place)
    run_git("config", "filter.lfs.required", "true", cwd=place)
    with (place / ".gitattributes").open("a") as attributes:
        attributes.write("*.parquet filter=lfs diff=lfs merge=lfs -text\n")
    run_git("add", "--renormalize", ".", cwd=place)
    commit(place)
    assert run_git("show", ":data/flights.parquet", cwd=place).startswith("pointer to ")
    sample = (place / "data/flights.parquet").read_bytes()
    upgrade_cleanly(place, 4)
    assert (place / "data/flights.parquet").read_bytes() == sample
    assert run_git("show", ":data/flights.parquet", cwd=place).startswith("pointer to ")


def test_a_filter_that_is_not_on_this_machine_is_named(own: Project) -> None:
    place = own(0)
    with (place / ".gitattributes").open("a") as attributes:
        attributes.write("docs/how-to/validation.md filter=gone\n")
    commit(place)
    run_git("config", "filter.gone.smudge", "no-such-program", cwd=place)
    run_git("config", "filter.gone.required", "true", cwd=place)
    before = contents(place)
    result = run_cli("upgrade", "--level", 1, cwd=place)
    assert result.status == 2
    assert "cannot run no-such-program" in result.err
    assert result.err.count("\n") == 1
    assert [path.name for path in (place / ".git").glob("mlops-init*")] == ["mlops-init.lock"]
    assert contents(place) == before
    assert run_git("status", "--porcelain", cwd=place) == ""


def test_hooks_do_not_run_and_cannot_stop_it(own: Project) -> None:
    place = own(0)
    for hook in ("pre-commit", "post-checkout", "post-index-change", "reference-transaction"):
        script = place / ".git/hooks" / hook
        script.parent.mkdir(exist_ok=True)
        script.write_text(f"#!/bin/sh\ntouch '{place}/{hook}-ran'\nexit 1\n")
        script.chmod(0o755)
    upgrade_cleanly(place, 2)
    assert list(place.glob("*-ran")) == []


def test_signed_commits_ask_for_no_key(own: Project) -> None:
    place = own(0)
    run_git("config", "commit.gpgSign", "true", cwd=place)
    run_git("config", "gpg.program", "/no/such/program", cwd=place)
    upgrade_cleanly(place, 1)


UNUSUAL = """
[apply]
whitespace = error
[color]
ui = always
[commit]
gpgsign = true
[core]
autocrlf = input
fileMode = false
quotePath = true
[diff]
context = 0
external = false
mnemonicPrefix = true
noprefix = true
relative = true
renames = false
[feature]
manyFiles = true
[index]
version = 4
[merge]
conflictStyle = diff3
directoryRenames = false
ff = only
renames = false
[rerere]
enabled = true
autoUpdate = true
[status]
relativePaths = true
showUntrackedFiles = no
"""


def test_settings_of_git_change_nothing(
    own: Project, project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = own(0)
    (tmp_path / "unusual").write_text(UNUSUAL)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "unusual"))
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "of a hook"))
    (place / "not-mine.txt").write_text("")
    assert "has uncommitted changes" in run_cli("upgrade", "--level", 4, cwd=place).err
    (place / "not-mine.txt").unlink()
    assert run_cli("upgrade", "--level", 4, cwd=place).status == 0
    assert contents(place) == contents(project(4))
    assert run_cli("upgrade", "--abort", cwd=place).status == 0
    assert contents(place) == contents(project(0))


def test_an_index_in_two_parts(own: Project, project: Project) -> None:
    place = own(0)
    run_git("config", "core.splitIndex", "true", cwd=place)
    run_git("update-index", "--split-index", cwd=place)
    upgrade_cleanly(place, 3)
    assert contents(place) == contents(project(3))
    assert run_cli("upgrade", "--abort", cwd=place).status == 0
    assert run_git("status", "--porcelain", cwd=place) == ""
