"""The main party's money by period (which periods: here): what comes in, what holders keep, what is spent and saved."""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from mohalla.calendar import WEEKS_PER_YEAR
from mohalla.experiments.intervals import edges
from mohalla.report import words

Floats = NDArray[np.float64]
Series = dict[str, Floats]

SHORTEST_YEARS = 3.0
NEGLIGIBLE = 0.003  # of all that moves: what rounding leaves
PARTS = (("income", "income_source"), ("skim", "tier"), ("spending", "use"))
SAVED, OTHER = "saved", "other"


class Period(NamedTuple):
    """A span of weeks of a run, from `first` up to `last`, and what it is called."""

    label: str
    first: int
    last: int


def periods(weeks: NDArray[np.datetime64]) -> list[Period]:
    """The whole run, then its decades where it has more than one; a short one at either end joins its neighbour."""
    years = weeks.astype("datetime64[Y]").astype(int) + 1970
    edges = [0, *(np.flatnonzero(np.diff(years // 10)) + 1).tolist(), len(years)]
    if len(edges) > 2 and _short(edges[0], edges[1]):
        del edges[1]
    if len(edges) > 2 and _short(edges[-2], edges[-1]):
        del edges[-2]
    whole = Period(f"{_span(years, 0, len(years))}, the whole run", 0, len(years))
    decades = [Period(_span(years, a, b), a, b) for a, b in pairwise(edges)]
    return [whole, *decades] if len(decades) > 1 else [whole]


def _short(first: int, last: int) -> bool:
    return last - first < SHORTEST_YEARS * WEEKS_PER_YEAR


def _span(years: NDArray[np.int64], first: int, last: int) -> str:
    start, end = int(years[first]), int(years[last - 1])
    return f"{start}\u2013{end}" if end > start else f"{start}"


def flows(data: xr.Dataset, main: str) -> Series:
    """Amounts a year in each period: `income/dues`, `skim/unit`, `spending/arms`, what was saved and what is left over.

    Saved is what the budget grew by (negative where it was drawn upon). Left over is what no part explains: money
    carried off by those who leave, for one.
    """
    spans = periods(data["week"].values)
    weekly: Series = {}
    for variable, dimension in PARTS:
        values = data[variable].sel(organisation=main).values.astype(float)
        weekly |= {f"{variable}/{name}": values[:, i] for i, name in enumerate(map(str, data[dimension].values))}
    net = sum((_sign(name) * one for name, one in weekly.items()), np.zeros(data.sizes["week"]))
    budget = data["budget"].sel(organisation=main).values.astype(float)
    weekly[SAVED] = np.diff(budget, prepend=budget[0] - net[0])
    weekly[OTHER] = net - weekly[SAVED]
    return {
        name: np.array([one[span.first : span.last].mean() for span in spans]) * WEEKS_PER_YEAR
        for name, one in weekly.items()
    }


def _sign(name: str) -> int:
    return 1 if name.startswith("income/") else -1


class Part(NamedTuple):
    """One stream: what it is, how much of it in the reference run, its range over worlds, and its kind."""

    name: str
    amount: float
    low: float
    high: float
    kind: str


class Ledger(NamedTuple):
    """One period's money: streams into all income, streams into the budget from elsewhere, and streams out."""

    income: list[Part]
    beside: list[Part]
    spent: list[Part]
    kept: list[Part]

    @property
    def taken(self) -> float:
        return sum(part.amount for part in self.income)

    @property
    def budget(self) -> float:
        return sum(part.amount for part in self.spent)


KEPT = {"city": "Kept by the city\u2019s head", "sector": "Kept by sector heads", "unit": "Kept by unit heads"}


def ledger(worlds: list[Series], place: int) -> Ledger:
    """What moved in one period, the first world as reference; streams of nothing are left out."""
    found: dict[str, list[Part]] = {"income": [], "beside": [], "spent": [], "kept": []}
    for name in worlds[0]:
        part = _part(name, np.array([world[name][place] for world in worlds]))
        found[part.kind].append(part)
    total = sum(part.amount for part in (*found["income"], *found["beside"]))
    return Ledger(
        **{kind: [part for part in parts if part.amount > NEGLIGIBLE * total] for kind, parts in found.items()}
    )


def _part(name: str, amounts: Floats) -> Part:
    """A stream with its range; what is saved or left over stands on the side of its sign in the reference run."""
    variable, _, item = name.partition("/")
    if variable == "skim":
        return _stream(KEPT[item], amounts, "kept")
    if variable in ("income", "spending"):
        return _stream(item.capitalize(), amounts, "income" if variable == "income" else "spent")
    out = amounts[0] >= 0
    words = ("Saved", "Drawn from savings") if name == SAVED else ("Otherwise lost", "Otherwise gained")
    return _stream(words[0 if out else 1], amounts if out else -amounts, "spent" if out else "beside")


def _stream(name: str, amounts: Floats, kind: str) -> Part:
    low, high = np.quantile(amounts, edges(len(amounts)))
    return Part(name, float(amounts[0]), float(low), float(high), kind)


def span(part: Part) -> str:
    """The range over worlds in words; nothing where there is none."""
    return f"{words.number(part.low)} to {words.number(part.high)}" if part.low < part.high else ""
