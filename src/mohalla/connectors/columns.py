"""Unit and meaning of every column of every exported table: what `variables.csv` says.

Variables bring their own unit and meaning. Here is what they leave unsaid to somebody who has only the tables: which
money, a share of what, the codes, the keys, and what the size of an event counts.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import xarray as xr

from mohalla import results
from mohalla.events import KINDS, Event
from mohalla.experiments import effects
from mohalla.scenario import STANCES

Said = tuple[str, str]  # unit, meaning

COMPARED = "plan"  # a dimension that only comparisons have
CITY, OWN = "share of the city's adults, 0-1", "share of its own community's adults, 0-1"
SECTOR, SEATS = "share of the sector's adults, 0-1", "share of the city's seats, 0-1"
DIFFERENCE = "unit of the measure in column `measure` (of shares and of yes or no: -1 to 1)"
UNITS = {
    "turnout": "share of adults, 0-1",
    "unit_hold": "share of the unit's adults, 0-1",
    "unit_coerced": "share of the unit's adults, 0-1",
    "post_following": "share of the cadre under the post, 0-1",
    "seats": "number of seats",
    "seats_elsewhere": "number of seats",
    "reversals": "relapses, mean over adults",
    "stance": "code",
    "stance_imposed": "0 or 1 (1 = yes)",
}
UNITS_COMPARED = {
    **dict.fromkeys(("coerced", "hold", "heart", "before", "others_hold"), CITY),
    **dict.fromkeys(("level", "coerced_own"), OWN),
    **dict.fromkeys(("hold_map", "coerced_map"), SECTOR),
    **dict.fromkeys(("seats", "seats_by_election"), SEATS),
    **dict.fromkeys(("release", "lasting", "rebound"), "0 or 1 (1 = yes)"),
    **dict.fromkeys(("wanted", "done"), "persons, posts or money, as the plan's intervention says"),
    **dict.fromkeys(("difference", "difference_low", "difference_high"), DIFFERENCE),
    "gap": "difference of shares of the city's adults, -1 to 1",
    "services": "level, 0-1",
    "difference_n": "number of seeds",
    "variance_ratio": "ratio of variances",
}
AFTER = re.compile("_(again|by_quarter|by_rule)$")
OF_PARTY = {*effects.ORGANISATION, *effects.SERIES, *effects.MAPS, "seats_by_election"}

DAY, APART = "date", "distances between neighbouring units"
ORGANISATION = (
    "the organisation, in weeks in which it exists: there are no other rows; splinter-N = a slot for one founded in "
    "the run; none = residents of no organisation, or raids at nobody declared; what only organisations have is empty"
)
CAUSES = (
    "contest = killing between organisations over ground, bystanders included; riot = riots between communities; "
    "discipline = organisations killing holders of their own posts; operation = raids of the state, and who resisted "
    "them; sanction = organisations killing those who openly dissent, and bystanders taken for them; background = "
    "imposed from outside the model: ordinary murder, other militants, dated outbreaks"
)
SIDES = (
    "besides organisations: none = no organisation (as killer: a crowd in a riot, or a dated outbreak; as victim: a "
    "resident killed for open dissent, or by ordinary murder or other militants); state = forces and personnel of the "
    "state; other_militants = armed groups outside the model (imposed); ordinary = ordinary murder (imposed); "
    "bystander = a resident hit by chance or as one of a community, never a killer"
)
SOURCES = (
    "dues = given by those who prefer it; extortion = taken from businesses; office = fruits of office; funds = from "
    "outside the city; trade = what its workers sell; diaspora = gifts from abroad"
)
USES = "help = help to followers; arms = gunmen and arms; workers = pay of workers; campaign = campaigns (none yet)"
POSTS = "city = its chief organiser, sector = the head of a sector, unit = the head of a unit"
DRAWN = "where the scenario has no map, another in each world"
KEYS: dict[str, Said] = {
    "world": ("", "label of the simulated world; about.json has its seed, and whether its numbers are central values"),
    "week": (DAY, "Monday on which the week begins"),
    "quarter": (DAY, "Monday on which the quarter (13 weeks) begins; stocks are as in its first week, killings of all"),
    "sector": ("", f"sector, a group of units: its district and a number; {DRAWN}"),
    "sector_district": ("", "district in which the sector lies"),
    "sector_x": (APART, "where the middle of the sector lies on the schematic map, eastward"),
    "sector_y": (APART, "where the middle of the sector lies on the schematic map, northward"),
    "unit": ("", f"unit, the smallest area that has a post of its own; {DRAWN}"),
    "unit_x": (APART, "where the unit lies on the schematic map, eastward"),
    "unit_y": (APART, "where the unit lies on the schematic map, northward"),
    "unit_sector": ("", "sector in which the unit lies"),
    "unit_district": ("", "district in which the unit lies"),
    "community": ("", "language or origin group, as the censuses count them"),
    "organisation": ("", ORGANISATION),
    "killer": ("", f"who killed, in rows for those who did: there are no rows without a death; {SIDES}"),
    "victim": ("", f"who was killed; {SIDES}"),
    "cause": ("", CAUSES),
    "tier": ("", f"tier of the office-holders; {POSTS}"),
    "income_source": ("", SOURCES),
    "use": ("", USES),
    "election": ("", "the election: its day and chamber"),
    "election_date": (DAY, "day of the election"),
    "election_chamber": ("", "chamber elected: national, provincial or local; seats are those of the city"),
    "constituency": ("", f"constituency: its chamber and a number; {DRAWN}"),
    "constituency_chamber": ("", "chamber for which the constituency elects"),
    "post": ("", "number of the post: all posts of the first organisation, then of the next"),
    "post_organisation": ("", "organisation whose post it is"),
    "post_tier": ("", f"tier of the post; {POSTS}"),
    "post_sector": ("", "sector of the post; empty for the chief organiser"),
    "post_unit": ("", "unit of the post; empty for chief organiser and sector heads"),
}
KEYS_COMPARED: dict[str, Said] = {
    "plan": ("", "the plan; the first of the file is the baseline"),
    "seed": ("", "seed of the world; the same seed is the same past under every plan"),
    "quarter": (DAY, "Monday on which the quarter (13 weeks) begins; shares and stocks are its mean, deaths its sum"),
    "measure": ("", "the measure of the row's differences; its unit and meaning are those of its column in plan-seed"),
    "rule": ("", "rule for the time after the record; `as stated` is the scenario's own"),
    "intervention": ("", "number of the intervention in its plan, from 1 on; plans with fewer have no numbers there"),
}
STANCE_CODES = ", ".join(f"{code} = {stance}" for code, stance in enumerate(STANCES))
SIZES = "; ".join(
    f"{one.name}: {one.size}" + (f" ({STANCE_CODES})" if kind is Event.STANCE else "") for kind, one in KINDS.items()
)
KEYS_OF_EVENTS: dict[str, Said] = {
    "world": KEYS["world"],
    "date": (DAY, "Monday on which the week begins in which it happened"),
    "kind": ("", "what happened: " + "; ".join(f"{one.name} = {one.meaning}" for one in KINDS.values())),
    "organisation": ("", "whom it concerns; empty = nobody in particular"),
    "other": ("", "the other organisation concerned, as `kind` says; empty = none"),
    "tier": ("", f"tier of the post concerned; {POSTS}; empty = no post"),
    "sector": ("", "where it happened; empty = the whole city"),
    "unit": ("", "where it happened; empty = a whole sector, or the whole city"),
    "size": ("as `kind` says", f"how large: {SIZES}"),
    "imposed": ("True or False", "imposed by the scenario, not decided in the run"),
    "text": ("", "the event in a sentence"),
}


def of_events(name: str) -> Said:
    """Unit and meaning of a column of the table of events; `size` counts what the event's kind says."""
    return KEYS_OF_EVENTS[name]


