"""`mlops-init doctor` shows which tools this machine has, and which levels work on it."""

import shutil
import tomllib
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from packaging.specifiers import SpecifierSet

from tests.support.generator import LEVELS, CommandResult, run_cli

Stub = Callable[[str, str], None]
Project = Callable[[int], Path]
FREE = "shutil.disk_usage"


@pytest.fixture
def stub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stub:
    """A machine with git only, a large disk, and the programs that a test adds to its PATH."""
    bin_ = tmp_path / "bin"
    bin_.mkdir()
    (bin_ / "git").symlink_to(str(shutil.which("git")))
    (bin_ / "sh").symlink_to("/bin/sh")
    monkeypatch.setenv("PATH", str(bin_))
    monkeypatch.setattr(FREE, lambda _: SimpleNamespace(free=50e9))

    def put(name: str, script: str) -> None:
        (bin_ / name).unlink(missing_ok=True)
        (bin_ / name).write_text(f"#!/bin/sh\n{script}\n")
        (bin_ / name).chmod(0o755)

    return put


def doctor(*words: str, status: int = 0) -> dict[str, str]:
    """The line of each tool, and all the rest."""
    result = run_cli("doctor", *words)
    assert (result.status, result.err) == (status, ""), result
    return lines(result)


def lines(result: CommandResult) -> dict[str, str]:
    table, *rest = result.out.split("\n\n")
    names = ("Python", "git", "uv", "disk", "package index", "containers")
    rows = [row.split(maxsplit=1) for row in table.splitlines()[1:]]
    found = {
        name: f"{state} {row}" for state, row in rows for name in names if row.startswith(name)
    }
    return found | {"rest": "\n".join(rest)}


def test_python_git_and_the_bundled_uv_are_enough(stub: Stub) -> None:
    found = doctor()
    assert [found[name][:2] for name in ("Python", "git", "uv", "disk")] == ["ok"] * 4
    assert ", bundled " in found["uv"]
    assert "50.0 GB free here" in found["disk"]
    assert found["containers"].startswith("no ")
    assert "no docker, no podman" in found["containers"]
    assert "Levels 0 to 4 work on this machine.\n" in found["rest"]
    assert "containers (optional)  install docker or podman\n" in found["rest"]
    assert found["rest"].endswith("mlops-init my-project  create a project\n")


def test_without_git_no_level_works(stub: Stub, tmp_path: Path) -> None:
    (tmp_path / "bin/git").unlink()
    found = doctor(status=1)
    assert found["git"].startswith("no git            not on this machine")
    assert "0 to 4  no history, no upgrade" in found["git"]
    assert "No level works on this machine yet.\n" in found["rest"]
    assert "git                    install git 2.38 or newer\n" in found["rest"]
    assert "my-project" not in found["rest"]


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("echo git version 2.37.9", "no git            2.37.9 is too old "),
        ("echo git version 2.38.0.windows.1", "ok git            2.38.0 "),
        ("echo git version 3.0.1", "ok git            3.0.1 "),
        ("echo git version 2.38-rc1", "ok git            2.38 "),
        ("exit 1", "no git            does not respond "),
        ("echo nonsense", "no git            does not respond "),
    ],
)
def test_the_version_of_git_is_checked(stub: Stub, script: str, expected: str) -> None:
    stub("git", script)
    found = doctor(status=int(expected.startswith("no")))
    assert found["git"].startswith(expected)


def test_the_uv_of_the_machine_comes_first(stub: Stub) -> None:
    stub("uv", "echo uv 7.7.7")
    assert doctor()["uv"].startswith("ok uv             7.7.7  ")


@pytest.mark.parametrize("broken", [True, False])
def test_without_a_uv_no_level_works(
    stub: Stub, monkeypatch: pytest.MonkeyPatch, broken: bool
) -> None:
    def gone() -> str:
        raise FileNotFoundError

    if broken:
        stub("uv", "exit 1")
    else:
        monkeypatch.setattr("uv.find_uv_bin", gone)
    found = doctor(status=1)
    assert ("does not respond" if broken else "not on this machine") in found["uv"]
    assert "No level works" in found["rest"]


