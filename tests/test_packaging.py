"""What the package says of itself is true: dependencies, versions, the README's commands and example."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import mohalla

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
README = (ROOT / "README.md").read_text(encoding="utf-8")
USED_BY_NAME = {"netCDF4"}  # xarray is told which engine to use
BY_NAME_FROM_EXTRAS = {"SALib": "sensitivity", "pyarrow": "parquet"}  # imported only where they are asked for


NEEDED = [name.partition(">")[0] for name in PROJECT["dependencies"]]
EXTRAS = PROJECT["optional-dependencies"]
OPTIONAL = {re.match(r"\w+", EXTRAS[name][0])[0] for name in ("cluster", "ema", "mesa", "parquet", "sensitivity")}  # type: ignore[index]


def third_party(path: Path) -> set[str]:
    """Packages from elsewhere that a file imports."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module}
    return {name.partition(".")[0] for name in names} - sys.stdlib_module_names - {"mohalla"}


def test_dependencies_are_those_that_are_imported() -> None:
    imported = set().union(*map(third_party, (ROOT / "src").rglob("*.py"))) - OPTIONAL
    assert sorted(NEEDED) == sorted(imported | USED_BY_NAME)


def test_dependencies_are_locked() -> None:
    locked = {line.partition("==")[0].lower() for line in (ROOT / "requirements.lock").read_text().splitlines()}
    tested = {name for name in EXTRAS["test"] if "[" not in name} | {name.lower() for name in OPTIONAL}
    assert {name.lower() for name in NEEDED} | tested <= locked


def test_what_only_some_need_is_imported_late() -> None:
    """And never by importing the package or its commands."""
    show = f"import sys, mohalla.cli.app; print(*sorted({OPTIONAL} & sys.modules.keys()))"
    told = subprocess.run([sys.executable, "-c", show], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == ""


def test_the_version_is_the_same_everywhere() -> None:
    cited = re.search(r"^version: (\S+)$", (ROOT / "CITATION.cff").read_text(encoding="utf-8"), re.MULTILINE)
    assert cited is not None
    assert mohalla.__version__ == PROJECT["version"] == cited[1]


def test_the_ci_runs_the_readmes_test_command() -> None:
    block = README.split("Run the tests:\n\n```sh\n")[1].split("\n```")[0]
    assert block.startswith("python3 -m venv")
    assert "\n" not in block
    assert "Run the tests:" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


def test_the_readmes_example_is_short_and_compiles() -> None:
    example = README.split("```python\n")[1].split("```")[0]
    assert len(example.strip().splitlines()) <= 10
    compile(example, "README.md", "exec")


def test_the_readmes_files_are_there() -> None:
    named = set(re.findall(r"`((?:docs/)?[A-Z]+\.(?:md|cff)|\./check)`", README))
    assert named
    assert [name for name in named if not (ROOT / name).exists()] == []