def of_table(dataset: xr.Dataset, name: str) -> Said:
    """Unit and meaning of a column of any other table."""
    if name in dataset.data_vars:
        return _unit(dataset, name), _meaning(dataset, name)
    keys = {**KEYS, **KEYS_COMPARED} if COMPARED in dataset.dims else KEYS
    unit, meaning = keys.get(name, ("", ""))
    return unit, "; ".join(filter(None, [meaning, *_called(dataset, name)]))


def _unit(dataset: xr.Dataset, name: str) -> str:
    """The unit of a variable, said so that no other can be meant: which money, a share of what."""
    said = dataset[name].attrs
    if COMPARED in dataset.dims:
        if str(dataset[name].dtype).startswith("datetime"):
            return DAY
        return UNITS_COMPARED.get(AFTER.sub("", name), str(said.get("units", "")))
    unit = UNITS.get(name, str(said.get("units", "")))
    return str(said.get("money", unit)) if unit == "money" else unit


def _meaning(dataset: xr.Dataset, name: str) -> str:
    """The meaning of a variable, with its codes, and in a comparison who `it` is."""
    said = dataset[name].attrs
    meaning = str(said.get("long_name", ""))
    if "flag_values" in said:
        codes = zip(list(said["flag_values"]), str(said["flag_meanings"]).split(), strict=True)
        meaning += ": " + ", ".join(f"{code} = {word}" for code, word in codes)
    if "of" in dataset.attrs and AFTER.sub("", name) in OF_PARTY:
        meaning += f" (it = {dataset.attrs['of']})"
    return meaning


def _called(dataset: xr.Dataset, name: str) -> Iterator[str]:
    """Names in full of the organisations, or titles of the plans, where the results hold them."""
    if name == "organisation":
        yield ", ".join(f"{one} = {words}" for one, words in results.full_names(dataset).items())
    elif name == COMPARED and "plans" in dataset.attrs:
        yield ", ".join(f"{one} = {said['title']}" for one, said in json.loads(dataset.attrs["plans"]).items())
