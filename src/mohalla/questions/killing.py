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


class Death(NamedTuple):
    """One member killed in contest: by whom, of whom, and in which unit."""

    killer: int
    victim: int
    unit: int


class Scene(NamedTuple):
    """The week of contest of one unit's gunmen: what they began with, what was expected of them, whom they killed."""

    week: int
    unit: int
    chance: Array
    armed: Array
    will: Array
    urge: Array
    patron: Array
    expected: float
    draw: float
    deaths: tuple[Death, ...]


class Meeting(NamedTuple):
    """What was expected of one unit's gunmen of one organisation against another in a week, of what, and deaths."""

    week: int
    unit: int
    killer: int
    victim: int
    armed: int
    will: float
    met: float
    ground: float
    urge: float
    owed: float
    expected: float
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
    return {name: run.arrays[name].copy() for name in ("armed", "workers", "urge", "feuds", "killings")}


def _scenes(run: simulate.Run, week: int, start: Mapping[str, Array]) -> Scenes:
    """The week of every unit whose gunmen have killed, replayed by the rules of `rivalry` in the order of its sweep."""
    now = {name: start[name].copy() for name in ("armed", "workers", "urge", "feuds")}
    killed = np.unique(np.nonzero(run.arrays["killings"] - start["killings"])[0])
    here = _chances(run, start) if killed.size else np.zeros(0)
    replayed = (_replayed(run, week, u, here, now) for u in _reaching(run, week, killed))
    return {(week, scene.unit): scene for scene in replayed if scene.deaths}


def _near(run: simulate.Run, week: int, u: int) -> int:
    """The unit that gunmen of a unit also reach this week."""
    adjacent = run.arrays["unit_adjacent"]
    near = int(adjacent[u, (week + u) % adjacent.shape[1]])
    return near if near >= 0 else u


def _reaching(run: simulate.Run, week: int, killed: Array) -> list[int]:
    """Units whose gunmen may have killed in these units, in order."""
    hit = set(killed.tolist())
    return [u for u in range(run.world.sizes["unit"]) if hit & {u, _near(run, week, u)}] if hit else []


def _chances(run: simulate.Run, start: Mapping[str, Array]) -> Array:
    """How far every organisation's members are there to be found in each unit, as the week of contest begins."""
    p, adults = kernel_parameters(CONTEST, run.numbers[CONTEST]), run.arrays["adults"]
    members = start["workers"] + start["armed"]
    here = np.zeros(members.shape)
    for u, k in np.argwhere(members > 0):
        if k > 0:
            here[u, k] = rivalry.chance_of_meeting(members[u, k], adults[u], p.meeting_half)
    return here


def _replayed(run: simulate.Run, week: int, u: int, here: Array, now: Mapping[str, Array]) -> Scene:
    """One unit's week of contest; what it does is done to `now`."""
    p, patron, will = kernel_parameters(CONTEST, run.numbers[CONTEST]), run.arrays["patron"], run.arrays["will"].copy()
    near, chance = _near(run, week, u), np.zeros(will.size)
    for j in range(1, will.size):
        chance[j] = rivalry.met_on_both_sides(here[u, j], here[near, j], p.reach_over)
    expected = rivalry.for_ground(p, rivalry.friends_of(patron), chance, will, now["armed"][u])
    if now["feuds"][u] > 0:
        owed, now["feuds"][u] = rivalry.in_return(p, chance, now["armed"][u], now["urge"][u])
        expected += owed
    scene = Scene(
        week, u, chance, now["armed"][u].copy(), will, now["urge"][u].copy(), patron, float(expected), 0.0, ()
    )
    draw = float(uniform(run.seed, rivalry.DRAW, u, week))
    count = poisson(expected, draw)
    deaths = tuple(_dies(run, p, scene, near, here, now, death) for death in range(count))
    return scene._replace(draw=draw, deaths=tuple(one for one in deaths if one))


def _dies(
    run: simulate.Run, p: Any, scene: Scene, near: int, here: Array, now: Mapping[str, Array], death: int
) -> Death | None:
    """Who dies where in one death of a unit's week; nobody where none is left to die."""
    u, week, seed = scene.unit, scene.week, run.seed
    place = 4 * (run.world.sizes["unit"] * death + u)
    luck = scene.expected * uniform(seed, rivalry.DRAW_VICTIM, place, week)
    i, j = rivalry.picked(p, scene.patron, scene.chance, scene.will, now["armed"][u], now["urge"][u], luck)
    over = uniform(seed, rivalry.DRAW_VICTIM, place + 1, week) * scene.chance[j] >= (1.0 - p.reach_over) * here[u, j]
    v = near if over else u
    members = now["workers"][v, j] + now["armed"][v, j]
    if i == 0 or members == 0:
        return None
    gunman = rivalry.is_gunman(now["armed"][v, j], members, uniform(seed, rivalry.DRAW_VICTIM, place + 2, week))
    now["armed" if gunman else "workers"][v, j] -= 1
    now["feuds"][v] += now["urge"][v, j, i] == 0.0
    now["urge"][v, j, i] += p.branching * p.urge_decay_per_week / (1.0 - p.urge_decay_per_week)
    return Death(i, j, v)


