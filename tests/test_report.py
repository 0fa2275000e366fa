"""The page of a run: complete, self-contained, and saying what the numbers say, whichever way they fall."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from mohalla.parameters import Known, Value
from mohalla.record import Record
from mohalla.report.build import build, linked
from mohalla.report.digest import axes, digest, find_main_party
from mohalla.report.findings import Card, cards, findings
from mohalla.results import check
from mohalla.scenario import Scenario
from tests.fake_run import fake_dataset, save, tiny_record, tiny_scenario, zero_dataset

PARAMETERS = {
    "extortion": {"demand_share": Value(0.03, Known("share", 0.01, 0.06, "what a trader is asked for", "a <book>"))},
    "coercion": {"reach": Value(0.5, Known("0-1", 0.1, 0.9, "how far followers see"))},
}
PROVENANCE = {"version": "0.1.0", "seeds": [1, 2, 3], "seconds": 12.5, "machine": {"cores": 2}}
CHAPTERS = ("following", "armed", "killings", "frontiers", "money", "seats", "hierarchy", "fear")


class Elements(HTMLParser):
    """Every start tag of a page with its attributes, and its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def page(
    folder: Path, datasets: Sequence[xr.Dataset], scenario: Scenario | None = None, record: Record | None = None
) -> str:
    paths = [save(dataset, folder / f"{index}.nc") for index, dataset in enumerate(datasets)]
    out = build(paths, scenario or tiny_scenario(), record, PROVENANCE, folder / "report.html", PARAMETERS)
    return out.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def runs() -> list[xr.Dataset]:
    return [fake_dataset(tiny_scenario(), seed) for seed in (1, 2, 3)]


@pytest.fixture(scope="module")
def html(runs: list[xr.Dataset], tmp_path_factory: pytest.TempPathFactory) -> str:
    return page(tmp_path_factory.mktemp("report"), runs, record=tiny_record())


def section(html: str, name: str) -> str:
    return html.split(f'<section id="{name}">')[1].split("</section>", maxsplit=1)[0]


def card(html: str, name: str) -> str:
    return html.split(f'id="finding-{name}"')[1].split("</article>", maxsplit=1)[0]


def said(datasets: Sequence[xr.Dataset], name: str) -> Card:
    """One finding of these runs, without writing a page."""
    scenario = tiny_scenario()
    main = find_main_party(datasets[0])
    digests = [digest(dataset, scenario, None, main) for dataset in datasets]
    made = cards(findings(scenario, digests, axes(datasets[0]), main), main, len(datasets))
    return next(one for one in made if one.id == name)


def data(html: str, name: str = "data") -> dict:
    return json.loads(re.search(rf'<script type="application/json" id="{name}">(.*?)</script>', html, re.S).group(1))


def test_the_made_up_runs_keep_the_contract(runs: list[xr.Dataset]) -> None:
    check(runs[0])
    check(zero_dataset(tiny_scenario()))


# ------------------------------------------------------------------------------------------------- self-contained


def test_nothing_is_loaded_from_anywhere(html: str) -> None:
    loads = [
        (tag, name, value)
        for tag, attributes in Elements(html).tags
        for name, value in attributes.items()
        if name in ("src", "srcset", "data", "poster", "action") or (name == "href" and tag in ("link", "image", "use"))
    ]
    assert loads == []
    style, script = (
        html.split("<style>")[1].split("</style>", maxsplit=1)[0],
        html.split("<script>")[1].split("</script>", maxsplit=1)[0],
    )
    assert not re.search(r"url\(|@import|@font-face", style)
    assert not re.search(r"\bfetch\(|XMLHttpRequest|import\(|importScripts|new Image", script)


def test_every_inner_link_has_a_target(html: str) -> None:
    tags = Elements(html).tags
    ids = [attributes["id"] for _, attributes in tags if "id" in attributes]
    links = {a["href"][1:] for tag, a in tags if tag == "a" and (a.get("href") or "").startswith("#")}
    assert links <= set(ids)
    assert len(ids) == len(set(ids))


def test_the_page_is_small_and_fits_a_phone(html: str) -> None:
    assert len(html) < 2_000_000
    assert '<meta name="viewport" content="width=device-width' in html
    assert "@media print" in html
    assert "@media (max-width: 680px)" in html


def test_text_from_files_is_escaped(html: str) -> None:
    assert "Riot &lt;at&gt; the bridge &amp; market" in html
    assert "a &lt;book&gt;" in html
    assert "<at>" not in html.replace("\\u003c", "<").split('id="data"')[0]


def test_addresses_become_links_and_nothing_else_does() -> None:
    assert linked("see https://www.example.org/a?b=1.") == (
        'see <a href="https://www.example.org/a?b=1" rel="noopener">example.org</a>.'
    )
    assert linked('<b> "x"') == "&lt;b&gt; &#34;x&#34;"


