"""Which numbers an outcome hangs on: indices of functions that are known, chance told apart, pictures, the command."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

from mohalla import store
from mohalla.cli import screens
from mohalla.errors import MohallaError
from mohalla.experiments import designs, outcomes, parallel, sensitivity, sweep
from mohalla.experiments.ensemble import Request
from mohalla.experiments.sensitivity import Analysis, Index, Noise
from mohalla.experiments.sweep import Found, Sweep
from mohalla.mechanisms import DECLARED
from mohalla.report import varied, varied_axes, varied_indices
from tests.test_cli import Call, call
from workbench.stepping import armed_town

__all__ = ["call"]  # the fixture

pytest.importorskip("SALib", reason="needs the extra 'sensitivity'")

NAMES = ("residents.danger", "residents.honesty", "coercion.spill")
Answer = Callable[[np.ndarray], np.ndarray]


@pytest.fixture(autouse=True)
def _here(monkeypatch: pytest.MonkeyPatch) -> None:
    """In this process, which saves starting others."""
    monkeypatch.setattr(parallel, "cores", lambda: 1)


def answered(kind: str, samples: int, answer: Answer, seeds: int = 4, chance: float = 0.0, shift: float = 0.0) -> Found:
    """A design whose outcome is a function of where it stands in the unit cube; with chance, and worlds that differ."""
    factors = designs.selected("--parameters", NAMES, designs.variable(armed_town(), DECLARED))
    design = designs.sampled(kind, factors, samples, 1)
    rng = np.random.default_rng(3)
    values = answer(design.unit)[:, None] + shift * np.arange(seeds)
    values = values + chance * rng.standard_normal(values.shape)
    table = np.zeros((*values.shape, 1, len(outcomes.NAMES)))
    table[:, :, 0, outcomes.NAMES.index("coerced")] = values
    whole = Sweep(Request(armed_town(), None, (), lambda *_: None), 10, design, tuple(range(1, seeds + 1)))  # type: ignore[arg-type]
    return Found(whole, table, ("lantern",), "lantern")


def analysed(*asked: object, **more: float) -> Analysis:
    return sensitivity.analysed(answered(*asked, **more), "coerced", "lantern")  # type: ignore[arg-type]


def by_name(found: Analysis) -> dict[str, Index]:
    return {index.name: index for index in found.indices}


def straight(unit: np.ndarray) -> np.ndarray:
    return 3 * unit[:, 0] - unit[:, 1]


# --- indices ---------------------------------------------------------------------------------------------------------


def test_screening_finds_the_slopes_of_a_straight_answer() -> None:
    found = analysed("morris", 8, straight)
    assert [index.name for index in found.indices] == list(NAMES), "the largest first"
    for name, slope in zip(NAMES, (3.0, -1.0, 0.0), strict=True):
        index = by_name(found)[name]
        assert (index.size, index.first) == (pytest.approx(abs(slope)), pytest.approx(slope))
        assert (index.sigma, index.floor) == (pytest.approx(0, abs=1e-9), pytest.approx(0, abs=1e-9))


def test_screening_tells_what_depends_on_where_one_stands() -> None:
    found = by_name(analysed("morris", 20, lambda unit: unit[:, 0] * unit[:, 1] + unit[:, 2]))
    assert found[NAMES[0]].sigma > 0.2
    assert found[NAMES[2]].sigma < 1e-9


def test_shares_of_a_straight_answer_are_those_of_its_squared_slopes() -> None:
    found = by_name(analysed("saltelli", 512, straight))
    for name, share in zip(NAMES, (0.9, 0.1, 0.0), strict=True):
        assert found[name].size == pytest.approx(share, abs=0.02)
        assert found[name].first == pytest.approx(share, abs=0.05)
        assert found[name].low <= found[name].size <= found[name].high


def test_what_two_numbers_do_only_together_is_in_the_total_alone() -> None:
    """y = (x1 - 1/2)(x2 - 1/2): no share by itself, all of it together (Saltelli et al. 2010)."""
    found = by_name(analysed("saltelli", 512, lambda unit: (unit[:, 0] - 0.5) * (unit[:, 1] - 0.5)))
    for name in NAMES[:2]:
        assert found[name].size == pytest.approx(1.0, abs=0.1)
        assert found[name].first == pytest.approx(0.0, abs=0.1)
    assert found[NAMES[2]].size == 0.0


# --- chance ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("kind", "samples"), [("morris", 60), ("saltelli", 512)])
def test_chance_alone_gives_what_the_floor_says(kind: str, samples: int) -> None:
    found = analysed(kind, samples, lambda unit: 0 * unit[:, 0], chance=1.0)
    for index in found.indices:
        assert index.size == pytest.approx(index.floor, rel=0.25)
    assert sum(index.clear for index in found.indices) <= 1, "one in twenty is, by chance"


@pytest.mark.parametrize(("kind", "samples"), [("morris", 30), ("saltelli", 256)])
def test_what_matters_stands_clear_of_chance_and_what_does_not_does_not(kind: str, samples: int) -> None:
    found = by_name(analysed(kind, samples, straight, chance=0.5))
    assert [found[name].clear for name in NAMES] == [True, True, False]
    more = by_name(analysed(kind, samples, straight, seeds=16, chance=0.5))
    assert more[NAMES[2]].floor < 0.7 * found[NAMES[2]].floor, "more worlds leave less to chance"


def test_worlds_that_only_differ_in_level_move_no_index() -> None:
    still, shifted = (analysed("morris", 8, straight, shift=shift) for shift in (0.0, 5.0))
    for one, other in zip(still.indices, shifted.indices, strict=True):
        assert other[1:5] == pytest.approx(one[1:5], abs=1e-9)
    assert shifted.noise.worlds > 0.9


def test_variance_is_shared_out_among_points_worlds_and_what_is_left() -> None:
    rng = np.random.default_rng(1)
    points, worlds, left = rng.normal(0, 3, (4000, 1)), rng.normal(0, 2, (1, 4000)), rng.normal(0, 1, (4000, 4000))
    noise = sensitivity.noise_of(points + worlds + left)
    assert noise == pytest.approx(Noise(9 / 14, 4 / 14, 1 / 14), abs=0.03)
    assert sensitivity.noise_of(points + np.zeros((1, 2))) == pytest.approx(Noise(1, 0, 0), abs=1e-9)


def test_of_one_world_no_chance_is_known() -> None:
    found = analysed("morris", 8, straight, seeds=1)
    assert all(math.isnan(value) for value in (*found.noise, found.indices[0].floor))
    assert not found.indices[0].clear
    assert sensitivity.that_matter([found], answered("morris", 8, straight).sweep.design.factors)[0].name == NAMES[0]


@pytest.mark.parametrize(("kind", "samples"), [("morris", 4), ("saltelli", 8)])
def test_an_outcome_that_nothing_moves(kind: str, samples: int) -> None:
    found = analysed(kind, samples, lambda unit: 0 * unit[:, 0] + 0.1 + 0.2)
    assert (found.spread, found.mean) == (0.0, pytest.approx(0.3))
    assert {index.size for index in found.indices} == {0.0}
    assert not any(index.clear for index in found.indices)


def test_an_outcome_that_is_no_number_is_refused() -> None:
    found = answered("morris", 4, straight, seeds=1)
    found.values[3:5] = np.nan
    for name, why in (("coerced", "nothing to measure"), ("seats", "no poll")):
        with pytest.raises(
            MohallaError,
            match=rf"^--outcome {name}: is no number in 2 of 16 simulations.*for lantern there is {why} by the end\.$",
        ):
            sensitivity.analysed(found, name, "lantern")


def test_what_goes_on_from_screening_is_what_stands_clear_the_first_in_rank_first() -> None:
    factors = answered("morris", 4, straight).sweep.design.factors
    strong, weak = analysed("morris", 8, straight), analysed("morris", 8, lambda unit: unit[:, 1] * 2)
    assert [one.name for one in sensitivity.that_matter([strong], factors)] == list(NAMES[:2])
    assert [one.name for one in sensitivity.that_matter([weak], factors)] == [NAMES[1]]
    assert {one.name for one in sensitivity.that_matter([weak, strong], factors)} == set(NAMES[:2])
    chance = analysed("morris", 60, lambda unit: 0 * unit[:, 0], chance=1.0)
    assert sensitivity.that_matter([chance], factors) == ()


# --- pictures --------------------------------------------------------------------------------------------------------


class Wellformed(HTMLParser):
    """Every tag that is opened is closed in its turn."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, _attrs: object) -> None:  # type: ignore[override]
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_startendtag(self, tag: str, _attrs: object) -> None:  # type: ignore[override]
        pass


