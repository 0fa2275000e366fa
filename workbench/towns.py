"""A tiny town for tests: the smallest scenario with one of everything, as a dict that a test may spoil."""

from __future__ import annotations

from copy import deepcopy
from datetime import date
from typing import Any

from mohalla.scenario import Scenario

Town = dict[str, Any]

START, END = date(1980, 1, 7), date(1981, 12, 28)
SPAN = {"from": START, "to": END}


def quantity(value: float, low: float, high: float, unit: str = "share") -> Town:
    """A number with everything a scenario asks of it."""
    return {"value": value, "low": low, "high": high, "unit": unit, "meaning": "for tests", "source": "invented"}


def organisation(name: str, colour: str, weavers: float, boatmen: float, **more: object) -> Town:
    """An organisation with its kinship to the town's two communities."""
    return {
        "id": name,
        "name": name.title(),
        "colour": colour,
        "founded": date(1970, 1, 1),
        "kinship": {"weavers": weavers, "boatmen": boatmen},
        "workers": 6,
        "armed": 2,
        "budget": 0.5,
        "funds_per_year": 0.4,
        "contests_from": date(1975, 1, 1),
        "source": "invented",
        **more,
    }


def census(year: int, population: int, weavers: float) -> Town:
    """One census of a town with one district."""
    shares = {"weavers": weavers, "boatmen": 1 - weavers}
    district = {"population": population, "shares": dict(shares)}
    return {
        "year": year,
        "population": population,
        "shares": shares,
        "districts": {"old-town": district},
        "source": "invented",
    }


TOWN: Town = {
    "about": {
        "name": "tiny",
        "title": "A tiny town",
        "description": "Invented, for tests.",
        "start": START,
        "end": END,
        "latest": date(1990, 12, 31),
        "money": "million rupees of 2015",
    },
    "geography": {
        "synthetic": ["sectors", "units", "neighbourhoods", "constituencies"],
        "neighbourhoods_per_unit": 2,
        "segregation": quantity(1.5, 0.8, 6.0, "concentration"),
        "districts": [
            {
                "id": "old-town",
                "name": "Old Town",
                "position": [67.0, 25.0],
                "area_km2": 2.0,
                "sectors": 2,
                "units": 4,
                "source": "invented",
            }
        ],
    },
    "communities": [
        {"id": "weavers", "name": "Weavers", "colour": "#0072B2"},
        {"id": "boatmen", "name": "Boatmen", "colour": "#E69F00"},
    ],
    "censuses": [census(1975, 560, 0.6), census(1985, 640, 0.5)],
    "organisations": [
        organisation("lantern", "#009E73", 0.8, -0.2),
        organisation("banyan", "#CC79A7", -0.2, 0.8),
    ],
    "splinter_slots": 1,
    "centre": {
        "stances": [{**SPAN, "organisation": "lantern", "stance": "neutral", "source": "invented"}],
        "governments": [{**SPAN, "kind": "civilian", "offices": {"banyan": 0.3}, "source": "invented"}],
        "announcements": {"made": 4.0, "kept": 2.0, "source": "invented"},
    },
    "state": {
        "forces": [{**SPAN, "personnel": 5, "source": "invented"}],
        "operations": [
            {
                "id": "sweep",
                "name": "Sweep",
                "from": date(1981, 1, 5),
                "to": date(1981, 6, 29),
                "raids_per_week": 0.5,
                "targets": {"lantern": 0.6},
                "unlawful": 0.2,
                "announced_years": 0.5,
                "kept": True,
                "source": "invented",
            }
        ],
        "delivery": [{**SPAN, "level": 0.3, "districts": ["old-town"], "source": "invented"}],
    },
    "elections": [
        {
            "date": date(1980, 6, 2),
            "chamber": "local",
            "seats": 3,
            "boycotts": ["banyan"],
            "seats_elsewhere": {"lantern": 1},
            "source": "invented",
        }
    ],
    "election_rules": [
        {"chamber": "local", "first": date(1984, 6, 4), "every_years": 4, "seats": 3, "source": "invented"}
    ],
    "economy": {
        "adult_share": quantity(0.5, 0.4, 0.6),
        "traders_per_1000_adults": quantity(50, 20, 80, "traders"),
        "trader_income_per_year": quantity(0.3, 0.1, 0.6, "million rupees of 2015"),
        "office_money_per_adult_per_year": quantity(0.001, 0.0, 0.01, "million rupees of 2015"),
    },
    "timeline": {
        "tides": [{**SPAN, "organisation": "banyan", "appeal": 0.1, "source": "invented"}],
        "media": [{**SPAN, "level": 0.4, "source": "invented"}],
        "positions": [{**SPAN, "organisation": "lantern", "level": 0.6, "source": "invented"}],
        "shocks": [
            {
                "date": date(1980, 9, 1),
                "community": "weavers",
                "by": "boatmen",
                "deaths": 2,
                "description": "a riot",
                "source": "invented",
            }
        ],
        "notes": [{"date": date(1980, 9, 8), "text": "a curfew", "source": "invented"}],
    },
    "background": {"ordinary_per_100k": [{"year": 1980, "value": 5.0, "source": "invented"}]},
}


def town(**changes: object) -> Town:
    """A fresh copy of the tiny town. `about__title="x"` replaces one value; numbers in a path pick from lists."""
    table = deepcopy(TOWN)
    for path, value in changes.items():
        *route, last = (int(step) if step.isdigit() else step for step in path.split("__"))
        part: Any = table
        for step in route:
            part = part[step]
        part[last] = value
    return table


def scenario(**changes: object) -> Scenario:
    """The tiny town, checked."""
    return Scenario.model_validate(town(**changes))
