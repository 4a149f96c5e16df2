"""Tools of the npm registry and a site as in production, for the measurements beside this file."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent
CACHE = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "diaspora-benchmarks"


def need(program: str, package: str) -> str:
    """Where a program is; where it is missing, the line that installs it."""
    found = shutil.which(program)
    if found is None:
        sys.exit(f"{program} is missing: apt-get install {package}")
    return found


def from_npm(package: str) -> Path:
    """The folder of an npm package, installed into the cache when it is not there.

    Without the packages' install scripts: vnu-jar's would download a Java, which we take from the system.
    """
    folder = CACHE / "node_modules" / package
    if not folder.exists():
        npm = [need("npm", "npm"), "install", "--prefix", str(CACHE), "--ignore-scripts", "--no-audit"]
        CACHE.mkdir(parents=True, exist_ok=True)
        if subprocess.run([*npm, "--no-fund", "--loglevel=error", package]).returncode:
            sys.exit(f"npm cannot install {package}; see above.")
    return folder


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """The demonstration's data, served by gunicorn as a real site serves its own; the address.

    Not as a demonstration: that tells search engines to list nothing, which Lighthouse counts as a fault.
    """
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    environment = {
        name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "REDIS_URL"}
    }
    environment |= {"DATA_FOLDER": str(folder), "BASE_URL": address, "OPERATOR_NAME": "Punte"}
    loading = {**environment, "DEMONSTRATION": "true"}
    flask = [sys.executable, "-m", "flask", "--app", "wsgi"]
    for command in (["db", "upgrade"], ["demonstration", "load"]):
        subprocess.run([*flask, *command], cwd=HERE, env=loading, check=True, stdout=subprocess.DEVNULL)
    gunicorn = [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--threads", "4"]
    server = subprocess.Popen(
        [*gunicorn, "--no-control-socket", "--log-level", "warning", "wsgi:app"],
        cwd=HERE,
        env={**environment, "DEMONSTRATION": "false", "RATE_LIMITS": "false"},
    )
    try:
        _wait_for(f"{address}/healthz", server)
        yield address
    finally:
        server.terminate()
        server.wait(timeout=20)


def _wait_for(address: str, server: subprocess.Popen[bytes]) -> None:
    for _ in range(240):
        if server.poll() is not None:
            sys.exit("The site did not start; see above.")
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except OSError:
            time.sleep(0.25)
    sys.exit("The site does not answer.")
