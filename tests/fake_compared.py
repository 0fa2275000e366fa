"""Made-up comparisons of plans that look like what `mohalla compare` stores: for tests of whatever reads one.

Nothing here is simulated. Every plan has a strength by which it lowers what the baseline does; seeds differ in a way
that all plans of a seed share, as paired simulations do.
"""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import numpy as np
import xarray as xr

from mohalla.experiments import comparison
from mohalla.observables import CAUSES
from mohalla.reading import as_json_text
from mohalla.scenario import Scenario
from tests.fake_run import tiny_scenario

BRANCH, UNTIL = date(1996, 1, 1), date(2009, 12, 31)
WEEKS_PER_QUARTER = 13


def _act(value: str, start: str, end: str | None = None, **rest: Any) -> dict[str, Any]:
    return {"value": value, "from": start, **({"to": end} if end else {}), **rest}


RAIDS = _act("raids", "1996-01-01", "1999-12-31", organisations=["lamp"], set=20)
SERVICES = _act("services", "1996-06-01", "2005-12-31", set=0.8, ramp_weeks=26)
PLANS: dict[str, dict[str, Any]] = {
    "nothing": {"title": "Nothing more", "description": "The scenario as it is.", "text": "", "strength": 0.0},
    "services": {"title": "Services", "description": "Ten years of services.", "text": [SERVICES], "strength": 0.5},
    "raids": {"title": "One-sided operation", "description": "Four years of raids.", "text": [RAIDS], "strength": 0.3},
    "raids+services": {
        "title": "One-sided operation + Services",
        "description": "Both at once.",
        "text": [RAIDS, SERVICES],
        "strength": 1.0,
    },
    "idle": {"title": "A <committee>", "description": "Changes nothing.", "text": "", "strength": 0.0},
}


def fake_comparison(
    plans: dict[str, dict[str, Any]] | None = None,
    seeds: int = 12,
    sectors: int = 12,
    scenario: Scenario | None = None,
    of: str = "lamp",
    span: tuple[date, date] = (BRANCH, UNTIL),
    with_rules: bool = True,
) -> xr.Dataset:
    """A comparison of `plans` (each with a `strength` from 0 to 1) over so many seeds; the same at every call."""
    plans = plans or PLANS
    scenario = scenario or tiny_scenario(record_ends="1999-12-31", extrapolation="Everything stays as it was.")
    quarter = np.arange(np.datetime64(span[0]), np.datetime64(span[1]), 7 * WEEKS_PER_QUARTER).astype("datetime64[ns]")
    coords = {
        "plan": list(plans),
        "seed": np.arange(1, seeds + 1),
        "quarter": quarter,
        "organisation": list(scenario.organisation_ids),
        "cause": list(CAUSES),
        **_places(scenario, sectors),
    }
    strength = np.array([one["strength"] for one in plans.values()])
    found = _Found(strength, seeds, coords, of)
    data = xr.Dataset({**found.series(), **found.totals(), **found.maps(), **_positions(sectors)}, coords)
    if with_rules:
        data = data.assign_coords(rule=["as it is", "growth halved"]).assign(found.by_rule())
    return with_effects(data.assign_attrs(_attributes(plans, scenario, of, span, seeds)))


def with_effects(data: xr.Dataset) -> xr.Dataset:
    """The comparison with what its plans change, as `mohalla compare` stores it; other luck is that of another seed."""
    unknown = np.full((data.sizes["plan"], data.sizes["seed"]), np.nan)
    missing = {one.name: (("plan", "seed"), unknown) for one in comparison.MEASURES if one.name not in data}
    whole = data.assign(missing).assign_coords(measure=[one.name for one in comparison.MEASURES])
    again = {f"{one.name}_again": ("seed", np.roll(whole[one.name].values[0], 1)) for one in comparison.MEASURES}
    said = json.loads(data.attrs["plans"])
    alike = [name for name, one in said.items() if one["text"] == next(iter(said.values()))["text"]]
    return whole.assign(again).assign(comparison.effects_of(whole.assign(again), alike, sequential=False))


