"""Known limits: the residents' rule reproduces results that were worked out before it, and draws have their shapes.

Statistical checks use fixed seeds; each states how often a correct model would fail it.
"""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np
import pytest

from mohalla.draw import Decision, bits, exponential, high_half, key, low_half, nth, poisson, uniform, whole
from mohalla.engine.week import Call, run_call
from mohalla.mechanisms import extortion, residents
from mohalla.mechanisms.residents import believes
from mohalla.parameters import declared
from mohalla.state import Array
from workbench.stepping import SEED, Arrays, everyone, one_place, residents_call, settling_call

f4 = np.float32
CHI2_1E6 = {1: 23.93, 3: 30.66, 63: 141.2}  # exceeded once in a million by a chi-square with these degrees of freedom
DETERMINISTIC = {
    "honesty": 0.0, "danger": 1.0, "base_fear": 0.0, "face_noise": 1e-6, "taste_spread": 0.0, "caution_spread": 0.0,
    "meetings_per_year": 0.0, "faces_per_year": 365.25 / 7, "fear_decay_per_year": 0.0, "speaking_per_year": 0.0,
}  # fmt: skip


def head(crowd: int) -> float:
    """What one more head seen to act is worth: a power of two, so that sums are exact; the crowd is worth at most 1."""
    return 2.0 ** -math.ceil(math.log2(crowd))


def crowd(thresholds: Array) -> tuple[Arrays, Call]:
    """People who would all rather act (1), who show it once as many others do as their threshold says.

    Each head seen to act adds to acting what it takes from staying away; a resident's threshold, in heads, is the
    danger felt in acting; honesty offsets what a silent crowd is worth. So acting pays from the threshold on.
    """
    count = len(thresholds)
    arrays = one_place(count)
    arrays["caution_table"] = np.ones(256, f4)
    arrays["risk"][0, 1] = 1.0
    arrays["fear"][:count] = 2 * thresholds * head(count)
    everyone(arrays, heart=1)
    return arrays, residents_call(arrays, **DETERMINISTIC | {"honesty": count * head(count)})


def active_in_the_end(thresholds: Array) -> int:
    """How many act when nobody has changed for thirty weeks (who is torn takes a while)."""
    arrays, call = crowd(thresholds)
    people, active, still, week = len(thresholds), 0, 0, 0
    while still < 30:
        arrays["gain"][0] = (people - active) * head(people), active * head(people)
        run_call(call, week, SEED)
        now = int(arrays["unit_face"][0, 0, 1])
        still, active, week = (still + 1 if now == active else 0), now, week + 1
    return active


def bell(people: int, mean: float, spread: float) -> Array:
    """Normal thresholds of a crowd, in heads, evenly spread over the distribution given in per cent."""
    normal = NormalDist(mean, spread)
    return np.array([normal.inv_cdf((i + 0.5) / people) for i in range(people)]) / 100 * people


@pytest.mark.parametrize(("spread", "low", "high"), [(12.2, 5.0, 6.0), (12.3, 99.9, 100.0)])
def test_granovetters_crowd_jumps_when_thresholds_spread_a_little_more(spread: float, low: float, high: float) -> None:
    """Granovetter 1978: mean 25 % of the crowd, about 6 % act up to a spread of 12.2, nearly all above."""
    share = 100 * active_in_the_end(bell(2048, 25, spread)) / 2048
    assert low <= share <= high


@pytest.mark.parametrize(
    ("thresholds", "active"),
    [((0, 2, 2, 3, 4, 5, 6, 7, 8, 10), 1), ((0, 1, 2, 3, 4, 5, 6, 7, 8, 10), 9)],
    ids=["20 and 20", "10 and 20"],
)
def test_kurans_ten_people_are_one_threshold_from_a_revolution(thresholds: tuple[int, ...], active: int) -> None:
    """Kuran 1991: one of ten acts; lower one threshold from 20 to 10 per cent and nine do."""
    assert active_in_the_end(np.array(thresholds, f4)) == active


APPEAL, REACH = np.array([0.1, 0.3, 0.0, 0.2], f4), np.array([1.0, 0.5, 0.8, 0.25], f4)


