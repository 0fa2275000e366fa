"""What `show` says of a scenario, row by row: nothing declared is left out, nothing is said that is not so."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from functools import cache
from typing import Any

import pytest
from rich.console import Console

import mohalla
from mohalla import reading
from mohalla.cli import show_screen
from mohalla.mechanisms import DECLARED
from mohalla.parameters import declared
from mohalla.scenario import Organisation, Scenario
from workbench.towns import SPAN, organisation, scenario

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
        show_screen.show(asked, known, console)
    return capture.get()


# ------------------------------------------------------------------------------------------------------ the small town
TABLES: dict[str, tuple[Callable[[Scenario], Any], Rows]] = {
    "districts": (
        show_screen._districts,
        [["Old Town", "2", "6", "2", "invented"], ["Riverside", "1", "4", "3", "invented"]],
    ),
    "censuses": (
        show_screen._communities,
        [
            ["1975", "18,000", "weavers 0.6, boatmen 0.4", "invented"],
            ["1985", "22,000", "weavers 0.56, boatmen 0.44", "invented"],
        ],
    ),
    "organisations": (
        show_screen._organisations,
        [
            ["lantern", "Lantern Movement, #009E73", "12", "0", "0.1", "0.2", "0.5", "0.25"],
            ["banyan", "Banyan League, #CC79A7", "60", "4", "0.6", "0.4", "0.15", "0.1"],
        ],
    ),
    "origins": (
        show_screen._origins,
        [
            ["lantern", "1979-03-05", "1981-01-01", "-", "weavers 0.85\nboatmen -0.2", "invented"],
            ["banyan", "1950-01-01", "1950-01-01", "-", "weavers 0.1\nboatmen 0.6", "invented"],
        ],
    ),
    "governments": (
        show_screen._governments,
        [["1978-01-02", "1990-12-31", "civilian", "banyan 0.4", "0.5", "invented"]],
    ),
    "operations": (
        show_screen._operations,
        [["The sweep", "1983-02-07\n1984-06-30",
          "1.5 raids a week\n0.15 of harm unlawful\nannounced for 1 year, kept", "lantern 0.8\nbanyan 0.1",
          "invented"]],
    ),
    "background": (show_screen._background, [["ordinary murder per 100,000, from", "1978", "3", "invented"]]),
}  # fmt: skip


@pytest.mark.parametrize("name", TABLES)
def test_the_town_is_told_row_by_row(name: str) -> None:
    table, wanted = TABLES[name]
    assert rows(table(town())) == wanted


def test_dated_polls_come_before_those_by_rule() -> None:
    found = [row[:5] for row in rows(show_screen._elections(town()))]
    assert found[1] == ["1982-11-15", "national", "2", "-", "banyan 40"]
    assert found[3] == ["1987-11-16, then every 5 years", "national", "2", "-", "-"]
    assert len(found) == 6


def test_the_timeline_is_in_order_and_says_what_the_model_does_not_read() -> None:
    found = rows(show_screen._timeline(town()))
    assert [row[0] for row in found] == ["1979-03-05", "1980-08-11", "1982-06-01", "1983-02-07", "1984-07-02"]
    assert found[1][1].startswith("shock: 3 weavers dead by boatmen: A quarrel")
    assert found[2][1] == "tide to 1983-06-01: banyan +0.2 appeal"
    assert found[3][1] == "note (not read by the model): The sweep begins."
    assert found[4][1] == "leader to 1985-06-30: of banyan, abroad, bound 0.2 of 1 by proceedings"


def test_media_and_positions_stand_in_the_timeline() -> None:
    said = [row[1] for row in rows(show_screen._timeline(scenario()))]
    assert "media to 1981-12-28: show 0.4 of violence" in said
    assert "positions to 1981-12-28: lantern please foreign powers 0.6" in said


def test_promises_before_the_start_are_told_under_who_rules() -> None:
    caption = str(show_screen._governments(town()).caption)
    assert caption == "Announcements kept before the start: 2 of 4 (invented)."


# --------------------------------------------------------------------------------------------------------- what it adds
def test_who_stays_out_of_a_poll_is_said() -> None:
    assert rows(show_screen._elections(scenario()))[0][3:5] == ["banyan", "lantern 1"]


def test_a_party_less_poll_is_said_to_be_one() -> None:
    found = rows(show_screen._elections(scenario(elections__0__party_less=True)))
    assert found[0][3] == "party-less: no party stands"
    said = {row[0]: row[3] for row in rows(show_screen._elections(karachi()))}
    party_less = [str(one.date) for one in karachi().elections if one.party_less]
    assert party_less
    assert {said[day] for day in party_less} == {"party-less: no party stands"}


def test_services_for_some_districts_are_said_to_be_for_those() -> None:
    whole, some = (scenario(state__delivery__0__districts=names) for names in ([], ["old-town"]))
    said = [rows(show_screen._state(one))[1][0] for one in (whole, some)]
    assert said == ["services, 0-1", "services, 0-1, in old-town"]


def test_a_promise_that_was_not_kept_is_said_not_to_be() -> None:
    manner = rows(show_screen._operations(scenario(state__operations__0__kept=False)))[0][2]
    assert manner.splitlines()[-1] == "announced for 0.5 years, not kept"


def test_a_shock_by_nobody_in_particular() -> None:
    found = rows(show_screen._timeline(scenario(timeline__shocks__0__by=None)))
    assert [row[1] for row in found if "shock" in row[1]] == ["shock: 2 weavers dead: a riot"]


def test_who_is_shut_out_and_who_is_paid_from_abroad_is_told() -> None:
    span = {"from": date(1980, 3, 5), "to": date(1980, 9, 1), "source": "invented"}
    found = rows(
        show_screen._timeline(
            scenario(
                timeline__exclusions=[{**span, "community": "weavers", "level": 0.3}],
                timeline__foreign_funds=[{**span, "organisation": "lantern", "money_per_year": 2.5}],
            )
        )
    )
    assert ["1980-03-05", "shut out to 1980-09-01: 0.3 of the weavers young", "invented"] in found
    assert ["1980-03-05", "foreign money to 1980-09-01: lantern 2.5 a year", "invented"] in found


def test_a_shock_whose_answers_are_counted_in_says_so() -> None:
    found = rows(show_screen._timeline(scenario(timeline__shocks__0__whole=True)))
    said = [row[1] for row in found if "shock" in row[1]]
    assert said == ["shock: 2 weavers dead by boatmen, answers included: a riot"]


def test_a_tide_against_an_organisation_has_its_sign() -> None:
    found = rows(show_screen._timeline(scenario(timeline__tides__0__appeal=-0.3)))
    assert found[0][1] == "tide to 1981-12-28: banyan -0.3 appeal"


def test_years_are_years_and_counts_have_commas() -> None:
    found = rows(show_screen._communities(karachi()))
    assert found[-1][:2] == ["2017", "16,024,894"]
    organisations = {row[0]: row for row in rows(show_screen._organisations(karachi()))}
    assert organisations["ppp"][2] == "2,500"


def test_kinship_that_nobody_declared_is_a_dash() -> None:
    stranger = organisation("lantern", "#009E73", 0, 0, kinship={})
    town = scenario(organisations=[stranger, organisation("banyan", "#CC79A7", 0.1, 0.8)])
    assert rows(show_screen._origins(town))[0][4] == "-"


def declared_numbers(one: Organisation) -> list[str]:
    """Everything an organisation declares, as people write it."""
    words = [f"{name} {kin:g}" for name, kin in one.kinship.items()]
    plain = one.model_dump(exclude={"kinship", "contests_from", "patron"})
    words += [f"{value:,}" if isinstance(value, int) else str(value) for value in plain.values()]
    return [*words, str(one.contests_from or "never"), one.patron or "-"]


@pytest.mark.parametrize("city", [town, karachi])
def test_everything_an_organisation_declares_is_told(city: Callable[[], Scenario]) -> None:
    """Each number that differs from its neighbour's must be told: a field nobody shows would be missed here."""
    tables = [
        {row[0]: row for row in rows(table(city()))} for table in (show_screen._organisations, show_screen._origins)
    ]
    for one in city().organisations:
        cells = [cell for table in tables for cell in table[one.id]]
        told = [part for cell in cells for part in (cell, *re.split(r"\n|, (?=#)", cell))]
        wanted = [word.removesuffix(".0") for word in declared_numbers(one)]
        assert [word for word in wanted if word not in told] == []


