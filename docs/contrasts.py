"""What `docs/pictures.py` draws: for every mechanism its rule, and the one contrast that shows what it is for.

A rule is drawn by calling the module's own functions at declared values. An experiment runs the mechanism's own steps
on the small towns of the workbench, or a whole small town, a few seeds each; nothing here is fitted or typed in as a
result.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mohalla import results
from mohalla.curves import saturates
from mohalla.engine.cpu import use_threads
from mohalla.engine.simulate import simulate
from mohalla.engine.week import BY_NAME, bind, run_call
from mohalla.mechanisms import (
    background,
    bargaining,
    coercion,
    command,
    defection,
    demography,
    discipline,
    election,
    extortion,
    operation,
    order,
    patronage,
    pressures,
    recruitment,
    residents,
    riot,
    rivalry,
    services,
    strike,
    trade,
    treasury,
    words,
)
from mohalla.parameters import declared
from workbench import stepping
from workbench.alone import added_up, midway, polled
from workbench.places import PARTY, POSTS, SECTORS, beginning, calm_street, changed, followed_street, party
from workbench.stepping import Arrays, call_of, copied, one_place, residents_call, small_town, start, step

Numbers = NDArray[np.float64]
LANTERN, BANYAN = 1, 2
WEAVERS, BOATMEN = 0, 1
A_YEAR = 365.25 / 7.0
STANCES = ("sponsor", "co-opt", "neutral", "negotiate", "crack down")


class Line(NamedTuple):
    """One line of a chart, with its range where it has one."""

    label: str
    x: Numbers
    y: Numbers
    low: Numbers | None = None
    high: Numbers | None = None
    colour: int | None = None
    style: str = "-"


class Lines(NamedTuple):
    """A chart of lines."""

    title: str
    x: str
    y: str
    lines: Sequence[Line]
    top: float | None = None


class Bars(NamedTuple):
    """A chart of bars, one a name, with their range over seeds where they have one; or stacked parts."""

    title: str
    y: str
    names: Sequence[str]
    parts: Sequence[tuple[str, Sequence[float]]]
    spread: Sequence[tuple[float, float]] | None = None
    x: str = ""


class Fields(NamedTuple):
    """A chart of what is chosen over two inputs."""

    title: str
    x: str
    y: str
    at_x: Numbers
    at_y: Numbers
    chosen: NDArray[np.int_]
    names: Sequence[str]


Chart = Lines | Bars | Fields


class Shown(NamedTuple):
    """A mechanism's two charts, and what was run for the second and what it shows."""

    rule: Chart
    drawn: str
    experiment: Chart
    ran: str


def at(name: str) -> Any:
    """A mechanism's numbers at their declared values; rates a week."""
    return stepping.defaults(name)


def by_year(name: str) -> dict[str, float]:
    """The same, rates a year."""
    module = next(one for one in stepping.DECLARED.items() if one[0] == name)[1]
    return {key: one.value for key, one in declared(module).items()}


def curve(rule: Callable[[float], Any], low: float, high: float, points: int = 81) -> tuple[Numbers, Numbers]:
    """A rule over an input."""
    x = np.linspace(low, high, points)
    return x, np.array([float(rule(float(one))) for one in x])


def lines(
    labels: Iterable[tuple[str, float]], rule: Callable[[float, float], Any], low: float, high: float
) -> list[Line]:
    """A rule over an input, for a few values of a second."""
    return [Line(label, *curve(lambda x, v=value: rule(x, v), low, high)) for label, value in labels]  # type: ignore[misc]


def course(label: str, runs: Sequence[Sequence[float]], each: float) -> Line:
    """Mean and range over seeds of something by step of time; `each` is the step."""
    values = np.array(runs, float)
    x = np.arange(values.shape[1]) * each
    return Line(label, x, values.mean(axis=0), values.min(axis=0), values.max(axis=0))


def run_step(
    name: str, arrays: Arrays, weeks: Iterable[int], see: Callable[[Arrays], float], seed: int = 1, **numbers: float
) -> list[float]:
    """What is seen after each week of one step on its own."""
    call, seen = call_of(name, arrays, **numbers), []
    with np.errstate(over="ignore"):
        for week in weeks:
            run_call(call, week, np.uint64(seed))
            seen.append(float(see(arrays)))
    return seen


# ------------------------------------------------------------------------------------------------------ who holds sway
def show_bargaining() -> Shown:
    """Stances over outrage; the stance chosen over outrage and seats."""
    p = at("bargaining")
    worths = (
        ("co-opt", 1, lambda x: bargaining.ally_worth(p, 0.5, 0.5, 1.0, x)),
        ("crack down", 4, lambda x: bargaining.force_worth(p, x, 0.9, 0.0, 0.0, 0.0)),
        ("crack down, shielded", 4, lambda x: bargaining.force_worth(p, x, 0.9, 0.5, 0.0, 0.0)),
        ("negotiate", 3, lambda x: bargaining.talks_worth(p, 0.2, x, 0.9, 0.0)),
    )
    rule = [
        Line(name, *curve(worth, 0, 1), colour=code, style="--" if "shielded" in name else "-")
        for name, code, worth in worths
    ]
    rule.append(Line("neutral", np.array([0.0, 1.0]), np.zeros(2), colour=2))
    outrage, seats = np.linspace(0, 0.96, 33), np.linspace(0, 1, 33)
    chosen = np.array([[_stance(x, y) for x in outrage] for y in seats])
    return Shown(
        Lines("What a stance is worth to the centre", "outrage in the city (0-1)", "worth", rule),
        "Half of the city's seats, need of them one half, full standing; force could end nine tenths of the violence; "
        "readiness to concede 0 in a crackdown and 0.2 in talks; a shield of one half.",
        Fields("The stance chosen, from neutral", "outrage in the city (0-1)", "share of the city's seats", outrage,
               seats, chosen, STANCES),
        "One month of `bargain` for every point, in a town with a need of allies of one half and 400 personnel, where "
        "nobody else stands. Nobody is sponsored here: there is no strong rival to hold in check; talks need gunmen "
        "that outnumber the state, or strikes.",
    )  # fmt: skip


