"""The resident's turn: feel (fear fades here), believe, meet, choose a heart, choose a face, speak: the decision rule.

Claims: H1 H2 H5 B1 B2 B3 B4. A resident prefers one organisation in private (the heart) and shows one in public (the
face). Theory: Kuran 1991 (preference falsification), Granovetter 1978 (thresholds), Kalyvas 2006 (selective violence),
Stokes 2005 (help withheld from those seen to defect), Berman, Shapiro and Felter 2011 (information for services).

Every number is float32 and every constant is named, so that this page gives the same bits as plain Python and
compiled. Utilities have no unit; one is about the whole distance between kin and stranger.
"""

from __future__ import annotations

from typing import Annotated, NamedTuple

import numpy as np
from numba import prange

from mohalla.draw import GOLDEN, Decision, bits, high_half, key, low_half, mix64, rule, world_of
from mohalla.mechanisms.tallies import count_one
from mohalla.parameters import Known
from mohalla.steps import Step, of_unit

NAME = "residents"
CLAIMS = ("H1", "H2", "H5", "B1", "B2", "B3", "B4")
u4, u8, f4 = np.uint32, np.uint64, np.float32


class Parameters(NamedTuple):
    """The behaviour of residents: the same for every community; only kinship, place and history differ.

    Rates become chances per turn: with turns of four weeks nobody can do anything more than thirteen times a year.
    """

    honesty: Annotated[float, Known("utility", 0.3, 0.8, "worth of showing what one prefers")] = 0.5
    danger: Annotated[float, Known("utility", 4.0, 16.0, "certain harm: about three times honesty, if unafraid")] = 8.0
    base_fear: Annotated[float, Known("0-1", 0.1, 0.3, "caution of those who never saw violence")] = 0.2
    face_noise: Annotated[float, Known("utility", 0.05, 0.2, "spread of the choice of face")] = 0.1
    heart_noise: Annotated[float, Known("utility", 0.08, 0.25, "spread of the choice of heart")] = 0.14
    taste_spread: Annotated[float, Known("utility SD", 0.2, 0.5, "lasting private taste for each organisation")] = 0.35
    meetings_per_year: Annotated[float, Known("1/year", 1.0, 12.0, "meetings that may change a heart")] = 4.0
    faces_per_year: Annotated[float, Known("1/year", 4.0, 13.0, "occasions on which a face is chosen anew")] = 13.0
    caution_spread: Annotated[float, Known("log SD", 0.3, 0.8, "spread of caution (log-normal, median 1)")] = 0.5
    horizon_short_years: Annotated[float, Known("years", 0.5, 3.0, "shortest horizon of a resident")] = 1.0
    horizon_span_years: Annotated[float, Known("years", 4.0, 14.0, "from the shortest horizon to the longest")] = 7.0
    prior_years: Annotated[float, Known("years", 0.5, 4.0, "years of calm that the first belief is worth")] = 1.0
    fear_decay_per_year: Annotated[float, Known("1/year", 0.25, 1.0, "fear forgotten")] = 0.52
    fear_jump: Annotated[float, Known("0-1", 0.05, 0.4, "share of the way to full fear at one witnessed harm")] = 0.2
    speaking_per_year: Annotated[float, Known("1/year", 0.005, 0.2, "tips of a resentful, safe, served resident")] = (
        0.05
    )


ZERO, ONE, HALF, TWO = f4(0.0), f4(1.0), f4(0.5), f4(2.0)
MOST_LOGIT = f4(16.0)
PER_64 = f4(1.0 / 64.0)
UNIT_16 = f4(1.0 / 65536.0)
UNIT_24 = f4(1.0 / 16777216.0)
UNIT_8 = f4(1.0 / 255.0)
NONE = u4(0)
B8, B16, B24, BYTE, LOW_16 = u4(8), u4(16), u4(24), u4(0xFF), u4(0xFFFF)
TASTE_MEAN, TASTE_SD = f4(510.0), f4(1.0 / 147.80054)
ORGANISATION_STRIDE = u4(0x9E3779B1)
MOST_REVERSALS = u4(3)
RESIDENT_TRAITS, RESIDENT_WEEK = int(Decision.RESIDENT_TRAITS), int(Decision.RESIDENT_WEEK)
SETTLING = int(Decision.SETTLE)
FEAR_UNIT = f4(4096.0)
BLOCK = 16
B11, B22, LOW_11 = u4(11), u4(22), u4(0x7FF)
APPEAL_FLOOR, MOST_16, MOST_11, MOST_10 = f4(8.0), f4(65535.0), f4(2047.0), f4(1023.0)
PER_APPEAL, PER_GAIN, PER_RISK = f4(4096.0), f4(512.0), f4(1024.0)
APPEAL_STEP, GAIN_STEP, RISK_STEP, REACH_STEP = f4(1 / 4096), f4(1 / 512), f4(1 / 1024), f4(1 / 65535)


