"""Why: what is explained is what was done, to the bit; and what cannot be asked is refused in words."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr

import mohalla
from mohalla import results, store
from mohalla.cli import app as cli
from mohalla.engine import simulate
from mohalla.engine.week import OBSERVE
from mohalla.errors import MohallaError
from mohalla.observables import TIERS
from mohalla.plan import Intervention, Plan
from mohalla.questions import killing, resident, unit
from mohalla.questions.ask import Question, answer
from mohalla.questions.past import Past, begun, moments, quietly, remembered, week_asked
from mohalla.questions.terms import Term, as_data, as_tree, leaf, said, total
from mohalla.reading import as_json_text
from mohalla.report.stored import kept
from mohalla.scenario import Scenario
from mohalla.steps import has_turn
from tests.test_cli import Call, Said, refused
from workbench.stepping import armed_town
from workbench.towns import census, organisation, scenario

SCALE = 10
DAY = "1981-03-04"  # a Wednesday; two months into the raids
WEEK = 60


def fierce_town() -> Scenario:
    """The armed town with more gunmen, who kill more: enough happens for every question."""
    members = {"workers": 150, "armed": 100, "funds_per_year": 60.0, "militancy": 0.5}
    both = [
        organisation("lantern", "#009E73", 0.8, -0.2, **members),
        organisation("banyan", "#CC79A7", -0.2, 0.8, **members),
    ]
    people = [census(1975, 5600, 0.6), census(1985, 6400, 0.5)]
    numbers = {
        "rivalry": {"killing_per_year": 1.0},
        "residents": {"meetings_per_year": 20.0, "speaking_per_year": 20.0},
    }
    raids = {"state__operations__0__raids_per_week": 6.0}
    return scenario(organisations=both, censuses=people, parameters=numbers, **raids)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[store.Run]:
    """The fierce town, stored."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MOHALLA_RUNS", str(tmp_path_factory.mktemp("runs")))
        yield kept(mohalla.simulate(fierce_town(), seed=1, scale=SCALE))


@pytest.fixture(scope="module")
def past(run: store.Run) -> Past:
    return remembered(run)


def find(term: Term, *names: str) -> Term:
    """The part of an answer under these names, of each the first that begins so."""
    for name in names:
        term = next(part for part in term.parts if part.name.startswith(name))
    return term


# --------------------------------------------------------------------------------------------------- run again
def test_a_stored_world_is_run_again_to_the_bit(past: Past) -> None:
    """`moments` refuses any other."""
    again = begun(past)
    with quietly(again):
        seen = list(moments(past, again, WEEK))
    assert seen[-1] == (WEEK, "observe")


def test_a_drawn_world_without_a_mechanism_is_run_again_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MOHALLA_RUNS", str(tmp_path))
    drawn = mohalla.simulate(armed_town(), seed=3, scale=SCALE, until="1980-12-31", without="extortion", draw=True)
    past = remembered(kept(drawn))
    again = begun(past)
    assert (again.world.weeks, again.without, int(again.seed)) == (52, {"extortion"}, 3)
    with quietly(again):
        assert len(list(moments(past, again, 51))) > 52


def test_results_that_the_rerun_does_not_meet_are_refused(past: Past) -> None:
    other = past._replace(kept=past.kept.copy(deep=True))
    other.kept["face"][WEEK, 0, 0, 0] += 10
    with pytest.raises(MohallaError, match="run again, this world gives other results, so nothing about it can be"):
        unit.explain(other, 1, DAY)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda data: data.drop_attrs(), "does not say how it was made"),
        (lambda data: data.assign_attrs(without="weather"), "was made without 'weather', which this version does not"),
    ],
)
def test_results_that_cannot_be_run_again(change: Callable[[xr.Dataset], xr.Dataset], words: str, past: Past) -> None:
    with pytest.raises(MohallaError, match=words):
        begun(past._replace(kept=change(past.kept)))


@pytest.mark.parametrize(
    ("day", "week"), [("1980-01-07", 0), ("1980-01-13", 0), ("1981-03-04", WEEK), ("1981-12-31", 103)]
)
def test_any_day_of_a_week_means_it(day: str, week: int, past: Past) -> None:
    assert week_asked(past, day) == week


