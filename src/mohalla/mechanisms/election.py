"""Elections: units vote in constituencies; some votes are secret, some are watched; seats bring office.

Claims: O6 (take-off at the polls), H3 (seats bring office, office brings money), H11. A voter who is watched votes the
face, one who is not votes the heart. Who stays out boycotts: its followers stay home, and the coerced with them.
Seats go by plurality.
"""

from __future__ import annotations

from typing import Annotated, NamedTuple

from mohalla.draw import Decision, rule, uniform
from mohalla.parameters import Known
from mohalla.steps import Step

NAME = "election"
CLAIMS = ("O6", "H3")
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


@rule
def watched(open_ballot: float, watch: float, force: float) -> float:
    """Share of ballots cast as the face, because they can be seen by somebody who can hurt."""
    return open_ballot * watch * force


@rule
def ballots(face: float, heart: float, open_share: float) -> float:
    """Ballots for a party: the watched follow the face, the secret the heart."""
    return open_share * face + (1.0 - open_share) * heart


def poll(
    week, seed, p, chamber, standing, constituency_of, unit_face, unit_heart, watch, force, unit_first,
    adults_per_resident, votes, votes_true, eligible,
) -> None:  # fmt: skip
    """One poll: votes as reported and as meant, and eligible adults, by constituency and organisation."""
    units, communities, organisations = unit_face.shape
    votes[:] = 0.0
    votes_true[:] = 0.0
    eligible[:] = 0.0
    for u in range(units):
        seat = constituency_of[u]
        first, last = unit_first[u], unit_first[u + 1]
        guarded = 0.0
        for k in range(1, organisations):
            seen = 0.0
            for n in range(first, last):
                seen += float(watch[n, k])
            guarded = max(guarded, watched(p.open_ballot, seen / (last - first), force[u, k]))
        for c in range(communities):
            for k in range(organisations):
                face = unit_face[u, c, k] * adults_per_resident[0]
                heart = unit_heart[u, c, k] * adults_per_resident[0]
                eligible[seat] += heart
                if k == 0 or standing[k] == 0.0:
                    continue
                luck = uniform(seed, DRAW + 64 * chamber, u * organisations + k, week)
                zeal = p.turnout_engaged * (1.0 + p.fervour * (2.0 * luck - 1.0))
                votes[seat, k] += zeal * ballots(face, heart, guarded)
                votes_true[seat, k] += zeal * heart


@rule
def winner(votes, seat: int) -> int:
    """The organisation with most votes in a constituency; the first of equals; 0 where nobody voted."""
    best, most = 0, 0.0
    for k in range(1, votes.shape[1]):
        if votes[seat, k] > most:
            best, most = k, votes[seat, k]
    return best


@rule
def office_share(local: float, government: float, holds_a_seat: bool, local_weight: float) -> float:
    """Share in the city's offices: councils by seats, the rest as governments are formed, for those with a seat."""
    return local_weight * local + (1.0 - local_weight) * (government if holds_a_seat else 0.0)


def hold_office(
    week, seed, p, government, granted, seats_by_chamber, polled_week, elsewhere, office, seats_share
) -> None:
    """Offices and seats in force this week; an assembly lapses when its term is over."""
    term = p.term_years * 365.25 / 7.0
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
        reads=("government", "granted", "seats_by_chamber", "polled_week", "elsewhere"),
        writes=("office", "seats_share"),
    ),
)
POLL = Step(
    "poll",
    NAME,
    poll,
    reads=("constituency_of", "unit_face", "unit_heart", "watch", "force", "unit_first", "adults_per_resident"),
    writes=("votes", "votes_true", "eligible"),
)