def _stance(outrage: float, seats: float) -> int:
    arrays = _free_town()
    arrays["chosen_stance"][:], arrays["event_count"][:] = bargaining.NEUTRAL, 0
    half = at("bargaining").outrage_half
    arrays["outrage"][LANTERN] = outrage / (1.0 - outrage) * half * arrays["adults"].sum() / 1e6
    arrays["seats_share"][LANTERN] = seats
    run_call(_bargain(), 4, np.uint64(1))
    return int(arrays["chosen_stance"][LANTERN])


@cache
def _free_town() -> Arrays:
    return copied(beginning())


@cache
def _bargain() -> Any:
    return call_of("bargain", _free_town())


def show_trade() -> Shown:
    """Gifts over own dead; what comes in with a leader free, bound or at home."""
    p = at("trade")
    each = by_year("trade")["gifts_per_year"] * 1e6

    def gifts(dead: float, free: float) -> float:
        moved = p.persecution_effect * saturates(dead, p.persecution_half)
        return trade.given(1.0, each, free, p.leaderless_giving, moved)

    leaders = (("leader abroad and free", 1.0), ("half bound by proceedings", 0.5), ("at home", 0.0))
    names = ("free\nabroad", "bound\nabroad", "at home", "at home,\nrival rules\nthe street")
    sold, given = [], []
    for name in names:
        arrays = copied(midway())
        arrays["force"][:], arrays["takings"][:], arrays["deaths_memory"][:] = 0.0, 0.0, 0.0
        arrays["leader_abroad"][LANTERN] = float("abroad" in name)
        arrays["leader_bound"][LANTERN] = float("bound" in name)
        arrays["force"][:, BANYAN] = 0.6 * ("rival" in name)
        step("trade", arrays)
        sold.append(1e3 * A_YEAR * float(arrays["takings"][:, LANTERN, trade.TRADE].sum()))
        given.append(1e3 * A_YEAR * float(arrays["from_abroad"][LANTERN]))
    return Shown(
        Lines("What kin abroad give", "own dead per 1000 believers, remembered", "rupees a believer and year",
              lines(leaders, gifts, 0, 1)),
        "Declared values.",
        Bars("What comes in by trade and gifts", "thousand rupees a year", names,
             (("goods sold", sold), ("gifts from abroad", given))),
        "One week of `trade` in a tiny town of 2,800 adults for each bar, taken fifty-two times; nobody has died. In "
        "so small a town gifts are little beside sales.",
    )  # fmt: skip


def show_treasury() -> Shown:
    """Money for arms over insecurity; who has what was taken in, by the rates of skim."""
    p = at("treasury")
    firsts = (("militancy 0.1", 0.1), ("militancy 0.3", 0.3))
    rates = (0.0, 0.06, 0.15, 0.25)
    parts: dict[str, list[float]] = {"budget": [], "city's organiser": [], "sector heads": [], "unit heads": []}
    for rate in rates:
        arrays = copied(midway())
        arrays["skim_rate"][:], arrays["budget"][:] = rate, 0.0
        for name in ("funds", "foreign_funds", "from_abroad", "office"):
            arrays[name][:] = 0.0
        step("collect", arrays)
        total = float(arrays["income"][LANTERN].sum()) / 100.0
        kept = [float(one) / total for one in arrays["skim"][LANTERN]]
        for name, value in zip(parts, (arrays["budget"][LANTERN] / total, *kept), strict=True):
            parts[name].append(float(value))
    return Shown(
        Lines("Share of free money that goes to arms", "rivals' gunmen among followers (0-1)", "share",
              lines(firsts, lambda x, v: treasury.shares(v, x, p.most_on_arms), 0, 1), top=1.0),
        "At most 0.6 goes to arms by insecurity.",
        Bars("Who has what was taken in units", "% of takings", [f"{100 * one:.0f} %" for one in rates],
             tuple(parts.items()), x="kept by each post of what passes through it"),
        "One week of `collect` in a tiny town for each bar: every post keeps the share below it. With 25 % at each of "
        "three tiers less than half reaches the budget.",
    )  # fmt: skip


def show_command() -> Shown:
    """Delegation over the rate of betrayal; delegation and truth at the top after betrayals."""
    p = at("command")
    worths = (("local knowledge worth 0.1", 0.1), ("worth 0.25, as declared", p.local_worth), ("worth 0.5", 0.5))
    betrayals = np.linspace(0, 0.6, 25)
    seen: dict[str, list[float]] = {"delegation": [], "truth, leader at home": [], "truth, leader abroad": []}
    for share in betrayals:
        for where in (0.0, 1.0):
            arrays = changed(party(), watched_years=10.0, betrayals=float(share), leader_abroad=where)
            step("command", arrays)
            seen["truth, leader abroad" if where else "truth, leader at home"].append(arrays["information"][PARTY])
        seen["delegation"].append(arrays["delegation"][PARTY])
    found = [Line(name, 100 * betrayals, np.array(values)) for name, values in seen.items()]
    return Shown(
        Lines("Delegation", "betrayals expected a year", "left to holders (0-1)",
              lines(worths, lambda x, v: command.delegated(v, p.betrayal_cost, x), 0.01, 1.0), top=1.0),
        "Best reply to the expected rate, a betrayal costing 4.",
        Lines("What the leader leaves to others and knows", "rank lost to betrayal, remembered (%)", "0-1", found,
              top=1.0),
        "One month of `command` for each point, in a party of 51 posts after ten watched years.",
    )  # fmt: skip