def test_a_client_is_told_with_its_patron_and_who_never_stands_as_never_standing() -> None:
    (gangs,) = (row for row in rows(show_screen._origins(karachi())) if row[0] == "lyari-gangs")
    assert gangs[1:4] == ["2003-01-01", "never", "ppp"]


@pytest.mark.parametrize("slots", [1, 3])
def test_room_for_breakaways_is_told(slots: int) -> None:
    caption = str(show_screen._organisations(scenario(splinter_slots=slots)).caption)
    assert (
        f"Room for {show_screen._many(slots, 'breakaway organisation')}: the model founds them, no date does."
        in caption
    )


def words_at(width: int, asked: Scenario) -> set[str]:
    """What stands on a screen of so many columns, word by word: a broken word is two others."""
    console = Console(width=width)
    with console.capture() as capture:
        show_screen.show(asked, reading.resolved_parameters(asked, DECLARED), console)
    return set(capture.get().replace(",", " ").split())


@pytest.mark.parametrize("city", [town, karachi])
def test_at_100_columns_no_number_date_or_id_is_broken(city: Callable[[], Scenario]) -> None:
    asked = city()
    dates = {str(day) for one in (*asked.centre.stances, *asked.state.operations) for day in (one.start, one.end)}
    dates |= {str(one.founded) for one in asked.organisations}
    names = {name for one in asked.state.operations for name in one.targets} | set(asked.community_ids)
    names |= {name for kind in DECLARED.values() for name in declared(kind)}
    assert dates | names | {one.id for one in asked.organisations} <= words_at(100, asked)


