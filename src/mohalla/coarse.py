"""How many residents a scale leaves to stand for a city: refused where they are too few to mean anything.

A scale is how many adults one simulated resident stands for. At scale 1 everybody is simulated, and however small the
town, nothing is too coarse.
"""

from __future__ import annotations

from mohalla.errors import MohallaError
from mohalla.scenario import Scenario

FEWEST = 50  # residents in all: with fewer, one resident is over 2 % of the city; the shipped town has 60 at 1:200
FEW_IN_A_UNIT = 20  # residents in a unit on average
GOOD = 2000  # residents in all that show a small town well


def residents(scenario: Scenario, scale: int) -> int:
    """Residents that would be simulated at one for `scale` adults, in the census that counts most people."""
    return _adults(scenario) // scale


def enough(scenario: Scenario, scale: int, name: str = "scale") -> int:
    """The scale that was asked for (as `name`), if it leaves enough residents for a result to mean anything."""
    many = residents(scenario, scale)
    if scale > 1 and many < FEWEST:
        raise MohallaError(
            f"{name} = {scale}: {scenario.about.name} has {_adults(scenario):,} adults, so {many:,} "
            f"{'resident' if many == 1 else 'residents'} would be simulated in all; must be at least {FEWEST}. "
            f"{name} = {better(scenario)} simulates {residents(scenario, better(scenario)):,}."
        )
    return scale


def few(scenario: Scenario, scale: int, name: str = "scale") -> str:
    """A sentence where a unit has few residents on average, so that what it shows is mostly chance; else ''."""
    units, many = _units(scenario), residents(scenario, scale)
    if scale == 1 or many >= FEW_IN_A_UNIT * units:
        return ""
    then = residents(scenario, finer(scenario)) / units
    return (
        f"{name} = {scale}: {many:,} residents in {units:,} units are {many / units:.1f} to a unit, so what one unit "
        f"shows is mostly chance. {name} = {finer(scenario)} gives {then:.1f}."
    )


def better(scenario: Scenario) -> int:
    """The scale that gives some 2,000 residents; 1 where there are not so many adults."""
    return max(_adults(scenario) // GOOD, 1)


def finer(scenario: Scenario) -> int:
    """The coarsest scale at which units have enough residents on average; 1 where none is fine enough."""
    return max(_adults(scenario) // (FEW_IN_A_UNIT * _units(scenario)), 1)


def _adults(scenario: Scenario) -> int:
    people = max(census.population for census in scenario.censuses)
    return round(people * scenario.economy.adult_share.value)


def _units(scenario: Scenario) -> int:
    return sum(district.units for district in scenario.geography.districts)