def logit(noise: float) -> Array:
    """The multinomial logit of these appeals, each times its reach."""
    weight = REACH * np.exp(APPEAL / noise)
    return np.asarray(weight / weight.sum())


def chi_square(counts: Array, shares: Array) -> float:
    expected = shares * counts.sum()
    return float(((counts - expected) ** 2 / expected).sum())


def meeting_place(people: int) -> Arrays:
    """A place where three organisations appeal more or less and are met more or less."""
    arrays = one_place(people, organisations=4)
    arrays["community_appeal"][0], arrays["reach"][0] = APPEAL, REACH
    return arrays


def test_hearts_settle_at_the_logit() -> None:
    """Barker's chain from everybody at `none`; a correct rule fails once in a million seeds."""
    arrays = meeting_place(8_000)
    call = residents_call(arrays, taste_spread=0.0, heart_noise=0.2, meetings_per_year=52.0)
    for week in range(150):
        run_call(call, week, SEED)
    assert chi_square(arrays["unit_heart"][0, 0], logit(0.2)) < CHI2_1E6[3]


def test_first_hearts_are_drawn_from_the_logit() -> None:
    """Fails once in a million seeds."""
    arrays = meeting_place(8_000)
    run_call(settling_call(arrays, taste_spread=0.0, heart_noise=0.2), 0, SEED)
    assert chi_square(arrays["unit_heart"][0, 0], logit(0.2)) < CHI2_1E6[3]


def test_first_hearts_stay_as_they_are_when_nothing_changes() -> None:
    """With private tastes too: before and after three years are two samples of one distribution (once in a million)."""
    arrays = meeting_place(8_000)
    run_call(settling_call(arrays), 0, SEED)
    before = arrays["unit_heart"][0, 0].copy()
    call = residents_call(arrays)
    for week in range(156):
        run_call(call, week, SEED)
    pooled = (before + arrays["unit_heart"][0, 0]) / (2 * before.sum())
    assert chi_square(before, pooled) + chi_square(arrays["unit_heart"][0, 0], pooled) < CHI2_1E6[3]


@pytest.mark.parametrize("reversals", [0, 1, 2, 3])
@pytest.mark.parametrize(("calm", "prior", "horizon"), [(0.0, 1.0, 4.0), (3.0, 1.0, 1.0), (12.0, 2.0, 8.0)])
def test_belief_is_the_chance_of_no_relapse_for_a_rate_learnt_from_calm(
    calm: float, prior: float, horizon: float, reversals: int
) -> None:
    """Gamma(1 + reversals, calm + prior) over the rate of relapse, integrated by Simpson's rule."""
    rates = np.linspace(0.0, 60.0 / (calm + prior), 20_001)
    shape, seen = 1 + reversals, calm + prior
    density = seen**shape * rates ** (shape - 1) * np.exp(-seen * rates) / math.gamma(shape)
    simpson = np.where(np.arange(rates.size) % 2, 4.0, 2.0)
    simpson[[0, -1]] = 1.0
    integral = (simpson * density * np.exp(-rates * horizon)).sum() * rates[1] / 3
    assert believes(f4(calm), f4(prior), f4(horizon), reversals) == pytest.approx(integral, rel=1e-5)


def test_traders_weigh_as_published() -> None:
    """Nardin et al. 2016: 0.49 on interest and 0.51 on what others do; 3 % asked, 1 % report."""
    known = declared(extortion.Parameters)
    weight = known["weight_material"].value
    assert extortion.pays(1.0, 0.0, weight) == pytest.approx(0.49)
    assert extortion.pays(0.0, 1.0, weight) == pytest.approx(0.51)
    published = {"demand_share": 0.03, "punishment_chance": 0.5, "reporting": 0.01}
    assert {name: known[name].value for name in published} == published
    assert all("Nardin" in known[name].known.source for name in published)


def test_uniform_numbers_fill_the_interval_evenly() -> None:
    """64 equal bins for places, then for weeks; each fails once in a million seeds."""
    with np.errstate(over="ignore"):
        places = np.array([uniform(SEED, Decision.CONTEST, place, 7) for place in range(20_000)])
        weeks = np.array([uniform(SEED, Decision.CONTEST, 7, week) for week in range(20_000)])
    for numbers in (places, weeks):
        assert 0.0 <= numbers.min() <= numbers.max() < 1.0
        assert chi_square(np.bincount((numbers * 64).astype(int)), np.full(64, 1 / 64)) < CHI2_1E6[63]


