"""The centre and the words about it in a tiny free town: one cause at a time, and what follows from it."""

from __future__ import annotations

import numpy as np
import pytest

from mohalla.engine.simulate import simulate
from mohalla.events import KIND, ORGANISATION, SIZE, Event
from mohalla.mechanisms.bargaining import CO_OPT, CRACK_DOWN, NEGOTIATE, NEUTRAL, SPONSOR
from mohalla.state import Array
from workbench.places import beginning, free_town
from workbench.stepping import Arrays, armed_town, copied, defaults, step

LANTERN, BANYAN, SPLINTER = 1, 2, 3


@pytest.fixture
def town() -> Arrays:
    """The free town, for a test to change."""
    return copied(beginning())


def told(arrays: Arrays, kind: Event) -> Array:
    """Events of a kind: organisation and size."""
    rows = arrays["events"][: int(arrays["event_count"][0])]
    return rows[rows[:, KIND] == kind][:, [ORGANISATION, SIZE]]


def outraged(arrays: Arrays, k: int, share: float) -> None:
    """As many remembered deaths as outrage the town so far (0-1)."""
    half = defaults("bargaining").outrage_half
    arrays["outrage"][k] = share / (1.0 - share) * half * arrays["adults"].sum() / 1e6


# ------------------------------------------------------------------------------------------------ what the centre wants
def test_without_a_reason_it_is_neutral(town: Arrays) -> None:
    step("bargain", town)
    assert town["chosen_stance"].tolist() == [NEUTRAL] * 4
    assert town["event_count"][0] == 0


@pytest.mark.parametrize(("need", "chosen"), [(0.9, CO_OPT), (0.5, CO_OPT), (0.1, NEUTRAL)])
def test_who_needs_seats_settles_with_who_has_them(need: float, chosen: int, town: Arrays) -> None:
    """H8: rulers without a majority co-opt."""
    town["seats_share"][LANTERN], town["coalition_need"][0] = 0.6, need
    step("bargain", town)
    assert town["chosen_stance"][[LANTERN, BANYAN]].tolist() == [chosen, NEUTRAL]
    assert told(town, Event.STANCE).tolist() == ([] if chosen == NEUTRAL else [[LANTERN, CO_OPT]])


def test_an_ally_without_standing_is_none(town: Arrays) -> None:
    town["seats_share"][LANTERN], town["legitimacy"][LANTERN] = 0.6, 0.2
    step("bargain", town)
    assert town["chosen_stance"][LANTERN] == NEUTRAL


@pytest.mark.parametrize(
    ("field", "value", "chosen"),
    [
        ("outrage", None, CRACK_DOWN),
        ("foreign_shield", 0.8, NEUTRAL),  # H9: foreign powers stop it
        ("government", 0.8, NEUTRAL),  # who governs does not raid itself
        ("concession", 1.0, NEGOTIATE),  # H7: strikes make it dear, and a settlement worth more
    ],
)
def test_outrage_brings_a_crackdown_unless_something_stands_in_its_way(
    field: str, value: float | None, chosen: int, town: Arrays
) -> None:
    """S6, H9."""
    outraged(town, LANTERN, 0.8)
    if value is not None:
        town[field][LANTERN] = value
    step("bargain", town)
    assert town["chosen_stance"][LANTERN] == chosen


def test_where_gunmen_outnumber_the_state_it_talks(town: Arrays) -> None:
    outraged(town, LANTERN, 0.8)
    town["armed"][0, LANTERN] = 400
    step("bargain", town)
    assert town["chosen_stance"][LANTERN] == NEGOTIATE


@pytest.mark.parametrize(("governs", "kin", "chosen"), [(0.0, 0.8, SPONSOR), (0.9, 0.8, NEUTRAL), (0.0, -0.8, NEUTRAL)])
def test_a_weak_rival_of_the_strong_is_sponsored(governs: float, kin: float, chosen: int, town: Arrays) -> None:
    """O3: whoever lives by the same people as a strong opposition is a counterweight to it."""
    town["founded"][SPLINTER] = 1.0
    town["kinship"][:, SPLINTER] = [kin, -0.2]
    town["seats_share"][LANTERN], town["government"][LANTERN] = 0.8, governs
    step("bargain", town)
    assert town["chosen_stance"][SPLINTER] == chosen


