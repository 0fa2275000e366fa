"""The page of numbers that were varied: two numbers together, what was tried, what each design did, what was run."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from mohalla.cli import parts
from mohalla.errors import MohallaError
from mohalla.experiments import designs, outcomes, sensitivity, sweep
from mohalla.experiments.designs import Factor
from mohalla.experiments.ensemble import Request
from mohalla.experiments.intervals import Interval, interval
from mohalla.experiments.sweep import Found, Sweep
from mohalla.mechanisms import DECLARED
from mohalla.parameters import Known
from mohalla.reading import fingerprint
from mohalla.report import colours, ramps, varied, varied_axes, varied_grid, varied_panels, varied_words
from mohalla.report.varied_indices import NARROW, bars
from workbench.stepping import armed_town

TWO = ("residents.danger=4:16:3", "coercion.force_half=0.5,1,2")
TOWN = armed_town()
VOID = {"meta", "br", "link", "img", "hr"}
Answer = Callable[[np.ndarray], np.ndarray]


def factors(*words: str) -> tuple[Factor, ...]:
    return designs.chosen("--vary", words, designs.variable(TOWN, DECLARED))


def answered(design: designs.Design, answer: Answer, spread: float = 0.0, seeds: int = 3, name: str = "hold") -> Found:
    """A sweep whose outcome is a function of its points, with worlds that lie so far apart."""
    table = np.zeros((len(design.points), seeds, 1, len(outcomes.NAMES)))
    worlds = spread * (np.arange(seeds) - (seeds - 1) / 2)
    table[:, :, 0, outcomes.NAMES.index(name)] = answer(design.points)[:, None] + worlds
    request = Request(TOWN, None, ("riot",), lambda *_: None)  # type: ignore[arg-type]
    return Found(Sweep(request, 50, design, tuple(range(1, seeds + 1))), table, ("lantern",), "lantern")


def both(points: np.ndarray) -> np.ndarray:
    """20 to 40: more with the first number, less with the second, and most where both say so."""
    return 30 + points[:, 0] / 2 - 4 * points[:, 1]


def swept(*words: str, answer: Answer = both, spread: float = 2.0, seeds: int = 3) -> Found:
    return answered(designs.factorial(factors(*(words or TWO))), answer, spread, seeds)


def page_of(found: Found, folder: Path, *names: str, command: str = "") -> str:
    varied.write_sweep(found, "lantern", names or ("hold",), folder / "page.html", command)
    return (folder / "page.html").read_text(encoding="utf-8")


def text(html: str) -> str:
    """What a reader reads: no tags, styles or titles of shapes."""
    html = re.sub(r"<(style|title)>.*?</\1>", " ", html, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def section(html: str, name: str) -> str:
    found = re.search(rf'<section id="{name}">.*?</section>\n(?=\n|</main>)', html, re.DOTALL)
    assert found, name
    return found[0]


def titles(html: str) -> list[str]:
    return [unescape(one) for one in re.findall(r"<title>(.*?)</title>", html)]


class Tree(HTMLParser):
    """Holds that every element is closed in order, and collects ids and links."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.feed(html)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        self.ids += [one for one in [said.get("id")] if one]
        self.links += [one for one in [said.get("href")] if one]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        pass

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


# --- two numbers together --------------------------------------------------------------------------------------------


def test_a_grid_has_a_cell_for_every_pair_of_values_with_its_number_in_it(tmp_path: Path) -> None:
    html = section(page_of(swept(), tmp_path), "part-1")
    assert html.count('<g class="cell') == 9
    figures = [float(one) for one in re.findall(r'<text class="figure"[^>]*>([\d.]+)</text>', html)]
    assert figures == [30, 33, 36, 28, 31, 34, 24, 27, 30], "by row: the least value of the second number first"
    assert html.count('<text class="reach"') == 9


def test_a_cell_says_both_values_mean_half_width_and_interval_when_pointed_at(tmp_path: Path) -> None:
    half = interval([-2.0, 0.0, 2.0]).high
    said = titles(page_of(swept(), tmp_path))
    assert half == pytest.approx(3.37, abs=0.01)
    assert "residents.danger 16, coercion.force_half 0.5: 36 % ±3.4 (90 % interval 32.6 to 39.4, 3 worlds)" in said