# ------------------------------------------------------------------------------------------------------- charts


@pytest.mark.parametrize("name", CHAPTERS)
def test_every_chapter_says_its_source_and_what_it_rests_on(html: str, name: str) -> None:
    assert re.search(r'<p class="source">Source: this run, 3 worlds.*Rests on', section(html, name), re.S)


def test_every_chart_has_title_unit_and_label(html: str) -> None:
    figures = re.findall(r'<figure class="panel.*?</figure>', html, re.S)
    assert len(figures) > 25
    for figure in figures:
        assert re.search(r"<h4[^>]*>[^<]+</h4>", figure)
        assert re.search(r'class="unit"[^>]*>[^<]+</span>', figure)
        assert re.search(r'<svg[^>]*role="img" aria-label="[^"]+"', figure)


def test_every_time_axis_carries_the_dated_history(html: str) -> None:
    charts = re.findall(r'<svg class="chart" .*?</svg>', html, re.S)
    assert charts
    for chart in charts:
        assert "Operation Sweep" in chart
        assert "Riot &lt;at&gt;" in chart
        assert re.search(r'<text class="tick"[^>]*>199[468]</text>', chart)


def test_charts_link_to_parameters_that_exist_and_only_to_those(html: str) -> None:
    assert '<a href="#parameters-extortion">extortion</a>' in section(html, "money")
    assert 'href="#parameters-election"' not in html


def test_hover_numbers_are_those_of_the_runs(html: str, runs: list[xr.Dataset]) -> None:
    lines = data(html)["panels"]["following-city"]["lines"]
    hold = [_share(run, "face", "lamp") for run in runs]
    first = [100 * one[:13].mean() for one in hold]
    assert lines[0]["label"] == "Hold"
    assert lines[0]["reference"][0] == pytest.approx(first[0], rel=0.01)
    assert lines[0]["median"][0] == pytest.approx(np.median(first), rel=0.01)
    assert lines[0]["low"][0] == pytest.approx(min(first), rel=0.01)


def _share(run: xr.Dataset, variable: str, organisation: str) -> np.ndarray:
    part = run[variable].sel(organisation=organisation).sum(("sector", "community")).values
    return np.asarray(part / run["population"].sum(("sector", "community")).values)


def test_yearly_killings_are_those_of_the_runs(html: str, runs: list[xr.Dataset]) -> None:
    lines = data(html)["panels"]["counter-police"]["lines"]
    place = data(html)["axes"]["years"].index(1995.5)
    weekly = runs[0]["killings_cause"].sum(("sector", "cause"))
    in_year = weekly[weekly["week"].dt.year == 1995]
    assert lines[0]["reference"][place] == pytest.approx(float(in_year.mean()) * 365.25 / 7, rel=0.01)


def test_imposed_background_has_its_own_line_where_a_counter_includes_it(html: str) -> None:
    panels = data(html)["panels"]
    assert [line["label"] for line in panels["counter-police"]["lines"]][1] == "of which imposed"
    assert len(panels["counter-monitor"]["lines"]) == 1


def test_a_count_of_days_is_not_drawn_as_a_year(html: str) -> None:
    figure = section(html, "killings").split('id="panel-counter-police"')[1].split("</figure>")[0]
    assert figure.count('class="record"') == 1
    assert "1 more in the fit table" in figure


def test_a_count_of_two_years_is_scaled_and_hollow(html: str) -> None:
    figure = section(html, "killings").split('id="panel-counter-shots"')[1].split("</figure>")[0]
    assert "6 a year" in figure
    assert 'class="dot hollow"' in figure


def test_seats_stand_beside_the_actual_result_and_boycotts_show(html: str) -> None:
    chapter = section(html, "seats")
    assert "5 in fact" in chapter
    lamp = chapter.split('id="panel-seats-national-lamp"')[1].split("</figure>")[0]
    assert lamp.count('class="out"') == 1
    assert "no record" in lamp


def test_a_slot_that_is_never_used_is_named_not_drawn(runs: list[xr.Dataset], tmp_path: Path) -> None:
    quiet = []
    for run in runs[:2]:
        copy = run.copy(deep=True)
        copy["armed"].loc[{"organisation": "splinter-1"}] = 0
        quiet.append(copy)
    chapter = section(page(tmp_path, quiet), "armed")
    assert "panel-armed-splinter-1" not in chapter
    assert "Never armed in numbers that would show: Splinter 1." in chapter


# ---------------------------------------------------------------------------------------------------------- map


def test_the_map_says_that_it_is_synthetic_and_holds_every_unit(html: str, runs: list[xr.Dataset]) -> None:
    chapter = section(html, "map")
    assert "This map is synthetic" in chapter
    drawn = chapter.split('<g id="units">')[1].split("</g>")[0]
    assert drawn.count("<polygon") == runs[0].sizes["unit"]
    assert 'type="range"' in chapter
    assert re.findall(r'<option value="(\w+)">', chapter)[:6] == [
        "hold", "coerced", "watch", "force", "killings", "leads",
    ]  # fmt: skip


