"""What each mechanism is worth, as the report shows it: read from the run's folder, drawn to scale, told with care."""

from __future__ import annotations

import json
import math
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mohalla.errors import MohallaError
from mohalla.experiments import ablation as experiment
from mohalla.experiments import measures
from mohalla.experiments.intervals import Interval
from mohalla.reading import fingerprint
from mohalla.report import ablation
from mohalla.report.ablation import Effect, Measure
from mohalla.report.build import build
from mohalla.scenario import Scenario
from tests.fake_run import fake_dataset, save, tiny_scenario
from tests.test_report import PARAMETERS, PROVENANCE, section

SCENARIO = tiny_scenario()
NOTHING = Interval(6, 0.0, 0.0, 0.0)


def stored(folder: Path, scenario: Scenario = SCENARIO, **differences: dict[str, Interval]) -> Path:
    """A file as `mohalla ablate --json` prints it, with these differences by mechanism and measure."""
    whole = {measure.name: Interval(6, 40.0, 30.0, 50.0) for measure in measures.MEASURES}
    rows = tuple(
        experiment.Row(name, {one.name: found.get(one.name, NOTHING) for one in measures.MEASURES})
        for name, found in differences.items()
    )
    asked = experiment.Question(scenario, 50, None, fake_dataset)  # type: ignore[arg-type]
    jobs = experiment.jobs(asked, 6, list(differences))
    path = folder / ablation.FILE
    table = experiment.Ablation("lamp", 6, whole, rows)
    path.write_text(json.dumps(experiment.as_data(table, asked, jobs)), encoding="utf-8")
    return path


def found(folder: Path, **differences: dict[str, Interval]) -> ablation.Ablation:
    read = ablation.read(stored(folder, **differences))
    assert read is not None
    return read


# ------------------------------------------------------------------------------------------------------------- reading


def test_what_was_printed_is_read_back(tmp_path: Path) -> None:
    read = found(
        tmp_path, coercion={"hold": Interval(6, -12.0, -15.0, -9.0), "seats": Interval(1, 2.0, math.nan, math.nan)}
    )
    assert (read.party, read.worlds, read.scale, read.until) == ("lamp", 6, 50, "1999-12-31")
    assert read.fingerprint == fingerprint(SCENARIO)
    assert [measure.name for measure in read.measures] == [measure.name for measure in measures.MEASURES]
    hold = read.measures[0]
    assert (hold.unit, hold.meaning, hold.whole) == ("%", "adults who show it in public", (6, 40.0, 30.0, 50.0))
    assert hold.without == {"coercion": (6, -12.0, -15.0, -9.0)}
    seats = next(measure for measure in read.measures if measure.name == "seats")
    assert math.isnan(seats.without["coercion"].low)


def test_no_file_is_no_ablation(tmp_path: Path) -> None:
    assert ablation.read(tmp_path / ablation.FILE) is None


