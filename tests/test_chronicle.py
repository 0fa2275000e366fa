"""The table of events: what steps told and what the scenario imposed with a date, each once, in order."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
import xarray as xr

from mohalla import results
from mohalla.engine import chronicle
from mohalla.engine.simulate import simulate
from mohalla.events import MOST_EVENTS, Event, tell
from mohalla.observables import EVENTS
from mohalla.scenario import STANCES
from mohalla.state import Array, blank
from workbench.stepping import armed_town, small_town, start
from workbench.towns import START, organisation, scenario

LANTERN, BANYAN = 1, 2
WEEKS = 104


def log(*rows: tuple[float, ...]) -> dict[str, Array]:
    """The state's log with these rows in it."""
    arrays = {"events": np.zeros((MOST_EVENTS, 7)), "event_count": np.zeros(1, np.int64)}
    for row in rows:
        tell(arrays["events"], arrays["event_count"], *row)  # type: ignore[arg-type]
    return arrays


def stances(weeks: int = WEEKS, organisations: int = 4) -> dict[str, Array]:
    """Neutral throughout, nothing imposed."""
    shape = (weeks, organisations)
    return {"stance": np.full(shape, 2, np.int8), "stance_imposed": np.zeros(shape, np.int8)}


def table(
    town: object = None, arrays: object = None, into: object = None, without: tuple[str, ...] = ()
) -> list[tuple]:
    """The table as rows of (week, kind, organisation, size, imposed)."""
    found = chronicle.columns(town or scenario(), WEEKS, without, arrays or log(), into or stances())  # type: ignore[arg-type]
    names = ("week", "kind", "organisation", "size", "imposed")
    return list(zip(*(found[f"event_{name}"].tolist() for name in names), strict=True))


# -------------------------------------------------------------------------------------------------------- what is told
def test_an_operation_begins_ends_and_its_announcement_is_kept_or_not() -> None:
    kept = table()
    assert kept == [
        (52, Event.OPERATION_BEGINS, LANTERN, 0.5, 1),
        (77, Event.OPERATION_ENDS, LANTERN, 0.5, 1),
        (77, Event.ANNOUNCEMENT_KEPT, LANTERN, 0.5, 1),
    ]
    broken = table(scenario(state__operations__0__kept=False))
    assert [row[1] for row in broken] == [Event.OPERATION_BEGINS, Event.OPERATION_ENDS, Event.ANNOUNCEMENT_BROKEN]


def test_an_operation_that_is_left_out_is_not_told() -> None:
    assert table(without=("operation",)) == []
    assert table(without=("rivalry",)) == table()


@pytest.mark.parametrize(("start", "end"), [(date(1979, 1, 1), date(1979, 6, 4)), (date(1982, 1, 4), date(1982, 6, 7))])
def test_an_operation_outside_the_run_is_not_told(start: date, end: date) -> None:
    assert table(scenario(state__operations__0__from=start, state__operations__0__to=end)) == []


@pytest.mark.parametrize(
    ("targets", "main"), [({"banyan": 0.5, "lantern": 0.2}, BANYAN), ({}, 0), ({"banyan": 0.0}, 0)]
)
def test_an_operation_is_told_of_whom_most_raids_aim_at(targets: dict[str, float], main: int) -> None:
    assert {row[2] for row in table(scenario(state__operations__0__targets=targets))} == {main}


def test_foundings_are_told_in_the_run_only() -> None:
    later = organisation("banyan", "#CC79A7", -0.2, 0.8, founded=date(1980, 5, 5), contests_from=None)
    town = scenario(organisations=[organisation("lantern", "#009E73", 0.8, -0.2), later])
    assert table(town)[0] == (17, Event.FOUNDING, BANYAN, 8.0, 1)
    assert Event.FOUNDING not in [row[1] for row in table()]
    old = organisation("banyan", "#CC79A7", -0.2, 0.8, founded=START, contests_from=None)
    assert table(scenario(organisations=[organisation("lantern", "#009E73", 0.8, -0.2), old]))[0][:2] == (0, 15)