def show_discipline() -> Shown:
    """Suspicion over loyalty; rotation and executions by years without betrayal."""
    p = at("discipline")
    known = (("nothing known", 0.0), ("half", 0.5), ("all known", 1.0))
    years = np.array([0.0, 2.0, 4.0, 8.0, 12.0, 16.0, 24.0])
    counted: dict[str, list[tuple[float, float, float]]] = {"rotated by order": [], "executed": []}
    for quiet in years:
        # What `command` would make of it: a loss remembered, and years watched, ten before it, both fading alike.
        c = at("command")
        fades = float(np.exp(-quiet / c.memory_years))
        watched = c.memory_years + (10.0 - c.memory_years) * fades
        belief = command.believed_rate(0.1 * fades, watched, c.alarm, c.prior_years)
        left = command.delegated(c.local_worth, c.betrayal_cost, belief)
        first = changed(party(), betrayal_belief=belief, delegation=left, information=0.7, force=1.0, exposure=0.0)
        rates = np.array([_posts_emptied(first, seed) for seed in (1, 2, 3, 4, 5)])
        for name, values in zip(counted, rates.T, strict=True):
            counted[name].append((float(values.mean()), float(values.min()), float(values.max())))
    found = [Line(name, years, *np.array(values).T) for name, values in counted.items()]
    return Shown(
        Lines("Suspicion", "loyalty of a head (0-1)", "chance to be suspected",
              lines(known, lambda x, v: discipline.suspicion(x, v, p.suspicion_noise), 0, 1), top=1.0),
        "By how much of the truth reaches the top.",
        Lines("Discipline wears off as betrayal is forgotten", "years since a tenth of the rank betrayed",
              "% of posts a year", found),
        "Mean and range over five seeds of 300 months that begin alike, of `discipline` alone, in a party of 51 posts "
        "at loyalty 0.5 with full force and no office to lose, half of the cadre ready to go with each head.",
    )  # fmt: skip


def _posts_emptied(first: Arrays, seed: int, months: int = 300) -> tuple[float, float]:
    arrays = copied(first)
    call, rotated, dead = call_of("discipline", arrays), 0, 0
    for month in range(months):
        for name in call_fields("discipline"):
            arrays[name][...] = first[name]
        run_call(call, 4 * month, np.uint64(seed))
        executed = int(arrays["causes"][:, discipline.DISCIPLINE].sum())
        rotated += int((arrays["tenure"][POSTS : 2 * POSTS] == 0).sum()) - executed
        dead += executed
    each = 100.0 * (A_YEAR / 4.0) / months / POSTS
    return rotated * each, dead * each


def call_fields(name: str) -> tuple[str, ...]:
    """What a step writes."""
    return stepping.BY_NAME[name].writes


def show_defection() -> Shown:
    """Chance to leave over what has gone; rank that goes over against own following."""
    p = at("defection")

    def chance(gone: float, following: float) -> float:
        gain = defection.worth_leaving(p, following, defection.prospects(gone, p.cascade_half), 0.5, 0.7, 0.5, 0.1, 0.0)
        return 100.0 * defection.chance_to_leave(gain, p.noise, 4.0 * p.considered_per_week)

    ways = (("following 0.2", 0.2), ("0.4", 0.4), ("0.6", 0.6))
    followings = np.array([0.0, 0.299, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7])
    found = []
    for label, loyalty in (("others' loyalty 0.4", 0.4), ("0.5", 0.5), ("0.6", 0.6)):
        gone = np.array([[_gone(float(one), loyalty, seed) for seed in range(1, 13)] for one in followings])
        found.append(Line(label, followings, gone.mean(axis=1)))
    return Shown(
        Lines("Chance that a head leaves this month", "% of the rank that has gone over", "%",
              [Line(one.label, 100 * one.x, one.y) for one in lines(ways, chance, 0, 0.4)]),
        "A head of loyalty 0.5 with 0.7 of full pay, force 0.5, fear of purge 0.1, nobody bereaved.",
        Lines("Rank that has gone over after two years", "share of the cadre that would follow its head", "% of rank",
              found, top=100.0),
        "Two years of `defection` alone in a party of 51 posts, one sector's head of which is of no loyalty; mean of "
        "twelve seeds. Single runs lie far apart: often nobody goes or nearly all do. Where less than 0.3 of a "
        "sector's cadre would follow, nobody can found anything.",
    )  # fmt: skip


def _gone(following: float, loyalty: float, seed: int) -> float:
    arrays = changed(party(), following=following, loyalty=loyalty)
    arrays["loyalty"][POSTS + 1] = 0.0
    call = call_of("defection", arrays)
    with np.errstate(over="ignore"):
        for week in range(0, 104, 4):
            run_call(call, week, np.uint64(seed))
    posts = np.arange(POSTS + 1, 2 * POSTS)
    rank = np.where(posts < POSTS + 1 + SECTORS, at("defection").sector_rank, 1.0)
    return 100.0 * float(rank[arrays["tenure"][posts] == 0].sum() / rank.sum())


def show_recruitment() -> Shown:
    """Joiners over the pool drained; who joins in five conditions."""
    p, year = at("recruitment"), by_year("recruitment")
    driven = (("nothing drives them", 0.0), ("+50 %", 0.5), ("+100 %", 1.0))

    def joins(share: float, more: float) -> float:
        return recruitment.joiners(1000.0, 10.0 * share, year["joining_per_year"], more, p.most_of_pool)

    names = ("as declared", "young\nshut out", "own dead", "kin killed\nby others", "the same,\na splinter")
    means, spread = [], []
    for name in names:
        arrays = _recruits(name)
        step("driven", arrays)
        joined = [
            float(added_up("recruitment", _shifted(arrays, seed), ("joined",), 208)[0][:, LANTERN].sum()) / 4.0
            for seed in range(5)
        ]
        means.append(float(np.mean(joined)))
        spread.append((min(joined), max(joined)))
    return Shown(
        Lines("Who joins", "cadre, % of young believers", "a year, of 1000 young believers",
              lines(driven, joins, 0, 6)),
        "Declared values; the pool is drained at 5 %.",
        Bars("New workers of one party", "persons a year", names, (("", means),), spread),
        "`driven`, then 208 weeks of `recruitment` that begin alike, in a tiny town of 2,800 adults without other "
        "cadre: all young shut out; five members killed in each unit; ten in a thousand of the kin bereaved by others. "
        "Mean and range over five starting sizes of the cadre (10 to 14).",
    )  # fmt: skip