def _places(scenario: Scenario, sectors: int) -> dict[str, Any]:
    names = [district.name for district in scenario.geography.districts]
    of = [names[i * len(names) // sectors] for i in range(sectors)]
    return {"sector": [f"{name} {i + 1}" for i, name in enumerate(of)], "sector_district": ("sector", of)}


def _positions(sectors: int) -> dict[str, Any]:
    """Sectors about a grid, off it at random."""
    random = np.random.default_rng(5)
    side = int(np.ceil(np.sqrt(sectors)))
    row, column = np.divmod(np.arange(sectors), side)
    x, y = column + 0.5 * (row % 2) + random.normal(0, 0.12, sectors), -row + random.normal(0, 0.12, sectors)
    return {"sector_x": ("sector", x), "sector_y": ("sector", y)}


def _attributes(
    plans: dict[str, dict[str, Any]], scenario: Scenario, of: str, span: tuple[date, date], seeds: int
) -> dict[str, Any]:
    said = {
        name: {"title": one["title"], "description": one["description"], "first": "", "last": "",
               "text": json.dumps(one["text"]) if one["text"] else ""}
        for name, one in plans.items()
    }  # fmt: skip
    return {
        "scenario": scenario.about.name,
        "scenario_hash": "ab12" * 4,
        "scenario_text": as_json_text(scenario),
        "of": of,
        "community": scenario.community_ids[0],
        "branch": str(span[0]),
        "until": str(span[1]),
        "scale": 50,
        "draw": 1,
        "level": 0.95,
        "plans": json.dumps(said),
        "stopping_rule": "",
        "stopping_measures": "",
        "most_seeds": seeds,
        "price_services": "0.012 million rupees of 2000 an adult and year (assumption)",
        "rules": json.dumps(
            {"as it is": "As the scenario says.", "growth halved": "The population grows half as fast."}
        ),
    }


class _Found:
    """Curves and what they come to, by plan and seed."""

    def __init__(self, strength: np.ndarray, seeds: int, coords: dict[str, Any], of: str) -> None:
        self.random = np.random.default_rng(11)
        self.coords, self.of, self.shape = coords, of, (len(strength), seeds)
        self.force = strength[:, None] * self.random.uniform(0.5, 1.5, (1, seeds))
        self.luck = self.random.normal(0, 1, (1, seeds))
        self.own = np.where(strength[:, None] > 0, self.random.normal(0, 1, self.shape), 0.0)
        self.time = np.linspace(0, 1, len(coords["quarter"]))

    def _curve(self, start: float, fall: float, shake: float) -> np.ndarray:
        """(plan, seed, quarter): falls by `fall` times the plan's force, with waves of the plan's own."""
        reached = 1 - np.exp(-4 * self.time)
        waves = 0.02 * shake * self.own[..., None] * np.sin(9 * self.time) * reached
        return np.clip(start + 0.04 * self.luck[..., None] - fall * self.force[..., None] * reached + waves, 0.01, 0.95)

    def series(self) -> dict[str, Any]:
        hold, heart = self._curve(0.55, 0.25, 1), self._curve(0.35, 0.06, 1)
        coerced = np.maximum(hold - heart, 0.02) + 0.03
        found = {"hold": hold, "heart": heart, "coerced": coerced}
        dims = ("plan", "seed", "quarter")
        made: dict[str, Any] = {f"{name}_by_quarter": (*_with(self, values),) for name, values in found.items()}
        pace = 40 * (1 - 0.4 * self.force[..., None] * self.time) + 3 * self.luck[..., None] + 0 * self.time
        pace = pace + 25 * self.force[..., None] * np.exp(-6 * self.time) + 2 * self.own[..., None]
        share = np.array([0.5, 0.1, 0.1, 0.15, 0.15, 0.0])
        cause = np.rint(np.maximum(pace, 0)[..., None] * share)
        made["killings_by_quarter"] = ((*dims, "cause"), cause)
        made["deaths_by_quarter"] = (dims, cause.sum(-1))
        return made

    def totals(self) -> dict[str, Any]:
        made = self.series()
        hold, heart, coerced = (made[f"{name}_by_quarter"][1] for name in ("hold", "heart", "coerced"))
        place = self.coords["organisation"].index(self.of)
        last = {name: values[..., -4:, place].mean(-1) for name, values in
                (("hold", hold), ("heart", heart), ("coerced", coerced))}  # fmt: skip
        cause = made["killings_by_quarter"][1].sum(2)
        release = (last["coerced"] < 0.33 * coerced[:1, :, 0, place]).astype(float)
        back = ((self.own + self.luck) > 0.8).astype(float)
        found = {
            **last,
            "gap": last["hold"] - last["heart"],
            "release": release,
            "lasting": release * (1 - back),
            "release_year": np.where(release > 0, 3 + 2 * self.force, np.nan),
            "rebound": np.where(release > 0, back, np.nan),
            "toll": cause.sum(-1),
            "killings": cause[..., [0, 1, 2, 4]].sum(-1),
            "operation_deaths": cause[..., 3],
            "seats": np.clip(0.6 - 0.2 * self.force + 0.05 * self.luck + 0.02 * self.own, 0, 1),
            "cost": 5000 * self.force,
            "services": np.clip(0.2 + 0.4 * self.force, 0, 1),
        }
        return {name: (("plan", "seed"), np.broadcast_to(values, self.shape).copy()) for name, values in found.items()}

    def maps(self) -> dict[str, Any]:
        sectors = len(self.coords["sector"])
        slope = np.linspace(-0.4, 1.0, sectors)
        noise = np.where(self.force[..., None] > 0, self.random.normal(0, 0.03, (*self.shape, sectors)), 0)
        share = np.clip(0.4 - 0.2 * self.force[..., None] * slope + noise, 0, 1)
        return {
            "hold_map": (("plan", "seed", "sector"), share),
            "coerced_map": (("plan", "seed", "sector"), 0.6 * share),
            "killings_map": (("plan", "seed", "sector"), np.rint(100 * share)),
        }

    def by_rule(self) -> dict[str, Any]:
        totals = self.totals()
        toll, release = totals["toll"][1], totals["release"][1]
        other = np.rint(toll * 0.9)
        dims = ("rule", "plan", "seed")
        return {"toll_by_rule": (dims, np.stack([toll, other])), "release_by_rule": (dims, np.stack([release] * 2))}


def _with(found: _Found, values: np.ndarray) -> tuple[tuple[str, ...], np.ndarray]:
    """A series of the organisation measured among all organisations; the others share the rest."""
    names = found.coords["organisation"]
    whole = np.repeat(((1 - values) / max(len(names) - 1, 1))[..., None], len(names), -1)
    whole[..., names.index(found.of)] = values
    return ("plan", "seed", "quarter", "organisation"), whole
