"""Elections: which are due, who stands, what one leaves behind, and when an assembly's time is over."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st

import mohalla
from mohalla.calendar import WEEKS_PER_YEAR
from mohalla.engine import polls
from mohalla.engine.simulate import Run, simulate
from mohalla.mechanisms import election
from mohalla.parameters import declared
from mohalla.scenario import Scenario
from mohalla.state import Array
from mohalla.world import CHAMBERS, run_weeks
from workbench.stepping import armed_town, start
from workbench.towns import START, Town, organisation, scenario

NATIONAL, PROVINCIAL, LOCAL = (CHAMBERS.index(one) for one in ("national", "provincial", "local"))
POLL_WEEK = 21  # 2 June 1980, from 7 January


def poll(day: date, chamber: str = "local", seats: int = 3, **more: object) -> Town:
    """One dated election."""
    return {"date": day, "chamber": chamber, "seats": seats, "source": "invented", **more}


def rule(first: date, every: int = 4, chamber: str = "local") -> Town:
    """One rule of the later calendar."""
    return {"first": first, "every_years": every, "chamber": chamber, "seats": 3, "source": "invented"}


def due(town: Scenario, until: date | None = None) -> list[tuple[int, str]]:
    """Week and name of every poll of a run."""
    found = polls.calendar(town, run_weeks(town, until))
    return [(one.week, f"{one.declared.date} {one.declared.chamber}") for one in found]


# ------------------------------------------------------------------------------------------------------- the calendar
def test_polls_follow_by_rule_to_the_latest_day_of_a_run() -> None:
    town = scenario()
    assert due(town) == [(POLL_WEEK, "1980-06-02 local")]
    names = [name for _, name in due(town, town.about.latest)]
    assert names == ["1980-06-02 local", "1984-06-04 local", "1988-06-04 local"]


@pytest.mark.parametrize(("until", "held"), [(date(1988, 5, 29), 2), (date(1988, 5, 30), 3), (date(1988, 6, 4), 3)])
def test_the_week_of_the_last_day_is_run_to_its_end(until: date, held: int) -> None:
    """4 June 1988 is a Saturday; its week begins on 30 May."""
    assert len(due(scenario(), until)) == held


def test_a_poll_belongs_to_the_week_that_holds_its_day() -> None:
    sunday, monday = (scenario(elections=[poll(day)]) for day in (date(1980, 6, 8), date(1980, 6, 9)))
    assert [week for week, _ in due(sunday) + due(monday)] == [POLL_WEEK, POLL_WEEK + 1]


def test_polls_before_the_start_are_history() -> None:
    early = scenario(elections=[poll(date(1979, 12, 30)), poll(START)], election_rules=[rule(date(1976, 1, 7))])
    assert due(early) == [(0, "1980-01-07 local"), (0, "1980-01-07 local")]


def test_polls_come_by_date_then_by_chamber() -> None:
    day = date(1981, 3, 2)
    town = scenario(
        elections=[poll(day, "local"), poll(day, "national"), poll(date(1980, 3, 3), "local"), poll(day, "provincial")],
    )
    names = [name for _, name in due(town)]
    assert names == ["1980-03-03 local", "1981-03-02 national", "1981-03-02 provincial", "1981-03-02 local"]


@pytest.mark.parametrize(
    ("first", "days"),
    [
        (date(1984, 10, 31), ["1984-10-31", "1986-10-31"]),
        (date(1984, 2, 29), ["1984-02-29", "1986-02-28", "1988-02-29"]),
    ],
)
def test_a_rule_keeps_its_day_at_the_end_of_a_month(first: date, days: list[str]) -> None:
    town = scenario(election_rules=[rule(first, every=2)], about__latest=date(1988, 6, 30))
    assert [name.split()[0] for _, name in due(town, town.about.latest)][1:] == days


def test_two_rules_for_two_chambers_keep_their_own_calendars() -> None:
    town = scenario(election_rules=[rule(date(1984, 6, 4), 3), rule(date(1985, 6, 3), 5, "national")], elections=[])
    days = [name for _, name in due(town, town.about.latest)]
    assert days == ["1984-06-04 local", "1985-06-03 national", "1987-06-04 local", "1990-06-03 national",
                    "1990-06-04 local"]  # fmt: skip


# -------------------------------------------------------------------------------------------------------- who stands
def ballot(**changes: object) -> list[float]:
    """Who is on the ballot of the town's first poll: none, lantern, banyan, the splinter."""
    town = scenario(**changes)
    standing = polls.calendar(town, run_weeks(town, None))[0].standing
    return [float(one) for one in standing]


