"""When, where, by whom and against whom one killing was, and what can truly be said of why.

Killings are counts: of two in one week in one unit nobody can say which was which. What the model holds is how many
were expected there: so many for the ground itself, so many in return for each earlier killing. Those parts over the
whole are the probabilities that this killing belongs to each, as in the stochastic declustering of self-exciting
processes (Zhuang, Ogata and Vere-Jones 2002). Following the likeliest back gives the likeliest chain, with its odds.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np

from mohalla.draw import poisson, uniform
from mohalla.engine import simulate
from mohalla.engine.week import BY_NAME, CLEAR, OBSERVE, kernel_parameters
from mohalla.errors import MohallaError
from mohalla.mechanisms import rivalry
from mohalla.observables import CAUSES
from mohalla.questions.rerun import Past, Progress, begun, moments, quietly
from mohalla.questions.terms import Term, leaf, total
from mohalla.questions.unit import parties
from mohalla.state import Array

CONTEST = "rivalry"
MOST_SOURCES, LONGEST_CHAIN = 8, 40
CAUSE_OF = {
    "rivalry": "contest", "riot": "riot", "discipline": "discipline", "operation": "operation",
    "coercion": "sanction", "background": "background",
}  # fmt: skip


class Scene(NamedTuple):
    """One unit as its week of contest began: what the sweep of `rivalry` reads there, and whom it then killed."""

    week: int
    unit: int
    armed: Array
    workers: Array
    urge: Array
    adults: float
    will: Array
    founded: Array
    patron: Array
    killed: Array


class Meeting(NamedTuple):
    """What one organisation did to another in one unit and week: what was expected, of what, and how many died."""

    week: int
    killer: int
    victim: int
    armed: int
    will: float
    members: int
    met: float
    ground: float
    urge: float
    owed: float
    expected: float
    draw: float
    deaths: int


class Found(NamedTuple):
    """One killing: its week and unit, the step that did it, killer and victim, and its place among those like it."""

    week: int
    unit: int
    step: str
    killer: int
    victim: int
    alike: int


Scenes = dict[tuple[int, int], Scene]


def explain(past: Past, number: int, progress: Progress | None = None) -> Term:
    """The killing of that number by an organisation or the state, counted from 1 from the first week on."""
    week, rank = _dated(past, number)
    run = begun(past)
    scenes: Scenes = {}
    found: list[Found] = []
    with quietly(run):
        before, doing = run.arrays["killings"].copy(), ""
        scene = _start(run)
        for now, step in moments(past, run, week, progress):
            if doing == CONTEST:
                scenes |= _scenes(run, now, scene)
            if step == CONTEST:
                scene = _start(run)
            if now == week:
                found += _new(run, now, doing, before)
                before = run.arrays["killings"].copy()
            doing = step
        return _told(past, run, number, found[rank], scenes)


def counted(past: Past) -> Array:
    """Killings by organisations and the state in each week of the run."""
    state = len(past.names)
    return np.asarray(past.kept["killings"].values[:, :, 1 : state + 1].sum(axis=(1, 2, 3)))


def _dated(past: Past, number: int) -> tuple[int, int]:
    """The week of a killing, and its place among those of that week."""
    until = np.cumsum(counted(past))
    if not 1 <= number <= until[-1]:
        raise MohallaError(
            f"--killing {number}: there is no such killing; organisations and the state killed {int(until[-1]):,} in "
            "this run, numbered from 1."
        )
    week = int(np.searchsorted(until, number))
    return week, number - 1 - (int(until[week - 1]) if week else 0)


def _new(run: simulate.Run, week: int, step: str, before: Array) -> Iterator[Found]:
    """Killings by organisations and the state that a step of this week has just done, one by one."""
    if step in (CLEAR, OBSERVE):
        return
    state = run.world.sizes["organisation"]
    new = run.arrays["killings"] - before
    for u, killer, victim in np.argwhere(new > 0):
        if 1 <= killer <= state:
            alike = int(new[u, killer, victim])
            yield from [Found(week, int(u), step, int(killer), int(victim), alike)] * alike


# --- contest ---------------------------------------------------------------------------------------------------------


def _start(run: simulate.Run) -> Mapping[str, Array]:
    """What the contest of this week begins with."""
    return {name: run.arrays[name].copy() for name in ("armed", "workers", "urge", "killings")}


def _scenes(run: simulate.Run, week: int, start: Mapping[str, Array]) -> Scenes:
    """Every unit in which the contest of this week has killed."""
    a = run.arrays
    new = a["killings"] - start["killings"]
    will, founded = a["will"].copy(), a["founded"].copy()
    return {
        (week, int(u)): Scene(
            week, int(u), start["armed"][u], start["workers"][u], start["urge"][u], float(a["adults"][u]), will,
            founded, a["patron"], new[u],
        )
        for u in np.unique(np.nonzero(new)[0])
    }  # fmt: skip


def turns(scene: Scene) -> list[int]:
    """Organisations in the order in which they strike in this unit and week."""
    others = len(scene.armed) - 1
    return [1 + (turn + scene.week + scene.unit) % others for turn in range(others)]


def replayed(run: simulate.Run, scene: Scene) -> dict[tuple[int, int], Meeting]:
    """A unit's week of contest by the rules of `rivalry`, in the order of its sweep: every meeting by its pair."""
    p, found = kernel_parameters(CONTEST, run.numbers[CONTEST]), {}
    armed, workers, urge = scene.armed.copy(), scene.workers.copy(), scene.urge.copy()
    u, week, fades = scene.unit, scene.week, 1.0 - p.urge_decay_per_week
    organisations = len(armed)
    for i in turns(scene):
        urge[i, 1:] *= fades
        for j in range(1, organisations):
            members = int(workers[j] + armed[j])
            apart = not rivalry.at_odds(i, j, scene.patron[i], scene.patron[j])
            if armed[i] == 0 or members == 0 or scene.founded[j] == 0.0 or apart:
                continue
            met = rivalry.chance_of_meeting(members, scene.adults, p.meeting_half)
            place = (u * organisations + i) * organisations + j
            one = _meeting(p, scene, (i, j), int(armed[i]), members, met, float(urge[i, j]))
            draw = uniform(run.seed, rivalry.DRAW, place, week)
            deaths = min(poisson(one.expected, draw), members)
            found[i, j] = one._replace(draw=float(draw), deaths=int(deaths))
            if deaths:
                luck = uniform(run.seed, rivalry.DRAW_VICTIM, place, week)
                gunmen = max(min(int(deaths * armed[j] / members + luck), armed[j]), deaths - workers[j])
                armed[j] -= gunmen
                workers[j] -= deaths - gunmen
                urge[j, i] += deaths * p.branching * p.urge_decay_per_week / fades
    return found


