"""Observing: the week's named observables into buffers, and the buffers into a Dataset."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import xarray as xr
from numba import prange

from mohalla.calendar import mondays
from mohalla.draw import rule
from mohalla.engine.polls import Outcome, Poll
from mohalla.observables import (
    BY_QUARTER,
    CAUSES,
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

QUARTER = 13
BY_CITY = (
    "threat", "bereaved", "raids", "arrests", "operation_deaths", "income", "spending", "skim", "budget", "stance",
    "stance_imposed", "delegation",
)  # fmt: skip
RENAMED = {"coalition": "office", "killings_community": "killed_community"}
POLL_RESULTS = ("votes", "votes_true", "turnout", "seats", "seats_elsewhere")
NEUTRAL = {"legitimacy": 1.0, "centralisation": 0.5}
UNIT_65536 = 1.0 / 65536.0


def lengths(world: World, polls: int) -> dict[str, int]:
    """Length of every dimension of the Dataset."""
    sizes = world.sizes
    return {
        "week": world.weeks, "sector": sizes["sector"], "community": sizes["community"],
        "organisation": sizes["organisation"], "killer": sizes["party"], "victim": sizes["party"],
        "cause": len(CAUSES), "tier": len(TIERS), "income_source": len(INCOME_SOURCES), "use": len(USES),
        "quarter": -(-world.weeks // QUARTER), "unit": sizes["unit"], "election": polls,
        "post": len(world.scenario.organisations) * (1 + sizes["sector"] + sizes["unit"]),
        "constituency": sum(_constituencies(world).values()),
    }  # fmt: skip


def _constituencies(world: World) -> dict[str, int]:
    """The most constituencies each chamber has in any poll of the scenario."""
    scenario, units = world.scenario, world.sizes["unit"]
    declared = [*scenario.elections, *scenario.election_rules]
    return {c: max((min(e.seats, units) for e in declared if e.chamber == c), default=0) for c in CHAMBERS}


def buffers(world: World, polls: int) -> dict[str, Array]:
    """Room for every observable, at its neutral value."""
    size = lengths(world, polls)
    return {
        one.name: np.full([size[dim] for dim in one.dims], NEUTRAL.get(one.name, 0), dtype=one.dtype)
        for one in (*OBSERVABLES, *BY_QUARTER)
    }


@rule
def mean_of(total: float, count: float) -> float:
    """A mean, 0 where there is nobody."""
    return total / count if count > 0 else 0.0


def sum_sectors(
    week, unit_sector, unit_first, adults_per_resident, unit_people, unit_face, unit_heart, unit_honest, unit_fear,
    unit_belief, unit_reversals, unit_tips, watch, force, help_here, risk, services, armed, workers, killings, causes,
    traders_here, paying_here, reporting_here,
    population, face, heart, coerced, fear, belief, reversals, tips, watch_s, force_s, help_s, risk_s, services_s,
    armed_s, workers_s, killings_s, causes_s, traders_s, paying_s, reporting_s,
):  # fmt: skip
    """Everything that is recorded by sector, added up over the sector's units and neighbourhoods."""
    communities, organisations = unit_face.shape[1], unit_face.shape[2]
    each = int(adults_per_resident[0])
    for s in prange(population.shape[1]):
        places = 0
        for u in range(unit_sector.size):
            if unit_sector[u] != s:
                continue
            for c in range(communities):
                population[week, s, c] += unit_people[u, c] * each
                fear[week, s, c] += unit_fear[u, c] * UNIT_65536
                belief[week, s, c] += unit_belief[u, c] * UNIT_65536
                reversals[week, s, c] += unit_reversals[u, c]
                for k in range(organisations):
                    face[week, s, c, k] += unit_face[u, c, k] * each
                    heart[week, s, c, k] += unit_heart[u, c, k] * each
                    coerced[week, s, c, k] += (unit_face[u, c, k] - unit_honest[u, c, k]) * each
            tips[week, s] += unit_tips[u] * each
            traders_s[week, s] += traders_here[u] * each
            paying_s[week, s] += paying_here[u] * each
            reporting_s[week, s] += reporting_here[u] * each
            for cause in range(causes.shape[1]):
                causes_s[week, s, cause] += causes[u, cause]
            if causes[u].sum() > 0:
                for killer in range(killings.shape[1]):
                    for victim in range(killings.shape[2]):
                        killings_s[week, s, killer, victim] += killings[u, killer, victim]
            here = unit_first[u + 1] - unit_first[u]
            places += here
            for k in range(organisations):
                armed_s[week, s, k] += armed[u, k]
                workers_s[week, s, k] += workers[u, k]
                force_s[week, s, k] += force[u, k] * here
            for n in range(unit_first[u], unit_first[u + 1]):
                services_s[week, s] += services[n]
                for k in range(organisations):
                    watch_s[week, s, k] += watch[n, k]
                    help_s[week, s, k] += help_here[n, k]
                    risk_s[week, s, k] += risk[n, k]
        services_s[week, s] = mean_of(services_s[week, s], places)
        for k in range(organisations):
            watch_s[week, s, k] = mean_of(watch_s[week, s, k], places)
            force_s[week, s, k] = mean_of(force_s[week, s, k], places)
            help_s[week, s, k] = mean_of(help_s[week, s, k], places)
            risk_s[week, s, k] = mean_of(risk_s[week, s, k], places)
        for c in range(communities):
            people = population[week, s, c] / each
            fear[week, s, c] = mean_of(fear[week, s, c], people)
            belief[week, s, c] = mean_of(belief[week, s, c], people)
            reversals[week, s, c] = mean_of(reversals[week, s, c], people)