def _recruits(name: str) -> Arrays:
    arrays = copied(midway())
    arrays["workers"][:], arrays["armed"][:], arrays["arms_money"][:] = 2, 0, 0.0
    arrays["exclusion"][:], arrays["bereaved"][:], arrays["deaths_memory"][:] = 0.0, 0.0, 0.0
    if "shut" in name:
        arrays["exclusion"][:] = 1.0
    elif name == "own dead":
        arrays["deaths_memory"][:, LANTERN] = 5.0
    elif name != "as declared":
        people = arrays["unit_people"].sum(axis=0) * arrays["adults_per_resident"][0]
        arrays["bereaved"][:, BANYAN] = 0.01 * people
        arrays["parent"][LANTERN] = 2 if "splinter" in name else 0
    return arrays


def _shifted(arrays: Arrays, seed: int) -> Arrays:
    found = copied(arrays)
    found["workers"][0, LANTERN] += seed
    return found


# ------------------------------------------------------------------------------------------------------------ violence
def show_rivalry() -> Shown:
    """Will over office; killings after one killing."""
    p = at("rivalry")
    exposures = (("exposure 0.3", 0.3), ("0.5", 0.5), ("0.8", 0.8))
    found = []
    for label, branching in (("0.20 in return for one", 0.2), ("0.35, as declared", 0.35), ("0.50", 0.5)):
        runs = [np.mean([_feud(branching, 100 * block + seed) for seed in range(100)], axis=0) for block in range(4)]
        found.append(course(label, runs, 1.0 / A_YEAR))
    return Shown(
        Lines("Violence chosen in contest", "office at stake (0-1)", "will (0-1)",
              lines(exposures, lambda x, v: rivalry.chosen_will(0.7 * p.ground_worth, x * v, 0.0), 0, 1), top=1.0),
        "Seven tenths of the ground are not held, nobody is hunted; exposure is how far visible violence costs office.",
        Lines("Killings that follow one killing", "years since", "killings, mean of incidents", found),
        "One killing in a tiny town where nobody wants ground (will 0), then a year of `rivalry` alone: mean of 400 "
        "seeds, band: the range of means of each hundred.",
    )  # fmt: skip


def _feud(branching: float, seed: int) -> Numbers:
    first, arrays = _feuding()
    for name in (*call_fields("rivalry"), "will"):
        arrays[name][...] = first[name]
    p = at("rivalry")
    arrays["urge"][0, BANYAN, LANTERN] = branching * p.urge_decay_per_week / (1.0 - p.urge_decay_per_week)
    arrays["feuds"][0] = 1
    total, call = [0.0], _rivalry(branching)
    for week in range(52):
        arrays["killings"][:], arrays["killed"][:] = 0, 0
        run_call(call, week, np.uint64(seed))
        total.append(total[-1] + float(arrays["killed"].sum()))
    return np.array(total)


@cache
def _feuding() -> tuple[Arrays, Arrays]:
    first = copied(midway())
    first["will"][:], first["urge"][:], first["feuds"][:] = 0.0, 0.0, 0
    first["workers"][:, 1:3], first["armed"][:, 1:3] = 50, 30
    return first, copied(first)


@cache
def _rivalry(branching: float) -> Any:
    return call_of("rivalry", _feuding()[1], branching=branching)


def show_riot() -> Shown:
    """Answers over gunmen; sizes of riots that one incident sets off."""
    p = at("riot")
    wills = (("will 0.2", 0.2), ("0.6", 0.6), ("1.0", 1.0))

    def answered(gunmen: float, will: float) -> float:
        return riot.answers(riot.worked(will, 0.8, gunmen, p.gunmen_half), p.answered, p.answered_worked)

    found = []
    sizes = np.arange(1, 31)
    for label, gunmen in (("nobody to work it", 0), ("5 gunmen of kin", 5), ("20 gunmen of kin", 20)):
        dead = np.array([_riot(gunmen, seed) for seed in range(400)]).reshape(4, 100)
        share = 100.0 * (dead[:, :, None] >= sizes).mean(axis=1)
        mean = f"{label}: {dead.mean():.1f} dead"
        found.append(Line(mean, sizes.astype(float), share.mean(axis=0), share.min(axis=0), share.max(axis=0)))
    return Shown(
        Lines("Killings in return for one", "gunmen of its kin in the unit", "killings per killing",
              lines(wills, answered, 0, 40), top=1.0),
        "Kinship 0.8; `will` is what rivalry chose.",
        Lines("Riots that one incident sets off", "dead, at least", "% of incidents", found),
        "One incident in a unit of half weavers and half boatmen, then 30 weeks of `riot` alone; 400 seeds, band: the "
        "range of each hundred. The legend has the mean number of dead.",
    )  # fmt: skip


@cache
def _riot_calls(gunmen: int) -> tuple[Arrays, Arrays, Any, Any]:
    arrays = calm_street()
    arrays["armed"][:, LANTERN], arrays["unit_people"][:, WEAVERS] = gunmen, 50
    arrays["threat"][WEAVERS], arrays["threat"][BOATMEN] = 1.0, 0.0
    arrays["adults"][1:] = 0.0
    incident = call_of("riot", arrays, incidents_per_year=1e6)
    return copied(arrays), arrays, incident, call_of("riot", arrays, incidents_per_year=0.0)


def _riot(gunmen: int, seed: int) -> float:
    first, arrays, incident, after = _riot_calls(gunmen)
    for name in call_fields("riot"):
        arrays[name][...] = first[name]
    run_call(incident, 0, np.uint64(seed))
    for week in range(1, 31):
        run_call(after, week, np.uint64(seed))
    return float(arrays["riot_deaths"].sum())


@cache
def _small_town(arm: str, seed: int) -> Any:
    numbers = {"coercion": {"watch_half": 1e9, "follower_eyes": 0.0}} if arm == "blind" else {}
    town = small_town().model_copy(update={"parameters": numbers})
    return simulate(town, seed, without=() if arm in {"whole", "blind"} else (arm,))


