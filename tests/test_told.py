"""What verification measures of splinters, strikes, motions and stances, on a town in which a split is ordered."""

from __future__ import annotations

import math
from datetime import date

import numpy as np
import pytest
import xarray as xr

from mohalla import results
from mohalla.events import Event
from tests.test_orders import SPLIT, order, ran
from verification import measures as m
from verification import told

WHOLE = m.Window(date(1900, 1, 1), date(2100, 1, 1))


@pytest.fixture(scope="module")
def run() -> xr.Dataset:
    """The town after a split of half the party's heads."""
    return ran(order("heads", share=0.5, weeks=1, **SPLIT))


@pytest.fixture(autouse=True)
def _party(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(told, "PARTY", "lantern")


def with_event(run: xr.Dataset, kind: Event, organisation: int, other: int, size: float = 0.0) -> xr.Dataset:
    """The run with its first event made into this one, and none like it."""
    changed = run.copy(deep=True)
    changed["event_kind"][:] = int(Event.OPERATION_BEGINS)
    for name, value in (("kind", int(kind)), ("organisation", organisation), ("other", other), ("size", size)):
        changed[f"event_{name}"][0] = value
    return changed


def test_splinters_are_counted_together(run: xr.Dataset) -> None:
    assert told.splinters(run) == ["splinter-1"]
    assert told.cadre_of_splinters(WHOLE)(run) == 0.0, "fewer than one on average"
    more = run.copy(deep=True)
    more["armed"].loc[{"organisation": "splinter-1"}] = 10
    more["workers"].loc[{"organisation": "splinter-1"}] = 40
    assert told.cadre_of_splinters(WHOLE)(more) == pytest.approx(math.log(50 * run.sizes["sector"]))
    assert told.hearts_of_splinters(WHOLE)(run) == pytest.approx(float(results.hearts(run, "splinter-1").mean()))
    assert told.hold_of_splinters(WHOLE)(run) == pytest.approx(float(results.hold(run, "splinter-1").mean()))


def test_killings_between_party_and_splinters_count_either_way(run: xr.Dataset) -> None:
    killed = run.copy(deep=True)
    killed["killings"][:] = 0
    for killer, victim, count in (("lantern", "splinter-1", 3), ("splinter-1", "lantern", 4), ("banyan", "lantern", 9)):
        killed["killings"].loc[{"killer": killer, "victim": victim}] = 0
        killed["killings"][{"week": 5, "sector": 0}].loc[{"killer": killer, "victim": victim}] = count
    weeks = killed.sizes["week"]
    assert told.killed_between_kin(WHOLE)(killed) == pytest.approx(7 / weeks * 365.25 / 7)


def test_motions_count_by_whom_they_are_against_and_answers_by_who_moves(run: xr.Dataset) -> None:
    window = m.Window(results.happenings(run)[0].day, WHOLE.end)
    years = (window.end - window.start).days / 365.25
    against, answer = with_event(run, Event.MOTION, 2, 1), with_event(run, Event.COUNTER_MOTION, 1, 2)
    assert told.moved_against(window)(against) == pytest.approx(1 / years)
    assert told.moved_against(window)(answer) == 0.0
    assert told.answered(window)(answer) == pytest.approx(1 / years)
    assert told.answered(m.Window(date(1800, 1, 1), date(1801, 1, 1)))(answer) == 0.0


def test_weeks_of_crackdown_are_a_share(run: xr.Dataset) -> None:
    some = run.copy(deep=True)
    some["stance"].loc[{"organisation": "lantern"}] = 2
    some["stance"][:26].loc[{"organisation": "lantern"}] = told.CRACK_DOWN
    assert told.cracked_down(WHOLE)(some) == pytest.approx(26 / run.sizes["week"])


def test_strikes_count_only_while_the_party_is_in_office(run: xr.Dataset) -> None:
    struck = with_event(run, Event.STRIKE, 1, 0, size=0.6)
    struck["coalition"].loc[{"organisation": "lantern"}] = 0.0
    assert math.isnan(told.strikes_in_office(struck))
    assert math.isnan(told.closed_in_office(struck))
    struck["coalition"].loc[{"organisation": "lantern"}] = 0.3
    assert told.strikes_in_office(struck) == pytest.approx(1 / (run.sizes["week"] * 7 / 365.25))
    assert told.closed_in_office(struck) == pytest.approx(0.6)


def test_closing_is_correlated_within_quarters_and_not_over_them(run: xr.Dataset) -> None:
    made = run.copy(deep=True)
    quarters, units = made["unit_closed"].shape
    assert units >= 3
    hold = np.linspace(0.1, 0.5, units)
    made["unit_hold"].loc[{"organisation": "lantern"}] = hold[None, :] + np.linspace(0, 0.4, quarters)[:, None]
    made["unit_closed"][:] = 0.0
    made["unit_closed"][1:3] = hold[None, :] * np.array([[1.0], [9.0]])
    assert told.closes_with("unit_hold")(made) == pytest.approx(1.0)
    made["unit_closed"][1:3] = hold[None, ::-1]
    assert told.closes_with("unit_hold")(made) == pytest.approx(-1.0)
    made["unit_closed"][:] = 0.0
    assert math.isnan(told.closes_with("unit_hold")(made))


def test_the_chief_organisers_competence_is_his_own(run: xr.Dataset) -> None:
    made = run.copy(deep=True)
    chief = (made["post_organisation"].values == "lantern") & (made["post_tier"].values == "city")
    made["post_competence"][:] = 0.1
    made["post_competence"][:, chief] = 0.7
    assert told.competence_of_chief(WHOLE)(made) == pytest.approx(0.7)