@pytest.mark.parametrize(
    ("text", "words"),
    [("{", "JSONDecodeError"), ("[]", "is not what"), ('{"measures": {"hold": {}}}', "KeyError"), ("3", "TypeError")],
)
def test_another_file_of_that_name_is_refused_in_words(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / ablation.FILE
    path.write_text(text, encoding="utf-8")
    with pytest.raises(MohallaError, match=r"is not what 'mohalla ablate NAME --json' prints.*Write it again") as error:
        ablation.read(path)
    assert words in str(error.value)
    assert str(path) in str(error.value)


# -------------------------------------------------------------------------------------------------------------- order


def test_what_matters_most_over_all_measures_stands_on_top(tmp_path: Path) -> None:
    def by(hold: float, armed: float) -> dict[str, Interval]:
        return {"hold": Interval(6, hold, hold - 1, hold + 1), "armed": Interval(6, armed, armed - 1, armed + 1)}

    read = found(tmp_path, rivalry=by(1, 0), coercion=by(-10, 100), words=by(0, 0), patronage=by(9, -900))
    assert ablation.order(read) == ["patronage", "coercion", "rivalry", "words"]


def test_what_is_not_a_number_does_not_matter(tmp_path: Path) -> None:
    nothing = Interval(0, math.nan, math.nan, math.nan)
    assert ablation.order(found(tmp_path, words={"hold": nothing}, riot={"hold": Interval(6, 1, 0, 2)}))[0] == "riot"


# ------------------------------------------------------------------------------------------------------------ drawing


def measure(**effects: Effect) -> Measure:
    return Measure("hold", "%", "adults & others", Effect(6, 40, 30, 50), effects)


def read(of: Measure) -> ElementTree.Element:
    return ElementTree.fromstring(ablation.chart(of, list(of.without), "percentage points"))


def kinds(drawn: ElementTree.Element, kind: str) -> list[ElementTree.Element]:
    return [one for one in drawn.iter() if kind in one.attrib.get("class", "").split()]


def scale(drawn: ElementTree.Element) -> tuple[float, float]:
    """Where nought stands, and pixels a unit, read off the axis."""
    ticks = {
        one.text or "": float(one.attrib["x"]) for one in drawn.iter("text") if one.attrib["text-anchor"] == "middle"
    }
    other = next(text for text in ticks if text != "0")
    value = float(other.replace("−", "-").replace("k", "e3").replace("m", "e6").replace("bn", "e9"))
    return ticks["0"], (ticks[other] - ticks["0"]) / value


def test_dots_and_intervals_stand_where_the_axis_says() -> None:
    drawn = read(measure(coercion=Effect(6, -12.0, -15.0, -9.0), words=Effect(6, 1.0, -2.0, 4.0)))
    nought, unit = scale(drawn)
    for row, (low, mean, high) in zip(kinds(drawn, "effect"), ((-15, -12, -9), (-2, 1, 4)), strict=True):
        (line,), (dot,) = row.findall("line"), row.findall("circle")
        at = [float(shape.attrib[name]) for shape, name in ((line, "x1"), (dot, "cx"), (line, "x2"))]
        assert at == pytest.approx([nought + unit * value for value in (low, mean, high)], abs=0.15)


@given(st.lists(st.tuples(st.floats(-1e6, 1e6), st.floats(0, 1e6)), min_size=1, max_size=20))
def test_everything_is_inside_and_nought_is_on_the_axis(values: list[tuple[float, float]]) -> None:
    effects = {f"m{i}": Effect(6, mean, mean - reach, mean + reach) for i, (mean, reach) in enumerate(values)}
    drawn = read(measure(**effects))
    xs = [float(one.attrib[name]) for one in drawn.iter("line") for name in ("x1", "x2")]
    assert min(xs) >= ablation.LEFT - 0.2
    assert max(xs) <= ablation.WIDTH - ablation.RIGHT + 0.2
    assert len(kinds(drawn, "base")) == 1
    assert 2 <= len([one for one in kinds(drawn, "tick") if one.attrib["text-anchor"] == "middle"]) <= 7


@pytest.mark.parametrize(
    ("low", "high", "clear"), [(0.1, 2.0, True), (-2.0, -0.1, True), (-0.1, 2.0, False), (0.0, 0.0, False)]
)
def test_only_intervals_on_one_side_of_nought_are_filled(low: float, high: float, clear: bool) -> None:
    effect = Effect(6, (low + high) / 2, low, high)
    assert effect.clear is clear
    assert bool(kinds(read(measure(rivalry=effect)), "clear")) is clear


def test_one_world_has_a_dot_and_no_interval() -> None:
    (row,) = kinds(read(measure(rivalry=Effect(1, 3.0, math.nan, math.nan))), "effect")
    line = row.find("line")
    assert line is not None
    assert line.attrib["x1"] == line.attrib["x2"]
    assert row.findtext("title") == "Without rivalry: +3 percentage points, 1 world"


def test_what_is_not_a_number_has_its_name_and_no_dot() -> None:
    (row,) = kinds(read(measure(rivalry=Effect(0, math.nan, math.nan, math.nan))), "effect")
    assert row.find("circle") is None
    assert row.findtext("title") == "Without rivalry: no number"


def test_a_mechanism_that_was_not_left_out_has_no_row() -> None:
    assert len(kinds(ElementTree.fromstring(ablation.chart(measure(), ["rivalry"], "%")), "effect")) == 0


def test_differences_are_told_with_their_sign_and_range() -> None:
    assert ablation.told(Effect(6, -12.3, -15.0, -9.0), "points") == "−12.3 (−15 to −9) points, 6 worlds"
    assert ablation.told(Effect(6, 4.0, 1.0, 7.0), "persons") == "+4 (1 to 7) persons, 6 worlds"


# --------------------------------------------------------------------------------------------------------------- page


def page(folder: Path, kept: ablation.Ablation | None, scenario: Scenario = SCENARIO) -> str:
    simulation = save(fake_dataset(scenario, 1), folder / "1.nc")
    return build([simulation], scenario, None, PROVENANCE, folder / "r.html", PARAMETERS, kept).read_text("utf-8")


def test_a_report_without_an_ablation_says_nothing_of_it(tmp_path: Path) -> None:
    html = page(tmp_path, None)
    assert 'id="ablation"' not in html
    assert 'href="#ablation"' not in html


def test_the_page_has_a_chart_for_every_measure(tmp_path: Path) -> None:
    strong = {one.name: Interval(6, -3.0, -4.0, -2.0) for one in measures.MEASURES}
    html = page(tmp_path, found(tmp_path, coercion=strong, words={}))
    part = section(html, "ablation")
    assert '<a href="#ablation">' in html
    assert part.count('<svg class="chart effects"') == len(measures.MEASURES)
    assert part.count('class="tip effect clear"') == len(measures.MEASURES)
    assert "Each row is what changes for Lamp without that mechanism" in part
    assert "difference in percentage points; with everything 40 (30 to 50) %, 6 worlds" in part
    assert "difference in million rupees of 2000 a year; with everything 40" in part
    assert re.search(r"6 paired worlds at 1:50, to 31 Dec 1999.*Of 16 rows about 2 would be filled by chance", part)
    assert "another version of the scenario" not in part


def test_an_ablation_of_another_scenario_is_marked(tmp_path: Path) -> None:
    kept = found(tmp_path, coercion={})
    assert "another version of the scenario" in page(tmp_path, kept, tiny_scenario(title="Harbour, changed"))


def test_the_report_of_a_stored_run_finds_the_file_in_its_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from mohalla import store
    from mohalla.report import stored as of_run

    monkeypatch.setenv("MOHALLA_RUNS", str(tmp_path))
    run = store.create(SCENARIO, {"labels": ["1"], "until": "1999-12-31"})
    run = store.finish(store.add_simulation(run, "1", fake_dataset(SCENARIO, 1), seed=1, scale=10))
    assert 'id="ablation"' not in of_run.report_on(run, {}).read_text("utf-8")
    stored(run.folder, coercion={})
    assert 'id="ablation"' in of_run.report_on(run, {}).read_text("utf-8")
