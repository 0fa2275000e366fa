"""The drawn map: connected patches, and people who add up to what was counted."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import mohalla
from mohalla.geography import Map, centre_of, draw_map, draw_mixture, fit_margins, patches
from mohalla.scenario import District, Geography
from mohalla.state import Array
from workbench.stepping import small_town

seeds = st.integers(0, 2**32 - 1)


def geography(*units: int, sectors: int = 1) -> Geography:
    """Districts in a row, about five kilometres apart."""
    districts = tuple(
        District(
            id=f"d{k}",
            name=f"D{k}",
            position=(67 + 0.05 * k, 25),
            area_km2=4,
            sectors=sectors,
            units=n,
            source="invented",
        )
        for k, n in enumerate(units)
    )
    return small_town().geography.model_copy(update={"districts": districts})


def pieces(chart: Map, members: Array) -> int:
    """In how many connected pieces a set of units lies."""
    left, count = {int(u) for u in members}, 0
    while left:
        count, edge = count + 1, [left.pop()]
        while edge:
            beside = {int(v) for v in chart.adjacent[edge.pop()]} & left
            left -= beside
            edge += beside
    return count


@given(seeds, st.lists(st.integers(4, 30), min_size=1, max_size=5))
@settings(max_examples=25, deadline=None)
def test_a_map_has_the_declared_units_and_sectors(seed: int, units: list[int]) -> None:
    chart = draw_map(geography(*units, sectors=3), np.random.default_rng(seed))
    assert Counter(chart.district.tolist()) == dict(enumerate(units))
    assert chart.sector_district.tolist() == [d for d in range(len(units)) for _ in range(3)]
    assert (chart.sector_district[chart.sector] == chart.district).all()
    assert (np.diff(chart.sector) >= 0).all()
    sizes = np.bincount(chart.sector).reshape(-1, 3)
    assert (np.ptp(sizes, axis=1) <= 1).all()


@given(seeds)
@settings(max_examples=10, deadline=None)
def test_no_two_units_share_a_place_and_neighbours_are_mutual(seed: int) -> None:
    chart = draw_map(geography(20, 10, sectors=3), np.random.default_rng(seed))
    assert len(set(zip(chart.x.round(6), chart.y.round(6), strict=True))) == 30
    for u, row in enumerate(chart.adjacent):
        for v in row[row >= 0]:
            assert u in chart.adjacent[v]
            assert np.hypot(chart.x[u] - chart.x[v], chart.y[u] - chart.y[v]) == pytest.approx(1.0)


@pytest.mark.parametrize("name", ["small-town", "karachi"])
@pytest.mark.parametrize("seed", range(12))
def test_districts_and_sectors_are_connected_patches(name: str, seed: int) -> None:
    chart = draw_map(mohalla.load(name).geography, np.random.default_rng(seed))
    everything = np.arange(len(chart.sector))
    broken = [s for s in range(chart.sector.max() + 1) if pieces(chart, everything[chart.sector == s]) > 1]
    assert broken == []
    assert [d for d in range(chart.district.max() + 1) if pieces(chart, everything[chart.district == d]) > 1] == []
    assert pieces(chart, everything) == 1


def test_patches_grow_side_by_side_to_their_sizes() -> None:
    grown = patches([(0.0, 0.0), (3.0, 0.0)], [7, 12])
    assert [len(patch) for patch in grown] == [7, 12]
    assert len({one for patch in grown for one in patch}) == 19
    assert centre_of(grown[0][0]) == (0.0, 0.0)


tables = st.integers(0, 2**32 - 1).map(lambda seed: np.random.default_rng(seed).uniform(0.1, 10, (4, 3)))


@given(tables, tables)
def test_a_fitted_table_has_the_margins_asked_for(table: Array, other: Array) -> None:
    rows, columns = other.sum(axis=1), other.sum(axis=0)
    fitted = fit_margins(table, rows, columns)
    np.testing.assert_allclose(fitted.sum(axis=1), rows, rtol=1e-6)
    np.testing.assert_allclose(fitted.sum(axis=0), columns, rtol=1e-6)
    assert (fitted >= 0).all()


@given(tables)
def test_a_table_that_fits_is_left_as_it_is(table: Array) -> None:
    np.testing.assert_allclose(fit_margins(table, table.sum(axis=1), table.sum(axis=0)), table, rtol=1e-6)


@given(seeds, st.floats(0.5, 20.0))
@settings(max_examples=30, deadline=None)
def test_a_mixture_keeps_the_districts_shares(seed: int, segregation: float) -> None:
    shares = np.array([0.6, 0.3, 0.1])
    mixture = draw_mixture(shares, 40, 4, segregation, np.random.default_rng(seed))
    np.testing.assert_allclose(mixture.sum(axis=0), shares, rtol=1e-9)
    assert mixture.sum() == pytest.approx(1.0)
    assert (mixture >= 0).all()


def spread(segregation: float) -> float:
    """How far neighbourhoods lie from their district's shares, over twenty maps."""
    found = [draw_mixture(np.array([0.5, 0.5]), 40, 4, segregation, np.random.default_rng(seed)) for seed in range(20)]
    return float(np.mean([np.std(one[:, 0] / one.sum(axis=1)) for one in found]))


def test_segregation_sets_neighbourhoods_apart() -> None:
    assert spread(0.8) > spread(1.5) > spread(6.0) > 0
