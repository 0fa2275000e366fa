"""What a plan can change: every named value, where it applies, its unit, its bounds and what it means.

A lever is either *imposed* (a row of the dated history is changed before it is imposed), a *level* (a value that the
model moves itself is held or shifted, week by week), a *stock* (persons or money are taken away or added) or a
*number* of a mechanism (`mechanism.parameter`), which holds for a time.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

IMPOSED, LEVEL, STOCK = "imposed", "level", "stock"
ORGANISATION, SECTOR, COMMUNITY, CITY, UNIT = "organisation", "sector", "community", "city", "unit"
SECTOR_HEAD = "sector head"


class Lever(NamedTuple):
    """One named value: the array of the state behind it, one for each what, and how it may be changed."""

    name: str
    array: str
    per: str
    kind: str
    unit: str
    low: float
    high: float
    meaning: str
    yearly: bool = False  # given by the year, held by the week
    falls: bool = False  # what is set counts down: years still to come


MANY = 1e9
LEVERS: tuple[Lever, ...] = (
    Lever("services", "delivery", SECTOR, IMPOSED, "0-1", 0, 1, "unconditional services that the state orders"),
    Lever("raids", "raids_planned", ORGANISATION, IMPOSED, "raids/week", 0, 1e4, "raids aimed at an organisation"),
    Lever("other_raids", "other_raids", CITY, IMPOSED, "raids/week", 0, 1e4, "raids at none of the organisations"),
    Lever("evenness", "raids_planned", CITY, LEVEL, "share", 0, 1, "of raids aimed at gunmen, whosever they are"),
    Lever("unlawful", "unlawful", CITY, IMPOSED, "share", 0, 1, "of the operation's harm that is unlawful"),
    Lever(
        "announced", "announced_years", CITY, IMPOSED, "years", 0, 50, "that the state says its force will stay",
        falls=True,
    ),
    Lever("credibility", "credibility", CITY, IMPOSED, "0-1", 0, 1, "how far announcements are believed"),
    Lever("personnel", "personnel", CITY, IMPOSED, "persons", 0, 1e6, "personnel of the state in the city"),
    Lever("stance", "stance", ORGANISATION, IMPOSED, "stance", 0, 4, "how the centre treats an organisation"),
    Lever("allies_needed", "coalition_need", CITY, IMPOSED, "0-1", 0, 1, "how far the rulers need allies"),
    Lever("office", "government", ORGANISATION, IMPOSED, "0-1", 0, 1, "share in the offices of government"),
    Lever("funds", "funds", ORGANISATION, IMPOSED, "money/year", 0, MANY, "from outside the city", yearly=True),
    Lever(
        "foreign_funds", "foreign_funds", ORGANISATION, IMPOSED, "money/year", 0, MANY, "from a foreign state",
        yearly=True,
    ),
    Lever("tide", "tide", ORGANISATION, IMPOSED, "utility", -2, 2, "standing outside the city"),
    Lever("positions", "positions", ORGANISATION, IMPOSED, "0-1", 0, 1, "how far its positions please foreign powers"),
    Lever("leader_abroad", "leader_abroad", ORGANISATION, IMPOSED, "0 or 1", 0, 1, "its leader commands from abroad"),
    Lever("leader_bound", "leader_bound", ORGANISATION, IMPOSED, "0-1", 0, 1, "how far proceedings bind its leader"),
    Lever("media", "media", CITY, IMPOSED, "0-1", 0, 1, "how harshly news media show violence"),
    Lever("reshuffle", "reshuffle_ordered", ORGANISATION, IMPOSED, "0 or 1", 0, 1, "its organiser is replaced"),
    Lever("readmission", "readmission_ordered", ORGANISATION, IMPOSED, "0 or 1", 0, 1, "it takes its splinters back"),
    Lever("appeal", "appeal_ordered", ORGANISATION, IMPOSED, "0 or 1", 0, 1, "it appeals to foreign states"),
    Lever("exclusion", "exclusion", COMMUNITY, IMPOSED, "share", 0, 1, "of its young shut out of study and work"),
    Lever("foreign_shield", "foreign_shield", ORGANISATION, LEVEL, "0-1", 0, 1, "protection by foreign powers"),
    Lever("legitimacy", "legitimacy", ORGANISATION, LEVEL, "0-1", 0, 1, "standing of its words"),
    Lever("purge_fear", "purge_fear", ORGANISATION, LEVEL, "0-1", 0, 1, "fear of purge among its holders of posts"),
    Lever("outrage", "outrage", ORGANISATION, LEVEL, "deaths", 0, 1e5, "killings laid at its door, not forgotten"),
    Lever("sponsor_seen", "sponsor_seen", ORGANISATION, LEVEL, "0-1", 0, 1, "how visible an outside sponsor of it is"),
    Lever("militancy", "militancy", ORGANISATION, LEVEL, "share", 0, 1, "least share of spending that goes to arms"),
    Lever("penetration", "penetration", ORGANISATION, LEVEL, "0-1", 0, 1, "influence inside the state's forces"),
    Lever("armed", "armed", UNIT, STOCK, "persons", 0, 1e6, "armed cadre of an organisation"),
    Lever("workers", "workers", UNIT, STOCK, "persons", 0, 1e6, "unarmed workers of an organisation"),
    Lever("budget", "budget", ORGANISATION, STOCK, "money", 0, MANY, "money an organisation has in hand"),
    Lever("chief", "tenure", ORGANISATION, STOCK, "holders", 0, 1, "the chief organiser's post: its holder goes"),
    Lever("sector_heads", "tenure", SECTOR_HEAD, STOCK, "holders", 0, 1e3, "heads of sectors: holders who go"),
    Lever("heads", "tenure", UNIT, STOCK, "holders", 0, 1e4, "heads of units: holders who go"),
)  # fmt: skip
BY_NAME: Mapping[str, Lever] = {lever.name: lever for lever in LEVERS}
