"""Commands about scenarios: check a file, show what it declares, write a new one."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from mohalla.cli import parts


def check(file: Annotated[str, Parameter(help="A TOML file, or the name of a shipped scenario.")], /) -> None:
    """Say whether a scenario is sound; if not, what is wrong, where, and what would be right."""
    from mohalla import calendar, reading
    from mohalla.cli.show_screen import summary

    scenario = parts.read(file)
    weeks = calendar.week_of(scenario.about.end, scenario.about.start) + 1
    print(f"{file} is sound. {summary(scenario, weeks)}")
    record = reading.read_record(file)
    if record:
        print(
            f"Its runs are held against {len(record.deaths) + len(record.seats) + len(record.figures)} public figures."
        )


def show(
    name: Annotated[str, Parameter(help="A shipped scenario or a TOML file.")],
    /,
    *,
    parameters: Annotated[bool, Parameter(negative="", help="Also every number of every mechanism.")] = False,
) -> None:
    """Print what a scenario declares, what it imposes and what is left to emerge, with sources."""
    from rich.console import Console

    from mohalla import reading
    from mohalla.cli import show_screen
    from mohalla.mechanisms import DECLARED

    scenario = parts.read(name)
    show_screen.show(scenario, reading.resolved_parameters(scenario, DECLARED) if parameters else None, Console())


def new(
    name: Annotated[str, Parameter(help="What to call it, as my-city; or a path, as cities/my-city.")],
    /,
) -> None:
    """Write a commented scenario that runs as it is, to be changed line by line."""
    from mohalla import reading

    path = reading.write_new(name)
    print(f"{path} is written: an invented town, ready to be changed. Next: mohalla check {path}; mohalla run {path}")