@pytest.mark.parametrize("engine", ["docker", "podman"])
def test_an_engine_that_responds_is_ok(stub: Stub, engine: str) -> None:
    stub(engine, "echo 28.2.2")
    assert doctor()["containers"].startswith(f"ok containers     {engine} 28.2.2")


def test_a_daemon_that_is_down_fails_nothing(stub: Stub) -> None:
    stub("docker", 'echo "Cannot connect to the Docker daemon" >&2; exit 1')
    found = doctor()
    assert "docker does not respond" in found["containers"]
    assert "containers (optional)  start docker, or get access to it\n" in found["rest"]


def test_a_broken_engine_does_not_hide_a_working_one(stub: Stub) -> None:
    stub("docker", "exit 1")
    stub("podman", "echo 5.1")
    assert "podman 5.1" in doctor()["containers"]


def test_a_program_that_hangs_does_not_respond(stub: Stub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mlops_init.inspect.doctor.TIMEOUT", 0.2)
    stub("docker", "exec /bin/sleep 60")
    assert "docker does not respond" in doctor()["containers"]


def test_a_small_disk_is_enough_for_low_levels(stub: Stub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FREE, lambda _: SimpleNamespace(free=0.75e9))
    found = doctor(status=1)
    assert found["disk"].startswith("no disk           0.8 GB free here")
    assert "Levels 0 to 1 can be used on this machine, levels 2 to 4 not yet.\n" in found["rest"]
    assert "disk                   free " in found["rest"]
    monkeypatch.setattr(FREE, lambda _: SimpleNamespace(free=0.1e9))
    assert "No level works" in doctor(status=1)["rest"]


def test_the_index_is_only_checked_online(stub: Stub, tmp_path: Path) -> None:
    asked = f'[ "$1" = pip ] && : > {tmp_path}/asked'
    stub("uv", f"{asked}\necho uv 1.2.3")
    assert doctor()["package index"].startswith("? package index  not checked (--online)")
    assert not (tmp_path / "asked").exists()
    assert doctor("--online")["package index"].startswith("ok package index  responds")
    stub("uv", f"{asked} && exit 2\necho uv 1.2.3")
    found = doctor("--online", status=1)
    assert found["package index"].startswith("no package index  does not respond")
    assert "check the network and UV_DEFAULT_INDEX\n" in found["rest"]


def test_another_python_version_is_ok(stub: Stub, monkeypatch: pytest.MonkeyPatch) -> None:
    newer = SimpleNamespace(version_info=(3, 14, 0, "final", 0))
    monkeypatch.setattr("mlops_init.inspect.doctor.sys", newer)
    assert doctor()["Python"].startswith("ok Python         3.14.0, uv uses 3.13")


def test_the_python_versions_are_those_of_a_project(project: Project) -> None:
    from mlops_init.inspect.doctor import PYTHON_VERSIONS

    for level in LEVELS:
        declared = tomllib.loads((project(level) / "pyproject.toml").read_text())
        wanted = SpecifierSet(declared["project"]["requires-python"])
        runs = [minor for minor in range(30) if f"3.{minor}.1" in wanted]
        assert [(3, runs[0]), (3, runs[-1])] == [*PYTHON_VERSIONS]


def test_it_is_plain_text_of_80_columns_without_colors(stub: Stub) -> None:
    stub("docker", "exit 1")
    printed = run_cli("doctor").out.splitlines()
    assert [line for line in printed if line != line.rstrip() or len(line) > 80] == []
    assert "\x1b" not in "".join(printed)
    assert all(line[2:4].strip() in ("ok", "no", "?") for line in printed[1:7])


def test_it_needs_no_project_and_leaves_nothing(
    stub: Stub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    doctor()
    assert [*Path().iterdir()] == []
