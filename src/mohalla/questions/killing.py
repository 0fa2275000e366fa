"""When, where, by whom and against whom one killing was, and what can truly be said of why.

The model draws how many die where rivals meet, and for each death who kills whom, as often as each pair was expected
to. Of that expectation a part is for the ground itself and a part is owed in return for each earlier killing. Which of
them a death belongs to is decided by nothing in the model, so the parts over the whole are told: the probabilities that
this killing belongs to each (stochastic declustering: Zhuang, Ogata and Vere-Jones 2002). Following the likeliest back
gives the likeliest chain, with its odds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np

from mohalla.draw import poisson, uniform
from mohalla.engine import simulate
from mohalla.engine.week import BY_NAME, CLEAR, OBSERVE
from mohalla.errors import MohallaError
from mohalla.mechanisms import rivalry
from mohalla.observables import CAUSES
from mohalla.questions.past import Past, Progress, begun, moments, quietly
from mohalla.questions.terms import Term, leaf, total
from mohalla.questions.unit import parties
from mohalla.report import words
from mohalla.state import Array

CONTEST = "rivalry"
MOST_SOURCES, LONGEST_CHAIN = 8, 40
CAUSE_OF = {
    "rivalry": "contest", "riot": "riot", "discipline": "discipline", "operation": "operation",
    "coercion": "sanction", "background": "background",
}  # fmt: skip


class Scene(NamedTuple):
    """The city as a week of contest began, and whom it then killed: (unit, killer, victim) -> deaths."""

    week: int
    numbers: Any
    adults: Array
    armed: Array
    workers: Array
    urge_at: Array
    urge: Array
    feuds: Array
    will: Array
    order: Array
    penetration: Array
    stakes: tuple[bytes, ...]
    killed: Counter[tuple[int, int, int]]


def _stakes(scene: Scene) -> Array:
    """What was at stake in every unit between each two."""
    shape = len(scene.stakes), scene.will.size, scene.will.size
    return np.frombuffer(b"".join(scene.stakes), np.float32).reshape(shape)


class Death(NamedTuple):
    """A member killed in contest: where, by gunmen of which unit, and what was expected of the pair as it was drawn."""

    week: int
    unit: int
    base: int
    killer: int
    victim: int
    armed: int
    will: float
    rivals: int
    at_stake: float
    ground: float
    urge: float
    owed: float
    all_expected: float
    draw: float
    drawn: int
    bystanders: int

    @property
    def expected(self) -> float:
        """Deaths expected of this pair that week, of gunmen of the killer's unit where the victim died."""
        return self.ground + self.owed


class History(NamedTuple):
    """A world run again: its scenes by week, and those of them that were replayed."""

    run: simulate.Run
    scenes: dict[int, Scene]
    replays: dict[int, list[Death]]


class Found(NamedTuple):
    """One killing: its week and unit, the step that did it, killer and victim, and its place among those like it."""

    week: int
    unit: int
    step: str
    killer: int
    victim: int
    place: int
    alike: int


def explain(past: Past, number: int, progress: Progress | None = None) -> Term:
    """The killing of that number by an organisation or the state, counted from 1 from the first week on."""
    week, rank = _dated(past, number)
    history = History(begun(past), {}, {})
    run, found = history.run, list[Found]()
    with quietly(run):
        doing, before, scene = "", run.arrays["killings"].copy(), started(run, 0)
        for now, step in moments(past, run, week, progress):
            if doing == CONTEST:
                history.scenes[now] = ended(run, scene, now)
            if step == CONTEST:
                scene = started(run, now, scene)
            if now == week:
                found += _new(run, now, doing, before)
                before = run.arrays["killings"].copy()
            doing = step
        return _told(past, history, number, found[rank])


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
            "this world, numbered from 1."
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
            for place in range(alike):
                yield Found(week, int(u), step, int(killer), int(victim), place, alike)


# --- contest ---------------------------------------------------------------------------------------------------------


