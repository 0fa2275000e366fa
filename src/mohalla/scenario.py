"""The question: a city, its people, its organisations and its dated history, typed and frozen.

A scenario holds what is *declared*. It is read from TOML (`mohalla.reading`), checked here once, and never changes
afterwards. Rules later rely on what is checked here and check nothing again.

Shares and kinship are fractions, money is in million rupees of the year named in `about.money`, people are persons
of the real city, dates are calendar dates.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from mohalla.errors import listed, nearest

Share = Annotated[float, Field(ge=0.0, le=1.0)]
Persons = Annotated[int, Field(ge=0, le=1_000_000_000)]
Money = Annotated[float, Field(ge=0.0, le=1e9)]
Kinship = Annotated[float, Field(ge=-1.0, le=1.0)]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,39}$")]
Colour = Annotated[str, Field(pattern=r"^#[0-9a-fA-F]{6}$")]
Year = Annotated[int, Field(ge=1900, le=2100)]
Source = Annotated[str, Field(min_length=3)]
Chamber = Literal["national", "provincial", "local"]

STANCES = ("sponsor", "co-opt", "neutral", "negotiate", "crack-down")
StanceName = Literal["sponsor", "co-opt", "neutral", "negotiate", "crack-down"]
NONE = "none"
SHARES_TOLERANCE = 0.005
DISTRICTS_TOLERANCE = 0.01
MONDAY = 0
MOST_ORGANISATIONS = 24
SYNTHETIC_PARTS = ("sectors", "units", "neighbourhoods", "constituencies")
PartName = Literal["sectors", "units", "neighbourhoods", "constituencies"]


class Part(BaseModel):
    """A frozen piece of a scenario: unknown keys, NaN and infinite numbers are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Span(Part):
    """Something that holds from one date to another (the last day included)."""

    start: Annotated[date, Field(alias="from")]
    end: Annotated[date, Field(alias="to")]

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.end < self.start:
            raise ValueError(f"ends on {self.end}, before it begins on {self.start}")
        return self


class Quantity(Part):
    """A number with its unit, plausible range, meaning and source."""

    value: float
    unit: str
    low: float
    high: float
    meaning: str
    source: Source

    @model_validator(mode="after")
    def _in_range(self) -> Self:
        if self.low > self.high:
            raise ValueError(f"low {self.low:g} is above high {self.high:g}")
        if not self.low <= self.value <= self.high:
            raise ValueError(f"value {self.value:g} is outside its own plausible range {self.low:g} to {self.high:g}")
        return self


class About(Part):
    """What the scenario is, and the span it is meant for; a run past `record_ends` is an extrapolation.

    `party` is the organisation that reports, comparisons and sweeps are about unless asked otherwise; where none is
    named, the one that most showed. Residents and traders take stock in turns, unit by unit, every `turn_weeks`.
    """

    name: Name
    title: str
    description: str
    start: date
    end: date
    record_ends: date | None = None
    latest: date
    party: Name | None = None
    money: str
    extrapolation: str = ""
    turn_weeks: Annotated[int, Field(ge=1, le=4)] = 4

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if not self.start < self.end <= self.latest:
            raise ValueError(f"needs start < end <= latest, got {self.start}, {self.end}, {self.latest}")
        if self.start.weekday() != MONDAY:
            raise ValueError(f"start must be a Monday, the first day of week 0; {self.start} is a {self.start:%A}")
        return self


class District(Part):
    """A district: a rough position (degrees east, degrees north), an area and how many sectors and units it holds."""

    id: Name
    name: str
    position: tuple[float, float]
    area_km2: Annotated[float, Field(gt=0, le=1e6)]
    sectors: Annotated[int, Field(ge=1, le=200)]
    units: Annotated[int, Field(ge=1, le=5000)]
    source: Source

    @model_validator(mode="after")
    def _units_fill_sectors(self) -> Self:
        if self.units < self.sectors:
            raise ValueError(f"has {self.units} units for {self.sectors} sectors; each sector needs one")
        return self


class Geography(Part):
    """Districts, and how finely they divide. Parts named in `synthetic` are drawn anew for each world."""

    synthetic: tuple[PartName, ...]
    neighbourhoods_per_unit: Annotated[int, Field(ge=1, le=100)]
    segregation: Quantity
    districts: Annotated[tuple[District, ...], Field(min_length=1)]