def test_rows_rise_with_their_number_and_columns_go_to_the_right(tmp_path: Path) -> None:
    html = page_of(swept(), tmp_path)
    cells = re.findall(
        r"<title>residents.danger (\d+), coercion.force_half ([\d.]+): .*?x=\"([\d.]+)\" y=\"([\d.]+)\"", html
    )
    where = {(float(a), float(b)): (float(x), float(y)) for a, b, x, y in cells if "." in x}
    assert where[4, 0.5][0] < where[10, 0.5][0] < where[16, 0.5][0]
    assert where[4, 2.0][1] < where[4, 1.0][1] < where[4, 0.5][1]


def test_every_value_of_both_numbers_is_written_beside_the_grid(tmp_path: Path) -> None:
    heat = re.search(r'<svg class="chart heat".*?</svg>', page_of(swept(), tmp_path), re.DOTALL)
    assert heat
    ticks = re.findall(r'<text class="tick"[^>]*>([^<]+)</text>', heat[0])
    assert ticks == ["0.5", "1", "2", "4", "10", "16"]
    assert re.findall(r'<text class="axis"[^>]*>([^<]+)</text>', heat[0]) == [
        "↑ coercion.force_half", "residents.danger →",
    ]  # fmt: skip


@pytest.mark.parametrize("name", outcomes.NAMES)
def test_ramps_go_from_pale_to_dark_for_every_kind_of_sight(name: str) -> None:
    shades = [varied_grid.shade(name, part) for part in np.linspace(0, 1, 6).tolist()]
    for light in colours.seen(shades)[:, :, 0].tolist():
        assert all(one > other + 0.02 for one, other in pairwise(light))
    assert varied_grid.LAYERS.get(name, varied_grid.USUAL) in ramps.SCALES


@pytest.mark.parametrize("name", outcomes.NAMES)
def test_figures_can_be_read_on_every_shade(name: str) -> None:
    for part in np.linspace(0, 1, 21).tolist():
        fill = varied_grid.shade(name, part)
        ink = "#ffffff" if varied_grid._ink(fill) == "cell dark" else "#17202b"
        assert contrast(fill, ink) >= 4.0, (part, fill)


def contrast(one: str, other: str) -> float:
    """The contrast of two colours as WCAG counts it, from 1 to 21."""
    levels = []
    for colour in (one, other):
        rgb = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
        linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
        levels.append(float(linear @ [0.2126, 0.7152, 0.0722]) + 0.05)
    return max(levels) / min(levels)


def test_the_scenarios_own_values_are_marked_between_those_tried(tmp_path: Path) -> None:
    danger, force = factors(*TWO)
    assert (danger.value, force.value) == (8, 0.8)
    assert varied_grid.placed(danger) == pytest.approx(2 / 3)
    assert varied_grid.placed(force) == pytest.approx(0.6)
    said = titles(page_of(swept(), tmp_path))
    assert said.count("the scenario’s own value of residents.danger: 8") == 1
    assert said.count("the scenario’s own value: 8") == 2, "on the panel of that number, wide and narrow"


def test_an_own_value_outside_what_was_tried_has_no_mark_and_is_said(tmp_path: Path) -> None:
    found = swept("residents.danger=10:16:3", answer=lambda points: points[:, 0])
    assert varied_grid.placed(found.sweep.design.factors[0]) is None
    html = page_of(found, tmp_path)
    assert "The scenario’s own (8) lies outside what was tried." in text(html)
    assert "8, outside what was tried" in text(section(html, "varied"))
    assert 'class="own"' not in html


def test_of_three_numbers_every_pair_has_its_grid_over_the_third(tmp_path: Path) -> None:
    found = swept("residents.danger=4,16", "coercion.force_half=0.5,1", "residents.honesty=0.4,0.6")
    html = section(page_of(found, tmp_path), "part-1")
    assert html.count('<svg class="chart heat"') == 3
    assert "Means over worlds, over all values of residents.honesty; ± half" in text(html)
    grid = varied_grid.grid(found.sweep.design, sweep.of(found, "hold", "lantern"), "hold", 0, 1)
    assert [[cell.mean for cell in row] for row in grid.cells] == [[30, 36], [28, 34]]