# ------------------------------------------------------------------------------------------------------ a resident
WEEKS = range(104)


@pytest.fixture(scope="module")
def choices(past: Past) -> list[tuple[resident.Choice, tuple[int, int, float]]]:
    """What is explained and what is then done, for every resident of some weeks."""
    again, found = begun(past), []
    after = resident._after(again)
    with quietly(again):
        for week, step in moments(past, again, WEEKS[-1]):
            if week not in WEEKS:
                continue
            if step == "residents":
                due = [resident.seated(again, i) for i in everybody(again) if has_turn(unit_of(again, i), week, 4)]
                explained = [resident.chosen(again, seat, week) for seat in due]
            if step == after:
                a = again.arrays
                found += [
                    (one, (int(a["heart"][i]), int(a["face"][i]), float(a["fear"][i])))
                    for one in explained
                    for i in [one.seat.number]
                ]
    return found


def unit_of(again: simulate.Run, number: int) -> int:
    return resident._unit(again, resident._cell_of(again, number))


def everybody(again: simulate.Run) -> list[int]:
    a = again.arrays
    pairs = zip(a["cell_start"][:-1], a["cell_count"], strict=True)
    return [int(first) + j for first, count in pairs for j in range(count)]


def test_what_is_explained_is_what_the_kernel_does(
    choices: list[tuple[resident.Choice, tuple[int, int, float]]],
) -> None:
    assert len(choices) > 5000
    wrong = [one for one, done in choices if (one.meeting.heart, one.showing.face, one.feeling.fear) != done]
    assert wrong == []


def test_enough_is_chosen_for_that_to_mean_something(
    choices: list[tuple[resident.Choice, tuple[int, int, float]]],
) -> None:
    explained = [one for one, _ in choices]
    assert sum(one.meeting.heart != one.meeting.before for one in explained) > 10
    assert sum(one.showing.face != one.showing.before for one in explained) > 50
    assert sum(one.showing.face != one.meeting.heart for one in explained) > 100
    assert sum(one.feeling.harm_draw < one.feeling.harm for one in explained) > 5


def test_a_draw_below_its_chance_is_a_change(choices: list[tuple[resident.Choice, tuple[int, int, float]]]) -> None:
    for one, _ in choices:
        if one.showing.best != one.showing.before:
            assert (one.showing.draw < one.showing.chance) == (one.showing.face != one.showing.before)
        if one.meeting.met != one.meeting.before:
            assert (one.meeting.draw < one.meeting.chance) == (one.meeting.heart != one.meeting.before)


def test_every_term_is_itemised(past: Past) -> None:
    """The parts of every appeal, gain and danger add up, so that no term of the rules is forgotten."""
    again = begun(past)
    with quietly(again):
        for week, step in moments(past, again, WEEK):
            if week == WEEK and step == "residents":
                told = [resident._told(past, again, resident.chosen(again, resident.seated(again, i), week), week)
                        for i in everybody(again)[::2] if has_turn(unit_of(again, i), week, 4)]  # fmt: skip
    text = json.dumps([as_data(one) for one in told])
    assert "appeal of Lantern" in text
    assert "not itemised" not in text


