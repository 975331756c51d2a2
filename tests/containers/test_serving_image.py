"""The image of the API is built from the generated Dockerfile and serves releases of a store.

The base image is a stand-in, which is larger than the real one: sizes are counted without it.
"""

import json
import re
import shutil
import subprocess
import sysconfig
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import yaml

from tests.support.container_engine import Engine, build_image
from tests.support.generator import run_cli
from tests.support.projects import Install, InstalledProject, serve_first_model
from tests.support.stores import free_ports, s3

MB = 1_000_000
BASE = 125 * MB  # python:3.12-slim of Docker Hub, about
LIMITS = {"compiled": 350 * MB, "general": 550 * MB}
HARDENED = ["--read-only", "--tmpfs=/tmp", "--cap-drop=ALL", "--security-opt=no-new-privileges"]
TOOLS = ["pip", "uv", "git", "gcc", "cc", "make"]
KEY = "a-key-of-the-test"


@pytest.fixture(scope="module")
def released(install: Install) -> InstalledProject:
    """A level 3 project with an active release."""
    installed = install(3)
    serve_first_model(installed)
    return installed


@pytest.fixture(scope="module")
def images(docker: Engine, released: InstalledProject) -> dict[str, str]:
    """target -> the image that is built from it."""
    for target in LIMITS:
        words = ["--target", target, "--tag", f"churn-api:{target}"]
        build_image(docker, released.folder, "deploy/serving/Dockerfile", *words)
    return {target: f"churn-api:{target}" for target in LIMITS}


@contextmanager
def running(docker: Engine, image: str, *words: str) -> Iterator[str]:
    """The address of a server in a container, with a key."""
    (port,) = free_ports(1)
    options = ["--detach", f"--publish=127.0.0.1:{port}:8000", f"--env=CHURN_SERVING_KEYS={KEY}"]
    container = docker.docker("run", *HARDENED, *options, *words, image).strip()
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        print(docker.docker("logs", container))
        docker.docker("rm", "--force", container)


def volume(docker: Engine, name: str, folder: Path) -> list[str]:
    """A volume with the releases of a folder, which belong to the user of the image."""
    copy = "cp -r /from/. /to && chown -R 10001 /to"
    mounts = [f"--volume={folder}:/from:ro", f"--volume={name}:/to"]
    docker.docker("run", "--rm", *mounts, "python:3.12-slim", "sh", "-c", copy)
    return [f"--volume={name}:/app/var/releases"]


def check(released: InstalledProject, url: str, status: int = 0) -> str:
    return released.run(f"releases check {url}", status=status, CHURN_CONTAINERS_KEY=KEY)


def status(url: str, **headers: str) -> int:
    """The status of a response, once the server listens."""
    for _ in range(300):
        try:
            request = urllib.request.Request(url, headers=headers)
            with urllib.request.urlopen(request, timeout=10) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            time.sleep(0.2)
    raise AssertionError(f"{url} does not answer")


@pytest.mark.parametrize("target", LIMITS)
def test_an_image_is_small_and_has_no_build_tool_and_no_privileged_user(
    docker: Engine, images: dict[str, str], target: str
) -> None:
    def inside(script: str) -> str:
        words = [*HARDENED, "--entrypoint", "sh", images[target], "-c", script]
        return docker.docker("run", "--rm", *words)

    size, base = (
        int(docker.docker("image", "inspect", "--format", "{{.Size}}", image))
        for image in (images[target], "python:3.12-slim")
    )
    weights = inside("du -sm /app/.venv/lib/python3*/site-packages/* | sort -rn | head -12")
    print(f"{(size - base) / MB:.0f} MB without the base image, of it in MB:\n{weights}")
    assert size - base + BASE <= LIMITS[target]
    assert inside(f"command -v {' '.join(TOOLS)} || true") == ""
    assert inside("id -u").strip() == "10001"
    assert inside("touch /app/mine 2>/dev/null || echo refused") == "refused\n"
    assert inside("ls /app").split() == ["conf", "start.sh", "var"]


def test_without_a_key_it_does_not_start(docker: Engine, images: dict[str, str]) -> None:
    with pytest.raises(AssertionError, match=r"anyone who reaches 0\.0\.0\.0 could send requests"):
        docker.docker("run", "--rm", *HARDENED, images["compiled"])


def test_without_a_release_it_is_alive_and_not_ready(
    docker: Engine, images: dict[str, str]
) -> None:
    with running(docker, images["compiled"], "--health-interval=1s", "--name=early") as url:
        assert status(f"{url}/livez") == 200
        assert status(f"{url}/model") == 401
        assert status(f"{url}/model", Authorization=f"Bearer {KEY}") == 503
        form = "{{.State.Health.Status}}"
        for _ in range(150):
            if docker.docker("inspect", "--format", form, "early").strip() == "healthy":
                break
            time.sleep(0.2)
        else:
            raise AssertionError("the health check does not succeed")


