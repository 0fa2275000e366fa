"""One question about a stored run, answered: the door of this folder."""

from __future__ import annotations

from typing import NamedTuple

from mohalla import store
from mohalla.errors import MohallaError
from mohalla.questions import killing, resident, unit
from mohalla.questions.past import Past, Progress, remembered
from mohalla.questions.terms import Term

KINDS = ("resident", "unit", "killing")


class Question(NamedTuple):
    """What is asked: one of a resident, a unit or a killing, by number; the first two in the week that holds a day."""

    resident: int | None = None
    unit: int | None = None
    killing: int | None = None
    week: str | None = None


def answer(run: store.Run, question: Question, world: str | None = None, progress: Progress | None = None) -> Term:
    """Run a stored world again as far as the question needs, and answer it as a tree of terms."""
    _check(question)
    return _answered(remembered(run, world), question, progress)


def _answered(past: Past, question: Question, progress: Progress | None) -> Term:
    if question.killing is not None:
        return killing.explain(past, question.killing, progress)
    week = question.week or ""
    if question.unit is not None:
        return unit.explain(past, question.unit, week, progress)
    return resident.explain(past, question.resident or 0, week, progress)


def _check(question: Question) -> None:
    """Refuse a question that asks for nothing, for two things at once, or for no week."""
    asked = [kind for kind in KINDS if getattr(question, kind) is not None]
    if len(asked) != 1:
        given = " and ".join(f"--{kind}" for kind in asked) or "none of them"
        raise MohallaError(f"explain: give one of --resident, --unit and --killing, not {given}.")
    if asked == ["killing"] and question.week is not None:
        raise MohallaError("explain: --killing has a week of its own; leave --week out.")
    if asked != ["killing"] and question.week is None:
        raise MohallaError(f"explain: --{asked[0]} needs a week: add --week and any day in it, as 1995-06-30.")
