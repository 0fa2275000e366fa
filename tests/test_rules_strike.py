"""Strikes: who is pressed calls if it is worth it, followers and the frightened close, and closing costs."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from mohalla.events import KIND, ORGANISATION, SIZE, Event
from mohalla.mechanisms import strike, trade, treasury
from mohalla.parameters import weekly
from workbench.places import followed_street as street
from workbench.stepping import SEED, Arrays, armed_town, call_of, copied, run_call, start

shares = st.floats(0.0, 1.0)
amounts = st.floats(0.0, 1e4)
positive = st.floats(0.1, 100.0)
LANTERN, BANYAN = 1, 2


def numbers(**changed: float) -> strike.Parameters:
    """The mechanism's numbers as its rules take them."""
    return weekly(strike.Parameters, strike.Parameters(**changed)._asdict())


# ------------------------------------------------------------------------------------------------------------ rules
@given(amounts, amounts, amounts, positive, shares, shares)
def test_raids_and_office_lost_press_each_alone_and_more_together(
    hits: float, more: float, members: float, half: float, lost: float, further: float
) -> None:
    pressure = strike.pressed(hits, members, half, lost)
    assert 0 <= pressure <= 1
    assert strike.pressed(hits + more, members, half, lost) >= pressure - 1e-12
    assert strike.pressed(hits, members, half, max(lost, further)) >= pressure - 1e-12
    assert strike.pressed(hits, members + more, half, lost) <= pressure + 1e-12
    assert strike.pressed(0.0, members, half, lost) == pytest.approx(lost)


@given(shares, shares, shares)
def test_followers_close_and_of_the_others_the_frightened(following: float, fear: float, more: float) -> None:
    closed = strike.closes(following, fear)
    assert max(following, fear) - 1e-12 <= closed <= 1 + 1e-12
    assert closed == pytest.approx(strike.closes(fear, following)), "two callers close as much in either order"
    assert strike.closes(following, max(fear, more)) >= closed - 1e-12
    assert strike.closes(following, 0.0) == following


@given(shares, shares, shares, shares, shares, shares)
def test_a_call_is_worth_more_under_pressure_and_less_where_followers_are_weary(
    pressure: float, more: float, following: float, fear: float, weary: float, legitimacy: float
) -> None:
    p, forced = numbers(), strike.closes(following, fear) - following
    worth = strike.worth_calling(p, pressure, following, forced, weary, legitimacy)
    assert strike.worth_calling(p, max(pressure, more), following, forced, weary, legitimacy) >= worth - 1e-12
    assert strike.worth_calling(p, pressure, following, forced, 1.0, legitimacy) <= worth + 1e-12
    assert strike.worth_calling(p, pressure, following, forced, weary, 1.0) <= worth + 1e-12
    assert strike.worth_calling(p, pressure, 0.0, 0.0, weary, legitimacy) == -p.face_lost
    assert strike.worth_calling(p, 0.0, following, forced, weary, legitimacy) <= 0
    assert strike.worth_calling(p, 1.0, 1.0, 0.0, 0.0, legitimacy) == p.leverage - p.wages, (
        "no face lost by all obeying"
    )


@given(shares, shares, shares, shares)
def test_standing_is_lost_with_those_forced_and_by_who_stays_open(
    legitimacy: float, following: float, fear: float, more: float
) -> None:
    p = numbers()

    def after(follow: float, afraid: float, before: float = legitimacy) -> float:
        return strike.standing_after(p, before, follow, strike.closes(follow, afraid) - follow)

    assert 0 <= after(following, fear) <= legitimacy
    assert after(1.0, fear) == pytest.approx(legitimacy), "nobody holds it against a caller whom all follow"
    assert after(max(following, more), fear) >= after(following, fear) - 1e-12
    assert after(following, max(fear, more)) <= after(following, fear) + 1e-12, "force costs more than being ignored"
    assert after(0.0, 0.0) == pytest.approx(legitimacy * (1 - p.face_lost))
    assert after(following, fear, max(legitimacy, more)) >= after(following, fear)