def test_who_boycotts_is_not_on_the_ballot() -> None:
    assert ballot() == [0, 1, 0, 0]
    assert ballot(elections__0__boycotts=[]) == [0, 1, 1, 0]


def test_in_a_party_less_poll_no_party_stands() -> None:
    assert ballot(elections__0__party_less=True, elections__0__boycotts=[]) == [0, 0, 0, 0]


@pytest.mark.parametrize(("first", "stands"), [(date(1980, 6, 2), 1), (date(1980, 6, 3), 0), (None, 0)])
def test_a_party_stands_from_the_day_it_contests(first: date | None, stands: int) -> None:
    assert ballot(organisations__0__contests_from=first) == [0, stands, 0, 0]


def test_a_party_that_does_not_exist_yet_is_not_on_the_ballot() -> None:
    born = {"founded": date(1981, 1, 5), "contests_from": date(1981, 1, 5)}
    town = scenario(
        organisations=[
            organisation("lantern", "#009E73", 0.8, -0.2),
            organisation("banyan", "#CC79A7", 0, 0.8, **born),
        ],
        elections=[poll(date(1980, 6, 2)), poll(date(1981, 6, 1))],
    )
    found = polls.calendar(town, run_weeks(town, None))
    assert [one.standing.tolist() for one in found] == [[0, 1, 0, 0], [0, 1, 1, 0]]


def with_splinters(*parents: int, **changes: object) -> list[float]:
    """The same ballot when splinters of these parents exist (0: the slot is free)."""
    town = scenario(splinter_slots=len(parents), **changes)
    one = polls.calendar(town, run_weeks(town, None))[0]
    arrays = {"parent": np.array([0, 0, 0, *parents]), "founded": np.array([0, 1, 1, *(one > 0 for one in parents)])}
    return [float(x) for x in polls.on_the_ballot(one, town, arrays)]


def test_a_splinter_stands_where_its_origin_contests_whether_or_not_that_stays_out() -> None:
    assert with_splinters(0) == [0, 1, 0, 0]
    assert with_splinters(2) == [0, 1, 0, 1]
    assert with_splinters(1, 3) == [0, 1, 0, 1, 1]
    assert with_splinters(1, elections__0__party_less=True) == [0, 0, 0, 0]
    assert with_splinters(1, organisations__0__contests_from=date(1980, 6, 3)) == [0, 0, 0, 0]


def test_a_splinter_whose_origin_is_forgotten_does_not_stand() -> None:
    one = polls.calendar(scenario(), run_weeks(scenario(), None))[0]
    arrays = {"parent": np.zeros(4, int), "founded": np.ones(4)}
    assert polls.on_the_ballot(one, scenario(), arrays).tolist() == [0, 1, 0, 0]


# ----------------------------------------------------------------------------------------------------------- seats
@pytest.mark.parametrize(
    ("votes", "weights", "seats"),
    [
        ([[0, 5, 4], [0, 1, 9]], [1, 1], [0, 1, 1]),
        ([[0, 5, 4], [0, 1, 9]], [3, 2], [0, 3, 2]),
        ([[0, 7, 7]], [2], [0, 2, 0]),
        ([[0, 0, 0], [0, 0, 1]], [4, 1], [0, 0, 1]),
        ([[99, 0, 1]], [1], [0, 0, 1]),
    ],
    ids=["plurality", "weights", "a tie goes to the first", "nobody voted", "none wins no seat"],
)
def test_seats_go_by_plurality(votes: list[list[int]], weights: list[int], seats: list[int]) -> None:
    assert polls.seats_won(np.array(votes, np.int32), np.array(weights, np.int32)).tolist() == seats


