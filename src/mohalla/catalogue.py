"""An index of files in SQLite, so that none has to be opened twice. Files decide: it can always be made again."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

NAME = "catalogue.sqlite"
COLUMNS = "id TEXT PRIMARY KEY, changed INTEGER, details TEXT"
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
        catalogue.execute(f"CREATE TABLE IF NOT EXISTS runs ({COLUMNS})")
        known = dict(catalogue.execute("SELECT id, changed FROM runs"))
        gone = [(name,) for name in known if name not in present]
        stale = [name for name, changed in present.items() if known.get(name) != changed]
        fresh = [(name, present[name], json.dumps(one)) for name in stale if (one := read(name))]
        if gone or fresh:
            catalogue.executemany("DELETE FROM runs WHERE id = ?", gone)
            catalogue.executemany("INSERT OR REPLACE INTO runs VALUES (?, ?, ?)", fresh)
        return {name: json.loads(text) for name, text in catalogue.execute("SELECT id, details FROM runs")}
