"""What the package says of itself is true: dependencies, versions, the README's commands and example."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from pathlib import Path

import mohalla

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
README = (ROOT / "README.md").read_text(encoding="utf-8")
USED_BY_NAME = {"h5netcdf", "h5py"}  # xarray is told which engine to use; h5netcdf stores through h5py
BY_NAME_FROM_EXTRAS = {"SALib": "sensitivity", "pyarrow": "parquet"}  # imported only where they are asked for


def third_party(path: Path) -> set[str]:
    """Packages from elsewhere that a file imports."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module}
    return {name.partition(".")[0] for name in names} - sys.stdlib_module_names - {"mohalla"}


def test_dependencies_are_those_that_are_imported() -> None:
    imported = set().union(*map(third_party, (ROOT / "src").rglob("*.py")))
    assert sorted(PROJECT["dependencies"]) == sorted(imported | USED_BY_NAME)


def test_dependencies_are_locked() -> None:
    locked = {line.partition("==")[0].lower() for line in (ROOT / "requirements.lock").read_text().splitlines()}
    extras = {name.lower() for name in BY_NAME_FROM_EXTRAS}
    test = {name for name in PROJECT["optional-dependencies"]["test"] if not name.startswith("mohalla[")}
    assert {*PROJECT["dependencies"], *test, *extras} <= locked


def test_what_is_imported_by_name_is_in_its_extra() -> None:
    for package, extra in BY_NAME_FROM_EXTRAS.items():
        assert package in PROJECT["optional-dependencies"][extra]
        sources = [path.read_text(encoding="utf-8") for path in (ROOT / "src").rglob("*.py")]
        assert any(f'"{package}' in text and f"mohalla[{extra}]" in text for text in sources)


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
