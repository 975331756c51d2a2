"""HAProxy in front of replicas of a server, as Debian packages it."""

import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.support.stores import free_ports

PROGRAM = Path("/usr/sbin/haproxy")
CONFIG = """
global
  stats socket {folder}/admin.sock
defaults
  mode http
  timeout connect 1s
  timeout client 60s
  timeout server 60s
  option redispatch 1
frontend api
  bind 127.0.0.1:{port}
  default_backend replicas
backend replicas
  option http-server-close
  option httpchk GET /readyz
  default-server check inter 200ms fall 1 rise 1
"""


class NoLoadBalancerError(Exception):
    """The reason why none can run on this machine."""


@dataclass(frozen=True)
class LoadBalancer:
    """A running one. It sends requests to those replicas that are ready."""

    port: int
    folder: Path

    def ready_replicas(self) -> int:
        with socket.socket(socket.AF_UNIX) as admin:
            admin.connect(str(self.folder / "admin.sock"))
            admin.sendall(b"show stat\n")
            lines = b"".join(iter(lambda: admin.recv(10_000), b"")).decode().splitlines()
        return sum(line.startswith("replicas,replica") and ",UP," in line for line in lines)


@contextmanager
def load_balancer(ports: list[int], folder: Path) -> Iterator[LoadBalancer]:
    """HAProxy, until the block ends; NoLoadBalancerError if it is not installed."""
    if not PROGRAM.exists():
        raise NoLoadBalancerError(f"{PROGRAM} is not installed (Debian's package haproxy)")
    (port,) = free_ports(1)
    servers = [f"  server replica{port} 127.0.0.1:{port}\n" for port in ports]
    config = folder / "haproxy.cfg"
    config.write_text(CONFIG.format(folder=folder, port=port) + "".join(servers))
    with (folder / "log").open("w") as log:
        process = subprocess.Popen([PROGRAM, "-f", config], stdout=log, stderr=log)
    try:
        yield LoadBalancer(port, folder)
    finally:
        process.terminate()
        process.wait()