@rule
def odds_against(x: np.float32) -> np.float32:
    """e**-x by six squarings, x held within +-16: a polynomial, so that it vectorises and agrees to the bit."""
    t = min(max(-x, -MOST_LOGIT), MOST_LOGIT) * PER_64
    p = ONE + t + t * t * HALF
    p = p * p
    p = p * p
    p = p * p
    p = p * p
    p = p * p
    return p * p


@rule
def moves(gain: np.float32, steepness: np.float32, chance: np.float32, u: np.float32) -> bool:
    """Whether a change worth `gain` is made: probability chance / (1 + e**(-gain * steepness))."""
    return u * (ONE + odds_against(gain * steepness)) < chance


@rule
def feels(fear: np.float32, decay: np.float32, jump: np.float32, witnessed: bool) -> np.float32:
    """Fear after a turn: it fades, and jumps part of the way to one when harm is witnessed."""
    calmer = fear * (ONE - decay)
    return calmer + (ONE - calmer) * jump if witnessed else calmer


@rule
def believes(calm: np.float32, prior: np.float32, horizon: np.float32, reversals: int) -> np.float32:
    """Chance that danger stays away through the horizon, for a hazard learnt from experience.

    With relapses Poisson at an unknown rate, a Gamma(1 + reversals, calm + prior) belief about that rate gives
    (b / (b + T)) ** (1 + reversals) with b = calm + prior years: the predictive chance of no relapse in T years.
    """
    once = (calm + prior) / (calm + prior + horizon)
    twice = once * once
    few = twice if reversals == 1 else once
    many = twice * once if reversals == 2 else twice * twice
    return many if reversals > 1 else few


@rule
def worth(shown: int, heart: int, honesty: np.float32, gain: np.float32, danger: np.float32) -> np.float32:
    """Utility of showing a face: honesty if it is the heart, what it brings here, less the danger it puts one in."""
    return (honesty if shown == heart else ZERO) + gain - danger


@rule
def better(best: int, most: np.float32, other: int, value: np.float32) -> tuple[int, np.float32]:
    """The better of two faces, and its worth; the first where they are equal."""
    return (other if value > most else best), max(value, most)


@rule
def speaks_up(
    chance: np.float32, calm_belief: np.float32, delivery: np.float32, grievance: np.float32, fear: np.float32
) -> np.float32:
    """Chance of a tip this turn: rises with belief in calm, the state's delivery and grievance; falls with fear."""
    return chance * calm_belief * delivery * grievance * (ONE - fear)


@rule
def normal(x: np.uint32) -> np.float32:
    """A standard normal number, nearly: the sum of four random bytes (Irwin-Hall, kurtosis 2.7)."""
    four = u4(x & BYTE) + u4(u4(x >> B8) & BYTE) + u4(u4(x >> B16) & BYTE) + u4(x >> B24)
    return (f4(four) - TASTE_MEAN) * TASTE_SD


@rule
def taste(low: np.uint32, high: np.uint32, agent: np.uint32, organisation: int) -> np.float32:
    """This resident's lasting private taste for an organisation, in standard deviations."""
    return normal(bits(low, high, agent ^ u4(u4(organisation) * ORGANISATION_STRIDE)))


@rule
def count_changes(
    moved, u, place, community, start, residents, each, heart, face, next_heart, next_face, face_here, unit_face,
    unit_heart, unit_honest, followers, believers,
) -> None:  # fmt: skip
    """Make the new hearts and faces of a cell the current ones, and count who changed, if anybody has moved."""
    for j in range(residents if moved > NONE else 0):
        i = u8(start + j)
        h, f, new_h, new_f = heart[i], face[i], next_heart[u, j], next_face[u, j]
        if new_h != h or new_f != f:
            count_one(u, place, community, h, f, -1, each, face_here, unit_face, unit_heart, unit_honest, followers,
                      believers)  # fmt: skip
            count_one(u, place, community, new_h, new_f, 1, each, face_here, unit_face, unit_heart, unit_honest,
                      followers, believers)  # fmt: skip
            heart[i], face[i] = new_h, new_f