@pytest.mark.parametrize(
    ("cadre", "living", "chosen"),
    [((90, 0), 0, SPONSOR), ((0, 90), 0, SPONSOR), ((0, 0), 100, SPONSOR), ((0, 0), 0, NEUTRAL)],
)
def test_whoever_could_take_streets_or_seats_of_the_strong_is_sponsored_whatever_its_kin(
    cadre: tuple[int, int], living: int, chosen: int, town: Arrays
) -> None:
    """O3: cadre, armed or not, or kin where the strong is followed; elsewhere they do not count."""
    town["founded"][SPLINTER], town["kinship"][:, SPLINTER] = 1.0, [-0.2, 0.9]
    town["kinship"][:, LANTERN] = [0.8, -0.2]
    town["seats_share"][LANTERN], town["followers"][0, LANTERN] = 0.8, 100
    for name in ("workers", "armed"):
        town[name][:, [LANTERN, SPLINTER]] = 0
    town["workers"][0, SPLINTER], town["armed"][0, SPLINTER] = cadre
    town["workers"][0, LANTERN], town["workers"][1:, SPLINTER] = 10, 90
    town["unit_people"][0] = [100 - living, living]
    step("bargain", town)
    assert town["chosen_stance"][SPLINTER] == chosen


def test_an_imposed_stance_is_left_alone(town: Arrays) -> None:
    town["stance_imposed"][LANTERN] = 1
    town["seats_share"][LANTERN], town["coalition_need"][0] = 0.9, 1.0
    step("bargain", town)
    assert town["chosen_stance"][LANTERN] == NEUTRAL


def test_two_organisations_that_swap_seats_swap_stances(town: Arrays) -> None:
    """H6."""
    other = copied(town)
    town["seats_share"][LANTERN] = other["seats_share"][BANYAN] = 0.6
    outraged(town, BANYAN, 0.8)
    outraged(other, LANTERN, 0.8)
    for arrays in (town, other):
        step("bargain", arrays)
    chosen = town["chosen_stance"][[LANTERN, BANYAN]].tolist()
    assert chosen == other["chosen_stance"][[BANYAN, LANTERN]].tolist() == [CO_OPT, CRACK_DOWN]


# --------------------------------------------------------------------------------------------------- what a stance does
def test_the_stance_chosen_is_in_force_again_every_week(town: Arrays) -> None:
    town["chosen_stance"][LANTERN] = SPONSOR
    for week in (5, 6):
        town["stance"][:] = NEUTRAL
        step("stance", town, week=week)
        assert town["stance"].tolist() == [NEUTRAL, SPONSOR, NEUTRAL, NEUTRAL]


def test_an_imposed_change_is_told_and_remembered(town: Arrays) -> None:
    town["stance_imposed"][LANTERN], town["stance"][LANTERN] = 1, CRACK_DOWN
    step("stance", town)
    step("stance", town)
    assert told(town, Event.STANCE).tolist() == [[LANTERN, CRACK_DOWN]]
    assert town["chosen_stance"][LANTERN] == CRACK_DOWN
    assert town["raids_planned"].sum() == 0, "raids under an imposed stance are imposed too"


def test_what_holds_in_the_first_week_is_no_change(town: Arrays) -> None:
    town["stance_imposed"][LANTERN], town["stance"][LANTERN] = 1, CRACK_DOWN
    step("stance", town, week=0)
    assert town["event_count"][0] == 0
    assert town["chosen_stance"][LANTERN] == CRACK_DOWN


