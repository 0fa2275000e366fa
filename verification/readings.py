"""What the results may mean, in words: written after them, by hand, and where a claim fails, what may be missing.

They belong to the results beside them. If a rerun gives another verdict, the page says that the words are older.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Reading(NamedTuple):
    """The verdict that was read, and what it may mean."""

    verdict: str
    words: str


READINGS: Mapping[str, Reading] = {
    "H1": Reading(
        "partly",
        "Fear is a leg: without it the party is followed about a fifth less, and the coerced vanish. Help is not: "
        "with help taken from all organisations, the party is followed as before, perhaps because its rivals lose "
        "theirs too, perhaps because help weighs little beside danger. What may be missing: a way to cut one "
        "organisation's help alone, households that depend on help more than others, and help given only to those "
        "who vote and march.",
    ),
    "H2": Reading(
        "emerges",
        "All three parts emerge, the first by construction. Two cautions: even with seeing cells, most deaths by "
        "sanction fall on bystanders, so watching is weak in this model; and whether cells have *learnt* to watch "
        "matters little for hold, the number of workers does.",
    ),
    "H3": Reading(
        "partly",
        "One link of three carries the loop: office. Cutting extortion or patronage for all changes the growth of "
        "hold by less than can be told apart from nothing, and by 1992 the party had grown more without "
        "extortion, which first feeds whoever is strongest. What may be missing: extortion that pays for "
        "campaigns and for votes, help that weighs in the vote, and a way to cut one organisation's links alone.",
    ),
    "H5": Reading(
        "partly",
        "A gap of some eight points is there in every draw and grows with the years of the hold. It does not grow with "
        "what gunmen frighten: half the fear and twice the fear both lower it a little, because all organisations "
        "frighten more or less alike and the party may lose ground to the others. Nor is it larger where there are no "
        "services: help wins hearts as well as faces. What may be missing: a lever on the fear of one organisation "
        "alone, and households of unlike need, which the claim is about.",
    ),
    "B1": Reading(
        "partly",
        "While enforcers are gone nearly all the coerced are free, with services or without. Nothing lasts: two "
        "years after force has left the gunmen are back, and in every draw and after either plan the coerced are "
        "back above 80 % of their share before (at the median, well above it). Services alone free nobody: they "
        "turn hearts, and hearts that turn under gunmen are the coerced. Both together lower the hold most. What "
        "may be missing: whatever makes the end of enforcers last. Money and followers rearm an organisation "
        "within two years, the arrested come back, and neither services nor tips stand in the way.",
    ),
    "B2": Reading(
        "partly",
        "With delivery a few more show another face by March 2016 and a few more prefer another, but not fewer "
        "are coerced: hearts move further than faces, so they stay wary, as the claim says. Delivery would not "
        "have let them leave while half the gunmen remained. The splinter is missing.",
    ),
    "B3": Reading(
        "partly",
        "While force stays, a long announcement by somebody who keeps promises frees more people and sooner; from "
        "somebody who breaks them no announcement matters. Both are written into the rule. After force has left "
        "nothing of it remains: every plan of three years rebounds. What may be missing: as for B1, and a belief "
        "in services that knows what was announced.",
    ),
    "B4": Reading(
        "emerges",
        "A longer record loosens the party's hold once enforcers are gone, and an unbroken record of twelve years "
        "more than the same years with a failure near the end. The direction is written; the size, some eight "
        "points of the community, is not.",
    ),
    "S1": Reading(
        "does not emerge",
        "The operation of record changes killings by organisations by less than one per cent, and its own deaths "
        "outweigh that. It hardly bites: the party's gunmen fall as much without it, probably because the party "
        "leaves office in 2013 and loses its money. So the fall in killings after September 2013 in the untuned "
        "city is not the operation's doing. What may be missing: raids find cadre far more rarely here than the "
        "arrests of record suggest (1.8 arrests a raid), gunmen who lie low while raids last, and a will to fight "
        "that fears them.",
    ),
    "S3": Reading(
        "emerges",
        "Raids on one party leave others about a thousand gunmen more than even raids do, with more ground and "
        "about eight per cent more deaths. Beside no operation at all, others arm little more and deaths are "
        "higher: the operation kills too.",
    ),
}
