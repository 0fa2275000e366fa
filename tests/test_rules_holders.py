"""Rules of command, discipline and defection keep their bounds and move the way their theory says."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mohalla.events import EVENT_COLUMNS, KIND, Event
from mohalla.mechanisms import command, defection, discipline
from mohalla.state import Array
from workbench.stepping import defaults

shares = st.floats(0.0, 1.0)
below_one = st.floats(0.0, 1.0, exclude_max=True)
positive = st.floats(0.01, 100.0)
amounts = st.floats(0.0, 1e4)
counts = st.integers(0, 200)
moments = st.integers(0, 2**64 - 1).map(np.uint64)
pytestmark = pytest.mark.filterwarnings("ignore:overflow encountered")


def numbers(module: ModuleType) -> Any:
    """The declared numbers of a mechanism, as its sweeps take them."""
    return defaults(module.NAME)


COMMAND, DISCIPLINE, DEFECTION = numbers(command), numbers(discipline), numbers(defection)


# --------------------------------------------------------------------------------------------------------- command
@given(amounts, amounts, positive, positive, shares)
def test_holders_try_harder_the_more_each_keeps(
    kept: float, more: float, holders: float, elsewhere: float, least: float
) -> None:
    effort = command.tries(kept, holders, elsewhere, least)
    assert least - 1e-12 <= effort <= 1
    assert command.tries(kept + more, holders, elsewhere, least) >= effort - 1e-12
    assert command.tries(0.0, holders, elsewhere, least) == least
    assert command.tries(kept, holders, elsewhere + 1, least) <= effort + 1e-12


@given(shares, positive, positive, positive, positive)
def test_betrayal_is_expected_more_after_one_and_less_as_years_pass(
    betrayals: float, more: float, years: float, alarm: float, prior: float
) -> None:
    rate = command.believed_rate(betrayals, years, alarm, prior)
    assert rate > 0
    assert command.believed_rate(betrayals + more, years, alarm, prior) > rate
    assert command.believed_rate(betrayals, years + more, alarm, prior) < rate


@given(positive, positive, positive, shares)
def test_delegation_is_the_best_reply_to_what_is_expected(worth: float, cost: float, rate: float, other: float) -> None:
    best = command.delegated(worth, cost, rate)
    assert 0 <= best <= 1
    value = lambda d: worth * d - cost * rate * d**2 / 2  # noqa: E731
    assert value(best) >= value(other) - 1e-9 * (worth + cost * rate)
    assert command.delegated(worth, cost, 2 * rate) <= best


@given(shares, shares, shares, shares, shares, shares, shares)
def test_less_is_known_at_the_top_the_more_is_kept_there_and_the_farther_it_is(
    delegation: float, abroad: float, bound: float, flattery: float, distance: float, cost: float, more: float
) -> None:
    known = command.known(delegation, abroad, bound, flattery, distance, cost)
    assert 0 <= known <= 1
    assert command.known(delegation * more, abroad, bound, flattery, distance, cost) <= known + 1e-12
    assert command.known(delegation, 1.0, bound, flattery, distance, cost) <= known + 1e-12
    assert command.known(delegation, abroad, 1.0, flattery, distance, cost) <= known + 1e-12
    assert command.known(1.0, 0.0, 0.0, flattery, distance, cost) == 1


@given(amounts, amounts, amounts, positive)
def test_war_is_felt_by_own_dead_against_own_size(dead: float, more: float, members: float, half: float) -> None:
    war = command.at_war(dead, members, half)
    assert 0 <= war <= 1
    assert command.at_war(dead + more, members, half) >= war - 1e-12
    assert command.at_war(dead, members + more, half) <= war + 1e-12


@given(shares, shares, shares, shares)
def test_war_binds_and_distance_and_purge_loosen(war: float, abroad: float, bound: float, fear: float) -> None:
    add = command.drawn_by_events(COMMAND, war, abroad, bound, fear)
    assert -1 <= add <= 1
    assert command.drawn_by_events(COMMAND, 1.0, abroad, bound, fear) >= add
    assert command.drawn_by_events(COMMAND, war, 1.0, bound, fear) <= add
    assert command.drawn_by_events(COMMAND, war, abroad, 1.0, fear) <= add
    assert command.drawn_by_events(COMMAND, war, abroad, bound, 1.0) <= add


@given(shares, shares, shares, shares)
def test_an_assurance_is_believed_as_far_as_nothing_is_known(
    competence: float, information: float, assurance: float, more: float
) -> None:
    seen = command.promised(competence, information, assurance)
    assert min(competence, assurance) - 1e-12 <= seen <= max(competence, assurance) + 1e-12
    assert command.promised(competence, 1.0, assurance) == competence
    assert command.promised(competence, information, max(assurance, more)) >= seen - 1e-12


@given(shares, shares, shares, shares)
def test_those_are_slighted_who_stood_with_the_one_replaced(
    loyalty: float, stood: float, more: float, slight: float
) -> None:
    after = command.slighted(loyalty, stood, slight)
    assert 0 <= after <= loyalty
    assert command.slighted(loyalty, max(stood, more), slight) <= after
    assert command.slighted(loyalty, 0.0, slight) == loyalty


@given(st.lists(st.tuples(st.integers(0, 3), shares), min_size=3, max_size=3))
def test_the_organisers_rival_is_the_head_of_a_sector_with_the_largest_following(rows: list[tuple[int, float]]) -> None:
    tenure, following = np.array([9, *(row[0] for row in rows), 9]), np.array([1.0, *(row[1] for row in rows), 1.0])
    place = command.rival_of_organiser(0, 3, tenure, following)
    fit = [i for i in range(1, 4) if tenure[i]]
    assert place == 0 if not fit else following[place] == max(following[fit])


def test_who_is_installed_leaves_the_sector_vacant_and_begins_without_a_following() -> None:
    competence, loyalty, leaning, tenure, skim_rate, following = these = posts(4)
    competence[2], loyalty[2], leaning[2], skim_rate[2] = 0.9, 0.2, 0.3, 0.2
    command.install(0, 2, *these)
    assert (competence[0], loyalty[0], leaning[0], skim_rate[0]) == (0.9, 0.2, 0.3, 0.2)
    assert (tenure.tolist(), following.tolist()) == ([1, 10, 0, 10], [0.0, 0.3, 0.0, 0.3])


def posts(count: int, **values: float) -> tuple[Array, ...]:
    """Competence, loyalty, leaning, tenure, skim rate and following of so many posts, all alike."""
    alike = {"competence": 0.5, "loyalty": 0.4, "leaning": 0.6, "tenure": 10, "skim_rate": 0.1, "following": 0.3}
    alike.update(values)
    return tuple(np.full(count, one, np.int32 if name == "tenure" else float) for name, one in alike.items())


@given(moments, st.integers(0, 4))
def test_a_successor_begins_without_a_following_and_nobody_else_changes(moment: np.uint64, place: int) -> None:
    competence, loyalty, leaning, tenure, skim_rate, following = these = posts(5)
    command.appoint(COMMAND, moment, place, place, *these)
    assert abs(competence[place] - COMMAND.competence_mean) <= COMMAND.competence_spread
    assert abs(loyalty[place] - COMMAND.loyalty_mean) <= COMMAND.loyalty_spread
    assert (leaning[place], following[place], skim_rate[place]) == (loyalty[place], 0, COMMAND.skim_start)
    assert tenure[place] == 1
    others = np.arange(5) != place
    assert [bool((one[others] == was[others]).all()) for one, was in zip(these, posts(5), strict=True)] == [True] * 6


@given(shares, shares, shares, shares, st.floats(-0.5, 0.5), shares)
def test_a_month_in_a_post_adds_skill_skim_and_following_as_far_as_trusted(
    competence: float, loyalty: float, leaning: float, following: float, events: float, trust: float
) -> None:
    begin = {"competence": competence, "loyalty": loyalty, "leaning": leaning, "following": following}
    trusted, doubted = posts(1, **begin), posts(1, **begin)
    command.serve(COMMAND, 0, events, trust, *trusted)
    command.serve(COMMAND, 0, events, 0.0, *doubted)
    assert all(0 <= one[0] <= 1 for one in (trusted[0], trusted[1], trusted[5]))
    assert trusted[0][0] >= competence
    assert trusted[3][0] == 14
    assert trusted[4][0] > 0.1
    assert doubted[5][0] == following
    most = COMMAND.most_following
    assert min(following, most) - 1e-12 <= trusted[5][0] <= max(following, most) + 1e-12
    drawn_to = min(1.0, max(0.0, leaning + events))
    assert min(loyalty, drawn_to) - 1e-12 <= trusted[1][0] <= max(loyalty, drawn_to) + 1e-12


@given(moments, st.integers(0, 4), st.integers(0, 20), st.integers(0, 1))
def test_a_post_is_filled_where_there_is_cadre_and_lapses_where_there_is_none(
    moment: np.uint64, place: int, cadre: int, week: int
) -> None:
    for tenure in (0, 10):
        these = posts(5, tenure=tenure)
        command.pass_month(COMMAND, week, moment, place, place, float(cadre), 0.0, 0.0, *these)
        held, kept, following = these[3][place] > 0, these[4][place] > 0, these[5][place]
        assert held == kept
        if place > 0 and cadre < (COMMAND.cadre_for_post if tenure == 0 else 1):
            assert not held
            assert following == 0
        elif place == 0 or week == 0 or tenure > 0:
            assert held


@given(shares, shares, shares, st.integers(1, 500))
def test_a_vacant_post_is_made_up_for_in_part_from_above(
    competence: float, effort: float, above: float, tenure: int
) -> None:
    assert command.work(tenure, competence, effort, above, 0.5) == competence * effort
    assert command.work(0, competence, effort, above, 0.5) == above / 2
    assert command.work(0, competence, effort, above, 0.0) == 0


@given(st.integers(0, 4), amounts, positive, shares)
def test_a_chief_organiser_is_always_appointed_and_others_where_there_is_cadre(
    place: int, cadre: float, least: float, filling: float
) -> None:
    assert command.has_place(0, cadre, least)
    assert command.has_place(place, least, least)
    assert command.has_place(place, cadre + least, least)
    assert not command.has_place(1 + place, least * 0.99, least)
    assert command.chance_to_fill(0, 8, filling) == command.chance_to_fill(place, 0, filling) == 1
    assert command.chance_to_fill(1 + place, 8, filling) == filling
    assert command.chance_to_fill(1 + place, 8, 1 + filling) == 1


@given(st.integers(0, 2))
def test_a_vacant_post_keeps_nothing_and_nobody_else_changes(post: int) -> None:
    _, _, _, tenure, skim_rate, following = posts(3)
    command.vacate(post, tenure, skim_rate, following)
    assert (tenure[post], skim_rate[post], following[post]) == (0, 0, 0)
    others = np.arange(3) != post
    assert (tenure[others].tolist(), skim_rate[others].tolist(), following[others].tolist()) == (
        [10, 10], [0.1, 0.1], [0.3, 0.3]
    )  # fmt: skip


@given(st.lists(st.integers(0, 2), min_size=1, max_size=6), st.integers(0, 3))
def test_a_sector_is_where_its_first_unit_is(sectors: list[int], sector: int) -> None:
    home = command.home_of_sector(sector, np.array(sectors, np.int32))
    assert home == (sectors.index(sector) if sector in sectors else command.NOWHERE)


def work_of_units(effort: tuple[float, float, float], vacant: int | None = None, **values: float) -> list[float]:
    """What two units of one sector and one of another make of orders; the second of two organisations, six posts."""
    competence, _, _, tenure, _, _ = posts(12, **values)
    if vacant is not None:
        tenure[6 + vacant] = 0
    out = np.zeros((3, 2))
    command.chain_of_work(
        COMMAND, 1, 6, np.array([0, 0, 1], np.int32), competence, tenure, np.array([[0.0] * 3, effort]), out
    )  # fmt: skip
    assert not out[:, 0].any(), "the other organisation's are its own"
    return [float(one) for one in out[:, 1]]


@given(shares, shares, shares, shares)
def test_a_units_work_is_the_weighed_work_of_the_heads_above_it(
    competence: float, city: float, sector: float, unit: float
) -> None:
    p, effort = COMMAND, (city, sector, unit)
    whole = command.chain(competence * city, competence * sector, competence * unit, p.sector_weight, p.unit_weight)
    assert work_of_units(effort, competence=competence) == pytest.approx([whole] * 3)
    missing = work_of_units(effort, vacant=2, competence=competence)
    assert missing[:2] == work_of_units(effort, competence=competence)[:2], "a vacant sector is felt in its own units"
    stood_in = command.chain(
        competence * city, p.stand_in * competence * city, competence * unit, p.sector_weight, p.unit_weight
    )
    assert missing[2] == pytest.approx(stood_in)


@given(st.lists(st.tuples(counts, counts), min_size=3, max_size=3))
def test_members_are_counted_under_every_post_above_them(rows: list[tuple[int, int]]) -> None:
    workers, armed = (np.array([[0, row[i]] for row in rows]) for i in range(2))
    cadre_of = np.ones(6)
    command.under_each(1, np.array([0, 0, 1], np.int32), workers, armed, cadre_of)
    here = [sum(row) for row in rows]
    assert cadre_of.tolist() == [sum(here), here[0] + here[1], here[2], *here]


@given(st.lists(st.integers(0, 3), min_size=12, max_size=12))
def test_heads_are_counted_at_their_tier(tenure: list[int]) -> None:
    """Two organisations of one chief, two sectors and three units."""
    heads = np.zeros((2, 3))
    command.count_heads(1, 3, np.array(tenure, np.int32), heads)
    held = [one > 0 for one in tenure[6:]]
    assert heads.tolist() == [[0, 0, 0], [held[0], sum(held[1:3]), sum(held[3:])]]


def leading(betrayals: float = 0.0, abroad: float = 0.0, skim: float = 0.0, dead: float = 0.0) -> dict[str, Any]:
    """What the leader of a party of 500 believes and does, a month after ten quiet years."""
    k, row = 1, lambda value=0.0: np.full(2, value)
    given_ = [np.full((5, 2), 80), np.full((5, 2), 20), np.full((5, 2), dead), np.full((2, 3), skim), np.ones((2, 3))]
    out = [row(betrayals), row(10.0), row(), row(), row(), row(), np.zeros((2, 3))]
    command.lead(COMMAND, k, *given_, row(abroad), row(), *out)
    names = ("betrayals", "watched_years", "belief", "delegation", "information", "war", "effort")
    return {name: one[k] for name, one in zip(names, out, strict=True)}


@given(shares, amounts, amounts)
def test_a_leader_betrayed_delegates_less_and_knows_less(betrayed: float, skim: float, dead: float) -> None:
    quiet, after = leading(), leading(betrayals=betrayed, abroad=1.0, skim=skim, dead=dead)
    assert quiet["watched_years"] > 10
    assert after["betrayals"] <= betrayed
    assert after["belief"] >= quiet["belief"]
    assert after["delegation"] <= quiet["delegation"]
    assert after["information"] < quiet["information"]
    assert after["war"] >= quiet["war"]
    assert (after["effort"] >= quiet["effort"]).all()


# ------------------------------------------------------------------------------------------------------ discipline
@given(shares, positive, positive, positive)
def test_vigilance_lapses_with_effort_and_with_what_is_expected(
    effort: float, expected: float, more: float, half: float
) -> None:
    watchful = discipline.vigilance(effort, expected, half)
    assert 0 <= watchful <= 1
    assert discipline.vigilance(effort, expected + more, half) >= watchful
    assert discipline.vigilance(0.0, expected, half) == 0


@given(shares, shares, shares, positive, shares, shares)
def test_a_post_is_withdrawn_for_a_following_where_betrayal_is_expected_and_little_is_delegated(
    expected: float, following: float, delegation: float, carried_off: float, knowledge: float, more: float
) -> None:
    gain = discipline.worth_rotating(expected, following, delegation, carried_off, knowledge)
    assert discipline.worth_rotating(max(expected, more), following, delegation, carried_off, knowledge) >= gain
    assert discipline.worth_rotating(expected, max(following, more), delegation, carried_off, knowledge) >= gain
    assert discipline.worth_rotating(expected, following, max(delegation, more), carried_off, knowledge) <= gain
    assert discipline.worth_rotating(expected, 0.0, delegation, carried_off, knowledge) <= 0


@given(st.floats(-2, 2), shares, st.floats(0.03, 0.5), shares, shares)
def test_rotation_takes_effort_and_rises_with_what_it_is_worth(
    gain: float, more: float, noise: float, effort: float, most: float
) -> None:
    chance = discipline.chance_to_rotate(gain, noise, effort, most)
    assert 0 <= chance <= most * effort
    assert discipline.chance_to_rotate(gain + more, noise, effort, most) >= chance - 1e-12
    assert discipline.chance_to_rotate(gain, noise, 0.0, most) == 0


@given(shares, shares, shares, shares)
def test_the_disloyal_are_suspected_as_far_as_they_are_known(
    loyalty: float, other: float, information: float, noise: float
) -> None:
    assert 0 <= discipline.suspicion(loyalty, information, noise) <= 1
    low, high = sorted((loyalty, other))
    gap = discipline.suspicion(low, information, noise) - discipline.suspicion(high, information, noise)
    assert gap == pytest.approx((high - low) * information, abs=1e-12)
    assert discipline.suspicion(loyalty, 0.0, noise) == noise


@given(shares, shares, shares)
def test_office_under_harsh_eyes_restrains(exposure: float, stake: float, more: float) -> None:
    left = discipline.restraint(exposure, stake)
    assert 0 <= left <= 1
    assert discipline.restraint(exposure, max(stake, more)) <= left
    assert discipline.restraint(0.0, stake) == discipline.restraint(exposure, 0.0) == 1


@given(shares, counts, st.integers(0, 20), positive)
def test_fear_rises_with_those_executed_and_never_beyond_one(fear: float, heads: int, dead: int, half: float) -> None:
    after = discipline.frightened(fear, dead, heads, half)
    assert fear - 1e-12 <= after <= 1 + 1e-12
    assert discipline.frightened(fear, dead + 1, heads, half) >= after - 1e-12
    assert discipline.frightened(fear, 0, heads, half) == fear


@given(st.lists(st.integers(0, 3), min_size=1, max_size=12), st.integers(0, 15), below_one)
def test_a_holder_lives_under_the_post(extra: list[int], place: int, u: float) -> None:
    unit_sector = np.array([0, 1, 2, 3, *extra], np.int32)
    place %= 1 + 4 + unit_sector.size
    at = discipline.home_of(place, 4, unit_sector, u)
    assert 0 <= at < unit_sector.size
    if place > 4:
        assert at == place - 5
    elif place > 0:
        assert unit_sector[at] == place - 1


@given(st.integers(0, 300), st.integers(1, 40))
def test_posts_stand_city_first_then_sectors_then_units(place: int, sectors: int) -> None:
    tier = discipline.tier_of(place, sectors)
    assert tier == (0 if place == 0 else 1 if place <= sectors else 2)


@given(counts, counts)
def test_an_execution_is_one_death_among_the_organisations_own(workers: int, armed: int) -> None:
    if workers + armed == 0:
        workers = 1
    cadre = np.full((1, 2), workers), np.full((1, 2), armed)
    killed, killings, causes, here = np.zeros((1, 2)), np.zeros((1, 6, 6)), np.zeros((1, 6)), np.zeros(1)
    discipline.execute(1, 0, *cadre, killed, killings, causes, here)
    assert cadre[0][0, 1] + cadre[1][0, 1] == workers + armed - 1
    assert min(cadre[0][0, 1], cadre[1][0, 1]) >= 0
    assert (killed[0, 1], killings[0, 1, 1], killings.sum(), causes[0, 2], here[0]) == (1, 1, 1, 1, 1)
    assert (cadre[0][0, 0], cadre[1][0, 0]) == (workers, armed)


# ------------------------------------------------------------------------------------------------------- defection
@given(shares, shares, positive)
def test_a_splinter_has_better_prospects_the_more_have_joined(joined: float, more: float, half: float) -> None:
    outlook = defection.prospects(joined, half)
    assert 0 <= outlook < 1
    assert defection.prospects(joined + more, half) >= outlook
    assert defection.prospects(0.0, half) == 0


@given(shares, shares, shares, shares, shares, shares, shares, shares)
def test_what_leaving_is_worth_moves_with_each_of_its_causes(
    following: float, outlook: float, loyalty: float, pay: float, force: float, fear: float, grief: float, more: float
) -> None:
    def worth(**changed: float) -> float:
        now = {"following": following, "outlook": outlook, "loyalty": loyalty, "pay": pay, "force": force}
        return float(defection.worth_leaving(DEFECTION, **{**now, "fear": fear, "grief": grief, **changed}))

    for name, now in (("following", following), ("outlook", outlook), ("grief", grief)):
        assert worth(**{name: max(now, more)}) >= worth() - 1e-12
    for name, now in (("loyalty", loyalty), ("pay", pay), ("force", force)):
        assert worth(**{name: max(now, more)}) <= worth() + 1e-12
    assert worth(fear=max(fear, more), force=0.0) >= worth(force=0.0) - 1e-12
    assert worth(fear=max(fear, more), force=1.0) <= worth(force=1.0) + 1e-12


def test_the_worth_of_leaving_is_measured_in_loyalty() -> None:
    bare = {"following": 0.0, "outlook": 0.0, "pay": 0.0, "force": 0.0, "fear": 0.0, "grief": 0.0}
    assert defection.worth_leaving(DEFECTION, loyalty=0.6, **bare) == -0.6


@given(st.integers(0, 10_000), st.integers(0, 10_000), counts, counts)
def test_the_detained_are_a_share(workers: int, armed: int, held: int, held_armed: int) -> None:
    fields = (np.full((3, 2), one) for one in (workers, armed, held, held_armed))
    share = defection.detained_share(1, *fields)
    assert 0 <= share <= 1
    assert (share == 0) == (held + held_armed == 0)


@given(shares, shares, shares, shares)
def test_war_binds_and_affront_and_arrests_loosen(war: float, readmitted: float, detained: float, more: float) -> None:
    now = defection.mood(DEFECTION, war, readmitted, detained)
    assert defection.mood(DEFECTION, max(war, more), readmitted, detained) <= now
    assert defection.mood(DEFECTION, war, max(readmitted, more), detained) >= now
    assert defection.mood(DEFECTION, war, readmitted, max(detained, more)) >= now
    assert defection.mood(DEFECTION, 0.0, 0.0, 0.0) == 0


@given(st.booleans(), shares, shares)
def test_money_draws_and_a_visible_sponsor_repels(sponsored: bool, seen: float, more: float) -> None:
    pull = defection.draw_of(DEFECTION, sponsored, seen)
    assert defection.draw_of(DEFECTION, True, seen) >= pull
    assert defection.draw_of(DEFECTION, sponsored, max(seen, more)) <= pull
    assert defection.draw_of(DEFECTION, False, 0.0) == 0


@given(st.floats(-3, 3), shares, st.floats(0.05, 0.5), shares)
def test_a_chance_to_leave_is_a_chance_and_rises_with_the_gain(
    gain: float, more: float, noise: float, considered: float
) -> None:
    chance = defection.chance_to_leave(gain, noise, considered)
    assert 0 <= chance <= considered
    assert defection.chance_to_leave(gain + more, noise, considered) >= chance - 1e-12
    assert defection.chance_to_leave(0.0, noise, considered) == pytest.approx(considered / 2)


@given(shares, shares, amounts, positive, positive)
def test_a_trusted_leaver_counts_for_more(
    share: float, loyalty: float, years: float, weight: float, half: float
) -> None:
    counted = defection.counts_for(share, loyalty, years, weight, half)
    assert share <= counted <= share * (1 + weight) + 1e-12
    assert defection.counts_for(share, 1.0, years, weight, half) >= counted
    assert defection.counts_for(share, loyalty, years + 1, weight, half) >= counted - 1e-12


@given(amounts, amounts, positive)
def test_who_is_poorer_than_the_parent_wants_back(money: float, there: float, more: float) -> None:
    better = defection.wants_back(money, there)
    assert 0 <= better <= 1
    assert (better > 0) == (money < there)
    assert defection.wants_back(money, there + more) >= better - 1e-12


@given(shares, counts, counts, shares)
def test_grief_is_that_of_an_organisations_own_followers(one: float, few: int, many: int, other: float) -> None:
    unit_face = np.array([[[0, few], [9, many]]])
    grievance = np.array([[0.0, one], [1.0, other]])
    grief = defection.grief_here(0, 1, unit_face, grievance)
    assert 0 <= grief <= max(one, other) + 1e-12
    if few + many > 0:
        assert grief >= min(one, other) - 1e-12


@given(st.lists(st.tuples(st.integers(0, 1), st.integers(0, 2), shares), min_size=3, max_size=8))
def test_the_splinter_most_have_joined_is_the_one_that_is_open(rows: list[tuple[int, int, float]]) -> None:
    founded, parent, joined = (np.array([row[i] for row in rows]) for i in range(3))
    s = defection.open_splinter(1, 0.1, founded, parent, joined)
    fit = [i for i in range(1, len(rows)) if founded[i] and parent[i] == 1 and joined[i] > 0.1]
    assert (s == 0 and not fit) or joined[s] == max(joined[i] for i in fit)


@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=8))
def test_a_free_slot_is_one_reserved_and_not_taken(rows: list[tuple[bool, bool]]) -> None:
    slots, founded = (np.array([row[i] for row in rows], float) for i in range(2))
    s = defection.free_slot(slots, founded)
    fit = [i for i in range(1, len(rows)) if slots[i] and not founded[i]]
    assert s == (fit[0] if fit else 0)


MAP = np.array([0, 0, 1], np.int32)  # three units in two sectors


@given(st.lists(st.tuples(counts, counts, shares, shares), min_size=3, max_size=3))
def test_a_survey_adds_units_up_to_sectors(rows: list[tuple[int, int, float, float]]) -> None:
    workers, armed = (np.array([[0, row[i]] for row in rows]) for i in range(2))
    force, here = np.array([[0.0, row[2]] for row in rows]), [row[3] for row in rows]
    unit_face = np.array([[[0, 1], [0, 0]], [[0, 0], [0, 1]], [[0, 1], [0, 1]]])
    grievance = np.array([[0.0, here[0]], [0.0, here[1]]])
    members, strength, grief = np.ones(5), np.ones(5), np.ones(5)
    out = (members, strength, grief)
    total = defection.survey(1, MAP, unit_face, grievance, force, workers, armed, *out)
    assert total == members[:2].sum() == members[2:].sum() == workers.sum() + armed.sum()
    assert strength[2:].tolist() == force[:, 1].tolist()
    assert grief[2:].tolist() == [here[0], here[1], (here[0] + here[1]) / 2]
    for one in (strength, grief):
        assert one[0] <= max(one[2], one[3]) + 1e-12
        assert one[1] == pytest.approx(one[4] if members[1] else 0)


@given(st.lists(counts, min_size=5, max_size=5), positive)
def test_rank_counts_heads_with_people_under_them(members: list[int], sector_rank: float) -> None:
    cadre_of, tenure = np.array(members, float), np.array([9, 9, 0, 9, 0, 9, 9], np.int32)
    ranks = [defection.rank_of(place, 2, cadre_of, int(tenure[1 + place]), sector_rank) for place in range(5)]
    there = [bool(members[i]) and i not in {1, 3} for i in range(5)]
    assert ranks == [(sector_rank if i < 2 else 1.0) if there[i] else 0.0 for i in range(5)]
    assert defection.rank_of_all(1, 2, cadre_of, tenure, sector_rank) == pytest.approx(sum(ranks))


@given(shares, shares, counts, shares, st.integers(1, 40))
def test_who_would_found_needs_a_share_and_a_number(
    following: float, sways: float, members: int, least: float, fewest: int
) -> None:
    can = defection.may_found(following, sways, members, least, fewest)
    assert can == (following >= least and sways * members >= fewest)


def cadre(workers: int, armed: int) -> list[Array]:
    """Workers, armed, joined and left of two organisations in three units; only the first has any."""
    return [np.array([[0, one, 0]] * 3) for one in (workers, armed, 0, 0)]


@given(counts, counts, shares, shares, below_one)
def test_those_carried_off_are_whole_persons_and_none_is_lost(
    workers: int, armed: int, share: float, gunmen: float, luck: float
) -> None:
    them = cadre(workers, armed)
    gone = defection.carry_off(1, 1, 2, share, gunmen, luck, *them)
    assert gone == them[0][1, 2] + them[1][1, 2] == them[2][1, 2] == them[3][1, 1]
    assert them[0][1, 1] + them[0][1, 2] == workers
    assert them[1][1, 1] + them[1][1, 2] == armed
    assert abs(them[0][1, 2] - workers * share) <= 1
    assert abs(them[1][1, 2] - armed * share * gunmen) <= 1
    assert min(one.min() for one in them) >= 0


@given(moments, st.integers(0, 4), shares)
def test_only_those_under_a_post_go_with_its_head(moment: np.uint64, place: int, share: float) -> None:
    them = cadre(40, 8)
    taken = defection.take_along(DEFECTION, moment, place, 1, 2, share, MAP, *them)
    under = place == MAP if place < 2 else np.arange(3) == place - 2
    assert taken == them[2][:, 2].sum()
    assert not them[2][~under].any()
    assert (them[2][under, 2] >= np.floor(40 * share)).all()


def test_who_changes_post_leaves_one_vacant() -> None:
    competence, loyalty, leaning, tenure, skim_rate, following = these = posts(2, competence=0.9, loyalty=0.2)
    competence[1] = 0.1
    defection.change_post(0, 1, *these)
    assert (competence[1], loyalty[1], leaning[1], skim_rate[1]) == (0.9, 1.0, 0.6, 0.1)
    assert (tenure.tolist(), following.tolist()) == ([0, 1], [0.0, 1.0])


@given(shares, shares, st.floats(-1, 1), shares)
def test_a_splinter_begins_as_its_parents_like(cells: float, militancy: float, kin: float, old: float) -> None:
    founded, parent, joined = np.array([0.0, 1, 0]), np.array([0, 0, 0]), np.array([0, 0, old])
    kinship, taste, skill = np.array([[0, kin, old]] * 2), np.array([0, militancy, old]), np.array([0, cells, old])
    tenure, following = np.full(9, 7), np.full(9, 0.5)
    defection.found(1, 2, founded, parent, kinship, taste, skill, joined, tenure, following)
    assert (founded[2], parent[2], joined[2], taste[2], skill[2]) == (1, 1, 0, militancy, cells)
    assert kinship[:, 2].tolist() == [kin, kin]
    assert (tenure.tolist(), following.sum()) == ([7] * 6 + [0] * 3, 3.0)


@given(amounts, amounts, shares)
def test_money_that_goes_over_is_neither_made_nor_lost(mine: float, theirs: float, share: float) -> None:
    budget, carried = np.array([0.0, mine, theirs]), np.zeros(3)
    defection.divide_money(1, 2, share, budget, carried)
    assert budget.sum() == pytest.approx(mine + theirs)
    assert budget[1] == pytest.approx(mine * (1 - share), abs=1e-9)
    assert carried.tolist() == [0, -mine * share, mine * share]


@given(counts, counts, counts, shares)
def test_a_splinter_is_few_until_it_is_not(workers: int, armed: int, held: int, before: float) -> None:
    years = np.array([0.0, before])
    fields = (np.array([[0, one]]) for one in (workers, armed, held, 0))
    members = defection.gather(DEFECTION, 1, *fields, years)
    assert members == workers + armed + held
    assert (years[1] > before) == (members < DEFECTION.least_cadre)
    assert members < DEFECTION.least_cadre or years[1] == 0


@given(st.lists(counts, min_size=4, max_size=4), shares, st.integers(0, 1), moments)
def test_when_a_splinter_disbands_all_leave_and_some_return(
    them: list[int], amnesty: float, k: int, moment: np.uint64
) -> None:
    fields = [np.array([[0, 5, one]] * 3) for one in them]
    joined, left, released = (np.zeros((3, 3), int) for _ in range(3))
    back = defection.disband(2, k, amnesty, moment, *fields, joined, left, released)
    assert all(not one[:, 2].any() for one in fields)
    assert left[:, 2].sum() == 3 * sum(them)
    assert released[:, 2].sum() == 3 * (them[2] + them[3])
    assert back == joined[:, 1].sum() == fields[0][:, 1].sum() + fields[1][:, 1].sum() - 30
    assert abs(back - k * amnesty * 3 * sum(them)) <= 6
    assert not joined[:, 2].any()


@given(amounts, shares, st.integers(0, 1))
def test_what_gives_up_holds_nothing_and_fathers_nobody(money: float, returned: float, k: int) -> None:
    founded, parent, force = np.ones(4), np.array([0, 0, 1, 2]), np.ones((2, 4))
    budget, carried, few = np.array([0.0, 1, money, 1]), np.zeros(4), np.ones(4)
    defection.give_up(2, k, returned, founded, parent, force, budget, carried, few)
    assert (founded[2], budget[2], few[2], force[:, 2].sum()) == (0, 0, 0, 0)
    assert parent.tolist() == [0, 0, 1, 0]
    assert budget[1] == pytest.approx(1 + k * money * returned)
    assert carried[2] == pytest.approx(-money)
    assert carried[1] == pytest.approx(k * money * returned)


@given(amounts, amounts, st.integers(0, 4), st.booleans(), st.integers(0, 1))
def test_none_returns_to_who_is_gone_or_from_who_is_paid(
    money: float, there: float, stance: int, stands: bool, k: int
) -> None:
    founded, cadre_of = np.array([0.0, float(stands), 1]), np.array([[0, 10, 10]])
    better = defection.better_off_elsewhere(
        2, k, 10.0, founded, np.full(3, stance), np.array([0.0, there, money]), cadre_of, np.zeros((1, 3))
    )
    assert 0 <= better <= 1
    assert (better > 0) == (k == 1 and stands and stance != 0 and money / 10 < there / 10)


@given(st.integers(0, 4))
def test_a_head_is_placed_in_a_unit_under_the_post(place: int) -> None:
    unit = defection.home(place, 2, MAP)
    assert MAP[unit] == place if place < 2 else unit == place - 2


@given(moments, shares, shares, shares)
def test_who_goes_over_is_missed_by_one_and_gained_by_the_other(
    moment: np.uint64, share: float, sways: float, joined_before: float
) -> None:
    them, six = cadre(40, 8), posts(18)
    budget, carried = np.array([0.0, 10.0, 0.0]), np.zeros(3)
    betrayals, joined_splinter = np.zeros(3), np.array([0.0, 0.0, joined_before])
    old, new, total = 6 + 1 + 1, 12 + 1 + 1, 144.0
    taken = defection.go_over(
        DEFECTION, moment, 1, new, 1, 2, share, sways, total, MAP, *them, budget, carried, *six, betrayals,
        joined_splinter,
    )  # fmt: skip
    assert taken == them[2][:, 2].sum() == them[3][:, 1].sum()
    assert budget[2] == pytest.approx(10 * DEFECTION.purse_share * taken / total)
    assert (six[3][old], six[3][new]) == (0, 1)
    assert betrayals.tolist() == [0, share, 0]
    assert min(1.0, joined_before + share) - 1e-12 <= joined_splinter[2] <= 1


@given(moments, st.booleans(), st.integers(0, 4), shares, shares)
def test_who_departs_is_told_of_and_founds_what_is_not_there(
    moment: np.uint64, founds: bool, place: int, share: float, sways: float
) -> None:
    them, six, there = cadre(40, 8), posts(18), float(not founds)
    founded, parent, kinship = np.array([0.0, 1, there]), np.array([0, 0, int(there)]), np.full((2, 3), 0.5)
    taste, skill, joined, betrayals = np.full(3, 0.3), np.full(3, 0.2), np.zeros(3), np.zeros(3)
    events, count = np.zeros((8, len(EVENT_COLUMNS))), np.zeros(1, int)
    defection.depart(
        DEFECTION, 9, moment, place, 1, 2, founds, share, sways, 144.0, MAP, founded, parent, kinship, taste, skill,
        *them, np.zeros(3), np.zeros(3), *six, betrayals, joined, events, count,
    )  # fmt: skip
    told = [Event.SPLIT, Event.DEFECTION, Event.FOUNDING] if founds else [Event.DEFECTION]
    assert [Event(int(kind)) for kind in events[: count[0], KIND]] == told
    assert (founded[2], parent[2], betrayals[1]) == (1, 1, share)
    assert six[3][6 + 1 + place] == 0
    assert six[3][12 + (0 if founds else 1 + place)] == 1