def show_coercion() -> Shown:
    """Harm over workers; hold and hearts with and without eyes and force."""
    p = at("coercion")
    found = []
    for k, gunmen in enumerate((0.4, 1.6)):
        force = coercion.saturating(gunmen, 1000.0, p.force_half)
        for name, harm, style in (("dissenters", coercion.sanction, "-"), ("anybody", coercion.error, "--")):

            def falls(workers: float, of: Any = harm, hurt: float = force) -> Any:
                cells = coercion.by_cells(workers, 1000.0, 1.0, p.watch_half)
                return of(coercion.watching(cells, 0.5, p.follower_eyes), hurt)

            label = f"on {name}, {gunmen:g} gunmen"
            found.append(Line(label, *curve(falls, 0, 20), colour=k, style=style))
    main = small_town().organisations[0].id
    arms = (("watch and force", "whole"), ("force without watch", "blind"), ("neither", "coercion"))
    courses = []
    for label, arm in arms:
        runs = [_small_town(arm, seed) for seed in range(1, 4)]
        one = course(label, [100.0 * results.gap(run, main).values[::13] for run in runs], 13 / A_YEAR)
        courses.append(one._replace(style="--" if arm == "coercion" else "-"))
    return Shown(
        Lines("Where harm falls", "workers per 1000 adults", "expected harm (0-1)", found),
        "Gunmen per 1000 adults; cells of full skill, half of the place followers. Solid: selective; dashed: errors.",
        Lines("Who show a party less who prefer it", "years", "points, % of adults", courses),
        "The small town for eight years, three seeds: as it is; with gunmen whom nobody tells anything; and without "
        "coercion. Mean and range. Below 0 some who prefer the young party do not dare to show it, for the older one "
        "watches too; above 0 some show it who prefer another. Without eyes force moves faces neither way.",
    )


def show_operation() -> Shown:
    """Cadre among those taken over tips; what a hundred raids take."""
    p = at("operation")
    told = (("no informers", 0.0), ("2 in 100 members", 0.02), ("10 in 100", 0.1))

    def share(tips: float, informers: float) -> float:
        guided = operation.guidance(tips, 1000.0, p.tips_half, 1000.0 * informers, 1000.0, p.informers_half)
        return 100.0 * operation.share_of_cadre(p.blind_share, p.tipped_share, guided)

    names = ("blind", "tips", "tips and\ninformers", "the same,\ngiven away", "the same,\nresisted")
    taken, dead, shot = [], [], []
    for name in names:
        arrays = copied(midway())
        arrays["raids_planned"][:], arrays["raids_planned"][LANTERN] = 0.0, 1.0
        arrays["workers"][:, LANTERN], arrays["armed"][:, LANTERN], arrays["unlawful"][:] = 60, 30, 0.0
        arrays["strongest"][:], arrays["force"][:, LANTERN] = LANTERN, 0.7
        arrays["tips"][:] = 0.0 if name == "blind" else 0.2 * arrays["adults"] / 1000.0
        arrays["informers"][LANTERN] = 0.0 if name in names[:2] else 20.0
        arrays["penetration"][:], arrays["defiance"][:] = float("away" in name), 0.5 * float("resisted" in name)
        arrays["held_workers"][:] = arrays["held_armed"][:] = 0
        raids, found, lost, killings = added_up("operation", arrays, ("raids", "arrested", "killed", "killings"), 600)
        each = 100.0 / raids[LANTERN]
        taken.append(float(found[:, LANTERN].sum() * each))
        dead.append(float(lost[:, LANTERN].sum() * each))
        shot.append(float(killings[:, LANTERN, arrays["founded"].size].sum() * each))
    return Shown(
        Lines("Cadre among those taken", "tips per 1000 adults, not yet stale", "% of those taken",
              lines(told, share, 0, 0.6), top=70.0),
        "From blind luck to the well told; members who inform.",
        Bars("What a hundred raids take", "persons per 100 raids", names,
             (("members detained", taken), ("members killed", dead), ("personnel killed", shot))),
        "Some 600 raids for each bar, in 600 weeks of `operation` that begin alike, in a tiny town: 0.2 tips per 1000 "
        "adults; 20 informers in 360 members; wholly penetrated forces; a defiance of one half.",
    )  # fmt: skip


def show_background() -> Shown:
    """Murders over the declared rate; what a run makes of it."""
    factors = (("factor 0.7", 0.7), ("1.0", 1.0), ("1.3", 1.3))
    rates = np.array([2.0, 5.0, 10.0, 20.0, 40.0])
    counted = []
    for rate in rates:
        arrays = copied(midway())
        people = float(arrays["adults"].sum())
        arrays["ordinary"][:], arrays["militant"][:], arrays["shock_deaths"][:] = rate / 1e5 / A_YEAR, 0.0, 0
        arrays["adults"] *= 1e6 / people
        runs = [
            sum(run_step("background", arrays, range(k * 52, k * 52 + 52), _weekly_dead, k)) * A_YEAR / 52 / 10.0
            for k in range(1, 9)
        ]
        counted.append((np.mean(runs), min(runs), max(runs)))
    mean, low, high = np.array(counted).T
    return Shown(
        Lines("Ordinary murders", "declared rate, a year per 100,000 adults", "a year in a million adults",
              lines(factors, lambda x, v: background.expected(1e6, x / 1e5, v), 0, 40)),
        "The factor says how far the record is believed.",
        Lines("What is imposed is what happens", "declared rate, a year per 100,000 adults",
              "a year per 100,000 adults", [Line("simulated", rates, mean, low, high),
              Line("declared", np.array([0.0, 40.0]), np.array([0.0, 40.0]), colour=7, style=":")]),
        "A year of `background` alone in a town blown up to a million adults; mean and range over eight seeds. Nothing "
        "here is a result: these deaths are put in.",
    )  # fmt: skip


def _weekly_dead(arrays: Arrays) -> float:
    dead = float(arrays["deaths_here"].sum())
    arrays["deaths_here"][:] = 0
    return dead


