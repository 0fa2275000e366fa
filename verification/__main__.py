"""`python -m verification`: the slow statistical checks. Writes `verification/results/` and `docs/claims-results.md`.

Names: a claim with an experiment, as H1 (`claims.py` and the files beside it), `untuned`, `whole`, `scales`,
`turns`; without a name, all of them: half an hour to an hour on two cores. `tags` writes `docs/claims-tags.md`,
`figures` draws all figures and tables from the stored results; neither simulates.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from mohalla.experiments.parallel import cores
from verification import summary, tags
from verification.claims import CLAIMS

RESULTS = Path(__file__).parent / "results"
CHECKS = (*CLAIMS, "untuned", "whole", "scales", "turns")
COMMANDS = ("tags", "figures")


def parser() -> argparse.ArgumentParser:
    """The command line."""
    made = argparse.ArgumentParser(
        prog="python -m verification", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    made.add_argument("names", nargs="*", metavar="name", choices=[*CHECKS, *COMMANDS, []], help=", ".join(CHECKS))
    made.add_argument(
        "--draws",
        type=int,
        default=20,
        help="draws of every claim (untuned: 40 or more, whole: 30; scales, turns: 20 at most)",
    )
    made.add_argument("--scale", type=int, default=100, help="adults a simulated resident stands for")
    made.add_argument("--workers", type=int, default=cores(), help="processes")
    return made


def main(arguments: Sequence[str] | None = None) -> None:
    """Run what was asked for, and write results, figures and the table."""
    asked = parser().parse_args(arguments)
    if "tags" in asked.names:
        print(tags.write())
    for name in [one for one in asked.names if one in CHECKS] or ([] if asked.names else CHECKS):
        check(name, asked.draws, asked.scale, asked.workers)
    if asked.names != ["tags"]:
        print(summary.write(stored()))
    if "figures" in asked.names:
        for name in stored():
            draw(name)


def check(name: str, draws: int, scale: int, workers: int) -> None:
    """One check: simulate, judge, store, draw."""
    from verification import running  # noqa: PLC0415 - the engine is loaded when it is needed

    wanted = running.Asked(draws, scale, workers)
    special = {
        "untuned": running.untuned_city, "whole": running.whole_system, "scales": running.scale_tests,
        "turns": running.turn_tests,
    }  # fmt: skip
    found = special[name](wanted) if name in special else running.experiment(CLAIMS[name], wanted)
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{name}.json"
    path.write_text(json.dumps(found, indent=None, separators=(",", ":"), allow_nan=True) + "\n", encoding="utf-8")
    print(path)
    draw(name)


def stored() -> dict[str, dict[str, Any]]:
    """Results on disk, in the order of the checks."""
    paths = {name: RESULTS / f"{name}.json" for name in CHECKS}
    return {name: json.loads(path.read_text(encoding="utf-8")) for name, path in paths.items() if path.is_file()}


def draw(name: str) -> Path:
    """The figure of a stored result."""
    from verification import figures  # noqa: PLC0415 - Matplotlib is an extra, needed only here

    found = stored()[name]
    special = {
        "untuned": figures.draw_untuned, "whole": figures.draw_whole, "scales": figures.draw_ways,
        "turns": figures.draw_ways,
    }  # fmt: skip
    return special.get(name, figures.draw_claim)(found, RESULTS / f"{name}.png")


if __name__ == "__main__":
    main()
