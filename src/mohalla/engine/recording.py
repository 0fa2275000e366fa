"""Recording: room for every observable, which array fills which (by mechanisms/tallies.py), and the Dataset of all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import xarray as xr

from mohalla.calendar import QUARTER, mondays
from mohalla.engine.polls import Outcome, Poll
from mohalla.observables import (
    BY_QUARTER,
    CAUSES,
    CONTRACT,
    FLAGS,
    INCOME_SOURCES,
    OBSERVABLES,
    TIERS,
    USES,
    Observable,
    parties_to_killing,
)
from mohalla.scenario import Scenario
from mohalla.state import Array
from mohalla.world import CHAMBERS, World

BY_CITY = (
    "threat", "bereaved", "raids", "arrests", "operation_deaths", "income", "spending", "skim", "budget", "stance",
    "stance_imposed", "delegation", "cohesion", "foreign_shield", "penetration", "legitimacy", "sympathy",
)  # fmt: skip
RENAMED = {
    "coalition": "office", "killings_community": "killed_community", "informers": "informed",
    "strike_compliance": "strike_compliance", "strike_cost": "strike_cost",
}  # fmt: skip
OF_CITY = (*BY_CITY, *RENAMED)
POLL_RESULTS = ("votes", "votes_true", "turnout", "seats", "seats_elsewhere")


def lengths(world: World, polls: int) -> dict[str, int]:
    """Length of every dimension of the Dataset."""
    sizes = world.sizes
    return {
        "week": world.weeks, "sector": sizes["sector"], "community": sizes["community"],
        "organisation": sizes["organisation"], "killer": sizes["party"], "victim": sizes["party"],
        "cause": len(CAUSES), "tier": len(TIERS), "income_source": len(INCOME_SOURCES), "use": len(USES),
        "quarter": -(-world.weeks // QUARTER), "unit": sizes["unit"], "election": polls,
        "post": (sizes["organisation"] - 1) * (1 + sizes["sector"] + sizes["unit"]),
        "constituency": sum(_constituencies(world).values()),
    }  # fmt: skip


def _constituencies(world: World) -> dict[str, int]:
    """The most constituencies each chamber has in any poll of the scenario."""
    scenario, units = world.scenario, world.sizes["unit"]
    seats = [(e.chamber, e.seats) for e in scenario.elections] + [(e.chamber, e.seats) for e in scenario.election_rules]
    return {c: max((min(count, units) for chamber, count in seats if chamber == c), default=0) for c in CHAMBERS}


def buffers(world: World, polls: int) -> dict[str, Array]:
    """Room for every observable, at its neutral value.

    It is written here once, so that the system hands it out now: page by page, in the midst of the weeks, that takes as
    long as all that is recorded, and empties the processor's cache each time.
    """
    size = lengths(world, polls)
    shapes = {one.name: [size[dim] for dim in one.dims] for one in (*OBSERVABLES, *BY_QUARTER)}
    return {one.name: np.full(shapes[one.name], 0, one.dtype) for one in (*OBSERVABLES, *BY_QUARTER)}


SECTOR_READS = (
    "unit_sector", "unit_first", "adults_per_resident", "unit_people", "unit_face", "unit_heart", "unit_honest",
    "took_stock", "unit_fear", "unit_belief", "unit_reversals", "unit_tips", "unit_watch", "force", "help", "unit_risk",
    "services", "armed", "workers", "deaths_here", "killings", "causes", "traders_here", "paying_here",
    "reporting_here",
)  # fmt: skip
SECTOR_WRITES = (
    "population", "face", "heart", "coerced", "fear", "belief_threat_gone", "reversals", "tips", "watch", "force",
    "help", "risk", "services", "armed", "workers", "killings", "killings_cause", "traders", "traders_paying",
    "traders_reporting",
)  # fmt: skip


def sector_arguments(arrays: Mapping[str, Array], into: Mapping[str, Array]) -> tuple[Array, ...]:
    """What `tallies.sum_sectors` takes after the week."""
    return tuple(arrays[name] for name in SECTOR_READS) + tuple(into[name] for name in SECTOR_WRITES)


def city_arguments(arrays: Mapping[str, Array], into: Mapping[str, Array]) -> tuple[Any, ...]:
    """What `tallies.copy_city` takes after the week: pairs of an array as it stands and of the rows that record it."""
    weeks = len(into["income"])
    pairs = tuple((arrays[RENAMED.get(name, name)].reshape(-1), into[name].reshape(weeks, -1)) for name in OF_CITY)
    return pairs, arrays["lasting"], into["belief_lasting"], arrays["delegation"], into["centralisation"]


QUARTER_READS = (
    "adults_per_resident", "unit_people", "unit_face", "unit_honest", "force", "unit_watch", "deaths_here", "idle",
    "competence", "loyalty", "tenure", "following",
)  # fmt: skip
QUARTER_WRITES = (
    "unit_killings", "unit_closed", "unit_population", "unit_hold", "unit_coerced", "unit_force", "unit_watch",
    "post_competence", "post_loyalty", "post_tenure", "post_following",
)  # fmt: skip


def quarter_arguments(arrays: Mapping[str, Array], into: Mapping[str, Array]) -> tuple[Array, ...]:
    """What `tallies.copy_quarter` takes after the week."""
    return tuple(arrays[name] for name in QUARTER_READS) + tuple(into[name] for name in QUARTER_WRITES)


def record_polls(world: World, outcomes: Sequence[Outcome], into: Mapping[str, Array]) -> None:
    """Elections: each fills the constituencies of its own chamber."""
    first = dict(zip(CHAMBERS, np.cumsum([0, *_constituencies(world).values()]), strict=False))
    ids = world.scenario.organisation_ids
    for row, outcome in enumerate(outcomes):
        start = int(first[outcome.poll.declared.chamber])
        mine = slice(start, start + len(outcome.turnout))
        into["votes"][row, mine] = outcome.votes
        into["votes_true"][row, mine] = outcome.votes_true
        into["turnout"][row, mine] = outcome.turnout
        into["seats"][row] = outcome.seats
        for name, count in outcome.poll.declared.seats_elsewhere.items():
            into["seats_elsewhere"][row, ids.index(name)] = count


def _place_coordinates(world: World) -> dict[str, Any]:
    districts, chart = world.scenario.geography.districts, world.map
    seen: dict[int, int] = {}
    sectors = []
    for d in chart.sector_district:
        seen[int(d)] = seen.get(int(d), 0) + 1
        sectors.append(f"{districts[d].name} {seen[int(d)]}")
    of_sector = [sectors[s] for s in chart.sector]
    return {
        "sector": sectors,
        "sector_district": ("sector", [districts[d].name for d in chart.sector_district]),
        "unit": [f"unit {u + 1}" for u in range(len(chart.sector))],
        "unit_x": ("unit", chart.x),
        "unit_y": ("unit", chart.y),
        "unit_sector": ("unit", of_sector),
        "unit_district": ("unit", [districts[d].name for d in chart.district]),
    }


def _post_coordinates(scenario: Scenario, places: Mapping[str, Any]) -> dict[str, Any]:
    rows = [
        (name, tier, sector, unit)
        for name in scenario.organisation_ids[1:]
        for tier, sector, unit in (
            ("city", "", ""),
            *(("sector", sector, "") for sector in places["sector"]),
            *(("unit", s, u) for s, u in zip(places["unit_sector"][1], places["unit"], strict=True)),
        )
    ]
    names = ("post_organisation", "post_tier", "post_sector", "post_unit")
    columns = zip(*rows, strict=True)
    return {"post": np.arange(len(rows))} | {n: ("post", list(c)) for n, c in zip(names, columns, strict=True)}


def coordinates(world: World, polls: Sequence[Poll]) -> dict[str, Any]:
    """Every coordinate of the Dataset."""
    scenario = world.scenario
    week = mondays(scenario.about.start, world.weeks)
    parties = list(parties_to_killing(scenario.organisation_ids))
    places = _place_coordinates(world)
    seats = [(f"{chamber} {k + 1}", chamber) for chamber, count in _constituencies(world).items() for k in range(count)]
    plain = {
        "week": week, "community": list(scenario.community_ids), "organisation": list(scenario.organisation_ids),
        "killer": parties, "victim": parties, "cause": list(CAUSES), "tier": list(TIERS),
        "income_source": list(INCOME_SOURCES), "use": list(USES), "quarter": week[::QUARTER],
        "election": np.array([f"{poll.declared.date} {poll.declared.chamber}" for poll in polls], dtype="U32"),
        "election_date": ("election", np.array([poll.declared.date for poll in polls], "datetime64[ns]")),
        "election_chamber": ("election", np.array([poll.declared.chamber for poll in polls], dtype="U16")),
        "constituency": np.array([name for name, _ in seats], dtype="U32"),
        "constituency_chamber": ("constituency", np.array([chamber for _, chamber in seats], dtype="U16")),
    }  # fmt: skip
    return {**plain, **places, **_post_coordinates(scenario, places)}


def _variable(one: Observable, values: Array, money: str) -> tuple[tuple[str, ...], Array, dict[str, Any]]:
    attributes: dict[str, Any] = {"units": one.units, "long_name": one.long_name} | FLAGS.get(one.name, {})
    if one.units == "money":
        attributes["money"] = money
    return one.dims, values, attributes


def dataset(
    world: World, polls: Sequence[Poll], into: Mapping[str, Array], attributes: Mapping[str, Any]
) -> xr.Dataset:
    """The results of a run."""
    money = world.scenario.about.money
    variables = {one.name: _variable(one, into[one.name], money) for one in CONTRACT}
    places = {**coordinates(world, polls), "event": np.arange(len(into["event_week"]), dtype=np.int32)}
    return xr.Dataset(variables, places, dict(attributes))