@given(shares, st.floats(0, 3), st.floats(0, 3), shares)
def test_the_centre_gives_way_by_the_trade_that_the_city_loses(
    before: float, days: float, more: float, each: float
) -> None:
    after = strike.gives_way_after(before, days, each)
    assert before - 1e-12 <= after <= 1 + 1e-12
    assert strike.gives_way_after(before, days + more, each) >= after - 1e-12
    assert strike.gives_way_after(before, 0.0, each) == before


@given(shares, shares, shares, shares, shares)
def test_what_cannot_be_worth_anything_is_not_looked_at(
    pressure: float, following: float, fear: float, weary: float, legitimacy: float
) -> None:
    p, forced = numbers(), strike.closes(following, fear) - following
    if strike.worth_calling(p, pressure, following, forced, weary, legitimacy) > 1e-12:
        assert strike.may_be_worth(p, pressure, weary, legitimacy)


@given(shares, shares)
def test_the_forced_are_a_share_of_those_who_do_not_follow(following: float, fear: float) -> None:
    assume(following < 1 - 1e-6)
    forced = strike.closes(following, fear) - following
    assert strike.among_the_rest(forced, following) == pytest.approx(fear, abs=1e-6)
    assert strike.among_the_rest(0.0, 1.0) == 0


@given(amounts, amounts, shares, shares, shares, shares)
def test_a_week_later_what_presses_is_added_and_all_else_fades(
    before: float, taken: float, office: float, was: float, weary: float, concession: float
) -> None:
    p, one = numbers(), lambda value: np.array([0.0, value])
    hits, held, tired, yields = one(before), one(was), one(weary), one(concession)
    strike.remember(p, 1, one(office), one(taken), one(2.0), hits, held, tired, yields)
    assert hits[1] == pytest.approx(before * (1 - p.hits_fade_per_week) + taken + 2 * p.death_weight)
    assert max(office, 0.0) <= held[1] <= max(office, was)
    assert tired[1] == weary * (1 - p.rests_per_week)
    assert yields[1] == concession * (1 - p.concession_fades_per_week)
    assert hits[0] == held[0] == tired[0] == yields[0] == 0, "the other's are its own"


two_units = st.lists(shares, min_size=2, max_size=2)


@given(two_units, two_units, two_units)
def test_obedience_is_the_mean_of_places_by_their_people(
    follow: list[float], seen: list[float], force: list[float]
) -> None:
    """Two units of 300 and 100 adults."""
    adults = np.array([300.0, 100.0])
    followers = np.array(follow)[:, None] * adults[:, None]
    watch, forces = np.array(seen)[:, None], np.array(force)[:, None]
    fears = [strike.fear_of(seen[u], force[u]) for u in (0, 1)]
    following, forced = strike.obedience(0, followers, adults, watch, forces)
    assert following == pytest.approx(0.75 * follow[0] + 0.25 * follow[1])
    closed = [strike.closes(follow[u], fears[u]) for u in (0, 1)]
    assert following + forced == pytest.approx(0.75 * closed[0] + 0.25 * closed[1])


@given(two_units, st.lists(st.integers(0, 50), min_size=2, max_size=2))
def test_traders_lose_what_they_do_not_sell(follow: list[float], shops: list[int]) -> None:
    adults, traders = np.array([300.0, 100.0]), np.array(shops)
    followers, nothing, idle = np.array(follow)[:, None] * adults[:, None], np.zeros((2, 1)), np.zeros(2)
    p = numbers(days=3.5)
    days = strike.shut(p, 0, followers, adults, nothing, nothing, traders, idle)
    assert idle == pytest.approx(np.array(follow) / 2)
    assert days == pytest.approx(3.5 * sum(np.array(follow) * traders) / max(sum(shops), 1))
    compliance, cost = np.zeros(1), np.zeros(1)
    strike.count_losses(p, adults, traders, idle, 2.0, compliance, cost)
    assert compliance[0] == pytest.approx(0.75 * follow[0] + 0.25 * follow[1])
    assert cost[0] == pytest.approx(sum(np.array(follow) * traders))