@pytest.mark.parametrize("city", [town, karachi])
def test_at_80_columns_nobody_loses_their_name(city: Callable[[], Scenario]) -> None:
    asked = city()
    assert {one.name.split()[0] for one in asked.organisations} - {"Jamaat-e-Islami"} <= words_at(80, asked)


def test_a_mechanism_without_parameters_has_no_table() -> None:
    text = printed(town(), reading.resolved_parameters(town(), DECLARED))
    shown = [name for name in DECLARED if f"Parameters of {name} " in text]
    assert shown == [name for name, kind in DECLARED.items() if declared(kind)]
    assert len(shown) < len(DECLARED)


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
        show_screen._organisations: len(asked.organisations),
        show_screen._origins: len(asked.organisations),
        show_screen._stances: len(asked.centre.stances),
        show_screen._governments: len(asked.centre.governments),
        show_screen._operations: len(asked.state.operations),
        show_screen._state: len(asked.state.forces) + len(asked.state.delivery),
        show_screen._elections: len(asked.elections) + len(asked.election_rules),
        show_screen._timeline: sum(len(getattr(asked.timeline, part)) for part in type(asked.timeline).model_fields),
        show_screen._background: len(asked.background.ordinary_per_100k) + len(asked.background.other_militants),
        show_screen._quantities: 5,
    }
    assert {table.__name__: table(asked).row_count for table in counts} == {
        table.__name__: count for table, count in counts.items()
    }


@pytest.mark.parametrize("city", [town, karachi])
def test_what_emerges_is_what_the_model_does(city: Callable[[], Scenario]) -> None:
    """A stance is imposed where it is dated, and the centre's choice where it is not."""
    text = printed(city())
    _, emerges = text.split("Left to emerge")
    assert "votes and seats in the city" in emerges
    assert "how the centre treats whom no stance is dated for" in emerges
    assert "it chooses where none is dated" in text


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
    text = show_screen.summary(scenario(parameters={"extortion": {"demand_share": 0.05}}), 1040)
    assert text == (
        "A tiny town: 1980-01-07 to 1981-12-28 (1,040 weeks). 1 district, 2 sectors, 4 units, 2 communities, "
        "2 organisations, 2 censuses, 1 election, 1 parameter set here."
    )


def test_a_stance_is_told_with_its_days() -> None:
    stance = {**SPAN, "organisation": "banyan", "stance": "co-opt", "to": date(1980, 2, 3), "source": "invented"}
    found = rows(show_screen._stances(scenario(centre__stances=[stance])))
    assert found == [["banyan", "1980-01-07", "1980-02-03", "co-opt", "invented"]]
