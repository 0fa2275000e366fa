"""The page of a comparison: whole, honest, readable by a machine, and never with what is not a number."""

from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from mohalla import results, store
from mohalla.errors import MohallaError
from mohalla.report import stored
from mohalla.report.comparison import page
from tests.fake_compared import PLANS, fake_comparison, with_effects
from tests.fake_run import tiny_scenario

DATA = fake_comparison()
PAGE = page(DATA)
VOID = {"meta", "br", "input", "link", "img", "hr"}


def nobody_released() -> xr.Dataset:
    data = fake_comparison()
    data["release"][:], data["rebound"][:], data["release_year"][:] = 0.0, np.nan, np.nan
    return with_effects(data)


def nothing_known() -> xr.Dataset:
    data = fake_comparison()
    for name in ("release", "rebound", "release_year", "seats"):
        data[name][:] = np.nan
    return with_effects(data)


CASES = {
    "whole": DATA,
    "one plan": fake_comparison({"nothing": PLANS["nothing"]}),
    "one seed": fake_comparison(seeds=1),
    "two seeds": fake_comparison(seeds=2),
    "two equal plans": fake_comparison({name: PLANS[name] for name in ("nothing", "idle")}),
    "nobody released": nobody_released(),
    "nothing known of release": nothing_known(),
    "no maps": DATA.drop_vars(["sector_x", "sector_y"]),
    "one sector": fake_comparison(sectors=1),
    "no series": DATA.drop_dims("quarter"),
    "no rules": fake_comparison(with_rules=False),
    "no scenario": DATA.assign_attrs(scenario_text=""),
}
PAGES = {name: page(data) for name, data in CASES.items()}