@given(st.lists(st.integers(0, 100), min_size=3, max_size=3), st.lists(st.integers(0, 100), min_size=3, max_size=3))
def test_members_are_workers_and_gunmen_of_all_units(workers: list[int], armed: list[int]) -> None:
    found = strike.members_of(1, np.array([[9, w] for w in workers]), np.array([[9, a] for a in armed]))
    assert found == sum(workers) + sum(armed)


# ----------------------------------------------------------------------------------------------------------- sweeps
def week_of(arrays: Arrays, week: int = 0, **changed: float) -> Arrays:
    """One week of the step."""
    run_call(call_of("strike", arrays, **changed), week, SEED)
    return arrays


def test_nobody_calls_who_is_not_pressed() -> None:
    arrays = week_of(street(arrests=0))
    assert arrays["striking"].sum() == arrays["idle"].sum() == arrays["strike_compliance"][0] == 0
    assert arrays["event_count"][0] == arrays["strike_cost"][0] == 0


def test_who_is_pressed_and_followed_calls_and_the_city_closes() -> None:
    arrays = week_of(street())
    assert arrays["striking"].tolist() == [0, 1, 0, 0]
    assert arrays["idle"] == pytest.approx((0.6 + 0.4 * 0.3) * strike.Parameters().days / 7)
    assert arrays["strike_compliance"][0] == pytest.approx(0.72)
    income = arrays["traders_here"].sum() * arrays["adults_per_resident"][0] * arrays["trader_income_per_week"][0]
    assert arrays["strike_cost"][0] == pytest.approx(0.72 * income * strike.Parameters().days / 7)
    told = arrays["events"][0]
    assert (told[KIND], told[ORGANISATION], told[SIZE]) == (Event.STRIKE, LANTERN, pytest.approx(0.72))
    assert arrays["event_count"][0] == 1
    assert arrays["concession"][LANTERN] > 0 == arrays["concession"][BANYAN]


def test_the_week_after_all_is_open_again_though_the_centre_remembers() -> None:
    arrays = week_of(street())
    conceded = float(arrays["concession"][LANTERN])
    arrays["arrests"][:], arrays["hits"][:] = 0, 0.0
    week_of(arrays, 1)
    assert arrays["striking"].sum() == arrays["idle"].sum() == 0
    assert arrays["strike_compliance"][0] == arrays["strike_cost"][0] == 0
    assert 0 < arrays["concession"][LANTERN] < conceded


def test_fear_closes_what_support_does_not() -> None:
    found = [float(week_of(street(fear=fear))["strike_compliance"][0]) for fear in (0.0, 0.3, 0.9)]
    assert found == pytest.approx([0.6, 0.72, 0.96])


def test_a_call_that_nobody_would_obey_is_not_made_by_one_who_knows() -> None:
    assert week_of(street(following=0.0, fear=0.0))["striking"].sum() == 0


def test_one_who_is_told_nothing_blunders() -> None:
    blunders = 0
    for week in range(40):
        arrays = street(following=0.06, fear=0.0)
        arrays["information"][:] = 0.0
        week_of(arrays, week)
        told = arrays["events"][: int(arrays["event_count"][0])]
        blunders += Event.BLUNDER in told[:, KIND]
        assert (Event.BLUNDER in told[:, KIND]) == bool(arrays["striking"].sum())
    assert 0 < blunders < 40


def test_followers_weary_of_strikes_that_go_on() -> None:
    arrays, calls = street(), []
    for week in range(52):
        week_of(arrays, week)
        calls.append(bool(arrays["striking"][LANTERN]))
        arrays["followers"][:, LANTERN] = 0.6 * arrays["adults"]
    assert calls[0]
    assert 5 < sum(calls) < 40
    assert 0 < arrays["weary"][LANTERN] < 1


