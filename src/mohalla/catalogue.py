"""An index of files in SQLite, so that none has to be opened twice; who waits for its lock, and how long.

Files decide: it can always be made again.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from mohalla.errors import listed

NAME = "catalogue.sqlite"
COLUMNS = "id TEXT PRIMARY KEY, changed INTEGER, details TEXT"
VERSION = 1  # of the table; an older one is made anew, a later one is left to those who know it
PATIENCE = 2.0  # seconds to wait for another process that writes it

Details = dict[str, Any]


def said(folder: Path, present: Mapping[str, int], read: Callable[[str], Details | None]) -> dict[str, Details]:
    """What is said of the things present (name -> moment of change, ns) by the catalogue, or by `read` where it is old.

    What `read` makes nothing of is left out.
    """
    try:
        return _catalogued(folder / NAME, present, read)
    except sqlite3.DatabaseError as error:  # damaged, locked or in a folder we may not write to: the files know all
        if not isinstance(error, sqlite3.OperationalError):
            (folder / NAME).unlink()
        return {name: one for name in present if (one := read(name))}


def _catalogued(path: Path, present: Mapping[str, int], read: Callable[[str], Details | None]) -> dict[str, Details]:
    if not present:
        return {}
    with closing(sqlite3.connect(path, timeout=PATIENCE)) as catalogue, catalogue:
        catalogue.execute("PRAGMA journal_mode=WAL")
        _as_known(catalogue)
        known = dict(catalogue.execute("SELECT id, changed FROM runs"))
        gone = [(name,) for name in known if name not in present]
        stale = [name for name, changed in present.items() if known.get(name) != changed]
        fresh = [(name, present[name], json.dumps(one)) for name in stale if (one := read(name))]
        if gone or fresh:
            catalogue.executemany("DELETE FROM runs WHERE id = ?", gone)
            catalogue.executemany("INSERT OR REPLACE INTO runs VALUES (?, ?, ?)", fresh)
        return {name: json.loads(text) for name, text in catalogue.execute("SELECT id, details FROM runs")}


def _as_known(catalogue: sqlite3.Connection) -> None:
    """The table as this version knows it."""
    version = catalogue.execute("PRAGMA user_version").fetchone()[0]
    if version > VERSION:
        raise sqlite3.OperationalError(f"the catalogue is of version {version}")
    if version < VERSION:
        catalogue.execute("DROP TABLE IF EXISTS runs")
        catalogue.execute(f"PRAGMA user_version = {VERSION}")
    catalogue.execute(f"CREATE TABLE IF NOT EXISTS runs ({COLUMNS})")


def trouble(folder: Path, present: Mapping[str, int], read: Callable[[str], Details | None]) -> str:
    """What is wrong with the catalogue of a folder, in words; nothing where it agrees with the files or is not there.

    Where a file has changed since, it is old and no trouble: whoever lists brings it up to date.
    """
    path = folder / NAME
    if not path.is_file():
        return ""
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True, timeout=PATIENCE)) as catalogue:
            if (said := catalogue.execute("PRAGMA quick_check").fetchone()[0]) != "ok":
                return f"is damaged: {said.splitlines()[0]}"
            rows = list(catalogue.execute("SELECT id, changed, details FROM runs"))
    except sqlite3.DatabaseError as error:
        return f"cannot be read: {error}"
    unlike = [one for one, changed, text in rows if present.get(one) == changed and json.loads(text) != read(one)]
    return f"says other than the files of {listed(unlike)}" if unlike else ""


def forget(folder: Path) -> None:
    """Remove the catalogue of a folder, which is made again from the files when next asked for."""
    for name in (NAME, f"{NAME}-wal", f"{NAME}-shm"):
        (folder / name).unlink(missing_ok=True)