@pytest.mark.parametrize(("governs", "granted"), [(0.0, 0.3), (0.9, 0.1), (1.0, 0.0)])
def test_an_ally_gets_office_as_far_as_there_is_any_left(governs: float, granted: float, town: Arrays) -> None:
    town["chosen_stance"][LANTERN], town["government"][BANYAN] = CO_OPT, governs
    step("stance", town)
    step("office", town)
    assert town["granted"].tolist() == pytest.approx([0, granted, 0, 0])
    assert town["office"][LANTERN] == pytest.approx(0.65 * granted)
    town["chosen_stance"][LANTERN] = NEUTRAL
    step("stance", town)
    assert town["granted"].tolist() == [0, 0, 0, 0]


def test_a_crackdown_raids_with_the_force_there_is_where_the_outrage_is(town: Arrays) -> None:
    town["chosen_stance"][[LANTERN, BANYAN]] = CRACK_DOWN
    town["outrage"][[LANTERN, BANYAN]] = [3.0, 1.0]
    step("stance", town)
    all_raids = defaults("bargaining").raids_per_1000_per_week * 400 / 1000
    assert town["raids_planned"].tolist() == pytest.approx([0, 0.75 * all_raids, 0.25 * all_raids, 0])
    assert town["unlawful"][0] == defaults("bargaining").unlawful_share


def test_a_manner_that_is_imposed_stays_as_it_is(town: Arrays) -> None:
    town["chosen_stance"][LANTERN], town["unlawful"][0] = CRACK_DOWN, 0.05
    step("stance", town)
    assert town["unlawful"][0] == 0.05
    assert town["raids_planned"][LANTERN] > 0, "though nobody is blamed for anything"


def test_talks_thin_the_raids(town: Arrays) -> None:
    town["chosen_stance"][LANTERN] = NEGOTIATE
    town["raids_planned"][[LANTERN, BANYAN]] = 8.0
    step("stance", town)
    assert town["raids_planned"].tolist() == pytest.approx([0, 4, 8, 0])


def test_deaths_of_last_week_outrage_and_a_policeman_more(town: Arrays) -> None:
    """The party axis: none, three organisations, then the state."""
    for name in ("killings", "deaths_here"):
        town[name][:] = 0
    town["killings"][0, LANTERN, BANYAN] = town["killings"][1, BANYAN, 4] = town["killings"][2, 4, LANTERN] = 2
    town["deaths_here"][:3] = 2
    step("stance", town)
    assert town["outrage"].tolist() == [0, 2, 2 * defaults("bargaining").state_weight, 0]
    town["deaths_here"][:] = 0
    step("stance", town)
    assert 1.9 < town["outrage"][LANTERN] < 2


def test_a_slot_given_back_forgets_who_held_it(town: Arrays) -> None:
    for name in ("outrage", "penetration", "sympathy", "sponsor_seen", "foreign_shield", "raids_memory"):
        town[name][SPLINTER] = 0.7
    town["chosen_stance"][SPLINTER], town["legitimacy"][SPLINTER] = CRACK_DOWN, 0.2
    for name in ("stance", "restraint", "remember", "appeal", "words"):
        step(name, town)
    assert town["chosen_stance"][SPLINTER] == NEUTRAL
    assert town["legitimacy"][SPLINTER] == 1.0
    for name in ("outrage", "penetration", "sympathy", "sponsor_seen", "foreign_shield", "raids_memory"):
        assert town[name][SPLINTER] == 0.0


# ------------------------------------------------------------------------------------------------------------ restraint
def test_who_has_office_to_lose_answers_raids_with_restraint(town: Arrays) -> None:
    """S4 and S5: the same party without stake resists."""
    town["seats_share"][LANTERN], town["information"][:] = 0.8, 1.0
    step("restraint", town)
    assert town["defiance"][LANTERN] == pytest.approx(0.5 - 0.5 * 0.8)
    assert town["defiance"][BANYAN] == 0.5


