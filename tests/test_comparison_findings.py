"""What a comparison found, in sentences: with its uncertainty, and whichever way it came out."""

from __future__ import annotations

import re

import numpy as np
import pytest
import xarray as xr

from mohalla.report import comparison_findings as told
from tests.fake_compared import PLANS, fake_comparison, with_effects
from tests.fake_run import tiny_scenario

SCENARIO = tiny_scenario()
DATA = fake_comparison()


def named(data: xr.Dataset) -> told.Names:
    return told.naming(data, SCENARIO)


def findings(data: xr.Dataset) -> tuple[str, ...]:
    return told.findings(data, named(data))


def sentences(data: xr.Dataset, plan: str) -> str:
    place = list(map(str, data["plan"].values)).index(plan)
    return " ".join(told.by_plan(data, named(data))[place - 1].sentences)


def changed(plan: str, **rows: list[float]) -> xr.Dataset:
    """The comparison with other numbers of one plan."""
    data = fake_comparison()
    for name, row in rows.items():
        data[name].loc[{"plan": plan}] = row
    return with_effects(data)


def test_everything_is_said_with_names_letters_and_intervals() -> None:
    text = sentences(DATA, "raids+services")
    assert text.startswith(
        "One-sided operation + Services (C) releases the coerced among River people in 7 of 12 seeds"
    )
    assert (
        "(58 %; 95 % interval 32 to 81 %); the baseline in 0 (difference +58.3 (20.3 to 79.7) percentage points)."
        in text
    )
    assert "The median release begins" in text
    assert re.search(r"What changes for Lamp, in percentage points: coerced share −[\d.]+ \(−[\d.]+ to −[\d.]+\)", text)


def test_when_seats_are_of_is_said_only_where_seats_are_told() -> None:
    assert "share of seats −" in sentences(DATA, "raids+services")
    assert (
        sentences(DATA, "raids+services").count("seats at the last national election, the rest in the last year.") == 1
    )
    still = sentences(changed("raids+services", seats=list(DATA["seats"].values[0])), "raids+services")
    assert "election" not in still
    assert "; in the last year." in still


def test_a_difference_that_chance_could_make_is_told_so() -> None:
    one = sentences(changed("raids", release=[1.0, *[0.0] * 11]), "raids")
    assert "(difference +8.3 (" in one
    assert " percentage points, which chance alone could do)." in one
    assert "chance alone" not in sentences(DATA, "raids+services")


def test_without_a_scenario_ids_stand_for_names() -> None:
    text = " ".join(told.findings(DATA, told.naming(DATA)))
    assert "the coerced among river" in text
    assert "What changes for lamp" in text


def test_on_a_terminal_a_plan_is_called_by_the_name_it_was_asked_for() -> None:
    found = told.findings(DATA, told.by_name(DATA))
    assert found[0].startswith("Under “nothing”, the baseline, the coerced among river are released in 0 of 12 seeds")
    assert any(line.startswith("raids+services releases the coerced among river in 7 of 12 seeds") for line in found)
    assert not any("(C)" in line or "One-sided" in line for line in found)


def test_findings_hold_every_plan_and_what_is_to_be_said_of_all() -> None:
    found = findings(DATA)
    assert found[0].startswith("Under “Nothing more”, the baseline,")
    assert "One-sided operation + Services (C) releases most often: in 7 of 12 seeds" in found[1]
    assert any(
        "Of 48 intervals about 2.4 would lie wholly on one side of nought by chance alone" in line for line in found
    )
    assert all(any(f"({letter})" in line for line in found) for letter in "ABCD")


def test_every_sentence_ends_and_none_holds_what_is_not_a_number() -> None:
    for data in (DATA, fake_comparison(seeds=1), fake_comparison(seeds=2)):
        for line in findings(data):
            assert line.endswith("."), line
            assert not re.search(r"\bnan\b|n/a|inf\b", line), line


# ------------------------------------------------------------------------------------------------------------- lives


def test_lives_lost_are_told_as_lives() -> None:
    more = DATA["toll"].values[0] + np.arange(100, 112)
    text = sentences(changed("raids", toll=list(more)), "raids")
    assert "About 106 more people are killed by 31 Dec 2009 (103 to 108), more in 12 of 12 seeds." in text


def test_lives_saved_are_told_as_lives() -> None:
    fewer = DATA["toll"].values[0] - np.arange(100, 112)
    text = sentences(changed("raids", toll=list(fewer)), "raids")
    assert "About 106 fewer people are killed by 31 Dec 2009 (103 to 108), fewer in 12 of 12 seeds." in text


def test_what_cannot_be_told_is_said_so() -> None:
    both = DATA["toll"].values[0] + np.array([10.0, -10.0] * 6)
    text = sentences(changed("raids", toll=list(both)), "raids")
    assert "Whether more or fewer people are killed by 31 Dec 2009 cannot be told: 0 (" in text
    assert "more in 6 and fewer in 6 of 12 seeds" in text


def test_plans_that_kill_and_plans_that_save_are_told_apart() -> None:
    data = changed("raids", toll=list(DATA["toll"].values[0] + np.arange(100, 112)))
    line = next(line for line in told.overall(data, named(data)) if "killed" in line)
    assert line == (
        "More people are killed under One-sided operation (B); fewer under Services (A) and One-sided operation + "
        "Services (C) than under the baseline."
    )


def test_where_no_plan_differs_in_lives_nothing_is_claimed() -> None:
    data = changed("raids", toll=list(DATA["toll"].values[0] + np.resize([-1, 1], 12)))
    data = with_effects(data.sel(plan=["nothing", "raids"]))
    line = "Of no plan can be said whether more or fewer people are killed than under the baseline."
    assert line in told.overall(data, told.naming(data))


