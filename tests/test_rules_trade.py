"""Money that is neither dues nor extortion: goods sold, gifts from abroad, funds that a bound leader cannot pass on."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mohalla.calendar import YEARS_PER_WEEK
from mohalla.mechanisms import trade, treasury
from mohalla.observables import INCOME_SOURCES
from workbench.alone import midway, stepped
from workbench.stepping import Arrays

shares = st.floats(0.0, 1.0)
people = st.floats(0.0, 1e6)
money = st.floats(0.0, 1e6)
LANTERN, BANYAN = 1, 2


# ----------------------------------------------------------------------------------------------------------- the rules
@given(people, shares, shares, shares)
def test_workers_sell_where_no_rival_rules(workers: float, each: float, force: float, more: float) -> None:
    sales = trade.sold(workers, each, force)
    assert 0 <= sales <= workers * each
    assert trade.sold(workers, each, max(force, more)) <= sales
    assert trade.sold(workers, each, 0.0) == workers * each
    assert trade.sold(workers, each, 1.0) == 0


@given(people, shares, shares, shares, st.floats(0, 3), shares)
def test_kin_abroad_give_more_to_a_leader_among_them_and_to_the_persecuted(
    believers: float, each: float, among: float, leaderless: float, moved: float, more: float
) -> None:
    gifts = trade.given(believers, each, among, leaderless, moved)
    assert 0 <= gifts <= believers * each * (1 + moved) * (1 + 1e-12)
    assert trade.given(believers, each, max(among, more), leaderless, moved) >= gifts * (1 - 1e-12)
    assert trade.given(believers, each, among, leaderless, moved + more) >= gifts
    assert trade.given(believers, each, 0.0, leaderless, 0.0) == pytest.approx(believers * each * leaderless)


@given(shares, shares, shares)
def test_proceedings_keep_a_leader_from_those_abroad(abroad: float, bound: float, more: float) -> None:
    free = trade.is_among_them(abroad, bound)
    assert 0 <= free <= abroad
    assert trade.is_among_them(abroad, max(bound, more)) <= free
    assert trade.is_among_them(0.0, bound) == trade.is_among_them(abroad, 1.0) == 0


@given(money, shares, shares, shares)
def test_less_arrives_through_a_bound_leader(funds: float, bound: float, stranded: float, more: float) -> None:
    arrived = treasury.arrives(funds, bound, stranded)
    assert 0 <= arrived <= funds
    assert treasury.arrives(funds, max(bound, more), stranded) <= arrived
    assert treasury.arrives(funds, 0.0, stranded) == funds


# ---------------------------------------------------------------------------------------------------------- the sweeps
def selling() -> Arrays:
    """The armed town with 50 workers of each organisation a unit, no force anywhere and nobody dead."""
    arrays = midway()
    arrays["workers"][:, [LANTERN, BANYAN]] = 50
    arrays["believers"][:, [LANTERN, BANYAN]] = 200.0
    for name in ("rival_force", "takings", "deaths_memory", "leader_abroad", "leader_bound", "funds", "foreign_funds"):
        arrays[name][...] = 0.0
    return arrays


def sales(arrays: Arrays) -> list[list[float]]:
    """What each organisation sold in each unit."""
    sold = stepped("trade", arrays, sales_per_year=0.01)["takings"][:, :, trade.TRADE]
    return [[float(one) for one in row] for row in sold[:, [LANTERN, BANYAN]]]


def test_the_columns_of_trade_and_of_the_diaspora_are_those_recorded() -> None:
    assert (INCOME_SOURCES[trade.TRADE], INCOME_SOURCES[treasury.ABROAD]) == ("trade", "diaspora")


def test_a_rivals_force_spoils_sales_and_ones_own_does_not() -> None:
    arrays, each = selling(), 50 * 0.01 * YEARS_PER_WEEK
    assert np.allclose(sales(arrays), each)
    arrays["rival_force"][0, BANYAN] = 0.75
    assert sales(arrays)[0] == pytest.approx([each, each / 4])
    arrays["rival_force"][0, LANTERN] = 0.5
    assert sales(arrays)[0] == pytest.approx([each / 2, each / 4])
    assert np.allclose(sales(arrays)[1:], each)


def gifts(arrays: Arrays) -> float:
    """What the first organisation is given from abroad."""
    return float(stepped("trade", arrays)["from_abroad"][LANTERN])


def test_gifts_follow_the_leader_and_the_dead() -> None:
    arrays = selling()
    at_home = gifts(arrays)
    arrays["leader_abroad"][LANTERN] = 1.0
    abroad = gifts(arrays)
    assert abroad == pytest.approx(800 * 2e-5 * YEARS_PER_WEEK)
    assert 0 < at_home == pytest.approx(0.3 * abroad)
    arrays["leader_bound"][LANTERN] = 1.0
    assert gifts(arrays) == pytest.approx(at_home)
    arrays["leader_bound"][LANTERN], arrays["deaths_memory"][0, LANTERN] = 0.0, 0.2 * 0.8
    assert gifts(arrays) == pytest.approx(1.5 * abroad), "half of all there could be, which would double it"


def test_an_organisation_not_yet_founded_is_given_nothing() -> None:
    arrays = selling()
    arrays["founded"][LANTERN] = 0.0
    assert gifts(arrays) == 0


def test_what_is_sold_and_given_is_booked_skimmed_and_kept() -> None:
    arrays = stepped("trade", selling())
    sold, given_ = float(arrays["takings"][:, LANTERN, trade.TRADE].sum()), float(arrays["from_abroad"][LANTERN])
    after = stepped("collect", arrays)
    assert after["income"][LANTERN, trade.TRADE] == pytest.approx(sold)
    assert after["income"][LANTERN, treasury.ABROAD] == pytest.approx(given_)
    change = after["budget"][LANTERN] - arrays["budget"][LANTERN]
    assert change == pytest.approx(after["income"][LANTERN].sum() - after["skim"][LANTERN].sum())
    assert not after["takings"].any()


def test_a_bound_leader_passes_on_less_of_funds_and_nothing_less_of_a_sponsors_money() -> None:
    arrays = selling()
    arrays["funds"][LANTERN], arrays["foreign_funds"][LANTERN] = 3.0, 1.0
    arrays["stance"][LANTERN] = treasury.SPONSORED
    received = []
    for bound in (0.0, 1.0):
        arrays["leader_bound"][LANTERN] = bound
        income = stepped("collect", arrays, stranded=0.5, sponsor_per_year=1 / YEARS_PER_WEEK)["income"]
        received.append(float(income[LANTERN, treasury.FUNDS]))
    assert received == pytest.approx([5.0, 3.0])
