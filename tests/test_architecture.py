"""The shape of the source: imports point up the README's listing, importing is cheap, functions are typed."""

from __future__ import annotations

import ast
import importlib
import inspect
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "mohalla"
MODULES = {path.relative_to(SOURCE).as_posix(): path for path in sorted(SOURCE.rglob("*.py"))}
DOOR = "__init__.py"
Ranks = dict[str, int]


def listing(readme: str) -> Ranks:
    """The order of the README's listing: `state.py` or `engine/` -> its line."""
    block = readme.split("src/mohalla/\n", 1)[1].split("\ntests/", 1)[0]
    names = [line.split()[0] for line in block.splitlines()]
    return {name: rank for rank, name in enumerate(names)}


RANKS = listing((ROOT / "README.md").read_text(encoding="utf-8"))


def place(module: str, ranks: Ranks) -> str:
    """The line of the listing a module belongs to: its own, or that of its folder."""
    return module if module in ranks else module.partition("/")[0] + "/"


def file_of(dotted: str, modules: dict[str, Path]) -> str | None:
    """The file of `mohalla.engine.week`, or of the module that holds `mohalla.engine.week.name`."""
    parts = dotted.split(".")[1:]
    for length in range(len(parts), -1, -1):
        stem = "/".join(parts[:length])
        for name in (f"{stem}.py", f"{stem}/{DOOR}".lstrip("/")):
            if name in modules:
                return name
    return None


def dotted_names(node: ast.AST) -> list[str]:
    """What an import statement imports, written out in full; nothing for any other node."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        assert node.level == 0, "imports are absolute"
        return [f"{node.module}.{alias.name}" for alias in node.names]
    return []


def imports(source: str, modules: dict[str, Path]) -> Iterator[str]:
    """Files of this package that a source text imports, anywhere in it."""
    for node in ast.walk(ast.parse(source)):
        for dotted in dotted_names(node):
            if dotted.split(".")[0] == "mohalla" and (file := file_of(dotted, modules)):
                yield file


def wrong(module: str, source: str, modules: dict[str, Path], ranks: Ranks) -> list[str]:
    """Imports of `source` that do not point up the listing. Files of one folder may import each other."""
    own = place(module, ranks)
    if module == DOOR or own not in ranks:
        return []
    return [
        f"{module} imports {other}, which the README lists below it"
        for other in imports(source, modules)
        if place(other, ranks) != own and (other == DOOR or ranks.get(place(other, ranks), -1) > ranks[own])
    ]


@pytest.mark.parametrize("module", MODULES)
def test_the_listing_has_a_place_for(module: str) -> None:
    assert module == DOOR or place(module, RANKS) in RANKS, f"give {module} its line in the README's listing"


def test_the_listing_names_nothing_that_is_not_there() -> None:
    assert [name for name in RANKS if not (SOURCE / name).exists()] == []


@pytest.mark.parametrize("module", MODULES)
def test_imports_point_up(module: str) -> None:
    assert wrong(module, MODULES[module].read_text(encoding="utf-8"), MODULES, RANKS) == []


@pytest.mark.parametrize(
    "line",
    [
        "import mohalla.cli",
        "from mohalla.cli import main",
        "from mohalla import cli",
        "def late():\n    from mohalla import cli",
        "if TYPE_CHECKING:\n    from mohalla.cli import main",
    ],
)
def test_an_import_that_points_down_is_found(line: str) -> None:
    modules, ranks = {"state.py": SOURCE, "cli.py": SOURCE}, {"state.py": 0, "cli.py": 1}
    assert wrong("state.py", line, modules, ranks) == ["state.py imports cli.py, which the README lists below it"]
    assert wrong("cli.py", "import mohalla.state", modules, ranks) == []


def test_nothing_imports_the_public_door() -> None:
    modules, ranks = {DOOR: SOURCE, "state.py": SOURCE}, {"state.py": 0}
    assert wrong("state.py", "from mohalla import load", modules, ranks) != []


def test_no_folder_imports_in_a_circle() -> None:
    found = {name: set(imports(path.read_text(encoding="utf-8"), MODULES)) for name, path in MODULES.items()}
    found.pop(DOOR)
    while done := [name for name, needs in found.items() if not needs & found.keys() - {name}]:
        for name in done:
            del found[name]
    assert found == {}, "these import each other"


@pytest.mark.parametrize("module", MODULES)
def test_no_star_imports(module: str) -> None:
    tree = ast.parse(MODULES[module].read_text(encoding="utf-8"))
    assert not [
        node.lineno for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.names[0].name == "*"
    ]


@pytest.mark.parametrize("module", MODULES)
def test_every_function_says_what_it_returns(module: str) -> None:
    tree = ast.parse(MODULES[module].read_text(encoding="utf-8"))
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    assert [f"{node.name}, line {node.lineno}" for node in functions if node.returns is None] == []


@pytest.mark.parametrize("module", ["mohalla", "mohalla.scenario"])
def test_importing_is_cheap(module: str) -> None:
    show = f"import sys, {module}; print(*sorted({{'numpy', 'numba', 'xarray', 'bokeh'}} & sys.modules.keys()))"
    told = subprocess.run([sys.executable, "-c", show], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == ""


def public() -> list[str]:
    """What the package offers at its door."""
    return list(getattr(importlib.import_module("mohalla"), "__all__", []))


@pytest.mark.parametrize("name", public())
def test_the_public_door_is_typed_without_any(name: str) -> None:
    thing = getattr(importlib.import_module("mohalla"), name)
    if inspect.isfunction(thing):
        annotations = inspect.signature(thing).return_annotation, *thing.__annotations__.values()
        assert not [text for text in annotations if re.search(r"\bAny\b", str(text))]
        assert inspect.getdoc(thing)


def packages(source: str) -> set[str]:
    """Packages that a source text imports, anywhere in it."""
    return {dotted.partition(".")[0] for node in ast.walk(ast.parse(source)) for dotted in dotted_names(node)}


def test_packages_that_are_imported_are_found() -> None:
    assert packages("import a.b\ndef late():\n    from tests.c import d") == {"a", "tests"}


@pytest.mark.parametrize("folder", ["benchmarks", "docs", "src", "verification", "workbench"])
def test_tests_are_imported_by_tests_only(folder: str) -> None:
    files = [path for path in (ROOT / folder).rglob("*.py") if "__pycache__" not in path.parts]
    assert files
    assert [path.name for path in files if "tests" in packages(path.read_text(encoding="utf-8"))] == []
