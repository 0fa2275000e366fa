"""Mohalla: how an armed political party takes, holds and loses a city, one neighbourhood at a time.

    >>> import mohalla
    >>> town = mohalla.load("small-town")
    >>> dataset = mohalla.simulate(town, seed=1)

Importing this package only defines these doors; what is heavy is loaded when a door is first opened.
"""

from __future__ import annotations

__version__ = "0.1.0"
