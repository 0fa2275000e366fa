"""The calendar of elections, the holding of one, and how votes become seats. Who votes how: mechanisms/election.py."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

import numpy as np

from mohalla.calendar import week_of
from mohalla.engine.week import bind
from mohalla.mechanisms import election
from mohalla.scenario import Election, Scenario
from mohalla.state import Array
from mohalla.world import CHAMBERS, World, constituencies_by_seats


class Poll(NamedTuple):
    """One election to come: when, its chamber's number, and who stands."""

    week: int
    declared: Election
    chamber: int
    standing: Array


class Outcome(NamedTuple):
    """What an election produced, by the constituencies of its chamber."""

    poll: Poll
    votes: Array
    votes_true: Array
    turnout: Array
    seats: Array


def calendar(scenario: Scenario, weeks: int) -> list[Poll]:
    """Every poll of a run: the dated ones, then those that follow by rule, in order."""
    start = scenario.about.start
    known = [*scenario.elections, *_by_rule(scenario)]
    polls = [
        Poll(week_of(one.date, start), one, CHAMBERS.index(one.chamber), _standing(scenario, one))
        for one in sorted(known, key=lambda one: (one.date, CHAMBERS.index(one.chamber)))
    ]
    return [poll for poll in polls if 0 <= poll.week < weeks]


def _by_rule(scenario: Scenario) -> list[Election]:
    found = []
    for rule in scenario.election_rules:
        for year in range(rule.first.year, scenario.about.latest.year + 1, rule.every_years):
            month = rule.first.month
            day = date(year, month, min(rule.first.day, monthrange(year, month)[1]))
            found.append(Election(date=day, chamber=rule.chamber, seats=rule.seats, source=rule.source))
    return found


def _standing(scenario: Scenario, poll: Election) -> Array:
    """1.0 for each organisation on the ballot."""
    standing = np.zeros(len(scenario.organisation_ids))
    for organisation in scenario.organisations:
        ready = organisation.contests_from is not None and organisation.contests_from <= poll.date
        stands = ready and organisation.id not in poll.boycotts and not poll.party_less
        standing[scenario.organisation_ids.index(organisation.id)] = float(stands)
    return standing


def on_the_ballot(poll: Poll, scenario: Scenario, arrays: Mapping[str, Array]) -> Array:
    """Who stands as declared, and every splinter of an organisation that contests by then, whether that stays out."""
    standing = poll.standing.copy()
    for s in range(len(scenario.organisations) + 1, standing.size):
        origin = s
        while origin > len(scenario.organisations):
            origin = int(arrays["parent"][origin])
        contests = scenario.organisations[origin - 1].contests_from if origin > 0 else None
        ready = contests is not None and contests <= poll.declared.date and not poll.declared.party_less
        standing[s] = float(ready and arrays["founded"][s] > 0)
    return standing


def seats_won(votes: Array, weights: Array) -> Array:
    """Seats by organisation: each constituency's seats to its plurality winner."""
    seats = np.bincount(election.winners(votes), weights, minlength=votes.shape[1]).astype(np.int32)
    seats[0] = 0  # where nobody voted
    return seats


def hold(
    poll: Poll, world: World, arrays: Mapping[str, Array], values: Mapping[str, float], seed: np.uint64, *, plain: bool
) -> Outcome:
    """Hold one election, and put the seats won into the state."""
    of_unit, weights = constituencies_by_seats(world.map, poll.declared.seats)
    size = (len(weights), arrays["office"].size)
    buffers = {"votes": np.zeros(size), "votes_true": np.zeros(size), "eligible": np.zeros(size[0])}
    call = bind(election.POLL, {**arrays, **buffers, "constituency_of": of_unit}, values, plain=plain)
    standing = on_the_ballot(poll, world.scenario, arrays)
    call.sweep(poll.week, seed, call.parameters, poll.chamber, standing, *call.arrays)
    votes = np.rint(buffers["votes"]).astype(np.int32)
    seats = seats_won(votes, weights)
    _take_seats(poll, world.scenario, seats, arrays)
    turnout = (votes.sum(axis=1) / np.maximum(buffers["eligible"], 1.0)).astype(np.float32)
    return Outcome(poll, votes, np.rint(buffers["votes_true"]).astype(np.int32), turnout, seats)


def _take_seats(poll: Poll, scenario: Scenario, seats: Array, arrays: Mapping[str, Array]) -> None:
    elsewhere = np.zeros(seats.size)
    for name, count in poll.declared.seats_elsewhere.items():
        elsewhere[scenario.organisation_ids.index(name)] = count
    arrays["seats_by_chamber"][poll.chamber] = seats / max(poll.declared.seats, 1)
    arrays["city_seats"][poll.chamber] = poll.declared.seats
    arrays["polled_week"][poll.chamber] = poll.week
    arrays["elsewhere"][poll.chamber] = elsewhere