@given(st.integers(0, 1000), st.integers(1, 12))
def test_no_more_seats_are_won_than_there_are(seed: int, places: int) -> None:
    rng = np.random.default_rng(seed)
    votes, weights = rng.integers(0, 5, (places, 4)), rng.integers(1, 4, places)
    filled = weights[votes[:, 1:].sum(axis=1) > 0].sum()
    assert polls.seats_won(votes, weights).sum() == filled <= weights.sum()


# ------------------------------------------------------------------------------------------------------ holding one
@pytest.fixture
def begun() -> Run:
    """The armed town about to begin, uncompiled."""
    return start(armed_town(), plain=True)


def held(run: Run, numbers: dict[str, float] | None = None, **changes: Any) -> polls.Outcome:
    """One poll of an ongoing run, in its week 30 and with these changes to what was declared."""
    town = scenario(elections=[poll(date(1980, 8, 4), **changes)])
    one = polls.calendar(town, 104)[0]
    with np.errstate(over="ignore"):
        return polls.hold(one, run.world, run.arrays, run.numbers["election"] | (numbers or {}), run.seed, plain=True)


def test_nobody_votes_twice_and_not_everybody_votes(begun: Run) -> None:
    outcome = held(begun)
    assert (outcome.turnout > 0.1).all()
    assert (outcome.turnout < 1.0).all()
    assert outcome.votes.sum() <= begun.arrays["adults"].sum()
    assert outcome.votes[:, 0].sum() == outcome.votes[:, 3].sum() == 0


def test_turnout_is_votes_over_all_adults_of_the_constituency(begun: Run) -> None:
    outcome = held(begun, seats=4)
    adults = begun.arrays["unit_people"].sum(axis=1) * begun.world.scale
    np.testing.assert_allclose(outcome.turnout, outcome.votes.sum(axis=1) / adults, rtol=1e-6)


def test_followers_of_who_boycotts_stay_at_home(begun: Run) -> None:
    honest = {"stuffing": 0.0}  # who stays at home leaves ballots that others may use
    full, without = held(begun, honest), held(begun, honest, boycotts=["banyan"])
    assert full.votes[:, 2].sum() > 0
    assert without.votes[:, 2].sum() == without.votes_true[:, 2].sum() == without.seats[2] == 0
    np.testing.assert_array_equal(without.votes[:, 1], full.votes[:, 1])
    assert without.turnout.sum() < full.turnout.sum()


def test_a_party_less_poll_has_no_votes_and_no_seats_and_sends_the_old_assembly_home(begun: Run) -> None:
    held(begun)
    assert begun.arrays["seats_by_chamber"][LOCAL].sum() == 1.0
    outcome = held(begun, party_less=True)
    assert outcome.votes.sum() == outcome.seats.sum() == outcome.turnout.sum() == 0
    assert begun.arrays["seats_by_chamber"][LOCAL].sum() == 0.0


@pytest.mark.parametrize(("seats", "places"), [(1, 1), (3, 3), (4, 4), (7, 4), (50, 4)])
def test_a_chamber_with_more_seats_than_units_gives_its_constituencies_several(
    seats: int, places: int, begun: Run
) -> None:
    outcome = held(begun, seats=seats)
    assert outcome.votes.shape == (places, 4)
    assert outcome.seats.sum() == seats
    assert begun.arrays["seats_by_chamber"][LOCAL].sum() == pytest.approx(1.0)


def test_a_secret_ballot_says_what_hearts_say_and_an_open_one_what_faces_say(begun: Run) -> None:
    secret = held(begun, {"open_ballot": 0.0, "stuffing": 0.0})
    np.testing.assert_array_equal(secret.votes, secret.votes_true)
    begun.arrays["unit_watch"][:, 1] = begun.arrays["force"][:, 1] = 1.0
    begun.arrays["unit_face"][:] = 0
    begun.arrays["unit_face"][:, :, 1] = begun.arrays["unit_people"]
    watched = held(begun, {"open_ballot": 1.0})
    assert watched.votes[:, 2].sum() == 0 < watched.votes_true[:, 2].sum()
    assert watched.seats.tolist() == [0, 3, 0, 0]
    half = held(begun, {"open_ballot": 0.5})
    assert 0 < half.votes[:, 2].sum() < half.votes_true[:, 2].sum()


