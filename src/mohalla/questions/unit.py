"""How one unit stood in one week: who holds the posts above it, what flows through it, who is armed, who was killed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from mohalla.calendar import YEARS_PER_WEEK
from mohalla.engine import simulate
from mohalla.errors import MohallaError
from mohalla.experiments import comparison
from mohalla.mechanisms.treasury import earned, kept
from mohalla.observables import CAUSES, INCOME_SOURCES, parties_to_killing
from mohalla.questions.past import Past, Progress, begun, moments, quietly, week_asked
from mohalla.questions.terms import Term, leaf
from mohalla.state import Array

COLLECT, DUES = "collect", INCOME_SOURCES.index("dues")
MOST_NAMED = 3


class Flow(NamedTuple):
    """What an organisation took in the unit, by source, and what the heads of unit and sector kept of it."""

    sources: Array
    at_unit: float
    at_sector: float

    @property
    def passed(self) -> float:
        """What went on to the city's post."""
        return float(self.sources.sum()) - self.at_unit - self.at_sector


def explain(past: Past, number: int, day: str, progress: Progress | None = None) -> Term:
    """One unit at the end of the week that holds a day, as a tree of terms."""
    units = past.kept.sizes["unit"]
    if not 1 <= number <= units:
        raise MohallaError(f"--unit {number}: there is no such unit; they are numbered from 1 to {units}.")
    week, run, u = week_asked(past, day), begun(past), number - 1
    flows: dict[int, Flow] = {}
    with quietly(run):
        for now, step in moments(past, run, week, progress):
            if now == week and step == COLLECT:
                run = simulate.in_week(run, week)
                flows = {k: flow(run, u, k) for k in range(1, len(past.names)) if run.arrays["founded"][k]}
    return _told(past, run, u, flows)


def flow(run: simulate.Run, u: int, k: int) -> Flow:
    """What will be collected from a unit this week, and by the rules of `treasury` what is kept of it on the way."""
    a, p = run.arrays, simulate.kernel_numbers(run, "treasury")
    sources = a["takings"][u, k].copy()
    sources[DUES] += a["believers"][u, k] * p.dues_per_week
    sources *= earned(1.0, float(a["idle"][u]))
    _, sector, unit = posts_above(run, u, k)
    at_unit, passed = kept(float(sources.sum()), float(a["skim_rate"][unit]))
    at_sector, _ = kept(passed, float(a["skim_rate"][sector]))
    return Flow(sources, at_unit, at_sector)


def posts_above(run: simulate.Run, u: int, k: int) -> tuple[int, int, int]:
    """The posts of city, sector and unit of an organisation above a unit, as rows of the state's posts."""
    sizes = run.world.sizes
    base = k * (1 + sizes["sector"] + sizes["unit"])
    return base, base + 1 + int(run.arrays["unit_sector"][u]), base + 1 + sizes["sector"] + u


# --- in words --------------------------------------------------------------------------------------------------------


def _told(past: Past, run: simulate.Run, u: int, flows: dict[int, Flow]) -> Term:
    present = [k for k, one in flows.items() if _present(run, u, k, one)]
    here = tuple(_organisation(past, run, u, k, flows[k]) for k in present)
    return Term(past.place(u), parts=(_people(past, run, u), *here, _state(run, u), *_killed(past, run, u)))


def _present(run: simulate.Run, u: int, k: int, one: Flow) -> bool:
    """Whether an organisation has members, followers or takings here."""
    a = run.arrays
    return bool(a["workers"][u, k] + a["armed"][u, k] + a["followers"][u, k] + one.sources.sum() > 0)


def _people(past: Past, run: simulate.Run, u: int) -> Term:
    a, scenario = run.arrays, past.scenario
    each = int(a["adults_per_resident"][0])
    mix = [
        leaf(one.name, int(a["unit_people"][u, c]) * each, "adults")
        for c, one in enumerate(scenario.communities)
        if a["unit_people"][u, c]
    ]
    return Term("who lives here", round(float(a["adults"][u])), "adults", parts=(*mix, *_seats(past, run, u)))