def _meeting(p: Any, scene: Scene, pair: tuple[int, int], armed: int, members: int, met: float, urge: float) -> Meeting:
    """What is expected of a meeting, before its draw."""
    will = float(scene.will[pair[0]])
    expected = rivalry.expected_killings(armed, will, p.killing_per_week, met, urge, p.most_each)
    ground = rivalry.expected_killings(armed, will, p.killing_per_week, met, 0.0, p.most_each)
    owed = rivalry.expected_killings(armed, 0.0, p.killing_per_week, met, urge, p.most_each)
    return Meeting(
        scene.week, *pair, armed, will, members, float(met), float(ground), urge, float(owed),
        float(expected), 0.0, 0,
    )  # fmt: skip


class Source(NamedTuple):
    """An earlier killing (or several of one week) that fed an urge, and what of a later expectation it accounts for."""

    scene: Scene
    deaths: int
    expected: float


def sources(run: simulate.Run, scene: Scene, one: Meeting, scenes: Scenes) -> list[Source]:
    """Earlier killings of the killer's own by the victim's in this unit, the largest part first."""
    p = kernel_parameters(CONTEST, run.numbers[CONTEST])
    fades, paid = 1.0 - p.urge_decay_per_week, one.owed / one.urge if one.urge > 0.0 else 0.0
    found = []
    for (week, unit), then in scenes.items():
        deaths = int(then.killed[one.victim, one.killer])
        if unit != scene.unit or week > scene.week or deaths == 0:
            continue
        order = turns(then)
        times = scene.week - week + (order.index(one.victim) < order.index(one.killer))
        if times > 0:
            each = p.branching * p.urge_decay_per_week * fades ** (times - 1)
            found.append(Source(then, deaths, deaths * each * paid))
    return sorted(found, key=lambda source: -source.expected)


class Link(NamedTuple):
    """One link of a chain: a meeting that killed, and the probability of what it is traced to (ground or a source)."""

    meeting: Meeting
    odds: float
    ground: bool


def chain(run: simulate.Run, scene: Scene, pair: tuple[int, int], scenes: Scenes) -> list[Link]:
    """The likeliest chain behind a killing, latest first: from each to what it most probably answers, to the ground."""
    links: list[Link] = []
    while len(links) < LONGEST_CHAIN:
        one = replayed(run, scene)[pair]
        fed = sources(run, scene, one, scenes)
        ground = not fed or one.ground >= fed[0].expected
        links.append(Link(one, (one.ground if ground else fed[0].expected) / one.expected, ground))
        if ground:
            break
        scene, pair = fed[0].scene, (one.victim, one.killer)
    return links


