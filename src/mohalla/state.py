"""The nouns: every array a week may read or write, its dimensions, type, unit, neutral value and meaning.

Residents are a structure of arrays in contiguous cells. Posts, cadre, money and deaths are whole persons and money of
the real city held per unit or organisation, so they mean the same at every scale.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]


class Field(NamedTuple):
    """One array of the state. `neutral` is the value it starts with and keeps where nothing writes it."""

    noun: str
    name: str
    dims: tuple[str, ...]
    dtype: str
    unit: str
    meaning: str
    neutral: float = 0.0


UK, NK, K = ("unit", "organisation"), ("neighbourhood", "organisation"), ("organisation",)
CELL, ONE, UCK = ("cell",), ("one",), ("unit", "community", "organisation")

FIELDS: tuple[Field, ...] = (
    # Residents: one number for each simulated adult.
    Field("residents", "heart", ("resident",), "u1", "organisation", "preferred in private"),
    Field("residents", "face", ("resident",), "u1", "organisation", "shown in public"),
    Field("residents", "fear", ("resident",), "f4", "0-1", "fear"),
    Field("residents", "reversals", ("resident",), "u1", "count", "relapses lived through (3 = 3 or more)"),
    Field("residents", "next_heart", ("unit", "seat"), "u1", "organisation", "hearts after this turn (scratch)"),
    Field("residents", "next_face", ("unit", "seat"), "u1", "organisation", "faces after this turn (scratch)"),
    # Cells: residents of one community in one neighbourhood.
    Field("cells", "cell_count", CELL, "i4", "residents", "simulated residents"),
    Field("cells", "census_count", CELL, "i4", "residents", "as the census path has them"),
    Field("cells", "pulls", UK, "u4", "packed", "what draws hearts to each organisation, in the cell at hand"),
    # Neighbourhoods: what a place offers and threatens.
    Field("neighbourhoods", "watch", NK, "f4", "0-1", "chance that an open dissenter is noticed"),
    Field("neighbourhoods", "reach", NK, "f4", "0-1", "chance that its people are met here", 1.0),
    Field("neighbourhoods", "seen", NK, "f4", "share", "following visible here and nearby"),
    Field("neighbourhoods", "resentment", NK, "f4", "0-1", "memory of its coercion and demands here"),
    Field("neighbourhoods", "local_appeal", NK, "f4", "utility", "appeal that depends on the place"),
    Field("neighbourhoods", "gain", NK, "f4", "utility", "what showing the face brings: help and conformity"),
    Field("neighbourhoods", "risk", NK, "f4", "0-1", "danger of showing the face now"),
    Field("neighbourhoods", "worst", NK, "f4", "0-1", "the danger remembered at its worst, beyond that of now"),
    Field("neighbourhoods", "remembered", NK, "f4", "0-1", "the worst danger remembered"),
    Field("neighbourhoods", "stakes", NK, "u4", "packed", "what bears on showing each face"),
    Field("neighbourhoods", "strongest", ("neighbourhood",), "u1", "organisation", "the most forceful organisation"),
    Field(
        "neighbourhoods", "harm", ("neighbourhood",), "f4", "0-1", "chance to have witnessed harm since the last turn"
    ),
    Field("neighbourhoods", "calm_years", ("neighbourhood",), "f4", "years", "since danger was last near its worst"),
    Field("neighbourhoods", "peak", ("neighbourhood",), "f4", "0-1", "danger in the last dangerous spell"),
    Field("neighbourhoods", "relapse", ("neighbourhood",), "i4", "0 or 1", "a calm ended since the last turn"),
    Field("neighbourhoods", "services", ("neighbourhood",), "f4", "0-1", "the state's unconditional services"),
    Field("neighbourhoods", "served_years", ("neighbourhood",), "f4", "years", "record of unbroken services"),
    Field("neighbourhoods", "face_here", NK, "i4", "residents", "residents by face"),
    Field("neighbourhoods", "people_here", ("neighbourhood",), "i4", "residents", "simulated residents"),
    # Units: cadre, money and violence, in persons and money of the real city.
    Field("units", "workers", UK, "i4", "persons", "unarmed party workers"),
    Field("units", "armed", UK, "i4", "persons", "armed cadre"),
    Field("units", "held_workers", UK, "i4", "persons", "workers in detention"),
    Field("units", "held_armed", UK, "i4", "persons", "armed cadre in detention"),
    Field("units", "joined", UK, "i4", "persons", "who joined this week"),
    Field("units", "left", UK, "i4", "persons", "who left this week"),
    Field("units", "killed", UK, "i4", "persons", "members killed this week"),
    Field("units", "arrested", UK, "i4", "persons", "members arrested this week"),
    Field("units", "released", UK, "i4", "persons", "members released this week"),
    Field("units", "noticed", UK, "f4", "0-1", "chance that its cells notice an open dissenter"),
    Field("units", "nearby", UK, "f4", "share", "following seen from any of its neighbourhoods"),
    Field("units", "met", UK, "f4", "0-1", "chance that its members are met"),
    Field("units", "unit_watch", UK, "f8", "0-1", "watch, mean over its neighbourhoods"),
    Field("units", "unit_risk", UK, "f8", "0-1", "danger of showing the face now, mean over its neighbourhoods"),
    Field("units", "force", UK, "f4", "0-1", "capacity to hurt"),
    Field("units", "rival_force", UK, "f4", "0-1", "force of the strongest other at its last turn"),
    Field("units", "adults", ("unit",), "f8", "adults", "adults of the real city"),
    Field("units", "followers", UK, "f8", "adults", "adults who show the face"),
    Field("units", "believers", UK, "f8", "adults", "adults whose face is their heart"),
    Field("units", "unit_people", ("unit", "community"), "i4", "residents", "simulated residents"),
    Field("units", "unit_face", UCK, "i4", "residents", "residents by face"),
    Field("units", "unit_heart", UCK, "i4", "residents", "residents by heart"),
    Field("units", "unit_honest", UCK, "i4", "residents", "residents whose face is their heart"),
    Field("units", "took_stock", ("unit", "community"), "i4", "residents", "simulated residents at its last turn"),
    Field("units", "unit_fear", ("unit", "community"), "i8", "1/4096", "sum of fear at its last turn"),
    Field("units", "unit_belief", ("unit", "community"), "i8", "1/4096", "sum of belief in calm at its last turn"),
    Field("units", "unit_reversals", ("unit", "community"), "i8", "count", "sum of reversals at its last turn"),
    Field("units", "unit_tips", ("unit",), "i8", "residents", "residents who gave a tip this week"),
    Field("units", "takings", ("unit", "organisation", "source"), "f8", "money", "taken in the unit this week"),
    Field("units", "help", UK, "f4", "0-1", "help for those seen to follow"),
    Field("units", "help_money", UK, "f8", "money", "allotted to help this week"),
    Field("units", "arms_money", UK, "f8", "money", "allotted to arms this week"),
    Field("units", "deaths_memory", UK, "f8", "deaths", "members killed by others, fading"),
    Field("units", "urge", ("unit", "organisation", "organisation"), "f8", "deaths/week", "to retaliate on"),
    Field("units", "driven", UK, "f8", "share", "added to joining by exclusion and by kin killed by others"),
    Field("units", "at_stake", ("unit", "organisation", "organisation"), "f4", "share", "of the unit, between two"),
    Field("units", "feuds", ("unit",), "i4", "pairs", "of organisations with an urge to retaliate that is alive here"),
    Field("units", "effectiveness", UK, "f8", "0-1", "competence of the chain of posts above the unit", 0.6),
    Field("units", "tips", ("unit",), "f8", "adults", "tips about the strongest organisation, fading"),
    Field("units", "deaths_here", ("unit",), "i4", "deaths", "killings this week, all causes"),
    Field("units", "frightening", ("unit",), "i4", "deaths", "killings since its residents last took stock"),
    Field("units", "traders_here", ("unit",), "i4", "traders", "simulated traders"),
    Field("units", "paying_here", ("unit",), "i4", "traders", "simulated traders who pay"),
    Field("units", "punished_here", ("unit",), "i4", "traders", "simulated traders punished at the last turn"),
    Field("units", "reporting_here", ("unit",), "i4", "traders", "simulated traders who reported this week"),
    Field("units", "order", ("unit",), "f8", "0-1", "presence of the state that makes protectors unnecessary"),
    Field("units", "exposed", ("unit",), "f4", "0-1", "share of a threat that the state leaves to others", 1.0),
    Field("units", "shelter", UK, "f4", "0-1", "protection its force gives here, where the state gives none"),
    Field("units", "riot_urge", ("unit", "community", "community"), "f8", "deaths/week", "to answer riot with riot"),
    Field("units", "unrest", ("unit",), "i4", "pairs", "of communities with an urge to riot that is alive here"),
    Field("units", "idle", ("unit",), "f8", "share", "of the unit's working week lost to strikes"),
    # Traders: one number for each simulated business.
    Field("traders", "paying", ("trader",), "u1", "0 or 1", "pays extortion"),
    # Posts: one row for each post of each organisation; holders carry no name.
    Field("posts", "competence", ("post",), "f8", "0-1", "competence of the holder", 0.6),
    Field("posts", "loyalty", ("post",), "f8", "0-1", "loyalty of the holder", 0.7),
    Field("posts", "leaning", ("post",), "f8", "0-1", "loyalty the holder brought, to which it returns", 0.7),
    Field("posts", "tenure", ("post",), "i4", "weeks", "weeks the holder has held the post (0 = vacant)"),
    Field("posts", "skim_rate", ("post",), "f8", "share", "of what passes through the post, kept by its holder"),
    Field("posts", "following", ("post",), "f8", "share", "of the cadre under the post that would go with its holder"),
    # Organisations.
    Field("organisations", "budget", K, "f8", "money", "money in hand"),
    Field("organisations", "income", ("organisation", "source"), "f8", "money", "income this week, before skim"),
    Field("organisations", "spending", ("organisation", "use"), "f8", "money", "spending this week"),
    Field("organisations", "skim", ("organisation", "tier"), "f8", "money", "kept by holders this week"),
    Field("organisations", "founded", K, "f8", "0 or 1", "exists by now"),
    Field("organisations", "militancy", K, "f8", "share", "least share of spending that goes to arms"),
    Field("organisations", "cells", K, "f8", "0-1", "skill of its cells at watching"),
    Field("organisations", "funds", K, "f8", "money", "money from outside the city this week"),
    Field("organisations", "foreign_funds", K, "f8", "money", "from a foreign state this week, imposed"),
    Field("organisations", "from_abroad", K, "f8", "money", "given by believers' kin abroad this week"),
    Field("organisations", "tide", K, "f8", "utility", "standing outside the city"),
    Field("organisations", "office", K, "f8", "0-1", "share in the offices of councils and government"),
    Field("organisations", "delegation", K, "f8", "0-1", "allotment by local knowledge, not from afar", 1.0),
    Field("organisations", "parent", K, "i4", "organisation", "the organisation it split from (0 = none)"),
    Field("organisations", "leader_abroad", K, "f8", "0 or 1", "its leader commands from abroad, imposed"),
    Field("organisations", "leader_bound", K, "f8", "0-1", "how far proceedings abroad bind its leader, imposed"),
    Field("organisations", "reshuffle_ordered", K, "f8", "0 or 1", "its organiser is to be replaced, imposed"),
    Field("organisations", "readmission_ordered", K, "f8", "0 or 1", "it is to take its splinters back, imposed"),
    Field("organisations", "appeal_ordered", K, "f8", "0 or 1", "it is to appeal to foreign states, imposed"),
    Field("organisations", "positions", K, "f8", "0-1", "how far its public positions please foreign powers"),
    Field("organisations", "betrayals", K, "f8", "share", "of its posts that left it, remembered and fading"),
    Field("organisations", "watched_years", K, "f8", "years", "in which betrayal could have come, remembered"),
    Field("organisations", "betrayal_belief", K, "f8", "1/year", "rate of betrayal its leader expects"),
    Field("organisations", "information", K, "f8", "0-1", "how true the leader's picture of the city is", 1.0),
    Field("organisations", "effort", ("organisation", "tier"), "f8", "0-1", "effort of holders at each tier", 1.0),
    Field("organisations", "war", K, "f8", "0-1", "war outside: own dead against own size"),
    Field("organisations", "purge_fear", K, "f8", "0-1", "fear of purge among its holders"),
    Field("organisations", "joined_splinter", K, "f8", "0-1", "share of the parent's rank that joined it, fading"),
    Field("organisations", "readmitted", K, "f8", "0-1", "share of its cadre that once left and came back, fading"),
    Field("organisations", "divided", K, "f8", "0-1", "share of its cadre that stood with replaced organisers, fading"),
    Field("organisations", "dwindled_years", K, "f8", "years", "a splinter's cadre has been too small to go on"),
    Field("organisations", "carried", K, "f8", "money", "brought by those who came this week, less what leavers took"),
    Field("organisations", "outrage", K, "f8", "deaths", "killings laid at its door, fading"),
    Field("organisations", "exposure", K, "f8", "0-1", "how far visible violence costs it office", 0.5),
    Field("organisations", "defiance", K, "f8", "0-1", "violence with which it answers raids"),
    Field("organisations", "course", K, "i4", "weeks", "for which it has answered raids as it does now (0 = no raids)"),
    Field("organisations", "granted", K, "f8", "0-1", "share in government granted by a centre left free"),
    Field("organisations", "penetration", K, "f8", "0-1", "influence inside the state's forces"),
    Field("organisations", "sponsor_seen", K, "f8", "0-1", "how visible an outside sponsor is"),
    Field("organisations", "legitimacy", K, "f8", "0-1", "standing of its words", 1.0),
    Field("organisations", "sympathy", K, "f8", "0-1", "sympathy for being singled out"),
    Field("organisations", "foreign_shield", K, "f8", "0-1", "protection by foreign powers"),
    Field("organisations", "concession", K, "f8", "0-1", "readiness of the centre to give way to its strikes"),
    Field("organisations", "hits", K, "f8", "arrests", "taken in raids at it, fading; a death counts for several"),
    Field("organisations", "office_held", K, "f8", "0-1", "office it had of late, fading to what it has"),
    Field("organisations", "weary", K, "f8", "0-1", "how weary its followers are of strikes"),
    Field("organisations", "striking", K, "f8", "0 or 1", "calls a strike this week"),
    Field("organisations", "informers", K, "f8", "persons", "detained members who inform on it, fading"),
    Field("organisations", "informed", K, "i4", "persons", "members who began to inform this week"),
    Field("organisations", "failure", K, "f8", "0-1", "record of failing while it governed"),
    Field("organisations", "cohesion", K, "f8", "0-1", "mean loyalty of its holders", 0.7),
    Field("organisations", "paid", K, "f8", "share", "of its workers' pay that it could pay this week", 1.0),
    Field("organisations", "lasting", K, "f8", "0-1", "belief that its help lasts"),
    Field("organisations", "record_years", K, "f8", "years", "unbroken record of giving help"),
    Field("organisations", "seats_share", K, "f8", "share", "mean share of the city's seats over the chambers"),
    Field("organisations", "government", K, "f8", "0-1", "share in the offices of government, as imposed"),
    Field("organisations", "seats_by_chamber", ("chamber", "organisation"), "f8", "share", "of the chamber's seats"),
    Field("organisations", "assembly", ("chamber", "organisation"), "f8", "share", "of all seats, while it sits"),
    Field("organisations", "blamed", K, "f8", "0-1", "blame for killings when last looked at"),
    Field("organisations", "charge", ("chamber", "organisation"), "f8", "0-1", "that a motion in it could bring"),
    Field("organisations", "elsewhere", ("chamber", "organisation"), "f8", "seats", "won outside the city, imposed"),
    Field("organisations", "stance_imposed", K, "i4", "0 or 1", "the stance is imposed"),
    Field("organisations", "stance", K, "i4", "code", "how the centre treats it", 2.0),
    Field("organisations", "chosen_stance", K, "i4", "code", "stance the centre holds to where none is imposed", 2.0),
    Field("organisations", "insecurity", K, "f8", "0-1", "armed rivals among its followers"),
    Field("organisations", "will", K, "f8", "0-1", "violence chosen in contest this week"),
    Field("organisations", "hunted", K, "f8", "0-1", "risk to be taken by the state though lying low, as remembered"),
    Field("organisations", "open_risk", K, "f8", "0-1", "risk of gunmen in the open beyond that of lying low"),
    Field("organisations", "raids", K, "i4", "raids", "raids this week"),
    Field("organisations", "arrests", K, "i4", "persons", "taken in raids at it this week, cadre or not"),
    Field("organisations", "operation_deaths", K, "i4", "deaths", "members killed by the state this week"),
    Field("organisations", "raids_memory", K, "f8", "raids", "at it (at others: at none), remembered and fading"),
    Field("organisations", "raids_planned", K, "f8", "raids", "raids aimed at it this week, as announced"),
    Field("organisations", "active", ("active",), "u4", "organisation", "organisations that can be met"),
    Field("organisations", "entered", ("active",), "u4", "organisation", "those, and those that are no more"),
    # Communities.
    Field("communities", "threat", ("community",), "f8", "0-1", "threat felt from others"),
    Field("communities", "bereaved", ("community", "organisation"), "f8", "persons", "bereaved, by perpetrator"),
    Field(
        "communities",
        "grievance",
        ("community", "organisation"),
        "f8",
        "0-1",
        "resentment for the bereaved, by perpetrator",
    ),
    Field("communities", "community_appeal", ("community", "organisation"), "f4", "utility", "kinship, tide, none"),
    Field("communities", "rally", ("community", "organisation"), "f4", "utility", "what threat adds to its kinship"),
    Field("communities", "protection", ("community", "organisation"), "f4", "utility", "worth of its force to kin"),
    Field("communities", "killed_community", ("community",), "i4", "deaths", "killings this week by victim"),
    Field("communities", "shock_deaths", ("community",), "i4", "deaths", "imposed deaths this week"),
    Field(
        "communities",
        "taken_unlawfully",
        ("community",),
        "f8",
        "persons",
        "no cadre of anybody, taken in raids this week and unlawfully harmed",
    ),
    Field("communities", "exclusion", ("community",), "f8", "0-1", "its young are shut out of study and work, imposed"),
    Field(
        "communities",
        "shock_by",
        ("community",),
        "i4",
        "community",
        "at whose hands an imposed shock was (-1 = nobody's)",
        -1.0,
    ),
    Field("communities", "riot_deaths", ("community",), "i4", "deaths", "of the community in riots this week"),
    Field(
        "communities",
        "riot_work",
        ("community", "organisation"),
        "i4",
        "deaths",
        "of the community in riots this week, by the organisation that worked them",
    ),
    # The centre and the state.
    Field("centre", "city_seats", ("chamber",), "f8", "seats", "of the city in the chamber, at its last poll"),
    Field("centre", "polled_week", ("chamber",), "i4", "week", "of the chamber's last poll (-1 = none yet)", -1.0),
    Field("centre", "announced_years", ONE, "f4", "years", "announced stay of the state's force still to come"),
    Field("centre", "credibility", ONE, "f4", "0-1", "announcements kept / made"),
    Field("centre", "personnel", ONE, "f8", "persons", "personnel of the state in the city"),
    Field("centre", "unlawful", ONE, "f8", "share", "of the operation's harm that is unlawful"),
    Field("centre", "coalition_need", ONE, "f8", "0-1", "how far its rulers need allies for seats, imposed", 0.5),
    Field("centre", "media", ONE, "f8", "0-1", "how harshly news media show violence, imposed"),
    Field("centre", "strike_compliance", ONE, "f8", "share", "of the city that closes this week"),
    Field("centre", "strike_cost", ONE, "f8", "money", "lost to strikes this week"),
    Field("centre", "other_raids", ONE, "f8", "raids", "raids a week at others than declared organisations"),
    Field("centre", "delivery", ("sector",), "f8", "0-1", "services ordered by the state"),
    Field("centre", "ordinary", ONE, "f8", "1/adult", "ordinary murder this week"),
    Field("centre", "militant", ONE, "f8", "deaths", "expected killings by other militants this week"),
    # Killings of the week, counted where they happen.
    Field("killings", "killings", ("unit", "party", "party"), "i4", "deaths", "killings by killer and victim"),
    # What happened that a reader would want told; see `mohalla.events`.
    Field(
        "events",
        "events",
        ("event", "event_column"),
        "f8",
        "mixed",
        "week, kind, organisation, other, tier, unit, size",
    ),
    Field("events", "event_count", ONE, "i8", "events", "events so far, also those that found no room"),
    Field("killings", "causes", ("unit", "cause"), "i4", "deaths", "killings by cause"),
)

BY_NAME: Mapping[str, Field] = {field.name: field for field in FIELDS}
# What residents decide or are counted by stays theirs, also where they follow an organisation that is no more.
RESIDENTS_OWN = (
    "pulls", "stakes", "face_here", "unit_face", "unit_heart", "unit_honest", "followers", "believers",
)  # fmt: skip


def forget(arrays: Mapping[str, Array], k: int) -> None:
    """Make the row of an organisation that is no more neutral again, so that another may use it."""
    posts = arrays["tenure"].size // arrays["founded"].size
    for field in FIELDS:
        for axis, dim in enumerate(field.dims):
            if dim == "organisation" and field.name not in RESIDENTS_OWN:
                arrays[field.name][(slice(None),) * axis + (k,)] = field.neutral
            elif dim == "post":
                arrays[field.name][k * posts : (k + 1) * posts] = field.neutral
    arrays["kinship"][:, k] = 0.0


def blank(sizes: Mapping[str, int]) -> dict[str, Array]:
    """Every array of the state at its neutral value, for these sizes of dimensions."""
    return {field.name: np.full([sizes[dim] for dim in field.dims], field.neutral, field.dtype) for field in FIELDS}