def test_of_a_plan_that_changes_nothing_it_is_known_that_nobody_is_killed_by_it() -> None:
    data = fake_comparison({name: PLANS[name] for name in ("nothing", "idle")})
    assert not [line for line in told.overall(data, told.naming(data)) if "killed" in line]


# ------------------------------------------------------------------------------------------------ release and rebound


def test_where_nobody_is_released_the_most_that_could_be_missed_is_said() -> None:
    data = fake_comparison()
    data["release"][:], data["rebound"][:], data["release_year"][:] = 0.0, np.nan, np.nan
    found = findings(with_effects(data))
    line = next(line for line in found if line.startswith("No plan releases them in any seed."))
    assert "a plan that does so in up to 24 % of worlds may show none in 12 seeds." in line
    assert not any("undone" in line or "median release" in line for line in found)


def test_where_release_is_known_of_the_baseline_only_that_is_said() -> None:
    data = fake_comparison()
    data["release"][1:], data["rebound"][:], data["release_year"][:] = np.nan, np.nan, np.nan
    data = with_effects(data)
    assert told.overall(data, named(data))[1] == "Of no plan is it known whether it releases them."


def test_a_plan_that_releases_no_more_than_the_baseline_is_not_praised() -> None:
    data = fake_comparison()
    data["release"][:] = 1.0
    data = with_effects(data)
    assert "No plan releases them more often than the baseline does." in told.overall(data, told.naming(data))


def test_plans_that_release_equally_often_are_named_together() -> None:
    data = changed("services", release=list(DATA["release"].values[3]))
    line = told.overall(data, named(data))[1]
    assert "Services (A) and One-sided operation + Services (C) release most often: each in 7 of 12 seeds" in line


@pytest.mark.parametrize(
    ("back", "words"),
    [
        ([0.0] * 3, "None of these 3 are undone within five years."),
        ([1.0] * 3, "All of these 3 are undone within five years."),
        ([1.0, 0.0, 0.0], "1 of these 3 is undone within five years."),
        ([1.0, np.nan, np.nan], "Of 1 it is known whether they are undone within five years: 1 is."),
        ([0.0, 0.0, np.nan], "Of 2 it is known whether they are undone within five years: none are."),
        ([np.nan] * 3, "Whether it is undone within five years is not known."),
    ],
)
def test_rebounds_are_counted_among_releases_that_are_known(back: list[float], words: str) -> None:
    data = changed("raids", release=[1.0] * 3 + [0.0] * 9, rebound=[*back, *[np.nan] * 9])
    assert words in sentences(data, "raids")


@pytest.mark.parametrize(("back", "words"), [(1.0, "It is undone"), (0.0, "It is not undone")])
def test_a_single_release_is_told_as_one(back: float, words: str) -> None:
    once = [1.0, *[0.0] * 11]
    years = [4.8, *[np.nan] * 11]
    text = sentences(changed("raids", release=once, rebound=[back, *[np.nan] * 11], release_year=years), "raids")
    assert f"It begins 4.8 years after the branch. {words} within five years." in text


def test_why_release_is_not_known_is_said() -> None:
    data = changed("raids", release=[np.nan] * 12, rebound=[np.nan] * 12)
    data.attrs["unknown"] = '{"raids": {"nobody was coerced before the branch": 12}}'
    words = "releases the coerced among River people is not known: nobody was coerced before the branch."
    assert f"Whether One-sided operation (B) {words}" in sentences(data, "raids")


@pytest.mark.parametrize(
    ("cost", "words"),
    [(50.0, "It costs 50 million rupees of 2000 more than the baseline (50 to 50), at prices that are assumptions."),
     (-50.0, "It costs 50 million rupees of 2000 less than the baseline (50 to 50), at prices that are assumptions.")],
)  # fmt: skip
def test_money_is_told_with_what_its_prices_are(cost: float, words: str) -> None:
    assert words in sentences(changed("raids", cost=list(DATA["cost"].values[0] + cost)), "raids")


def test_exactly_as_many_deaths_are_told_as_such() -> None:
    text = sentences(changed("raids", toll=list(DATA["toll"].values[0])), "raids")
    assert "Exactly as many people are killed by 31 Dec 2009 as under the baseline, in every seed." in text


def test_a_release_that_was_not_measured_is_not_told() -> None:
    data = DATA.drop_vars(["release", "rebound", "release_year"])
    assert "releases the coerced among River people is not known." in sentences(data, "raids")
    assert "releases the coerced among river is not known." in told.overall(data, told.naming(data))[0]


# ------------------------------------------------------------------------------------------------------- little to say


def test_a_plan_that_changes_nothing_is_said_to() -> None:
    assert sentences(DATA, "idle") == (
        "A <committee> (D) comes out exactly as the baseline in every seed: it changes nothing that is measured."
    )


def test_one_plan_has_nothing_to_be_compared_with() -> None:
    found = findings(fake_comparison({"nothing": PLANS["nothing"]}))
    assert found[0].startswith("Only one plan was run, so there is nothing to compare it with. Under “Nothing more”")
    assert len(found) == 1


def test_one_seed_gives_no_interval_and_says_so() -> None:
    found = findings(fake_comparison(seeds=1))
    text = " ".join(found)
    assert "One seed was run: it shows what can happen, and nothing about how likely it is." in text
    assert "interval 0 to" not in text
    assert "In its one seed about" in text


def test_letters_go_on_after_z() -> None:
    assert [told.letter(place) for place in (0, 1, 26, 27, 52, 53)] == ["", "A", "Z", "AA", "AZ", "BA"]