# --- in words --------------------------------------------------------------------------------------------------------


def _told(past: Past, run: simulate.Run, number: int, found: Found, scenes: Scenes) -> Term:
    who = parties(past)
    mechanism = BY_NAME[found.step].mechanism
    cause = CAUSE_OF.get(mechanism, mechanism)
    head = f"{who[found.killer]} killed {_victim(who, found)}"
    where = (
        leaf("week of", str(past.day(found.week))),
        leaf("where", past.place(found.unit)),
        leaf("cause", cause, note=f"by the rules of `{mechanism}`" if cause in CAUSES else ""),
        leaf("killed alike in that unit that week", found.alike, note="which of them this is cannot be said"),
    )
    why = _contest(past, run, found, scenes) if found.step == CONTEST else (_no_chain(found),)
    return Term(f"killing {number}", head, parts=(*where, *why))


def _victim(who: Any, found: Found) -> str:
    if found.victim == len(who) - 1:
        return "a bystander"
    return "a resident who follows nobody" if found.victim == 0 else f"a member of {who[found.victim]}"


def _no_chain(found: Found) -> Term:
    doc = (BY_NAME[found.step].sweep.__doc__ or "").split("\n", maxsplit=1)[0].rstrip(".")
    return Term("chain", "none", note=f"only contest answers killing with killing. What was done here: {doc}")


def _contest(past: Past, run: simulate.Run, found: Found, scenes: Scenes) -> Iterator[Term]:
    """What was expected between the pair; for a bystander, between the killer and each whose members died there."""
    scene = scenes[found.week, found.unit]
    meetings = replayed(run, scene)
    pairs = [pair for pair, one in meetings.items() if pair[0] == found.killer and one.deaths]
    for pair, one in meetings.items():
        assert one.deaths == scene.killed[pair], f"{pair} in {found}: explained {one.deaths} deaths"
    if found.victim < len(past.names):
        pairs = [(found.killer, found.victim)]
    else:
        yield leaf("bystanders", "die beside members", note="what follows is what the members died of")
    for pair in pairs:
        yield _expectation(past, run, scene, meetings[pair], scenes)
        yield _chain(past, chain(run, scene, pair, scenes))


def _expectation(past: Past, run: simulate.Run, scene: Scene, one: Meeting, scenes: Scenes) -> Term:
    names = past.names
    i, j = names[one.killer], names[one.victim]
    ground = Term(
        "for the ground", one.ground, "deaths", f"{one.ground / one.expected:.0%} of what was expected",
        (leaf(f"gunmen of {i} here", one.armed), leaf("will", one.will, "0-1", "violence it chose"),
         leaf(f"members of {j} here", one.members), leaf("chance to meet them", one.met)),
        brief=True,
    )  # fmt: skip
    fed = sources(run, scene, one, scenes)
    shown = [
        leaf(
            f"for {source.deaths} killed in the week of {past.day(source.scene.week)}", source.expected, "deaths",
            f"{source.expected / one.expected:.0%}",
        )
        for source in fed[:MOST_SOURCES]
    ]  # fmt: skip
    rest = sum(source.expected for source in fed[MOST_SOURCES:])
    if rest > 0.0:
        shown.append(leaf(f"for {len(fed) - MOST_SOURCES} earlier weeks", rest, "deaths", f"{rest / one.expected:.0%}"))
    capped = "" if one.owed >= one.urge else ", less than is owed: its gunmen can do no more"
    owed = total(
        f"in return for members of {i} killed here by {j}", one.owed, "deaths", shown,
        f"{one.owed / one.expected:.0%} of what was expected{capped}", least=1e-9,
    )  # fmt: skip
    note = f"drew {one.draw:.3g}: {one.deaths} killed"
    return Term(f"expected that week of {i} against {j}", one.expected, "deaths", note, (ground, owed))


def _chain(past: Past, links: list[Link]) -> Term:
    names, odds = past.names, float(np.prod([link.odds for link in links]))
    parts = tuple(
        leaf(
            f"week of {past.day(link.meeting.week)}",
            f"{names[link.meeting.killer]} killed {link.meeting.deaths} of {names[link.meeting.victim]}",
            note=f"{'for the ground' if link.ground else 'in return for the next'}, {link.odds:.0%}",
        )
        for link in links
    )
    note = f"likeliest of all chains, with odds of {odds:.0%}" if odds >= 0.005 else "likeliest, and still unlikely"
    return Term("chain, latest first", len(links), "links", note, parts)
