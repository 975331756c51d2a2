"""`mlops-init upgrade` works in every kind of repository that git creates."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.generator import commit, contents, run_cli, run_git, upgrade_cleanly

Project = Callable[[int], Path]


def create_sparse_clone(origin: Path, place: Path) -> Path:
    clone(origin, place, "--sparse")
    return place


def create_sparse_index(origin: Path, place: Path) -> Path:
    clone(origin, place, "--sparse")
    run_git("sparse-checkout", "set", "--sparse-index", "src", cwd=place)
    return place


def create_partial_clone(origin: Path, place: Path) -> Path:
    run_git("config", "uploadpack.allowFilter", "true", cwd=origin)
    clone(origin, place, "--filter=blob:none", "--sparse")
    return place


def create_shallow_clone(origin: Path, place: Path) -> Path:
    clone(origin, place, "--depth=1")
    run_git("switch", "--quiet", "--detach", cwd=place)
    return place


def create_linked_work_tree(origin: Path, place: Path) -> Path:
    run_git("worktree", "add", "--quiet", "-b", "other", str(place), cwd=origin)
    return place


def create_submodule(origin: Path, place: Path) -> Path:
    run_git("init", "--quiet", str(place), cwd=origin.parent)
    allow = ("-c", "protocol.file.allow=always")
    run_git(*allow, "submodule", "--quiet", "add", str(origin), "churn", cwd=place)
    return place / "churn"


def create_sha256_repository(origin: Path, place: Path) -> Path:
    shutil.copytree(origin, place, ignore=shutil.ignore_patterns(".git"))
    run_git("init", "--quiet", "--object-format=sha256", cwd=place)
    commit(place)
    return place


def clone(origin: Path, place: Path, *options: str) -> None:
    run_git("clone", "--quiet", *options, origin.as_uri(), str(place), cwd=origin.parent)


@pytest.mark.parametrize(
    "create",
    [
        create_sparse_clone,
        create_sparse_index,
        create_partial_clone,
        create_shallow_clone,
        create_linked_work_tree,
        create_submodule,
        create_sha256_repository,
    ],
)
def test_a_repository_of_every_kind(
    own: Project, project: Project, tmp_path: Path, create: Callable[[Path, Path], Path]
) -> None:
    origin = own(1)
    (origin / "docs/index.md").write_text("mine\n")
    commit(origin)
    place = create(origin, tmp_path / "place")
    before = contents(place)
    upgrade_cleanly(place, 3)
    tracked = run_git("ls-files", cwd=place).split("\n")[:-1]
    assert run_cli("upgrade", "--abort", cwd=place).status == 0
    assert contents(place) == before
    assert run_git("status", "--porcelain", cwd=place) == ""
    expected = {**contents(project(3)), "docs/index.md": (False, b"mine\n")}
    assert set(tracked) == set(expected)


def test_files_outside_a_sparse_checkout_are_deleted_with_their_level(
    own: Project, tmp_path: Path
) -> None:
    place = create_sparse_clone(own(1), tmp_path / "place")
    upgrade_cleanly(place, 3)
    run_git("commit", "--quiet", "--message", "Upgraded", cwd=place)
    run_git("sparse-checkout", "reapply", cwd=place)  # new files leave the work tree as well
    assert not (place / "src").exists()
    upgrade_cleanly(place, 1)
    run_git("commit", "--quiet", "--message", "Lowered", cwd=place)
    assert run_git("diff", "HEAD~2", "HEAD", cwd=place) == ""
