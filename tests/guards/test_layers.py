"""The order of the rooms and of the files inside a room."""

import ast
from pathlib import Path

import pytest

from diaspora import PACKAGES

ROOT = Path(__file__).parents[2] / "diaspora"
ORDER = ("platform", *PACKAGES)
OPEN_TO_LATER = {"services", "queries", "models", "policy", "rules", "signals"}
# a file imports only what stands further right; a file that is not named stands with the services
ARROWS = ("__init__", "routes", "forms", "services", "queries", "policy", "models", "rules")
OUTER = {
    "staff_routes": "routes",
    "cli": "routes",
    "labels": "rules",
    "signals": "rules",
    "secrets": "rules",
    "passwords": "rules",
    "search": "rules",
    "wiring": "__init__",
    "lost_factors_queries": "queries",
    "lost_factors_rules": "rules",
    "second_factor_forms": "forms",
    "second_factor_queries": "queries",
    "second_factor_models": "models",
    "second_factor_rules": "rules",
}
BELOW_EVERY_ROOM = {"settings", "extensions"}


def imports(tree: ast.AST) -> list[str]:
    """Every module of ours that a file names: `diaspora.accounts.models`, ..."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            found.append(node.module)
            found += [f"{node.module}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
    return [name for name in found if name == "diaspora" or name.startswith("diaspora.")]


def place(file: str) -> int:
    name = OUTER.get(file, file)
    if name.endswith("_routes"):
        name = "routes"
    return ARROWS.index(name) if name in ARROWS else ARROWS.index("services")


def violations(path: str, source: str) -> list[str]:
    """What a file (named relative to the package, with slashes) imports against the rules."""
    parts = path.removesuffix(".py").split("/")
    package, file = parts[0], parts[1] if len(parts) > 1 else ""
    wrong = []
    for name in imports(ast.parse(source)):
        target = name.split(".")[1:]
        if not target or target[0] not in ORDER:
            continue
        if package not in ORDER:
            if package in BELOW_EVERY_ROOM:
                wrong.append(f"{path} imports {name}: it stands below every package")
            continue
        if target[0] != package:
            if ORDER.index(target[0]) > ORDER.index(package):
                wrong.append(f"{path} imports {name}: a later package")
            elif target[0] != "platform" and len(target) > 1 and target[1] not in OPEN_TO_LATER:
                wrong.append(f"{path} imports {name}: not open to other packages")
        elif package != "platform" and len(target) > 1 and target[1] != file:
            inner = ROOT / package / f"{target[1]}.py"
            if inner.exists() and place(target[1]) < place(file):
                wrong.append(f"{path} imports {name}: against the arrows inside a package")
    return wrong


FILES = sorted(str(path.relative_to(ROOT)) for path in ROOT.rglob("*.py"))


@pytest.mark.parametrize("path", FILES)
def test_a_file_imports_only_what_stands_before_it(path: str) -> None:
    assert violations(path, (ROOT / path).read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("platform/web.py", "from diaspora.accounts.models import Account"),
        ("profiles/services.py", "from diaspora.placements import queries"),
        ("placements/routes.py", "from diaspora.institutions import forms"),
        ("placements/routes.py", "import diaspora.institutions.routes"),
        ("profiles/models.py", "from diaspora.profiles.services import act"),
        ("profiles/rules.py", "from diaspora.profiles import models"),
        ("settings.py", "from diaspora.platform import clock"),
    ],
)
def test_the_guard_sees_a_planted_violation(path: str, source: str) -> None:
    assert violations(path, source) != []


@pytest.mark.parametrize("path", FILES)
def test_no_import_hides_inside_a_function(path: str) -> None:
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    hidden = [
        node.lineno
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert hidden == []


@pytest.mark.parametrize("path", FILES)
def test_only_one_query_style(path: str) -> None:
    source = (ROOT / path).read_text(encoding="utf-8")
    assert ".query." not in source.replace("form.query.", "")
    assert "session.query(" not in source


ENGINE = [path for path in FILES if path.startswith("matching/engine/")]


@pytest.mark.parametrize("path", ENGINE)
def test_the_engine_knows_neither_the_site_nor_a_database(path: str) -> None:
    source = (ROOT / path).read_text(encoding="utf-8")
    names = {name.split(".")[0] for name in _all_imports(ast.parse(source))}
    assert not names & {"flask", "sqlalchemy", "flask_babel", "flask_sqlalchemy"}
    assert all(name.startswith("diaspora.matching.engine") for name in imports(ast.parse(source)))


def _all_imports(tree: ast.AST) -> list[str]:
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            found.append(node.module)
        elif isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
    return found