SECTOR_READS = (
    "unit_sector", "unit_first", "adults_per_resident", "unit_people", "unit_face", "unit_heart", "unit_honest",
    "unit_fear", "unit_belief", "unit_reversals", "unit_tips", "watch", "force", "help", "risk", "services", "armed",
    "workers", "killings", "causes", "traders_here", "paying_here", "reporting_here",
)  # fmt: skip
SECTOR_WRITES = (
    "population", "face", "heart", "coerced", "fear", "belief_threat_gone", "reversals", "tips", "watch", "force",
    "help", "risk", "services", "armed", "workers", "killings", "killings_cause", "traders", "traders_paying",
    "traders_reporting",
)  # fmt: skip


def record_city(week: int, arrays: Mapping[str, Array], into: Mapping[str, Array]) -> None:
    """What is recorded once for the city: copied as it is."""
    for name in BY_CITY:
        into[name][week] = arrays[name]
    for name, source in RENAMED.items():
        into[name][week] = arrays[source]
    into["belief_lasting"][week] = arrays["lasting"]


def record_cohesion(week: int, world: World, arrays: Mapping[str, Array], into: Mapping[str, Array]) -> None:
    """Mean loyalty of an organisation's holders."""
    into["cohesion"][week] = arrays["loyalty"].reshape(world.sizes["organisation"], -1).mean(axis=1) * arrays["founded"]


def record_quarter(week: int, world: World, arrays: Mapping[str, Array], into: Mapping[str, Array]) -> None:
    """Units and posts, once a quarter; killings are added up every week."""
    quarter = week // QUARTER
    into["unit_killings"][quarter] += arrays["deaths_here"]
    if week % QUARTER:
        return
    people = np.maximum(arrays["unit_people"].sum(axis=1), 1)[:, None]
    each = int(arrays["adults_per_resident"][0])
    into["unit_population"][quarter] = arrays["unit_people"].sum(axis=1) * each
    face, honest = arrays["unit_face"].sum(axis=1), arrays["unit_honest"].sum(axis=1)
    into["unit_hold"][quarter] = face / people
    into["unit_coerced"][quarter] = (face - honest) / people
    into["unit_force"][quarter] = arrays["force"]
    units = world.sizes["unit"]
    into["unit_watch"][quarter] = arrays["watch"].reshape(units, -1, arrays["watch"].shape[1]).mean(axis=1)
    posts = 1 + world.sizes["sector"] + units
    declared = slice(posts, posts + len(world.scenario.organisations) * posts)
    for name in ("competence", "loyalty", "tenure"):
        into[f"post_{name}"][quarter] = arrays[name][declared]


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
        (organisation.id, tier, sector, unit)
        for organisation in scenario.organisations
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


def dataset(world: World, polls: Sequence[Poll], into: Mapping[str, Array], attributes: Mapping[str, Any]) -> xr.Dataset:
    """The results of a run."""
    money = world.scenario.about.money
    variables = {one.name: _variable(one, into[one.name], money) for one in (*OBSERVABLES, *BY_QUARTER)}
    return xr.Dataset(variables, coordinates(world, polls), dict(attributes))
