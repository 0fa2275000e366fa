"""The story of the first world: short, dated, counted, imposed or emerged, and how it went elsewhere."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mohalla.events import Event
from mohalla.report import words
from mohalla.report.story import MOST_LINES, MOST_SPELLS, Line, Story, spells, story
from mohalla.results import Happening, happenings
from mohalla.scenario import STANCES
from tests.fake_run import fake_dataset, tiny_scenario, zero_dataset
from tests.test_report import page, section

HARBOUR = tiny_scenario()
FIRST = date(1991, 3, 4)


def happened(kind: Event, week: int = 0, organisation: str = "lamp", **more: object) -> Happening:
    """One event, so many weeks after the first of March 1991."""
    known = {"other": "", "tier": "", "sector": "", "unit": "", "size": 1.0, "imposed": False} | more
    return Happening(FIRST + timedelta(weeks=week), kind, organisation, **known)  # type: ignore[arg-type]


def told(*events: Happening, others: list[list[Happening]] | None = None) -> Story:
    return story(HARBOUR, [sorted(events), *(others or [])], "lamp")


def only(*events: Happening, others: list[list[Happening]] | None = None) -> Line:
    (line,) = told(*events, others=others).lines
    return line


def split(week: int = 0, **more: object) -> list[Happening]:
    """A sector head of Lamp founds Splinter 1 with 30 members: the three rows that tell it."""
    whom = {"other": "splinter-1", "tier": "sector", "size": 0.02} | more
    founded = happened(Event.FOUNDING, week, "splinter-1", other="lamp", tier="sector", size=30.0)
    return [happened(Event.SPLIT, week, **whom), happened(Event.DEFECTION, week, **whom), founded]


def defection(week: int, tier: str = "unit", size: float = 0.01) -> Happening:
    return happened(Event.DEFECTION, week, other="splinter-1", tier=tier, size=size)


# ------------------------------------------------------------------------------------------------------------- splits
def test_a_split_says_who_left_and_who_followed_within_a_year() -> None:
    line = only(*split(), defection(2, "sector", 0.02), defection(5), defection(20), defection(30))
    assert line.when == "March 1991"
    assert line.text == (
        "Two sector heads and a unit head of Lamp left and founded Splinter 1, with 30 members; within a year two unit "
        "heads followed, in all 7.0 % of its rank."
    )
    assert line.kind == "emergent"


def test_a_split_nobody_follows_says_so() -> None:
    text = only(*split()).text
    assert text.endswith(
        "founded Splinter 1, with 30 members; nobody followed within a year, in all 2.0 % of its rank."
    )


def test_those_who_leave_later_have_a_line_of_their_own() -> None:
    first, later = told(*split(), defection(70), defection(75)).lines
    assert "nobody followed within a year" in first.text
    assert later.text == "Two unit heads of Lamp went over to Splinter 1: 2.0 % of its rank."


def test_a_place_used_again_starts_another_story() -> None:
    first, second = told(*split(), *split(40), defection(42)).lines
    assert "nobody followed" in first.text
    assert second.text.startswith("A sector head and a unit head of Lamp left")


def test_a_splinter_may_be_taken_back_or_end() -> None:
    back = only(happened(Event.READMISSION, other="splinter-1", size=12.0))
    assert back.text == "Lamp took Splinter 1 back, with twelve members."
    assert only(happened(Event.SPLINTER_ENDS, 0, "splinter-1")).text == "Splinter 1 came to its end."


# ------------------------------------------------------------------------------------------------------------- runs
def test_a_run_of_strikes_is_counted_not_listed() -> None:
    line = only(*(happened(Event.STRIKE, 2 * n, size=0.1 * n) for n in range(1, 8)))
    assert line.when == "Mar\u2013Jun 1991"
    assert line.text == "Lamp called seven strikes; 40 % of the city closed in the median one."
    assert only(happened(Event.STRIKE, size=0.25)).text == "Lamp called a strike; 25 % of the city closed."


def test_riots_are_counted_with_their_dead() -> None:
    line = only(happened(Event.RIOT, 0, "", size=12.0), happened(Event.RIOT, 3, "", size=30.0))
    assert line.text == "Two riots killed 42 people, 30 of them in the worst."
    assert only(happened(Event.RIOT, size=1.0)).text == "A riot, worked by Lamp, killed a person."


def test_executions_are_counted_and_purges_named() -> None:
    killed = [happened(Event.EXECUTION, week, tier="unit") for week in (0, 3, 3)]
    line = only(*killed, happened(Event.EXECUTION, 4, tier="sector"), happened(Event.PURGE, 3, size=2.0))
    assert line.text == "Lamp killed a sector head and three unit heads of its own, in a purge."
    assert only(killed[0]).text == "Lamp killed a unit head of its own."
    assert only(happened(Event.PURGE, size=3.0)).text == "Lamp killed three holders of posts of its own, in a purge."


@pytest.mark.parametrize("stance", STANCES)
def test_what_the_centre_chose_itself_is_said_in_words(stance: str) -> None:
    line = only(happened(Event.STANCE, size=float(STANCES.index(stance))))
    assert line.kind == "emergent"
    assert "Lamp" in line.text
    assert line.text.startswith("The centre ")


def test_many_changes_of_stance_are_one_line() -> None:
    line = only(*(happened(Event.STANCE, 3 * n, size=float(n % 3)) for n in range(5)))
    assert line.text == "The centre changed its stance towards Lamp five times; in the end it took it into government."


def test_blunders_and_appeals_are_counted() -> None:
    assert only(happened(Event.BLUNDER), happened(Event.BLUNDER, 2)).text.endswith("chose the worse course twice.")
    assert only(happened(Event.APPEAL_ABROAD)).text == "Lamp asked foreign powers for help."


def test_motions_are_counted_with_whom_they_were_against() -> None:
    moved = [happened(Event.MOTION, week, other="splinter-1") for week in (0, 4)]
    assert only(*moved).text == "Lamp brought two motions against Splinter 1 before assemblies."
    answer = happened(Event.COUNTER_MOTION, other="splinter-1")
    assert only(answer).text == "Lamp answered a motion with one against Splinter 1."
    assert only(answer, answer).text == "Lamp answered two motions with as many against Splinter 1."


@given(st.lists(st.integers(0, 3000), min_size=1, max_size=60))
def test_runs_are_few_in_order_and_lose_nothing(weeks: list[int]) -> None:
    events = [happened(Event.STRIKE, week) for week in sorted(weeks)]
    assert spells(events, 1) == [events]
    runs = spells(events)
    assert 1 <= len(runs) <= MOST_SPELLS
    assert [event for run in runs for event in run] == events


def test_a_long_pause_parts_two_runs() -> None:
    runs = spells([happened(Event.STRIKE, week) for week in (0, 5, 200, 204)])
    assert [len(run) for run in runs] == [2, 2]


# ------------------------------------------------------------------------------------------------------------ imposed
def test_an_operation_has_its_name_and_whether_its_stay_was_kept() -> None:
    begins = Happening(date(1996, 1, 1), Event.OPERATION_BEGINS, "lamp", "", "", "", "", 20.0, True)
    ends = begins._replace(day=date(1997, 12, 29), kind=Event.OPERATION_ENDS)
    (line,) = told(begins, ends).lines
    assert (line.when, line.kind, line.elsewhere) == ("1996\u20131997", "imposed", "")
    assert line.text == (
        "Operation Sweep: 20 raids a week, above all at Lamp. The stay announced for twelve months was kept."
    )
    assert "The stay" not in told(begins).lines[0].text, "the run ends before"


def test_stances_the_scenario_sets_are_one_line() -> None:
    set_ = [happened(Event.STANCE, week, size=4.0, imposed=True) for week in (0, 60)]
    line = only(*set_)
    assert line.text == "The scenario sets the centre’s stance towards Lamp twice."
    both = only(*set_, happened(Event.STANCE, 10, "anchor", size=1.0, imposed=True))
    assert both.text == "The scenario sets the centre’s stance towards two organisations three times."


def test_a_founding_is_imposed() -> None:
    line = only(happened(Event.FOUNDING, size=220.0, imposed=True))
    assert (line.text, line.kind) == ("Lamp was founded, with 220 members.", "imposed")


# ----------------------------------------------------------------------------------------------------------- elsewhere
@pytest.mark.parametrize(
    ("others", "said"),
    [
        ([], ""),
        ([[]], "Not in the other world."),
        ([[1]], "In the other world once."),
        ([[], []], "In none of the 2 other worlds."),
        ([[1], []], "Also in 1 of 2 other worlds."),
        ([[1, 2, 3], [1]], "Also in both other worlds; the median one has 2 in its whole run."),
        ([[1, 2, 3], [], [1, 2, 3]], "Also in 2 of 3 other worlds; the median one has 3 in its whole run."),
    ],
)
def test_how_it_went_elsewhere(others: list[list[int]], said: str) -> None:
    worlds = [[happened(Event.STRIKE, week) for week in weeks] for weeks in others]
    assert only(happened(Event.STRIKE), others=worlds).elsewhere == said


def test_only_the_same_kind_of_thing_to_the_same_organisation_counts() -> None:
    others = [[happened(Event.STRIKE, 0, "anchor")], [happened(Event.RIOT)]]
    assert only(happened(Event.STRIKE), others=others).elsewhere == "In none of the 2 other worlds."
    stances = [[happened(Event.STANCE, size=4.0)], [happened(Event.STANCE, size=1.0)]]
    assert only(happened(Event.STANCE, size=4.0), others=stances).elsewhere == "Also in 1 of 2 other worlds."


# --------------------------------------------------------------------------------------------------------------- short
def test_a_story_is_short_and_says_what_it_leaves_out() -> None:
    many = [
        happened(kind, 10 * n * n, name, tier="unit")
        for kind in (Event.STRIKE, Event.EXECUTION, Event.BLUNDER, Event.APPEAL_ABROAD, Event.DEFECTION, Event.STANCE)
        for name in ("lamp", "anchor", "splinter-1")
        for n in range(20)
    ]
    many += [happened(Event.RIOT, 10 * n * n, name) for n in range(20) for name in ("", "lamp")]
    found = told(*many, *split())
    assert len(found.lines) == MOST_LINES
    assert "founded Splinter 1" in " ".join(line.text for line in found.lines), "what weighs most is kept"
    assert found.left_out.startswith("Left out to keep this short: 13 lesser lines.")


def test_the_main_party_has_more_lines_than_others() -> None:
    many = [happened(Event.STRIKE, week, name) for week in (0, 200, 400, 402) for name in ("lamp", "anchor")]
    lines = told(*many).lines
    assert [line.text.split()[0] for line in lines].count("Lamp") == MOST_SPELLS
    assert [line.text for line in lines if line.text.startswith("Anchor")] == [
        "Anchor called four strikes; 100 % of the city closed in the median one."
    ]


def test_lines_are_in_order_of_date() -> None:
    events = happenings(fake_dataset(HARBOUR))
    starts = [line.when[-4:] for line in story(HARBOUR, [events], "lamp").lines]
    assert len(starts) > 5


def test_nothing_happened() -> None:
    assert told() == Story((), "")


# ------------------------------------------------------------------------------------------------------------ the page
def test_the_page_tells_the_story(tmp_path: Path) -> None:
    html = page(tmp_path, [fake_dataset(HARBOUR, seed) for seed in (1, 2)])
    chapter = section(html, "happened")
    assert chapter.count("<li") > 5
    assert "founded Splinter 1" in chapter
    assert '<span class="tag emergent">emerged</span>' in chapter
    assert '<span class="tag imposed">imposed</span>' in chapter
    assert "In the other world" in chapter
    assert 'href="#happened"' in html


def test_the_page_of_a_run_in_which_nothing_happened(tmp_path: Path) -> None:
    chapter = section(page(tmp_path, [zero_dataset(HARBOUR)]), "happened")
    assert "Nothing happened in this run that its log would tell." in chapter
    assert "<li" not in chapter


def test_a_full_log_is_said(tmp_path: Path) -> None:
    run = fake_dataset(HARBOUR).assign_attrs(events_dropped=3)
    assert "The log was full: 3 later events were counted and not kept." in section(page(tmp_path, [run]), "happened")


def test_results_older_than_events_have_a_page(tmp_path: Path) -> None:
    run = fake_dataset(HARBOUR).drop_dims("event")
    assert "Nothing happened" in section(page(tmp_path, [run]), "happened")


# ------------------------------------------------------------------------------------------------------------- wording
@pytest.mark.parametrize(
    ("start", "end", "said"),
    [
        (date(2007, 3, 5), date(2007, 3, 26), "March 2007"),
        (date(2007, 3, 5), date(2007, 6, 4), "Mar\u2013Jun 2007"),
        (date(2007, 3, 5), date(2009, 1, 5), "2007\u20132009"),
    ],
)
def test_periods(start: date, end: date, said: str) -> None:
    assert words.period(start, end) == said


def test_counts_in_words() -> None:
    assert words.counted(1, "strike") == "a strike"
    assert words.counted(1, "unit head") == "a unit head"
    assert words.counted(1, "operation") == "an operation"
    assert words.counted(0, "riot") == "no riots"
    assert words.counted(12, "person", "people") == "twelve people"
    assert words.counted(1300, "member") == "1,300 members"
    assert [words.times(n) for n in (1, 2, 3, 13, 2.5)] == ["once", "twice", "three times", "13 times", "2.5 times"]
    assert [words.joined(names) for names in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == [
        "",
        "a",
        "a and b",
        "a, b and c",
    ]


def test_names_for_running_text_leave_brackets_out() -> None:
    organisations = [one.model_copy(update={"name": f"{one.name} (since 1990)"}) for one in HARBOUR.organisations]
    town = HARBOUR.model_copy(update={"organisations": tuple(organisations)})
    assert words.short_names(town)["lamp"] == "Lamp"