class Community(Part):
    """A language or origin group, as the censuses count them."""

    id: Name
    name: str
    colour: Colour


class DistrictCensus(Part):
    """One district in one census: population (all ages) and, where counted, shares by community."""

    population: Persons
    shares: dict[str, Share] | None = None


class Census(Part):
    """Population (all ages) of the city and shares by community in one census year."""

    year: Year
    population: Annotated[int, Field(ge=100, le=1_000_000_000)]
    shares: dict[str, Share]
    districts: dict[str, DistrictCensus] = Field(default_factory=dict)
    source: Source


class Organisation(Part):
    """A party, faction, gang or movement. All are the same kind of thing with other numbers (claim H6).

    `workers`, `armed` and `budget` are what it starts with; `funds_per_year` is what reaches it from outside the city
    (a national party's chest, patrons); `cells` is how well it has learnt to watch (0-1, claim O8);
    `militancy` is the least share of its spending that goes to arms.
    """

    id: Name
    name: str
    colour: Colour
    founded: date
    kinship: dict[str, Kinship]
    workers: Persons
    armed: Persons
    budget: Money
    funds_per_year: Money = 0.0
    cells: Share = 0.3
    militancy: Share = 0.1
    contests_from: date | None = None
    patron: Name | None = None
    source: Source


class Stance(Span):
    """How the centre treats an organisation between two dates."""

    organisation: Name
    stance: StanceName
    source: Source


class Government(Span):
    """Who rules: kind, who shares office in the city's governments with how much of it, and how far allies are needed.

    `allies_needed` (0-1) is how far the rulers at the centre lack seats of their own: 0.5 where nothing is known of it.
    """

    kind: Literal["civilian", "military"]
    offices: dict[str, Share]
    allies_needed: Share = 0.5
    source: Source


class Announcements(Part):
    """Promises made and kept by the centre before the scenario starts: its credibility is kept / made."""

    made: Annotated[float, Field(gt=0, le=1000)]
    kept: Annotated[float, Field(ge=0, le=1000)]
    source: Source


class Centre(Part):
    """The national centre: dated stances and governments, and how far its announcements are believed."""

    stances: tuple[Stance, ...] = ()
    governments: tuple[Government, ...] = ()
    announcements: Announcements


class Forces(Span):
    """Personnel of the state in the city."""

    personnel: Persons
    source: Source


class Operation(Span):
    """An announced operation: raids a week, at whom (shares of all raids; the rest at others), and its manner."""

    id: Name
    name: str
    raids_per_week: Annotated[float, Field(ge=0, le=10_000)]
    targets: dict[str, Share]
    unlawful: Share
    announced_years: Annotated[float, Field(ge=0, le=50)]
    kept: bool
    source: Source

    @model_validator(mode="after")
    def _targets_sum(self) -> Self:
        if sum(self.targets.values()) > 1 + 1e-9:
            raise ValueError(f"targets sum to {sum(self.targets.values()):.3f}; raids on named targets cannot exceed 1")
        return self


class Delivery(Span):
    """Unconditional services by the state: level 0-1, in all districts or in those named."""

    level: Share
    districts: tuple[Name, ...] = ()
    source: Source


class State(Part):
    """The state in the city: forces, operations and services."""

    forces: tuple[Forces, ...]
    operations: tuple[Operation, ...] = ()
    delivery: tuple[Delivery, ...] = ()


class Election(Part):
    """One poll: seats in the city, who stays out, who stands as part of whom, and imposed seats elsewhere."""

    date: date
    chamber: Chamber
    seats: Annotated[int, Field(ge=1, le=1000)]
    party_less: bool = False
    boycotts: tuple[Name, ...] = ()
    seats_elsewhere: dict[str, Persons] = Field(default_factory=dict)
    source: Source


class ElectionRule(Part):
    """The later calendar: polls of one chamber every so many years, for runs past the dated ones."""

    chamber: Chamber
    first: date
    every_years: Annotated[int, Field(ge=1, le=20)]
    seats: Annotated[int, Field(ge=1, le=1000)]
    source: Source


class Tide(Span):
    """A national tide: what an organisation's standing outside the city adds to its appeal inside."""

    organisation: Name
    appeal: Annotated[float, Field(ge=-2, le=2)]
    source: Source


