"""Scales that leave too few residents: refused, noted, or neither; and which scale is offered in their place."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

import mohalla
from mohalla import reading
from mohalla.coarse import FEW_IN_A_UNIT, FEWEST, GOOD, better, enough, few, finer, residents
from mohalla.errors import MohallaError
from mohalla.scenario import Scenario
from workbench.towns import census, scenario

TOWN = mohalla.load("small-town")
SCALES = st.integers(1, 10_000)


def of(people: int, units: int = 4) -> Scenario:
    """The tiny town with so many people, half of them adults."""
    return scenario(
        censuses=[census(1975, people, 0.5)],
        geography__districts__0__units=units,
        timeline__shocks=[],
        state__operations=[],
        organisations__0__workers=0,
        organisations__1__workers=0,
    )


def test_two_residents_are_no_town() -> None:
    words = (
        "--scale = 5000: small-town has 12,100 adults, so 2 residents would be simulated in all; must be at least 50. "
        "--scale = 6 simulates 2,016."
    )
    with pytest.raises(MohallaError, match=f"^{re.escape(words)}$"):
        enough(TOWN, 5000, "--scale")


def test_one_resident_is_told_as_one() -> None:
    with pytest.raises(MohallaError, match=r"^scale = 10000: .* so 1 resident would be simulated in all"):
        enough(TOWN, 10_000)


@pytest.mark.parametrize(("scale", "many"), [(242, 50), (200, 60), (10, 1210), (1, 12_100)])
def test_fifty_residents_are_enough(scale: int, many: int) -> None:
    assert residents(TOWN, scale) == many
    assert enough(TOWN, scale) == scale


def test_one_less_is_not() -> None:
    with pytest.raises(MohallaError, match="so 49 residents would be simulated"):
        enough(TOWN, 243)


def test_the_largest_census_counts() -> None:
    assert residents(scenario(), 1) == 320
    assert residents(scenario(), 10) == 32


@pytest.mark.parametrize("name", reading.shipped())
@pytest.mark.parametrize("scale", [10, 50])
def test_no_shipped_scenario_is_refused_at_a_usual_scale(name: str, scale: int) -> None:
    town = mohalla.load(name)
    assert enough(town, scale) == scale
    assert few(town, scale) == ""


def test_a_hamlet_may_be_simulated_whole() -> None:
    hamlet = of(100)
    assert residents(hamlet, 1) == 50
    tiny = hamlet.model_copy(update={"economy": scenario().economy.model_copy(update={"adult_share": share(0.4)})})
    assert residents(tiny, 1) == 40
    assert enough(tiny, 1) == 1
    assert few(tiny, 1) == ""
    with pytest.raises(MohallaError, match=r"so 20 residents would be .* scale = 1 simulates 40\.$"):
        enough(tiny, 2)


def share(value: float) -> object:
    """A share of adults."""
    return scenario().economy.adult_share.model_copy(update={"value": value})


def test_few_to_a_unit_are_noted() -> None:
    assert few(TOWN, 100, "--scale") == (
        "--scale = 100: 121 residents in 10 units are 12.1 to a unit, so what one unit shows is mostly chance. "
        "--scale = 60 gives 20.1."
    )
    assert few(TOWN, 60) == ""


def test_few_to_a_unit_at_any_scale_are_noted_with_the_finest() -> None:
    assert few(of(200, units=10), 2) == (
        "scale = 2: 50 residents in 10 units are 5.0 to a unit, so what one unit shows is mostly chance. "
        "scale = 1 gives 10.0."
    )


@given(SCALES)
def test_what_is_offered_is_finer_than_what_is_refused(scale: int) -> None:
    try:
        assert enough(TOWN, scale) == scale
        assert residents(TOWN, scale) >= FEWEST
    except MohallaError:
        assert residents(TOWN, scale) < FEWEST
        assert better(TOWN) < scale
    if few(TOWN, scale):
        assert finer(TOWN) < scale


@given(st.integers(100, 10**7))
def test_what_is_offered_gives_some_two_thousand(people: int) -> None:
    town = of(people)
    many = residents(town, better(town))
    adults = residents(town, 1)
    assert adults == round(people / 2)
    assert many == adults if adults < 2 * GOOD else GOOD <= many < 1.5 * GOOD
    assert residents(town, finer(town)) >= 4 * FEW_IN_A_UNIT or finer(town) == 1
