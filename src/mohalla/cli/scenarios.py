"""Commands about scenarios: check a file, show what it declares, write a new one."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from mohalla.cli import parts
from mohalla.errors import MohallaError

CITY, TOWN = "karachi", "small-town"


def check(
    file: Annotated[str, Parameter(help="A TOML file with a scenario or a plan, or the name of a shipped one.")],
    /,
    *,
    scenario: Annotated[
        str | None,
        Parameter(
            help="Of a plan: what it is to be laid over (else karachi; of a shipped plan, the city it was made for)."
        ),
    ] = None,
) -> None:
    """Say whether a scenario or a plan is sound; if not, all that is wrong, where, and what would be right.

    Of a sound scenario it also notes what may be meant but hardly is.
    """
    from mohalla import reading

    if reading.is_plan(file):
        _check_plan(file, scenario or _made_for(file))
    elif scenario:
        raise MohallaError(f"--scenario {scenario}: {file} is a scenario itself; only a plan is laid over one.")
    else:
        _check_scenario(file)


def _made_for(plan: str) -> str:
    """The shipped city that a shipped plan was made for; karachi for every other."""
    from mohalla import reading
    from mohalla.mechanisms import DECLARED

    if plan not in reading.shipped_plans():
        return CITY
    return next(city for city in (CITY, TOWN) if plan in reading.fitting_plans(parts.read(city), DECLARED))


def _check_plan(file: str, name: str) -> None:
    """A plan that is sound, in words."""
    from mohalla import reading
    from mohalla.mechanisms import DECLARED
    from mohalla.plan import plan_text
    from mohalla.report import comparison_plans

    city = parts.read(name)
    plan = reading.read_plan(file, city, DECLARED)
    lines = comparison_plans.acts(plan_text(plan), city)
    print(f"{file} is sound: a plan for {name}, {parts.counted(len(lines), 'intervention')}.")
    for number, one in enumerate(lines, start=1):
        print(f"  {number}. {one.what}, {one.where}: {one.much}; {one.when}".replace(comparison_plans.TIED, " "))


def _check_scenario(file: str) -> None:
    from mohalla import calendar, reading
    from mohalla.cli.show_screen import summary
    from mohalla.doubts import doubts

    scenario = parts.read(file)
    weeks = calendar.week_of(scenario.about.end, scenario.about.start) + 1
    print(f"{file} is sound. {summary(scenario, weeks)}")
    record = reading.read_record(file)
    if record:
        print(
            f"Its runs are held against {len(record.deaths) + len(record.seats) + len(record.figures)} public figures."
        )
    for one in doubts(scenario):
        print(f"note: {one}")


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
