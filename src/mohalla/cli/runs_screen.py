"""Stored runs on a terminal: the list of them, and what is wrong with any."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

from mohalla import store
from mohalla.cli.parts import counted

if TYPE_CHECKING:
    from mohalla.verifying import Found


def listing(found: list[store.Run]) -> None:
    """Print a row for each run, the latest first."""
    columns = {"run": "left", "status": "left", "worlds": "right", "seconds": "right", "report": "left"}
    columns |= {"kind": "left"} if any(one.kind != store.KINDS[0] for one in found) else {}
    columns |= {"tags": "left"} if any(one.tags for one in found) else {}
    table = Table(box=None, pad_edge=False)
    for column, justify in columns.items():
        table.add_column(column, no_wrap=column != "tags", justify="right" if justify == "right" else "left")
    for one in found:
        facts = _facts(one)
        table.add_row(*(facts[column] for column in columns))
    Console().print(table)
    stopped = [one for one in found if one.status == "interrupted"]
    if any(not one.is_comparison for one in stopped):
        print("`mohalla resume RUN` goes on with one that was interrupted.")
    if any(one.is_comparison for one in stopped):
        print("A comparison that was interrupted goes on when its command is given again.")


def measured(root: Path) -> None:
    """Say what comparisons, sweeps and ablations have kept besides, where there is any."""
    from mohalla.experiments import batch

    answers = batch.kept(root)
    if answers:
        size = sum(path.stat().st_size for path in answers) / 1e6
        what = f"{counted(len(answers), 'measured simulation')} of comparisons, sweeps and ablations"
        print(f"Besides, {what} in {root / batch.FOLDER}, {size:.1f} MB: taken up where the same is asked again.")


def _worlds(one: store.Run) -> str:
    """How many of its worlds are there; in how many a comparison was made."""
    asked = one.details["request"]
    if one.is_comparison:
        return f"{asked.get('seeds', 0)} seeds"
    return f"{len(one.simulations)} of {len(asked.get('labels', one.simulations))}"


def _facts(one: store.Run) -> dict[str, str]:
    """A run as a row of the list."""
    seconds = one.details.get("seconds")
    return {
        "run": one.id,
        "status": one.status,
        "worlds": _worlds(one),
        "seconds": "-" if seconds is None else f"{seconds:.0f}",
        "report": "yes" if one.report.is_file() else "no",
        "kind": one.kind,
        "tags": ", ".join(one.tags),
    }


def troubles(found: Found, left: Found, place: Path, *, repaired: bool) -> None:
    """Print what is wrong where, what repairs it, and what is left after a repair."""
    seen = f"{counted(found.runs, 'run')}, {counted(found.files, 'file')} in {place}"
    if not found.troubles:
        print(f"{seen}: everything is as it was stored.")
        return
    for one in found.troubles:
        print(f"{one.path}\n  {one.words}; {'repaired' if repaired else '--repair'}: {one.remedy or 'no'}")
    count = counted(len(found.troubles), "trouble")
    print(f"{seen}: {count}, {len(left.troubles)} left." if repaired else f"{seen}: {count}. Nothing was changed.")