@pytest.mark.parametrize(("kind", "samples"), [("morris", 8), ("saltelli", 16)])
def test_the_page_shows_bars_chance_and_the_strongest_and_needs_no_network(
    kind: str, samples: int, tmp_path: Path
) -> None:
    found = answered(kind, samples, straight, chance=0.2)
    varied.write([(found, [sensitivity.analysed(found, "coerced", "lantern")])], tmp_path / "page.html")
    page = (tmp_path / "page.html").read_text()
    reader = Wellformed()
    reader.feed(page)
    assert reader.open == []
    assert page.count('class="floor"') == 2 * len(NAMES), "for wide screens and for narrow ones"
    assert page.count('<rect class="bar"') == 2 * len(NAMES)
    assert page.index(NAMES[0]) < page.index(NAMES[1])
    assert re.search(r"""(src|href)=["']?https?:""", page) is None
    assert "is no evidence of what it is worth in a city" in page


def test_a_page_about_what_nothing_moves_says_so(tmp_path: Path) -> None:
    found = answered("morris", 4, lambda unit: 0 * unit[:, 0] + 2)
    varied.write([(found, [sensitivity.analysed(found, "coerced", "lantern")])], tmp_path / "page.html")
    assert "It is 2 wherever it was tried: nothing that was varied moves it." in (tmp_path / "page.html").read_text()