class Leader(Span):
    """Where an organisation's leader is between two dates, and how far (0-1) proceedings abroad bind that office."""

    organisation: Name
    abroad: bool = False
    bound: Share = 0.0
    source: Source

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not self.abroad and self.bound == 0:
            raise ValueError(
                "says neither that the leader is abroad nor that proceedings bind the office; leave it out"
            )
        return self


class Media(Span):
    """How harshly news media show violence (0-1), whoever commits it."""

    level: Share
    source: Source


class Positions(Span):
    """How far the public positions of an organisation please foreign powers (0-1)."""

    organisation: Name
    level: Share
    source: Source


class Shock(Part):
    """Violence from outside the model, imposed with its date: deaths in a community, at the hands of another.

    Where `by` says at whose hands, the model's riots answer it, unless the figure is of the `whole` outbreak, answers
    included.
    """

    date: date
    community: Name
    by: Name | None = None
    deaths: Persons
    whole: bool = False
    description: str
    source: Source


class Exclusion(Span):
    """A time in which a community's young are shut out of study or work: the share of them it touches (claim O2)."""

    community: Name
    level: Share
    source: Source


class ForeignFunds(Span):
    """Money a foreign state gives to an organisation (claim W5); where it is only alleged, the source says so."""

    organisation: Name
    money_per_year: Money
    source: Source


class Note(Part):
    """A dated line for the reader's timeline; the model does not read it."""

    date: date
    text: str
    source: Source


class Timeline(Part):
    """Everything imposed with a date that is neither the centre's, the state's nor an election."""

    tides: tuple[Tide, ...] = ()
    leaders: tuple[Leader, ...] = ()
    media: tuple[Media, ...] = ()
    positions: tuple[Positions, ...] = ()
    shocks: tuple[Shock, ...] = ()
    exclusions: tuple[Exclusion, ...] = ()
    foreign_funds: tuple[ForeignFunds, ...] = ()
    notes: tuple[Note, ...] = ()


class YearValue(Part):
    """A value that holds from a year on (rates), or for that year (counts)."""

    year: Year
    value: Annotated[float, Field(ge=0, le=1e6)]
    source: Source


class Background(Part):
    """Killing the model does not explain: ordinary murder and other militants, for like-with-like comparison."""

    ordinary_per_100k: tuple[YearValue, ...] = ()
    other_militants: tuple[YearValue, ...] = ()


class Economy(Part):
    """Shops and offices: how many traders there are, what they earn, what office is worth."""

    adult_share: Quantity
    traders_per_1000_adults: Quantity
    trader_income_per_year: Quantity
    office_money_per_adult_per_year: Quantity


class Setting(Part):
    """One overridden parameter of a mechanism."""

    value: float
    low: float | None = None
    high: float | None = None
    unit: str | None = None
    source: Source = "this scenario"


class Scenario(Part):
    """A whole question, checked. Cross-references and sums are checked here, before any world is built."""

    about: About
    geography: Geography
    communities: Annotated[tuple[Community, ...], Field(min_length=1, max_length=16)]
    censuses: Annotated[tuple[Census, ...], Field(min_length=1)]
    organisations: Annotated[tuple[Organisation, ...], Field(min_length=1)]
    splinter_slots: Annotated[int, Field(ge=0, le=8)] = 0
    centre: Centre
    state: State
    elections: tuple[Election, ...] = ()
    election_rules: tuple[ElectionRule, ...] = ()
    economy: Economy
    timeline: Timeline = Timeline()
    background: Background = Background()
    parameters: dict[str, dict[str, float | Setting]] = Field(default_factory=dict)

    @property
    def community_ids(self) -> tuple[str, ...]:
        return tuple(community.id for community in self.communities)

    @property
    def organisation_ids(self) -> tuple[str, ...]:
        """`none`, the declared organisations, then the reserved slots for splinters."""
        splinters = tuple(f"splinter-{slot + 1}" for slot in range(self.splinter_slots))
        return (NONE, *(organisation.id for organisation in self.organisations), *splinters)

    @property
    def district_ids(self) -> tuple[str, ...]:
        return tuple(district.id for district in self.geography.districts)

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        """All that is wrong; names first, because what else is said of a wrong one makes no sense."""
        if wrong := list(_unique_ids(self)) or list(_known_names(self)) or [one for of in CHECKS for one in of(self)]:
            raise ValueError("\n".join(wrong))
        return self