class Tree(HTMLParser):
    """Holds that every element is closed in order, and collects ids and links."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.ids += [str(given["id"])] if "id" in given else []
        self.links += [str(given["href"])] if "href" in given else []
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.ids += [str(given["id"])] if "id" in given else []
        assert tag, "an element has a name"

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def parsed(html: str) -> Tree:
    tree = Tree()
    tree.feed(html)
    tree.close()
    return tree


def text(html: str) -> str:
    """What a reader sees, without scripts, styles and tags."""
    bare = re.sub(r"<(script|style)\b.*?</\1>", " ", html, flags=re.DOTALL)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", bare)))


def section(html: str, name: str) -> str:
    return re.split(r'<section id="', html.split(f'<section id="{name}">', 1)[1], maxsplit=1)[0]


def figures(html: str) -> list[str]:
    return re.findall(r"<figure.*?</figure>", html, re.DOTALL)


@pytest.mark.parametrize("name", PAGES)
def test_every_page_is_whole(name: str) -> None:
    tree = parsed(PAGES[name])
    assert tree.open == []
    assert len(tree.ids) == len(set(tree.ids))
    assert [link for link in tree.links if link.startswith("#") and link[1:] not in tree.ids] == []


@pytest.mark.parametrize("name", PAGES)
def test_no_page_shows_what_is_not_a_number(name: str) -> None:
    assert not re.search(r"\bnan\b|\bNaN\b|\binf\b|\bNone of None\b|n/a", text(PAGES[name]))
    assert not re.search(r'"[^"]*\bnan\b[^"]*"', PAGES[name])
    assert "NaN" not in PAGES[name].split('id="data">', 1)[1].split("</script>", 1)[0]


@pytest.mark.parametrize("name", PAGES)
def test_every_chart_has_title_unit_and_label_and_every_section_of_charts_its_source(name: str) -> None:
    for figure in figures(PAGES[name]):
        assert re.search(r"<h4>[^<]+</h4>", figure)
        assert re.search(r'<span class="unit">[^<]+', figure)
        assert re.search(r'<svg class="chart[^>]*aria-label="[^"]{8,}"', figure)
    for one in ("toll", "effects", "time", "maps", "pairing"):
        if f'<section id="{one}">' in PAGES[name]:
            assert "Source: " in section(PAGES[name], one)


def test_the_page_asks_for_nothing_from_elsewhere() -> None:
    assert not re.search(r'(src|href)="(?!#)|url\(|@import|https?://', PAGE.replace("http://www.w3.org/2000/svg", ""))


def test_the_page_is_the_same_each_time() -> None:
    assert page(fake_comparison()) == PAGE


def test_names_cannot_become_tags() -> None:
    assert "A &lt;committee&gt;" in PAGE
    assert "<committee>" not in PAGE


# ---------------------------------------------------------------------------------------------------- what it must say


def test_what_was_compared_is_said_with_what_how_much_where_and_when() -> None:
    said = text(section(PAGE, "plans")).replace("\u00a0", " ")
    assert "B One-sided operation Four years of raids. Raids a week set to 20 Lamp 1 Jan 1996 – 31 Dec 1999" in said
    assert (
        "Services ordered by the state set to 0.8, reached over 26 weeks the whole city 1 Jun 1996 – 31 Dec 2005"
        in said
    )
    assert "Nothing more (baseline) The scenario as it is. changes nothing" in said


def test_the_head_says_what_was_run() -> None:
    said = text(PAGE)
    for words in (
        "12 (1 to 12), the same for every plan", "drawn anew for each seed", "1 Jan 1996: one past",
        "31 Dec 2009, 14 years on", "one simulated resident per 50 adults", "Lamp; its own community: River people",
        "After 31 Dec 1999 there is no record: the last 10 years are an extrapolation.",
    ):  # fmt: skip
        assert words in said


def test_rules_of_extrapolation_are_said_and_what_hangs_on_them() -> None:
    said = text(section(PAGE, "rules"))
    assert "Everything stays as it was." in said
    assert "growth halved The population grows half as fast." in said
    assert "Other rules were not tried in this comparison." in text(section(PAGES["no rules"], "rules"))


def test_a_comparison_within_the_record_extrapolates_nothing() -> None:
    said = text(section(page(DATA, tiny_scenario()), "rules"))
    assert "nothing is extrapolated" in said


def test_the_tables_hold_paired_effects_with_intervals() -> None:
    effects = section(PAGE, "effects")
    row = re.search(r"<tr><th scope=\"row\">C · .*?</tr>", effects, re.DOTALL)
    assert row
    assert re.search(r"7 of 12 ● 32 to 81 % .* −\d+ ● −\d+ to −\d+", text(row[0]))
    assert 'class="num clear" data-label="Release"' in row[0]


def test_counts_of_release_and_rebound_are_those_of_the_data() -> None:
    released = int(DATA["release"].values[3].sum())
    back = int(np.nansum(DATA["rebound"].values[3]))
    row = text(re.search(r"<tr><th scope=\"row\">C · .*?</tr>", section(PAGE, "effects"), re.DOTALL)[0])  # type: ignore[index]
    assert f"{released} of 12" in row
    assert f"{back} of {released}" in row


def test_nobody_released_means_nobody_rebounds() -> None:
    said = text(section(PAGES["nobody released"], "effects"))
    assert said.count("none to rebound") == 5
    assert "No plan releases them in any seed." in text(PAGES["nobody released"])


def test_one_plan_has_its_levels_and_no_charts_of_differences() -> None:
    html = PAGES["one plan"]
    assert "There is nothing to compare it with." in text(html)
    for name in ("time", "maps", "pairing", "each"):
        assert f'<section id="{name}">' not in html
    assert "baseline, its level" in text(section(html, "effects"))


def test_one_seed_has_no_intervals_and_no_ratio() -> None:
    html = PAGES["one seed"]
    assert "One seed was run" in text(html)
    assert "No ratio can be given" in text(section(html, "pairing"))
    assert "From one seed nobody can say how many it would take." in text(html)
    assert "±" not in text(html)


def test_a_difference_that_is_the_same_in_every_seed_is_told_so_and_not_as_an_interval() -> None:
    data = fake_comparison()
    data["toll"][:] = data["toll"].values[:1] + np.arange(data.sizes["plan"])[:, None]
    effects = text(section(page(with_effects(data)), "effects"))
    assert f"+1 ● the same in all {data.sizes['seed']} seeds" in effects
    assert "1 to 1" not in effects


def test_a_mean_without_an_interval_is_told_as_no_more() -> None:
    """Where intervals hold at every look there is none for fewer than 24 seeds."""
    data = fake_comparison()
    for name in ("difference_low", "difference_high"):
        data[name].loc[{"measure": "toll"}] = np.nan
    effects = text(section(page(data), "effects"))
    assert f"mean of {data.sizes['seed']} seeds" in effects
    assert "the same in all" in effects, "for the plan that does nothing more, of other measures"


def test_pairing_that_costs_is_called_a_loss() -> None:
    data = fake_comparison()
    luck = np.arange(12.0)
    data["toll"][0] = luck
    data["toll"][1:] = -luck
    said = section(page(with_effects(data)), "pairing")
    assert re.search("<li class=lost><b>Deaths</b> a loss: variance [0-9.]+(% larger| times as large)</li>", said)
    assert 'class="lost"' in said


def test_how_many_seeds_it_takes_is_said() -> None:
    said = text(section(PAGE, "pairing"))
    assert "Rule of stopping: as many seeds as were asked for, 12. 12 seeds were run." in said
    assert re.search(r"Deaths ± \d+ deaths ± 100 deaths \d+", said)


def test_a_rule_of_stopping_is_told_with_what_it_does_to_intervals() -> None:
    rule = {"stopping_rule": "0.05", "stopping_measures": "release coerced", "most_seeds": 32}
    said = text(page(DATA.assign_attrs(rule)))
    assert (
        "seeds are added until every difference in release and coerced is known to 5 points, and no more than 32"
        in said
    )
    assert "confidence sequences, which hold at every look" in said
    assert "Student" not in said


def test_prices_are_told_and_paths_are_not() -> None:
    html = page(DATA.assign_attrs(command="compare town --plan somewhere/plan.toml"))
    assert "0.012 million rupees of 2000 an adult and year (assumption)" in text(html)
    assert "somewhere/plan.toml" not in html


def test_a_release_of_which_no_rebound_is_known_is_not_called_none() -> None:
    data = fake_comparison()
    data["rebound"][:] = np.nan
    row = re.search(r"<tr><th scope=\"row\">C · .*?</tr>", section(page(with_effects(data)), "effects"), re.DOTALL)
    assert row
    assert "– not known" in text(row[0])


def test_definitions_and_what_it_is_not_for_are_there() -> None:
    said = text(PAGE)
    for words in ("below a third of its level", "104 weeks running", "above 80 %", "Not advice to carry out any plan",
                  "No individual is in it", "not a probability of the real one"):  # fmt: skip
        assert words in said


def test_dates_of_interventions_stand_on_every_plans_charts() -> None:
    fans = figures(section(PAGE, "time"))
    assert len(fans) == 5 * 4
    by_letter = {letter: [fan for fan in fans if f"<h4>{letter} ·" in fan] for letter in "ABCD"}
    assert {fan.count('class="plan"') for fan in by_letter["C"]} == {2}
    assert {fan.count('class="plan"') for fan in by_letter["D"]} == {0}
    assert all("Raids a week (Lamp): set to 20" in fan for fan in by_letter["B"])


def test_maps_call_themselves_synthetic() -> None:
    said = section(PAGE, "maps")
    assert "These maps are synthetic." in said
    assert len(figures(said)) == 1 + 3 * 4


# -------------------------------------------------------------------------------------------------------------- doors


@pytest.mark.parametrize("lacks", ["branch", "until", "of"])
def test_another_dataset_is_refused_in_words(lacks: str) -> None:
    data = DATA.copy()
    del data.attrs[lacks]
    with pytest.raises(MohallaError, match=rf"this is no comparison of plans: it lacks '{lacks}'\."):
        page(data)


def test_a_dataset_without_plans_is_refused() -> None:
    with pytest.raises(MohallaError, match="it lacks 'plan', 'seed', 'branch', 'until' and 'of'"):
        page(xr.Dataset())


def test_a_stored_comparison_is_read_back_and_written(tmp_path: Path) -> None:
    scenario = tiny_scenario(record_ends="1999-12-31", extrapolation="Everything stays as it was.")
    run = store.create(scenario, {"labels": []}, folder=tmp_path)
    results.save(DATA, run.folder / stored.COMPARISON)
    written = stored.report_on(run, {})
    assert written == run.report
    wanted = page(DATA.assign_attrs(run=run.id))
    assert run.id in wanted
    assert written.read_text(encoding="utf-8") == wanted
    assert stored.report_on(run, {}, tmp_path / "elsewhere.html").read_text(encoding="utf-8") == wanted
