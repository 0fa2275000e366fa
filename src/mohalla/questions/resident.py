"""Why a resident showed a face in one week: all that it felt, believed, compared and drew at its last turn until then.

The rules are those of `residents` and `pressures`, run as plain Python on the arrays that the week itself read. What
they give is held against what the week then did.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np

from mohalla.draw import GOLDEN, bits, high_half, key, low_half, mix64, world_of
from mohalla.engine import simulate
from mohalla.engine.week import OBSERVE, step_order, weeks_of_turn
from mohalla.errors import MohallaError
from mohalla.mechanisms import pressures
from mohalla.mechanisms import residents as rule
from mohalla.questions.past import Past, Progress, begun, moments, quietly, week_asked
from mohalla.questions.terms import Term, leaf, said, total
from mohalla.state import Array

f4, u4, u8 = np.float32, np.uint32, np.uint64
STEP = "residents"
PACKED = 2e-4  # a fifth of the steps of 1/1024 in which danger is packed: what is missing below two of them is rounding
Arrays = Mapping[str, Array]


class Seat(NamedTuple):
    """Where a resident stands in the arrays: residents are seats, which keep their traits."""

    number: int
    cell: int
    agent: int
    place: int
    community: int
    unit: int


class Feeling(NamedTuple):
    """What a resident felt and believed in a week."""

    caution: float
    fear_before: float
    harm: float
    harm_draw: float
    fear: float
    horizon: float
    horizon_left: float
    lived: int
    belief: float


class Meeting(NamedTuple):
    """Whom it preferred and whom it met, what draws it to each, and what came of it."""

    before: int
    met: int
    tastes: dict[int, float]
    appeals: dict[int, float]
    better_by: float
    chance: float
    draw: float
    heart: int


class Option(NamedTuple):
    """One face compared: what showing it is worth, and what that is made of."""

    face: int
    why: str
    honesty: float
    gain: float
    danger: float
    worth: float


class Showing(NamedTuple):
    """The faces compared, the best of them, and the face shown in the end."""

    before: int
    weight: float
    options: tuple[Option, ...]
    best: int
    chance: float
    draw: float
    face: int


class Choice(NamedTuple):
    """A resident's week, with every number it turned on."""

    seat: Seat
    feeling: Feeling
    meeting: Meeting
    showing: Showing
    tip_chance: float
    tip_draw: float


class Draws(NamedTuple):
    """What is drawn for one resident: lasting traits (with both halves of their key), and numbers of the week."""

    trait_low: np.uint32
    trait_high: np.uint32
    trait: np.uint32
    first: np.uint32
    second: np.uint32
    third: np.uint32


class Cell(NamedTuple):
    """The cell's packed tables, as the sweep makes them, and what the rules need to read them."""

    arrays: Arrays
    p: Any
    pulls: list[np.uint32]
    stakes: list[np.uint32]
    fiercest: int


def explain(past: Past, number: int, day: str, progress: Progress | None = None) -> Term:
    """The choice of face that one resident showed in the week that holds a day, as a tree of terms."""
    asked, run = week_asked(past, day), begun(past)
    _in_range(run, number)
    week = _turn(past, run, number, asked)
    after = _after(run)
    with quietly(run):
        for now, step in moments(past, run, asked, progress):
            if now == week and step == STEP:
                then = simulate.in_week(run, week)
                choice = chosen(then, seated(then, number), week)
                told = _told(past, then, choice, week)
            elif now == week and step == after:
                _hold_to(run, choice)
            elif now == asked and step == OBSERVE:
                since = tuple(_since(run, choice, past.names))
    return told._replace(parts=(*told.parts, *since))


def _after(run: simulate.Run) -> str:
    """The step that follows `residents`."""
    order = step_order(run.without)
    return order[order.index(STEP) + 1]


def _hold_to(run: simulate.Run, choice: Choice) -> None:
    """What was explained must be what was done."""
    i = choice.seat.number
    done = (int(run.arrays["heart"][i]), int(run.arrays["face"][i]), float(run.arrays["fear"][i]))
    explained = (choice.meeting.heart, choice.showing.face, choice.feeling.fear)
    assert done == explained, f"resident {i}: explained {explained}, done {done}"


def _since(run: simulate.Run, choice: Choice, names: list[str]) -> Iterator[Term]:
    """Who has the number at the end of the week asked about, where that is another than who took stock."""
    i, seat = choice.seat.number, choice.seat
    heart, face, fear = (run.arrays[name][i] for name in ("heart", "face", "fear"))
    if seat.agent >= run.arrays["cell_count"][seat.cell]:
        yield leaf("since then", "its place is empty")
    elif (heart, face, fear) != (choice.meeting.heart, choice.showing.face, choice.feeling.fear):
        now = f"shows {names[face]}, prefers {names[heart]}"
        yield leaf("since then", now, note="somebody else has its place: it died, left or moved")


