"""The city as a SALib problem: names, bounds, and a function that evaluates samples.

>>> from mohalla.connectors.salib import evaluate, problem
>>> town = mohalla.load("small-town")
>>> asked = problem(town, ["coercion_force_half", "coercion_watch_half"], outcomes=["hold"])
>>> asked.sample_sobol(8).evaluate(evaluate(town, asked, scale=50)).analyze_sobol()
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from mohalla import reading
from mohalla.connectors import asking
from mohalla.experiments.parallel import Tell, spread
from mohalla.extras import needed
from mohalla.scenario import Scenario


class Job(NamedTuple):
    """One row of a sample."""

    row: int
    question: asking.Question
    settings: Mapping[str, float]


def problem(scenario: Scenario, parameters: Collection[str] = (), outcomes: Sequence[str] = asking.OUTCOMES) -> Any:
    """A `SALib.ProblemSpec` (a dict with `num_vars`, `names`, `bounds`, `outputs`) of some numbers, or of all."""
    needed("SALib", "sensitivity")
    from SALib import ProblemSpec  # noqa: PLC0415 - an extra

    found = asking.numbers(scenario, parameters)
    for name in outcomes:
        reading.one_of("outcome", name, asking.OUTCOMES)
    bounds = [[one.known.low, one.known.high] for one in found.values()]
    return ProblemSpec({"num_vars": len(found), "names": list(found), "bounds": bounds, "outputs": list(outcomes)})


def evaluate(
    scenario: Scenario, asked: Mapping[str, Any], *, workers: int = 1, **more: Any
) -> Callable[[np.ndarray], np.ndarray]:
    """A function of samples (a row each), which gives a row of outcomes each, or one number each where there is one.

    `more` is party, seeds, scale, until. With more `workers`, rows are spread over as many processes.
    """
    question, names, outcomes = asking.question(scenario, **more), list(asked["names"]), list(asked["outputs"])

    def evaluated(samples: np.ndarray) -> np.ndarray:
        jobs = [
            Job(row, question, dict(zip(names, map(float, one), strict=True)))
            for row, one in enumerate(np.atleast_2d(samples))
        ]
        found = np.full((len(jobs), len(outcomes)), np.nan)
        for job, answer in spread(_answered, jobs, workers):
            found[job.row] = [answer[name] for name in outcomes]
        return found[:, 0] if len(outcomes) == 1 else found

    return evaluated


def _answered(job: Job, _tell: Tell) -> dict[str, float]:
    return asking.answer(job.question, job.settings)