# --------------------------------------------------------------------------------------------------- help and opinion
def show_words() -> Shown:
    """Sympathy over one-sidedness, by rule and by step."""
    p = at("words")
    standing = (("legitimacy 1", 1.0), ("0.6", 0.6), ("0.3", 0.3))
    split = np.linspace(0, 1, 21)
    found = []
    for label, raids, outrage in (
        ("many raids", 200.0, 0.0), ("few raids", 30.0, 0.0), ("many raids, after killings", 200.0, 2.0)
    ):  # fmt: skip
        moved = []
        for share in split:
            arrays = copied(beginning())
            arrays["armed"][:, 1:3], arrays["held_armed"][:] = 10, 0
            arrays["followers"][:, 1:3] = 100.0
            arrays["outrage"][LANTERN] = outrage
            memory = raids * arrays["adults"].sum() / 1e6
            arrays["raids_memory"][:3] = [0.0, share * memory, (1.0 - share) * memory]
            for week in range(0, 104, 4):
                step("words", arrays, week=week)
            moved.append(float(arrays["sympathy"][LANTERN]))
        found.append(Line(label, 100 * split, np.array(moved)))
    return Shown(
        Lines("Sympathy for one singled out", "raids beyond its share of gunmen (0-1)", "sympathy (0-1)",
              lines(standing, lambda x, v: words.won_sympathy(x, 1.0, v, p.singled_half), 0, 1), top=1.0),
        "Raids felt in full.",
        Lines("Sympathy in a town of two parties", "% of raids aimed at one of two alike", "sympathy (0-1)", found,
              top=1.0),
        "Two years of `words` for each point: two parties with as many gunmen, 200 or 30 remembered raids per million "
        "adults; and with two remembered killings in a town of 2,800 adults. Even-handed raids win nobody sympathy.",
    )  # fmt: skip


def show_patronage() -> Shown:
    """Help over money; belief in help that goes on or breaks off."""
    p = at("patronage")
    offices = (("no office", 0.0), ("half the offices", 0.5), ("all", 1.0))

    def level(money: float, office: float) -> float:
        half = 1e6 * by_year("patronage")["half_help_per_year"]
        return patronage.helps(money, 1.0, half, 0.6, p.office_help * office)

    found = []
    for label, gap in (("goes on", 0), ("breaks off for 4 weeks", 4), ("for a year", 52)):
        arrays = copied(midway())
        arrays["founded"][:], arrays["office"][:], arrays["record_years"][:] = [0, 1, 0, 0], 0.0, 0.0
        arrays["followers"][:, LANTERN], arrays["effectiveness"][:] = 100.0, 0.6
        call, seen = call_of("patronage", arrays), []
        for week in range(520):
            arrays["help_money"][:] = 0.0 if 260 <= week < 260 + gap else 100.0 * p.half_help_per_week
            run_call(call, week, np.uint64(1))
            seen.append(float(arrays["lasting"][LANTERN]))
        found.append(Line(label, np.arange(520) / A_YEAR, np.array(seen)))
    return Shown(
        Lines("Help to a follower's household", "help money, rupees a follower and year", "help (0-1)",
              lines(offices, level, 0, 3000), top=1.0),
        "Posts of usual competence (0.6).",
        Lines("Belief that help lasts", "years of help", "chance to last four more years", found, top=1.0),
        "Ten years of `patronage` alone. A month without help undoes years of record, and it is earned again slowly.",
    )  # fmt: skip


def show_services() -> Shown:
    """The way to the ordered level; the record that a break costs."""
    paces = (("0.5 a year", 0.5), ("1.5, as declared", 1.5), ("4", 4.0))
    rule = []
    for label, pace in paces:
        level = [0.0]
        for _ in range(208):
            level.append(services.delivered(level[-1], 0.8, pace / A_YEAR))
        rule.append(Line(label, np.arange(209) / A_YEAR, np.array(level)))
    found = []
    for label, gap in (("goes on", 0), ("half a year without orders", 26), ("for two years", 104)):
        arrays = copied(midway())
        arrays["services"][:], arrays["served_years"][:] = 0.6, 0.0
        call, seen = call_of("services", arrays), []
        for week in range(520):
            arrays["delivery"][:] = 0.0 if 208 <= week < 208 + gap else 0.6
            run_call(call, week, np.uint64(1))
            seen.append(float(arrays["served_years"][0]))
        found.append(Line(label, np.arange(520) / A_YEAR, np.array(seen), style="--" if gap == 26 else "-"))
    return Shown(
        Lines("Services on the way to those ordered", "years since the order", "services (0-1)", rule, top=1.0),
        "From nothing to 0.8, by pace.",
        Lines("The record that residents go by", "years", "years of unbroken services", found),
        "Ten years of `services` alone at 0.6. What is built up slowly also wears off slowly: half a year without "
        "orders is not yet seen (services stay above 0.25); two years break the record.",
    )  # fmt: skip


def show_order() -> Shown:
    """Presence over personnel; the record of those who govern."""
    p = at("order")
    served = (("no services", 0.0), ("half", 0.5), ("full services", 1.0))
    found = []
    for label, level, deaths in (
        ("serves, no killing", 0.8, 0.0), ("serves little, no killing", 0.2, 0.0),
        ("serves little, much killing", 0.2, 60.0),
    ):  # fmt: skip
        arrays = copied(midway())
        arrays["services"][:], arrays["failure"][:], arrays["office"][:] = level, 0.0, 0.0
        arrays["deaths_here"][:] = 0
        people = float(arrays["adults"].sum())
        arrays["adults"] *= 1e7 / people
        arrays["deaths_here"][0] = round(deaths * 1e7 / 1e5 / A_YEAR)
        call, seen = call_of("order", arrays), []
        for week in range(0, 780, 4):
            arrays["office"][LANTERN] = float(week < 260)
            run_call(call, week, np.uint64(1))
            seen.append(float(arrays["failure"][LANTERN]))
        found.append(Line(label, np.arange(len(seen)) * 4 / A_YEAR, np.array(seen)))
    return Shown(
        Lines("Presence of the state", "personnel per 1000 adults", "presence (0-1)",
              lines(served, lambda x, v: order.presence(x, p.personnel_half, v, p.bare), 0, 40), top=1.0),
        "By what it delivers.",
        Lines("Failure remembered: five years in office, then out", "years", "failure (0-1)", found, top=1.0),
        "`order` alone for fifteen years in which one party holds all offices for five: services of 0.8 or 0.2; 0 or "
        "60 killings a year per 100,000 adults.",
    )  # fmt: skip