def test_harsh_media_restrain_both_in_contest_and_under_raids(town: Arrays) -> None:
    """S8: only who has a stake."""
    town["seats_share"][LANTERN] = 0.4
    quiet, loud = copied(town), copied(town)
    loud["media"][0] = 1.0
    for arrays in (quiet, loud):
        step("restraint", arrays)
        step("will", arrays)
    assert quiet["exposure"][1:3].tolist() == [0.5, 0.5]
    assert loud["exposure"][1:3].tolist() == pytest.approx([0.8, 0.8])
    assert loud["defiance"][LANTERN] < quiet["defiance"][LANTERN]
    assert loud["will"][LANTERN] < quiet["will"][LANTERN]
    assert loud["will"][BANYAN] == quiet["will"][BANYAN]


def test_a_shield_makes_violence_cheaper(town: Arrays) -> None:
    town["foreign_shield"][LANTERN] = 0.5
    step("restraint", town)
    assert town["exposure"][1:3].tolist() == pytest.approx([0.5 * (1 - 0.4 * 0.5), 0.5])


def test_postings_are_won_while_co_opted_and_fade_after(town: Arrays) -> None:
    """H11."""
    town["stance"][LANTERN] = CO_OPT
    won = []
    for week in range(4, 4 * 66, 4):
        step("restraint", town, week=week)
        won.append(town["penetration"][LANTERN])
    assert all(np.diff(won) > 0)
    assert 0.3 < won[-1] < 0.5
    assert town["penetration"][BANYAN] == 0
    town["stance"][LANTERN] = NEUTRAL
    step("restraint", town)
    assert town["penetration"][LANTERN] < won[-1]


def test_a_leader_who_is_told_the_truth_does_not_blunder_and_a_blind_one_does(town: Arrays) -> None:
    """G14: only under raids does it matter."""
    town["seats_share"][[LANTERN, BANYAN]] = 0.6
    town["raids_planned"][LANTERN] = 5.0
    for week in range(4, 400, 4):
        step("restraint", town, week=week)
    assert town["event_count"][0] == 0
    town["information"][:] = 0.1
    for week in range(4, 400, 4):
        town["course"][:] = 0  # as if raids began
        step("restraint", town, week=week)
    blunders = told(town, Event.BLUNDER)
    assert 20 < len(blunders) < 99
    assert set(blunders[:, 0]) == {LANTERN}
    assert blunders[:, 1].min() > defaults("bargaining").blunder_least


def test_a_wrong_course_that_is_kept_is_one_blunder(town: Arrays) -> None:
    """Taken once, by a leader who will not change it however the picture changes; raids that begin anew reopen it."""
    town["seats_share"][LANTERN], town["raids_planned"][LANTERN], town["information"][:] = 0.9, 5.0, 0.0
    weeks = iter(range(4, 4000, 4))
    while not len(told(town, Event.BLUNDER)):
        town["course"][:] = 0
        step("restraint", town, week=next(weeks), course_price=1.0)
    taken = town["defiance"][LANTERN]
    for number in range(1, 30):
        step("restraint", town, week=next(weeks), course_price=1.0)
        assert (town["defiance"][LANTERN], town["course"][LANTERN]) == (taken, 4 + 4 * number)
    assert len(told(town, Event.BLUNDER)) == 1
    town["raids_planned"][LANTERN] = 0.0
    step("restraint", town, week=next(weeks), course_price=1.0)
    assert town["course"][LANTERN] == 0


def test_a_leader_told_the_truth_follows_what_is_at_stake(town: Arrays) -> None:
    town["raids_planned"][LANTERN] = 5.0
    step("restraint", town)
    town["seats_share"][LANTERN] = 0.8
    step("restraint", town, week=8)
    assert town["defiance"][LANTERN] == pytest.approx(0.5 - 0.5 * 0.8)
    assert town["course"][LANTERN] == 4
    town["seats_share"][LANTERN] = 0.78
    step("restraint", town, week=12)
    assert town["defiance"][LANTERN] == pytest.approx(0.5 - 0.5 * 0.8), "not worth a change"


# ---------------------------------------------------------------------------------------------------------------- words
def remembered(arrays: Arrays, raids: list[float]) -> None:
    """Raids at others, lantern, banyan, so many that they are felt."""
    arrays["raids_memory"][:3] = raids


