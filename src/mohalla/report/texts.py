"""The words around the charts, in one place: what each chapter shows, why it matters, what it rests on."""

from __future__ import annotations

from typing import NamedTuple


class Text(NamedTuple):
    """Title and lead of a chapter ({party} and {money} are filled in), and the mechanisms it rests on."""

    title: str
    lead: str
    mechanisms: tuple[str, ...]


CHAPTERS = {
    "following": Text(
        "Who follows {party}, and who only seems to",
        "Where hold runs above hearts, more people show {party} than want it. The coerced are those people counted "
        "one by one: they, not the hold, are whom a release would set free.",
        ("residents", "patronage", "coercion"),
    ),
    "armed": Text(
        "Who is armed",
        "Gunmen on a payroll, every organisation on the same scale. They are whole persons of the real city at "
        "every scale of simulation.",
        ("recruitment", "extortion", "operation"),
    ),
    "killings": Text(
        "Killings, like with like",
        "Counters differ in what they count, so they are never spliced. Each panel sets one counter’s figures "
        "against only those simulated deaths that it would have counted. Ordinary murder and other militants are "
        "imposed, not explained: they have a line of their own wherever a counter includes them.",
        ("rivalry", "coercion", "operation", "background"),
    ),
    "frontiers": Text(
        "Who fights whom, and where they stand face to face",
        "Two organisations are hostile while at least five people have been killed between them in the past year. A "
        "frontier is a border between two units where different organisations hold most adults, or where different "
        "organisations are the most forceful and both are armed. The map below draws them.",
        ("rivalry", "coercion", "residents"),
    ),
    "money": Text(
        "Money in, money out, money kept",
        "Where the money of {party} comes from, what it buys, and what stays with office-holders on the way. Money "
        "feeds force and force brings money: what happens here decides whether a release lasts.",
        ("extortion", "patronage", "command"),
    ),
    "seats": Text(
        "Seats, simulated and actual",
        "Seats inside the city only. Constituency boundaries are synthetic and drawn anew in each world, so the "
        "ranges are wide where the map decides.",
        ("election",),
    ),
    "hierarchy": Text(
        "The hierarchy and its people",
        "The tree of posts of {party}: city, sectors, units. Money goes up it and orders go down it; holders learn, "
        "keep more with the years, and are lost to death, arrest and ordinary turnover.",
        ("command", "recruitment"),
    ),
    "fear": Text(
        "Fear, and the belief that the danger is gone",
        "Fear jumps when harm is seen and fades slowly. People step out of line only once they believe the danger "
        "will stay away for as long as matters to them: belief, not the number of gunmen, sets the pace of a "
        "release.",
        ("residents", "coercion", "operation"),
    ),
}

PURPOSE = (
    "For asking under which conditions an armed party’s hold on a city grows, lasts or ends, and how sure one can be.",
    "For comparing plans on paired worlds, and for asking what would have to hold for a claim to be true.",
    "For teaching, and for research others can rerun: every number has a source or says that it is an assumption.",
)
NOT_FOR = (
    "Not for predicting or judging the acts of any person, community or real organisation. No individual is in it.",
    "Not evidence that anything happened: allegations stay allegations, and claims by one side are marked as claims.",
    "Not a map of any real neighbourhood: sectors, units and constituencies named synthetic are drawn at random.",
    "Not for targeting, policing or security decisions about places or people.",
)
READING = (
    "Every curve is a median over worlds. A world is one draw of the uncertain parameters, of the synthetic "
    "geography and of chance. The pale band holds {banded}, the darker one the middle half, and the dotted line is the "
    "reference run with central values. A band of few worlds is narrower than one of many would be."
)
