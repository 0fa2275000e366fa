"""What commands share: options, the question behind them, and what is said where one is stopped or fails midway."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from mohalla import stopping
from mohalla.errors import MohallaError

if TYPE_CHECKING:
    from mohalla.experiments import batch
    from mohalla.experiments.ensemble import Request
    from mohalla.scenario import Scenario

MOST_SEEDS = 1000
MOST_WORKERS = 1000
MOST_SCALE = 10_000
USUAL_SCALE = 10
MOST_DOUBTS = 5  # told before a run

Name = Annotated[str, Parameter(help="A shipped scenario (karachi, small-town ...) or a TOML file.")]
Without = Annotated[
    tuple[str, ...], Parameter(negative="", help="A mechanism to leave out. May be given again, or with commas.")
]
UnderPlan = Annotated[
    str | None, Parameter(help="A plan to lay over it: a shipped name, a TOML file, or several joined by +.")
]
Coarser = Annotated[
    int | None, Parameter(help="Adults per simulated resident (else 10, or as many as 50 in a large city).")
]
Folder = Annotated[
    Path | None, Parameter(name="--out", help="Folder that holds all runs (else $MOHALLA_RUNS or ./runs).")
]
AsJson = Annotated[bool, Parameter(name="--json", negative="", help="Print one JSON object instead of words.")]
Until = Annotated[str | None, Parameter(help="Last year or day, as 2010 or 2010-06-30 (else the scenario's).")]
Workers = Annotated[
    int | None, Parameter(help="Processes that simulate, one core each (else as many as cores and memory allow).")
]
Quiet = Annotated[bool, Parameter(negative="", help="No progress and no words, only errors.")]

Open = Annotated[bool, Parameter(name="--open", negative="", help="Open the report in a browser.")]
WithReport = Annotated[bool, Parameter(help="Write the HTML report, or not.")]
Cluster = Annotated[
    str | None,
    Parameter(
        help="A Dask cluster does it: 'local', or a scheduler's address, as tcp://host:8786 (else processes do)."
    ),
]


def read(name: str) -> Scenario:
    """The scenario of that shipped name, or in that file."""
    from mohalla import reading
    from mohalla.mechanisms import DECLARED

    return reading.read(name, DECLARED)


def request(
    name: str, until: str | None, without: tuple[str, ...], every: float | None, plan: str | None = None
) -> Request:
    """What was asked, checked before anything heavy starts."""
    from mohalla import reading
    from mohalla.engine.simulate import simulate
    from mohalla.experiments.ensemble import Request
    from mohalla.mechanisms import DECLARED, SWITCHABLE

    scenario = read(name)
    last = reading.last_day(until, scenario) if until else None
    laid = reading.read_plan(plan, scenario, DECLARED, last or scenario.about.end) if plan else None
    return Request(scenario, last, reading.switched_off(without, SWITCHABLE), simulate, every, laid)


def request_of_many(
    name: str, until: str | None, without: tuple[str, ...], plan: str | None, scale: int | None, seeds: int,
    party: str | None, *, quiet: bool = False,
) -> tuple[Request, int]:  # fmt: skip
    """The same where a scenario is simulated many times over, and the scale: a coarse one unless asked for."""
    from mohalla import reading
    from mohalla.experiments import ensemble

    reading.within("--seeds", seeds, 1, MOST_SEEDS)
    asked = request(name, until, without, None, plan)
    if scale is None:
        scale = ensemble.extra_scale(asked.scenario, USUAL_SCALE, ensemble.SCALE_OF_MANY)
    reading.within("--scale", scale, 1, MOST_SCALE)
    if party:
        reading.one_of("--party", party, [one.id for one in asked.scenario.organisations])
    return asked, fine_enough(asked.scenario, scale, quiet=quiet)


def fine_enough(scenario: Scenario, scale: int, *, quiet: bool = False) -> int:
    """The scale, if it leaves enough residents to simulate; a note where a unit has few, unless `quiet`."""
    from mohalla import coarse

    coarse.enough(scenario, scale, "--scale")
    if not quiet and (told := coarse.few(scenario, scale, "--scale")):
        note(told)
    return scale


def note(*words: str) -> None:
    """Say what is no error but should be known, where it is in nobody's way."""
    for one in words:
        print(f"mohalla: note: {one}", file=sys.stderr)


@contextmanager
def safely(safe: Callable[[], str]) -> Iterator[None]:
    """However what is done inside ends early, say what is safe and how to go on."""
    try:
        yield
    except KeyboardInterrupt as stop:
        print(f"mohalla: stopped. {safe()}", file=sys.stderr)
        sys.exit(stopping.exit_code(stop))
    except MohallaError as error:
        raise MohallaError(f"{error} {safe()}") from None


def measured(ended: int, asked: int, root: Path) -> str:
    """What is safe of a batch that ended early."""
    return f"{ended} of {asked} simulations had ended and are safe in {root}; the same command goes on."


def tell_doubts(scenario: Scenario, name: str) -> None:
    """Note what is hardly meant in a scenario, the first five of it."""
    from mohalla.doubts import doubts

    found = doubts(scenario)
    note(*found[:MOST_DOUBTS])
    if len(found) > MOST_DOUBTS:
        note(f"and {len(found) - MOST_DOUBTS} more of this kind: mohalla check {name}")


def hired(workers: int | None, cluster: str | None = None) -> int | None:
    """How many processes were asked for, if anybody said."""
    from mohalla import reading

    if workers is not None and cluster not in (None, "local"):
        raise MohallaError("--workers: a scheduler elsewhere has workers of its own; leave it out.")
    return None if workers is None else reading.within("--workers", workers, 1, MOST_WORKERS)


def away(cluster: str | None) -> batch.Spread | None:
    """What spreads simulations over a cluster, where one is asked for."""
    if cluster is None:
        return None
    from mohalla.experiments.cluster import at

    return at(cluster)


def browse(page: Path) -> None:
    """Open a page in the browser."""
    import webbrowser

    webbrowser.open(page.resolve().as_uri())


def typed() -> str:
    """The command as it was typed, with files by their names: where they lie is nobody else's business."""
    return shlex.join(["mohalla", *(Path(word).name if "/" in word else word for word in sys.argv[1:])])


def counted(number: int, what: str) -> str:
    """`1 run`, `2 runs`."""
    return f"{number} {what}{'' if number == 1 else 's'}"
