"""A plan: interventions over a scenario: what, where, when (a date, a condition), how much; what is wrong with one.

An intervention changes one named value (`mohalla.levers`, or a mechanism's number as `mechanism.parameter`):

    value = "armed"; organisations = ["red-shirts"]; sectors = [3, 4, 5]; from = 2014-01-06; to = 2014-06-30
    remove = 400

Exactly one of `set`, `add`, `scale`, `remove` says how much. Of several that touch one value, those that set come
first, then those that scale, then those that add; two that set the same thing at the same time contradict each other.
With `when`, an intervention waits for a condition. Plans compose: `crackdown + services`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date
from itertools import combinations
from typing import Annotated, Any, Literal, Self

from pydantic import ConfigDict, Field, model_validator

from mohalla.calendar import week_of
from mohalla.errors import MohallaError, listed, nearest
from mohalla.levers import (
    BY_NAME,
    CITY,
    COMMUNITY,
    IMPOSED,
    LEVEL,
    ORGANISATION,
    SECTOR,
    SECTOR_HEAD,
    STOCK,
    UNIT,
    Lever,
)
from mohalla.parameters import Value
from mohalla.scenario import STANCES, Name, Part, Scenario, Share, Source

Amount = Annotated[float, Field(ge=-1e9, le=1e9)]
Measured = Literal["killings", "hold", "coerced", "armed"]
PER_LEVER = {
    ORGANISATION: "organisations", UNIT: "organisations", SECTOR_HEAD: "organisations", COMMUNITY: "communities",
}  # fmt: skip
ACTS = ("set", "add", "scale", "remove")
PERSONS = ("armed", "workers", "chief", "heads", "sector_heads")
HEADS = ("sector_heads", "heads")
ORDERS = ("reshuffle", "readmission", "appeal")
ORDER_DAYS = 28

Tables = Mapping[str, Mapping[str, Value]]


class When(Part):
    """A condition: a measure of the city stays below (or above) a level for so many weeks running.

    `killings` are deaths in four weeks in the whole city; `armed` are persons; `hold` and `coerced` are shares of the
    city's adults.
    """

    measure: Measured
    organisation: Name | None = None
    below: float | None = None
    above: float | None = None
    for_weeks: Annotated[int, Field(ge=1, le=520)] = 52

    @model_validator(mode="after")
    def _one_bound(self) -> Self:
        if (self.below is None) == (self.above is None):
            raise ValueError("needs either `below` or `above`")
        if (self.measure == "killings") != (self.organisation is None):
            raise ValueError(f"`{self.measure}` is measured {_whose(self.measure)}")
        return self


def _whose(measure: str) -> str:
    return "in the whole city; leave out `organisation`" if measure == "killings" else "of an `organisation`; name it"


class Intervention(Part):
    """One change of one named value. In Python, `from`, `to` and `set` are `start`, `end` and `set_to`."""

    model_config = ConfigDict(populate_by_name=True)

    value: str
    organisations: tuple[Name, ...] = ()
    communities: tuple[Name, ...] = ()
    districts: tuple[Name, ...] = ()
    sectors: tuple[Annotated[int, Field(ge=1, le=5000)], ...] = ()
    units: tuple[Annotated[int, Field(ge=1, le=50_000)], ...] = ()
    start: Annotated[date, Field(alias="from")]
    end: Annotated[date | None, Field(alias="to")] = None
    ramp_weeks: Annotated[int, Field(ge=0, le=520)] = 0
    set_to: Annotated[Amount | str | None, Field(alias="set")] = None
    add: Amount | None = None
    scale: Annotated[float | None, Field(ge=0, le=1000)] = None
    remove: Annotated[float | None, Field(ge=0, le=1e9)] = None
    share: Share | None = None
    fate: Literal["exit", "held", "splinter"] = "exit"
    first: Literal["loyal", "disloyal", "followed"] | None = None
    kept: bool = True
    when: When | None = None
    source: Source = "assumption"

    @model_validator(mode="after")
    def _one_act(self) -> Self:
        if self.end is not None and self.end < self.start:
            raise ValueError(f"ends on {self.end}, before it begins on {self.start}")
        said = [word for word, given in zip(ACTS, (self.set_to, self.add, self.scale, self.remove), strict=True)
                if given is not None]  # fmt: skip
        if len(said) + (self.share is not None) != 1:
            both = f"; it has {listed(said)}" if said else ""
            raise ValueError(f"needs exactly one of `set`, `add`, `scale`, `remove` or `share`{both}")
        return self

    @property
    def act(self) -> str:
        """`set`, `scale`, `add` (also for what is removed), in the order in which they apply."""
        return "set" if self.set_to is not None else "scale" if self.scale is not None else "add"

    @property
    def where(self) -> dict[str, tuple[Any, ...]]:
        """What narrows it down, empty where it holds everywhere."""
        names = ("organisations", "communities", "districts", "sectors", "units")
        return {name: getattr(self, name) for name in names if getattr(self, name)}


class Plan(Part):
    """A named set of interventions."""

    name: str
    title: str
    description: str = ""
    interventions: tuple[Intervention, ...] = ()

    def __add__(self, other: Plan) -> Plan:
        """Both at once; refused where they contradict each other."""
        both = Plan(
            name=f"{self.name}+{other.name}",
            title=f"{self.title} + {other.title}",
            description=" ".join(text for text in (self.description, other.description) if text),
            interventions=self.interventions + other.interventions,
        )
        wrong = list(contradictions(both))
        if wrong:
            raise MohallaError("\n".join(f"{both.name}: {problem}." for problem in wrong))
        return both


NOTHING = Plan(name="nothing", title="Nothing more", description="The scenario as it is.")


def plan_text(plan: Plan | None) -> str:
    """What a plan does as canonical JSON, its names and sources left out: equal texts do equal things."""
    done = [
        one.model_dump(mode="json", by_alias=True, exclude={"source"}, exclude_defaults=True)
        for one in (plan.interventions if plan else ())
    ]
    return json.dumps(done, sort_keys=True) if done else ""


def from_text(name: str, text: str) -> Plan | None:
    """The plan that `plan_text` wrote, under a name; None where it does nothing."""
    if not text:
        return None
    return Plan.model_validate({"name": name, "title": name, "interventions": json.loads(text)})


def first_week(plan: Plan, scenario: Scenario) -> int | None:
    """The week in which the first intervention may begin; None for a plan that does nothing."""
    weeks = [week_of(one.start, scenario.about.start) for one in plan.interventions]
    return min(weeks, default=None)


def last_week_of_force(plan: Plan, scenario: Scenario, weeks: int) -> int | None:
    """The last week in which a plan uses force, of a run of so many weeks; None for one that uses none."""
    forceful = [one for one in plan.interventions if is_force(one)]
    ends = [weeks - 1 if one.end is None else week_of(one.end, scenario.about.start) for one in forceful]
    return min(max(ends), weeks - 1) if ends else None


# --- checking ---------------------------------------------------------------------------------------------------------


def problems(plan: Plan, scenario: Scenario, tables: Tables, until: date | None = None) -> list[str]:
    """What cannot be laid over the scenario, each told with the intervention it is about; empty for a sound plan."""
    found = [
        f"interventions.#{number}: {problem}"
        for number, one in enumerate(plan.interventions, start=1)
        for problem in _problems(one, scenario, tables, until or scenario.about.latest)
    ]
    return found + list(contradictions(plan))


def _problems(one: Intervention, scenario: Scenario, tables: Tables, until: date) -> Iterator[str]:
    yield from _names_unknown(one, scenario)
    if not scenario.about.start <= one.start <= until:
        yield f"from = {one.start}: outside the run, which goes from {scenario.about.start} to {until}"
    if "." in one.value:
        yield from _number_problems(one, tables)
    elif one.value not in BY_NAME:
        yield (
            f"value = '{one.value}': no such value.{nearest(one.value, BY_NAME)} There are: {listed(BY_NAME, 40)}, and "
            "every number of a mechanism as mechanism.parameter"
        )
    else:
        yield from _lever_problems(one, BY_NAME[one.value])
    if one.fate == "splinter" and one.value not in HEADS:
        yield f"fate = 'splinter': only holders lead others to a splinter ({listed(HEADS)}), not '{one.value}'"
    if one.first and one.value not in HEADS:
        yield f"first = '{one.first}': says which holders go first ({listed(HEADS)}); leave it out"
    if one.value in ORDERS:
        yield from _order_problems(one)
    if one.fate == "splinter" and not scenario.splinter_slots:
        yield "fate = 'splinter': this scenario has no room for splinters (splinter_slots = 0)"


def _names_unknown(one: Intervention, scenario: Scenario) -> Iterator[str]:
    units = sum(district.units for district in scenario.geography.districts)
    sectors = sum(district.sectors for district in scenario.geography.districts)
    organisations = scenario.organisation_ids[1:]
    when = (one.when.organisation,) if one.when and one.when.organisation else ()
    for key, names, allowed in (
        ("organisations", one.organisations + when, organisations),
        ("communities", one.communities, scenario.community_ids),
        ("districts", one.districts, scenario.district_ids),
        ("sectors", one.sectors, range(1, sectors + 1)),
        ("units", one.units, range(1, units + 1)),
    ):
        for name in names:
            if name not in allowed:
                known = f"1 to {len(allowed)}" if isinstance(allowed, range) else listed(allowed)
                near = nearest(str(name), allowed) if isinstance(name, str) and not isinstance(allowed, range) else ""
                yield f"{key}: '{name}' is not in this scenario.{near} There are: {known}"


def _number_problems(one: Intervention, tables: Tables) -> Iterator[str]:
    mechanism, _, name = one.value.partition(".")
    if mechanism not in tables:
        yield f"value = '{one.value}': no mechanism '{mechanism}'.{nearest(mechanism, tables)}"
    elif name not in tables[mechanism]:
        yield f"value = '{one.value}': {mechanism} has no number '{name}'.{nearest(name, tables[mechanism])}"
    elif one.where:
        yield f"value = '{one.value}': a mechanism's number holds everywhere; leave out {listed(one.where)}"
    elif one.act == "add" or isinstance(one.set_to, str):
        yield f"value = '{one.value}': a mechanism's number can be `set` or `scale`d by a number"
    elif one.ramp_weeks:
        yield f"value = '{one.value}': a mechanism's number changes at once; leave out ramp_weeks"
    elif one.set_to is not None:
        known = tables[mechanism][name].known
        if not known.low <= float(one.set_to) <= known.high:
            yield f"set = {one.set_to:g}: outside the plausible range {known.low:g} to {known.high:g} ({known.unit})"


def _lever_problems(one: Intervention, lever: Lever) -> Iterator[str]:
    needed = PER_LEVER.get(lever.per)
    if needed and not getattr(one, needed):
        yield f"value = '{lever.name}': say of which {needed}"
    fits = {ORGANISATION: {"organisations"}, COMMUNITY: {"communities"}, SECTOR: {"districts", "sectors"}, CITY: set(),
            SECTOR_HEAD: {"organisations", "districts", "sectors"},
            UNIT: {"organisations", "districts", "sectors", "units"}}[lever.per]  # fmt: skip
    if set(one.where) - fits:
        each = "the whole city" if lever.per == CITY else f"each {lever.per}"
        yield f"value = '{lever.name}': is one for {each}; leave out {listed(set(one.where) - fits)}"
    if lever.name == "stance":
        if one.set_to not in STANCES:
            yield f"set = '{one.set_to}': a stance is set to one of {listed(STANCES)}"
    elif isinstance(one.set_to, str):
        yield f"set = '{one.set_to}': must be a number ({lever.unit})"
    elif one.set_to is not None and not lever.low <= one.set_to <= lever.high:
        yield f"set = {one.set_to:g}: must be between {lever.low:g} and {lever.high:g} ({lever.unit})"
    if lever.kind == LEVEL and one.act != "set":
        yield f"value = '{lever.name}': moves by itself; a plan can only hold it (`set`)"
    yield from _stock_problems(one, lever)


def _order_problems(one: Intervention) -> Iterator[str]:
    if one.set_to not in (0, 1) or one.ramp_weeks:
        yield f"value = '{one.value}': is an order: `set` it to 1, or to 0 for none, without a ramp"
    if one.end is not None and (one.end - one.start).days + 1 < ORDER_DAYS:
        yield f"to = {one.end}: an order is looked at each fourth week; let it stand for {ORDER_DAYS} days"


def _stock_problems(one: Intervention, lever: Lever) -> Iterator[str]:
    taken = one.remove is not None or one.share is not None
    if lever.kind != STOCK:
        if taken:
            yield f"value = '{lever.name}': only persons, posts and money are removed; use set, add or scale"
        return
    if one.ramp_weeks:
        yield f"value = '{lever.name}': is removed or added evenly from `from` to `to`; leave out ramp_weeks"
    if one.set_to is not None or one.scale is not None:
        yield f"value = '{lever.name}': persons, posts and money are removed (`remove`, `share`) or added (`add`)"
    if one.remove is not None and one.end is None:
        yield f"value = '{lever.name}': say by when (`to`) {one.remove:g} are to be removed"
    if lever.unit == "persons" and one.add is not None and one.add != int(one.add):
        yield f"add = {one.add:g}: must be a whole number of persons"
    if lever.array == "tenure" and not taken:
        yield f"value = '{lever.name}': holders of posts can only be removed"
    if one.remove is not None and lever.unit in ("persons", "holders") and one.remove != int(one.remove):
        yield f"remove = {one.remove:g}: must be a whole number of {lever.unit}"


def contradictions(plan: Plan) -> Iterator[str]:
    """Two interventions that set the same thing at the same time."""
    setting = [(number, one) for number, one in enumerate(plan.interventions, start=1) if one.act == "set"]
    for (first, one), (second, other) in combinations(setting, 2):
        if one.value == other.value and _meet(one, other) and _overlap(one, other) and one.set_to != other.set_to:
            yield (
                f"interventions.#{second}: sets '{other.value}' to {other.set_to}, but #{first} sets it to "
                f"{one.set_to} at the same time and place; a plan cannot contradict itself"
            )


def _meet(one: Intervention, other: Intervention) -> bool:
    """Whether two touch the same: what one leaves open, the other is part of."""
    shared = one.where.keys() & other.where.keys()
    return all(set(one.where[key]) & set(other.where[key]) for key in shared)


def _overlap(one: Intervention, other: Intervention) -> bool:
    latest = date.max
    return one.start <= (other.end or latest) and other.start <= (one.end or latest)


def is_force(one: Intervention) -> bool:
    """Whether it sends the state's force, or takes persons away; what it sets to nothing is no force."""
    removes = (one.remove is not None or one.share is not None) and one.fate != "splinter"
    return (one.value == "raids" and one.set_to != 0) or (removes and one.value in PERSONS)


def is_imposed(one: Intervention) -> bool:
    """Whether it changes the dated history and not the city itself."""
    return "." not in one.value and BY_NAME[one.value].kind == IMPOSED
