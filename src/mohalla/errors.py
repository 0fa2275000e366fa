"""The one error a user sees, and which known name is nearest to a misspelt one: found and suggested here."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


class MohallaError(Exception):
    """Bad input, in words meant for the person who gave it. The command line prints it and exits with code 2."""


def nearest(word: str, allowed: Iterable[str], alike: float = 0.5) -> str:
    """` Did you mean 'x'?`, or the empty string where nothing allowed is close to `word`, at least so much `alike`."""
    close = get_close_matches(word, list(allowed), n=1, cutoff=alike)
    return f" Did you mean '{close[0]}'?" if close else ""


def listed(words: Iterable[str], most: int = 12) -> str:
    """Words for a message: sorted, and cut after `most`."""
    names = sorted(words)
    shown = ", ".join(names[:most])
    return f"{shown}, ... ({len(names)} in all)" if len(names) > most else shown
