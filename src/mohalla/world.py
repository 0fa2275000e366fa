"""Who lives there, between censuses too, and how a world draws its uncertain numbers: Scenario -> World.

One draw of geography and of uncertain numbers, as arrays ready to run.

A world holds what does not change while it runs: sizes, constants, the census path of each cell and the dated history
as arrays over weeks. `state.blank` holds what does change.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from math import ceil
from statistics import NormalDist
from typing import NamedTuple
from zlib import crc32

import numpy as np

from mohalla.calendar import YEARS_PER_WEEK, date_of, week_of, year_fraction
from mohalla.draw import LOW_48
from mohalla.errors import MohallaError
from mohalla.events import EVENT_COLUMNS, MOST_EVENTS
from mohalla.geography import NOBODY, Map, draw_map, draw_mixture, fit_margins
from mohalla.scenario import STANCES, Census, Organisation, Quantity, Scenario, Span
from mohalla.state import Array

# What neighbours see of each other is a share among them: among 120 its standard error is at most 5 points. Nor may it
# be more than 130, which Karachi's neighbourhoods had in 1978 at one to ten, if none of them is to be merged there.
RESIDENTS_PER_NEIGHBOURHOOD = 120
MOST_IN_A_CELL = 1_000_000  # the residents' sweep adds up their fear, in steps of 1/4096 up to 1, in 32 bits
SLOT_BLOCK = 16
CAUTION_STEPS = 256
OTHER_PARTIES = 4
CHAMBERS = ("national", "provincial", "local")


class World(NamedTuple):
    """A city ready to run: sizes of dimensions, constant arrays, dated history (one row a week), and its map.

    `numbers` are those of the scenario's quantities in force here, as declared or as drawn with this world.
    """

    scenario: Scenario
    scale: int
    seed: int
    weeks: int
    sizes: Mapping[str, int]
    constants: Mapping[str, Array]
    history: Mapping[str, Array]
    map: Map
    numbers: Mapping[str, Mapping[str, float]]


def neighbourhoods_kept(residents_per_unit: float, per_unit: int) -> int:
    """Neighbourhoods a unit keeps: all, or as many as have enough simulated residents each; at least one."""
    return min(per_unit, max(1, int(residents_per_unit / RESIDENTS_PER_NEIGHBOURHOOD)))


def drawn(quantity: Quantity, name: str, seed: int | None) -> float:
    """The value of a quantity, or one drawn from its plausible range around it by a world's seed."""
    if seed is None:
        return quantity.value
    return draw_between(quantity.low, quantity.value, quantity.high, generator(seed, name))


def draw_between(low: float, mode: float, high: float, rng: np.random.Generator) -> float:
    """A triangular draw with this mode; on a log scale where the range spans more than a factor of three."""
    if high <= low:
        return mode
    if low > 0 and high / low > 3:
        return float(np.exp(rng.triangular(np.log(low), np.log(mode), np.log(high))))
    return float(rng.triangular(low, mode, high))


def generator(seed: int, name: str) -> np.random.Generator:
    """The generator for one named thing drawn with a world: another name, or one more, moves nothing else."""
    return np.random.default_rng([seed & int(LOW_48), crc32(name.encode())])


def _district_totals(scenario: Scenario, census: Census) -> Array:
    """Population by district in a census; where it was not counted, by the nearest census that counted it."""
    districts = scenario.district_ids
    if census.districts:
        return np.array([census.districts[d].population for d in districts], float)
    counted = [other for other in scenario.censuses if other.districts]
    if not counted:
        return np.full(len(districts), census.population / len(districts))
    near = min(counted, key=lambda other: abs(other.year - census.year))
    totals = np.array([near.districts[d].population for d in districts], float)
    return np.asarray(totals / totals.sum() * census.population)