def meeting(run: simulate.Run, scene: Scene, pair: tuple[int, int]) -> Meeting:
    """What was expected between a pair that week of one unit's gunmen: for the ground, and in return."""
    p, (i, j) = kernel_parameters(CONTEST, run.numbers[CONTEST]), pair
    armed, will, urge = int(scene.armed[i]), float(scene.will[i]), float(scene.urge[i, j])
    met = float(scene.chance[j]) if rivalry.at_odds(i, j, scene.patron[i], scene.patron[j]) else 0.0
    ground = rivalry.expected_killings(armed, will, p.killing_per_week, met, 0.0, p.most_each)
    owed = rivalry.expected_killings(armed, 0.0, 0.0, met, urge, p.most_each)
    deaths = sum((one.killer, one.victim) == pair for one in scene.deaths)
    return Meeting(
        scene.week, scene.unit, i, j, armed, will, met, float(ground), urge, float(owed), float(ground + owed), deaths
    )


class Source(NamedTuple):
    """Earlier killings of one week that fed an urge, and what of a later expectation they account for."""

    scene: Scene
    deaths: int
    expected: float


def sources(run: simulate.Run, scene: Scene, one: Meeting, scenes: Scenes) -> list[Source]:
    """Earlier killings in this unit of the killer's own by the victim's, the largest part first.

    Each leaves an urge that fades every week; what was left of the older ones when it fell below notice is forgotten.
    """
    p = kernel_parameters(CONTEST, run.numbers[CONTEST])
    stays, paid = 1.0 - p.urge_decay_per_week, one.owed / one.urge if one.urge > 0.0 else 0.0
    first = p.branching * p.urge_decay_per_week / stays
    fed: list[tuple[int, Scene, int]] = []
    left, last = 0.0, 0
    for times, then, deaths in sorted(_fed(scene, one, scenes), key=lambda source: -source[0]):
        if left * stays ** (last - times) < p.forgotten:
            fed, left = [], 0.0
        left, last = left * stays ** (last - times) + deaths * first, times
        fed.append((times, then, deaths))
    if left * stays**last < p.forgotten:
        return []
    found = [Source(then, deaths, deaths * first * stays**times * paid) for times, then, deaths in fed]
    return sorted(found, key=lambda source: -source.expected)


def _fed(scene: Scene, one: Meeting, scenes: Scenes) -> Iterator[tuple[int, Scene, int]]:
    """Weeks that each earlier source of an urge has faded, the source, and its deaths."""
    for (week, unit), then in scenes.items():
        times = scene.week - week + (unit < scene.unit)
        deaths = sum(death == Death(one.victim, one.killer, scene.unit) for death in then.deaths)
        if deaths and times > 0:
            yield times, then, deaths


class Link(NamedTuple):
    """One link of a chain: a meeting that killed, and the probability of what it is traced to (ground or a source)."""

    meeting: Meeting
    odds: float
    ground: bool


def chain(run: simulate.Run, scene: Scene, pair: tuple[int, int], scenes: Scenes) -> list[Link]:
    """The likeliest chain behind a killing, latest first: from each to what it most probably answers, to the ground."""
    links: list[Link] = []
    while len(links) < LONGEST_CHAIN:
        one = meeting(run, scene, pair)
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
    """What was expected of those who may have done it: gunmen of this unit, or of one whose gunmen reach it."""
    reached = [one for (week, _), one in scenes.items() if week == found.week]
    died = [(one, death) for one in reached for death in one.deaths if death.unit == found.unit]
    mine = [(one, death) for one, death in died if death.killer == found.killer]
    if found.victim < len(past.names):
        mine = [(one, death) for one, death in mine if death.victim == found.victim]
        assert len(mine) == found.alike, f"{found}: explained {len(mine)} deaths"
    else:
        yield leaf("bystanders", "die beside members", note="what follows is what the members died of")
    for key in dict.fromkeys((one.unit, death.killer, death.victim) for one, death in mine):
        scene = scenes[found.week, key[0]]
        yield _expectation(past, run, scene, meeting(run, scene, key[1:]), scenes)
        yield _chain(past, chain(run, scene, key[1:], scenes))


def _expectation(past: Past, run: simulate.Run, scene: Scene, one: Meeting, scenes: Scenes) -> Term:
    names = past.names
    i, j = names[one.killer], names[one.victim]
    ground = Term(
        "for the ground", one.ground, "deaths", f"{one.ground / one.expected:.0%} of what was expected",
        (leaf(f"gunmen of {i} here", one.armed), leaf("will", one.will, "0-1", "violence it chose"),
         leaf(f"chance to meet {j} here or across a border", one.met)),
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
    all_pairs = f"of {scene.expected:.3g} by all gunmen of {past.place(scene.unit)}, who drew {scene.draw:.3g}"
    note = f"{all_pairs}; {one.deaths} killed"
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