def test_of_four_numbers_there_are_too_many_pairs_to_draw(tmp_path: Path) -> None:
    words = (
        "residents.danger=4,16",
        "coercion.force_half=0.5,1",
        "residents.honesty=0.4,0.6",
        "coercion.spill=0.1,0.4",
    )
    html = section(page_of(swept(*words), tmp_path), "part-1")
    assert "chart heat" not in html
    assert '<div class="grid of-2">' in html, "four panels fill two rows"


def test_a_grid_of_many_columns_stands_by_itself_wide_and_narrow(tmp_path: Path) -> None:
    html = section(page_of(swept("residents.danger=4:16:9", "coercion.force_half=0.5:2:8"), tmp_path), "part-1")
    assert '<figure class="panel broad">' in html
    widths = re.findall(r'<svg class="chart heat" viewBox="0 0 (\d+) ', html)
    assert widths == ["1120", "360"]
    assert html.count('<g class="cell') == 2 * 72
    assert html.count('<text class="reach"') == 72, "on a narrow screen there is no room for it"


def test_two_ranges_are_dots_in_a_plane_in_the_colour_of_what_came_of_them(tmp_path: Path) -> None:
    design = designs.sampled("latin", factors("residents.danger", "coercion.force_half"), 12, 1)
    html = section(page_of(answered(design, both, 1.0), tmp_path), "part-1")
    assert html.count('<circle class="sample"') == 12
    where = re.findall(r'<circle class="sample" fill="(#\w+)" cx="([\d.]+)" cy="([\d.]+)"', html)
    up = [float(y) for _, _, y in where]
    order = np.argsort(design.points[:, 1])
    assert all(up[one] >= up[other] for one, other in pairwise(order.tolist()))
    assert all(24 <= y <= 210 for y in up), "inside the plot"
    most = int(np.argmax(both(design.points)))
    assert where[most][0] == varied_grid.shade("hold", 1.0)


def test_a_share_of_the_ramp_is_in_the_middle_where_all_are_alike() -> None:
    assert varied_grid.share(5.0, (5.0, 5.0)) == 0.5
    assert [varied_grid.share(value, (2.0, 6.0)) for value in (2.0, 3.0, 6.0)] == [0, 0.25, 1]


# --- over one number -------------------------------------------------------------------------------------------------


def test_a_panel_has_a_line_for_each_value_of_the_other_number_and_says_which_is_which(tmp_path: Path) -> None:
    html = section(page_of(swept(), tmp_path), "part-1")
    panel = html[html.index("Over residents.danger") : html.index("Over coercion.force_half")]
    keys = re.findall(r'<span class="key"><svg .*?</svg>([^<]+)</span>', panel)
    assert keys == ["coercion.force_half 0.5", "coercion.force_half 1", "coercion.force_half 2"]
    wide = panel[: panel.index('<div class="on-narrow">')]
    drawn = wide[wide.index('<div class="on-wide">') :]
    tints = re.findall(r'<polyline class="joined" stroke="(#\w+)"', drawn)
    assert tints == list(colours.OKABE_ITO[:3])
    assert colours.told_apart(tints)
    assert drawn.count("stroke-dasharray") == 2, "lines differ in dash too"
    assert drawn.count('<circle class="point"') == 9


def test_a_line_joins_the_means_over_worlds_at_its_value_of_the_other_number() -> None:
    found = swept()
    drawn = varied_panels.series(found.sweep.design, 0, sweep.of(found, "hold", "lantern"), "hold")
    assert [[spot.seen.mean for spot in one.spots] for one in drawn] == [[30, 33, 36], [28, 31, 34], [24, 27, 30]]
    assert [(spot.least, spot.most) for spot in drawn[0].spots] == [(28, 32), (31, 35), (34, 38)]
    assert drawn[1].spots[2].said.startswith("residents.danger 16, coercion.force_half 1: 34 % ±3.4")


def test_of_many_values_of_the_other_number_there_is_one_line_over_all() -> None:
    found = swept("residents.danger=4:16:3", "coercion.force_half=0.5:2:7")
    drawn = varied_panels.series(found.sweep.design, 0, sweep.of(found, "hold", "lantern"), "hold")
    assert [one.label for one in drawn] == [""]
    assert [spot.seen.mean for spot in drawn[0].spots] == pytest.approx([27, 30, 33])
    assert list(varied_panels.keys(drawn)) == []
    assert varied_panels.other_of(found.sweep.design, 1) == 0, "the other way round there are few"


