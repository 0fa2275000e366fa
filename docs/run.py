"""Run the tutorial and the how-tos: `python -m docs.run` executes their blocks and writes what they print below.

Blocks of `python` share one namespace and blocks of `sh` one empty folder. Names of run folders and seconds differ
from run to run, so an output that differs in nothing else is left as it stands. It takes about three minutes; the name
of a page runs that one only, and `--check` only says whether something else has changed.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

PAGES = tuple(Path(__file__).with_name(f"{name}.md") for name in ("tutorial", "sensitivity"))
BLOCK = re.compile(
    r"```(?P<language>sh|python)\n(?P<code>.*?)```\n(?P<between>\s*```text\n)(?P<output>.*?)```", re.DOTALL
)
CHANGING = re.compile(r"\d{8}-\d{6}-[0-9a-f]{4}|in \d+ s\b|\d+\s+yes\b|about \d+ \w+ or more|\s+")


def run_shell(code: str, folder: Path) -> str:
    """What some commands print, errors included."""
    environment = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "COLUMNS": "100",
    }
    environment.pop("MOHALLA_RUNS", None)
    told = subprocess.run(
        ["bash", "-c", code], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    return told.stdout + told.stderr


def run_python(code: str, names: dict[str, Any]) -> str:
    """What some Python prints."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(code, "tutorial", "exec"), names)  # noqa: S102 - our own page
    return printed.getvalue()


def same(old: str, new: str) -> bool:
    """Whether two outputs differ in nothing but what always differs."""
    return CHANGING.sub("", old) == CHANGING.sub("", new)


def run(text: str) -> str:
    """The page with every output made anew."""
    names: dict[str, Any] = {}
    before = Path.cwd()
    with tempfile.TemporaryDirectory() as folder:

        def made(block: re.Match[str]) -> str:
            code = block["code"]
            output = run_shell(code, Path(folder)) if block["language"] == "sh" else run_python(code, names)
            kept = block["output"] if same(block["output"], output) else output
            return f"```{block['language']}\n{code}```\n{block['between']}{kept}```"

        os.chdir(folder)
        try:
            return BLOCK.sub(made, text)
        finally:
            os.chdir(before)


def main() -> None:
    """Write the pages anew, or with `--check` say whether one would change."""
    named = [word for word in sys.argv[1:] if word != "--check"]
    for page in [page for page in PAGES if not named or page.stem in named]:
        old = page.read_text(encoding="utf-8")
        new = run(old)
        if "--check" in sys.argv[1:] and new != old:
            raise SystemExit(f"docs: the outputs in {page.name} have changed; run `python -m docs.run`.")
        page.write_text(new, encoding="utf-8")


if __name__ == "__main__":
    main()
