"""Synthetic geography: where units lie, one a hexagon of a schematic map, and who lives in each neighbourhood.

Public geography is thin: districts have rough positions, populations and language shares, and nothing below them is
mapped. What lies below is drawn anew for each world: sectors and units as connected patches of hexagons, neighbourhood
populations by segregation around the district's shares, fitted so that every district keeps its counted totals.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from mohalla.scenario import District, Geography
from mohalla.state import Array

SIDES = ((1, 0), (1, -1), (0, -1), (-1, 0), (-1, 1), (0, 1))
KM_PER_DEGREE = 111.0
FITTING_ROUNDS = 60
NOBODY = 1e-300  # below any count: a row or column with nobody in it stays at nought
SECTOR_DRAWS, LLOYD_STEPS = 400, 4
APART = (0.6, 0.55, 0.5, 0.45, 0.4, 0.35, 0.3, 0.25, 0.2, 0.15, 0.1, 0.0)


class Map(NamedTuple):
    """Units in order of sector: their hexagon, district and sector, and the up to six units beside each (-1 = none)."""

    x: Array
    y: Array
    district: Array
    sector: Array
    sector_district: Array
    adjacent: Array


Hexagon = tuple[int, int]


def centre_of(hexagon: Hexagon) -> tuple[float, float]:
    """Centre of a hexagon, in units of the distance between neighbours."""
    column, row = hexagon
    return column + row / 2, row * 3**0.5 / 2


def _beside(hexagon: Hexagon) -> list[Hexagon]:
    return [(hexagon[0] + dx, hexagon[1] + dy) for dx, dy in SIDES]


def _distance2(hexagon: Hexagon, point: tuple[float, float]) -> float:
    x, y = centre_of(hexagon)
    return (x - point[0]) ** 2 + (y - point[1]) ** 2


def _nearest_hexagon(point: tuple[float, float]) -> Hexagon:
    row = round(point[1] / (3**0.5 / 2))
    return round(point[0] - row / 2), row


def _next_hexagon(mine: list[Hexagon], taken: set[Hexagon], home: tuple[float, float]) -> Hexagon:
    """The free hexagon beside mine (or anywhere, for the first) that lies nearest home."""
    edge = {one for hexagon in mine for one in _beside(hexagon) if one not in taken}
    ring = [_nearest_hexagon(home)] if not mine else sorted(edge)
    while not [one for one in ring if one not in taken]:
        ring = sorted({beside for one in ring for beside in _beside(one)})
    return min((one for one in ring if one not in taken), key=lambda one: (_distance2(one, home), one))


def patches(
    homes: list[tuple[float, float]], sizes: list[int], free: set[Hexagon] | None = None
) -> list[list[Hexagon]]:
    """Grow one patch of hexagons around each home until each has its size; inside `free` where given."""
    taken: set[Hexagon] = set()
    grown: list[list[Hexagon]] = [[] for _ in homes]
    for _ in range(sum(sizes)):
        behind = min(
            (len(mine) / size, k) for k, (mine, size) in enumerate(zip(grown, sizes, strict=True)) if len(mine) < size
        )
        k = behind[1]
        if free is None:
            pick = _next_hexagon(grown[k], taken, homes[k])
        else:
            edge = {one for hexagon in grown[k] for one in _beside(hexagon)} & free - taken
            pick = min(edge or (free - taken), key=lambda one: (_distance2(one, homes[k]), one))
        grown[k].append(pick)
        taken.add(pick)
    return grown


def connected(hexagons: set[Hexagon]) -> bool:
    """Whether every hexagon can be reached from every other."""
    reached, edge = set(), {min(hexagons)}
    while edge:
        reached |= edge
        edge = {one for hexagon in edge for one in _beside(hexagon)} & hexagons - reached
    return len(reached) == len(hexagons)


@lru_cache(maxsize=4)
def _land(districts: tuple[District, ...]) -> tuple[tuple[Hexagon, ...], ...]:
    """The districts' patches, laid out as far apart as their positions allow while the city hangs together.

    They are the same in every world of a scenario.
    """
    sizes = [district.units for district in districts]
    for apart in APART:
        land = patches(_homes(districts, apart), sizes)
        if connected({hexagon for patch in land for hexagon in patch}):
            break
    return tuple(map(tuple, land))


def _homes(districts: tuple[District, ...], apart: float) -> list[tuple[float, float]]:
    """District positions on the hexagon plane: kilometres, scaled to the size of a city of so many units."""
    degrees = np.array([district.position for district in districts])
    km = (degrees - degrees.mean(axis=0)) * KM_PER_DEGREE * [np.cos(np.radians(degrees[:, 1].mean())), 1.0]
    units = sum(district.units for district in districts)
    spread = np.sqrt((km**2).sum(axis=1).mean()) or 1.0
    scale = apart * np.sqrt(units) / spread
    return [(float(x), float(y)) for x, y in km * scale]


def _sector_sizes(district: District) -> list[int]:
    even, more = divmod(district.units, district.sectors)
    return [even + (k < more) for k in range(district.sectors)]


def _sector_homes(hexagons: Sequence[Hexagon], count: int, rng: np.random.Generator) -> list[tuple[float, float]]:
    """Spread-out starting points for sectors: random hexagons, then the middle of what lies nearest (Lloyd 1982)."""
    centres = np.array([centre_of(one) for one in hexagons])
    homes = centres[rng.choice(len(hexagons), count, replace=False)]
    for _ in range(LLOYD_STEPS):
        nearest = ((centres[:, None] - homes[None]) ** 2).sum(axis=2).argmin(axis=1)
        mine = [centres[nearest == k] for k in range(count)]
        homes = np.array([near.mean(axis=0) if len(near) else home for near, home in zip(mine, homes, strict=True)])
    return [(float(x), float(y)) for x, y in homes]


def _sectors(district: District, hexagons: Sequence[Hexagon], rng: np.random.Generator) -> list[list[Hexagon]]:
    """A district's sectors: drawn until each is in one piece, as one draw in two to twenty is; else the last draw."""
    grown: list[list[Hexagon]] = []
    for _ in range(SECTOR_DRAWS):
        grown = patches(_sector_homes(hexagons, district.sectors, rng), _sector_sizes(district), set(hexagons))
        if all(connected(set(members)) for members in grown):
            break
    return grown


