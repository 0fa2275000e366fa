"""What a run holds: every variable's name, dimensions, type, unit and meaning. The contract other tools rely on.

Counts are persons, votes or deaths of the real city at every scale. What a missing or switched-off mechanism would
fill is present and neutral (zero, or the value that changes nothing).
"""

from __future__ import annotations

from typing import NamedTuple

from mohalla.events import KINDS
from mohalla.scenario import NONE, STANCES

OTHERS = ("state", "other_militants", "ordinary", "bystander")
CAUSES = ("contest", "riot", "discipline", "operation", "sanction", "background")
TIERS = ("city", "sector", "unit")
INCOME_SOURCES = ("dues", "extortion", "office", "funds", "trade", "diaspora")
USES = ("help", "arms", "workers", "campaign")


class Observable(NamedTuple):
    """One variable of the results Dataset."""

    name: str
    dims: tuple[str, ...]
    dtype: str
    units: str
    long_name: str


W, S, C, K = "week", "sector", "community", "organisation"

OBSERVABLES: tuple[Observable, ...] = (
    Observable("population", (W, S, C), "int32", "adults", "adults living in the sector"),
    Observable("face", (W, S, C, K), "int32", "adults", "adults who show this organisation in public"),
    Observable("heart", (W, S, C, K), "int32", "adults", "adults who prefer this organisation in private"),
    Observable("coerced", (W, S, C, K), "int32", "adults", "adults who show this organisation and prefer another"),
    Observable("fear", (W, S, C), "float32", "0-1", "mean fear of residents"),
    Observable("belief_threat_gone", (W, S, C), "float32", "0-1", "mean belief that the danger stays away"),
    Observable("reversals", (W, S, C), "float32", "count", "mean number of relapses lived through"),
    Observable("belief_lasting", (W, S, K), "float32", "0-1", "belief that the help of this organisation lasts"),
    Observable("watch", (W, S, K), "float32", "0-1", "chance that an open dissenter is noticed"),
    Observable("force", (W, S, K), "float32", "0-1", "capacity to hurt those it notices"),
    Observable("help", (W, S, K), "float32", "0-1", "what a follower's household gets for showing the face"),
    Observable("risk", (W, S, K), "float32", "0-1", "expected danger a week of showing this face"),
    Observable("services", (W, S), "float32", "0-1", "unconditional services delivered by the state"),
    Observable("threat", (W, C), "float32", "0-1", "threat the community feels from others"),
    Observable("bereaved", (W, C, K), "int32", "persons", "adults bereaved, by organisation of the perpetrator"),
    Observable("armed", (W, S, K), "int32", "persons", "armed cadre"),
    Observable("workers", (W, S, K), "int32", "persons", "unarmed party workers"),
    Observable("killings", (W, S, "killer", "victim"), "int32", "deaths", "killings by killer and victim"),
    Observable("killings_cause", (W, S, "cause"), "int32", "deaths", "killings by cause"),
    Observable("killings_community", (W, C), "int32", "deaths", "killings by community of the victim"),
    Observable("raids", (W, K), "int32", "raids", "raids aimed at the organisation"),
    Observable("arrests", (W, K), "int32", "persons", "taken in raids aimed at it, cadre or not"),
    Observable("operation_deaths", (W, K), "int32", "deaths", "deaths in operations against the organisation"),
    Observable("tips", (W, S), "int32", "tips", "tips given to the state"),
    Observable("informers", (W, K), "int32", "persons", "members who inform after arrest"),
    Observable("income", (W, K, "income_source"), "float32", "money", "income by source"),
    Observable("spending", (W, K, "use"), "float32", "money", "spending by use"),
    Observable("skim", (W, K, "tier"), "float32", "money", "kept by office-holders of the tier"),
    Observable("budget", (W, K), "float32", "money", "money in hand at the end of the week"),
    Observable("traders", (W, S), "int32", "traders", "businesses"),
    Observable("traders_paying", (W, S), "int32", "traders", "businesses that pay extortion"),
    Observable("traders_reporting", (W, S), "int32", "traders", "businesses that reported a demand this week"),
    Observable("stance", (W, K), "int8", "code", "how the centre treats the organisation"),
    Observable("stance_imposed", (W, K), "int8", "0 or 1", "the stance is imposed by the scenario"),
    Observable("coalition", (W, K), "float32", "0-1", "share in the city's offices: councils and government"),
    Observable("foreign_shield", (W, K), "float32", "0-1", "protection by foreign powers"),
    Observable("penetration", (W, K), "float32", "0-1", "influence inside the state's forces"),
    Observable("centralisation", (W, K), "float32", "0-1", "decisions taken at the top"),
    Observable("delegation", (W, K), "float32", "0-1", "decisions left to sectors and units"),
    Observable("cohesion", (W, K), "float32", "0-1", "mean loyalty of office-holders"),
    Observable("legitimacy", (W, K), "float32", "0-1", "standing of the organisation's words"),
    Observable("sympathy", (W, K), "float32", "0-1", "sympathy for being singled out"),
    Observable("strike_compliance", (W,), "float32", "0-1", "share of the city that closes"),
    Observable("strike_cost", (W,), "float32", "money", "cost of strikes to the city"),
    Observable("votes", ("election", "constituency", K), "int32", "votes", "votes as reported"),
    Observable("votes_true", ("election", "constituency", K), "int32", "votes", "votes as meant"),
    Observable("turnout", ("election", "constituency"), "float32", "share", "turnout of adults"),
    Observable("seats", ("election", K), "int32", "seats", "seats won in the city"),
    Observable("seats_elsewhere", ("election", K), "int32", "seats", "imposed seats outside the city"),
)

