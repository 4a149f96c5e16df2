#!/usr/bin/env python3
"""Everything that a person at this checkout does: run, test, lint, types, migrate, lock, messages.

Needs nothing but Python itself; what the site needs is installed into .venv from the hash-locked lists.
"""

import argparse
import hashlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

HERE = Path(__file__).resolve().parent
VENV = HERE / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
OLDEST = (3, 11)
LOCKS = ("bootstrap", "", "production", "dev")
DEMONSTRATION_PASSWORD = "demo-diaspora-2026"
ACCOUNTS = (
    ("scientist@example.org", "a scientist abroad"),
    ("graduate@example.org", "a graduate abroad"),
    ("institution@example.org", "the lead of an institution"),
    ("officer@example.org", "a case officer"),
    ("reviewer@example.org", "the chair of the commission"),
    ("finance@example.org", "a finance officer"),
    ("data.protection@example.org", "the data-protection officer"),
    ("admin@example.org", "an administrator"),
)


class Trouble(Exception):
    """Something that the person at the keyboard can mend; shown as one line."""


def call(*command, quiet=False, **options):
    """Run a command; its failure is ours, and what it says about that is shown even when it is quiet."""
    shown = subprocess.DEVNULL if quiet else None
    result = subprocess.run([str(part) for part in command], cwd=str(HERE), stdout=shown, **options)
    if result.returncode:
        raise SystemExit(result.returncode)


def lock_file(name, ending="txt"):
    """`requirements.txt` and its three sisters."""
    return HERE / (f"requirements-{name}.{ending}" if name else f"requirements.{ending}")


def ensure_venv():
    """Make .venv with this Python, or again where its Python is gone."""
    if PYTHON.exists() and subprocess.run([str(PYTHON), "-c", ""], capture_output=True).returncode == 0:
        return
    print("Making .venv ...", flush=True)
    made = subprocess.run(
        [sys.executable, "-m", "venv", "--clear", str(VENV)], capture_output=True, text=True
    )
    if made.returncode == 0:
        return
    said = (made.stdout + made.stderr).strip()
    if "ensurepip" in said:
        raise Trouble("This Python lacks venv. On Debian and Ubuntu: apt-get install python3-venv")
    raise Trouble("Cannot make {}: {}".format(VENV, said.splitlines()[-1] if said else "no reason given"))