@pytest.mark.parametrize(
    ("raids", "moved"),
    [
        ([0, 4, 0], [True, False]),  # one of two alike is raided
        ([0, 4, 4], [False, False]),  # both are
        ([8, 4, 0], [False, False]),  # raids at others make them even
        ([0, 0, 0], [False, False]),
    ],
)
def test_sympathy_is_for_one_raided_beyond_its_share_of_gunmen(
    raids: list[float], moved: list[bool], town: Arrays
) -> None:
    """W2."""
    town["armed"][:, 1:3], town["held_armed"][:] = 10, 0
    remembered(town, raids)
    step("words", town)
    assert (town["sympathy"][1:3] > 0.2).tolist() == moved
    assert not town["sympathy"][1:3][~np.array(moved)].any()


def test_raids_are_remembered_for_a_while(town: Arrays) -> None:
    town["raids"][:] = [1, 2, 0, 0]
    step("remember", town)
    town["raids"][:] = 0
    step("remember", town)
    assert town["raids_memory"][:2] == pytest.approx(np.array([1, 2]) * (1 - defaults("words").raids_fade_per_week))


def test_killings_discredit_who_has_few_followers_more(town: Arrays) -> None:
    town["outrage"][[LANTERN, BANYAN]] = 2.0
    town["followers"][0, [LANTERN, BANYAN]] = [1000.0, 100.0]
    for week in range(4, 56, 4):
        step("words", town, week=week)
    assert town["legitimacy"][BANYAN] < town["legitimacy"][LANTERN] < 0.9
    low = town["legitimacy"].copy()
    town["outrage"][:] = 0.0
    step("words", town)
    assert (town["legitimacy"] >= low).all()
    assert town["legitimacy"][LANTERN] < 0.9, "what was lost comes back slowly"


def abroad(arrays: Arrays, k: int = LANTERN, positions: float = 0.8) -> None:
    """A raided organisation whose leader speaks abroad."""
    arrays["leader_abroad"][k], arrays["positions"][k], arrays["raids_memory"][k] = 1.0, positions, 10.0


def test_who_has_nothing_to_lose_appeals_and_wins_a_shield(town: Arrays) -> None:
    abroad(town)
    step("appeal", town)
    assert told(town, Event.APPEAL_ABROAD)[:, 0].tolist() == [LANTERN]
    assert town["foreign_shield"][LANTERN] > 0.09
    assert town["legitimacy"][LANTERN] == 1.0
    assert len(told(town, Event.BLUNDER)) == 0


@pytest.mark.parametrize(
    ("field", "value"), [("leader_abroad", 0.0), ("positions", 0.0), ("raids_memory", 0.0), ("seats_share", 0.8)]
)
def test_no_appeal_at_home_without_pleasing_unraided_or_with_office_to_lose(
    field: str, value: float, town: Arrays
) -> None:
    abroad(town)
    town[field][LANTERN] = value
    step("appeal", town)
    assert len(told(town, Event.APPEAL_ABROAD)) == 0
    assert town["legitimacy"][LANTERN] == 1.0


def test_a_shield_is_built_by_presence_and_fades_without(town: Arrays) -> None:
    """H9: positions and the leader abroad together."""
    abroad(town)
    town["raids_memory"][:] = 0.0
    town["positions"][BANYAN], town["foreign_shield"][BANYAN] = 0.8, 0.5
    step("appeal", town)
    assert 0 < town["foreign_shield"][LANTERN] < 0.02
    assert 0.4 < town["foreign_shield"][BANYAN] < 0.5