def _pattern(scenario: Scenario) -> Array:
    """Districts x communities: shares by district from the census that counted them, else flat."""
    for census in reversed(scenario.censuses):
        tables = [census.districts[d].shares for d in scenario.district_ids if d in census.districts]
        if tables and all(shares is not None for shares in tables):
            return np.array([[shares.get(c, 0.0) for c in scenario.community_ids] for shares in tables if shares])
    return np.ones((len(scenario.district_ids), len(scenario.communities)))


def people_by_census(scenario: Scenario) -> Array:
    """People (all ages) by census, district and community, fitted to both margins of each census."""
    pattern, tables = _pattern(scenario), []
    for census in scenario.censuses:
        rows = _district_totals(scenario, census)
        shares = np.array([census.shares.get(c, 0.0) for c in scenario.community_ids])
        tables.append(fit_margins(pattern * rows[:, None], rows, shares / shares.sum() * rows.sum()))
    return np.array(tables)


def people_in(years: Array, census_years: list[int], tables: Array) -> Array:
    """People by year, district and community: geometric between censuses, the last known growth outside them.

    Growth from nobody or to nobody has no rate: there the change is even, and outside the censuses there is none.
    """
    logs = np.log(np.maximum(tables, 1.0))
    out = np.empty((len(years), *tables.shape[1:]))
    for i, year in enumerate(years):
        if len(census_years) == 1:
            out[i] = tables[0]
            continue
        k = min(max(np.searchsorted(census_years, year) - 1, 0), len(census_years) - 2)
        share = (year - census_years[k]) / (census_years[k + 1] - census_years[k])
        grown = np.exp(logs[k] + share * (logs[k + 1] - logs[k]))
        even = tables[k] + min(max(share, 0.0), 1.0) * (tables[k + 1] - tables[k])
        out[i] = np.where(np.minimum(tables[k], tables[k + 1]) < 1.0, even, grown)
    return out


def _cell_path(scenario: Scenario, chart: Map, years: Array, rng: np.random.Generator, segregation: float) -> Array:
    """People (all ages) by year, neighbourhood at the finest scale and community.

    Who lives where follows the scenario's own span: a run that ends earlier or later begins in the same city.
    """
    per_unit = scenario.geography.neighbourhoods_per_unit
    counted, people = [census.year for census in scenario.censuses], people_by_census(scenario)
    tables = people_in(years, counted, people)
    usual = people_in(_years(scenario, run_weeks(scenario, None))[0], counted, people).mean(axis=0)
    places = len(chart.district) * per_unit
    path = np.zeros((len(years), places, len(scenario.communities)))
    for d in range(len(scenario.district_ids)):
        mine = np.repeat(chart.district == d, per_unit)
        shares = usual[d] / usual[d].sum() if usual[d].sum() > 0 else np.full(path.shape[2], 1 / path.shape[2])
        mixture = draw_mixture(shares, int(mine.sum()), per_unit, segregation, rng)
        within = mixture / np.maximum(mixture.sum(axis=0), NOBODY)
        path[:, mine, :] = within[None] * tables[:, d][:, None, :]
    return path