BY_QUARTER: tuple[Observable, ...] = (
    Observable("unit_population", ("quarter", "unit"), "int32", "adults", "adults living in the unit"),
    Observable("unit_hold", ("quarter", "unit", K), "float32", "share", "share of adults who show the organisation"),
    Observable("unit_coerced", ("quarter", "unit", K), "float32", "share", "share who show it and prefer another"),
    Observable("unit_watch", ("quarter", "unit", K), "float32", "0-1", "chance that an open dissenter is noticed"),
    Observable("unit_force", ("quarter", "unit", K), "float32", "0-1", "capacity to hurt those it notices"),
    Observable(
        "post_competence",
        ("quarter", "post"),
        "float32",
        "0-1",
        "competence of the holder of the post, the last one where it is vacant",
    ),
    Observable(
        "post_loyalty",
        ("quarter", "post"),
        "float32",
        "0-1",
        "loyalty of the holder of the post, the last one where it is vacant",
    ),
    Observable(
        "post_tenure", ("quarter", "post"), "int32", "weeks", "weeks the holder has held the post; 0 where it is vacant"
    ),
    Observable(
        "post_following", ("quarter", "post"), "float32", "share", "of the cadre under it that would go with its holder"
    ),
    Observable("unit_killings", ("quarter", "unit"), "int32", "deaths", "killings in the quarter, all causes"),
    Observable("unit_closed", ("quarter", "unit"), "float32", "days", "for which strikes closed it in the quarter"),
)

E = "event"

EVENTS: tuple[Observable, ...] = (
    Observable("event_week", (E,), "int32", "weeks", "week of the run in which it happened (0 = the first)"),
    Observable("event_kind", (E,), "int8", "code", "what happened"),
    Observable("event_organisation", (E,), "int16", "index", "whom it concerns: place along organisation (0 = none)"),
    Observable("event_other", (E,), "int16", "index", "the other party to it: place along organisation (0 = none)"),
    Observable("event_tier", (E,), "int8", "code", "tier of the post it concerns"),
    Observable("event_unit", (E,), "int32", "index", "where: place along unit; of a sector its first (-1 = nowhere)"),
    Observable("event_size", (E,), "float32", "mixed", "how large; what it counts depends on the kind"),
    Observable("event_imposed", (E,), "int8", "0 or 1", "imposed by the scenario, not decided in the run"),
)

CONTRACT = (*OBSERVABLES, *BY_QUARTER, *EVENTS)

FLAGS = {
    "stance": {"flag_values": list(range(len(STANCES))), "flag_meanings": " ".join(STANCES)},
    "event_kind": {"flag_values": list(map(int, KINDS)), "flag_meanings": " ".join(one.name for one in KINDS.values())},
    "event_tier": {"flag_values": list(range(-1, len(TIERS))), "flag_meanings": " ".join(("none", *TIERS))},
}


def parties_to_killing(organisations: tuple[str, ...]) -> tuple[str, ...]:
    """The `killer` and `victim` coordinate: organisations (`none` = an uninvolved resident), then the others."""
    assert organisations[0] == NONE
    return (*organisations, *OTHERS)
