"""Weeks and dates turn into each other without loss."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mohalla.calendar import WEEKS_PER_YEAR, YEARS_PER_WEEK, date_of, monday, mondays, week_of, year_fraction

days = st.dates(date(1900, 1, 8), date(2100, 12, 31))
weeks = st.integers(-1000, 5000)


@given(days)
def test_a_week_starts_on_its_monday(day: date) -> None:
    assert monday(day).weekday() == 0
    assert timedelta(0) <= day - monday(day) < timedelta(days=7)


@given(days, weeks)
def test_a_week_and_its_date_agree(start: date, week: int) -> None:
    assert week_of(date_of(week, start), start) == week


@given(days, days, st.integers(0, 6))
def test_all_days_of_one_week_share_its_number(start: date, day: date, later: int) -> None:
    assert week_of(monday(day) + timedelta(days=later), start) == week_of(day, start)


@given(days)
def test_the_first_week_is_number_zero(start: date) -> None:
    assert week_of(start, start) == 0
    assert week_of(start - timedelta(days=7), start) == -1


@given(days, st.integers(0, 300))
def test_mondays_are_the_dates_of_their_weeks(start: date, count: int) -> None:
    dates = mondays(start, count)
    assert dates.dtype == np.dtype("datetime64[ns]")
    assert dates.astype("datetime64[D]").tolist() == [date_of(week, start) for week in range(count)]


@pytest.mark.parametrize(
    ("day", "year"),
    [(date(1998, 1, 1), 1998.0), (date(1998, 7, 2), 1998.4986), (date(2000, 12, 31), 2000.9973)],
)
def test_a_date_as_a_decimal_year(day: date, year: float) -> None:
    assert year_fraction(day) == pytest.approx(year, abs=1e-4)


@given(days)
def test_decimal_years_rise_day_by_day(day: date) -> None:
    assert day.year <= year_fraction(day) < year_fraction(day + timedelta(days=1))


def test_weeks_and_years_are_each_others_inverse() -> None:
    one = WEEKS_PER_YEAR * YEARS_PER_WEEK
    assert one == pytest.approx(1)
    assert week_of(date(2016, 3, 13), date(1978, 1, 2)) / WEEKS_PER_YEAR == pytest.approx(38.19, abs=0.02)