def test_stances_are_told_when_they_become_another_that_is_imposed() -> None:
    into = stances()
    into["stance"][10:30, LANTERN], into["stance_imposed"][10:30, LANTERN] = STANCES.index("co-opt"), 1
    into["stance"][50:, BANYAN] = STANCES.index("crack-down")
    told = [row for row in table(into=into) if row[1] == Event.STANCE]
    assert told == [(10, Event.STANCE, LANTERN, STANCES.index("co-opt"), 1)]


def test_a_stance_that_a_step_told_though_it_is_imposed_is_told_once() -> None:
    into = stances()
    into["stance"][10:, LANTERN], into["stance_imposed"][10:, LANTERN] = 4, 1
    arrays = log((10, Event.STANCE, LANTERN, 0, 0, -1, 4.0), (10, Event.STANCE, BANYAN, 0, 0, -1, 1.0))
    told = [row for row in table(arrays=arrays, into=into) if row[1] == Event.STANCE]
    assert told == [(10, Event.STANCE, LANTERN, 4.0, 1), (10, Event.STANCE, BANYAN, 1.0, 0)]


def test_what_emerged_stands_among_what_was_imposed_in_order_of_week() -> None:
    rows = [(week, Event.STRIKE, LANTERN, 0, -1, -1, 0.5) for week in (3, 52, 90)]
    found = table(arrays=log(*rows))
    assert [(row[0], row[1], row[4]) for row in found] == [
        (3, Event.STRIKE, 0), (52, Event.OPERATION_BEGINS, 1), (52, Event.STRIKE, 0), (77, Event.OPERATION_ENDS, 1),
        (77, Event.ANNOUNCEMENT_KEPT, 1), (90, Event.STRIKE, 0),
    ]  # fmt: skip


def test_what_found_no_room_is_counted() -> None:
    arrays = {"events": np.zeros((2, 7)), "event_count": np.zeros(1, np.int64)}
    for week in range(5):
        tell(arrays["events"], arrays["event_count"], week, int(Event.STRIKE), 1, 0, -1, -1, 0.5)
    assert chronicle.dropped(arrays) == 3
    assert len([row for row in table(arrays=arrays) if row[1] == Event.STRIKE]) == 2
    assert chronicle.dropped(log()) == 0


# ------------------------------------------------------------------------------------------------------ in the results
@pytest.fixture(scope="module")
def town() -> xr.Dataset:
    return simulate(small_town())


def test_the_results_hold_the_table(town: xr.Dataset) -> None:
    results.check(town)
    assert {one.name: town[one.name].dtype for one in EVENTS} == {one.name: one.dtype for one in EVENTS}
    imposed = town["event_kind"].values[town["event_imposed"].values == 1].tolist()
    kinds = [Event.FOUNDING, Event.STANCE, Event.OPERATION_BEGINS, Event.OPERATION_ENDS, Event.ANNOUNCEMENT_KEPT]
    assert imposed == kinds
    assert town.attrs["events_dropped"] == 0


def test_a_run_in_which_nothing_is_told_has_an_empty_table() -> None:
    run = simulate(scenario(), until=START)
    results.check(run)
    assert run.sizes["event"] == 0


def test_what_a_step_tells_reaches_the_results(monkeypatch: pytest.MonkeyPatch) -> None:
    """A log that fills from the first week on."""
    monkeypatch.setattr("mohalla.engine.simulate.blank", _told_before)
    run = simulate(armed_town(), until=START)
    assert run["event_kind"].values.tolist() == [Event.STRIKE]
    assert run["event_imposed"].values.tolist() == [0]


def _told_before(sizes: dict[str, int]) -> dict[str, Array]:
    arrays = blank(sizes)
    tell(arrays["events"], arrays["event_count"], 0, int(Event.STRIKE), 1, 0, -1, -1, 0.25)
    return arrays


def test_a_run_played_step_by_step_is_the_week_in_order() -> None:
    from mohalla.engine.simulate import play
    from mohalla.engine.week import step_order

    run = start(armed_town())
    steps = [name for week, name in play(run, [], [], apart=True) if week == 1]
    assert steps == list(step_order())