def started(run: simulate.Run, week: int, last: Scene | None = None) -> Scene:
    """What the contest of a week begins with; `killed` holds what other steps had done before it.

    What is at stake in a unit changes at its turn only, and is kept once for all weeks in which it is the same.
    """
    a = run.arrays
    at, stakes = np.flatnonzero(a["urge"]), tuple(unit.tobytes() for unit in a["at_stake"])
    if last is not None:
        stakes = tuple(old if old == new else new for old, new in zip(last.stakes, stakes, strict=True))
    numbers = simulate.kernel_numbers(simulate.in_week(run, week), CONTEST)
    return Scene(
        week, numbers, a["adults"].copy(), a["armed"].copy(), a["workers"].copy(), at, a["urge"].ravel()[at],
        a["feuds"].copy(), a["will"].copy(), a["order"].copy(), a["penetration"].copy(), stakes, _killings(a),
    )  # fmt: skip


def ended(run: simulate.Run, scene: Scene, week: int) -> Scene:
    """The scene with whom its contest has killed."""
    now = _killings(run.arrays)
    now.subtract(scene.killed)
    return scene._replace(week=week, killed=+now)


def _killings(a: Mapping[str, Array]) -> Counter[tuple[int, int, int]]:
    found: Counter[tuple[int, int, int]] = Counter()
    for u in np.flatnonzero(a["deaths_here"]):
        for i, j in np.argwhere(a["killings"][u]):
            found[int(u), int(i), int(j)] = int(a["killings"][u, i, j])
    return found


def deaths_of(history: History, week: int) -> list[Death]:
    """The deaths of a week's contest, replayed once and held against what was done."""
    if week not in history.replays:
        scene = history.scenes[week]
        replay = replayed(history.run, scene)
        again = Counter((one.unit, one.killer, one.victim) for one in replay)
        members = {key: dead for key, dead in scene.killed.items() if key[2] < history.run.world.sizes["organisation"]}
        assert again == members, f"week {week}: explained {again}, done {members}"
        history.replays[week] = replay
    return history.replays[week]


def replayed(run: simulate.Run, scene: Scene) -> list[Death]:
    """A week of contest by the rules of `rivalry`, in the order of its sweep: every death with what was expected."""
    p = scene.numbers
    armed, workers, feuds = scene.armed.copy(), scene.workers.copy(), scene.feuds.copy()
    units, organisations = armed.shape
    urge = np.zeros((units, organisations, organisations))
    urge.ravel()[scene.urge_at] = scene.urge
    met, who = np.zeros(armed.shape), np.zeros(armed.shape, np.uint32)
    rivalry.meetings(p, armed, scene.adults, met, who)
    at_stake = _stakes(scene)
    week = (scene.will, scene.order, scene.penetration, met, at_stake, workers, armed, urge)
    found = list[Death]()
    for u in range(units):
        near = _near(run.arrays["unit_adjacent"], scene.week, u)
        if feuds[u] > 0:
            feuds[u] = rivalry.a_week_later(p, urge[u].reshape(-1))
        expected = rivalry.killing_of(p, u, near, feuds[u], *week, who)
        luck = uniform(run.seed, rivalry.DRAW, u, scene.week)
        drawn = poisson(expected, luck)
        for death in range(drawn):
            place = rivalry.DRAWS * (units * death + u)
            lots = [uniform(run.seed, rivalry.DRAW_VICTIM, place + k, scene.week) for k in range(rivalry.DRAWS)]
            i, j, v = rivalry.picked(p, u, near, *week, expected * lots[0])
            members = workers[v, j] + armed[v, j]
            if i == 0 or members == 0:
                continue
            pair = _pair(p, scene, i, j, u, near, v, met, at_stake, workers, armed, urge)
            near_by = poisson(p.bystander_share, lots[2])
            found.append(Death(scene.week, v, u, i, j, *pair, float(expected), float(luck), drawn, near_by))
            (armed if rivalry.is_gunman(armed[v, j], members, lots[1]) else workers)[v, j] -= 1
            feuds[v] += urge[v, j, i] == 0.0
            urge[v, j, i] += _left_by_one(p)
    return found