def _merged(scenario: Scenario, scale: int, path: Array) -> Array:
    """The same people in neighbourhoods merged within their unit as far as the scale asks.

    How far depends on the scenario's own adults at its start: numbers drawn, seeds and the end of a run change nothing.
    """
    per_unit = scenario.geography.neighbourhoods_per_unit
    adults = path[0].sum() * scenario.economy.adult_share.value
    coarse = neighbourhoods_kept(adults / scale / (path.shape[1] // per_unit), per_unit)
    group = np.arange(per_unit) * coarse // per_unit
    by_unit = path.reshape(path.shape[0], -1, per_unit, path.shape[2])
    merged = np.zeros((path.shape[0], by_unit.shape[1], coarse, path.shape[2]))
    for k in range(per_unit):
        merged[:, :, group[k]] += by_unit[:, :, k]
    return merged.reshape(path.shape[0], -1, path.shape[2])


def _refuse_crowded(scenario: Scenario, scale: int, cells: Array) -> None:
    """Refuse a world in which a cell has more residents than the sweep can add up."""
    crowd = float(cells.max())
    if crowd <= MOST_IN_A_CELL:
        return
    community = scenario.communities[int(cells.max(axis=(0, 1)).argmax())]
    per_unit = scenario.geography.neighbourhoods_per_unit
    raise MohallaError(
        f"scale = {scale}: a neighbourhood would hold {crowd:,.0f} simulated residents of '{community.id}'; must be at "
        f"most {MOST_IN_A_CELL:,}. Take a scale of {ceil(scale * crowd / MOST_IN_A_CELL):,} or more, or divide "
        f"{scenario.about.name} more finely: more units, or geography.neighbourhoods_per_unit above {per_unit}."
    )


def _starts(capacity: Array) -> Array:
    padded = (capacity + SLOT_BLOCK - 1) // SLOT_BLOCK * SLOT_BLOCK
    return np.concatenate([[0], np.cumsum(padded)]).astype(np.int64)


def _years(scenario: Scenario, weeks: int) -> tuple[Array, Array, Array]:
    """Whole years of the run, and for each week the year it lies in and how far through it."""
    dates = [year_fraction(date_of(week, scenario.about.start)) for week in range(weeks)]
    first = int(dates[0])
    years = np.arange(first, int(dates[-1]) + 2)
    return years, np.array([int(d) - first for d in dates], np.int32), np.array([d - int(d) for d in dates])


def _covers(span: Span, scenario: Scenario, weeks: int) -> slice:
    start = min(max(week_of(span.start, scenario.about.start), 0), weeks)
    end = min(max(week_of(span.end, scenario.about.start) + 1, 0), weeks)
    return slice(start, end)


def _organisation_history(scenario: Scenario, weeks: int) -> dict[str, Array]:
    """Funds, tides, positions, governments, stances and where leaders are, week by week."""
    ids = scenario.organisation_ids
    size = (weeks, len(ids))
    founded, funds, tide, government, positions, abroad, bound = (np.zeros(size) for _ in range(7))
    stance, imposed = np.full(size, STANCES.index("neutral"), np.int32), np.zeros(size, np.int32)
    for organisation in scenario.organisations:
        k = ids.index(organisation.id)
        week = founding_week(organisation, scenario)
        founded[week:, k] = 1.0
        funds[week:, k] = organisation.funds_per_year * YEARS_PER_WEEK
    for one in scenario.timeline.tides:
        tide[_covers(one, scenario, weeks), ids.index(one.organisation)] += one.appeal
    for leader in scenario.timeline.leaders:
        where = _covers(leader, scenario, weeks), ids.index(leader.organisation)
        abroad[where] = np.maximum(abroad[where], float(leader.abroad))
        bound[where] = np.maximum(bound[where], leader.bound)
    for position in scenario.timeline.positions:
        rows, k = _covers(position, scenario, weeks), ids.index(position.organisation)
        positions[rows, k] = np.maximum(positions[rows, k], position.level)
    for rule in scenario.centre.governments:
        for name, share in rule.offices.items():
            government[_covers(rule, scenario, weeks), ids.index(name)] = share
    for item in scenario.centre.stances:
        rows = _covers(item, scenario, weeks)
        stance[rows, ids.index(item.organisation)] = STANCES.index(item.stance)
        imposed[rows, ids.index(item.organisation)] = 1
    return {
        "funds": funds, "tide": tide * founded, "government": government * founded,
        "stance": stance, "stance_imposed": imposed, "positions": positions, "leader_abroad": abroad,
        "leader_bound": bound,
    }  # fmt: skip


def founding_week(organisation: Organisation, scenario: Scenario) -> int:
    """The week an organisation enters: its founding, or the first week where it is older than the run."""
    return max(week_of(organisation.founded, scenario.about.start), 0)


def _operation_history(scenario: Scenario, weeks: int) -> dict[str, Array]:
    """Raids by target, announced stay, credibility and manner, week by week."""
    ids = scenario.organisation_ids
    raids, other = np.zeros((weeks, len(ids))), np.zeros((weeks, 1))
    announced, unlawful = np.zeros((weeks, 1), np.float32), np.zeros((weeks, 1))
    made, kept = scenario.centre.announcements.made, scenario.centre.announcements.kept
    credibility = np.full((weeks, 1), kept / made, np.float32)
    for operation in sorted(scenario.state.operations, key=lambda one: one.end):
        rows = _covers(operation, scenario, weeks)
        for name, share in operation.targets.items():
            raids[rows, ids.index(name)] += operation.raids_per_week * share
        other[rows] += operation.raids_per_week * (1 - sum(operation.targets.values()))
        elapsed = (np.arange(rows.start, rows.stop) - week_of(operation.start, scenario.about.start)) * YEARS_PER_WEEK
        left = np.maximum(operation.announced_years - elapsed, 0)[:, None]
        announced[rows] = np.maximum(announced[rows], left)
        unlawful[rows] = np.maximum(unlawful[rows], operation.unlawful)
        made, kept = made + 1, kept + operation.kept
        credibility[rows.stop :] = min(1.0, kept / made)
    return {
        "raids_planned": raids, "other_raids": other, "announced_years": announced, "unlawful": unlawful,
        "credibility": credibility,
    }  # fmt: skip


def _centre_history(scenario: Scenario, weeks: int) -> dict[str, Array]:
    """How far its rulers need allies, and how harshly media show violence, week by week."""
    need, media = np.full((weeks, 1), 0.5), np.zeros((weeks, 1))
    for rule in scenario.centre.governments:
        need[_covers(rule, scenario, weeks)] = rule.allies_needed
    for one in scenario.timeline.media:
        rows = _covers(one, scenario, weeks)
        media[rows] = np.maximum(media[rows], one.level)
    return {"coalition_need": need, "media": media}


def _state_history(scenario: Scenario, weeks: int, sector_district: Array) -> dict[str, Array]:
    """Personnel and ordered services, week by week."""
    personnel, delivery = np.zeros((weeks, 1)), np.zeros((weeks, len(sector_district)))
    for force in scenario.state.forces:
        personnel[_covers(force, scenario, weeks)] = force.personnel
    for order in scenario.state.delivery:
        rows = _covers(order, scenario, weeks)
        named = [scenario.district_ids.index(d) for d in order.districts or scenario.district_ids]
        where = np.isin(sector_district, named)
        delivery[rows, :] = np.where(where, order.level, delivery[rows, :])
    return {"personnel": personnel, "delivery": delivery}


def _background_history(scenario: Scenario, weeks: int, adult_share: float) -> dict[str, Array]:
    """Ordinary murder per adult, other militants' killings and shocks, week by week."""
    ordinary, militant = np.zeros((weeks, 1)), np.zeros((weeks, 1))
    shocks = np.zeros((weeks, len(scenario.communities)), np.int32)
    by = np.full_like(shocks, -1)
    start = scenario.about.start
    for rate in sorted(scenario.background.ordinary_per_100k, key=lambda one: one.year):
        first = max(week_of(date(rate.year, 1, 1), start), 0) if rate is not _first_rate(scenario) else 0
        ordinary[first:] = rate.value / 1e5 / adult_share * YEARS_PER_WEEK
    for count in scenario.background.other_militants:
        first, last = (max(week_of(date(count.year + k, 1, 1), start), 0) for k in (0, 1))
        militant[first:last] = count.value * YEARS_PER_WEEK
    for shock in scenario.timeline.shocks:
        week = week_of(shock.date, start)
        if 0 <= week < weeks:
            community = scenario.community_ids.index(shock.community)
            shocks[week, community] += shock.deaths
            if shock.by and not shock.whole:
                by[week, community] = scenario.community_ids.index(shock.by)
    return {"ordinary": ordinary, "militant": militant, "shock_deaths": shocks, "shock_by": by}


def _outside_history(scenario: Scenario, weeks: int) -> dict[str, Array]:
    """Who is shut out, and what foreign states give, week by week; of exclusions at once the widest holds."""
    exclusion = np.zeros((weeks, len(scenario.communities)))
    foreign = np.zeros((weeks, len(scenario.organisation_ids)))
    for one in scenario.timeline.exclusions:
        rows, c = _covers(one, scenario, weeks), scenario.community_ids.index(one.community)
        exclusion[rows, c] = np.maximum(exclusion[rows, c], one.level)
    for gift in scenario.timeline.foreign_funds:
        k = scenario.organisation_ids.index(gift.organisation)
        foreign[_covers(gift, scenario, weeks), k] += gift.money_per_year * YEARS_PER_WEEK
    return {"exclusion": exclusion, "foreign_funds": foreign}


def _orders(scenario: Scenario, weeks: int) -> dict[str, Array]:
    """What only a plan orders: a scenario leaves it to the organisations themselves."""
    names = ("reshuffle_ordered", "readmission_ordered", "appeal_ordered")
    return {name: np.zeros((weeks, len(scenario.organisation_ids))) for name in names}


def _first_rate(scenario: Scenario) -> object:
    return min(scenario.background.ordinary_per_100k, key=lambda one: one.year)


def caution_table(spread: float) -> Array:
    """Quantiles of caution: log-normal with median 1."""
    normal = NormalDist(0, spread)
    return np.array([np.exp(normal.inv_cdf((i + 0.5) / CAUTION_STEPS)) for i in range(CAUTION_STEPS)], np.float32)


def _constituencies(chart: Map, seats: int) -> Array:
    """Units in order of sector, cut into as many even groups as there are seats (at most one a unit)."""
    count = min(seats, len(chart.sector))
    return (np.arange(len(chart.sector)) * count // len(chart.sector)).astype(np.int32)


def constituencies_by_seats(chart: Map, seats: int) -> tuple[Array, Array]:
    """For a chamber of so many seats: each unit's constituency, and how many seats each constituency fills."""
    of_unit = _constituencies(chart, seats)
    count = int(of_unit.max()) + 1
    return of_unit, np.array([seats // count + (k < seats % count) for k in range(count)], np.int32)


def run_weeks(scenario: Scenario, until: date | None) -> int:
    """Weeks from the scenario's start to the week that holds its end (or `until`), that week included."""
    return week_of(until or scenario.about.end, scenario.about.start) + 1


def _constants(
    scenario: Scenario, chart: Map, cells: Array, scale: int, economy: Mapping[str, float]
) -> dict[str, Array]:
    """Constant arrays: where cells, units and traders lie, kinship, prices."""
    communities, organisations = len(scenario.communities), scenario.organisation_ids
    kinship = np.zeros((communities, len(organisations)))
    for organisation in scenario.organisations:
        for c, name in enumerate(scenario.community_ids):
            kinship[c, organisations.index(organisation.id)] = organisation.kinship.get(name, 0.0)
    units = len(chart.sector)
    coarse = cells.shape[1] // units
    residents = cells.reshape(len(cells), -1)
    by_unit = residents.reshape(len(cells), units, -1).sum(axis=2)
    per_adult = economy["traders_per_1000_adults"] / 1000
    return {
        "cell_start": _starts(np.floor(residents.max(axis=0) + 1).astype(np.int64)),
        "cell_path": residents,
        "neighbourhood_unit": np.repeat(np.arange(units, dtype=np.int32), coarse),
        "unit_first": (np.arange(units + 1) * coarse).astype(np.int32),
        "unit_sector": chart.sector,
        "sector_district": chart.sector_district,
        "unit_adjacent": chart.adjacent,
        "kinship": kinship,
        "adults_per_resident": np.array([float(scale)]),
        "turn_weeks": np.array([scenario.about.turn_weeks], np.int64),
        "trader_start": _starts(np.floor(by_unit.max(axis=0) * per_adult + 2).astype(np.int64)),
        "traders_per_adult": np.array([per_adult]),
        "trader_income_per_week": np.array([economy["trader_income_per_year"] * YEARS_PER_WEEK]),
        "office_money_per_week": np.array([economy["office_money_per_adult_per_year"] * YEARS_PER_WEEK]),
        "communities": np.array([communities], np.int64),
        "patron": np.array([0, *_patrons(scenario)], np.int32),
        "founding_week": np.array([-1, *_founding_weeks(scenario)], np.int32),
        "splinter_slot": (np.arange(len(organisations)) > len(scenario.organisations)).astype(np.int32),
    }


def _founding_weeks(scenario: Scenario) -> list[int]:
    """The week each organisation enters; -1 for a slot that no scenario fills."""
    return [founding_week(one, scenario) for one in scenario.organisations] + [-1] * scenario.splinter_slots


def _patrons(scenario: Scenario) -> list[int]:
    ids = scenario.organisation_ids
    patrons = [ids.index(one.patron) if one.patron else 0 for one in scenario.organisations]
    return patrons + [0] * scenario.splinter_slots


def _quantities(scenario: Scenario, seed: int | None) -> dict[str, dict[str, float]]:
    """The scenario's own quantities: their values, or where a seed is given, those it draws."""
    quantities = {name: getattr(scenario.economy, name) for name in type(scenario.economy).model_fields}
    economy = {name: drawn(one, f"economy.{name}", seed) for name, one in quantities.items()}
    segregation = drawn(scenario.geography.segregation, "geography.segregation", seed)
    return {"economy": economy, "geography": {"segregation": segregation}}


def build(scenario: Scenario, seed: int, *, scale: int = 10, until: date | None = None, draw: bool = False) -> World:
    """Draw a world: its geography always, its uncertain quantities where `draw`, ready to run at one to `scale`."""
    weeks = run_weeks(scenario, until)
    rng = generator(seed, "geography")
    chart = draw_map(scenario.geography, rng)
    numbers = _quantities(scenario, seed if draw else None)
    economy = numbers["economy"]
    years, path_year, path_share = _years(scenario, weeks)
    path = _cell_path(scenario, chart, years, rng, numbers["geography"]["segregation"])
    cells = _merged(scenario, scale, path) * economy["adult_share"] / scale
    _refuse_crowded(scenario, scale, cells)
    constants = _constants(scenario, chart, cells, scale, economy)
    constants |= {"path_year": path_year, "path_share": path_share}
    history = (
        _organisation_history(scenario, weeks)
        | _centre_history(scenario, weeks)
        | _operation_history(scenario, weeks)
        | _state_history(scenario, weeks, chart.sector_district)
        | _background_history(scenario, weeks, economy["adult_share"])
        | _outside_history(scenario, weeks)
        | _orders(scenario, weeks)
    )
    return World(scenario, scale, seed, weeks, _sizes(scenario, chart, constants), constants, history, chart, numbers)


def _sizes(scenario: Scenario, chart: Map, constants: Mapping[str, Array]) -> dict[str, int]:
    units, sectors = len(chart.sector), len(chart.sector_district)
    organisations = len(scenario.organisation_ids)
    return {
        "one": 1, "resident": int(constants["cell_start"][-1]), "cell": len(constants["cell_start"]) - 1,
        "seat": int(np.diff(constants["cell_start"]).max()),
        "neighbourhood": constants["neighbourhood_unit"].size, "unit": units, "sector": sectors,
        "community": len(scenario.communities), "organisation": organisations, "active": 1,
        "trader": int(constants["trader_start"][-1]), "post": organisations * (1 + sectors + units),
        "party": organisations + OTHER_PARTIES, "cause": 6, "source": 6, "use": 4, "tier": 3, "chamber": len(CHAMBERS),
        "event": MOST_EVENTS, "event_column": len(EVENT_COLUMNS),
    }  # fmt: skip
