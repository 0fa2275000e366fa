"""The words of the page of numbers that were varied: titles of outcomes, what each design did, what it is not for."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from mohalla.experiments.designs import LEVELS, Design, Factor
from mohalla.report import words
from mohalla.report.varied_axes import exact


class Title(NamedTuple):
    """An outcome in words: what it is ({party} is filled in), its unit ({money} is filled in), and of what time."""

    title: str
    unit: str
    when: str


LAST_YEAR, SINCE = "mean of the last year of the run", "mean since the founding of the party"
TITLES = {
    "hold": Title("Adults who show {party} in public", "% of the city’s adults", LAST_YEAR),
    "heart": Title("Adults who prefer {party}", "% of the city’s adults", LAST_YEAR),
    "coerced": Title("Adults who show {party} and prefer another", "% of the city’s adults", LAST_YEAR),
    "gap": Title("Adults who show {party} less those who prefer it", "percentage points", LAST_YEAR),
    "highest": Title("Most adults who ever showed {party}", "% of the city’s adults", "the week with most"),
    "armed": Title("Gunmen of {party}", "persons", LAST_YEAR),
    "paying": Title("Businesses in the city that pay extortion", "% of businesses", LAST_YEAR),
    "seats": Title("Seats of {party}", "% of the city’s seats", "at the last national poll"),
    "killings": Title("Killings in the city besides those imposed", "killings a year", SINCE),
    "income": Title("Income of {party} from all sources", "{money} a year", SINCE),
}
METHODS = {"morris": "screening (Morris)", "sobol": "shares of variance (Sobol)"}
NOT_WORTH = (
    "Not evidence of what a number is worth in a city: it is what the number is worth in this model, with all others "
    "where they stand."
)
NOT_WHOLE = (
    "Not the whole of what is uncertain: numbers that were not varied kept their central values, and what the rules "
    "leave out is in no interval. Intervals are over the worlds run, and few worlds make wide ones."
)
NOT_FOR = (NOT_WORTH, NOT_WHOLE)
CENTRAL = "All other numbers kept their central values: worlds differ by seed, that is by map and chance."


def titled(name: str, party: str, money: str) -> Title:
    """The words of an outcome, for that party and in that money."""
    return Title(*(part.format(party=party, money=money) for part in TITLES[name]))


# --- what was done ---------------------------------------------------------------------------------------------------


def how(design: Design, worlds: int) -> str:
    """What a design did with the numbers in so many worlds, in sentences."""
    count, points = len(design.factors), len(design.points)
    return f"{HOW[design.kind](design, count, points)} {_scales(design)}{_same(worlds)} {CENTRAL}"


def _same(worlds: int) -> str:
    if worlds == 1:
        return "Every point was simulated in one world, the same for all: chance cannot be told apart."
    return f"Every point was simulated in the same {worlds} worlds, so that points are compared like with like."


def _factorial(design: Design, count: int, points: int) -> str:
    if count == 1:
        return f"{words.counted(points, 'stated value').capitalize()} of one number: no value is held more likely."
    product = " × ".join(str(len(one.values)) for one in design.factors)
    return (
        f"Factorial: every combination of the stated values was simulated, {product} = {points:,} points. Only these "
        "values were tried, nothing between them, and none is held more likely than another."
    )


def _latin(design: Design, _count: int, points: int) -> str:
    return (
        f"Latin hypercube: {points:,} points drawn at random so that each of {points:,} equal slices of every range "
        f"holds one (design seed {design.seed})."
    )


def _sobol(design: Design, _count: int, points: int) -> str:
    return (
        f"Sobol sequence: {points:,} points that fill the ranges evenly, scrambled at random (design seed "
        f"{design.seed})."
    )


def _morris(design: Design, count: int, points: int) -> str:
    walks = points // (count + 1)
    return (
        f"Morris: {words.counted(walks, 'walk')} through the ranges, one number a step, on {LEVELS} levels of every "
        f"range: {walks} × ({count} + 1) = {points:,} points (design seed {design.seed}). Where walks meet, a point is "
        "simulated once."
    )


def _saltelli(design: Design, count: int, points: int) -> str:
    samples = points // (count + 2)
    return (
        f"Saltelli: two Sobol samples of {samples:,} points over the ranges, and one more for each number, in which "
        f"its column is exchanged: {samples:,} × ({count} + 2) = {points:,} points (design seed {design.seed})."
    )


HOW = {"factorial": _factorial, "latin": _latin, "sobol": _sobol, "morris": _morris, "saltelli": _saltelli}


def _scales(design: Design) -> str:
    """On which scale ranges were gone through; nothing for stated values."""
    if design.kind == "factorial":
        return ""
    wide = sum(one.wide for one in design.factors)
    if not wide:
        return "Within a range every value is as likely as another. "
    if wide == len(design.factors):
        return "Ranges were gone through on a log scale, as they span more than a factor of three. "
    some = "on a log scale where it spans more than a factor of three"
    return f"Within a range every value is as likely as another, {some}. "


def tried(factor: Factor) -> str:
    """The values of a number that were tried, or the range they were drawn from."""
    if not factor.values:
        return f"{exact(factor.low)} to {exact(factor.high)}{', log scale' if factor.wide else ''}"
    if len(factor.values) > 12:
        return f"{len(factor.values)} values{_even(factor)} from {exact(factor.low)} to {exact(factor.high)}"
    return f"{words.joined([exact(value) for value in factor.values])}{' (evenly spaced)' if _even(factor) else ''}"


def _even(factor: Factor) -> str:
    """Whether stated values are evenly spaced, as those of LOW:HIGH:COUNT are."""
    steps = np.diff(factor.values)
    return ", evenly spaced," if len(steps) > 1 and np.allclose(steps, steps[0]) else ""


def own(factor: Factor) -> str:
    """The scenario's own value, and whether it was among those tried."""
    said = exact(factor.value)
    if not factor.low <= factor.value <= factor.high:
        return f"{said}, outside what was tried"
    if factor.values and not np.isclose(factor.values, factor.value).any():
        return f"{said}, not tried itself"
    return said