def _near(adjacent: Array, week: int, u: int) -> int:
    """The unit across the border at which the gunmen of a unit look this week: itself at the city's edge."""
    near = int(adjacent[u, (week + u) % adjacent.shape[1]])
    return near if near >= 0 else u


def _left_by_one(p: Any) -> float:
    """The urge that one killing leaves, before a week has passed over it."""
    return float(p.branching * p.urge_decay_per_week / (1.0 - p.urge_decay_per_week))


def _pair(
    p: Any, scene: Scene, i: int, j: int, u: int, near: int, v: int, met: Array, at_stake: Array, workers: Array,
    armed: Array, urge: Array,
) -> tuple[int, float, int, float, float, float, float]:  # fmt: skip
    """What is expected of a pair where the victim died: for the ground, and owed in return."""
    ground = rivalry.ground_of_pair(p, i, j, u, near, scene.will, met, at_stake, armed)
    owed = rivalry.owed_of_pair(p, i, j, u, near, workers, armed, urge)
    let = [rivalry.let_happen(scene.order[w], scene.penetration[i], p.broken_up) for w in (u, near)]
    places = (0, 1) if near == u else (0,) if v == u else (1,)
    return (
        int(armed[u, i]), float(scene.will[i]), int(armed[v, j]), float(at_stake[v, i, j]),
        float(sum(let[w] * ground[w] for w in places)), float(urge[u, i, j]),
        float(sum(let[w] * owed[w] for w in places)),
    )  # fmt: skip


class Source(NamedTuple):
    """An earlier death that fed an urge, and how much of a later expectation it accounts for."""

    death: Death
    expected: float


def sources(history: History, one: Death) -> list[Source]:
    """Earlier deaths of the killer's own, by the victim's, in the killer's unit: the largest part first."""
    p = history.scenes[one.week].numbers
    paid = one.owed / one.urge if one.urge > 0.0 else 0.0
    found = []
    for death in _before(history, one) if paid > 0.0 else ():
        faded = one.week - death.week + (death.base < one.base)
        left = _left_by_one(p) * (1.0 - p.urge_decay_per_week) ** faded
        found.append(Source(death, left * paid))
    return sorted(found, key=lambda source: -source.expected)


def _before(history: History, one: Death) -> Iterator[Death]:
    """Deaths that may feed an urge: since it was last forgotten, up to the death itself."""
    key, organisations = (one.base, one.victim, one.killer), history.run.world.sizes["organisation"]
    at = (one.base * organisations + one.killer) * organisations + one.victim
    for week in sorted((week for week in history.scenes if week <= one.week), reverse=True):
        scene = history.scenes[week]
        if scene.killed[key]:
            deaths = deaths_of(history, week)
            until = deaths.index(one) if week == one.week else len(deaths)
            yield from (d for d in deaths[:until] if (d.unit, d.killer, d.victim) == key)
        if at not in scene.urge_at:
            return


class Link(NamedTuple):
    """One link of a chain: a death, and the probability of what it is traced to (ground or a source)."""

    death: Death
    odds: float
    ground: bool


def chain(history: History, one: Death) -> list[Link]:
    """The likeliest chain behind a killing, latest first: from each to what it most probably answers, to the ground."""
    links: list[Link] = []
    while len(links) < LONGEST_CHAIN:
        fed = sources(history, one)
        ground = not fed or one.ground >= fed[0].expected
        links.append(Link(one, (one.ground if ground else fed[0].expected) / one.expected, ground))
        if ground:
            break
        one = fed[0].death
    return links


# --- in words --------------------------------------------------------------------------------------------------------


def _told(past: Past, history: History, number: int, found: Found) -> Term:
    who = parties(past)
    mechanism = BY_NAME[found.step].mechanism
    cause = CAUSE_OF.get(mechanism, mechanism)
    head = f"{who[found.killer]} killed {_victim(who, found)}"
    where = (
        leaf("week of", str(past.day(found.week))),
        leaf("where", past.place(found.unit)),
        leaf("cause", cause, note=f"by the rules of `{mechanism}`" if cause in CAUSES else ""),
        leaf("killed alike in that unit that week", found.alike),
    )
    why = _contest(past, history, found) if found.step == CONTEST else (_no_chain(found),)
    return Term(f"killing {number}", head, parts=(*where, *why))