def test_it_serves_the_releases_of_a_mounted_volume(
    docker: Engine, images: dict[str, str], released: InstalledProject
) -> None:
    mount = volume(docker, "releases", released.folder / "var/releases")
    with running(docker, images["compiled"], *mount) as url:
        assert "20 golden rows have the right predictions" in check(released, url)
        wrong = released.run(f"releases check {url}", status=2, CHURN_CONTAINERS_KEY="wrong")
        assert "/predict answers 401" in wrong


def test_a_model_that_is_not_compiled_is_served_by_the_general_image(
    docker: Engine, images: dict[str, str], released: InstalledProject, tmp_path: Path
) -> None:
    releases = shutil.copytree(released.folder / "var/releases", tmp_path / "releases")
    (digests,) = releases.glob("*/digests.json")
    kept = json.loads(digests.read_text())
    for file in ("compiled.json", "compiled.treelite"):
        del kept[file]
        (digests.parent / file).unlink()
    digests.write_text(json.dumps(kept))
    mount = volume(docker, "general", releases)
    with running(docker, images["general"], *mount) as url:
        assert "20 golden rows have the right predictions" in check(released, url)


def test_it_follows_the_state_branch(
    docker: Engine, images: dict[str, str], released: InstalledProject, tmp_path: Path
) -> None:
    """The repository is in a volume here; `git+https` differs in the transport alone."""
    forge = tmp_path / "forge.git"
    released.shell_output(f"git init -q --bare {forge}; git remote add origin {forge}")
    released.run("state publish")
    mount = [f"--volume={forge}:/forge.git:ro", "--tmpfs=/app/var:uid=10001"]
    mount += ["--env=CHURN_CONTAINERS_STORE=git+file:///forge.git"]
    with running(docker, images["compiled"], *mount) as url:
        assert "20 golden rows have the right predictions" in check(released, url)


def test_it_follows_a_bucket(
    docker: Engine, images: dict[str, str], released: InstalledProject, tmp_path: Path
) -> None:
    (port,) = free_ports(1)
    with s3(tmp_path / "s3") as keys:
        store = keys | {"CHURN_CONTAINERS_STORE": "s3://models-of-churn/releases"}
        env = store | {"CHURN_SERVING_PORT": str(port), "CHURN_CONTAINERS_PULL_SECONDS": "1"}
        words = [f"--env={name}={value}" for name, value in env.items()]
        with running(docker, images["compiled"], "--network=host", *words):
            url = f"http://127.0.0.1:{port}"
            assert status(f"{url}/readyz") == 503
            released.run("releases push", 0, **store)
            assert "20 golden rows have the right predictions" in check(released, url)


def test_it_runs_as_the_manifest_of_kubernetes_says(
    docker: Engine, images: dict[str, str], released: InstalledProject, tmp_path: Path
) -> None:
    """User, privileges, memory, mounted settings and keys are those of the manifest."""
    folder = tmp_path / "churn"
    result = run_cli(folder, "--level", 3, "--with", "kubernetes", "--defaults")
    assert result.status == 0, result.err
    manifest = yaml.safe_load_all(render(folder / "deploy/kubernetes/overlays/production"))
    (pod,) = [each["spec"]["template"]["spec"] for each in manifest if each["kind"] == "Deployment"]
    (container,) = pod["containers"]
    (folder / "keys/keys").parent.mkdir()
    (folder / "keys/keys").write_text(KEY)
    sources = {"conf": folder / "conf", "keys": folder / "keys"}
    context, security = pod["securityContext"], container["securityContext"]
    assert security["readOnlyRootFilesystem"] and not security["allowPrivilegeEscalation"]
    words = [f"--user={context['runAsUser']}:{context['runAsGroup']}"]
    words += [f"--memory={container['resources']['limits']['memory'].removesuffix('i')}"]
    words += [f"--env={each['name']}={each['value']}" for each in container["env"]]
    for mount in container["volumeMounts"]:
        name, path = mount["name"], mount["mountPath"]
        source = sources.get(name)
        words += [f"--volume={source}:{path}:ro" if source else f"--tmpfs={path}:uid=10001"]
    releases = volume(docker, "as-in-kubernetes", released.folder / "var/releases")
    with running(docker, images["general"], *words, *releases) as url:
        assert "20 golden rows have the right predictions" in check(released, url)


def render(overlay: Path) -> str:
    kubectl = shutil.which("kubectl") or Path(sysconfig.get_path("scripts"), "kubectl")
    return subprocess.check_output([kubectl, "kustomize", overlay], text=True)


def test_base_images_are_pinned_by_digest(released: InstalledProject) -> None:
    text = (released.folder / "deploy/serving/Dockerfile").read_text()
    stages = set(re.findall(r" AS (\w[\w-]*)", text))
    bases = [base for base in re.findall(r"^FROM (\S+)", text, re.M) if base not in stages]
    assert len(bases) == 1
    assert re.fullmatch(r"python:[\d.]+-slim@sha256:[0-9a-f]{64}", bases[0])