def test_one_number_alone_is_one_line_over_the_whole_page(tmp_path: Path) -> None:
    found = answered(designs.factorial(factors("residents.danger=4,8,16")), lambda points: points[:, 0], 1.0)
    html = section(page_of(found, tmp_path), "part-1")
    assert '<div class="grid of-1">' in html
    assert re.findall(r'<svg class="chart" viewBox="0 0 (\d+) ', html) == ["1120", "360"]
    assert html.count("<polyline") == 2


def test_ticks_stand_at_the_values_that_were_tried(tmp_path: Path) -> None:
    html = section(page_of(swept(), tmp_path), "part-1")
    panel = html[html.index("Over residents.danger") : html.index("Over coercion.force_half")]
    assert re.findall(r'text-anchor="middle">([^<]+)</text>', panel) == ["4", "10", "16"] * 2


NARROW_RANGE = Factor("a.b", 1.0, 2.0, 1.5, Known("u", 1.0, 2.0, "m"))
WIDE_RANGE = Factor("a.c", 0.3, 20.0, 1.0, Known("u", 0.3, 20.0, "m"))


@pytest.mark.parametrize(
    ("factor", "ticks"),
    [
        (NARROW_RANGE._replace(values=(1.0, 1.1, 2.0)), [1, 1.1, 2]),
        (NARROW_RANGE._replace(values=tuple(np.linspace(1, 2, 8).tolist())), [1, 1.25, 1.5, 1.75, 2]),
        (NARROW_RANGE, [1, 1.25, 1.5, 1.75, 2]),
        (WIDE_RANGE, [0.3, 0.5, 1, 2, 5, 10, 20]),
    ],
)
def test_ticks_of_a_range_stand_at_its_ends_and_at_round_values(factor: Factor, ticks: list[float]) -> None:
    assert varied_axes.marked(factor) == pytest.approx(ticks)


def test_labels_that_would_cover_each_other_are_left_out_but_their_ticks_stay() -> None:
    across = varied_axes.Range(NARROW_RANGE._replace(values=(1.0, 1.01, 2.0)), 0.0, 300.0)
    drawn = "".join(varied_axes.under(across, 100.0))
    assert re.findall(r">([^<]+)</text>", drawn) == ["1", "2"]
    assert drawn.count("<line") == 3


@pytest.mark.parametrize("ends", [(50.0, 300.0), (300.0, 50.0)])
def test_values_lie_inside_the_plot_whichever_way_it_goes(ends: tuple[float, float]) -> None:
    across = varied_axes.Range(WIDE_RANGE, *ends)
    places = [across.at(value) for value in (0.3, 1.0, 20.0)]
    assert places == sorted(places, reverse=ends[0] > ends[1])
    assert min(places) == pytest.approx(50 + varied_axes.EDGE)
    assert max(places) == pytest.approx(300 - varied_axes.EDGE)
    assert across.own == pytest.approx(across.at(1.0))


@pytest.mark.parametrize(
    ("value", "said"), [(8.0, "8"), (0.125, "0.125"), (12345.6, "12,350"), (-0.5, "−0.5"), (1e-5, "0.00001")]
)
def test_values_that_were_set_keep_four_figures(value: float, said: str) -> None:
    assert varied_axes.exact(value) == said


# --- how sure --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "one", "said"),
    [
        ("hold", Interval(3, 37.2, 32.5, 41.9), "±4.7"),
        ("seats", Interval(3, 66.7, 18.0, 115.4), "18–100"),
        ("seats", Interval(3, 33.3, -15.4, 82.0), "0–82"),
        ("armed", Interval(3, 0.5, -0.3, 1.3), "0–1.3"),
        ("gap", Interval(3, -5.0, -10.0, 0.0), "±5"),
        ("income", Interval(3, 12.0, 10.0, 14.0), "±2"),
        ("seats", Interval(3, 50.0, 50.0, 50.0), "alike"),
    ],
)
def test_how_sure_a_mean_is_stays_within_what_can_be(name: str, one: Interval, said: str) -> None:
    assert varied_panels.reach(one, name) == said


