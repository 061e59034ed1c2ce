"""A real PostgreSQL for tests: a throw-away cluster of Debian's binaries, reached by a socket in its folder.

The server refuses to run as root; there it runs as `nobody`. Skipped only where the binaries are not there
(packaging/debian-packages.txt names them).
"""

import itertools
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

_NAMES = (f"klarsyn_{n}" for n in itertools.count())


def binaries() -> Path | None:
    """The folder of the server's programs, of the newest version that is installed."""
    found = [*Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    if found:
        return max(found, key=lambda path: int(path.parts[-3])).parent
    initdb = shutil.which("initdb")
    return Path(initdb).resolve().parent if initdb else None


@pytest.fixture(scope="module")
def postgresql() -> Iterator[Callable[..., str]]:
    """Return the URL of a new, empty database of a cluster that lives as long as the module's tests."""
    programs = binaries()
    if programs is None:
        pytest.skip("PostgreSQL's programs are not installed here (apt-get install postgresql)")
    folder = Path(tempfile.mkdtemp(prefix="klarsyn-pg-"))
    account = pwd.getpwnam("nobody") if os.getuid() == 0 else None
    if account is not None:
        os.chown(folder, account.pw_uid, account.pw_gid)

    def call(program: str, *words: str) -> None:
        as_whom = {} if account is None else {"user": account.pw_uid, "group": account.pw_gid}
        extra = {} if account is None else {"extra_groups": []}
        done = subprocess.run(
            [programs / program, "-D", folder / "data", *words],
            cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, **as_whom, **extra,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr

    # What it holds is gone with the tests, so nothing needs to reach the disk.
    served = f"-k {folder} -c listen_addresses='' -c fsync=off -c shared_buffers=16MB -c timezone=Asia/Tokyo"
    try:
        call("initdb", "-U", "klarsyn", "-A", "trust", "--no-sync", "-E", "UTF8", "--locale=C")
        call("pg_ctl", "-w", "-l", str(folder / "log"), "-o", served, "start")
        try:

            def url(database: str, options: str = "") -> str:
                tail = f"&options={options}" if options else ""
                return f"postgresql+psycopg://klarsyn@/{database}?host={folder}{tail}"

            def new() -> str:
                name = next(_NAMES)
                server = create_engine(url("postgres"), isolation_level="AUTOCOMMIT")
                with server.connect() as connection:
                    connection.execute(text(f"CREATE DATABASE {name}"))
                server.dispose()
                return url(name)

            yield new
        finally:
            call("pg_ctl", "-w", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder)
