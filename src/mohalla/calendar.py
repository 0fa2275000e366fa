"""Weeks inside, dates at the door: the only place that converts one into the other; what a quarter is."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

WEEKS_PER_YEAR = 365.25 / 7
YEARS_PER_WEEK = 7 / 365.25
QUARTER = 13  # weeks
DAYS_A_WEEK = 7.0


def monday(day: date) -> date:
    """The Monday of the week that holds `day`."""
    return day - timedelta(days=day.weekday())


def week_of(day: date, start: date) -> int:
    """Whole weeks from the week of `start` to the week of `day` (negative before it)."""
    return (monday(day) - monday(start)).days // 7


def date_of(week: int, start: date) -> date:
    """The Monday of week number `week`, counted from the week of `start`."""
    return monday(start) + timedelta(weeks=week)


def mondays(start: date, weeks: int) -> np.ndarray:
    """The Mondays of `weeks` weeks from `start`, as datetime64[ns]."""
    first = np.datetime64(monday(start), "D")
    return (first + 7 * np.arange(weeks)).astype("datetime64[ns]")


def year_fraction(day: date) -> float:
    """A date as a decimal year (1998-07-02 is about 1998.5)."""
    first = date(day.year, 1, 1)
    return day.year + (day - first).days / (date(day.year + 1, 1, 1) - first).days