def test_a_poll_changes_only_its_own_chamber(begun: Run) -> None:
    held(begun, chamber="national", seats=2, seats_elsewhere={"banyan": 40})
    arrays = begun.arrays
    assert arrays["polled_week"].tolist() == [30, -1, -1]
    assert arrays["seats_by_chamber"].sum(axis=1).tolist() == [1, 0, 0]
    assert arrays["elsewhere"].tolist() == [[0, 0, 40, 0], [0, 0, 0, 0], [0, 0, 0, 0]]
    held(begun, chamber="national", seats=2)
    assert arrays["elsewhere"].sum() == 0, "the next poll counts for itself"


# ---------------------------------------------------------------------------------------------- assemblies over time
def office(dataset: xr.Dataset, name: str) -> Array:
    """Share in the city's offices, week by week."""
    return np.asarray(dataset["coalition"].sel(organisation=name).values)


def test_an_assembly_lapses_when_its_term_is_over() -> None:
    """Lantern wins every local seat; nothing follows. It governs the councils for a term, from the week after."""
    town = scenario(election_rules=[], centre__governments=[])
    numbers = {name: one.value for name, one in declared(election.Parameters).items()}
    term = int(numbers["term_years"] * WEEKS_PER_YEAR)
    councils = office(simulate(town, until=town.about.latest, without=["bargaining"]), "lantern")
    assert councils[: POLL_WEEK + 1].max() == 0
    np.testing.assert_allclose(councils[POLL_WEEK + 1 : POLL_WEEK + term + 1], numbers["local_weight"], rtol=1e-6)
    assert councils[POLL_WEEK + term + 1 :].max() == 0


def test_government_needs_a_seat_once_there_has_been_a_poll_and_one_elsewhere_will_do() -> None:
    """Banyan is declared to govern, and stays out of the national poll of June 1980."""
    out = {"chamber": "national", "boycotts": ["banyan"]}
    alone = scenario(elections=[poll(date(1980, 6, 2), **out)])
    elsewhere = scenario(elections=[poll(date(1980, 6, 2), **out, seats_elsewhere={"banyan": 40})])
    share = (1 - declared(election.Parameters)["local_weight"].value) * 0.3
    lost, kept = (office(simulate(town), "banyan") for town in (alone, elsewhere))
    np.testing.assert_allclose(lost[: POLL_WEEK + 1], share, rtol=1e-6)
    assert lost[POLL_WEEK + 1 :].max() == 0
    np.testing.assert_allclose(kept, share, rtol=1e-6)


def test_a_city_can_vote_for_several_chambers_on_one_day() -> None:
    day = date(1980, 6, 2)
    town = scenario(elections=[poll(day, "national", 1), poll(day, "provincial", 2), poll(day, "local", 9)])
    run = simulate(town, until=date(1980, 6, 8))
    assert run["seats"].sum("organisation").values.tolist() == [1, 2, 9]
    assert run["election_chamber"].values.tolist() == list(CHAMBERS)
    chambers = run["constituency_chamber"].values
    for row, chamber in enumerate(CHAMBERS):
        votes = run["votes"].isel(election=row).sum("organisation").values
        assert (votes[chambers == chamber] > 0).all()
        assert votes[chambers != chamber].sum() == 0


def test_seats_elsewhere_are_recorded_beside_the_seats_won_here() -> None:
    run = simulate(scenario(), until=date(1980, 6, 8))
    assert run["seats_elsewhere"].values.tolist() == [[0, 1, 0, 0]]
    assert run["seats"].values.tolist() == [[0, 3, 0, 0]]


def test_karachis_calendar_runs_to_its_latest_year() -> None:
    city = mohalla.load("karachi")
    names = [name for _, name in due(city, city.about.latest)]
    assert {"2018", "2023", "2028"} <= {name[:4] for name in names if name.endswith(("national", "provincial"))}
    assert {"2020", "2025", "2030"} <= {name[:4] for name in names if name.endswith("local")}
    assert len(names) == len(set(names))
    assert names == sorted(names, key=lambda name: (name[:10], CHAMBERS.index(name.split()[1])))