def test_map_layers_are_those_of_the_reference(html: str, runs: list[xr.Dataset]) -> None:
    from base64 import b64decode

    city = data(html, "map-data")
    layer = np.frombuffer(b64decode(city["layers"]["hold/lamp"]), np.uint8) / city["steps"]
    expected = runs[0]["unit_hold"].sel(organisation="lamp").values.ravel()
    assert np.abs(layer - expected).max() < 0.003


# ---------------------------------------------------------------------------------------------------- fit table


def test_every_row_says_imposed_partly_or_emergent(html: str) -> None:
    rows = re.findall(r'<tr class="(?:inside|outside)">.*?</tr>', section(html, "fit"), re.S)
    record = tiny_record()
    polls = sum(len(poll.seats) + len(poll.vote_shares) + (poll.turnout is not None) for poll in record.seats)
    assert len(rows) == len(record.deaths) + polls + len(record.figures)
    for row in rows:
        assert re.search(r'<span class="tag (imposed|partly|emergent)">\1</span>', row)
        assert re.search(r"(low|medium|high) confidence", row)
        assert "example.org" in row


def test_numbers_in_the_fit_table_are_those_of_the_runs(html: str, runs: list[xr.Dataset]) -> None:
    year = [run["armed"].sel(organisation="lamp", week="1995").sum("sector").mean() for run in runs]
    row = next(row for row in re.findall(r"<tr class=.*?</tr>", section(html, "fit"), re.S) if "Gunmen of Lamp" in row)
    shown = float(re.search(r'data-label="Simulated" class="num">([\d,]+)', row).group(1).replace(",", ""))
    assert shown == pytest.approx(float(np.median(year)), rel=0.03)
    assert "900" in row
    assert "claim by one side" in row
    assert f"× {np.median(year) / 900:.2g}" in row


def test_a_boycott_is_imposed_and_a_tide_makes_a_row_partly(html: str) -> None:
    rows = re.findall(r"<tr class=.*?</tr>", section(html, "fit"), re.S)
    kinds = {re.sub("<[^>]+>", " ", row).split("seats of")[0].strip(): row for row in rows if "seats of" in row}
    assert "tag imposed" in next(row for text, row in kinds.items() if "6 Mar 1995" in text and "Lamp" in text)
    assert "tag partly" in next(row for text, row in kinds.items() if "2 Mar 1992" in text and "Anchor" in text)
    assert "tag emergent" in next(row for text, row in kinds.items() if "2 Mar 1992" in text and "Lamp" in text)


def test_without_a_record_nothing_is_compared(runs: list[xr.Dataset], tmp_path: Path) -> None:
    html = page(tmp_path, runs[:2])
    assert "No public record was given" in section(html, "fit")
    assert "No public record was given" in section(html, "seats")
    assert 'class="actual"' not in section(html, "seats").split('<div class="grid')[1]


# ----------------------------------------------------------------------------------------------------- findings


def _seats(run: xr.Dataset, lamp: int) -> xr.Dataset:
    """The first national election goes `lamp` of 5 to the lamp, the rest to the anchor."""
    changed = run.copy(deep=True)
    changed["seats"].loc[{"election": "1992-03-02 national"}] = [0, 5 - lamp, lamp, 0]
    return changed


@pytest.mark.parametrize(
    ("won", "figure", "words"),
    [
        ((4, 3, 5), "100 %", "in all 3 worlds"),
        ((4, 1, 0), "33 %", "in 1 of 3 worlds"),
        ((2, 1, 0), "0 %", "in none of 3"),
    ],
)
def test_the_first_election_is_told_as_it_went(
    runs: list[xr.Dataset], won: tuple[int, ...], figure: str, words: str
) -> None:
    finding = said([_seats(run, seats) for run, seats in zip(runs, won, strict=True)], "first-election")
    assert finding.figure == figure
    assert f"more than half of the city’s 5 seats {words}" in finding.sentence


def _killings(run: xr.Dataset, before: int, after: int) -> xr.Dataset:
    """So many killings a week in contests before and after the operation begins, and nothing else."""
    changed = run.copy(deep=True)
    changed["killings_cause"][:] = 0
    late = changed["week"].values >= np.datetime64("1996-01-01")
    changed["killings_cause"].loc[{"cause": "contest", "sector": "North 1"}] = np.where(late, after, before)
    return changed


