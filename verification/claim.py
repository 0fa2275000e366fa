"""What an experiment on a claim is made of: arms, measures, predictions, tags, and lines of code that carry the answer.

A prediction is a paired contrast, counted positive in the claimed direction, with the least difference that would
matter. Its tag says how far the rule contains the answer:

- *assumed*: the code states the direction; the experiment only shows that nothing undoes it.
- *partly*: the code states the direction of one step on the way; the sum over the feedbacks is open.
- *emergent*: no line states the direction.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

from verification.arms import Arm
from verification.measures import Measure

Tag = Literal["assumed", "partly", "emergent"]


class Prediction(NamedTuple):
    """A paired contrast: weights over arms of one measure, the least difference that matters, and its tag."""

    text: str
    measure: str
    weights: Mapping[str, float]
    least: float
    tag: Tag


class Reported(NamedTuple):
    """A contrast, or one arm's mean, that is reported beside the predictions and decides nothing."""

    text: str
    measure: str
    weights: Mapping[str, float]


class Check(NamedTuple):
    """What an arm must have done for the experiment to be one: a mean over draws that may not be exceeded."""

    text: str
    measure: str
    arm: str
    most: float


class Line(NamedTuple):
    """A line of code that carries (part of) the answer."""

    file: str
    code: str
    says: str


class Claim(NamedTuple):
    """One claim as an experiment."""

    id: str
    title: str
    question: str
    arms: tuple[Arm, ...]
    measures: Mapping[str, tuple[str, Measure]]  # name -> (unit, measure)
    predictions: tuple[Prediction, ...]
    reported: tuple[Reported, ...]
    tag: Tag
    why: str
    lines: tuple[Line, ...]
    caution: str
    series: str
    check: Check | None = None


def versus(more: str, less: str) -> Mapping[str, float]:
    """One arm less another."""
    return {more: 1.0, less: -1.0}