def _seats(past: Past, run: simulate.Run, u: int) -> Iterator[Term]:
    """A few residents to ask about: some who show what they prefer, some who do not."""
    a, communities = run.arrays, len(past.scenario.communities)
    first, last = (int(n) * communities for n in a["unit_first"][u : u + 2])
    seats = np.concatenate([a["cell_start"][c] + np.arange(a["cell_count"][c]) for c in range(first, last)])
    honest = a["heart"][seats] == a["face"][seats]
    for name, those in (("some who show what they prefer", seats[honest]), ("some who do not", seats[~honest])):
        if those.size:
            yield leaf(name, ", ".join(f"{one}" for one in those[:: max(1, those.size // MOST_NAMED)][:MOST_NAMED]))


def _organisation(past: Past, run: simulate.Run, u: int, k: int, one: Flow) -> Term:
    a = run.arrays
    adults = max(float(a["adults"][u]), 1.0)
    shows, honest = float(a["followers"][u, k]), float(a["believers"][u, k])
    following = Term(
        "shown by", shows / adults, "share", "of adults",
        parts=(
            leaf("who prefer it", honest / adults, "share"),
            leaf("who prefer another", (shows - honest) / adults, "share"),
        ),
        brief=True,
    )  # fmt: skip
    parts = (following, _cadre(run, u, k), _posts(run, u, k), _money(run, u, k, one))
    return Term(past.names[k], parts=parts)


def _cadre(run: simulate.Run, u: int, k: int) -> Term:
    a = run.arrays
    parts = (
        leaf("workers", a["workers"][u, k]),
        leaf("armed", a["armed"][u, k]),
        leaf("in detention", a["held_workers"][u, k] + a["held_armed"][u, k]),
        leaf("force", a["force"][u, k], "0-1", "capacity to hurt"),
        leaf("watch", a["unit_watch"][u, k], "0-1", "chance that an open dissenter is noticed"),
        leaf("will to violence", a["will"][k], "0-1", "chosen for contest in the whole city"),
    )
    return Term("cadre", int(a["workers"][u, k] + a["armed"][u, k]), parts=parts, brief=True)


def _posts(run: simulate.Run, u: int, k: int) -> Term:
    a = run.arrays
    tiers = ("chief organiser", "head of the sector", "head of the unit")
    parts = tuple(_post(run, name, post) for name, post in zip(tiers, posts_above(run, u, k), strict=True))
    return Term("posts above it", float(a["effectiveness"][u, k]), note="what the chain makes of orders", parts=parts)


def _post(run: simulate.Run, name: str, post: int) -> Term:
    a = run.arrays
    if a["tenure"][post] == 0:
        return Term(name, note="vacant", brief=True)
    parts = (
        leaf("competence", a["competence"][post]),
        leaf("loyalty", a["loyalty"][post]),
        leaf("in the post for", float(a["tenure"][post]) * YEARS_PER_WEEK, "years"),
        leaf("keeps", a["skim_rate"][post], "share", "of what passes through the post"),
        leaf("following", a["following"][post], "share", "of the cadre below that would go too"),
    )
    return Term(name, parts=parts, brief=True)


def _money(run: simulate.Run, u: int, k: int, one: Flow) -> Term:
    a, p = run.arrays, simulate.kernel_numbers(run, "treasury")
    pay = float(a["paid"][k] * a["workers"][u, k] * p.stipend_per_week)
    taken = float(one.sources.sum())
    amounts = {
        "kept by the head of the unit": one.at_unit,
        "kept by the head of the sector": one.at_sector,
        "passed on to the city": one.passed,
        "sent here as help": float(a["help_money"][u, k]),
        "sent here for arms": float(a["arms_money"][u, k]),
        "paid to workers here": pay,
    }
    by, money = comparison.money(run.world.scenario.about.money, max(taken, *amounts.values()))
    sources = [leaf(name, one.sources[i] / by) for i, name in enumerate(INCOME_SOURCES) if one.sources[i]]
    first = Term("taken here", taken / by, money, parts=tuple(sources), brief=True)
    parts = (first, *(leaf(name, amount / by, money) for name, amount in amounts.items()))
    return Term("money this week", unit=money, parts=parts)


def _state(run: simulate.Run, u: int) -> Term:
    a = run.arrays
    first, last = a["unit_first"][u : u + 2]
    parts = (
        leaf("services", a["services"][first:last].mean(), note="unconditional, of what they could be"),
        leaf("presence that replaces protectors", a["order"][u]),
        leaf("tips not yet stale", a["tips"][u], "adults"),
        leaf("arrested this week", a["arrested"][u].sum(), "members"),
    )
    return Term("the state", parts=parts)


def _killed(past: Past, run: simulate.Run, u: int) -> Iterator[Term]:
    """This week's killings by cause and by whom, and who is owed a killing in return."""
    a = run.arrays
    causes = [leaf(name, a["causes"][u, i]) for i, name in enumerate(CAUSES) if a["causes"][u, i]]
    who = parties(past)
    pairs = [
        leaf(f"{who[i]} of {who[j]}", a["killings"][u, i, j], note="killer of victim")
        for i, j in np.argwhere(a["killings"][u])
    ]
    dead = int(a["deaths_here"][u])
    yield Term("killed this week", dead, "death" if dead == 1 else "deaths", parts=(*causes, *pairs))
    owed = a["urge"][u]
    parts = tuple(
        leaf(f"{past.names[i]} on {past.names[j]}", owed[i, j], "deaths a week") for i, j in np.argwhere(owed > 1e-4)
    )
    if parts:
        yield Term("urge to retaliate", float(owed.sum()), "deaths a week", parts=parts)


def parties(past: Past) -> Sequence[str]:
    """Killers and victims by name: organisations, then the others."""
    ids: Any = parties_to_killing(past.scenario.organisation_ids)
    names = past.names
    return [*names, *(name.replace("_", " ") for name in ids[len(names) :])]
