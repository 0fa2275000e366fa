"""Money as streams: amounts by period, what balances what, and what is drawn as wide as it should be."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st

from mohalla.calendar import WEEKS_PER_YEAR, mondays
from mohalla.report import flows, sankey
from mohalla.report.flows import Ledger, Part, ledger, periods
from tests.fake_run import fake_dataset, tiny_scenario, zero_dataset
from tests.test_report import page, section

SCENARIO = tiny_scenario()
UNIT = "million rupees a year"


@pytest.fixture(scope="module")
def run() -> xr.Dataset:
    return fake_dataset(SCENARIO, 1)


def spans(start: str, years: float) -> list[str]:
    from datetime import date

    return [span.label for span in periods(mondays(date.fromisoformat(start), round(years * 52.18)))]


# ------------------------------------------------------------------------------------------------------------ periods


@pytest.mark.parametrize(
    ("start", "years", "labels"),
    [
        ("1978-01-02", 38.2, ["1978–2016, the whole run", "1978–1989", "1990–1999", "2000–2009", "2010–2016"]),
        ("1978-01-02", 8, ["1978–1985, the whole run"]),
        ("1990-01-01", 9.9, ["1990–1999, the whole run"]),
        ("1994-01-03", 13, ["1994–2006, the whole run", "1994–1999", "2000–2006"]),
        ("1998-01-05", 4, ["1998–2001, the whole run"]),
        ("1990-01-01", 0.4, ["1990, the whole run"]),
    ],
)
def test_a_run_falls_into_decades_none_of_them_short(start: str, years: float, labels: list[str]) -> None:
    assert spans(start, years) == labels


def test_decades_cover_the_run_once() -> None:
    whole, *decades = periods(mondays(SCENARIO.about.start, 2000))
    assert (whole.first, whole.last) == (0, 2000)
    assert [span.first for span in decades] == [0, *(span.last for span in decades[:-1])]
    assert decades[-1].last == 2000


# ------------------------------------------------------------------------------------------------------------ amounts


def town(weeks: int = 104, **changes: np.ndarray) -> xr.Dataset:
    """A made-up run whose only money is what the test gives the lamp: (week, part) by variable, and its budget."""
    data = zero_dataset(SCENARIO, weeks=weeks)
    for name, values in changes.items():
        data[name].loc[{"organisation": "lamp"}] = values
    return data


def weekly(amounts: list[float], weeks: int = 104) -> np.ndarray:
    return np.tile(amounts, (weeks, 1))


INCOME = weekly([1.0, 4.0, 0.0, 0.0, 0.0, 0.0])
SKIM, SPENT = weekly([0.5, 0.25, 0.25]), weekly([2.0, 1.0, 0.5, 0.0])


def balanced(each_week: float, carried: float = 0.0) -> xr.Dataset:
    """Five come in a week, one is kept, three and a half spent; so much is saved, and so much carried off."""
    budget = 10 + (each_week - carried) * np.arange(1, 105)
    return town(income=INCOME, skim=SKIM, spending=SPENT, budget=budget)


def parts(of: Ledger) -> dict[str, float]:
    return {part.name: pytest.approx(part.amount / WEEKS_PER_YEAR, abs=1e-5) for group in of for part in group}


def test_amounts_are_yearly_means_and_what_is_not_spent_is_saved() -> None:
    found = ledger([flows.flows(balanced(0.5), "lamp")], 0)
    assert parts(found) == {
        "Dues": 1.0, "Extortion": 4.0, "Help": 2.0, "Arms": 1.0, "Workers": 0.5, "Saved": 0.5,
        "Kept by the city’s head": 0.5, "Kept by sector heads": 0.25, "Kept by unit heads": 0.25,
    }  # fmt: skip
    assert found.budget == pytest.approx(found.taken - sum(part.amount for part in found.kept), rel=1e-5)


def test_spending_more_than_comes_is_drawn_from_savings() -> None:
    spent = weekly([2.0, 3.0, 0.5, 0.0])
    data = town(income=INCOME, skim=SKIM, spending=spent, budget=200 - 1.5 * np.arange(1, 105))
    found = ledger([flows.flows(data, "lamp")], 0)
    assert [(part.name, round(part.amount / WEEKS_PER_YEAR, 4)) for part in found.beside] == [
        ("Drawn from savings", 1.5)
    ]
    assert "Saved" not in parts(found)


@pytest.mark.parametrize(
    ("carried", "name", "side"), [(0.25, "Otherwise lost", "spent"), (-0.5, "Otherwise gained", "beside")]
)
def test_money_that_no_part_explains_is_said_so(carried: float, name: str, side: str) -> None:
    found = ledger([flows.flows(balanced(0.5, carried), "lamp")], 0)
    streams = {part.name: part.amount / WEEKS_PER_YEAR for part in getattr(found, side)}
    assert streams[name] == pytest.approx(abs(carried), rel=0.02)


def test_what_rounding_leaves_is_no_stream() -> None:
    found = ledger([flows.flows(balanced(0.5, 0.0001), "lamp")], 0)
    assert "Otherwise lost" not in parts(found)


def test_both_sides_balance_in_every_period(run: xr.Dataset) -> None:
    worlds = [flows.flows(run, "lamp")]
    for place in range(len(periods(run["week"].values))):
        found = ledger(worlds, place)
        comes = sum(part.amount for part in (*found.income, *found.beside))
        goes = sum(part.amount for part in (*found.spent, *found.kept))
        assert comes == pytest.approx(goes, rel=0.02)


def test_ranges_are_those_of_the_worlds() -> None:
    worlds = [{"income/dues": np.array([amount])} for amount in (3.0, 1.0, 2.0, 5.0)]
    (dues,) = ledger(worlds, 0).income
    assert dues[:4] == ("Dues", 3.0, 1.0, 5.0)
    assert flows.span(dues) == "1 to 5"
    assert flows.span(ledger(worlds[:1], 0).income[0]) == ""


def test_a_stream_may_run_the_other_way_in_another_world() -> None:
    worlds = [{"income/dues": np.array([9.0]), "saved": np.array([amount])} for amount in (-2.0, 1.0)]
    (drawn,) = ledger(worlds, 0).beside
    assert (drawn.name, drawn.amount) == ("Drawn from savings", 2.0)
    assert drawn.low < 0


def test_where_nothing_moves_there_are_no_streams() -> None:
    assert [len(group) for group in ledger([flows.flows(zero_dataset(SCENARIO), "lamp")], 0)] == [0, 0, 0, 0]


# ------------------------------------------------------------------------------------------------------------ drawing


def stream(name: str, amount: float, kind: str) -> Part:
    return Part(name, amount, 0.5 * amount, 2 * amount, kind)


def made(income: list[float], kept: list[float], drawn: float = 0.0) -> Ledger:
    """A balanced ledger: what is not kept goes to help and arms, one to three."""
    rest = sum(income) + drawn - sum(kept)
    return Ledger(
        [stream(f"Source {i}", amount, "income") for i, amount in enumerate(income)],
        [stream("Drawn from savings", drawn, "beside")] if drawn else [],
        [stream("Help", 0.25 * rest, "spent"), stream("Arms", 0.75 * rest, "spent")],
        [stream(f"Kept {i}", amount, "kept") for i, amount in enumerate(kept)],
    )


def read(of: Ledger, style: sankey.Style) -> ElementTree.Element:
    return ElementTree.fromstring(sankey.svg(of, style, UNIT, "Money & <more>", sankey.tall([of], style)))


def numbers(shape: ElementTree.Element, *names: str) -> list[float]:
    return [float(shape.attrib[name]) for name in names]


def bars(drawn: ElementTree.Element, x: float) -> list[tuple[float, float]]:
    """Upper edge and height of the bars of one column."""
    return [tuple(numbers(one, "y", "height")) for one in drawn.iter("rect") if numbers(one, "x") == [x]]  # type: ignore[misc]


def ribbon(shape: ElementTree.Element) -> tuple[float, float, float, float, float]:
    """Where a ribbon starts and ends (x, upper edge), and how wide it is."""
    found = [float(part) for part in re.findall(r"-?[\d.]+", shape.attrib["d"])]
    return found[0], found[1], found[6], found[7], found[8]


def ribbons(drawn: ElementTree.Element) -> list[tuple[float, float, float, float, float]]:
    return [ribbon(one) for one in drawn.iter("path")]


STYLES = pytest.mark.parametrize("style", [sankey.WIDE, sankey.NARROW], ids=["wide", "narrow"])


@STYLES
def test_widths_are_amounts_on_one_scale(style: sankey.Style) -> None:
    drawn = read(made([100.0, 300.0], [40.0, 20.0]), style)
    first, second = bars(drawn, style.columns[0])
    assert second[1] == pytest.approx(3 * first[1], rel=0.01)
    assert bars(drawn, style.columns[1])[0][1] == pytest.approx(first[1] + second[1], rel=0.01)
    assert bars(drawn, style.columns[2])[0][1] == pytest.approx(first[1] * 3.4, rel=0.01)
    assert [height for _, height in bars(drawn, style.columns[3])] == pytest.approx(
        [first[1] * share for share in (0.85, 2.55, 0.4, 0.2)], abs=0.1
    )


@STYLES
def test_ribbons_fill_both_sides_of_the_middle_bars_without_gaps(style: sankey.Style) -> None:
    drawn = read(made([100.0, 300.0], [40.0, 20.0], drawn=50.0), style)
    for place in (1, 2):
        (top, tall), x = bars(drawn, style.columns[place])[0], style.columns[place]
        into = sorted((y, wide) for _, _, end, y, wide in ribbons(drawn) if end == x)
        out = sorted((y, wide) for start, y, _, _, wide in ribbons(drawn) if start == x + style.node)
        for side in (into, out):
            edges = [top, *(y + wide for y, wide in side)]
            assert [y for y, _ in side] == pytest.approx(edges[:-1], abs=0.2)
            assert edges[-1] == pytest.approx(top + tall, abs=0.3)


@STYLES
def test_every_stream_ends_at_its_own_bar(style: sankey.Style) -> None:
    drawn = read(made([100.0, 300.0], [40.0, 20.0]), style)
    ends = [(y, wide) for _, _, end, y, wide in ribbons(drawn) if end == style.columns[3]]
    assert np.array(sorted(ends)) == pytest.approx(np.array(sorted(bars(drawn, style.columns[3]))), abs=0.1)


@STYLES
@given(
    income=st.lists(st.floats(0.01, 1e6), min_size=1, max_size=6),
    kept=st.lists(st.floats(0, 0.3), min_size=3, max_size=3),
    drawn=st.floats(0, 1e6),
)
def test_labels_have_room_and_all_is_inside(
    style: sankey.Style, income: list[float], kept: list[float], drawn: float
) -> None:
    of = made(income, [share * sum(income) for share in kept], drawn)
    picture = read(of, style)
    height = float(picture.attrib["viewBox"].split()[-1])
    for place in (0, 3):
        own = bars(picture, style.columns[place])
        middles = [y + tall / 2 for y, tall in own]
        assert (np.diff(middles) >= style.slot - 0.3).all()
        assert max(y + tall for y, tall in own) <= height
    assert all(y + wide <= height + 0.5 for _, _, _, y, wide in ribbons(picture))


@STYLES
def test_every_stream_says_its_name_amount_and_range(style: sankey.Style) -> None:
    drawn = read(made([100.0], [40.0]), style)
    text = " ".join("".join(one.itertext()) for one in drawn.iter("text"))
    for words in ("Source 0", "100", "(50 to 200)", "Help", "15", "All income", "Budget", "60", "Kept 0"):
        assert words in text
    titles = [one.text for one in drawn.iter("title")]
    assert "Kept 0: 40 million rupees a year; 20 to 80 over worlds" in titles
    assert drawn.attrib["aria-label"] == "Money & <more>"


@STYLES
def test_no_money_is_said_and_not_drawn(style: sankey.Style) -> None:
    drawn = read(Ledger([], [], [], []), style)
    assert [one.text for one in drawn.iter("text")] == [sankey.NOTHING]
    assert not list(drawn.iter("rect"))


@STYLES
def test_an_old_purse_without_income_is_drawn(style: sankey.Style) -> None:
    drawn = read(made([], [], drawn=12.0), style)
    assert "Drawn from savings" in " ".join("".join(one.itertext()) for one in drawn.iter("text"))
    assert len(ribbons(drawn)) == 3


def test_no_period_makes_the_page_jump() -> None:
    few, many = made([5.0], []), made([1.0] * 6, [0.1, 0.1, 0.1])
    for style in (sankey.WIDE, sankey.NARROW):
        assert sankey.tall([few, many], style) == max(sankey.tall([few], style), sankey.tall([many], style))


# --------------------------------------------------------------------------------------------------------------- page


def test_the_page_shows_the_whole_run_and_hides_its_decades(tmp_path: Path) -> None:
    longer = tiny_scenario(start="1985-01-07", end="2004-12-31")
    chapter = section(page(tmp_path, [fake_dataset(longer, seed) for seed in (1, 2)], longer), "money")
    assert re.findall(r"<option value=\"\d\">([^<]+)</option>", chapter) == [
        "1985–2004, the whole run", "1985–1989", "1990–1999", "2000–2004",
    ]  # fmt: skip
    assert chapter.count('<div class="period">') == 1
    assert chapter.count('<div class="period" hidden>') == 3
    assert "million rupees of 2000 a year, mean over the period; reference run, in brackets" in chapter


def test_a_short_run_has_one_period_and_no_choice(run: xr.Dataset, tmp_path: Path) -> None:
    chapter = section(page(tmp_path, [run]), "money")
    assert 'id="flow-period"' not in chapter
    assert "in brackets" not in chapter
    assert chapter.count('<svg class="flow"') == 2


def test_the_table_has_the_numbers_of_the_run(run: xr.Dataset, tmp_path: Path) -> None:
    chapter = section(page(tmp_path, [run]), "money").split('id="flow-table"')[1]
    dues = float(run["income"].sel(organisation="lamp", income_source="dues").mean()) * WEEKS_PER_YEAR
    shown = re.search(r'<th scope="row">Dues</th><td class="num" data-label="[^"]+">([\d.,]+)', chapter)
    assert shown is not None
    assert float(shown.group(1).replace(",", "")) == pytest.approx(dues, rel=0.02)


def test_a_town_without_money_says_so(tmp_path: Path) -> None:
    chapter = section(page(tmp_path, [zero_dataset(SCENARIO)]), "money")
    assert chapter.count(sankey.NOTHING) == 2