@rule
def fixed(x: np.float32, steps: np.float32, most: np.float32) -> np.uint32:
    """A number to the nearest of whole steps, held between 0 and `most` steps."""
    return u4(min(max(x * steps + HALF, ZERO), most))


@rule
def pack_pull(appeal: np.float32, reach: np.float32) -> np.uint32:
    """What pulls hearts to one organisation here, in 32 bits, so that the loop reads one number instead of two.

    Appeal in steps of 1/4096 from -8 to 8, reach in steps of 1/65535.
    """
    return u4(fixed(appeal + APPEAL_FLOOR, PER_APPEAL, MOST_16) << B16) | fixed(reach, MOST_16, MOST_16)


@rule
def pack_stake(gain: np.float32, risk: np.float32, worst: np.float32) -> np.uint32:
    """What is at stake in showing one face here, in 32 bits: gain in steps of 1/512, risk and worst of 1/1024, to 2."""
    danger = u4(fixed(risk, PER_RISK, MOST_11) << B11) | fixed(worst, PER_RISK, MOST_11)
    return u4(fixed(gain, PER_GAIN, MOST_10) << B22) | danger


@rule
def pack_stakes(first, beyond, gain, risk, worst, stakes) -> None:
    """What is at stake in showing each face in some neighbourhoods: the same for all communities there."""
    for place in range(first, beyond):
        for k in range(stakes.shape[1]):
            stakes[place, k] = pack_stake(gain[place, k], risk[place, k], worst[place, k])


@rule
def pack_pulls(
    u, place, community, community_appeal, rally, protection, local_appeal, reach, exposed, shelter, pulls
) -> None:
    """What pulls hearts to each organisation in one cell: what it is to the community, offers here, protects from."""
    for k in range(pulls.shape[1]):
        against_threat = rally[community, k] * exposed[u] + protection[community, k] * shelter[u, k]
        appeal = community_appeal[community, k] + local_appeal[place, k] + against_threat
        pulls[u, k] = pack_pull(appeal, reach[place, k])


@rule
def appeal_of(packed: np.uint32) -> np.float32:
    """Appeal, up to a constant that is the same for all."""
    return f4(u4(packed >> B16)) * APPEAL_STEP


@rule
def reach_of(packed: np.uint32) -> np.float32:
    """Chance that its people are met."""
    return f4(packed & LOW_16) * REACH_STEP


@rule
def gain_of(packed: np.uint32) -> np.float32:
    """What showing the face brings."""
    return f4(u4(packed >> B22)) * GAIN_STEP


@rule
def danger_of(packed: np.uint32, doubt: np.float32) -> np.float32:
    """Danger of showing the face: that of now, and as far as calm is doubted what the remembered worst adds."""
    return f4(u4(packed >> B11) & LOW_11) * RISK_STEP + doubt * (f4(packed & LOW_11) * RISK_STEP)


@rule
def take_down(u, community, told, took_stock, unit_fear, unit_belief, unit_reversals, unit_tips) -> None:
    """Add what residents of a cell tell of themselves to that of their unit: heads, fear, beliefs, relapses, tips."""
    residents, fear, belief, lived, tips = told
    took_stock[u, community] += residents
    unit_fear[u, community] += fear
    unit_belief[u, community] += belief
    unit_reversals[u, community] += lived
    unit_tips[u] += tips


