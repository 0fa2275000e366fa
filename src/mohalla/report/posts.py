"""Who holds the posts of the main party, and of splinters while they last: read from one run, quarter by quarter."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from mohalla.calendar import YEARS_PER_WEEK
from mohalla.report.digest import BIN_WEEKS, Floats

MEASURES = {
    "loyalty": ("Loyalty", "0–1", 1.0),
    "competence": ("Competence", "0–1", 1.0),
    "following": ("Following", "share of the cadre under the post that would go with its holder", 1.0),
    "tenure": ("Time in the post", "years", YEARS_PER_WEEK),
}
FRESH_YEARS = 1.0
SPLINTER = "splinter-"


class Posts(NamedTuple):
    """The posts of one organisation in their order (city, sectors, units), and who holds them in every quarter.

    `measures` are (quarter, post) by measure and organisation, as `loyalty/lamp`; not a number where a post is vacant.
    """

    quarters: list[str]
    tier: list[str]
    sector: list[str]
    unit: list[str]
    districts: list[str]
    organisations: list[str]
    measures: dict[str, Floats]


def posts(data: xr.Dataset, main: str) -> Posts:
    """The tree of the main party and of each splinter that held a post in any quarter."""
    owner = data["post_organisation"].values.astype(str)
    slots = sorted({name for name in owner.tolist() if name.startswith(SPLINTER)} - {main})
    held = {name: _held(data, owner == name, name) for name in (main, *slots)}
    shown = [name for name in held if name == main or held[name].any()]
    mine = np.flatnonzero(owner == main)
    tier, sector, unit = (data[f"post_{part}"].values.astype(str)[mine].tolist() for part in ("tier", "sector", "unit"))
    district = dict(zip(map(str, data["sector"].values), map(str, data["sector_district"].values), strict=True))
    days = [str(day)[:10] for day in data["quarter"].values.astype("datetime64[D]")]
    measures = {key: one for name in shown for key, one in _measures(data, owner == name, name, held[name]).items()}
    return Posts(days, tier, sector, unit, [district.get(name, "") for name in sector], shown, measures)


def _held(data: xr.Dataset, mine: NDArray[np.bool_], name: str) -> NDArray[np.bool_]:
    """Which posts of an organisation somebody holds, by quarter: none while it has no members."""
    of_whom = {"organisation": name}
    members = data["workers"].sel(of_whom).sum("sector").values + data["armed"].sel(of_whom).sum("sector").values
    there = members[::BIN_WEEKS] > 0
    return np.asarray((data["post_tenure"].values[:, mine] > 0) & there[:, None])


def _measures(data: xr.Dataset, mine: NDArray[np.bool_], name: str, held: NDArray[np.bool_]) -> dict[str, Floats]:
    known = {measure: scale for measure, (_, _, scale) in MEASURES.items() if f"post_{measure}" in data}
    return {
        f"{measure}/{name}": np.where(held, data[f"post_{measure}"].values[:, mine].astype(float) * scale, np.nan)
        for measure, scale in known.items()
    }


def fresh(tree: Posts, name: str) -> NDArray[np.bool_]:
    """Which posts changed hands within the last year, by quarter; all of them in the first year of an organisation."""
    return np.asarray(tree.measures[f"tenure/{name}"] < FRESH_YEARS)