@pytest.mark.parametrize(
    ("values", "nought", "ends"),
    [([3.0, 9.0], True, (0, 10)), ([3.0, 9.0], False, (2, 10)), ([-4.0, 7.0], True, (-5, 10)), ([], True, (0, 0.25))],
)
def test_axes_have_round_ends_that_hold_everything(
    values: list[float], nought: bool, ends: tuple[float, float]
) -> None:
    made = varied_axes.axis(values, 0.0, 100.0, nought=nought)
    assert (made.low, made.high) == pytest.approx(ends)
    assert (made.at(made.low), made.at(made.high)) == pytest.approx((0.0, 100.0))
    assert (made.ticks()[0], made.ticks()[-1]) == pytest.approx(ends)


def test_a_bar_says_which_way_the_outcome_goes() -> None:
    index = Index("a.b", 2.0, 1.0, 3.0, 0.1, 1.9, math.nan, math.nan, 0.5)
    assert varied_indices.colour(index, "morris") == varied_indices.UP
    assert varied_indices.colour(index._replace(first=-1.9), "morris") == varied_indices.DOWN
    assert varied_indices.colour(index._replace(first=0.4), "morris") == varied_indices.EITHER


# --- the command -----------------------------------------------------------------------------------------------------

SHORT = (
    "sensitivity", "small-town", "--outcome", "hold", "--parameters", "residents.danger,residents.meetings_per_year",
    "--samples", "4", "--until", "1979", "--scale", "50", "--party", "lantern",
)  # fmt: skip


