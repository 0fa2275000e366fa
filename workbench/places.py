"""Places whose arrays are set by hand, so that one cause can be looked at alone: a street, a free town, a party."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from mohalla.scenario import Scenario
from mohalla.state import blank
from workbench.stepping import Arrays, armed_town, copied, play, start
from workbench.towns import census, organisation, scenario

LANTERN = 1
SECTORS, UNITS = 10, 40
POSTS = 1 + SECTORS + UNITS
PARTY, SPLINTER, OTHER = 1, 2, 3


@cache
def _town() -> Arrays:
    """The armed town before its first week."""
    return start(armed_town()).arrays


def calm_street() -> Arrays:
    """The armed town, half weavers and half boatmen in each of its units, calm and without cadre."""
    arrays = copied(_town())
    arrays["unit_people"][:], arrays["adults"][:] = 50, 1000.0
    for name in ("armed", "shock_deaths", "threat", "order", "penetration"):
        arrays[name][...] = 0
    arrays["will"][:], arrays["shock_by"][:] = 1.0, -1
    return arrays


def followed_street(following: float = 0.6, fear: float = 0.3, arrests: int = 10) -> Arrays:
    """The town where so many follow the lantern, others fear it so much, and so many were taken in raids at it."""
    arrays = copied(_town())
    arrays["followers"][:] = 0.0
    arrays["followers"][:, LANTERN] = following * arrays["adults"]
    arrays["unit_watch"][:], arrays["force"][:] = 0.0, 0.0
    arrays["unit_watch"][:, LANTERN], arrays["force"][:, LANTERN] = 1.0, fear
    arrays["office"][:] = 0.0
    arrays["arrests"][:] = 0
    arrays["arrests"][LANTERN] = arrests
    return arrays


@cache
def free_town() -> Scenario:
    """The armed town without a dated stance, operation, government or tide."""
    armed = {"workers": 60, "armed": 30, "funds_per_year": 20.0, "militancy": 0.4}
    both = [
        organisation("lantern", "#009E73", 0.8, -0.2, **armed),
        organisation("banyan", "#CC79A7", -0.2, 0.8, **armed),
    ]
    people = [census(1975, 5600, 0.6), census(1985, 6400, 0.5)]
    bare = {"centre__stances": [], "centre__governments": [], "state__operations": [], "timeline": {}}
    return scenario(organisations=both, censuses=people, state__forces__0__personnel=400, **bare)


@cache
def beginning() -> Arrays:
    """The free town after a week: nobody is armed, blamed, followed, paid from outside, deceived or has seats."""
    run = start(free_town())
    for _ in play(run, 1):
        pass
    for name in ("outrage", "followers", "armed", "income", "sponsor_seen"):
        run.arrays[name][:] = 0
    run.arrays["information"][:] = 1.0
    return run.arrays


def party() -> Arrays:
    """A party of 4,800 with 480 gunmen, holders who have served four years, and two free slots for splinters."""
    sizes = {
        "organisation": 4, "unit": UNITS, "sector": SECTORS, "post": 4 * POSTS, "party": 8, "cause": 6, "tier": 3,
        "event": 4096, "event_column": 7, "neighbourhood": UNITS, "community": 1,
    }  # fmt: skip
    rest = ("resident", "seat", "cell", "one", "trader", "source", "use", "chamber", "active")
    arrays = blank(dict.fromkeys(rest, 1) | sizes)
    arrays["unit_sector"] = np.repeat(np.arange(SECTORS, dtype=np.int32), UNITS // SECTORS)
    arrays["splinter_slot"] = np.array([0, 0, 1, 1], np.int32)
    arrays["kinship"] = np.array([[0.0, 0.8, 0.0, 0.0]])
    arrays["founded"][PARTY], arrays["budget"][PARTY] = 1.0, 100.0
    arrays["workers"][:, PARTY], arrays["armed"][:, PARTY], arrays["force"][:, PARTY] = 120, 12, 0.5
    mine = slice(PARTY * POSTS, (PARTY + 1) * POSTS)
    arrays["loyalty"][mine], arrays["leaning"][mine], arrays["tenure"][mine] = 0.5, 0.5, 208
    arrays["following"][mine], arrays["effort"][PARTY] = 0.5, 0.7
    arrays["unit_face"][:, 0, PARTY] = 1
    return arrays


def changed(first: Arrays, **values: Any) -> Arrays:
    """A copy with fields of the party set; a field of the splinter where its name ends in `_there`."""
    arrays = copied(first)
    for name, value in values.items():
        row = SPLINTER if name.endswith("_there") else PARTY
        field = arrays[name.removesuffix("_there")]
        if field.shape[0] == 4 * POSTS:
            field[PARTY * POSTS : (PARTY + 1) * POSTS] = value
        elif field.ndim == 2 and field.shape[1] == 4:
            field[:, row] = value
        else:
            field[row] = value
    return arrays
