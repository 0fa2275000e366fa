"""Designs over uncertain numbers: what may be varied and how it is asked for, where points lie, what is laid over."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mohalla import reading
from mohalla.engine.simulate import numbers_of
from mohalla.errors import MohallaError
from mohalla.experiments import designs
from mohalla.experiments.designs import Factor
from mohalla.mechanisms import DECLARED
from mohalla.parameters import Known, declared
from mohalla.scenario import Setting
from workbench.towns import scenario

TOWN = scenario()
ALLOWED = designs.variable(TOWN, DECLARED)
NARROW = Factor("a.b", 1.0, 2.0, 1.5, Known("u", 1.0, 2.0, "m"))
WIDE = Factor("a.c", 0.1, 10.0, 1.0, Known("u", 0.1, 10.0, "m"))


def vary(*words: str) -> tuple[Factor, ...]:
    return designs.chosen("--vary", words, ALLOWED)


def select(*words: str) -> list[str]:
    return [one.name for one in designs.selected("--parameters", words, ALLOWED)]


# --- what can be varied ----------------------------------------------------------------------------------------------


def test_every_number_can_be_varied_within_its_plausible_range() -> None:
    known = declared(DECLARED["residents"])["danger"].known
    assert ALLOWED["residents.danger"][1:3] == (known.low, known.high)
    assert ALLOWED["geography.segregation"][1:4] == (0.8, 6.0, 1.5)
    own = {name for name in ALLOWED if name.partition(".")[0] in designs.OWN}
    numbers = {f"{mechanism}.{name}" for mechanism, kind in DECLARED.items() for name in declared(kind)}
    assert set(ALLOWED) == numbers | own


def test_a_scenario_may_bring_another_range() -> None:
    wider = TOWN.model_copy(update={"parameters": {"residents": {"danger": Setting(value=20, low=2, high=40)}}})
    factor = designs.variable(wider, DECLARED)["residents.danger"]
    assert (factor.low, factor.high, factor.value) == (2, 40, 20)
    assert designs.chosen("--vary", ["residents.danger=20:30"], {factor.name: factor})[0].high == 30


@pytest.mark.parametrize(
    ("word", "low", "high", "values"),
    [
        ("residents.danger", 4, 16, ()),
        ("residents.danger=5:7", 5, 7, ()),
        ("residents.danger=4:16:5", 4, 16, (4, 7, 10, 13, 16)),
        ("residents.danger=16,4,8", 4, 16, (4, 8, 16)),
    ],
)
def test_the_ways_to_ask(word: str, low: float, high: float, values: tuple[float, ...]) -> None:
    (factor,) = vary(word)
    assert (factor.low, factor.high, factor.values) == (low, high, values)


WRONG = {
    "residnts.danger=4:16": r"no number 'residnts\.danger'\. Did you mean 'residents\.danger'\? `mohalla show NAME "
    r"--parameters` lists all\.",
    "danger": r"no number 'danger'\. Did you mean 'residents\.danger'\?",
    "prior_years": r"no number 'prior_years'\. Did you mean 'command\.prior_years' or 'patronage\.prior_years' or "
    r"'residents\.prior_years'\?",
    "residant": r"no number 'residant'\. Did you mean 'residents'\?",
    "state.operations.sweep.raids_per_week=0.5,3": r"no number 'state\.operations\.sweep\.raids_per_week'\. Only "
    r"numbers of mechanisms and of the scenario's economy and geography can be varied; what the state or a party does "
    r"is changed with a plan: --plan NAME, or mohalla compare\. `mohalla show NAME --parameters` lists all\.$",
    "raids=1,2": r"no number 'raids'\. Only numbers of mechanisms",
    "residents.xyz=1,2": r"no number 'residents\.xyz'\. Only numbers of mechanisms",
    "residents.danger=": r"says no values\. Write NAME, NAME=LOW:HIGH, NAME=LOW:HIGH:COUNT or NAME=A,B,C\.",
    "residents.danger=16:4": r"the range 16 to 4 is empty; low must be below high\.",
    "residents.danger=8:8:3": r"the range 8 to 8 is empty",
    "residents.danger=4:40": r"40 is outside the plausible range 4 to 16 \(utility: certain harm.*To go beyond it, "
    r"give the scenario a table with value, low, high and source\.",
    "residents.danger=1,4": r"1 is outside the plausible range 4 to 16",
    "residents.danger=a:16": r"'a' is not a number\. Write NAME",
    "residents.danger=4:nan": r"'nan' is not a number",
    "residents.danger=4:16:many": r"'many' is not a count of values\. Write NAME",
    "residents.danger=4:16:3:2": r"'3:2' is not a count of values",
    "residents.danger=4:16:1": r"the count must be between 2 and 65,536\.",
    "residents.danger=8": r"needs two values or more, each once\.",
    "residents.danger=8,8": r"needs two values or more, each once\.",
}


@pytest.mark.parametrize("word", WRONG)
def test_what_cannot_be_varied_is_said(word: str) -> None:
    with pytest.raises(MohallaError, match=rf"^--vary {word.replace('.', '[.]')}: {WRONG[word]}"):
        vary(word)


def test_a_number_is_varied_once_and_something_must_be() -> None:
    with pytest.raises(MohallaError, match=r"^--vary: residents\.danger is given twice\.$"):
        vary("residents.danger=4:8:2", "residents.danger=8:16:2")
    with pytest.raises(MohallaError, match=r"^--vary: nothing is given to vary\. Write NAME,"):
        vary()


def test_mechanisms_and_all_stand_for_their_numbers() -> None:
    assert select("all") == list(ALLOWED)
    assert select("services") == [f"services.{name}" for name in declared(DECLARED["services"])]
    assert select("services,residents.danger") == [*select("services"), "residents.danger"]
    assert select("services.floor", "services") == [
        "services.floor",
        "services.build_up_per_year",
        "services.record_kept",
    ]
    with pytest.raises(MohallaError, match=r"residents\.danger is given twice"):
        select("residents.danger,residents.danger")


# --- points ----------------------------------------------------------------------------------------------------------


@given(st.floats(0, 1))
def test_a_range_is_gone_through_and_back(share: float) -> None:
    for factor in (NARROW, WIDE):
        value = factor.at(share)
        assert factor.low * (1 - 1e-9) <= value <= factor.high * (1 + 1e-9)
        assert factor.share(value) == pytest.approx(share, abs=1e-9)


def test_a_wide_range_is_gone_through_by_factors() -> None:
    assert WIDE.at(0.5) == pytest.approx(1.0)
    assert NARROW.at(0.5) == pytest.approx(1.5)


def test_a_factorial_has_every_combination_once() -> None:
    factors = vary("residents.danger=4:16:3", "coercion.spill=0.1,0.4")
    points = designs.factorial(factors).points
    assert points.tolist() == [[4, 0.1], [4, 0.4], [10, 0.1], [10, 0.4], [16, 0.1], [16, 0.4]]
    assert designs.combinations(factors) == len(points)


def test_a_factorial_needs_its_values() -> None:
    with pytest.raises(
        MohallaError,
        match=r"^--vary residents\.danger: a factorial design needs its values, as residents\.danger=4:16:5, or take "
        r"--design latin --samples N\.$",
    ):
        designs.factorial(vary("residents.danger"))


def sample(kind: str, samples: int = 8, seed: int = 1) -> designs.Design:
    return designs.sampled(kind, vary("residents.danger", "coercion.spill=0.1:0.2"), samples, seed)


@pytest.fixture(params=["latin", "sobol", "morris", "saltelli"])
def kind(request: pytest.FixtureRequest) -> str:
    if request.param != "latin":
        pytest.importorskip("SALib", reason="needs the extra 'sensitivity'")
    return str(request.param)


def test_a_sample_is_the_same_for_the_same_seed_and_lies_in_its_ranges(kind: str) -> None:
    design = sample(kind)
    assert np.array_equal(design.points, sample(kind).points)
    assert not np.array_equal(design.points, sample(kind, seed=2).points)
    assert len(design.points) == designs.points_of(kind, 8, 2)
    low, high = np.array([[one.low, one.high] for one in design.factors]).T
    assert (design.points >= low - 1e-9).all()
    assert (design.points <= high + 1e-9).all()
    for place, factor in enumerate(design.factors):
        assert [factor.at(share) for share in design.unit[:, place].tolist()] == design.points[:, place].tolist()


def test_a_latin_design_has_one_point_in_each_slice() -> None:
    unit = sample("latin", 20).unit
    assert [sorted(column.tolist()) for column in (unit * 20).astype(int).T] == [list(range(20))] * 2


def test_walks_move_one_number_a_step() -> None:
    pytest.importorskip("SALib", reason="needs the extra 'sensitivity'")
    walks = sample("morris").unit.reshape(8, 3, 2)
    assert ((np.diff(walks, axis=1) != 0).sum(axis=2) == 1).all()
    assert ((np.diff(walks, axis=1) != 0).sum(axis=1) == 1).all()


def test_columns_are_exchanged_between_two_samples() -> None:
    """The order that the floors of `sensitivity` rely on."""
    pytest.importorskip("SALib", reason="needs the extra 'sensitivity'")
    for one, first, second, other in sample("saltelli").unit.reshape(8, 4, 2):
        assert (first == [other[0], one[1]]).all()
        assert (second == [one[0], other[1]]).all()


@pytest.mark.parametrize("samples", [0, -1, 65_537])
def test_no_samples_or_too_many(samples: int) -> None:
    with pytest.raises(MohallaError, match=rf"^--samples = {samples}: must be between 1 and 65,536\.$"):
        sample("latin", samples)


@pytest.mark.parametrize("kind", ["sobol", "saltelli"])
def test_sobols_points_come_in_powers_of_two(kind: str) -> None:
    pytest.importorskip("SALib", reason="needs the extra 'sensitivity'")
    with pytest.raises(
        MohallaError, match=r"^--samples = 48: Sobol's points keep their balance in powers of two only; 32 or 64\.$"
    ):
        sample(kind, 48)


def test_a_sample_takes_no_stated_values() -> None:
    with pytest.raises(
        MohallaError,
        match=r"^--vary residents\.danger: a latin design draws its values from a range; write residents\.danger=4:16 "
        r"and say how many with --samples\.$",
    ):
        designs.sampled("latin", vary("residents.danger=4:16:5"), 4, 1)


def test_what_is_not_installed_is_said() -> None:
    with pytest.raises(
        MohallaError, match=r"^this needs salibb, which is not installed: pip install 'mohalla\[sensitivity\]'\.$"
    ):
        designs.salib("salibb.sample")


# --- laid over -------------------------------------------------------------------------------------------------------


def test_a_point_is_laid_over_as_settings_that_no_draw_moves() -> None:
    factors = vary("residents.danger", "geography.segregation", "economy.adult_share")
    over = designs.laid_over(TOWN, factors, [12.5, 2.5, 0.51])
    assert numbers_of(over, 1, draw=False)["residents"]["danger"] == 12.5
    assert numbers_of(over, 7, draw=True)["residents"]["danger"] == 12.5
    assert over.parameters["residents"]["danger"] == Setting(
        value=12.5, low=12.5, high=12.5, source="varied by a design"
    )
    assert (over.geography.segregation.value, over.economy.adult_share.value) == (2.5, 0.51)
    assert over.economy.traders_per_1000_adults == TOWN.economy.traders_per_1000_adults
    assert reading.from_json_text(reading.as_json_text(over)) == over, "results say what they were made from"


def test_what_is_laid_over_is_another_question_and_the_scenario_stays() -> None:
    before = reading.fingerprint(TOWN)
    over = [designs.laid_over(TOWN, vary("residents.danger"), [value]) for value in (8.0, 9.0)]
    assert len({before, *map(reading.fingerprint, over)}) == 3
    assert reading.fingerprint(TOWN) == before


def test_settings_of_the_scenario_are_kept_beside() -> None:
    base = TOWN.model_copy(update={"parameters": {"residents": {"honesty": 0.6}, "coercion": {"spill": 0.3}}})
    over = designs.laid_over(base, vary("residents.danger", "coercion.spill"), [9.0, 0.2])
    numbers = numbers_of(over, 1, draw=False)
    assert (numbers["residents"]["honesty"], numbers["residents"]["danger"]) == (0.6, 9.0)
    assert math.isclose(numbers["coercion"]["spill"], 0.2)
