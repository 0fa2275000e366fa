"""Packages that only some need: what to install where one is not there."""

from __future__ import annotations

from importlib.util import find_spec

from mohalla.errors import MohallaError


def needed(package: str, extra: str) -> None:
    """Refuse to go on without a package, in words that say how to get it."""
    if find_spec(package) is None:
        raise MohallaError(f"this needs the package '{package}', which is not there: pip install 'mohalla[{extra}]'")