def test_decisions_places_and_weeks_do_not_share_draws() -> None:
    """Among 64 bits, any two of 6,000 keys are equal once in 10**12."""
    with np.errstate(over="ignore"):
        keys = {key(SEED, decision, place, week) for decision in Decision for place in range(18) for week in range(18)}
    assert len(keys) == len(Decision) * 18 * 18
    assert len({int(decision) for decision in Decision}) == len(Decision.__members__)


def test_many_numbers_under_one_key_are_even_and_unlike_those_of_another() -> None:
    with np.errstate(over="ignore"):
        one, other = (
            np.array([nth(key(SEED, Decision.POST, place, 5), number) for number in range(6400)]) for place in (3, 4)
        )
    assert 0.0 <= one.min() <= one.max() < 1.0
    assert np.unique(np.concatenate([one, other])).size == 12_800
    assert chi_square(np.bincount((one * 64).astype(int)), np.full(64, 1 / 64)) < CHI2_1E6[63]
    assert abs(np.corrcoef(one, other)[0, 1]) < 5 / np.sqrt(6400)
    assert abs(np.corrcoef(one[1:], one[:-1])[0, 1]) < 5 / np.sqrt(6400)


def test_every_agent_of_a_cell_draws_other_bits() -> None:
    """For one key, agent -> bits is a permutation; its bytes are even (once in a million for each)."""
    with np.errstate(over="ignore"):
        one = key(SEED, Decision.RESIDENT_WEEK, 3, 5)
        drawn = np.array([bits(low_half(one), high_half(one), np.uint32(agent)) for agent in range(20_000)])
    assert np.unique(drawn).size == drawn.size
    for shift in (0, 8, 16, 24):
        counts = np.bincount((drawn >> np.uint32(shift)) & np.uint32(63), minlength=64)
        assert chi_square(counts, np.full(64, 1 / 64)) < CHI2_1E6[63]


EVENLY = (np.arange(20_000) + 0.5) / 20_000


@pytest.mark.parametrize("mean", [0.05, 1.0, 7.5, 60.0, 190.0])
def test_poisson_counts_have_the_poisson_shares(mean: float) -> None:
    """Evenly spaced numbers give each count its share, to one number in 20,000 at either end."""
    counts = np.bincount([poisson(mean, u) for u in EVENLY])
    k = np.arange(counts.size)
    shares = np.exp(k * math.log(mean) - mean - np.array([math.lgamma(one + 1) for one in k]))
    assert np.abs(counts / EVENLY.size - shares).max() < 2.5 / EVENLY.size


@pytest.mark.parametrize("mean", [0.5, 20.0, 100.0, 199.0])
def test_the_largest_number_draws_no_absurd_poisson_count(mean: float) -> None:
    assert poisson(mean, 1.0 - 2.0**-53) < mean + 12 * math.sqrt(mean) + 20


@pytest.mark.parametrize("mean", [0.0, 0.3, 4.0, 17.75])
def test_whole_numbers_are_right_on_average(mean: float) -> None:
    numbers = [whole(mean, u) for u in EVENLY]
    assert set(numbers) <= {math.floor(mean), math.ceil(mean)}
    assert np.mean(numbers) == pytest.approx(mean, abs=1 / EVENLY.size)


@pytest.mark.parametrize(
    ("x", "relative"), [(0.0, 0.0), (-1e-3, 1e-12), (-12.0, 1e-10), (-100.0, 2e-9), (-300.0, 1e-6)]
)
def test_the_exponential_is_as_exact_as_it_says(x: float, relative: float) -> None:
    assert exponential(x) == pytest.approx(math.exp(x), rel=relative, abs=0.0)


def test_the_logistic_of_a_choice_is_near_the_exponential() -> None:
    for x in np.linspace(-4, 4, 41):
        assert residents.odds_against(f4(x)) == pytest.approx(math.exp(-x), rel=4e-3)