def test_differences_lie_no_further_apart_than_the_bounds() -> None:
    assert outcomes.apart(Interval(3, 60.0, -30.0, 150.0), "seats") == (-30.0, 100.0)
    assert outcomes.apart(Interval(3, 60.0, -30.0, 150.0), "armed") == (-30.0, 150.0)
    assert outcomes.within(Interval(3, -99.0, -101.0, -97.0), "gap") == (-100.0, -97.0)


def test_one_world_and_no_number_are_said() -> None:
    assert varied_panels.figured(interval([12.0]), "hold") == "12 %, in one world"
    assert varied_panels.figured(interval([np.nan]), "seats") == "no number in any world"


# --- words -----------------------------------------------------------------------------------------------------------


def test_every_outcome_has_a_title_of_its_own_in_sentence_case() -> None:
    assert tuple(varied_words.TITLES) == outcomes.NAMES
    said = [varied_words.titled(name, "the Lamp", "rupees") for name in outcomes.NAMES]
    assert len({one.title for one in said}) == len(said)
    assert all(one.title[0].isupper() and "{" not in "".join(one) for one in said)
    assert varied_words.titled("income", "the Lamp", "rupees").unit == "rupees a year"


def test_headings_are_titles_with_unit_and_time_and_the_name_beside(tmp_path: Path) -> None:
    html = page_of(swept(), tmp_path, "hold", "coerced")
    assert 'Adults who show Lantern in public<span class="id">hold</span></h2>' in html
    assert "% of the city’s adults, mean of the last year of the run." in text(section(html, "part-1"))
    assert "Adults who show Lantern and prefer another" in text(section(html, "part-2"))


def design_of(kind: str, samples: int = 8) -> designs.Design:
    if kind in ("sobol", "morris", "saltelli"):
        pytest.importorskip("SALib", reason="needs the extra 'sensitivity'")
    return designs.sampled(kind, factors("residents.danger", "residents.honesty"), samples, 5)


DID = {
    "latin": "Latin hypercube: 8 points drawn at random so that each of 8 equal slices of every range holds one "
    "(design seed 5).",
    "sobol": "Sobol sequence: 8 points that fill the ranges evenly, scrambled at random (design seed 5).",
    "morris": "Morris: eight walks through the ranges, one number a step, on 4 levels of every range: 8 × (2 + 1) = 24 "
    "points (design seed 5).",
    "saltelli": "Saltelli: two Sobol samples of 8 points over the ranges, and one more for each number, in which its "
    "column is exchanged: 8 × (2 + 2) = 32 points (design seed 5).",
}


@pytest.mark.parametrize("kind", DID)
def test_every_design_says_what_it_did(kind: str) -> None:
    how = varied_words.how(design_of(kind), 3)
    assert how.startswith(DID[kind])
    assert "Within a range every value is as likely as another, on a log scale where it spans more than" in how
    assert how.endswith(
        "All other numbers kept their central values: worlds differ by seed, that is by map and chance."
    )


def test_stated_values_are_not_said_to_be_drawn_from_ranges() -> None:
    how = varied_words.how(designs.factorial(factors(*TWO)), 3)
    assert how.startswith(
        "Factorial: every combination of the stated values was simulated, 3 × 3 = 9 points. Only these "
    )
    assert "log" not in how
    assert "range" not in how
    assert "in the same 3 worlds" in how
    one = varied_words.how(designs.factorial(factors("residents.danger=4,8,16")), 1)
    assert one.startswith("Three stated values of one number: no value is held more likely.")
    assert "in one world, the same for all: chance cannot be told apart" in one


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("residents.danger", "coercion.force_half"), "Ranges were gone through on a log scale"),
        (("residents.honesty",), "Within a range every value is as likely as another. "),
    ],
)
def test_scales_of_ranges_are_said(words: tuple[str, ...], said: str) -> None:
    assert said in varied_words.how(designs.sampled("latin", factors(*words), 4, 1), 2)