def show_pressures() -> Shown:
    """What kinship is worth to the threatened; danger as it is remembered."""
    p = at("pressures")
    young = (("nobody shut out", 0.0), ("3 in 10 of its young", 0.3), ("6 in 10", 0.6))
    found = []
    for label, memory in (("memory of 2 years", 2.0), ("4, as declared", 4.0), ("8", 8.0)):
        worst, seen = 0.0, []
        for week in range(520):
            worst = pressures.fades(0.2 if 52 <= week < 104 else 0.0, worst, 1.0 / (memory * A_YEAR))
            seen.append(worst)
        found.append(Line(label, np.arange(520) / A_YEAR, np.array(seen)))
    now = np.array([0.0, 1.0, 1.0, 2.0, 2.0, 10.0])
    found.append(Line("danger now", now, np.array([0, 0, 0.2, 0.2, 0, 0]), colour=7, style=":"))
    return Shown(
        Lines("What full kinship is worth to a community", "threat that it feels (0-1)", "appeal (utility)",
              lines(young, lambda x, v: pressures.identity(p.kinship_weight, p.kinship_threatened, v)
                    + pressures.rallies(p.kinship_threatened, x, v, 1.0), 0, 1),
              top=1.5),
        "By the share of its young who are shut out; where the state keeps no order. A hundred dead per million "
        "at others' hands in a week move threat a quarter of the way to one.",
        Lines("The worst danger remembered", "years", "danger of showing a face (0-1)", found),
        "The rule alone, week by week: a year in which open dissent is dangerous, then calm.",
    )  # fmt: skip


def show_residents() -> Shown:
    """Belief over calm; who shows what they prefer, over the danger of it."""
    p = at("residents")
    relapses = (("never a relapse", 0), ("one", 1), ("two", 2))
    rule = []
    for label, lived in relapses:

        def believed(calm: float, again: int = lived) -> float:
            f4 = np.float32
            return float(residents.believes(f4(calm), f4(p.prior_years), f4(4.5), again))

        rule.append(Line(label, *curve(believed, 0, 20)))
    risks = np.linspace(0, 0.5, 11)
    use_threads(1)  # so small a place is no work to share
    found = []
    for label, harm in (("nobody saw violence", 0.0), ("1 in 100 sees some a week", 0.01), ("5 in 100", 0.05)):
        shown = np.array([[_honest(float(risk), harm, seed) for seed in (1, 2, 3)] for risk in risks])
        found.append(Line(label, risks, shown.mean(axis=1), shown.min(axis=1), shown.max(axis=1)))
    return Shown(
        Lines("Belief that calm lasts", "years of calm", "chance of no relapse", rule, top=1.0),
        "Horizon of 4.5 years, by the relapses that a resident has lived through.",
        Lines("Who show what they prefer", "expected harm to who shows it (0-1)", "% of residents", found, top=100.0),
        "A thousand residents of one place who prefer another than the one whose cells and gunmen watch there; three "
        "years of `residents` for each point; mean and range over three seeds. The same danger silences more where "
        "violence is seen.",
    )


def _honest(risk: float, harm: float, seed: int) -> float:
    arrays = one_place(1000, organisations=3)
    stepping.everyone(arrays, 2)
    arrays["face"][:] = 2
    arrays["unit_face"][0, 0], arrays["unit_honest"][0, 0] = [0, 0, 1000], [0, 0, 1000]
    arrays["strongest"][:], arrays["reach"][:] = 1, 0.0
    arrays["risk"][0, 2], arrays["harm"][:] = risk, harm
    arrays["risk"][0, 0] = risk
    call = residents_call(arrays)
    with np.errstate(over="ignore"):
        for week in range(156):
            run_call(call, week, np.uint64(seed))
    return 100.0 * float(arrays["unit_honest"][0, 0, 2]) / 1000.0


def show_extortion() -> Shown:
    """Payment over force; traders who pay while force is there and after."""
    p = at("extortion")
    norms = (("nobody pays yet", 0.0), ("half pay", 0.5), ("nine in ten", 0.9))

    def chance(force: float, norm: float) -> float:
        pull = extortion.material(force, p.punishment_chance, p.punishment_cost, p.demand_share)
        return extortion.pays(pull, norm, p.weight_material)

    found = []
    for label, force in (("force 0.3", 0.3), ("force 0.6", 0.6), ("force 0.9", 0.9)):
        runs = []
        for seed in range(1, 11):
            arrays = copied(midway())
            arrays["paying"][:], arrays["paying_here"][:], arrays["strongest"][:] = 0, 0, LANTERN
            call, seen = call_of("extortion", arrays), []
            for week in range(260):
                arrays["force"][:, LANTERN], arrays["takings"][:] = force if week < 156 else 0.0, 0.0
                with np.errstate(over="ignore"):
                    run_call(call, week, np.uint64(seed))
                seen.append(1e3 * A_YEAR * float(arrays["takings"][:, LANTERN, extortion.EXTORTION].sum()))
            runs.append(np.array(seen).reshape(20, 13).mean(axis=1))
        found.append(course(label, runs, 13 / A_YEAR))
    return Shown(
        Lines("Chance that a trader pays when asked", "force of who asks (0-1)", "chance",
              lines(norms, chance, 0, 1), top=1.0),
        "Demands of 3 % of income, weighed against punishment and what others do.",
        Lines("Income from extortion", "years; gunmen leave after three", "thousand rupees a year", found),
        "Five years of `extortion` alone in a tiny town with some 14 simulated traders, nobody paying at first; mean "
        "by quarter and range over ten seeds.",
    )  # fmt: skip


def show_tallies() -> Shown:
    """What is counted of residents, in the small town."""
    run = _small_town("whole", 1)
    names = [one.id for one in small_town().organisations]
    counted = {
        "show it": [100.0 * float(results.hold(run, one).values[-1]) for one in names],
        "prefer it": [100.0 * float(results.hearts(run, one).values[-1]) for one in names],
        "coerced": [100.0 * float(results.coerced_share(run, one).values[-1]) for one in names],
    }
    main = names[0]
    time = np.arange(run.sizes["week"])[::13] / A_YEAR
    series = (("show it", results.hold), ("prefer it", results.hearts), ("coerced", results.coerced_share))
    found = [Line(label, time, 100.0 * of(run, main).values[::13]) for label, of in series]
    return Shown(
        Bars("Residents counted, last week", "% of adults", list(counted), tuple(
            (name, [counted[one][k] for one in counted]) for k, name in enumerate(names)
        )),
        "Counting has no rule; bars stack the two organisations of the small town, seed 1.",
        Lines(f"The same by quarter, {main}", "years", "% of adults", found),
        "The small town, seed 1. Coerced: who show it and prefer another.",
    )  # fmt: skip


