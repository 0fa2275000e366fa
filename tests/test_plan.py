"""Plans as they are read and checked: the words of each refusal, what composes and what contradicts itself."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import mohalla
from mohalla import reading
from mohalla.calendar import week_of
from mohalla.errors import MohallaError
from mohalla.levers import LEVERS
from mohalla.mechanisms import DECLARED
from mohalla.plan import NOTHING, Intervention, Plan, first_week, from_text, is_force, last_week_of_force, plan_text
from mohalla.scenario import Scenario
from mohalla.state import BY_NAME as FIELDS
from workbench.stepping import small_town

FROM, TO = date(1980, 1, 7), date(1981, 1, 5)


@pytest.fixture(scope="module")
def karachi() -> Scenario:
    """The shipped city."""
    return mohalla.load("karachi")


def change(value: str = "services", **said: Any) -> Intervention:
    """One intervention from January 1980 on."""
    return Intervention.model_validate({"value": value, "from": FROM} | said)


def plan(*interventions: Intervention, name: str = "p") -> Plan:
    """A plan of these."""
    return Plan(name=name, title=name.upper(), interventions=interventions)


def problem(one: Intervention, *, until: date | None = None) -> str:
    """What is said against laying one intervention over the small town."""
    with pytest.raises(MohallaError) as caught:
        reading.plan_for(plan(one), small_town(), DECLARED, until)
    return str(caught.value)


# ----------------------------------------------------------------------------------------------------------- refusals
@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({}, "needs exactly one of `set`, `add`, `scale`, `remove` or `share`"),
        ({"set": 0.5, "add": 0.1}, "it has add, set"),
        ({"set": 0.5, "to": date(1979, 1, 1)}, "ends on 1979-01-01, before it begins on 1980-01-07"),
        ({"set": 0.5, "when": {"measure": "killings"}}, "needs either `below` or `above`"),
        ({"set": 0.5, "when": {"measure": "hold", "below": 0.2}}, "is measured of an `organisation`; name it"),
        (
            {"set": 0.5, "when": {"measure": "killings", "below": 2, "organisation": "lantern"}},
            "in the whole city; leave out `organisation`",
        ),
    ],
)
def test_an_intervention_that_says_too_little_or_too_much_is_refused(said: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=re.escape(words)):
        change(**said)


@pytest.mark.parametrize(
    ("one", "words"),
    [
        (change("servces", set=0.5), "value = 'servces': no such value. Did you mean 'services'?"),
        (change("raids", organisations=["lanter"], set=2), "organisations: 'lanter' is not in this scenario."),
        (change(districts=["old-twn"], set=0.5), "districts: 'old-twn' is not in this scenario. Did you mean"),
        (change(sectors=[99], set=0.5), "sectors: '99' is not in this scenario. There are: 1 to"),
        (change("exclusion", communities=["weaver"], set=0.5), "communities: 'weaver' is not in this scenario."),
        (change("raids", set=2), "value = 'raids': say of which organisations"),
        (change("unlawful", sectors=[1], set=0.5), "is one for the whole city; leave out sectors"),
        (change(set=1.5), "set = 1.5: must be between 0 and 1 (0-1)"),
        (change(set="much"), "set = 'much': must be a number (0-1)"),
        (change("stance", organisations=["lantern"], set="woo"), "a stance is set to one of co-opt, crack-down"),
        (change(remove=3), "only persons, posts and money are removed; use set, add or scale"),
        (change("legitimacy", organisations=["lantern"], scale=0.5), "moves by itself; a plan can only hold it"),
        (change("armed", organisations=["lantern"], set=5), "are removed (`remove`, `share`) or added (`add`)"),
        (change("armed", organisations=["lantern"], remove=5), "say by when (`to`) 5 are to be removed"),
        (change("armed", organisations=["lantern"], remove=2.5, to=TO), "remove = 2.5: must be a whole number"),
        (change("armed", organisations=["lantern"], add=2.5), "add = 2.5: must be a whole number of persons"),
        (change("armed", organisations=["lantern"], add=2, ramp_weeks=4), "evenly from `from` to `to`; leave out ramp"),
        (change("chief", organisations=["lantern"], add=1), "holders of posts can only be removed"),
        (change("dicipline.purge_per_year", scale=2), "no mechanism 'dicipline'. Did you mean 'discipline'?"),
        (change("discipline.purges_per_year", scale=2), "discipline has no number 'purges_per_year'. Did you mean"),
        (change("discipline.purge_per_year", scale=2, sectors=[1]), "a mechanism's number holds everywhere; leave out"),
        (change("discipline.purge_per_year", add=2), "a mechanism's number can be `set` or `scale`d"),
        (change("discipline.purge_per_year", scale=2, ramp_weeks=2), "changes at once; leave out ramp_weeks"),
        (change("discipline.purge_per_year", set=1e6), "outside the plausible range"),
    ],
)  # fmt: skip
def test_what_cannot_be_laid_over_the_scenario_is_said(one: Intervention, words: str) -> None:
    told = problem(one)
    assert words in told
    assert told.startswith("plan p: interventions.#1: ")


def test_what_begins_outside_the_run_is_refused() -> None:
    early = change(set=0.5).model_copy(update={"start": date(1950, 1, 1)})
    assert "from = 1950-01-01: outside the run, which goes from" in problem(early)
    assert "from = 1980-01-07: outside the run" in problem(change(set=0.5), until=date(1979, 12, 31))


def test_a_plan_that_contradicts_itself_is_refused() -> None:
    both = plan(change(set=0.5), change(set=0.6, to=TO))
    with pytest.raises(
        MohallaError, match=re.escape("#2: sets 'services' to 0.6, but #1 sets it to 0.5 at the same time and place")
    ):
        reading.plan_for(both, small_town(), DECLARED, None)


@pytest.mark.parametrize(
    "other",
    [
        change(set=0.6).model_copy(update={"start": date(1982, 1, 4)}),  # later
        change(set=0.6, districts=["riverside"]),  # elsewhere
        change(scale=0.6),  # scales what is set
        change(set=0.5, to=TO),  # says the same
    ],
)
def test_what_does_not_meet_or_says_the_same_is_no_contradiction(other: Intervention) -> None:
    one = change(set=0.5, to=TO, districts=["old-town"])
    assert reading.plan_for(plan(one, other), small_town(), DECLARED, None) is not None


def test_composed_plans_are_checked_against_each_other() -> None:
    both = plan(change(set=0.5), name="a") + plan(change("unlawful", set=0.1), name="b")
    assert (both.name, both.title, len(both.interventions)) == ("a+b", "A + B", 2)
    with pytest.raises(MohallaError, match=re.escape("a+c: interventions.#2: sets 'services'")):
        plan(change(set=0.5), name="a") + plan(change(set=0.9), name="c")


# -------------------------------------------------------------------------------------------------------------- files
def test_a_file_names_itself_the_key_and_what_is_allowed(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(
        'name = "mine"\ntitle = "Mine"\n[[interventions]]\nvalue = "services"\nset = 0.5\nfrm = 1980-01-07\n'
    )
    with pytest.raises(MohallaError) as caught:
        reading.read_plan(str(path), small_town(), DECLARED)
    assert "mine.toml: interventions" in str(caught.value)
    assert "Did you mean 'from'?" in str(caught.value)


def test_a_plan_nobody_knows_is_met_with_the_nearest(karachi: Scenario) -> None:
    with pytest.raises(
        MohallaError, match=re.escape("no plan 'servces': neither a file nor a shipped name. Did you mean 'services'?")
    ):
        reading.read_plan("servces", karachi, DECLARED)


def test_every_shipped_plan_fits_one_shipped_city_and_not_the_other(karachi: Scenario) -> None:
    town = mohalla.load("small-town")
    of_karachi, of_town = (reading.fitting_plans(city, DECLARED) for city in (karachi, town))
    assert of_town == ["town-raids", "town-services"]
    assert sorted([*of_karachi, *of_town]) == reading.shipped_plans()
    assert "services" in of_karachi


def test_a_plan_that_begins_after_the_run_does_not_fit_it() -> None:
    town = mohalla.load("small-town")
    assert reading.fitting_plans(town, DECLARED, date(1984, 7, 1)) == []


@pytest.mark.parametrize("name", [name for name in reading.shipped_plans() if not name.startswith("town-")])
def test_every_plan_for_karachi_can_be_laid_over_it(name: str, karachi: Scenario) -> None:
    found = reading.read_plan(name, karachi, DECLARED)
    assert found.name == name
    assert found.title
    assert found.description
    assert all(one.source.startswith("assumption") for one in found.interventions)
    first = first_week(found, karachi)
    assert first is not None
    assert 1800 < first < 4000


@pytest.mark.parametrize("name", ["town-raids", "town-services"])
def test_every_plan_for_the_town_begins_when_its_sweep_is_over(name: str, karachi: Scenario) -> None:
    town = mohalla.load("small-town")
    found = reading.read_plan(name, town, DECLARED)
    assert found.name == name
    assert found.title
    assert found.description
    assert all(one.source.startswith("invented") for one in found.interventions)
    assert min(one.start for one in found.interventions) > town.state.operations[0].end
    with pytest.raises(MohallaError, match="is not in this scenario"):
        reading.read_plan(name, karachi, DECLARED)


def test_plans_are_laid_together_with_a_plus(karachi: Scenario) -> None:
    found = reading.read_plan("services + prosecution-abroad", karachi, DECLARED)
    assert found.name == "services+prosecution-abroad"
    assert {one.value for one in found.interventions} == {"services", "leader_bound"}


# --------------------------------------------------------------------------------------------------------------- texts
def test_plans_that_do_the_same_have_the_same_text_whatever_they_are_called() -> None:
    one = plan(change(set=0.5, source="a survey"))
    other = Plan(name="q", title="Other", description="words", interventions=(change(set=0.5),))
    assert plan_text(one) == plan_text(other) != plan_text(plan(change(set=0.6)))
    assert plan_text(NOTHING) == plan_text(None) == ""


def test_a_plan_comes_back_from_its_text() -> None:
    when = {"measure": "hold", "organisation": "lantern", "below": 0.2, "for_weeks": 8}
    one = plan(
        change(set=0.5, to=TO, ramp_weeks=4, when=when), change("chief", organisations=["lantern"], remove=1, to=TO)
    )
    back = from_text("p", plan_text(one))
    assert back is not None
    assert back.interventions == one.interventions
    assert from_text("p", "") is None


@pytest.mark.parametrize(
    ("one", "force"),
    [
        (change("raids", organisations=["lantern"], set=2), True),
        (change("raids", organisations=["lantern"], add=2), True),
        (change("raids", organisations=["lantern"], set=0), False),  # they stop
        (change("armed", organisations=["lantern"], remove=2, to=TO), True),
        (change("armed", organisations=["lantern"], add=2), False),
        (change("budget", organisations=["lantern"], share=0.5), False),
        (change(set=0.9), False),
        (change("discipline.purge_per_year", scale=2), False),
    ],
)
def test_force_is_raids_and_whom_a_plan_takes_away(one: Intervention, force: bool) -> None:
    assert is_force(one) == force


def test_a_plans_force_leaves_with_the_last_of_it_and_services_are_none() -> None:
    raids = change("raids", organisations=["lantern"], set=2, to=TO)
    town, weeks = small_town(), 400
    assert last_week_of_force(plan(change(set=0.9)), town, weeks) is None
    assert last_week_of_force(plan(raids, change(set=0.9)), town, weeks) == week_of(TO, town.about.start)
    endless = change("raids", organisations=["banyan"], set=2)
    assert last_week_of_force(plan(raids, endless), town, weeks) == weeks - 1
    assert last_week_of_force(NOTHING, town, weeks) is None


def test_every_lever_moves_an_array_of_the_state_that_has_its_dimensions() -> None:
    """A lever per organisation is one number for each organisation, and so on: what is imposed is a row of history."""
    for lever in LEVERS:
        assert lever.array in FIELDS
        assert lever.low < lever.high