@pytest.mark.parametrize(
    ("word", "tried", "own"),
    [
        ("residents.danger=4:16:3", "4, 10 and 16 (evenly spaced)", "8, not tried itself"),
        ("residents.danger=4,8,16", "4, 8 and 16", "8"),
        ("residents.danger=4,6", "4 and 6", "8, outside what was tried"),
        ("residents.danger=4:16:25", "25 values, evenly spaced, from 4 to 16", "8"),
        ("residents.danger=5:9", "5 to 9", "8"),
        ("residents.danger", "4 to 16, log scale", "8"),
    ],
)
def test_what_was_tried_stands_beside_the_scenarios_own(word: str, tried: str, own: str) -> None:
    (factor,) = factors(word)
    assert (varied_words.tried(factor), varied_words.own(factor)) == (tried, own)


# --- the page --------------------------------------------------------------------------------------------------------


def test_the_page_is_whole_and_needs_no_network(tmp_path: Path) -> None:
    html = page_of(swept(), tmp_path, "hold", "seats", "income")
    tree = Tree(html)
    assert len(set(tree.ids)) == len(tree.ids)
    assert {link[1:] for link in tree.links} <= set(tree.ids)
    assert "<script" not in html
    assert re.search(r"""(src|href)=["']?https?:|url\(|@import""", html) is None
    assert re.search(r"\bnan\b", text(html)) is None


def test_what_is_alike_in_all_worlds_is_not_said_to_be_certain(tmp_path: Path) -> None:
    html = page_of(swept(spread=0.0), tmp_path)
    assert "residents.danger 4, coercion.force_half 0.5: 30 %, the same in all 3 worlds" in titles(html)
    assert "30 alike in all worlds" in text(section(html, "points"))
    assert "need not be in others" in text(section(html, "points"))
    assert "±0" not in html


def test_the_bar_of_contents_is_not_paled_as_bars_of_numbers_are(tmp_path: Path) -> None:
    style = re.search(r"<style>(.*?)</style>", page_of(swept(), tmp_path), re.DOTALL)
    assert style
    assert "rect.bar { opacity: .32; }" in style[1]
    assert not re.search(r"(?<!rect)\.bar \{[^}]*opacity", style[1])


def test_the_numbers_varied_are_named_with_unit_meaning_and_values(tmp_path: Path) -> None:
    html = page_of(swept(), tmp_path)
    assert "residents.danger and coercion.force_half" in text(html[: html.index("<main>")])
    said = text(section(html, "varied"))
    assert "residents.danger certain harm: about three times honesty, if unafraid utility 4, 10 and 16" in said
    assert "coercion.force_half gunmen at which force is half gunmen/1000 adults 0.5, 1 and 2 0.8, not tried" in said


def test_what_was_run_can_be_run_again(tmp_path: Path) -> None:
    typed = "mohalla sweep town.toml --vary residents.danger=4:16:3"
    said = text(section(page_of(swept(), tmp_path, command=typed), "run"))
    assert typed in said
    assert f"SHA-256 {fingerprint(TOWN)}" in said
    for words in (
        "seeds of worlds 1, 2, 3 (the same for every point)", "design factorial, which draws nothing", "points 9",
        "scale 1:50", "left out riot", "plan nothing", "versions mohalla ", "source files",
    ):  # fmt: skip
        assert words in said
    assert "command" not in text(section(page_of(swept(), tmp_path), "run")), "from Python there is none"


def test_the_command_is_told_without_folders(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "sys.argv", ["anything", "sweep", "some/where/town.toml", "--vary", "a.b=1,2", "--page", "my p.html"]
    )
    assert parts.typed() == "mohalla sweep town.toml --vary a.b=1,2 --page 'my p.html'"


def test_the_page_says_what_it_is_not_for(tmp_path: Path) -> None:
    said = text(section(page_of(swept(), tmp_path), "not-for"))
    for words in ("Not evidence of what a number is worth in a city", "Not the whole of what is uncertain",
                  "No individual is in it", "Not for targeting, policing or security decisions"):  # fmt: skip
        assert words in said


