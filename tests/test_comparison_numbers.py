"""The numbers of a comparison: paired differences, honest intervals, what pairing saved."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mohalla.report import comparison_numbers as numbers
from mohalla.report.ablation import Effect
from mohalla.report.comparison_numbers import BY_NAME
from tests.fake_compared import PLANS, fake_comparison

DATA = fake_comparison()
IDLE = list(PLANS).index("idle")


def test_a_difference_is_plan_minus_baseline_within_a_seed() -> None:
    found = numbers.differences(DATA, BY_NAME["toll"])
    assert np.array_equal(found[2], DATA["toll"].values[2] - DATA["toll"].values[0])
    assert not found[0].any()


def test_shares_become_points() -> None:
    assert numbers.values(DATA, BY_NAME["hold"])[0, 0] == pytest.approx(100 * float(DATA["hold"][0, 0]))


def test_a_plan_that_changes_nothing_differs_by_exactly_nothing() -> None:
    assert [i for i in range(5) if numbers.same(DATA, i)] == [0, IDLE]
    for measure in numbers.measures(DATA):
        assert numbers.effects(DATA, measure)[IDLE][1:] == (0.0, 0.0, 0.0)


def test_a_plan_that_differs_in_one_seed_of_one_measure_is_not_the_same() -> None:
    data = fake_comparison()
    data["seats"][IDLE, 3] += 1e-12
    assert not numbers.same(data, IDLE)


def test_an_interval_is_students_at_the_level_of_the_data() -> None:
    found = numbers.effect([1.0, 2.0, 3.0], 0.95)
    assert (found.n, found.mean) == (3, 2.0)
    assert found.high - 2 == pytest.approx(4.303 / math.sqrt(3), rel=1e-3)
    assert numbers.effect([1.0, 2.0, 3.0], 0.9).high < found.high


def test_one_seed_has_no_interval_and_none_no_mean() -> None:
    assert math.isnan(numbers.effect([1.0], 0.95).low)
    assert math.isnan(numbers.effect([math.nan], 0.95).mean)


def test_none_of_twelve_may_still_be_a_quarter() -> None:
    found = numbers.counted(np.zeros(12), 0.95)
    assert (found.hits, found.n, found.low) == (0, 12, 0.0)
    assert found.high == pytest.approx(0.243, abs=0.001)  # Wilson's, worked by hand: z² / (n + z²)


@given(st.lists(st.booleans(), min_size=1, max_size=40))
def test_shares_lie_in_their_interval_and_turn_over_with_it(came: list[bool]) -> None:
    one, other = (numbers.counted(np.array(part, float), 0.95) for part in (came, [not value for value in came]))
    assert 0 <= one.low <= one.share + 1e-12
    assert one.share <= one.high + 1e-12 <= 1 + 2e-12
    assert one.low == pytest.approx(1 - other.high)


def test_what_is_not_known_is_not_counted() -> None:
    assert numbers.counted(np.array([1.0, math.nan, 0.0]), 0.95)[:2] == (1, 2)
    assert numbers.counted(np.array([math.nan]), 0.95).n == 0


@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=2, max_size=40))
def test_a_paired_share_is_symmetric_and_never_certain(pairs: list[tuple[bool, bool]]) -> None:
    one, other = (np.array(side, float) for side in zip(*pairs, strict=True))
    found, turned = numbers.paired_share(one, other, 0.95), numbers.paired_share(other, one, 0.95)
    assert found.low == pytest.approx(-turned.high)
    assert -100 <= found.low < found.high <= 100
    assert found.mean == pytest.approx(100 * (one.mean() - other.mean()))


def test_a_release_that_is_not_known_leaves_its_pair_out() -> None:
    found = numbers.paired_share(np.array([1.0, math.nan, 1.0]), np.array([0.0, 0.0, math.nan]), 0.95)
    assert (found.n, found.mean) == (1, 100.0)


def test_effects_and_what_pairing_saved_are_those_that_were_stored() -> None:
    data = fake_comparison()
    stored = {
        "difference": -0.1,
        "difference_low": -0.3,
        "difference_high": 0.2,
        "difference_n": 7,
        "variance_ratio": 3,
    }
    for name, value in stored.items():
        data[name].loc[{"measure": "hold"}] = value
    assert numbers.effects(data, BY_NAME["hold"])[1] == pytest.approx((7, -10.0, -30.0, 20.0))
    assert numbers.saved(data, BY_NAME["hold"]) == [3.0] * 4
    assert numbers.effects(data, BY_NAME["toll"]) == numbers.effects(DATA, BY_NAME["toll"])


def test_a_difference_that_never_varies_has_no_ratio() -> None:
    assert math.isnan(numbers.saved(DATA, BY_NAME["toll"])[IDLE - 1])


def test_half_the_width_takes_four_times_the_seeds() -> None:
    now = Effect(10, 0.0, -2.0, 2.0)
    assert numbers.needed(now, 1.0) == 40
    assert numbers.needed(now, 2.0) == 10
    assert math.isnan(numbers.needed(Effect(1, 0.0, math.nan, math.nan), 1.0))


def test_deaths_over_time_add_up_to_the_toll() -> None:
    curves = {curve.name: curve for curve in numbers.curves(DATA)}
    assert list(curves) == ["hold", "coerced", "gap", "killings", "deaths"]
    assert curves["deaths"].values[..., -1] == pytest.approx(numbers.differences(DATA, BY_NAME["toll"]))
    gap = curves["hold"].values - 100 * (
        DATA["heart_by_quarter"].sel(organisation="lamp") - DATA["heart_by_quarter"].sel(organisation="lamp")[0]
    )
    assert curves["gap"].values == pytest.approx(gap.values)


def test_killings_by_organisations_leave_out_the_state_and_what_is_imposed() -> None:
    data = fake_comparison()
    before = {curve.name: curve.values for curve in numbers.curves(data)}["killings"]
    for cause in ("operation", "background"):
        data["killings_by_quarter"].loc[{"cause": cause, "plan": "raids"}] += 99
    assert np.array_equal({curve.name: curve.values for curve in numbers.curves(data)}["killings"], before)


def test_the_own_community_has_its_curve_where_it_was_kept() -> None:
    own = DATA["coerced_by_quarter"].sel(organisation="lamp", drop=True) * 2
    titles = [curve.title for curve in numbers.curves(DATA.assign(coerced_own_by_quarter=own))]
    assert titles[2] == "Coerced in the own community"


def test_what_the_data_do_not_hold_is_not_measured() -> None:
    data = DATA.drop_vars(["seats", "cost"])
    data["hold"][:] = np.nan
    names = [measure.name for measure in numbers.measures(data)]
    assert not {"seats", "cost", "hold"} & set(names)
    assert "toll" in names


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (-116.4, "deaths", "−116"), (2_270.0, "deaths", "2,270"), (6.0, "percentage points", "6.0"),
        (-0.04, "percentage points", "0.0"), (0.0, "percentage points", "0"), (4580.0, "money", "4,580"),
        (math.nan, "deaths", "n/a"),
    ],
)  # fmt: skip
def test_figures_are_told_as_their_unit_wants(value: float, unit: str, text: str) -> None:
    assert numbers.shown(value, unit) == text


def test_only_what_is_more_than_nothing_has_a_plus() -> None:
    assert [numbers.signed(value, "percentage points") for value in (3.0, 0.01, 0.0, -3.0)] == [
        "+3.0",
        "0.0",
        "0",
        "−3.0",
    ]


def test_years_have_a_decimal_only_where_it_says_something() -> None:
    assert [numbers.years(days) for days in (5113, 6332)] == ["14", "17.3"]
