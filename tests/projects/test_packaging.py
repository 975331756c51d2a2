"""A tag of a project publishes an image: its workflow under a local runner.

Docker, the registry and the attestation are stand-ins that record how they were called.
"""

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from mlops_init.project_commands import bundled_uv

from tests.support.generator import run_git
from tests.support.local_runner import Run, has_trigger, run_workflow

Own = Callable[[int], Path]
DOCKER = f"""#!{sys.executable}
import json, os, subprocess, sys
words = sys.argv[1:]
subprocess.run(["record", "docker", *words], check=True)
if "--metadata-file" in words:
    with open("built.json", "w") as file:
        json.dump({{"containerimage.digest": "sha256:" + "1" * 64}}, file)
if words[0] == "login":
    sys.stdin.read()
if "inspect" in words:
    print(690000000)
sys.exit(words[0] == os.environ.get("DOCKER_FAILS"))
"""


@pytest.fixture
def push_tag(own: Own, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Run]:
    """`push_tag(test="...")`: the workflow run for a tag of a project with this one test."""
    monkeypatch.setenv("PATH", f"{Path(bundled_uv()).parent}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.delenv("VIRTUAL_ENV", raising=False)

    def push(test: str) -> Run:
        project, at = own(1), tmp_path / "run"
        for file in sorted((project / "tests").rglob("*.py")):
            file.unlink()
        (project / "tests/test_mine.py").write_text(f'"""One test."""\n\n\n{test}')
        run_git("commit", "--quiet", "--all", "--message", "Mine", cwd=project)
        run_git("add", "tests/test_mine.py", cwd=project)
        (at / "bin").mkdir(parents=True)
        (at / "bin/docker").write_text(DOCKER)
        (at / "bin/docker").chmod(0o755)
        workflow = project / ".github/workflows/packaging.yml"
        assert has_trigger(workflow, "push", "refs/tags/v1.2.3")
        assert not has_trigger(workflow, "push", "refs/heads/main")
        return run_workflow(workflow, "push", "refs/tags/v1.2.3", at)

    return push


def test_a_tag_builds_tests_publishes_and_attests_an_image(push_tag: Callable[..., Run]) -> None:
    run = push_tag("def test_it() -> None: ...\n")
    assert run.status == 0, run.output
    called = [(call["name"], call["words"]) for call in run.calls]
    docker = [words for name, words in called if name == "docker"]
    assert [words[0] for words in docker] == ["buildx", "run", "login", "buildx", "image"]
    built, tried, _, published, _ = docker
    assert "--load" in built
    assert "--push" not in built
    assert {"--read-only", "--cap-drop"} <= set(tried)
    assert {"--sbom=true", "--provenance=mode=max", "--push"} <= set(published)
    tag = published[published.index("--tag") + 1]
    assert tag.startswith("ghcr.io/")
    assert tag.endswith(":v1.2.3")
    assert tag == tag.lower()
    assert called[-1][0] == "actions/attest"
    given = run.calls[-1]["with"]
    assert given["subject-digest"] == "sha256:" + "1" * 64
    assert given["subject-name"] == tag.removesuffix(":v1.2.3")


def test_a_failing_test_publishes_nothing(push_tag: Callable[..., Run]) -> None:
    run = push_tag("def test_it() -> None:\n    raise AssertionError\n")
    assert run.status != 0
    assert "1 failed" in run.output  # and nothing else went wrong before
    assert [call["name"] for call in run.calls if call["name"] != "astral-sh/setup-uv"] == []


def test_an_image_that_does_not_run_is_not_published(
    push_tag: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOCKER_FAILS", "run")
    run = push_tag("def test_it() -> None: ...\n")
    assert run.status != 0
    docker = [call["words"][0] for call in run.calls if call["name"] == "docker"]
    assert docker == ["buildx", "run"]