# --- the resident ----------------------------------------------------------------------------------------------------


def _in_range(run: simulate.Run, number: int) -> None:
    seats = int(run.arrays["cell_start"][-1])
    if not 0 <= number < seats:
        raise MohallaError(f"--resident {number}: there is no such resident; they are numbered from 0 to {seats - 1}.")


def _turn(past: Past, run: simulate.Run, number: int, asked: int) -> int:
    """The last week until then in which the resident took stock."""
    weeks, u = weeks_of_turn(run.arrays), _unit(run, _cell_of(run, number))
    turn = asked - (asked - u) % weeks
    if turn < 0:
        raise MohallaError(
            f"--week {past.day(asked)}: resident {number} takes stock every {weeks} weeks, "
            f"for the first time in the week of {past.day(turn + weeks)}."
        )
    return turn


def _cell_of(run: simulate.Run, number: int) -> int:
    return int(np.searchsorted(run.arrays["cell_start"], number, side="right")) - 1


def _unit(run: simulate.Run, cell: int) -> int:
    return int(run.arrays["neighbourhood_unit"][cell // len(run.world.scenario.communities)])


def seated(run: simulate.Run, number: int) -> Seat:
    """The seat of that number, if somebody has it this week."""
    starts, counts = run.arrays["cell_start"], run.arrays["cell_count"]
    cell = _cell_of(run, number)
    agent = number - int(starts[cell])
    if agent >= counts[cell]:
        raise MohallaError(
            f"--resident {number}: nobody has that number in that week (numbers are places that fill and empty)."
            f"{_near(starts, counts, cell)}"
        )
    communities = len(run.world.scenario.communities)
    return Seat(number, cell, agent, cell // communities, cell % communities, _unit(run, cell))


def _near(starts: Array, counts: Array, cell: int) -> str:
    """The nearest seats that are taken."""
    taken = np.flatnonzero(counts)
    if not taken.size:
        return ""
    nearest = taken[np.abs(taken - cell).argmin()]
    first = int(starts[nearest])
    return f" The nearest who do: {first} to {first + int(counts[nearest]) - 1}."


def chosen(run: simulate.Run, seat: Seat, week: int) -> Choice:
    """The week of one resident by the rules of `residents`, in the order of its sweep."""
    draws, cell = _draws(run, seat, week), _cell(run, seat)
    feeling = _feels(cell, seat, draws)
    meeting = _meets(cell, seat, draws)
    showing = _shows(cell, seat, draws, feeling, meeting)
    a, p, z = cell.arrays, cell.p, cell.fiercest
    pulled, there = rule.appeal_of(cell.pulls[meeting.heart]), rule.appeal_of(cell.pulls[z])
    grievance = f4(z > 0) * max(rule.ZERO, pulled - there)
    tip = rule.speaks_up(
        p.speaking_per_turn, f4(feeling.belief), a["services"][seat.place], grievance, f4(feeling.fear)
    )
    return Choice(seat, feeling, meeting, showing, float(tip), float(f4(draws.third >> rule.B8) * rule.UNIT_24))


def _draws(run: simulate.Run, seat: Seat, week: int) -> Draws:
    traits = key(world_of(run.seed), rule.RESIDENT_TRAITS, seat.cell, 0)
    this_week = key(run.seed, rule.RESIDENT_WEEK, 0, week)
    moment, agent = mix64(u8(this_week + u8(u8(seat.cell) * GOLDEN))), u4(seat.agent)
    low, high, trait_low, trait_high = low_half(moment), high_half(moment), low_half(traits), high_half(traits)
    return Draws(
        trait_low, trait_high, bits(trait_low, trait_high, agent), bits(low, high, agent), bits(high, low, agent),
        bits(u4(low ^ rule.ORGANISATION_STRIDE), high, agent),
    )  # fmt: skip


def _cell(run: simulate.Run, seat: Seat) -> Cell:
    a, c, n, u = run.arrays, seat.community, seat.place, seat.unit
    pulls, stakes = [], []
    for k in range(a["community_appeal"].shape[1]):
        against_threat = a["rally"][c, k] * a["exposed"][u] + a["protection"][c, k] * a["shelter"][u, k]
        appeal = a["community_appeal"][c, k] + a["local_appeal"][n, k] + against_threat
        pulls.append(rule.pack_pull(appeal, a["reach"][n, k]))
        stakes.append(rule.pack_stake(a["gain"][n, k], a["risk"][n, k], a["worst"][n, k]))
    return Cell(a, simulate.kernel_numbers(run, STEP), pulls, stakes, int(a["strongest"][n]))


def _feels(cell: Cell, seat: Seat, draws: Draws) -> Feeling:
    a, p, n = cell.arrays, cell.p, seat.place
    before, harm = a["fear"][seat.number], a["harm"][n]
    draw = f4(draws.second & rule.LOW_16) * rule.UNIT_16
    fear = rule.feels(before, p.fear_decay_per_turn, p.fear_jump, draw < harm)
    lived = min(int(a["reversals"][seat.number]) + int(a["relapse"][n]), int(rule.MOST_REVERSALS))
    span = p.horizon_span_years * f4(u4(draws.trait >> rule.B8) & rule.BYTE) * rule.UNIT_8
    horizon = p.horizon_short_years + span
    left = horizon - a["credibility"][0] * min(horizon, a["announced_years"][0])
    belief = rule.believes(a["calm_years"][n], p.prior_years, left, lived)
    caution = a["caution_table"][draws.trait & rule.BYTE]
    return Feeling(
        float(caution), float(before), float(harm), float(draw), float(fear), float(horizon), float(left), lived,
        float(belief),
    )  # fmt: skip


def _meets(cell: Cell, seat: Seat, draws: Draws) -> Meeting:
    a, p, active = cell.arrays, cell.p, cell.arrays["active"]
    h = int(a["heart"][seat.number])
    m = int(active[u4(u4(u4(draws.first >> rule.B16) * u4(active.size)) >> rule.B16)])
    likes = {k: rule.taste(draws.trait_high, draws.trait_low, u4(seat.agent), k) for k in dict.fromkeys((h, m))}
    pulls = {k: rule.appeal_of(cell.pulls[k]) for k in likes}
    better_by = pulls[m] - pulls[h] + p.taste_spread * (likes[m] - likes[h])
    met, steep = p.meetings_per_turn * rule.reach_of(cell.pulls[m]), rule.ONE / p.heart_noise
    draw = f4(draws.first & rule.LOW_16) * rule.UNIT_16
    heart = m if rule.moves(better_by, steep, met, draw) else h
    tastes = {k: float(p.taste_spread * one) for k, one in likes.items()}
    appeals = {k: float(pulls[k] - rule.APPEAL_FLOOR) + tastes[k] for k in likes}
    return Meeting(h, m, tastes, appeals, float(better_by), _chance(better_by, steep, met), float(draw), heart)


def _shows(cell: Cell, seat: Seat, draws: Draws, feeling: Feeling, meeting: Meeting) -> Showing:
    p, f, h, m, z = cell.p, int(cell.arrays["face"][seat.number]), meeting.heart, meeting.met, cell.fiercest
    weight = p.danger * f4(feeling.caution) * (p.base_fear + f4(feeling.fear))
    doubt = rule.ONE - f4(feeling.belief)
    reasons: dict[int, list[str]] = {}
    for face, why in ((f, "shown so far"), (h, "preferred"), (m, "met"), (z, "most forceful here")):
        reasons.setdefault(face, []).append(why)
    worths, options = {}, []
    for face, given in reasons.items():
        honest, gain = p.honesty if face == h else rule.ZERO, rule.gain_of(cell.stakes[face])
        danger = weight * rule.danger_of(cell.stakes[face], doubt)
        worths[face] = rule.worth(face, h, p.honesty, gain, danger)
        options.append(Option(face, ", ".join(given), *map(float, (honest, gain, danger, worths[face]))))
    best, most = rule.better(h, worths[h], m, worths[m])
    best, most = rule.better(best, most, z, worths[z])
    better_by, steep = most - worths[f], rule.ONE / p.face_noise
    draw = f4(draws.second >> rule.B16) * rule.UNIT_16
    face = best if rule.moves(better_by, steep, p.faces_per_turn, draw) else f
    chance = _chance(better_by, steep, p.faces_per_turn)
    return Showing(f, float(weight), tuple(options), best, chance, float(draw), face)


def _chance(gain: Any, steepness: Any, chance: Any) -> float:
    """The probability that `residents.moves` decides with."""
    return float(chance / (rule.ONE + rule.odds_against(gain * steepness)))


# --- in words --------------------------------------------------------------------------------------------------------


def _told(past: Past, run: simulate.Run, choice: Choice, week: int) -> Term:
    names = past.names
    parts = (_who(past, choice, week), _felt(run, choice), _believed(run, choice), _heart(run, choice, names))
    shown = f"shows {names[choice.showing.face]}, prefers {names[choice.meeting.heart]}"
    faces, tip = _face(run, choice, names), _tip(choice)
    return Term(f"resident {choice.seat.number}", shown, parts=(*parts, faces, tip))


def _who(past: Past, choice: Choice, week: int) -> Term:
    seat = choice.seat
    community = past.scenario.communities[seat.community].name
    where = f"neighbourhood {seat.place + 1}, {past.place(seat.unit)}"
    parts = (
        leaf("community", community),
        leaf("lives in", where),
        leaf("took stock in the week of", f"{past.day(week)}"),
        leaf("caution", choice.feeling.caution, "times the median", "weighs danger"),
        leaf("horizon", choice.feeling.horizon, "years", "how far ahead it looks"),
        leaf("relapses lived through", choice.feeling.lived),
    )
    return Term("who it is", parts=parts)


def _felt(run: simulate.Run, choice: Choice) -> Term:
    a, u, feeling = run.arrays, choice.seat.unit, choice.feeling
    p = simulate.kernel_numbers(run, "pressures")
    punished = a["punished_here"][u] * a["adults_per_resident"][0]
    fright = pressures.frightened(p, a["frightening"][u], punished, a["adults"][u])
    watch, force = a["watch"][choice.seat.place], a["force"][u]
    errors = weeks_of_turn(a) * p.error_witnessed * max(float((1.0 - watch[k]) * force[k]) for k in range(len(force)))
    parts = (
        leaf(
            "deaths and punishments in its unit", fright, note=f"{int(a['frightening'][u])} killed since its last turn"
        ),
        leaf("force that does not know who is who", errors),
        leaf("beyond certainty", min(0.0, 1.0 - fright - errors)),
    )
    seen = _drew(feeling.harm_draw, feeling.harm_draw < feeling.harm)
    harm = total("chance to witness harm", feeling.harm, "", parts, seen)
    return Term("fear", feeling.fear, note=f"was {said(feeling.fear_before)}", parts=(harm,))


def _drew(draw: float, happened: bool) -> str:
    return f"drew {draw:.3g}: {'it happened' if happened else 'it did not happen'}"


def _believed(run: simulate.Run, choice: Choice) -> Term:
    a, place, feeling = run.arrays, choice.seat.place, choice.feeling
    announced = feeling.horizon - feeling.horizon_left
    note = f"{said(announced)} announced and believed" if announced > 0 else ""
    parts = (
        leaf("calm here so far", a["calm_years"][place], "years"),
        leaf("years to look ahead", feeling.horizon_left, "years", note),
        leaf("relapses lived through", feeling.lived),
    )
    return Term("belief that danger stays away", feeling.belief, parts=parts)


def _heart(run: simulate.Run, choice: Choice, names: list[str]) -> Term:
    one = choice.meeting
    parts = [_appeal(run, choice, k, names) for k in one.appeals]
    if one.met != one.before:
        parts += [
            leaf("difference", one.better_by, "utility"),
            leaf("chance to meet and be won", one.chance, note=_drew(one.draw, one.heart != one.before)),
        ]
    note = "met its own" if one.met == one.before else f"met {names[one.met]}"
    return Term("heart", names[one.heart], note=note, parts=tuple(parts))


def _appeal(run: simulate.Run, choice: Choice, k: int, names: list[str]) -> Term:
    """The appeal of one organisation here, term by term, with the resident's own taste."""
    taste = choice.meeting.tastes[k]
    parts = [*appeal_terms(run, choice.seat, k), leaf("its own taste", taste, "utility")]
    return total(f"appeal of {names[k]}", choice.meeting.appeals[k], "utility", parts)


def appeal_terms(run: simulate.Run, seat: Seat, k: int) -> Iterator[Term]:
    """What draws a community's members in one neighbourhood to an organisation, or to none."""
    a, c, n, u = run.arrays, seat.community, seat.place, seat.unit
    p = simulate.kernel_numbers(run, "pressures")
    service = _service(p, a, n)
    if k == 0:
        yield leaf("standing apart", p.independence, "utility")
        yield leaf("the state's services", p.service_worth * service, "utility")
        return
    kinship = float(a["kinship"][c, k])
    kin, help_here = max(kinship, 0.0), float(a["help"][u, k]) * (1.0 - service)
    lasting = float(a["lasting"][k])
    threat, exclusion = float(a["threat"][c]), float(a["exclusion"][c])
    kin_worth, exposed = pressures.identity(p.kinship_weight, p.kinship_threatened, exclusion), float(a["exposed"][u])
    felt = f"kinship {kinship:.3g}" + (f", shut out {exclusion:.3g}" if exclusion else "")
    yield leaf("kinship", kin_worth * kinship, "utility", felt)
    yield leaf(
        "rallying to kin under threat", float(a["rally"][c, k]) * exposed, "utility",
        f"threat {threat:.3g}, of which the state leaves {exposed:.3g}",
    )  # fmt: skip
    yield leaf("standing outside the city", a["tide"][k], "utility")
    yield leaf("sympathy", p.sympathy_worth * a["sympathy"][k] * kin, "utility")
    yield leaf("those it bereaved", -p.bereavement_weight * a["grievance"][c, k], "utility")
    yield leaf("its record in government", -p.failure_weight * a["failure"][k], "utility")
    yield leaf("a sponsor that is seen", -p.stain_weight * a["sponsor_seen"][k], "utility")
    yield leaf(
        "help, as far as it lasts", p.help_worth * help_here * lasting, "utility",
        f"help {help_here:.3g}, believed to last {lasting:.3g}",
    )  # fmt: skip
    yield leaf(
        "protection", float(a["protection"][c, k]) * float(a["shelter"][u, k]), "utility",
        f"threat {float(a['threat'][c]):.3g}, its force here {float(a['shelter'][u, k]):.3g}",
    )  # fmt: skip
    yield leaf("resentment", -p.resentment_weight * float(a["resentment"][n, k]), "utility")


def _service(p: Any, a: Arrays, n: int) -> float:
    """Services as far as they have a record: what `pressures` takes for them."""
    return float(a["services"][n] * pressures.lasts(a["served_years"][n], p.service_horizon_years))


def _face(run: simulate.Run, choice: Choice, names: list[str]) -> Term:
    one = choice.showing
    parts = [_face_option(run, choice, option, names) for option in one.options]
    if one.best != one.before:
        note = _drew(one.draw, one.face != one.before)
        parts.append(leaf(f"chance to change to {names[one.best]}", one.chance, note=note))
    return Term("face", names[one.face], note=f"was {names[one.before]}", parts=tuple(parts))


def _face_option(run: simulate.Run, choice: Choice, one: Option, names: list[str]) -> Term:
    a, n, u, k = run.arrays, choice.seat.place, choice.seat.unit, one.face
    p = simulate.kernel_numbers(run, "pressures")
    help_shown = p.help_for_face * float(a["help"][u, k]) * (1.0 - _service(p, a, n)) * float(a["watch"][n, k])
    gain = (
        leaf("doing as all do", p.conformity * float(a["seen"][n, k]), "utility"),
        leaf("help for being seen to show it", help_shown if k else 0.0, "utility"),
    )
    parts = (
        leaf("honesty", one.honesty, "utility"),
        total("what it brings", one.gain, "utility", gain),
        total(
            "danger",
            -one.danger,
            "utility",
            _danger_terms(run, choice, k, names),
            f"weighs {choice.showing.weight:.3g}",
            least=choice.showing.weight * PACKED,
        ),
    )
    return total(f"worth of showing {names[k]}", one.worth, "utility", parts, one.why)


def _danger_terms(run: simulate.Run, choice: Choice, face: int, names: list[str]) -> Iterator[Term]:
    """Danger of showing a face: from each organisation that would punish it now, and the worst that is remembered."""
    a, n, u = run.arrays, choice.seat.place, choice.seat.unit
    patron = a["patron"]
    for k in range(1, len(names)):
        spares = k == face or (face > 0 and (patron[k] == face or patron[face] == k))
        risk = 0.0 if spares else float(a["watch"][n, k]) * float(a["force"][u, k])
        note = f"notices {float(a['watch'][n, k]):.3g}, can hurt {float(a['force'][u, k]):.3g}"
        yield leaf(f"from {names[k]}", -choice.showing.weight * risk, "utility", note)
    worst = (1.0 - choice.feeling.belief) * float(a["worst"][n, face])
    yield leaf("the worst remembered, as far as it may come back", -choice.showing.weight * worst, "utility")


def _tip(choice: Choice) -> Term:
    gave = choice.tip_draw < choice.tip_chance
    note = _drew(choice.tip_draw, gave) if choice.tip_chance > 0 else "it has no cause to"
    return Term("chance of a tip to the state", choice.tip_chance, note=note)
