"""The city as a model of the EMA workbench: uncertainties, levers and outcomes.

    >>> from ema_workbench import perform_experiments
    >>> from mohalla.connectors.ema import model
    >>> city = model(mohalla.load("small-town"), ["coercion_force_half"], scale=50)
    >>> experiments, outcomes = perform_experiments(city, scenarios=4)

Uncertainties are numbers with the ranges held plausible. The one lever is `plan`, where plans are given. Outcomes are
the measures of an ablation. Nothing in it is bound to this process, so that its evaluators can send it to others.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import partial
from typing import Any

from mohalla.connectors import asking
from mohalla.extras import needed
from mohalla.scenario import Scenario


def model(scenario: Scenario, parameters: Collection[str] = (), *, name: str = "mohalla", **asked: Any) -> Any:
    """An `ema_workbench.Model`. Further keywords are those of a question: party, seeds, scale, until, plans."""
    needed("ema_workbench", "ema")
    from ema_workbench import CategoricalParameter, Model, RealParameter, ScalarOutcome  # noqa: PLC0415 - an extra

    question = asking.question(scenario, **asked)
    made = Model(name, function=partial(_evaluated, question))
    made.uncertainties = [
        RealParameter(one, value.known.low, value.known.high)
        for one, value in asking.numbers(scenario, parameters).items()
    ]
    if question.plans:
        made.levers = [CategoricalParameter("plan", list(question.plans))]
    made.outcomes = [ScalarOutcome(one) for one in asking.OUTCOMES]
    return made


def _evaluated(question: asking.Question, plan: str | None = None, **settings: float) -> dict[str, float]:
    return asking.answer(question, settings, plan)
