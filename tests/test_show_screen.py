"""A scenario as tables: everything declared is there with its source, and says whether it is imposed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from rich.console import Console

from mohalla import reading
from mohalla.cli import show_screen
from mohalla.scenario import Scenario


@pytest.fixture(params=reading.shipped())
def scenario(request: pytest.FixtureRequest) -> Scenario:
    from mohalla.mechanisms import DECLARED

    return reading.read(request.param, DECLARED)


def printed(scenario: Scenario, *, width: int = 400) -> str:
    """What `show` prints, wide enough for one row to be one line."""
    console = Console(width=width, record=True, file=None, quiet=False, force_terminal=False)
    with console.capture() as capture:
        show_screen.show(scenario, None, console)
    return capture.get()


def sources(part: object) -> Iterator[str]:
    """Every source anywhere in a scenario."""
    if isinstance(part, dict):
        yield from (value for key, value in part.items() if key == "source")
        part = list(part.values())
    if isinstance(part, list | tuple):
        for inner in part:
            yield from sources(inner)


def test_every_source_is_shown(scenario: Scenario) -> None:
    declared = {name: part for name, part in scenario.model_dump().items() if name != "parameters"}
    text = " ".join(printed(scenario, width=4000).split())
    assert [source for source in sources(declared) if " ".join(source.split()) not in text] == []


def test_every_name_is_shown(scenario: Scenario) -> None:
    text = printed(scenario)
    names = [one.name for one in (*scenario.geography.districts, *scenario.organisations, *scenario.state.operations)]
    assert [name for name in names if name not in text] == []


def test_what_is_drawn_anew_is_said(scenario: Scenario) -> None:
    text = " ".join(printed(scenario).split())
    assert f"Synthetic, drawn anew for each world: {', '.join(scenario.geography.synthetic)}." in text


def test_text_from_a_file_is_text_and_never_markup(scenario: Scenario) -> None:
    about = scenario.about.model_copy(update={"title": "[bold]x[/bold] [link=y]z", "description": "[/] [red]"})
    text = printed(scenario.model_copy(update={"about": about}))
    assert "[bold]x[/bold] [link=y]z" in text
    assert "[/] [red]" in text


def test_it_fits_a_narrow_terminal(scenario: Scenario) -> None:
    assert max(map(len, printed(scenario, width=80).splitlines())) <= 80


def test_a_summary_counts(scenario: Scenario) -> None:
    text = show_screen.summary(scenario, 417)
    assert text.startswith(f"{scenario.about.title}: {scenario.about.start} to {scenario.about.end} (417 weeks).")
    assert f"{len(scenario.geography.districts)} districts" in text
    assert f"{len(scenario.organisations)} organisations" in text


def test_one_is_one_and_two_are_many() -> None:
    assert show_screen._many(1, "census", "censuses") == "1 census"
    assert show_screen._many(2, "census", "censuses") == "2 censuses"
    assert show_screen._many(0, "district") == "0 districts"
