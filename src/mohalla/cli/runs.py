"""Commands about stored runs: listed, tagged, exported, deleted, verified."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import App, Parameter

from mohalla import store
from mohalla.cli.parts import AsJson, Folder, counted
from mohalla.errors import MohallaError

if TYPE_CHECKING:
    from mohalla.verifying import Found

WRONG = 1

Which = Annotated[str, Parameter(help="The beginning of a run's id, its folder, or 'last'.")]
Runs = Annotated[Path | None, Parameter(name="--runs", help="Folder that holds all runs (else as usual).")]
Format = Literal["netcdf", "csv", "parquet"]
Kind = Literal["run", "comparison"]

app = App(
    name="runs", help="List stored runs, the latest first; tag, export, delete and verify them.", help_epilogue=""
)


@app.default
def listing(
    *,
    scenario: Annotated[str | None, Parameter(help="Only runs of this scenario.")] = None,
    tag: Annotated[tuple[str, ...], Parameter(negative="", help="Only runs with this tag. May be given again.")] = (),
    since: Annotated[str | None, Parameter(help="Only runs begun on this day or later, as 2026-01-31.")] = None,
    kind: Annotated[Kind | None, Parameter(help="Only runs of this kind.")] = None,
    out: Folder = None,
    as_json: AsJson = False,
) -> None:
    """List stored runs, the latest first."""
    from mohalla.cli import runs_screen

    known = store.runs(out)
    found = _chosen(known, scenario, tag, _day(since), kind)
    if as_json:
        print(json.dumps([as_data(one) for one in found], indent=1))
    elif found:
        runs_screen.listing(found)
        runs_screen.measured(store.root(out))
    elif known:
        print(f"None of {len(known)} runs in {store.root(out)} is like that.")
    else:
        print(f"No runs in {store.root(out)} yet. `mohalla run small-town` makes one.")


@app.command
def tag(run: Which, /, *words: Annotated[str, Parameter(help="Words to find it by.")], out: Folder = None) -> None:
    """Put tags on a run, by which lists can be filtered."""
    print(_tagged(store.tag(store.find(run, out), add=_words(words))))


@app.command
def untag(run: Which, /, *words: Annotated[str, Parameter(help="Tags to take off.")], out: Folder = None) -> None:
    """Take tags off a run."""
    print(_tagged(store.tag(store.find(run, out), remove=_words(words))))


@app.command
def export(
    run: Which = store.LAST,
    /,
    *,
    kind: Annotated[
        Format, Parameter(name="--as", help="Tidy tables (csv, parquet) or one NetCDF file a world.")
    ] = "csv",
    to: Annotated[
        Path | None,
        Parameter(
            name=["--to", "--out"],
            help="Folder to write into (else ./ID-csv, as the run is called). Elsewhere --out is the folder that holds "
            "all runs; here that is --runs.",
        ),
    ] = None,
    variables: Annotated[
        tuple[str, ...], Parameter(negative="", help="Only this variable. May be given again, or with commas.")
    ] = (),
    replace: Annotated[bool, Parameter(negative="", help="Write over files that are there.")] = False,
    runs: Runs = None,
) -> None:
    """Write a run or a comparison for other programs: every variable, or those named, of every world."""
    from mohalla.connectors.tables import export as exported

    kept = store.find(run, runs)
    names = [name for word in variables for name in word.replace(",", " ").split()]
    folder = to or Path(f"{kept.id}-{kind}")
    files = exported(kept, kind, folder, names, replace=replace)
    size = sum(path.stat().st_size for path in files) / 1e6
    what = "The comparison" if kept.is_comparison else counted(len(kept.simulations), "world")
    print(f"{what} of {kept.id}: {counted(len(files), 'file')} in {folder}, {size:.1f} MB.")


@app.command
def delete(
    *chosen: Annotated[str, Parameter(help="Beginnings of ids, or folders, of the runs to delete.")],
    yes: Annotated[bool, Parameter(negative="", help="Do not ask.")] = False,
    out: Folder = None,
) -> None:
    """Delete runs, with all that is in their folders. Asks first."""
    if not chosen:
        raise MohallaError("which runs? Give the beginning of an id, or a folder; `mohalla runs` lists them.")
    found = list({one.folder: one for one in (store.find(word, out) for word in chosen)}.values())
    if not yes and not _agreed(found):
        print("Nothing was deleted.")
        return
    for one in found:
        store.delete(one)
        print(f"{one.id} is deleted.")


@app.command
def verify(
    *,
    repair: Annotated[
        bool,
        Parameter(
            negative="", help="Remove what was left half-made, set damaged simulations aside, note missing sums."
        ),
    ] = False,
    out: Folder = None,
    as_json: AsJson = False,
) -> None:
    """Compare every stored file with its check sum, look for files nobody knows. Exit code 1: something is wrong."""
    from mohalla import verifying
    from mohalla.cli import runs_screen

    found = verifying.verify(out)
    left = verifying.repair(found) if repair else found
    if as_json:
        print(json.dumps({"runs": found.runs, "files": found.files, "troubles": _plain(found), "left": _plain(left)}))
    else:
        runs_screen.troubles(found, left, store.root(out), repaired=repair)
    if left.troubles:
        sys.exit(WRONG)


# --- choosing --------------------------------------------------------------------------------------------------------


def _chosen(
    known: Sequence[store.Run], scenario: str | None, tags: Sequence[str], since: date | None, kind: str | None
) -> list[store.Run]:
    return [
        one
        for one in known
        if (scenario is None or one.details.get("scenario") == scenario)
        and {*tags} <= {*one.tags}
        and (since is None or str(one.details["started"])[:10] >= str(since))
        and kind in (None, one.kind)
    ]


def _day(since: str | None) -> date | None:
    try:
        return None if since is None else date.fromisoformat(since)
    except ValueError:
        raise MohallaError(f"--since {since}: is no day; write it as 2026-01-31.") from None


def _words(words: Sequence[str]) -> list[str]:
    """Tags as they are kept: single words."""
    found = [one.strip() for word in words for one in word.split(",") if one.strip()]
    spaced = next((one for one in found if " " in one), None)
    if spaced:
        tied = spaced.replace(" ", "-")
        raise MohallaError(f"{spaced!r}: a tag is one word; write '{tied}', or leave out the quotes for two tags.")
    if not found:
        raise MohallaError("which tags? Give at least one word, as in `mohalla runs tag last draft`.")
    return found


def _agreed(found: Sequence[store.Run]) -> bool:
    """Whether the person at the terminal says yes."""
    names = ", ".join(one.id for one in found)
    if not sys.stdin.isatty():
        raise MohallaError(f"nobody is there to be asked whether to delete {names}. --yes deletes without asking.")
    worlds = counted(sum(len(one.simulations) for one in found), "simulation")
    return input(f"Delete {names} ({worlds})? [y/N] ").strip().lower() in ("y", "yes")


# --- words -----------------------------------------------------------------------------------------------------------


def as_data(kept: store.Run) -> dict[str, Any]:
    """A run as --json prints it."""
    files = {label: str(path) for label, path in kept.simulations.items()}
    page = str(kept.report) if kept.report.is_file() else None
    facts = {
        key: kept.details.get(key) for key in ("scenario", "fingerprint", "started", "seconds", "request", "versions")
    }
    return {
        "id": kept.id,
        "folder": str(kept.folder),
        "kind": kept.kind,
        "status": kept.status,
        "tags": kept.tags,
        **facts,
        "simulations": files,
        "report": page,
    }


def _tagged(kept: store.Run) -> str:
    return f"{kept.id}: {', '.join(kept.tags) or 'no tags'}"


def _plain(found: Found) -> list[dict[str, str]]:
    return [{"path": str(one.path), "wrong": one.words, "repair": one.remedy} for one in found.troubles]