@pytest.mark.parametrize(
    ("before", "after", "figure", "words"),
    [(4, 1, "−75 %", "in all 3 worlds"), (2, 3, "+50 %", "in none of 3 worlds"), (0, 3, "n/a", "in none of 3 worlds")],
)
def test_killings_around_an_operation_flip_with_the_data(
    runs: list[xr.Dataset], before: int, after: int, figure: str, words: str
) -> None:
    finding = said([_killings(run, before, after) for run in runs], "operations")
    assert finding.figure == figure
    assert f"fewer than in the year before {words}" in finding.sentence
    assert "not cause and effect" in finding.sentence


def _coerced(run: xr.Dataset, first: float, last: float) -> xr.Dataset:
    """The coerced share of the lamp's followers moves from `first` to `last`; hearts are what is left of faces."""
    changed = run.copy(deep=True)
    at = {"organisation": "lamp"}
    face = np.floor(0.5 * changed["population"].values)
    share = np.linspace(first, last, len(face))[:, None, None]
    changed["face"].loc[at] = face
    changed["coerced"].loc[at] = face * share
    changed["heart"].loc[at] = face - np.floor(face * share)
    return changed


@pytest.mark.parametrize(("first", "last", "words"), [(0.1, 0.6, "in all 3 worlds"), (0.6, 0.1, "in none of 3 worlds")])
def test_the_gap_grows_or_closes_with_the_data(runs: list[xr.Dataset], first: float, last: float, words: str) -> None:
    finding = said([_coerced(run, first, last) for run in runs], "gap")
    assert f"coerced share is larger in 1998 than in 1991 {words}" in finding.sentence
    shares = [float(row[1].split(" %")[0].replace(",", "")) for row in finding.rows]
    assert shares == sorted(shares, reverse=first > last)


def test_the_main_party_is_found_not_named(runs: list[xr.Dataset], tmp_path: Path) -> None:
    swapped = []
    for run in runs[:2]:
        copy = run.copy(deep=True)
        for name in ("face", "heart", "coerced"):
            values = run[name].values[..., [0, 2, 1, 3]]
            copy[name][:] = values
        swapped.append(copy)
    assert "Anchor (largest hold in the reference run)" in page(tmp_path, swapped)
    assert "Who follows Anchor" in (tmp_path / "report.html").read_text(encoding="utf-8")


def test_the_main_party_is_the_one_the_scenario_declares() -> None:
    data = zero_dataset(tiny_scenario())
    assert find_main_party(data, "anchor") == "anchor"
    assert find_main_party(data, "nobody") == find_main_party(data)


# -------------------------------------------------------------------------------------------------- small cases


def test_one_simulation_has_no_band_and_says_so(runs: list[xr.Dataset], tmp_path: Path) -> None:
    html = page(tmp_path, runs[:1], record=tiny_record())
    assert "one world, so there is no band" in html
    assert "Ranges rest on 1 world." in html


def test_a_city_where_nothing_happens_still_makes_a_page(tmp_path: Path) -> None:
    scenario = tiny_scenario()
    html = page(tmp_path, [zero_dataset(scenario, 1), zero_dataset(scenario, 2)], record=tiny_record())
    assert "nan" not in re.sub(r"<script.*?</script>", "", html, flags=re.S).lower().replace("governance", "")
    assert '<p class="figure">0 %</p>' in card(html, "gap")
    assert '<p class="figure">n/a</p>' in card(html, "operations")
    assert "NaN" not in html.split('id="data"')[1].split("</script>")[0]


def test_a_run_of_one_year_makes_a_page(tmp_path: Path) -> None:
    scenario = tiny_scenario()
    html = page(tmp_path, [fake_dataset(scenario, 1, weeks=52)], record=tiny_record())
    assert "No operation has a full year of the run on either side" in html
    assert 'id="finding-gap"' in html


def test_a_run_past_the_record_is_marked_as_extrapolation(tmp_path: Path) -> None:
    scenario = tiny_scenario(record_ends="1997-12-31", extrapolation="The last stances stay in force.")
    html = page(tmp_path, [fake_dataset(scenario, 1)], scenario)
    assert "an extrapolation. The last stances stay in force." in html
    assert 'class="extrapolation"' in html


# ----------------------------------------------------------------------------------------- assumptions, provenance


def test_assumptions_are_listed_with_unit_range_and_source(html: str) -> None:
    chapter = section(html, "assumptions")
    assert "demand share" in chapter
    assert "0.01 – 0.06" in chapter
    assert "how far communities live apart" in chapter
    assert f"All {2 + 5} numbers" in chapter


def test_what_was_run_is_told_in_full(html: str) -> None:
    told = section(html, "run")
    assert "1, 2, 3" in told
    assert "cores 2" in told
    assert "central values" in told
    assert "coercion cost 0.2" in told


def test_what_it_is_not_for_comes_before_anything_else(html: str) -> None:
    assert html.index("What it is not for") < html.index('id="findings"')
    assert "No individual is in it" in html
    assert "allegations stay allegations" in html