def draw_map(geography: Geography, rng: np.random.Generator) -> Map:
    """Lay out districts, sectors and units as patches of hexagons."""
    districts = geography.districts
    land = _land(districts)
    order: list[tuple[Hexagon, int, int]] = []
    sector_district: list[int] = []
    for d, (district, hexagons) in enumerate(zip(districts, land, strict=True)):
        for members in _sectors(district, hexagons, rng):
            order += [(hexagon, d, len(sector_district)) for hexagon in members]
            sector_district.append(d)
    index = {hexagon: u for u, (hexagon, _, _) in enumerate(order)}
    adjacent = np.array([[index.get(one, -1) for one in _beside(hexagon)] for hexagon, _, _ in order], np.int32)
    centres = np.array([centre_of(hexagon) for hexagon, _, _ in order])
    return Map(
        x=centres[:, 0],
        y=centres[:, 1],
        district=np.array([d for _, d, _ in order], np.int32),
        sector=np.array([s for _, _, s in order], np.int32),
        sector_district=np.array(sector_district, np.int32),
        adjacent=adjacent,
    )


def fit_margins(table: Array, rows: Array, columns: Array) -> Array:
    """Iterative proportional fitting (Deming and Stephan 1940): scale a table to row and column totals."""
    fitted = table.astype(np.float64) + 1e-12
    for _ in range(FITTING_ROUNDS):
        fitted *= (rows / np.maximum(fitted.sum(axis=1), NOBODY))[:, None]
        fitted *= (columns / np.maximum(fitted.sum(axis=0), NOBODY))[None, :]
    return fitted


def draw_mixture(shares: Array, places: int, per_unit: int, segregation: float, rng: np.random.Generator) -> Array:
    """Who lives in each neighbourhood of a district, as shares of the district's people (places x communities).

    Units are drawn around the district's shares, neighbourhoods around their unit's, both Dirichlet with the
    concentration `segregation` (small = strongly segregated); then fitted so that the district keeps its totals.
    """
    units = places // per_unit
    weights = np.maximum(shares, 1e-4)
    by_unit = np.repeat(rng.dirichlet(segregation * weights / weights.sum(), units), per_unit, axis=0)
    own = np.array([rng.dirichlet(segregation * (row + 0.02)) for row in by_unit])
    size = rng.lognormal(0.0, 0.25, places)
    mixture = (0.5 * by_unit + 0.5 * own + 1e-5) * size[:, None]
    return fit_margins(mixture, size / size.sum(), shares / shares.sum())
