"""The public record a run is compared with. The simulation never reads it; only fit tables and reports do.

Every row carries its source and a confidence. Counters that measure different things stay apart: each count names
which simulated deaths it may be compared with, like with like.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from mohalla.scenario import Chamber, Name, Part, Persons, Share, Source, Span

Confidence = Literal["high", "medium", "low"]
Kind = Literal["imposed", "emergent", "partly"]


class Counter(Part):
    """Who counted what, and which simulated killings are comparable.

    `causes` are values of the results' `cause` coordinate. `scope` says what part of them: every victim, only victims
    who belong to an organisation (`members`), only suspects killed by the state (`by-state`).
    """

    id: Name
    name: str
    counts: str
    causes: tuple[str, ...]
    scope: Literal["all", "members", "by-state"] = "all"
    kind: Kind
    caution: str = ""


class DeathCount(Span):
    """Deaths from one date to another, as one counter has them."""

    counter: Name
    deaths: Annotated[float, Field(ge=0)]
    low: float | None = None
    high: float | None = None
    source: Source
    confidence: Confidence


class SeatRow(Part):
    """One election as it went: seats and vote shares (lower bounds where only top finishers are known) in the city."""

    date: date
    chamber: Chamber
    total: Annotated[int, Field(ge=1)]
    seats: dict[str, Persons]
    vote_shares: dict[str, Share] = Field(default_factory=dict)
    turnout: Share | None = None
    note: str = ""
    source: Source
    confidence: Confidence


class Figure(Span):
    """Any other public figure: what it measures, the simulated variable beside it, how the two compare.

    `variable` may fix other dimensions than the organisation, as in `income[income_source=extortion]`.
    """

    id: Name
    label: str
    variable: Annotated[str, Field(pattern=r"^[a-z_]+(\[[a-z_]+=[a-z0-9_-]+\])*$")]
    organisation: Name | None = None
    reduce: Literal["sum", "mean", "last"]
    value: float
    low: float | None = None
    high: float | None = None
    unit: str
    kind: Kind
    claim: bool = False
    note: str = ""
    source: Source
    confidence: Confidence

    @property
    def selection(self) -> tuple[str, dict[str, str]]:
        """The variable's own name, and what `variable` fixes: dimension -> value."""
        name, *fixed = self.variable.replace("]", "").split("[")
        return name, dict(part.split("=") for part in fixed)


class Record(Part):
    """Everything public that a scenario's runs are held against."""

    scenario: Name
    counters: tuple[Counter, ...] = ()
    deaths: tuple[DeathCount, ...] = ()
    seats: tuple[SeatRow, ...] = ()
    figures: tuple[Figure, ...] = ()