def _unique_ids(scenario: Scenario) -> Iterator[str]:
    for key, ids in (
        ("communities", scenario.community_ids),
        ("organisations", scenario.organisation_ids),
        ("geography.districts", scenario.district_ids),
    ):
        double = next((name for name in ids if ids.count(name) > 1), None)
        if double:
            yield f"{key}: the id '{double}' is declared twice"
    names = [organisation.name for organisation in scenario.organisations]
    alike = next((name for name in names if names.count(name) > 1), None)
    if alike:
        yield f"organisations: two have the name '{alike}'; a reader could not tell them apart"


def _references(scenario: Scenario) -> list[tuple[str, str, tuple[str, ...]]]:
    """Every place that names a community, organisation or district: (key, name, names allowed there)."""
    communities, districts = scenario.community_ids, scenario.district_ids
    organisations = tuple(organisation.id for organisation in scenario.organisations)
    found: list[tuple[str, str, tuple[str, ...]]] = []

    def name(key: str, names: Any, allowed: tuple[str, ...]) -> None:
        found.extend((key, one, allowed) for one in names if one is not None)

    name("about.party", [scenario.about.party], organisations)
    for organisation in scenario.organisations:
        name(f"organisations.{organisation.id}.kinship", organisation.kinship, communities)
        name(f"organisations.{organisation.id}.patron", [organisation.patron], organisations)
    for census in scenario.censuses:
        name(f"censuses.{census.year}.shares", census.shares, communities)
        name(f"censuses.{census.year}.districts", census.districts, districts)
        for district, counted in census.districts.items():
            name(f"censuses.{census.year}.districts.{district}.shares", counted.shares or (), communities)
    stances, timeline = scenario.centre.stances, scenario.timeline
    for key, spans in (
        ("centre.stances", stances), ("timeline.tides", timeline.tides), ("timeline.positions", timeline.positions),
        ("timeline.leaders", timeline.leaders), ("timeline.foreign_funds", timeline.foreign_funds),
    ):  # fmt: skip
        for span in spans:
            name(f"{key}.{span.start}", [span.organisation], organisations)
    for government in scenario.centre.governments:
        name(f"centre.governments.{government.start}.offices", government.offices, organisations)
    for operation in scenario.state.operations:
        name(f"state.operations.{operation.id}.targets", operation.targets, organisations)
    for delivery in scenario.state.delivery:
        name(f"state.delivery.{delivery.start}.districts", delivery.districts, districts)
    for election in scenario.elections:
        name(f"elections.{election.date}.boycotts", election.boycotts, organisations)
        name(f"elections.{election.date}.seats_elsewhere", election.seats_elsewhere, organisations)
    for key, names in _communities_named(timeline):
        name(key, names, communities)
    return found


def _communities_named(timeline: Timeline) -> list[tuple[str, tuple[str | None, ...]]]:
    return [(f"timeline.shocks.{one.date}", (one.community, one.by)) for one in timeline.shocks] + [
        (f"timeline.exclusions.{one.start}", (one.community,)) for one in timeline.exclusions
    ]


def _known_names(scenario: Scenario) -> Iterator[str]:
    for key, word, allowed in _references(scenario):
        if word not in allowed:
            yield f"{key}: '{word}' is not declared. Declared: {listed(allowed)}.{nearest(word, allowed)}"


def _census_sums(scenario: Scenario) -> Iterator[str]:
    for census in scenario.censuses:
        tables = [(f"censuses.{census.year}.shares", census.shares)]
        tables += [
            (f"censuses.{census.year}.districts.{district}.shares", counted.shares)
            for district, counted in census.districts.items()
            if counted.shares is not None
        ]
        for key, shares in tables:
            if abs(sum(shares.values()) - 1) > SHARES_TOLERANCE:
                yield (f"{key}: shares sum to {sum(shares.values()):.4f}; they must sum to 1 (+-{SHARES_TOLERANCE})")
        if census.districts and set(census.districts) != set(scenario.district_ids):
            missing = set(scenario.district_ids) - set(census.districts)
            yield (f"censuses.{census.year}.districts: {listed(missing)} missing; name every district or none")
    years = [census.year for census in scenario.censuses]
    if sorted(set(years)) != years:
        yield f"censuses: years must rise without repeats, got {years}"