# ------------------------------------------------------------------------------------------------- the street and votes
def show_strike() -> Shown:
    """What a call is worth over pressure; what closes, over who follows and fears."""
    p = at("strike")
    follow = (("followed by 0.2", 0.2), ("0.5", 0.5), ("0.8", 0.8))
    shares = np.linspace(0, 1, 41)
    found = []
    for label, fear in (("nobody fears it", 0.0), ("fear 0.3", 0.3), ("fear 0.6", 0.6)):
        closed = []
        for share in shares:
            arrays = followed_street(float(share), fear, 10)
            arrays["information"][:] = 1.0
            run_call(call_of("strike", arrays, plain=True), 0, np.uint64(1))
            closed.append(100.0 * float(arrays["strike_compliance"][0]))
        found.append(Line(label, 100 * shares, np.array(closed)))
    return Shown(
        Lines("What a call is worth", "pressure by raids or office lost (0-1)", "worth",
              lines(follow, lambda x, v: strike.worth_calling(p, x, v, 0.2 * (1.0 - v), 0.0, 1.0), 0, 1)),
        "A fifth of the rest fear it; nobody weary, full standing. It is called above 0.",
        Lines("What closes when it is pressed", "% of the city who follow it", "% of the city closed", found,
              top=100.0),
        "One week of `strike` for each point in a tiny town, after ten arrests, with a leader who sees all. At 0 there "
        "is no call: it would not pay.",
    )  # fmt: skip


def show_election() -> Shown:
    """Ballots over watched share; votes reported and meant, over force."""
    hearts = (("3 in 10 prefer it", 0.3), ("5 in 10", 0.5), ("7 in 10", 0.7))
    forces = np.linspace(0, 1, 21)
    counted: dict[str, list[float]] = {"reported": [], "reported, a rival as strong": [], "as meant": []}
    for force in forces:
        for name, rival in (("reported", 0.0), ("reported, a rival as strong", float(force))):
            arrays = _polling(float(force), rival)
            ballots = polled(arrays, (0.0, 1.0, 1.0, 0.0))
            counted[name].append(100.0 * float(ballots["votes"][0, LANTERN] / ballots["votes"][0].sum()))
        meant = ballots["votes_true"][0]
        counted["as meant"].append(100.0 * float(meant[LANTERN] / meant.sum()))
    found = [Line(name, forces, np.array(values)) for name, values in counted.items()]
    return Shown(
        Lines("Ballots for a party that eight in ten show", "ballots that can be watched (share)", "share of ballots",
              lines(hearts, lambda x, v: election.ballots(0.8, v, x), 0, 1), top=1.0),
        "The watched vote the face, the others the heart.",
        Lines("Votes for one of two parties", "its force, where it sees all (0-1)", "% of votes", found),
        "One poll for each point in a tiny town where six in ten show the party and four in ten prefer it, the others "
        "the rival. A rival's force keeps ballots from being stuffed, not from being watched.",
    )  # fmt: skip


def _polling(force: float, rival: float) -> Arrays:
    arrays = copied(midway())
    arrays["force"][:], arrays["watch"][:] = 0.0, 0.0
    arrays["watch"][:, LANTERN] = 1.0
    arrays["force"][:, LANTERN], arrays["force"][:, BANYAN] = force, rival
    arrays["unit_face"][:], arrays["unit_heart"][:] = 0, 0
    arrays["unit_face"][:, :, LANTERN], arrays["unit_face"][:, :, BANYAN] = 60, 40
    arrays["unit_heart"][:, :, LANTERN], arrays["unit_heart"][:, :, BANYAN] = 40, 60
    for name, usual in (("competence", 0.6), ("effectiveness", 0.6), ("effort", 1.0)):
        arrays[name][...] = usual
    return arrays


def show_demography() -> Shown:
    """People between two censuses; who remembers violence as people are replaced."""
    paths = (("1000 to 1500", 1500.0), ("to 1200", 1200.0), ("to 900", 900.0))
    years = 30
    found = []
    for label, rate in (("1.5 % replaced a year", 0.015), ("2.5 %, as declared", 0.025), ("5 %", 0.05)):
        runs = []
        for seed in range(1, 4):
            arrays = copied(start(small_town()).arrays)
            arrays["fear"][:] = 0.5
            numbers, seen = {"turnover_per_year": rate, "moving_per_year": 0.0}, []
            call = bind(BY_NAME["turnover"], arrays, numbers, at_once=False)
            with np.errstate(over="ignore"):
                for week in range(years * 52):
                    if week % 52 == 0:
                        seen.append(_who_remember(arrays))
                    run_call(call, week, np.uint64(seed))
            runs.append(seen)
        found.append(course(label, runs, 52 / A_YEAR))
    return Shown(
        Lines("Residents between two censuses", "way from one census to the next (0-1)", "residents of a community",
              lines(paths, lambda x, v: demography.target(1000.0, v, x), 0, 1)),
        "A straight line, to whole residents.",
        Lines("Adults who still remember", "years after violence that all saw", "% of adults", found, top=100.0),
        f"{years} years of `turnover` alone in the small town, three seeds: those who take a seat bring no memory. "
        "Fear itself fades faster; this is only who was there.",
    )  # fmt: skip


def _who_remember(arrays: Arrays) -> float:
    who, count = 0, 0
    for first, size in zip(arrays["cell_start"], arrays["cell_count"], strict=False):
        who += int((arrays["fear"][first : first + size] > 0).sum())
        count += int(size)
    return 100.0 * who / max(count, 1)


SHOWN: dict[str, Callable[[], Shown]] = {
    name.removeprefix("show_"): made for name, made in list(globals().items()) if name.startswith("show_")
}
