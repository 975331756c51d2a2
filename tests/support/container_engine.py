"""A container engine of our own, and stand-ins for the base images that cannot be pulled here."""

import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

CLIENT, SERVER = Path("/usr/bin/docker"), Path("/usr/sbin/dockerd")  # Debian's docker.io
CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
LIBRARIES = "ca-certificates libssl3 libffi8 libsqlite3-0 libreadline8 libbz2-1.0 liblzma5 zlib1g"
NOT_COPIED = re.compile(r"^/(usr/share/(doc|man|locale)|var/cache)/")


class NoEngineError(Exception):
    """The reason why no container can run on this machine."""


@dataclass(frozen=True)
class Engine:
    """A running daemon."""

    socket: Path

    def docker(self, *words: str | Path, cwd: Path | None = None) -> str:
        """What docker prints."""
        return self.run(CLIENT, *words, cwd=cwd)

    def run(self, *words: str | Path, cwd: Path | None = None) -> str:
        """What a program prints that uses this engine."""
        done = subprocess.run(
            words,
            cwd=cwd,
            env=os.environ | {"DOCKER_HOST": f"unix://{self.socket}", "DOCKER_BUILDKIT": "1"},
            capture_output=True,
            text=True,
            check=False,
        )
        output = done.stdout + done.stderr
        assert done.returncode == 0, f"{' '.join(map(str, words))}:\n{output[-6000:]}"
        return done.stdout


@contextmanager
def engine(folder: Path) -> Iterator[Engine]:
    """A daemon with a socket and images of its own; NoEngineError if none can start."""
    for needed in (CLIENT, SERVER):
        if not needed.exists():
            raise NoEngineError(f"{needed} is not installed (Debian's package docker.io)")
    if os.geteuid() != 0:
        raise NoEngineError("dockerd needs root")
    folder.mkdir(parents=True)
    places = [f"--data-root={folder}/data", f"--exec-root={folder}/exec", f"-p={folder}/pid"]
    with (folder / "log").open("w") as log:
        daemon = subprocess.Popen(
            [SERVER, *places, f"-H=unix://{folder}/sock"], stdout=log, stderr=log
        )
    try:
        yield ready(Engine(folder / "sock"), daemon, folder / "log")
    finally:
        daemon.terminate()
        daemon.wait()
        # The daemon leaves this mount, and then nobody can delete the folder.
        subprocess.run(["umount", "--quiet", folder / "exec/netns/default"], check=False)


def ready(found: Engine, daemon: subprocess.Popen[bytes], log: Path) -> Engine:
    for _ in range(300):
        if daemon.poll() is not None:
            raise NoEngineError(f"dockerd does not start: {log.read_text().splitlines()[-1]}")
        try:
            found.docker("version")
            return found
        except AssertionError:
            time.sleep(0.1)
    raise NoEngineError("dockerd does not answer")


def build_image(found: Engine, project: Path, dockerfile: str, *words: str) -> None:
    """Build an image of a project. A stand-in has no digest, so that of the base is left out."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder, "Dockerfile")
        text = (project / dockerfile).read_text()
        copy.write_text(re.sub(r"@sha256:[0-9a-f]{64}", "", text))
        shutil.copy(project / f"{dockerfile}.dockerignore", f"{copy}.dockerignore")
        found.docker("build", "--file", copy, *words, ".", cwd=project)


def make_python(found: Engine, name: str, folder: Path) -> None:
    """An image like `python:3.12-slim`, from packages and the Python of this machine."""
    root = folder / "root"
    for each in ("bin", "sbin", "lib", "lib64"):
        (root / "usr" / each).mkdir(parents=True)
        (root / each).symlink_to(f"usr/{each}")
    for file in sorted(packaged()):
        target = root / file.relative_to("/")
        inside = target.parent.resolve().is_relative_to(root.resolve())
        if inside and not (target.exists() or target.is_symlink()):
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(file, target, follow_symlinks=False)
    (root / "tmp").mkdir(exist_ok=True)
    (root / "tmp").chmod(0o1777)
    copy_python(root)
    settings = ["ENV PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin"]
    settings += [f"ENV {word}={CERTIFICATES}" for word in ("SSL_CERT_FILE", "PIP_CERT")]
    archive = folder / "root.tar"
    subprocess.run(["tar", "-C", root, "-cf", archive, "."], check=True)
    changes = [word for each in settings for word in ("--change", each)]
    found.docker("import", *changes, archive, name)
    shutil.rmtree(root)
    archive.unlink()


def packaged() -> set[Path]:
    """The files of what every Debian system has, and of the libraries Python needs."""
    listed = "${Package} ${Essential} ${Priority}\n"
    lines = subprocess.check_output(["dpkg-query", "-W", "-f", listed], text=True).splitlines()
    wanted = {line.split()[0] for line in lines if " yes " in line or line.endswith("required")}
    simulated = ["apt-cache", "depends", "--recurse", "--no-recommends", "--no-suggests"]
    simulated += ["--no-conflicts", "--no-breaks", "--no-replaces", "--no-enhances", "--installed"]
    needed = subprocess.check_output([*simulated, *LIBRARIES.split(), *sorted(wanted)], text=True)
    wanted |= {line for line in needed.splitlines() if re.fullmatch(r"[a-z0-9.+-]+", line)}
    files = subprocess.run(
        ["dpkg-query", "-L", *sorted(wanted)], capture_output=True, text=True, check=False
    ).stdout.splitlines()
    found = {Path(file) for file in files if file.startswith("/") and not NOT_COPIED.match(file)}
    found |= {CERTIFICATES, Path("/etc/passwd"), Path("/etc/group"), Path("/etc/shadow")}
    return {file for file in found if file.is_symlink() or file.is_file()}


def copy_python(root: Path) -> None:
    """The interpreter that runs the tests, with pip, below /usr/local."""
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    local, library = root / "usr/local", Path(sysconfig.get_path("stdlib"))
    (local / "bin").mkdir(parents=True, exist_ok=True)
    shutil.copy2(Path(sys.base_prefix, "bin", version), local / "bin" / version)
    for shared in Path(sys.base_prefix, "lib").glob(f"lib{version}.so*"):
        shutil.copy2(shared, root / "usr/lib" / shared.name)
    unwanted = shutil.ignore_patterns("test", "__pycache__", "*-packages", "config-*", "idlelib")
    shutil.copytree(library, local / "lib" / version, ignore=unwanted, dirs_exist_ok=True)
    for name in ("python3", "python"):
        (local / "bin" / name).symlink_to(version)
    install = "import ensurepip; ensurepip.bootstrap()"
    subprocess.run(["chroot", root, "/sbin/ldconfig"], check=True)
    subprocess.run(["chroot", root, "/usr/local/bin/python3", "-c", install], check=True)
    if not (local / "bin/pip").exists():
        (local / "bin/pip").symlink_to("pip3")
