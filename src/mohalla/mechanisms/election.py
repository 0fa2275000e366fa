"""Elections: units vote, watched or in secret; which office seats bring. When, and how votes become seats: polls.py.

Claims: O6 (take-off at the polls), H3 (seats bring office, office brings money), G1 (the organiser hands out tickets
and sees that elections are won). A voter who is watched votes the face, one who is not votes the heart. Who stays out
boycotts: its followers stay home, and the coerced with them. A party's voters come as its organiser and the posts above
them work. Where one organisation alone has force, ballots nobody came to cast are cast for it. Seats go by plurality.
"""

from __future__ import annotations

from typing import Annotated, NamedTuple

import numpy as np

from mohalla.draw import Decision, rule, uniform
from mohalla.parameters import Known
from mohalla.state import Array
from mohalla.steps import Step

NAME = "election"
CLAIMS = ("O6", "H3", "G1")
DRAW = int(Decision.VOTE)
CHAMBERS = ("national", "provincial", "local")
LOCAL = 2


class Parameters(NamedTuple):
    """Who votes, and how secret the ballot is."""

    turnout_engaged: Annotated[float, Known("share", 0.4, 0.8, "turnout of adults who prefer a party that stands")] = (
        0.6
    )
    local_weight: Annotated[float, Known("share", 0.2, 0.5, "of the city's offices, in the hands of councils")] = 0.35
    term_years: Annotated[float, Known("years", 4.0, 6.0, "years after which an assembly lapses")] = 5.5
    open_ballot: Annotated[
        float, Known("share", 0.1, 0.7, "ballots that can be watched where watch and force are full")
    ] = 0.4
    fervour: Annotated[float, Known("share", 0.0, 0.2, "unit-level luck in a party's vote, half the range")] = 0.05
    ticket_weight: Annotated[
        float, Known("share", 0.0, 0.6, "of a party's vote that hangs on its organiser and the posts above a unit")
    ] = 0.3
    usual_competence: Annotated[float, Known("0-1", 0.45, 0.75, "of organiser and posts, for turnout as stated")] = 0.6
    stuffing: Annotated[
        float, Known("share", 0.0, 0.4, "of unused ballots cast for the one organisation whose force nobody opposes")
    ] = 0.15


@rule
def watched(open_ballot: float, watch: float, force: float) -> float:
    """Share of ballots cast as the face, because they can be seen by somebody who can hurt."""
    return open_ballot * watch * force


@rule
def ballots(face: float, heart: float, open_share: float) -> float:
    """Ballots for a party: the watched follow the face, the secret the heart."""
    return open_share * face + (1.0 - open_share) * heart


@rule
def zeal(turnout: float, luck: float, tickets: float) -> float:
    """Share of a party's voters who come: as stated, more or less by luck and by how well it is organised."""
    return min(1.0, turnout * luck * tickets)


@rule
def tickets(organiser: float, effort: float, posts: float, usual: float, weight: float) -> float:
    """How well a party brings out its voters in a unit: 1 with the usual organiser, effort and posts above it."""
    return max(0.0, 1.0 - weight + weight * organiser * effort * posts / (usual * usual))


@rule
def unopposed(force, unit: int, k: int) -> float:
    """Chance that an organisation rules a unit's streets on polling day and no other does."""
    alone = float(force[unit, k])
    for j in range(1, force.shape[1]):
        if j != k:
            alone *= 1.0 - float(force[unit, j])
    return alone


