"""The W3C's Nu checker over the source of every page that the walk has kept.

    python3 dev.py walk
    python -m benchmarks.html_check [FOLDER]

FOLDER is walk/html unless named. Takes vnu-jar from npm and needs Java. Fails on any error or warning;
what is not counted stands in UNCOUNTED with its reason.
"""

import argparse
import json
import re
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

from benchmarks.tools import HERE, from_npm, need

UNCOUNTED: dict[str, str] = {}
"""Part of a message, and why it is no fault here."""


def messages(folder: Path) -> list[dict[str, str]]:
    """What the checker says about the folder's pages: `url`, `message`, `type`, `extract`."""
    jar = from_npm("vnu-jar") / "build" / "dist" / "vnu.jar"
    command = [need("java", "default-jre-headless"), "-Xss4m", "-jar", str(jar), "--format", "json"]
    command += ["--skip-non-html", "--exit-zero-always", "--stdout", str(folder)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found: list[dict[str, str]] = json.loads(done.stdout)["messages"]
    return [one for one in found if not any(part in one["message"] for part in UNCOUNTED)]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", nargs="?", type=Path, default=HERE / "walk" / "html")
    folder = parser.parse_args().folder
    pages = len(list(folder.rglob("*.html")))
    if not pages:
        sys.exit(f"No page in {folder}: python3 dev.py walk")
    on_pages: dict[str, list[dict[str, str]]] = defaultdict(list)
    for one in messages(folder):
        on_pages[f"{one.get('subType') or one['type']}: {one['message']}"].append(one)
    for message, found in sorted(on_pages.items(), key=lambda pair: -len(pair[1])):
        first = found[0]
        where = sorted({Path(one.get("url", "")).name for one in found})
        print(f"{message}\n  {len(found)} times on {len(where)} pages: {', '.join(where[:3])}")
        print("  " + re.sub(r"\s+", " ", first.get("extract", ""))[:200])
    print(f"{pages} pages, {sum(map(len, on_pages.values()))} messages.")
    return bool(on_pages)


if __name__ == "__main__":
    sys.exit(main())