def _districts_sum(scenario: Scenario) -> Iterator[str]:
    for census in scenario.censuses:
        people = sum(counted.population for counted in census.districts.values())
        if census.districts and abs(people / census.population - 1) > DISTRICTS_TOLERANCE:
            yield (
                f"censuses.{census.year}.districts: their people sum to {people:,}, but the city has "
                f"{census.population:,}; they must agree to {DISTRICTS_TOLERANCE:.0%}"
            )


def _dates_within(scenario: Scenario) -> Iterator[str]:
    """What is dated after the scenario would never happen, and nobody would know. What is dated before is history."""
    latest = scenario.about.latest
    dated = [(f"elections.{one.date}", one.date) for one in scenario.elections]
    dated += [(f"state.operations.{one.id}", one.start) for one in scenario.state.operations]
    dated += [(f"{key}.{span.start}", span.start) for key, span in spans(scenario) if not isinstance(span, Operation)]
    dated += [(f"timeline.shocks.{one.date}", one.date) for one in scenario.timeline.shocks]
    for key, day in dated:
        if day > latest:
            yield f"{key}: begins on {day}, after the scenario's latest day, {latest}"
    for organisation in scenario.organisations:
        if organisation.founded > latest:
            yield (
                f"organisations.{organisation.id}.founded: {organisation.founded} is after the scenario's latest day, "
                f"{latest}; leave the organisation out"
            )


def _centre_is_clear(scenario: Scenario) -> Iterator[str]:
    """One stance at a time towards an organisation, and no more offices than there are."""
    stances = sorted(scenario.centre.stances, key=lambda one: (one.organisation, one.start))
    for one, then in pairwise(stances):
        if one.organisation == then.organisation and then.start <= one.end:
            yield (
                f"centre.stances.{then.start}: '{then.stance}' towards '{then.organisation}' begins before "
                f"'{one.stance}' of {one.start} ends on {one.end}; it can be towards it in one way at a time"
            )
    for government in scenario.centre.governments:
        shared = sum(government.offices.values())
        if shared > 1 + SHARES_TOLERANCE:
            yield (f"centre.governments.{government.start}.offices: shares sum to {shared:g}; there are no more than 1")


def _dates_fit(scenario: Scenario) -> Iterator[str]:
    founded = {organisation.id: organisation.founded for organisation in scenario.organisations}
    for election in scenario.elections:
        for name in (*election.boycotts, *election.seats_elsewhere):
            if founded[name] > election.date:
                yield (
                    f"elections.{election.date}: '{name}' is named but founded only on {founded[name]}; "
                    "an election cannot come before the founding of those it names"
                )
    for organisation in scenario.organisations:
        if organisation.contests_from and organisation.contests_from < organisation.founded:
            yield (
                f"organisations.{organisation.id}.contests_from: {organisation.contests_from} is before its founding "
                f"on {organisation.founded}"
            )


def _patrons_stand_above(scenario: Scenario) -> Iterator[str]:
    """A patron is another organisation that has no patron itself: whose gunmen spare whom would else be circular."""
    patron_of = {organisation.id: organisation.patron for organisation in scenario.organisations}
    for client, patron in patron_of.items():
        if patron is not None and (patron == client or patron_of[patron] is not None):
            yield (
                f"organisations.{client}.patron: '{patron}' cannot be its patron; a patron is another organisation "
                "that has no patron itself"
            )


def _shocks_are_clear(scenario: Scenario) -> Iterator[str]:
    """Whom a community would answer in a week must be one other community."""
    told: dict[tuple[int, int, str], Shock] = {}
    for shock in scenario.timeline.shocks:
        if shock.by == shock.community:
            yield (
                f"timeline.shocks.{shock.date}: '{shock.by}' cannot be at whose hands its own dead fell; leave out `by`"
            )
        year, week, _ = shock.date.isocalendar()
        other = told.setdefault((year, week, shock.community), shock)
        if (other.by, other.whole) != (shock.by, shock.whole):
            yield (
                f"timeline.shocks.{shock.date}: another shock of that week, on {other.date}, also kills "
                f"'{shock.community}', but not `by` the same or not `whole` alike; whom would it answer?"
            )


def _slots_fit(scenario: Scenario) -> Iterator[str]:
    count = len(scenario.organisation_ids)
    if count > MOST_ORGANISATIONS:
        yield f"organisations: {count} with 'none' and splinter slots; at most {MOST_ORGANISATIONS} fit"


