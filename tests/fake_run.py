"""Made-up results that keep the observables contract to the letter: for tests of whatever reads a run.

Nothing here is simulated. `fake_dataset` draws smooth random curves that look like a run, so that readers of results
can be tested without an engine; `zero_dataset` is a city where nothing ever happens.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from mohalla import results
from mohalla.calendar import mondays, week_of
from mohalla.events import Event
from mohalla.observables import (
    BY_QUARTER,
    CAUSES,
    CONTRACT,
    EVENTS,
    FLAGS,
    INCOME_SOURCES,
    OBSERVABLES,
    TIERS,
    USES,
    Observable,
    parties_to_killing,
)
from mohalla.record import Record
from mohalla.scenario import NONE, Scenario

Coords = dict[str, Any]
WEEKS_PER_QUARTER = 13
HEX = np.sqrt(3.0) / 2

ABOUT = {
    "name": "harbour",
    "title": "Harbour: a made-up city for tests",
    "description": "Two parties, two communities, one operation. Made up from end to end.",
    "start": "1990-01-01",
    "end": "1999-12-31",
    "latest": "2010-12-31",
    "money": "million rupees of 2000",
}


def quantity(value: float, unit: str, meaning: str) -> dict[str, Any]:
    """A number of a scenario with half to twice its value as range."""
    return {"value": value, "unit": unit, "low": value / 2, "high": value * 2, "meaning": meaning, "source": "made up"}


def _organisation(name: str, colour: str, founded: str, kinship: dict[str, float], **rest: Any) -> dict[str, Any]:
    declared = {"id": name, "name": name.title(), "colour": colour, "founded": founded, "kinship": kinship}
    return {**declared, "workers": 200, "armed": 20, "budget": 5.0, "source": "made up", **rest}


def _districts() -> list[dict[str, Any]]:
    place = {"area_km2": 10, "sectors": 2, "units": 6, "source": "made up"}
    return [
        {"id": "north", "name": "North", "position": (67.0, 24.95), **place},
        {"id": "south", "name": "South", "position": (67.0, 24.85), **place},
    ]


def _elections() -> list[dict[str, Any]]:
    national = {"chamber": "national", "seats": 5, "source": "made up"}
    return [
        {"date": "1992-03-02", **national},
        {"date": "1995-03-06", **national, "boycotts": ["lamp"]},
        {"date": "1998-03-02", **national},
        {"date": "1996-06-03", "chamber": "local", "seats": 9, "source": "made up"},
    ]


def _operation() -> dict[str, Any]:
    aims = {"targets": {"lamp": 0.7, "anchor": 0.1}, "unlawful": 0.1, "announced_years": 1, "kept": True}
    span = {"from": "1996-01-01", "to": "1997-12-31"}
    return {"id": "sweep", "name": "Operation Sweep", "raids_per_week": 20, **aims, **span, "source": "made up"}


def tiny_scenario(**about: str) -> Scenario:
    """Harbour: two districts, four sectors, two communities, two parties and a splinter slot, ten years."""
    return Scenario.model_validate(
        {
            "about": {**ABOUT, **about},
            "geography": {
                "synthetic": ["units", "neighbourhoods", "constituencies"],
                "neighbourhoods_per_unit": 4,
                "segregation": quantity(0.6, "0-1", "how far communities live apart"),
                "districts": _districts(),
            },
            "communities": [
                {"id": "river", "name": "River people", "colour": "#3366aa"},
                {"id": "hill", "name": "Hill people", "colour": "#aa6633"},
            ],
            "censuses": [
                {"year": 1990, "population": 400_000, "shares": {"river": 0.6, "hill": 0.4}, "source": "made up"}
            ],
            "organisations": [
                _organisation("anchor", "#009e73", "1980-01-01", {"hill": 0.4, "river": 0.1}),
                _organisation("lamp", "#0072b2", "1990-06-04", {"river": 0.8}, contests_from="1991-01-07"),
            ],
            "splinter_slots": 1,
            "centre": {
                "announcements": {"made": 4, "kept": 2, "source": "made up"},
                "stances": [
                    {"organisation": "lamp", "stance": "crack-down", "from": "1996-01-01", "to": "1997-12-31"}
                    | {"source": "made up"}
                ],
                "governments": [
                    {"kind": "military", "from": "1990-01-01", "to": "1993-12-31", "offices": {}, "source": "made up"},
                    {"kind": "civilian", "from": "1994-01-01", "to": "1999-12-31", "offices": {"lamp": 0.3}}
                    | {"source": "made up"},
                ],
            },
            "state": {
                "forces": [{"from": "1990-01-01", "to": "1999-12-31", "personnel": 3000, "source": "made up"}],
                "operations": [_operation()],
            },
            "elections": _elections(),
            "economy": {
                "adult_share": quantity(0.5, "share", "adults among all residents"),
                "traders_per_1000_adults": quantity(20, "count", "businesses"),
                "trader_income_per_year": quantity(0.3, "million rupees", "income of a business"),
                "office_money_per_adult_per_year": quantity(0.001, "million rupees", "what office is worth"),
            },
            "timeline": {
                "tides": [
                    {"organisation": "anchor", "appeal": 0.2, "from": "1992-01-01", "to": "1993-12-31"}
                    | {"source": "made up"}
                ],
                "shocks": [
                    {"date": "1991-12-16", "community": "river", "by": "hill", "deaths": 30, "source": "made up"}
                    | {"description": "Riot <at> the bridge & market"}
                ],
                "notes": [{"date": "1994-05-02", "text": "A pact is signed", "source": "made up"}],
            },
        }
    )


def tiny_record() -> Record:
    """A record for Harbour: two counters, counts of several spans, two elections and one claimed figure."""
    source = {"source": "made up, page 1 https://example.org/a", "confidence": "medium"}
    year = {"from": "1995-01-01", "to": "1995-12-31"}
    days = {"from": "1991-12-16", "to": "1991-12-18"}
    return Record.model_validate(
        {
            "scenario": "harbour",
            "counters": [
                {"id": "police", "name": "Police", "counts": "all murders", "causes": CAUSES, "kind": "partly"}
                | {"caution": "Counts ordinary murder too."},
                {"id": "monitor", "name": "Monitor", "counts": "party workers", "causes": ["contest", "discipline"]}
                | {"scope": "members", "kind": "emergent"},
                {"id": "shots", "name": "Shoot-outs", "counts": "suspects", "causes": ["operation"]}
                | {"scope": "by-state", "kind": "emergent"},
            ],
            "deaths": [
                {"counter": "police", "deaths": 400, "low": 350, "high": 500, **year, **source},
                {"counter": "police", "deaths": 40, **days, **source},
                {"counter": "monitor", "deaths": 90, **year, **source},
                {"counter": "shots", "deaths": 12, "from": "1996-01-01", "to": "1997-12-31", **source},
            ],
            "seats": [
                {"date": "1992-03-02", "chamber": "national", "total": 5, "seats": {"lamp": 4, "anchor": 1}}
                | {"vote_shares": {"lamp": 0.62}, "turnout": 0.41, **source},
                {"date": "1995-03-06", "chamber": "national", "total": 5, "seats": {"lamp": 0, "anchor": 5}, **source},
            ],
            "figures": [
                {"id": "gunmen", "label": "Gunmen of Lamp", "variable": "armed", "organisation": "lamp"}
                | {"reduce": "mean", "value": 900, "unit": "persons", "kind": "emergent", "claim": True}
                | {**year, **source},
            ],
        }
    )


def main_party(scenario: Scenario) -> int:
    """Index of the organisation the made-up curves favour: the strongest declared kinship."""
    best = max(scenario.organisations, key=lambda organisation: max(organisation.kinship.values(), default=-1.0))
    return scenario.organisation_ids.index(best.id)


def coordinates(scenario: Scenario, weeks: int) -> Coords:
    """Every coordinate of the contract for a run of `weeks` weeks."""
    week = mondays(scenario.about.start, weeks)
    organisations = scenario.organisation_ids
    parties = list(parties_to_killing(organisations))
    plain = {
        "week": week,
        "community": list(scenario.community_ids),
        "organisation": list(organisations),
        "killer": parties,
        "victim": parties,
        "cause": list(CAUSES),
        "tier": list(TIERS),
        "income_source": list(INCOME_SOURCES),
        "use": list(USES),
        "quarter": week[::WEEKS_PER_QUARTER],
    }
    return {**plain, **_places(scenario), **_posts(scenario), **_polls(scenario)}


def _places(scenario: Scenario) -> Coords:
    """Sectors in districts and units in sectors, on a hexagonal grid, district after district."""
    sectors = [(f"{d.name} {i + 1}", d.name) for d in scenario.geography.districts for i in range(d.sectors)]
    units = [
        (f"{d.name} {i % d.sectors + 1}", d.name)
        for d in scenario.geography.districts
        for i in sorted(range(d.units), key=lambda i, d=d: i % d.sectors)  # type: ignore[misc]
    ]
    side = int(np.ceil(np.sqrt(len(units))))
    row, column = np.divmod(np.arange(len(units)), side)
    return {
        "sector": [name for name, _ in sectors],
        "sector_district": ("sector", [district for _, district in sectors]),
        "unit": [f"unit {i + 1}" for i in range(len(units))],
        "unit_x": ("unit", column + 0.5 * (row % 2)),
        "unit_y": ("unit", row * HEX),
        "unit_sector": ("unit", [sector for sector, _ in units]),
        "unit_district": ("unit", [district for _, district in units]),
    }


def _posts(scenario: Scenario) -> Coords:
    """For each organisation and each slot for a splinter: one city post, one per sector, one per unit."""
    places = _places(scenario)
    rows = [
        (name, tier, sector, unit)
        for name in scenario.organisation_ids[1:]
        for tier, sector, unit in [
            ("city", "", ""),
            *(("sector", sector, "") for sector in places["sector"]),
            *(("unit", s, u) for s, u in zip(places["unit_sector"][1], places["unit"], strict=True)),
        ]
    ]
    columns = [list(column) for column in zip(*rows, strict=True)]
    names = ("post_organisation", "post_tier", "post_sector", "post_unit")
    return {"post": np.arange(len(rows))} | {n: ("post", c) for n, c in zip(names, columns, strict=True)}


def _polls(scenario: Scenario) -> Coords:
    polls = sorted(scenario.elections, key=lambda election: election.date)
    most = {election.chamber: election.seats for election in polls}
    names = [(f"{chamber} {i + 1}", chamber) for chamber, seats in most.items() for i in range(seats)]
    return {
        "election": [f"{election.date} {election.chamber}" for election in polls],
        "election_date": ("election", np.array([e.date for e in polls], "datetime64[ns]")),
        "election_chamber": ("election", [election.chamber for election in polls]),
        "constituency": [name for name, _ in names],
        "constituency_chamber": ("constituency", [chamber for _, chamber in names]),
    }


def _walk(shape: tuple[int, ...], random: np.random.Generator) -> np.ndarray:
    """Smooth random curves between 0 and 1 along the first axis."""
    time = np.linspace(0.0, 1.0, shape[0]).reshape(-1, *[1] * (len(shape) - 1))
    speed, phase = random.uniform(2, 9, (1, *shape[1:])), random.uniform(0, 6, (1, *shape[1:]))
    return 0.5 + 0.3 * np.sin(speed * time + phase) + 0.1 * random.standard_normal((1, *shape[1:]))


def _shape(observable: Observable, coords: Coords) -> tuple[int, ...]:
    return tuple(len(coords[dim]) for dim in observable.dims)


def _shares(scenario: Scenario, shape: tuple[int, ...], random: np.random.Generator, honest: bool) -> np.ndarray:
    """Shares over organisations: the main party rises through the run, in its own community above all."""
    main = main_party(scenario)
    favour = scenario.organisations[main - 1].kinship
    pull = np.array([favour.get(community, 0.0) for community in scenario.community_ids])
    time = np.linspace(0.0, 1.0, shape[0])[:, None, None]
    rise = 1 / (1 + np.exp(-16 * (time - random.uniform(0.12, 0.3))))
    appeal = 0.6 * _walk(shape, random)
    appeal[..., 0] += 0.8
    appeal[..., main] += (1.1 if honest else 2.2) * rise * pull - 0.4
    weight = np.exp(2 * appeal)
    return np.asarray(weight / weight.sum(-1, keepdims=True))


def _following(scenario: Scenario, coords: Coords, random: np.random.Generator) -> dict[str, np.ndarray]:
    shape = tuple(len(coords[dim]) for dim in ("week", "sector", "community", "organisation"))
    people = random.uniform(0.5, 1.5, (1, *shape[1:3])) * np.linspace(1, 2.2, shape[0])[:, None, None]
    total = scenario.censuses[0].population / 2
    population = (people / people[0].sum() * total).astype("int32")
    face = population[..., None] * _shares(scenario, shape, np.random.default_rng(7), honest=False)
    heart = population[..., None] * _shares(scenario, shape, random, honest=True)
    coerced = np.maximum(face - heart, 0.08 * face)
    return {"population": population, "face": face, "heart": heart, "coerced": coerced}


def _operations(scenario: Scenario, coords: Coords) -> np.ndarray:
    """1 in weeks when an operation runs, 0 otherwise."""
    days = np.asarray(coords["week"], "datetime64[D]")
    spans = ((np.datetime64(op.start), np.datetime64(op.end)) for op in scenario.state.operations)
    return np.asarray(sum(((days >= a) & (days <= b)).astype(float) for a, b in spans)) + np.zeros(len(days))


def _deaths(scenario: Scenario, coords: Coords, random: np.random.Generator) -> dict[str, np.ndarray]:
    """Killings by killer and victim, and the same deaths by cause, fewer while an operation runs."""
    weeks, sectors = len(coords["week"]), len(coords["sector"])
    pace = 12 * _walk((weeks, 1), random).clip(0.05) * (1 - 0.5 * _operations(scenario, coords))[:, None]
    mean = pace[..., None] * np.array([0.4, 0.1, 0.05, 0.1, 0.15, 0.5]) / sectors
    cause = random.poisson(np.broadcast_to(mean, (weeks, sectors, len(CAUSES))))
    killings = np.zeros((weeks, sectors, len(coords["killer"]), len(coords["killer"])), "int32")
    main, state = main_party(scenario), coords["killer"].index("state")
    other = 1 if main != 1 else min(2, len(coords["organisation"]) - 1)
    pairs = ((main, other), (main, 0), (main, main), (state, main), (main, 0), (-2, 0))  # one for each cause
    for index, (killer, victim) in enumerate(pairs):
        killings[:, :, killer, victim] += cause[..., index].astype("int32")
    share = random.dirichlet(np.ones(len(coords["community"])))
    return {"killings": killings, "killings_cause": cause, "killings_community": cause.sum((1, 2))[:, None] * share}


def _people(face: np.ndarray, random: np.random.Generator) -> dict[str, np.ndarray]:
    following = face.sum(2) * (np.arange(face.shape[-1]) > 0)
    return {
        "armed": following * random.uniform(0.001, 0.004, (1, 1, face.shape[-1])),
        "workers": following * random.uniform(0.01, 0.02, (1, 1, face.shape[-1])),
    }


def _money(face: np.ndarray, random: np.random.Generator) -> dict[str, np.ndarray]:
    following = (face.sum((1, 2)) * (np.arange(face.shape[-1]) > 0))[..., None] / 1e5
    income = following * random.dirichlet(np.ones(len(INCOME_SOURCES)), face.shape[-1])
    spending = 0.7 * following * random.dirichlet(np.ones(len(USES)), face.shape[-1])
    return {"income": income, "spending": spending, "skim": 0.3 * following * random.dirichlet(np.ones(3), 1)}


def _votes(scenario: Scenario, coords: Coords, random: np.random.Generator) -> dict[str, np.ndarray]:
    organisations = coords["organisation"]
    chambers = np.array(coords["constituency_chamber"][1])
    votes = np.zeros((len(coords["election"]), len(chambers), len(organisations)), "int32")
    for index, poll in enumerate(sorted(scenario.elections, key=lambda election: election.date)):
        stands = np.array([name != NONE and name not in poll.boycotts for name in organisations])
        strength = random.gamma(1.0, 1.0, (len(chambers), len(organisations))) * stands
        strength[:, main_party(scenario)] *= 3.0
        votes[index] = (20_000 * strength * (chambers == poll.chamber)[:, None]).astype("int32")
    winners = votes.argmax(-1)
    counted = votes.sum(-1) > 0
    won = (winners[..., None] == np.arange(len(organisations))) & counted[..., None]
    return {"votes": votes, "votes_true": votes, "turnout": 0.45 * counted, "seats": won.sum(1)}


def _typed(observable: Observable, coords: Coords, values: np.ndarray) -> xr.Variable:
    attrs: dict[str, Any] = {"units": observable.units, "long_name": observable.long_name}
    whole = np.broadcast_to(values, _shape(observable, coords)).astype(observable.dtype)
    return xr.Variable(observable.dims, whole, {**attrs, **FLAGS.get(observable.name, {})})


def _filler(observable: Observable, coords: Coords, random: np.random.Generator) -> np.ndarray:
    if observable.name.startswith("stance"):
        return np.full(_shape(observable, coords), 2 if observable.name == "stance" else 0)
    level = 1.0 if observable.units in ("0-1", "share") else 60.0
    return level * _walk(_shape(observable, coords), random).clip(0, 1)


def _events(scenario: Scenario, weeks: int, random: np.random.Generator) -> list[tuple[float, ...]]:
    """Some of what can be told, in columns of the table: an operation, strikes, a riot, a split others join."""
    main, splinter = main_party(scenario), len(scenario.organisation_ids) - 1
    times = sorted(random.integers(1, weeks, 8).tolist())
    rows: list[tuple[float, ...]] = [
        (week, Event.STRIKE, main, 0, -1, -1, random.uniform(0.1, 0.6), 0) for week in times
    ]
    if scenario.splinter_slots:
        left = weeks // 2
        leavers = ((0, 1, 0), (4, 1, 2), (9, 2, 3), (30, 2, 1))
        rows += [
            (left, Event.SPLIT, main, splinter, 1, 0, 0.04, 0),
            (left, Event.FOUNDING, splinter, main, 1, 0, 40, 0),
        ]
        rows += [(left + after, Event.DEFECTION, main, splinter, tier, u, 0.03, 0) for after, tier, u in leavers]
    begun = (week_of(one.start, scenario.about.start) for one in scenario.state.operations)
    rows += [(week, Event.OPERATION_BEGINS, main, 0, -1, -1, 20, 1) for week in begun if 0 <= week < weeks]
    rows += [(weeks // 4, Event.RIOT, 0, 0, -1, 3, 12, 0), (weeks // 4 + 1, Event.EXECUTION, main, 0, 2, 1, 1, 0)]
    return sorted(row for row in rows if row[0] < weeks)


def _table(rows: list[tuple[float, ...]]) -> dict[str, np.ndarray]:
    """Events as the variables of the contract."""
    columns = np.array(rows, float).reshape(-1, len(EVENTS)).T
    return {one.name: column for one, column in zip(EVENTS, columns, strict=True)}


def fake_dataset(scenario: Scenario, seed: int = 1, weeks: int | None = None) -> xr.Dataset:
    """A made-up run of a scenario: every variable of the contract, smooth, plausible and different for each seed."""
    random = np.random.default_rng(seed)
    coords = coordinates(scenario, weeks or (scenario.about.end - scenario.about.start).days // 7)
    known = _following(scenario, coords, random)
    known |= _deaths(scenario, coords, random) | _votes(scenario, coords, random)
    known |= _people(known["face"], random) | _money(known["face"], random)
    for observable in (*OBSERVABLES, *BY_QUARTER):
        if observable.name not in known:
            known[observable.name] = _filler(observable, coords, random)
    told = _events(scenario, len(coords["week"]), random)
    coords["event"] = np.arange(len(told))
    known |= _table(told)
    return _dataset(scenario, coords, known, seed)


def zero_dataset(scenario: Scenario, seed: int = 1, weeks: int | None = None) -> xr.Dataset:
    """A run in which nobody lives and nothing happens: every variable is zero."""
    coords = coordinates(scenario, weeks or (scenario.about.end - scenario.about.start).days // 7)
    coords["event"] = np.arange(0)
    nothing = {observable.name: np.zeros(()) for observable in (*OBSERVABLES, *BY_QUARTER)} | _table([])
    return _dataset(scenario, coords, nothing, seed)


def _dataset(scenario: Scenario, coords: Coords, values: dict[str, np.ndarray], seed: int) -> xr.Dataset:
    variables = {o.name: _typed(o, coords, values[o.name]) for o in CONTRACT}
    return xr.Dataset(variables, coords, provenance(scenario, seed))


def provenance(scenario: Scenario, seed: int) -> dict[str, Any]:
    """Attributes of a run: what was run, with which seed, at which scale, with which drawn parameters."""
    drawn = {} if seed == 1 else {"coercion": {"cost": 0.1 * seed}}
    return {"scenario": scenario.about.name, "seed": seed, "scale": 10 if seed == 1 else 50, "drawn": json.dumps(drawn)}


def save(dataset: xr.Dataset, path: Path) -> Path:
    """Write as the results store does: NetCDF 4, compressed."""
    packed = {str(name): {"zlib": True, "complevel": 1} for name in dataset.data_vars}
    dataset.to_netcdf(path, engine=results.ENGINE, encoding=packed)
    return path
