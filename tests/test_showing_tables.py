"""What `show` says of a scenario, row by row: nothing declared is left out, nothing is said that is not so."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import cache
from typing import Any

import pytest
from rich.console import Console

import mohalla
from mohalla import reading, showing
from mohalla.mechanisms import DECLARED
from mohalla.parameters import declared
from mohalla.scenario import Scenario
from tests.towns import SPAN, organisation, scenario

Rows = list[list[str]]


def rows(table: Any) -> Rows:
    """The cells of a table as text."""
    return [list(row) for row in zip(*([str(cell) for cell in column.cells] for column in table.columns), strict=True)]


@cache
def town() -> Scenario:
    """The shipped town."""
    return mohalla.load("small-town")


@cache
def karachi() -> Scenario:
    """The first city."""
    return mohalla.load("karachi")


def printed(asked: Scenario, known: Any = None) -> str:
    """What `show` prints, one row a line."""
    console = Console(width=4000)
    with console.capture() as capture:
        showing.show(asked, known, console)
    return capture.get()


# ------------------------------------------------------------------------------------------------------ the small town
TABLES: dict[str, tuple[Callable[[Scenario], Any], Rows]] = {
    "districts": (
        showing._districts,
        [["Old Town", "2", "6", "2", "invented"], ["Riverside", "1", "4", "3", "invented"]],
    ),
    "censuses": (
        showing._communities,
        [
            ["1975", "18,000", "weavers 0.6, boatmen 0.4", "invented"],
            ["1985", "22,000", "weavers 0.56, boatmen 0.44", "invented"],
        ],
    ),
    "organisations": (
        showing._organisations,
        [
            ["Lantern Movement", "1979-03-05", "weavers 0.85, boatmen -0.2", "12", "0", "0.1", "invented"],
            ["Banyan League", "1950-01-01", "weavers 0.1, boatmen 0.6", "60", "4", "0.6", "invented"],
        ],
    ),
    "governments": (showing._governments, [["1978-01-02", "1990-12-31", "civilian", "banyan 0.4", "invented"]]),
    "operations": (
        showing._operations,
        [["The sweep", "1983-02-07", "1984-06-30", "1.5", "lantern 0.8, banyan 0.1", "0.15", "1 year, kept",
          "invented"]],
    ),
    "background": (showing._background, [["ordinary murder per 100,000, from", "1978", "3", "invented"]]),
}  # fmt: skip


@pytest.mark.parametrize("name", TABLES)
def test_the_town_is_told_row_by_row(name: str) -> None:
    table, wanted = TABLES[name]
    assert rows(table(town())) == wanted


def test_dated_polls_come_before_those_by_rule() -> None:
    found = [row[:5] for row in rows(showing._elections(town()))]
    assert found[1] == ["1982-11-15", "national", "2", "-", "banyan 40"]
    assert found[3] == ["1987-11-16, then every 5 years", "national", "2", "-", "-"]
    assert len(found) == 6


def test_the_timeline_is_in_order_and_says_what_the_model_does_not_read() -> None:
    found = rows(showing._timeline(town()))
    assert [row[0] for row in found] == ["1979-03-05", "1980-08-11", "1982-06-01", "1983-02-07"]
    assert found[1][1].startswith("shock: 3 weavers dead by boatmen: A quarrel")
    assert found[2][1] == "tide to 1983-06-01: banyan +0.2 appeal"
    assert found[3][1] == "note (not read by the model): The sweep begins."


def test_promises_before_the_start_are_told_under_who_rules() -> None:
    caption = str(showing._governments(town()).caption)
    assert caption == "Announcements kept before the start: 2 of 4 (invented)."


# --------------------------------------------------------------------------------------------------------- what it adds
def test_who_stays_out_of_a_poll_is_said() -> None:
    assert rows(showing._elections(scenario()))[0][3:5] == ["banyan", "lantern 1"]


def test_a_party_less_poll_is_said_to_be_one() -> None:
    found = rows(showing._elections(scenario(elections__0__party_less=True)))
    assert found[0][3] == "party-less: no party stands"
    said = {row[0]: row[3] for row in rows(showing._elections(karachi()))}
    party_less = [str(one.date) for one in karachi().elections if one.party_less]
    assert party_less
    assert {said[day] for day in party_less} == {"party-less: no party stands"}


def test_services_for_some_districts_are_said_to_be_for_those() -> None:
    whole, some = (scenario(state__delivery__0__districts=names) for names in ([], ["old-town"]))
    assert [rows(showing._state(one))[1][0] for one in (whole, some)] == ["services, 0-1", "services, 0-1, in old-town"]


def test_a_promise_that_was_not_kept_is_said_not_to_be() -> None:
    assert rows(showing._operations(scenario(state__operations__0__kept=False)))[0][6] == "0.5 years, not kept"


def test_a_shock_by_nobody_in_particular() -> None:
    found = rows(showing._timeline(scenario(timeline__shocks__0__by=None)))
    assert [row[1] for row in found if "shock" in row[1]] == ["shock: 2 weavers dead: a riot"]


def test_a_tide_against_an_organisation_has_its_sign() -> None:
    found = rows(showing._timeline(scenario(timeline__tides__0__appeal=-0.3)))
    assert found[0][1] == "tide to 1981-12-28: banyan -0.3 appeal"


def test_years_are_years_and_counts_have_commas() -> None:
    found = rows(showing._communities(karachi()))
    assert found[-1][:2] == ["2017", "16,024,894"]
    organisations = {row[0]: row for row in rows(showing._organisations(karachi()))}
    assert organisations["Pakistan Peoples Party"][3] == "2,500"


def test_kinship_that_nobody_declared_is_a_dash() -> None:
    stranger = organisation("lantern", "#009E73", 0, 0, kinship={})
    town = scenario(organisations=[stranger, organisation("banyan", "#CC79A7", 0.1, 0.8)])
    assert rows(showing._organisations(town))[0][2] == "-"


def test_tables_that_hold_nothing_are_left_out() -> None:
    bare = scenario(elections=[], election_rules=[], timeline={}, background={}, centre__stances=[])
    text = printed(bare)
    titles = ("Elections (", "Timeline", "Killing the model does not explain", "Stances of the centre")
    assert [title for title in titles if title in text] == []
    assert "Districts" in text


# -------------------------------------------------------------------------------------------------------- whole cities
@pytest.mark.parametrize("city", [town, karachi])
def test_every_dated_thing_has_its_row(city: Callable[[], Scenario]) -> None:
    asked = city()
    counts = {
        showing._organisations: len(asked.organisations),
        showing._stances: len(asked.centre.stances),
        showing._governments: len(asked.centre.governments),
        showing._operations: len(asked.state.operations),
        showing._state: len(asked.state.forces) + len(asked.state.delivery),
        showing._elections: len(asked.elections) + len(asked.election_rules),
        showing._timeline: sum(
            len(part) for part in (asked.timeline.tides, asked.timeline.shocks, asked.timeline.notes)
        ),
        showing._background: len(asked.background.ordinary_per_100k) + len(asked.background.other_militants),
        showing._quantities: 5,
    }
    assert {table.__name__: table(asked).row_count for table in counts} == {
        table.__name__: count for table, count in counts.items()
    }


@pytest.mark.parametrize("city", [town, karachi])
def test_what_emerges_is_what_the_model_does(city: Callable[[], Scenario]) -> None:
    """Stances are imposed, and neutral where none is dated: no mechanism chooses them."""
    text = printed(city())
    _, emerges = text.split("Left to emerge")
    assert "votes and seats in the city" in emerges
    assert "stance" not in emerges
    assert "neutral where none is dated" in text


def test_every_parameter_is_told_with_value_range_and_meaning() -> None:
    set_here = town().model_copy(update={"parameters": {"extortion": {"demand_share": 0.05}}})
    text = printed(set_here, reading.resolved_parameters(set_here, DECLARED))
    line = next(line for line in text.splitlines() if line.lstrip().startswith("demand_share"))
    known = declared(DECLARED["extortion"])["demand_share"].known
    assert line.split()[1] == "0.05"
    assert f"{known.low:g} to {known.high:g}" in line
    assert known.meaning in line
    assert "--parameters" not in text, "there is nothing more to be had"


def test_a_summary_counts_one_and_many() -> None:
    text = showing.summary(scenario(parameters={"extortion": {"demand_share": 0.05}}), 1040)
    assert text == (
        "A tiny town: 1980-01-07 to 1981-12-28 (1,040 weeks). 1 district, 2 sectors, 4 units, 2 communities, "
        "2 organisations, 2 censuses, 1 election, 1 parameter set here."
    )


def test_a_stance_is_told_with_its_days() -> None:
    stance = {**SPAN, "organisation": "banyan", "stance": "co-opt", "to": date(1980, 2, 3), "source": "invented"}
    found = rows(showing._stances(scenario(centre__stances=[stance])))
    assert found == [["banyan", "1980-01-07", "1980-02-03", "co-opt", "invented"]]