def test_the_command_says_what_matters(call: Call, tmp_path: Path) -> None:
    said = call(*SHORT, "--page", "p.html", "--table", "t.csv")
    assert said.code == 0
    assert said.err.startswith("12 simulations, about "), "walks meet: half their points are alike"
    lines = said.out.splitlines()
    assert lines[0].startswith(
        "A small town (invented), 1978-01-02 to 1979-12-31, 1:50. The party: Lantern Movement. 12"
    )
    assert lines[2].startswith("hold: adults who show it in public: ")
    head = next(place for place, line in enumerate(lines) if line.startswith("number"))
    assert lines[head].split() == ["number", "mu*", "90", "%", "interval", "by", "chance", "mu", "sigma"]
    assert lines[head + 1].startswith("residents.meetings_per_year")
    words = " ".join(said.out.split())
    assert "By chance: what would be found, on average, of a number on which nothing hangs" in words
    assert (tmp_path / "p.html").stat().st_size > 10_000
    assert len((tmp_path / "t.csv").read_text().splitlines()) == 25
    assert store.runs() == []


def test_another_outcome_of_the_same_simulations_costs_nothing(call: Call) -> None:
    first = json.loads(call(*SHORT, "--json").out)
    again = [*SHORT, "--json"]
    again[again.index("hold")] = "hold,killings"
    said = call(*again)
    assert said.err == ""
    assert json.loads(said.out)["outcomes"]["hold"] == first["outcomes"]["hold"]
    assert set(first["outcomes"]["hold"]["indices"]) == {"residents.danger", "residents.meetings_per_year"}
    assert (first["method"], first["points"], first["seeds"]) == ("morris", 12, [1, 2])
    assert first["parameters"]["residents.danger"] == {"low": 4, "high": 16, "unit": "utility"}


def test_screening_then_shares(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    monkeypatch.setattr(sensitivity, "USUAL", {"morris": 4, "sobol": 4})
    monkeypatch.setattr(sensitivity, "MATTER", 1)
    whole = sweep.run
    monkeypatch.setattr(sweep, "run", lambda one, *more, **others: asked.append(one) or whole(one, *more, **others))
    said = call(*SHORT, "--method", "both", "--json")
    screened, shared = json.loads(said.out)
    assert (screened["method"], shared["method"]) == ("morris", "sobol")
    assert list(shared["parameters"]) == ["residents.meetings_per_year"]
    assert [one.design.kind for one in asked] == ["morris", "saltelli"]


def test_nothing_clear_of_chance_is_said(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sensitivity, "that_matter", lambda *_: ())
    said = call(*SHORT, "--method", "both", "--quiet")
    assert said.code == 2
    assert said.err.startswith(
        "mohalla: no number stands clear of chance in the screening, so there is nothing to share"
    )


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("--outcome", "coersed", "--outcome coersed: no such outcome. Did you mean 'coerced'?"),
        ("--outcome", "seats", "--outcome seats: is no number in 24 of 24 simulations"),
        ("--parameters", "residant", "--parameters residant: no number 'residant'. Did you mean 'residents'?"),
        ("--parameters", "residents.danger=9:4", "--parameters residents.danger=9:4: the range 9 to 4 is empty"),
        ("--samples", "0", "--samples = 0: must be between 1 and 65,536."),
        ("--samples", "50000", "150,000 points in 2 worlds are 300,000 simulations, about "),
        ("--party", "lanten", "--party = 'lanten': "),
    ],
)
def test_what_is_wrong_is_said(name: str, value: str, said: str, call: Call) -> None:
    asked = [*SHORT]
    asked[asked.index(name) + 1] = value
    answer = call(*asked, "--quiet")
    assert (answer.code, answer.out) == (2, "")
    assert answer.err.startswith(f"mohalla: {said}")


def test_a_long_list_is_cut_and_one_world_is_said(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(screens, "MOST_ROWS", 1)
    found = answered("morris", 8, straight, seeds=1)
    screens.sensitivity([sensitivity.analysed(found, "coerced", "lantern")], found)
    told = " ".join(capsys.readouterr().out.split())
    assert "and 2 more, none above 1" in told
    assert "In one world chance cannot be told apart; --seeds 2 tells." in told
    still = answered("morris", 4, lambda unit: 0 * unit[:, 0] + 2)
    screens.sensitivity([sensitivity.analysed(still, "coerced", "lantern")], still)
    assert "adults who show it and prefer another: 2 % wherever it was tried." in capsys.readouterr().out