def install(name):
    """Install a locked list unless exactly that has been done already."""
    lock = lock_file(name)
    stamp = VENV / (".installed-" + (name or "run"))
    wanted = hashlib.sha256(lock.read_bytes() + sys.version.encode()).hexdigest()
    if stamp.exists() and stamp.read_text() == wanted:
        return
    print(f"Installing {lock.name} ...", flush=True)
    pip = [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes"]
    uv = BIN / ("uv.exe" if os.name == "nt" else "uv")
    if not uv.exists():
        subprocess.run(
            [str(x) for x in [*pip, "-r", lock_file("bootstrap")]], cwd=str(HERE), capture_output=True
        )
    fast = [uv, "pip", "install", "--quiet", "--python", PYTHON, "--require-hashes", "--no-build", "-r", lock]
    said = ""
    for command in ([fast] if uv.exists() else []) + [[*pip, "--only-binary", ":all:", "-r", lock]]:
        done = subprocess.run([str(x) for x in command], cwd=str(HERE), capture_output=True, text=True)
        if done.returncode == 0:
            stamp.write_text(wanted)
            return
        said = done.stderr.strip() or done.stdout.strip()
    reason = [line for line in said.splitlines() if line.strip()][-1:] or ["no reason given"]
    raise Trouble(f"Cannot install {lock.name}; is the package index reachable? {reason[0].strip()}")


def prepare(*names):
    """Make the environment and install these lists."""
    try:
        ensure_venv()
        for name in names:
            install(name)
    except OSError as error:
        raise Trouble(f"Cannot write into {HERE}: {error.strerror or error}") from None


def flask(*arguments, env=None, **options):
    """A command of the site."""
    call(PYTHON, "-m", "flask", "--app", "wsgi", *arguments, env=env, **options)


def free(host, port):
    """Refuse a port that cannot be served on."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise Trouble(
                f"Cannot serve on {host}:{port} ({error.strerror or error}). "
                f"Choose another port: python3 dev.py run --port {port + 1}"
            ) from None


def demonstration_environment(data, address):
    """What the demonstration runs with, unless the caller's environment says otherwise."""
    environment = dict(os.environ)
    environment.setdefault("DEMONSTRATION", "true")
    environment.setdefault("DATA_FOLDER", str(data))
    environment.setdefault("BASE_URL", address)
    environment.setdefault("OPERATOR_NAME", "Punte (demonstration)")
    return environment


def run(options):
    """Serve the demonstration until Ctrl-C."""
    free(options.host, options.port)
    prepare("")
    data = Path(os.environ.get("DATA_FOLDER", str(HERE / "instance")))
    if options.fresh:
        if os.environ.get("DATABASE_URL") or os.environ.get("DATA_FOLDER"):
            raise Trouble(
                "--fresh empties only the demonstration's folder: unset DATABASE_URL and DATA_FOLDER."
            )
        shutil.rmtree(str(data), ignore_errors=True)
    try:
        data.mkdir(parents=True, exist_ok=True)
        (data / ".writable").touch()
    except OSError as error:
        raise Trouble(f"Cannot write into {data}: {error.strerror or error}") from None
    address = "http://{}:{}".format(
        f"[{options.host}]" if ":" in options.host else options.host, options.port
    )
    environment = demonstration_environment(data, address)
    flask("db", "upgrade", env=environment, quiet=True)
    flask("demonstration", "load", env=environment)
    serve(options, environment, address)


def serve(options, environment, address):
    """The web server and the worker beside it; both end together."""
    signal.signal(signal.SIGTERM, lambda *_: (_ for _ in ()).throw(KeyboardInterrupt()))
    server = [
        PYTHON,
        "-m",
        "gunicorn",
        "--bind",
        f"{options.host}:{options.port}",
        "--threads",
        "8",
    ]
    server += ["--no-control-socket", "--log-level", "warning", "wsgi:app"]
    worker = [PYTHON, "-m", "flask", "--app", "wsgi", "worker"]
    children = []
    try:
        for command in (server, worker):
            children.append(subprocess.Popen([str(x) for x in command], cwd=str(HERE), env=environment))
        wait_until_served(address, children[0])
        print(f"\nPunte is at {address}\n")
        print(f"Accounts of the demonstration, all with the password {DEMONSTRATION_PASSWORD}:")
        for email, who in ACCOUNTS:
            print(f"  {email:28} {who}")
        print("\nMails are printed here instead of being sent. Ctrl-C ends it.", flush=True)
        while all(child.poll() is None for child in children):
            time.sleep(0.5)
        raise Trouble("The server or its worker ended by itself; see above.")
    except KeyboardInterrupt:
        print("\nStopped.")
    finally:
        for child in children:
            if child.poll() is None:
                child.terminate()
        for child in children:
            try:
                child.wait(timeout=10)
            except subprocess.TimeoutExpired:
                child.kill()


def wait_until_served(address, server):
    """Return once the site answers."""
    for _ in range(240):
        if server.poll() is not None:
            raise Trouble("The server did not start; see above.")
        try:
            with urllib.request.urlopen(address.replace("0.0.0.0", "127.0.0.1") + "/healthz", timeout=5):
                return
        except OSError:
            time.sleep(0.25)
    raise Trouble(f"The server does not answer at {address}.")


def test(options):
    """All tests, several at a time; further words go to pytest."""
    prepare("", "dev")
    several = [] if any(word.startswith(("-n", "--pdb")) for word in options.rest) else ["-n", "auto"]
    call(PYTHON, "-m", "pytest", *several, *options.rest)


def walk(options):
    """Every page of every role in Chromium: accessibility, widths, keyboard, pictures; see walk/."""
    prepare("", "dev")
    narrowed = [
        f"--{name}={value}" for name in ("language", "role", "only") for value in getattr(options, name)
    ]
    call(PYTHON, "-m", "tests.browser.walking", *narrowed)


def pictures(options):
    """Take the README's pictures of the demonstration anew."""
    prepare("", "dev")
    call(PYTHON, "-m", "tests.browser.pictures")


def lint(options):
    """Style and mistakes."""
    prepare("", "dev")
    call(PYTHON, "-m", "ruff", "check", *options.rest)
    call(PYTHON, "-m", "ruff", "format", "--check")
    call(PYTHON, "-m", "bandit", "--quiet", "--configfile", "pyproject.toml", "-r", "diaspora", "wsgi.py")


def types(options):
    """Types, strictly."""
    prepare("", "dev")
    call(PYTHON, "-m", "mypy", *options.rest)


def migrate(options):
    """Bring the database up to date; with -m, write the migration for changed models first."""
    prepare("", "dev")
    flask("db", "upgrade")
    if options.message:
        flask("db", "revision", "--autogenerate", "-m", options.message)
        flask("db", "upgrade")


def lock(options):
    """Choose versions anew and write them with their hashes."""
    prepare("bootstrap")
    for name in LOCKS:
        choose = [BIN / "uv", "pip", "compile", "--quiet", "--upgrade", "--universal"]
        how = ["--python-version", "3.11", "--generate-hashes", "--no-header"]
        call(*choose, *how, lock_file(name, "in").name, "--output-file", lock_file(name).name)


def messages(options):
    """Collect the messages of code and templates, update the translations, compile them."""
    prepare("", "dev")
    pybabel = [PYTHON, "-m", "babel.messages.frontend", "--quiet"]
    template = HERE / "translations" / "messages.pot"
    call(
        *pybabel, "extract", "-F", "babel.cfg", "-k", "_l", "--no-location", "--sort-output",
        "--omit-header", "-o", template, ".",
    )  # fmt: skip
    for language in ("ro", "ru"):
        target = HERE / "translations" / language / "LC_MESSAGES" / "messages.po"
        verb = "update" if target.exists() else "init"
        more = (
            ["--no-fuzzy-matching", "--ignore-obsolete", "--ignore-pot-creation-date"]
            if verb == "update"
            else []
        )
        call(*pybabel, verb, "-i", template, "-d", HERE / "translations", "-l", language, "--no-wrap", *more)
    template.unlink()
    call(*pybabel, "compile", "-d", HERE / "translations")


JOBS = {
    "run": run,
    "test": test,
    "walk": walk,
    "pictures": pictures,
    "lint": lint,
    "types": types,
    "migrate": migrate,
    "lock": lock,
    "messages": messages,
}


def main():
    """Read the command line and do the job."""
    if sys.version_info < OLDEST:
        raise Trouble("Python {}.{} or newer is needed; this is {}.".format(*OLDEST, sys.version.split()[0]))
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    jobs = parser.add_subparsers(dest="job", required=True, metavar="JOB")
    for name, job in JOBS.items():
        sub = jobs.add_parser(name, help=job.__doc__.splitlines()[0])
        if name == "run":
            sub.add_argument("--host", default="127.0.0.1")
            sub.add_argument("--port", type=int, default=8000)
            sub.add_argument("--fresh", action="store_true", help="forget everything and load the data anew")
        if name == "walk":
            sub.add_argument("--language", action="append", default=[], help="ro, ru or en")
            sub.add_argument("--role", action="append", default=[], help="as officer or visitor")
            sub.add_argument(
                "--only", action="append", default=[], metavar="ENDPOINT", help="as placements.show"
            )
        if name == "migrate":
            sub.add_argument("-m", "--message", default="", help="what the new migration does")
    options, options_rest = parser.parse_known_args()
    options.rest = options_rest
    if options.rest and options.job not in {"test", "lint", "types"}:
        parser.error("unknown: " + " ".join(options.rest))
    JOBS[options.job](options)


if __name__ == "__main__":
    try:
        main()
    except Trouble as trouble:
        sys.exit(f"dev.py: {trouble}")
    except KeyboardInterrupt:
        sys.exit(130)