@of_unit
def sweep(
    u, week, seed, p, unit_first, cell_start, active, caution_table, community_appeal, rally, protection, local_appeal,
    reach, gain, risk, worst, exposed, shelter, strongest, harm, calm_years, relapse, services, announced_years,
    credibility, cell_count, adults_per_resident, heart, face, fear, reversals, next_heart, next_face, pulls, stakes,
    face_here, unit_face, unit_heart, unit_honest, followers, believers, took_stock, unit_fear, unit_belief,
    unit_reversals, unit_tips,
) -> None:  # fmt: skip
    """The turn of every resident of a unit, cell by cell: this is the decision rule of the model.

    Tables are indexed, never sliced, indices are unsigned and the counting is apart: only so does it vectorise. The
    loop runs over whole blocks of seats; empty seats are computed and not counted.
    """
    this_week, communities = key(seed, RESIDENT_WEEK, 0, week), community_appeal.shape[0]
    pack_stakes(unit_first[u], unit_first[u + 1], gain, risk, worst, stakes)
    took_stock[u], unit_fear[u], unit_belief[u], unit_reversals[u], unit_tips[u] = 0, 0, 0, 0, 0
    for cell in range(unit_first[u] * communities, unit_first[u + 1] * communities):
        place, community = cell // communities, cell % communities
        start, residents, z = cell_start[cell], cell_count[cell], u4(strongest[place])
        if residents == 0:
            continue
        traits, moment = key(world_of(seed), RESIDENT_TRAITS, cell, 0), mix64(u8(this_week + u8(u8(cell) * GOLDEN)))
        trait_low, trait_high, low, high = low_half(traits), high_half(traits), low_half(moment), high_half(moment)
        lower, actives = u4(low ^ ORGANISATION_STRIDE), u4(active.size)
        pack_pulls(u, place, community, community_appeal, rally, protection, local_appeal, reach, exposed, shelter,
                   pulls)  # fmt: skip
        pull_there, stake_there = pulls[u, z], stakes[place, z]
        harmed, calm, again, delivery = harm[place], calm_years[place], u4(relapse[place]), services[place]
        announced, trust, feared = announced_years[0], credibility[0], f4(z > 0)
        fear_sum, belief_sum, lived_sum, tips, moved = NONE, NONE, NONE, NONE, NONE
        heart_steepness, face_steepness = ONE / p.heart_noise, ONE / p.face_noise
        for j in range((residents + BLOCK - 1) // BLOCK * BLOCK):
            i, agent, present = u8(start + j), u4(j), u4(u4(j) < u4(residents))
            h, f, a, lived = u4(heart[i]), u4(face[i]), fear[i], min(u4(u4(reversals[i]) + again), MOST_REVERSALS)
            trait, first, second = bits(trait_low, trait_high, agent), bits(low, high, agent), bits(high, low, agent)
            # Feel.
            a = feels(a, p.fear_decay_per_turn, p.fear_jump, f4(second & LOW_16) * UNIT_16 < harmed)
            # Believe; an announced stretch of the horizon counts less, as far as the announcer is trusted.
            horizon = p.horizon_short_years + p.horizon_span_years * f4(u4(trait >> B8) & BYTE) * UNIT_8
            belief = believes(calm, p.prior_years, horizon - trust * min(horizon, announced), lived)
            # Heart: one organisation met at random, not as seen.
            m = u4(active[u4(u4(u4(first >> B16) * actives) >> B16)])
            pull_h, pull_m = pulls[u, h], pulls[u, m]
            stake_h, stake_m, stake_f = stakes[place, h], stakes[place, m], stakes[place, f]
            liking = p.taste_spread * (taste(trait_high, trait_low, agent, m) - taste(trait_high, trait_low, agent, h))
            better_by, met = appeal_of(pull_m) - appeal_of(pull_h) + liking, p.meetings_per_turn * reach_of(pull_m)
            turns = moves(better_by, heart_steepness, met, f4(first & LOW_16) * UNIT_16)
            h = m if turns else h
            pull_h, stake_h = (pull_m if turns else pull_h), (stake_m if turns else stake_h)
            # Face: the heart, the organisation met and the fiercest one here, against the face shown now.
            weight, doubt = p.danger * caution_table[trait & BYTE] * (p.base_fear + a), ONE - belief
            now = worth(f, h, p.honesty, gain_of(stake_f), weight * danger_of(stake_f, doubt))
            most = worth(h, h, p.honesty, gain_of(stake_h), weight * danger_of(stake_h, doubt))
            as_m = worth(m, h, p.honesty, gain_of(stake_m), weight * danger_of(stake_m, doubt))
            as_z = worth(z, h, p.honesty, gain_of(stake_there), weight * danger_of(stake_there, doubt))
            best, most = better(h, most, m, as_m)
            best, most = better(best, most, z, as_z)
            f = best if moves(most - now, face_steepness, p.faces_per_turn, f4(second >> B16) * UNIT_16) else f
            # Speak.
            grievance = feared * max(ZERO, appeal_of(pull_h) - appeal_of(pull_there))
            chance = speaks_up(p.speaking_per_turn, belief, delivery, grievance, a)
            tips = u4(tips + present * u4(f4(bits(lower, high, agent) >> B8) * UNIT_24 < chance))
            next_heart[u, agent], next_face[u, agent], fear[i], reversals[i] = h, f, a, lived
            moved = u4(moved + u4(present * u4(u4(h != heart[i]) | u4(f != face[i]))))
            fear_sum = u4(fear_sum + u4(present * u4(a * FEAR_UNIT)))
            belief_sum = u4(belief_sum + u4(present * u4(belief * FEAR_UNIT)))
            lived_sum = u4(lived_sum + u4(present * lived))
        take_down(u, community, (residents, fear_sum, belief_sum, lived_sum, tips), took_stock, unit_fear, unit_belief,
                  unit_reversals, unit_tips)  # fmt: skip
        count_changes(moved, u, place, community, start, residents, adults_per_resident[0], heart, face, next_heart,
                      next_face, face_here, unit_face, unit_heart, unit_honest, followers, believers)  # fmt: skip


def settle(
    week, seed, p, unit_first, cell_start, cell_count, active, community_appeal, local_appeal, reach,
    adults_per_resident, heart, face, face_here, unit_face, unit_heart, unit_honest, followers, believers,
) -> None:  # fmt: skip
    """Hearts at the start: a draw from the rule's own stationary distribution; faces honest, memories empty.

    Meeting at random and moving with logistic probability is Barker's (1965) chain, so hearts settle at
    reach x e**((appeal + taste) / noise), normalised: a multinomial logit.
    """
    communities, each = community_appeal.shape[0], adults_per_resident[0]
    for u in prange(unit_first.size - 1):
        for cell in range(unit_first[u] * communities, unit_first[u + 1] * communities):
            place, community = cell // communities, cell % communities
            traits, moment = key(world_of(seed), RESIDENT_TRAITS, cell, 0), key(seed, SETTLING, cell, 0)
            chances = np.empty(active.size, f4)
            for j in range(cell_count[cell]):
                agent, total = u4(j), ZERO
                for one in range(active.size):
                    k = active[one]
                    liking = p.taste_spread * taste(high_half(traits), low_half(traits), agent, k)
                    pull = (community_appeal[community, k] + local_appeal[place, k] + liking) / p.heart_noise
                    chances[one] = reach[place, k] * odds_against(-pull)
                    total += chances[one]
                left = f4(bits(low_half(moment), high_half(moment), agent) >> B8) * UNIT_24 * total
                chosen = active[0]
                for one in range(active.size):
                    if left >= ZERO:
                        chosen = active[one]
                    left -= chances[one]
                i = u8(cell_start[cell] + j)
                count_one(u, place, community, heart[i], face[i], -1, each, face_here, unit_face, unit_heart,
                          unit_honest, followers, believers)  # fmt: skip
                heart[i], face[i] = chosen, chosen
                count_one(u, place, community, chosen, chosen, 1, each, face_here, unit_face, unit_heart,
                          unit_honest, followers, believers)  # fmt: skip


SETTLE = Step(
    "settle",
    NAME,
    settle,
    reads=("unit_first", "cell_start", "cell_count", "active", "community_appeal", "local_appeal", "reach",
           "adults_per_resident"),
    writes=("heart", "face", "face_here", "unit_face", "unit_heart", "unit_honest", "followers", "believers"),
    parallel=True,
)  # fmt: skip
STEPS = (
    Step(
        "residents",
        NAME,
        sweep,
        reads=("unit_first", "cell_start", "active", "caution_table", "community_appeal", "rally", "protection",
               "local_appeal", "reach", "gain", "risk", "worst", "exposed", "shelter", "strongest", "harm",
               "calm_years", "relapse", "services", "announced_years", "credibility", "cell_count",
               "adults_per_resident"),
        writes=("heart", "face", "fear", "reversals", "next_heart", "next_face", "pulls", "stakes", "face_here",
                "unit_face", "unit_heart", "unit_honest", "followers", "believers", "took_stock", "unit_fear",
                "unit_belief", "unit_reversals", "unit_tips"),
        by_unit=True,
    ),
)  # fmt: skip