def test_the_least_and_the_most_are_named_with_what_lies_between(tmp_path: Path) -> None:
    found = swept()
    found.values[8, 2] += 3.0
    rows = varied._extremes(found, "lantern", ["hold", "seats"])
    assert rows[0]["at_least"] == "residents.danger 4, coercion.force_half 2"
    assert rows[0]["at_most"] == "residents.danger 16, coercion.force_half 0.5"
    assert (rows[0]["least"], rows[0]["most"], rows[0]["apart"], rows[0]["sure"]) == ("24", "36", "12", True)
    assert "picked after the fact, so their difference flatters" in text(section(page_of(found, tmp_path), "extremes"))
    assert "0 at every point" in varied._extremes(swept(), "lantern", ["seats"])[0]["said"]


def test_a_table_of_few_points_stands_in_details_and_of_many_there_is_none(tmp_path: Path) -> None:
    html = page_of(swept(), tmp_path, "hold", "coerced")
    table = section(html, "points")
    assert "<details>" in table
    assert table.count("<tr>") == 10
    assert re.search(r"<b>4</b></td><td data-label=\"coercion.force_half\"><b>0.5</b></td>", table)
    assert "30 ±3.4, 26.6 to 33.4" in text(table)
    many = page_of(swept("residents.danger=4:16:9", "coercion.force_half=0.5:2:8"), tmp_path)
    assert 'id="points"' not in many
    assert "#points" not in many


def test_an_outcome_that_is_no_number_is_said_and_breaks_nothing(tmp_path: Path) -> None:
    html = page_of(swept(answer=lambda points: np.nan * points[:, 0]), tmp_path)
    Tree(html)
    assert "no number at any point" in text(section(html, "extremes"))
    assert "chart heat" not in html
    some = swept()
    some.values[0] = np.nan
    html = page_of(some, tmp_path)
    Tree(html)
    assert "residents.danger 4, coercion.force_half 0.5: no number in any world" in titles(html)


def test_one_world_has_no_interval_anywhere(tmp_path: Path) -> None:
    html = page_of(swept(seeds=1), tmp_path)
    assert "In one world chance cannot be told apart" in text(section(html, "extremes"))
    assert 'class="reach"' not in html
    assert "residents.danger 4, coercion.force_half 0.5: 30 %, in one world" in titles(html)


@pytest.mark.parametrize(("count", "columns"), [(1, 1), (2, 2), (3, 3), (4, 2), (5, 3), (6, 3)])
def test_pictures_fill_the_width_of_the_page(count: int, columns: int) -> None:
    assert varied._columns(count) == columns


# --- sensitivity -----------------------------------------------------------------------------------------------------


def test_a_page_of_two_designs_says_what_each_did_and_names_the_numbers_of_each(tmp_path: Path) -> None:
    stages = []
    for kind, samples in (("morris", 6), ("saltelli", 8)):
        found = answered(design_of(kind, samples), lambda points: points[:, 0], 0.5)
        found.values[:, 1, 0] += np.random.default_rng(1).standard_normal((len(found.values), 1))
        stages.append((found, [sensitivity.analysed(found, "hold", "lantern")]))
    varied.write(stages, tmp_path / "page.html", "mohalla sensitivity small-town")
    html = (tmp_path / "page.html").read_text(encoding="utf-8")
    Tree(html)
    said = text(section(html, "varied"))
    assert "Morris: six walks" in said
    assert "Saltelli: two Sobol samples of 8 points" in said
    assert "Range tried" in said
    assert "design morris, design seed 5; then saltelli, design seed 5 points 18; then 32" in text(section(html, "run"))
    assert "in public: screening (Morris)" in text(section(html, "part-1"))
    assert "in public: shares of variance (Sobol)" in text(section(html, "part-2"))


def test_on_a_narrow_screen_names_stand_over_their_bars() -> None:
    found = answered(design_of("morris", 6), lambda points: points[:, 0], 0.5)
    one = sensitivity.analysed(found, "hold", "lantern")
    wide, narrow = bars(one), bars(one, NARROW)
    assert 'viewBox="0 0 560 ' in wide
    assert 'text-anchor="end">residents.danger</text>' in wide
    assert 'viewBox="0 0 360 ' in narrow
    assert re.search(r'<text class="tick( clear)? over" x="12" y="[\d.]+">residents.danger</text>', narrow)


def test_a_page_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    with pytest.raises(MohallaError, match=r"cannot be written"):
        page_of(swept(), tmp_path / "none")