def test_numbers_that_a_plan_has_changed_are_those_explained(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A year of less honesty and twice the killing: each answer is held to what was done."""
    monkeypatch.setenv("MOHALLA_RUNS", str(tmp_path))
    start = fierce_town().about.start
    span: dict[str, Any] = {"start": start + timedelta(weeks=20), "end": start + timedelta(weeks=80)}
    changed = Plan(
        name="changed", title="Changed", description="Other numbers for a year.",
        interventions=[
            Intervention(value="residents.honesty", scale=0.3, **span),
            Intervention(value="rivalry.killing_per_year", scale=2.0, **span),
        ],
    )  # fmt: skip
    past = remembered(kept(mohalla.simulate(fierce_town(), seed=1, scale=SCALE, plan=changed)))
    told = resident.explain(past, 3, DAY)
    honesty = [part.value for face in find(told, "face").parts for part in face.parts if part.name == "honesty"]
    assert honesty == [pytest.approx(0.3 * 0.5)], "of the face that is the heart"
    killed = int(killing.counted(past)[:70].sum())
    assert killing.explain(past, killed).parts


def test_a_resident_is_asked_about_between_turns(past: Past) -> None:
    told = [resident.explain(past, 3, str(past.day(week))) for week in range(WEEK, WEEK + 4)]
    stock = [str(find(one, "who it is", "took stock").value) for one in told]
    turn = WEEK - (WEEK - unit_of(begun(past), 3)) % 4
    assert set(stock) == {str(past.day(turn)), str(past.day(turn + 4))} or turn == WEEK, "one turn in four weeks"
    assert [one.name for one in told] == ["resident 3"] * 4
    far = next(i for i in everybody(begun(past)) if unit_of(begun(past), i) == 3)
    with pytest.raises(MohallaError, match=f"resident {far} takes stock every 4 weeks, for the first"):
        resident.explain(past, far, str(past.day(1)))


def test_who_has_taken_the_place_of_who_took_stock_is_told(past: Past) -> None:
    """At the end of every week of two years, of all at their last turn: who is as they left, and who is not."""
    again, last, moved, asked = begun(past), dict[int, resident.Choice](), 0, 0
    a = again.arrays
    with quietly(again):
        for week, step in moments(past, again, WEEKS[-1]):
            if step == "residents":
                due = [i for i in everybody(again) if has_turn(unit_of(again, i), week, 4)]
                last |= {i: resident.chosen(again, resident.seated(again, i), week) for i in due}
            if step == OBSERVE:
                for i, choice in last.items():
                    left = choice.meeting.heart, choice.showing.face, choice.feeling.fear
                    same = (a["heart"][i], a["face"][i], a["fear"][i]) == left
                    told = tuple(resident._since(again, choice, past.names))
                    assert (told == ()) == (same and choice.seat.agent < a["cell_count"][choice.seat.cell])
                    moved, asked = moved + (told != ()), asked + 1
    assert 0 < moved < asked / 20, "5 % of adults die, leave or move in a year"


def test_a_place_that_has_emptied_is_told(past: Past) -> None:
    again = begun(past)
    with quietly(again):
        for week, step in moments(past, again, WEEK):
            if week == WEEK and step == "residents":
                choice = resident.chosen(again, resident.seated(again, 3), week)
    again.arrays["cell_count"][choice.seat.cell] = choice.seat.agent
    assert [one.value for one in resident._since(again, choice, past.names)] == ["its place is empty"]


def test_a_residents_answer_reads_from_person_to_choice(past: Past) -> None:
    told = resident.explain(past, 3, DAY)
    assert told.name == "resident 3"
    names = [part.name for part in told.parts]
    assert names == [
        "who it is",
        "fear",
        "belief that danger stays away",
        "heart",
        "face",
        "chance of a tip to the state",
    ]
    assert find(told, "who it is", "community").value in {"Weavers", "Boatmen"}
    assert "sector Old Town" in str(find(told, "who it is", "lives in").value)
    worth = find(told, "face", "worth of showing")
    parts = sum(float(part.value or 0) for part in worth.parts)
    assert parts == pytest.approx(float(worth.value or 0), abs=2e-3)


@pytest.mark.parametrize("number", [-1, 10**9])
def test_no_such_resident(number: int, past: Past) -> None:
    with pytest.raises(MohallaError, match=f"--resident {number}: there is no such resident; they are numbered from 0"):
        resident.explain(past, number, DAY)


def test_an_empty_seat_names_the_nearest_who_sit(past: Past) -> None:
    again = begun(past)
    a = again.arrays
    cell = int(np.flatnonzero(np.diff(a["cell_start"]) > a["cell_count"] + 2)[0])
    empty = int(a["cell_start"][cell + 1]) - 1
    with pytest.raises(MohallaError, match=r"nobody has that number .*\. The nearest who do: \d+ to \d+\."):
        resident.explain(past, empty, "1980-01-07")


# ---------------------------------------------------------------------------------------------------------- a unit
def test_what_is_kept_in_all_units_is_what_the_heads_kept(past: Past) -> None:
    """Flows by unit add up to the skim that was recorded for the tiers of unit and sector."""
    again, stored = begun(past), xr.open_dataset(past.path, engine=results.ENGINE)
    with quietly(again):
        for week, step in moments(past, again, WEEK):
            if week == WEEK and step == unit.COLLECT:
                flows = {k: [unit.flow(again, u, k) for u in range(4)] for k in (1, 2)}
    for k, those in flows.items():
        kept_by = stored["skim"].values[WEEK, k]
        assert sum(one.at_unit for one in those) == pytest.approx(kept_by[TIERS.index("unit")], rel=1e-5)
        assert sum(one.at_sector for one in those) == pytest.approx(kept_by[TIERS.index("sector")], rel=1e-5)
        assert kept_by[TIERS.index("unit")] > 0
    stored.close()


def test_a_unit_is_told_whole(past: Past) -> None:
    told = unit.explain(past, 2, DAY)
    past_services = float(results.load(past.path, ["services"])["services"].values[WEEK, 0])
    assert told.name == f"unit 2, sector {past.kept['unit_sector'].values[1]}, district Old Town"
    lantern = find(told, "Lantern")
    assert [part.name for part in lantern.parts] == ["shown by", "cadre", "posts above it", "money this week"]
    heads = [part.name for part in find(lantern, "posts above it").parts]
    assert heads == ["chief organiser", "head of the sector", "head of the unit"]
    money = {part.name: float(part.value or 0) for part in find(lantern, "money this week").parts}
    passed_on = money["taken here"] - money["kept by the head of the unit"] - money["kept by the head of the sector"]
    assert money["passed on to the city"] == pytest.approx(passed_on)
    assert find(told, "the state", "services").value == pytest.approx(past_services, rel=1e-6)
    seats = find(told, "who lives here", "some who show what they prefer").value
    assert resident.explain(past, int(str(seats).split(",")[0]), DAY).name.startswith("resident")


def test_of_a_vacant_post_nothing_is_told_but_that_it_is_vacant(past: Past) -> None:
    run = begun(past)
    run.arrays["tenure"][:] = 0
    told = unit._post(run, "head of the unit", 3)
    assert (told.name, told.note, told.parts) == ("head of the unit", "vacant", ())
    run.arrays["tenure"][3] = 52
    held = unit._post(run, "head of the unit", 3)
    assert find(held, "in the post for").value == pytest.approx(1.0, rel=0.01)


@pytest.mark.parametrize("number", [0, 5, -1])
def test_no_such_unit(number: int, past: Past) -> None:
    with pytest.raises(MohallaError, match=f"--unit {number}: there is no such unit; they are numbered from 1 to 4."):
        unit.explain(past, number, DAY)


# ------------------------------------------------------------------------------------------------------- a killing
@pytest.fixture(scope="module")
def history(past: Past) -> killing.History:
    """Every week of the town's contest."""
    found = killing.History(begun(past), {}, {})
    with quietly(found.run):
        doing, scene = "", killing.started(found.run, 0)
        for week, step in moments(past, found.run, past.weeks - 1):
            if doing == killing.CONTEST:
                found.scenes[week] = killing.ended(found.run, scene, week)
            if step == killing.CONTEST:
                scene = killing.started(found.run, week)
            doing = step
        for week in found.scenes:
            killing.deaths_of(found, week)
    return found


def everyone_killed(history: killing.History) -> list[killing.Death]:
    return [death for week in sorted(history.replays) for death in history.replays[week]]


def test_every_week_of_contest_is_replayed_as_it_was(history: killing.History) -> None:
    """`deaths_of` holds the members killed to those of the kernel; the bystanders are counted here."""
    assert len(everyone_killed(history)) > 50
    beside = sum(count for scene in history.scenes.values() for (*_, j), count in scene.killed.items() if j >= 4)
    assert sum(death.bystanders for death in everyone_killed(history)) == beside > 0


def test_some_are_killed_across_a_border_and_some_in_return(history: killing.History) -> None:
    deaths = everyone_killed(history)
    assert sum(death.base != death.unit for death in deaths) > 3
    assert sum(death.owed > 0 for death in deaths) > 10
    assert all(death.expected <= death.all_expected * (1 + 1e-9) or death.urge > 0 for death in deaths)


def test_earlier_killings_account_for_all_that_is_owed(history: killing.History) -> None:
    """The urge has no other source, so what each earlier killing left of it adds up."""
    p = simulate.kernel_numbers(history.run, killing.CONTEST)
    with quietly(history.run):
        for death in everyone_killed(history):
            fed = killing.sources(history, death)
            assert sum(source.expected for source in fed) == pytest.approx(death.owed, rel=1e-6, abs=1e-12)
            assert death.owed <= p.most_each * death.armed + 1e-12
            assert all(source.death.week <= death.week for source in fed)


def test_a_chain_goes_back_in_time_turn_by_turn_to_the_ground(history: killing.History) -> None:
    longest = 0
    with quietly(history.run):
        for death in everyone_killed(history):
            links = killing.chain(history, death)
            longest = max(longest, len(links))
            assert links[0].death is death
            assert [link.ground for link in links] == [False] * (len(links) - 1) + [True]
            assert all(0 < link.odds <= 1 for link in links)
            for later, earlier in pairwise(one.death for one in links):
                assert earlier.week <= later.week
                assert (earlier.killer, earlier.victim, earlier.unit) == (later.victim, later.killer, later.base)
    assert longest >= 2


def test_killings_are_numbered_through_the_run(past: Past) -> None:
    counted = killing.counted(past)
    assert counted.sum() > 30
    first = int(np.flatnonzero(counted)[0])
    assert killing._dated(past, 1) == (first, 0)
    week, rank = killing._dated(past, int(counted[: first + 1].sum()) + 1)
    assert (week > first, rank) == (True, 0)
    assert killing._dated(past, int(counted.sum()))[0] == int(np.flatnonzero(counted)[-1])


@pytest.mark.parametrize("number", range(1, 40, 3))
def test_every_killing_can_be_asked_about(number: int, past: Past) -> None:
    told = killing.explain(past, number)
    names = [part.name for part in told.parts]
    assert names[:4] == ["week of", "where", "cause", "killed alike in that unit that week"]
    assert " killed " in str(told.value)
    assert find(told, "chain")


def test_a_killing_that_contest_did_not_do_has_no_chain(past: Past) -> None:
    """A sanction or a raid says what did it."""
    causes = {}
    for number in range(1, int(killing.counted(past).sum()) + 1):
        week, _ = killing._dated(past, number)
        if past.kept["killings"].values[week, :, 3 + 1].sum():
            told = killing.explain(past, number)
            causes[find(told, "cause").value] = told
            if "operation" in causes:
                break
    assert find(causes["operation"], "chain").value == "none"
    assert str(causes["operation"].value).startswith("state killed")


@pytest.mark.parametrize("number", [0, -3, 10**6])
def test_no_such_killing(number: int, past: Past) -> None:
    with pytest.raises(
        MohallaError, match=rf"--killing {number}: there is no such killing; organisations and the state"
    ):
        killing.explain(past, number)


# --------------------------------------------------------------------------------------------------------- answers
def test_a_sum_leaves_out_what_is_nought_and_says_what_is_missing() -> None:
    whole = total("appeal", 1.0, "utility", [leaf("kinship", 0.7), leaf("tide", 0.0), leaf("help", 0.3)])
    assert [part.name for part in whole.parts] == ["kinship", "help"]
    short = total("appeal", 1.0, "utility", [leaf("kinship", 0.7)])
    assert [(part.name, round(float(part.value or 0), 6)) for part in short.parts] == [
        ("kinship", 0.7),
        ("not itemised", 0.3),
    ]


def test_an_answer_is_json_without_what_is_empty() -> None:
    term = Term("a", None, "", "", (leaf("b", np.float32(0.5), "years"), leaf("c", False)))
    assert as_data(term) == {
        "name": "a", "parts": [{"name": "b", "value": 0.5, "unit": "years"}, {"name": "c", "value": False}],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("value", "text"),
    [(True, "yes"), (12345, "12,345"), (1234.5, "1,234"), (0.0, "0"), (0.012345, "0.0123"), (5.2e-5, "0.000052"),
     (1e-9, "0"), (-0.25, "-0.25"), ("Lantern", "Lantern"), (None, "-")],
)  # fmt: skip
def test_values_are_said_shortly(value: object, text: str) -> None:
    assert said(value) == text  # type: ignore[arg-type]


def test_a_tree_says_a_common_unit_once(capsys: pytest.CaptureFixture[str]) -> None:
    from rich.console import Console

    parts = (
        leaf("kinship", 0.7, "utility"),
        Term("head", parts=(leaf("loyalty", 0.5), leaf("tenure", 2.0, "years")), brief=True),
    )
    Console(width=100).print(as_tree(Term("appeal", 0.7, "utility", "of Lantern", parts)))
    out = capsys.readouterr().out
    assert out.count("utility") == 1
    assert "head: loyalty 0.5 · tenure 2 years" in out


@pytest.mark.parametrize(
    ("question", "words"),
    [
        (Question(), "give one of --resident, --unit and --killing, not none of them"),
        (Question(week=DAY), "not none of them"),
        (Question(resident=1, unit=2, week=DAY), "not --resident and --unit"),
        (Question(resident=1), "--resident needs a week: add --week and any day in it"),
        (Question(unit=1), "--unit needs a week"),
        (Question(killing=1, week=DAY), "--killing has a week of its own; leave --week out"),
        (Question(unit=1, week="soon"), "--week soon: must be a day such as 1981-01-05"),
        (
            Question(unit=1, week="1979-01-01"),
            "--week 1979-01-01: this run goes from the week of 1980-01-07 to that of",
        ),
        (Question(unit=1, week="1990-01-01"), "to that of 1981-12-28"),
    ],
)
def test_what_cannot_be_asked_is_refused(question: Question, words: str, run: store.Run) -> None:
    with pytest.raises(MohallaError, match=words):
        answer(run, question)


def test_progress_is_told(run: store.Run) -> None:
    heard: list[tuple[int, int, str]] = []
    answer(run, Question(unit=1, week="1980-06-02"), progress=lambda *news: heard.append((*news[:2], str(news[2]))))
    assert heard == [(1, 22, "1980-01-07"), (14, 22, "1980-04-07"), (22, 22, "1980-06-02")]


# ------------------------------------------------------------------------------------------------- the command line
@pytest.fixture
def explain(run: store.Run, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Call:
    """Call `mohalla explain last` where the armed town is stored."""

    def called(*words: str) -> Said:
        monkeypatch.setattr(sys, "argv", ["mohalla", "explain", "last", *words])
        try:
            cli.main()
            code = 0
        except SystemExit as end:
            code = int(end.code or 0)
        return Said(code, *capsys.readouterr())

    monkeypatch.setenv("MOHALLA_RUNS", str(run.folder.parent))
    monkeypatch.setenv("COLUMNS", "200")
    return called


def test_explain_prints_a_tree(explain: Call, run: store.Run) -> None:
    told = explain("--unit", "1", "--week", DAY)
    assert (told.code, told.err) == (0, "")
    where, tree = told.out.split("\n", 1)
    assert where == f"In world 1 of {run.id}, a simulated city; no real person or act is meant."
    assert tree.startswith("unit 1, sector Old Town")
    assert "└── " in told.out


def test_explain_prints_one_json_object(explain: Call, run: store.Run) -> None:
    told = explain("--resident", "3", "--week", DAY, "--json")
    data = json.loads(told.out)
    assert (data["run"], data["world"], data["name"]) == (run.id, "1", "resident 3")
    assert {part["name"] for part in data["parts"]} >= {"heart", "face"}


def test_explain_answers_about_a_killing(explain: Call) -> None:
    assert explain("--killing", "1").out.split("\n")[1].startswith("killing 1  ")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--unit", "99", "--week", DAY), "--unit 99: there is no such unit"),
        (("--unit", "1", "--week", DAY, "--world", "7"), "no world '7' in tiny-"),
        (("--unit", "one", "--week", DAY), 'unable to convert "one" into int'),
        ((), "give one of --resident, --unit and --killing"),
    ],
)
def test_explain_refuses_in_one_line(words: tuple[str, ...], message: str, explain: Call) -> None:
    assert message in refused(explain(*words))


def test_a_run_says_its_scenario(past: Past) -> None:
    assert as_json_text(past.scenario) == as_json_text(fierce_town())