def test_a_blind_leader_appeals_though_there_is_office_to_lose_and_is_disgraced(town: Arrays) -> None:
    """G14 and W1."""
    abroad(town)
    town["seats_share"][LANTERN], town["information"][LANTERN] = 0.5, 0.2
    for week in range(4, 200, 4):
        step("appeal", town, week=week)
        town["foreign_shield"][LANTERN] = 0.0
    appeals, blunders = told(town, Event.APPEAL_ABROAD), told(town, Event.BLUNDER)
    assert len(appeals) >= len(blunders) > 0
    assert blunders[0, 1] == pytest.approx(0.01 + 0.2 * 0.5 - appeals[0, 1])
    disgrace = 1 - defaults("words").appeal_disgrace * 0.5
    assert town["legitimacy"][LANTERN] == pytest.approx(disgrace ** len(appeals))


def test_an_appeal_of_one_who_holds_office_brings_motions_in_every_assembly_once(town: Arrays) -> None:
    """W1 and W4: the other moves, and who appealed answers where that saves enough."""
    abroad(town)
    town["seats_share"][LANTERN], town["assembly"][:, [LANTERN, BANYAN]] = 0.2, [0.4, 0.6]
    for week in (4, 8, 12):
        step("appeal", town, week=week)
        town["leader_abroad"][:] = 0.0
        step("motions", town, week=week)
    assert told(town, Event.APPEAL_ABROAD)[:, 0].tolist() == [LANTERN]
    assert set(told(town, Event.MOTION)[:, 0]) == {BANYAN}
    assert len(told(town, Event.MOTION)) == town["assembly"].shape[0]
    assert set(told(town, Event.COUNTER_MOTION)[:, 0]) <= {LANTERN}
    appealed = 1 - defaults("words").appeal_disgrace * 0.2
    assert 0.9 * appealed < town["legitimacy"][LANTERN] < appealed
    assert town["legitimacy"][BANYAN] == 1.0, "there was nothing to charge it with"


def test_killings_are_charged_while_they_are_news(town: Arrays) -> None:
    town["followers"][0, LANTERN], town["outrage"][LANTERN] = 1000.0, 1.0
    step("words", town)
    charged = town["charge"][:, LANTERN].copy()
    assert charged == pytest.approx(0.5)
    step("words", town, week=8)
    assert (town["charge"][:, LANTERN] < charged).all()
    assert (town["charge"][:, BANYAN] == 0).all()


@pytest.mark.parametrize("media", [0.0, 1.0])
def test_a_sponsor_is_seen_in_time_and_sooner_where_media_show_it(media: float, town: Arrays) -> None:
    """W5, G13."""
    town["stance"][LANTERN], town["media"][0] = SPONSOR, media
    for week in range(4, 160, 4):
        step("words", town, week=week)
    assert town["sponsor_seen"][BANYAN] == 0
    limit = 1.0 if media else defaults("words").whispered
    assert 0.7 * limit < town["sponsor_seen"][LANTERN] < limit
    town["stance"][LANTERN] = NEUTRAL
    seen = town["sponsor_seen"][LANTERN]
    step("words", town)
    assert town["sponsor_seen"][LANTERN] < seen


def test_who_lives_on_a_foreign_states_money_is_seen_to_and_who_has_a_chest_elsewhere_is_not(town: Arrays) -> None:
    town["media"][0], town["income"][[LANTERN, BANYAN], 3] = 1.0, 1.0
    town["foreign_funds"][LANTERN] = 0.9
    step("words", town)
    assert town["sponsor_seen"][LANTERN] > 0 == town["sponsor_seen"][BANYAN]


# ----------------------------------------------------------------------------------------------------------- whole runs
def test_a_free_centre_changes_its_mind_in_a_run_and_none_without_bargaining() -> None:
    run = simulate(free_town(), scale=10)
    assert not run["stance_imposed"].any()
    assert len(np.unique(run["stance"].values)) > 1
    off = simulate(free_town(), scale=10, without=["bargaining", "words"])
    assert (off["stance"] == NEUTRAL).all()
    assert not off["raids"].any()
    assert not off["sympathy"].any()


def test_a_stance_that_is_dated_is_the_one_in_force() -> None:
    run = simulate(armed_town(), scale=10)
    imposed = run["stance_imposed"].values == 1
    assert imposed.any()
    assert (run["stance"].values[imposed] == NEUTRAL).all()