def _victim(who: Any, found: Found) -> str:
    if found.victim == len(who) - 1:
        return "a bystander"
    return "a resident who follows nobody" if found.victim == 0 else f"a member of {who[found.victim]}"


def _no_chain(found: Found) -> Term:
    doc = (BY_NAME[found.step].sweep.__doc__ or "").split("\n", maxsplit=1)[0].rstrip(".")
    return Term("chain", "none", note=f"only contest answers killing with killing. What was done here: {doc}")


def killed_with(history: History, found: Found) -> Death:
    """The member's death that this killing was, or beside which this bystander died."""
    there = [d for d in deaths_of(history, found.week) if (d.unit, d.killer) == (found.unit, found.killer)]
    if found.victim < history.run.world.sizes["organisation"]:
        return [death for death in there if death.victim == found.victim][found.place]
    return [death for death in there for _ in range(death.bystanders)][found.place]


def _contest(past: Past, history: History, found: Found) -> Iterator[Term]:
    """What was expected of the pair and of all who met, and the likeliest chain."""
    one = killed_with(history, found)
    if found.victim >= len(past.names):
        beside = f"a member of {past.names[one.victim]} was killed"
        yield leaf("died where", beside, note="what follows is what the member died of")
    if one.base != one.unit:
        yield leaf("by gunmen from", past.place(one.base), note="across a border")
    yield _expectation(past, history, one)
    yield _chain(past, chain(history, one))


def _expectation(past: Past, history: History, one: Death) -> Term:
    i, j = past.names[one.killer], past.names[one.victim]
    ground = Term(
        "for the ground", one.ground, "deaths", _share(one.ground, one),
        (leaf(f"gunmen of {i}", one.armed), leaf("will", one.will, "0-1", "violence it chose"),
         leaf(f"gunmen of {j} where the victim was", one.rivals),
         leaf("at stake between the two", one.at_stake, "share of the unit")),
        brief=True,
    )  # fmt: skip
    name = f"in return for members of {i} killed there by {j}"
    less = f", of an urge for {one.urge:.2g}: gunmen, borders and the state's presence leave so much"
    note = f"{_share(one.owed, one)}{less if one.owed < one.urge * (1.0 - 1e-9) else ''}"
    owed = total(name, one.owed, "deaths", _fed(past, sources(history, one), one), note, least=1e-9)
    pair = Term(f"of them {i} against {j}", one.expected, "deaths", "", (ground, owed))
    note = f"drew {one.draw:.3g}: {one.drawn} killed"
    return Term("expected that week of all gunmen of that unit", one.all_expected, "deaths", note, (pair,))


def _share(part: float, one: Death) -> str:
    return f"{part / one.expected:.0%} of what the pair was expected to do"


def _fed(past: Past, fed: list[Source], one: Death) -> Iterator[Term]:
    """The largest sources one by one, the others together."""
    for source in fed[:MOST_SOURCES]:
        name = f"for one killed in the week of {past.day(source.death.week)}"
        yield leaf(name, source.expected, "deaths", f"{source.expected / one.expected:.0%}")
    rest = sum(source.expected for source in fed[MOST_SOURCES:])
    if rest > 0.0:
        yield leaf(f"for {len(fed) - MOST_SOURCES} killed earlier", rest, "deaths", f"{rest / one.expected:.0%}")


def _chain(past: Past, links: list[Link]) -> Term:
    names, odds = past.names, float(np.prod([link.odds for link in links]))
    parts = tuple(
        leaf(
            f"week of {past.day(link.death.week)}",
            f"{names[link.death.killer]} killed one of {names[link.death.victim]}",
            note=f"{'for the ground' if link.ground else 'in return for the next'}, {link.odds:.0%}",
        )
        for link in links
    )
    note = f"the likeliest, with odds of {odds:.0%}" if odds >= 0.005 else "the likeliest, and still unlikely"
    return Term("chain, latest first", words.counted(len(links), "killing"), "", note, parts)