def test_loss_of_office_presses_as_raids_do() -> None:
    arrays = street(arrests=0)
    arrays["office"][LANTERN] = 0.8
    week_of(arrays)
    assert arrays["striking"].sum() == 0, "in office there is nothing to win back"
    arrays["office"][LANTERN] = 0.0
    assert week_of(arrays, 1)["striking"][LANTERN] == 1


def test_it_can_be_called_from_inside_government() -> None:
    arrays = street()
    arrays["office"][:] = [0.0, 0.5, 0.0, 0.0]
    assert week_of(arrays)["striking"][LANTERN] == 1


def test_those_forced_hold_it_against_the_caller_alone() -> None:
    p, arrays = strike.Parameters(), week_of(street())
    lost = p.contempt * 0.4 * 0.3 + p.face_lost * 0.28
    assert arrays["legitimacy"][[LANTERN, BANYAN]] == pytest.approx([1 - lost, 1.0])


@pytest.mark.parametrize("information", [0.3, 0.6, 1.0])
@pytest.mark.parametrize("legitimacy", [0.0, 0.5, 1.0])
def test_a_small_gang_knows_that_it_is_small(information: float, legitimacy: float) -> None:
    """Also one that is told little, has no standing to lose and is under the greatest pressure."""
    arrays = street(following=0.015, fear=0.0, arrests=10_000)
    arrays["information"][:], arrays["legitimacy"][:] = information, legitimacy
    calls = [float(week_of(arrays, week)["striking"][LANTERN]) for week in range(100)]
    assert sum(calls) == 0


def test_two_callers_who_swap_numbers_swap_what_becomes_of_them() -> None:
    one = street(following=0.5)
    one["followers"][:, BANYAN], one["arrests"][BANYAN] = 0.3 * one["adults"], 30
    other = copied(one)
    for name in ("followers", "unit_watch", "force", "arrests", "workers", "armed"):
        other[name][..., [LANTERN, BANYAN]] = one[name][..., [BANYAN, LANTERN]]
    week_of(one)
    week_of(other)
    assert one["striking"][[LANTERN, BANYAN]].tolist() == [1, 1]
    for name in ("striking", "concession", "legitimacy", "weary"):
        assert other[name][[LANTERN, BANYAN]] == pytest.approx(one[name][[BANYAN, LANTERN]])
    assert other["idle"] == pytest.approx(one["idle"])


def test_what_is_closed_hands_nothing_over() -> None:
    """Neither dues nor extortion nor what workers sell, of any organisation; what comes from elsewhere does."""
    found, local = [], [treasury.DUES, treasury.EXTORTION, trade.TRADE]
    for idle in (0.0, 0.25):
        arrays = copied(start(armed_town()).arrays)
        arrays["founded"][:], arrays["idle"][:] = 1.0, idle
        arrays["believers"][:], arrays["from_abroad"][:] = 100.0, 3.0
        arrays["takings"][:], arrays["takings"][:, :, local] = 0.0, 2.0
        run_call(call_of("collect", arrays), 0, SEED)
        found.append(arrays["income"])
    assert found[1][1:, local] == pytest.approx(0.75 * found[0][1:, local])
    assert (found[0][1:, local] > 0).all()
    assert (found[1][1:, treasury.ABROAD] == 3.0).all()
    assert treasury.earned(2.0, 1.0) == 0


def test_two_callers_close_what_either_would() -> None:
    arrays = street(following=0.4, fear=0.0)
    arrays["followers"][:, BANYAN] = 0.4 * arrays["adults"]
    arrays["arrests"][BANYAN] = 10
    arrays = week_of(arrays)
    assert arrays["striking"].tolist() == [0, 1, 1, 0]
    assert arrays["strike_compliance"][0] == pytest.approx(0.64)


def test_a_death_in_raids_presses_like_several_arrests() -> None:
    one, other = street(arrests=10), street(arrests=0)
    other["operation_deaths"][LANTERN] = 1
    assert week_of(one)["hits"][LANTERN] == week_of(other)["hits"][LANTERN] == 10