def _promises_kept_were_made(scenario: Scenario) -> Iterator[str]:
    made, kept = scenario.centre.announcements.made, scenario.centre.announcements.kept
    if kept > made:
        yield f"centre.announcements.kept: {kept:g} of {made:g} promises made; no more can be kept than were made"


def _cadre_are_adults(scenario: Scenario) -> Iterator[str]:
    """Workers and gunmen of all organisations are among the city's adults; state personnel do not outnumber them."""
    adults = most_adults(scenario)
    cadre = sum(organisation.workers + organisation.armed for organisation in scenario.organisations)
    words = f"at most {adults:,} adults (its largest census and the upper end of economy.adult_share)"
    if cadre > adults:
        largest = max(scenario.organisations, key=lambda one: one.workers + one.armed)
        yield (
            f"organisations.{largest.id}: {largest.workers:,} workers and {largest.armed:,} gunmen (with all other "
            f"organisations {cadre:,}), but {scenario.about.name} has {words}"
        )
    for one in scenario.state.forces:
        if one.personnel > adults:
            yield (
                f"state.forces.{one.start}.personnel: {one.personnel:,}, but {scenario.about.name} has {words}; more "
                "personnel than adults is a siege, not a force in a city"
            )


def _the_dead_had_lived(scenario: Scenario) -> Iterator[str]:
    for shock in scenario.timeline.shocks:
        people = most_people(scenario, shock.community)
        if shock.deaths > people:
            yield (
                f"timeline.shocks.{shock.date}.deaths: {shock.deaths:,} dead of '{shock.community}', but no census "
                f"counts more than {people:,} of it"
            )


def _quantities_are_possible(scenario: Scenario) -> Iterator[str]:
    """Quantities whose range, as they are free to name it, holds what cannot be."""
    for key, (least, most) in POSSIBLE.items():
        part, _, name = key.partition(".")
        one: Quantity = getattr(getattr(scenario, part), name)
        if one.low < least or one.high > most:
            yield (
                f"{key}: {one.value:g} (low {one.low:g}, high {one.high:g}) must lie between {least:g} and {most:,g}; "
                f"it is {one.meaning}"
            )


def _positions_are_on_earth(scenario: Scenario) -> Iterator[str]:
    for district in scenario.geography.districts:
        east, north = district.position
        if abs(east) > 180 or abs(north) > 90:
            yield (
                f"geography.districts.{district.id}.position: {east:g} degrees east, {north:g} degrees north is "
                "nowhere; east comes first, from -180 to 180, then north, from -90 to 90"
            )


def most_people(scenario: Scenario, community: str) -> int:
    """People (all ages) of a community in the census that counts most of it."""
    return max(round(census.population * census.shares.get(community, 0.0)) for census in scenario.censuses)


def most_adults(scenario: Scenario) -> int:
    """Adults in the largest census, if as large a share of its people are adults as the scenario thinks plausible."""
    share = min(max(scenario.economy.adult_share.high, 0.0), 1.0)
    return round(max(census.population for census in scenario.censuses) * share)


def spans(scenario: Scenario) -> list[tuple[str, Span]]:
    """Everything that is said to hold from one date to another, with the key of the table it stands in."""
    tables: list[tuple[str, tuple[Span, ...]]] = [
        (f"{key}.{name}", getattr(part, name))
        for key, part, names in (
            ("centre", scenario.centre, ("stances", "governments")),
            ("state", scenario.state, ("forces", "operations", "delivery")),
            ("timeline", scenario.timeline,
             ("tides", "leaders", "media", "positions", "exclusions", "foreign_funds")),
        )
        for name in names
    ]  # fmt: skip
    return [(key, span) for key, table in tables for span in table]


POSSIBLE = {
    "economy.adult_share": (0.01, 1.0),
    "economy.traders_per_1000_adults": (0.0, 1000.0),
    "economy.trader_income_per_year": (0.0, 1e9),
    "economy.office_money_per_adult_per_year": (0.0, 1e9),
    "geography.segregation": (0.001, 1e6),
}
CHECKS = (
    _census_sums, _districts_sum, _dates_fit, _dates_within, _centre_is_clear, _slots_fit, _patrons_stand_above,
    _shocks_are_clear, _promises_kept_were_made, _cadre_are_adults, _the_dead_had_lived, _quantities_are_possible,
    _positions_are_on_earth,
)  # fmt: skip