def poll(
    week, seed, p, chamber, standing, constituency_of, unit_face, unit_heart, unit_watch, force, competence, effort,
    effectiveness, adults_per_resident, votes, votes_true, eligible,
) -> None:  # fmt: skip
    """One poll: votes as reported and as meant, and eligible adults, by constituency and organisation."""
    units, communities, organisations = unit_face.shape
    posts, coming = competence.size // organisations, np.zeros(organisations)
    votes[:] = 0.0
    votes_true[:] = 0.0
    eligible[:] = 0.0
    for u in range(units):
        seat = constituency_of[u]
        guarded = 0.0
        for k in range(1, organisations):
            guarded = max(guarded, watched(p.open_ballot, unit_watch[u, k], force[u, k]))
            luck = 1.0 + p.fervour * (2.0 * uniform(seed, DRAW + 64 * chamber, u * organisations + k, week) - 1.0)
            organised = tickets(
                competence[k * posts], effort[k, 0], effectiveness[u, k], p.usual_competence, p.ticket_weight
            )
            coming[k] = zeal(p.turnout_engaged, luck, organised)
        unused = 0.0
        for c in range(communities):
            for k in range(organisations):
                face = unit_face[u, c, k] * adults_per_resident[0]
                heart = unit_heart[u, c, k] * adults_per_resident[0]
                eligible[seat] += heart
                unused += heart
                if k > 0 and standing[k] > 0.0:
                    cast = coming[k] * ballots(face, heart, guarded)
                    votes[seat, k] += cast
                    votes_true[seat, k] += coming[k] * heart
                    unused -= cast
        for k in range(1, organisations):
            if standing[k] > 0.0 and force[u, k] > 0.0:
                votes[seat, k] += p.stuffing * unopposed(force, u, k) * max(0.0, unused)


def winners(votes: Array) -> Array:
    """The organisation with most votes in each constituency; the first of equals; 0 where nobody voted."""
    first = 1 + votes[:, 1:].argmax(axis=1)
    return np.where(votes[:, 1:].any(axis=1), first, 0)


@rule
def office_share(local: float, government: float, holds_a_seat: bool, local_weight: float) -> float:
    """Share in the city's offices: councils by seats, the rest as governments are formed, for those with a seat."""
    return local_weight * local + (1.0 - local_weight) * (government if holds_a_seat else 0.0)


@rule
def seats_held(won: float, all_seats: float) -> float:
    """Share of an assembly's seats, those outside the city too; 0 where nobody was elected yet."""
    return won / all_seats if all_seats > 0.0 else 0.0


def hold_office(
    week,
    seed,
    p,
    government,
    granted,
    seats_by_chamber,
    city_seats,
    polled_week,
    elsewhere,
    office,
    seats_share,
    assembly,
) -> None:
    """Offices and seats in force this week; an assembly lapses when its term is over."""
    term = p.term_years * 365.25 / 7.0
    for chamber in range(seats_by_chamber.shape[0]):
        sits_still, here = week - polled_week[chamber] <= term, city_seats[chamber]
        everywhere = here + elsewhere[chamber].sum()
        for k in range(1, office.size):
            won = seats_by_chamber[chamber, k] * here + elsewhere[chamber, k]
            assembly[chamber, k] = seats_held(won, everywhere) if sits_still else 0.0
    for k in range(1, office.size):
        total, local, sits = 0.0, 0.0, False
        for chamber in range(seats_by_chamber.shape[0]):
            lapsed = week - polled_week[chamber] > term
            share = 0.0 if lapsed else seats_by_chamber[chamber, k]
            total += share / seats_by_chamber.shape[0]
            local = share if chamber == LOCAL else local
            sits = sits or (chamber != LOCAL and share + (0.0 if lapsed else elsewhere[chamber, k]) > 0.0)
        sits = sits or polled_week[0] < 0
        office[k] = office_share(local, max(government[k], granted[k]), sits, p.local_weight)
        seats_share[k] = total


STEPS = (
    Step(
        "office",
        NAME,
        hold_office,
        reads=("government", "granted", "seats_by_chamber", "city_seats", "polled_week", "elsewhere"),
        writes=("office", "seats_share", "assembly"),
    ),
)
POLL = Step(
    "poll",
    NAME,
    poll,
    reads=("constituency_of", "unit_face", "unit_heart", "unit_watch", "force", "competence", "effort",
           "effectiveness", "adults_per_resident"),
    writes=("votes", "votes_true", "eligible"),
)  # fmt: skip
