"""Claims about origins as experiments: threat, exclusion, a sponsor, a worked riot, trade, cells, failed rulers.

Committed before any result was looked at, as all claims are. Windows: 1986 to 1988 is the party's take-off (founded in
March 1984), 1987 to 1992 its first years of strength.
"""

from __future__ import annotations

from datetime import date

from verification import measures as m
from verification.arms import PARTY, Arm, stance, timeline_without, untaught
from verification.claim import Claim, Line, Prediction, Reported, versus

UNTIL = date(1992, 6, 28)
TAKE_OFF = m.Window(date(1986, 1, 1), date(1989, 1, 1))
NUCLEUS = m.Window(date(1984, 3, 18), date(1986, 1, 1))
RIOT_YEARS = m.Window(date(1985, 1, 1), date(1992, 1, 1))
FOUNDED, DISMISSED = date(1984, 3, 1), date(1988, 11, 30)
NONE = 1e-6  # a number multiplied by this does nothing any more
NO_THREAT = {"pressures.threat_per_death": NONE, "pressures.threat_per_taken": NONE}

O1 = Claim(
    id="O1",
    title="A threatened community rallies to whoever convincingly offers protection",
    question="Is the party preferred more where killings by others are felt more, and hardly where they are not?",
    arms=(
        Arm("as drawn", "as drawn", until=UNTIL),
        Arm("no threat", "nobody feels threatened by killings or arrests", factors=NO_THREAT, until=UNTIL),
        Arm(
            "twice", "twice the threat felt for each killing", factors={"pressures.threat_per_death": 2.0}, until=UNTIL
        ),
    ),
    measures={
        "hearts": ("share of the community", m.hearts(m.FIRST_HEYDAY, m.OWN)),
        "hold": ("share of the community", m.hold(m.FIRST_HEYDAY, m.OWN)),
    },
    predictions=(
        Prediction("hearts rise with threat", "hearts", versus("twice", "no threat"), 0.02, "assumed"),
        Prediction("the public hold rises with threat", "hold", versus("twice", "no threat"), 0.02, "partly"),
    ),
    reported=(
        Reported("hearts without any threat", "hearts", {"no threat": 1.0}),
        Reported("hearts: as drawn - no threat", "hearts", versus("as drawn", "no threat")),
    ),
    tag="assumed",
    why="Kin, and kin with force, are worth more to a threatened community; threat grows with each death by others.",
    lines=(
        Line(
            "mechanisms/pressures.py",
            "protection[c, k] = p.protection_worth * threat[c]",
            "threat makes armed kin worth more",
        ),
        Line("mechanisms/pressures.py", "rally[c, k] = rallies(p.kinship_threatened, threat[c]", "and kin as such"),
    ),
    caution="Threat is switched off for all communities, so rivals of other communities lose its help too. That threat "
    "makes kin worth more was added after this had come out as 'does not emerge' (decision 16).",
    series="own_hearts",
)

O2 = Claim(
    id="O2",
    title="Students shut out by others become the party's nucleus",
    question="Does the party start with fewer people where nobody is shut out of study and work?",
    arms=(
        Arm("as drawn", "the exclusion of record", until=UNTIL),
        Arm("nobody shut out", "no exclusion", timeline_without("exclusions"), until=UNTIL),
    ),
    measures={
        "cadre": ("log of persons", m.cadre(NUCLEUS)),
        "later": ("log of persons", m.cadre(TAKE_OFF)),
        "hold": ("share of the city", m.hold(TAKE_OFF)),
    },
    predictions=(
        Prediction("more cadre to begin with", "cadre", versus("as drawn", "nobody shut out"), 0.05, "assumed"),
        Prediction("a faster take-off", "hold", versus("as drawn", "nobody shut out"), 0.005, "partly"),
    ),
    reported=(Reported("cadre in 1986 to 1988", "later", versus("as drawn", "nobody shut out")),),
    tag="assumed",
    why="Exclusion multiplies joining by kin of the community shut out and makes kinship worth more to all of it.",
    lines=(
        Line("mechanisms/pressures.py", "kin_worth = identity(p.kinship_weight", "and kinship is worth more"),
        Line("mechanisms/recruitment.py", "shut_out(kinship[c, k], exclusion[c], p.exclusion_effect)", "joining rises"),
    ),
    caution="The exclusion is imposed, with an assumed level. Logarithms: 0.05 is about 5 %.",
    series="hold",
)

O3 = Claim(
    id="O3",
    title="A service of the state backs the leader as a counterweight to another party",
    question="Does the party take off more slowly where the centre of 1984 to 1988 leaves it alone?",
    arms=(
        Arm("sponsored", "stances of record", until=UNTIL),
        Arm(
            "left alone",
            "neutral from 1984 to 1988",
            stance(PARTY, FOUNDED, date(1984, 12, 31), "neutral"),
            until=UNTIL,
        ),
    ),
    measures={
        "hold": ("share of the city", m.hold(TAKE_OFF)),
        "cadre": ("log of persons", m.cadre(TAKE_OFF)),
        "gunmen": ("log of persons", m.log_gunmen(TAKE_OFF)),
        "later": ("share of the city", m.hold(m.BEFORE_CLEAN_UP)),
    },
    predictions=(
        Prediction("more hold at take-off", "hold", versus("sponsored", "left alone"), 0.01, "partly"),
        Prediction("more gunmen at take-off", "gunmen", versus("sponsored", "left alone"), 0.1, "partly"),
    ),
    reported=(
        Reported("cadre at take-off", "cadre", versus("sponsored", "left alone")),
        Reported("hold in the year before June 1992", "later", versus("sponsored", "left alone")),
    ),
    tag="partly",
    why="A sponsor gives money: written. What that money then does to hold is not.",
    lines=(Line("mechanisms/treasury.py", "p.sponsor_per_week", "a sponsored organisation gets money"),),
    caution="The stance of record is dated from 1984 to 1988; whether it was so is itself claimed. Gunmen: logs.",
    series="hold",
)

O4 = Claim(
    id="O4",
    title="A death across a community line is worked into killing; the other side answers; both mobilise",
    question="With the same outbreaks, do fewer die, and do fewer join, where nobody works them?",
    arms=(
        Arm("worked", "as drawn", until=UNTIL),
        Arm("let alone", "no gunmen can work an incident", factors={"riot.gunmen_half": 1e6}, until=UNTIL),
    ),
    measures={
        "dead": ("log of deaths a year", m.log_deaths(RIOT_YEARS, ("riot",))),
        "own": ("log of persons", m.cadre(m.FIRST_HEYDAY)),
        "other": ("log of persons", m.cadre(m.FIRST_HEYDAY, "anp")),
        "hold": ("share of the community", m.hold(m.FIRST_HEYDAY, m.OWN)),
    },
    predictions=(
        Prediction("more die in riots", "dead", versus("worked", "let alone"), 0.1, "assumed"),
        Prediction("the party's cadre grows", "own", versus("worked", "let alone"), 0.02, "partly"),
        Prediction("so does that of the other side", "other", versus("worked", "let alone"), 0.02, "partly"),
    ),
    reported=(Reported("hold in its own community", "hold", versus("worked", "let alone")),),
    tag="partly",
    why="A wrong that is worked is answered more, and each death adds to threat, which draws to kin.",
    lines=(
        Line(
            "mechanisms/riot.py", "worked(will[k], kinship[c, k], armed[k], p.gunmen_half)", "gunmen work an incident"
        ),
    ),
    caution="The outbreaks of record are imposed with the dead of their first days. The other side: the party of the "
    "community at whose hands most fell.",
    series="deaths",
)

O5 = Claim(
    id="O5",
    title="Selling goods paid for weapons, and weapons gave the street",
    question="Does the party have fewer gunmen and less ground by 1992 where its workers earn nothing by trade?",
    arms=(
        Arm("trade", "as drawn", until=UNTIL),
        Arm("no trade", "no sales and no gifts from abroad", without=("trade",), until=UNTIL),
    ),
    measures={
        "gunmen": ("log of persons", m.log_gunmen(m.FIRST_HEYDAY)),
        "ground": ("share of units", m.of_units(date(1992, 6, 1))),
        "income": ("log of money", m.log_income(m.FIRST_HEYDAY)),
    },
    predictions=(
        Prediction("more gunmen", "gunmen", versus("trade", "no trade"), 0.05, "partly"),
        Prediction("more ground", "ground", versus("trade", "no trade"), 0.02, "partly"),
    ),
    reported=(Reported("income", "income", versus("trade", "no trade")),),
    tag="partly",
    why="Sales are income, money trains gunmen, gunmen are force; whether trade is enough of it is not written.",
    lines=(Line("mechanisms/trade.py", "sales_per_week", "workers sell"),),
    caution="Trade ends for all organisations. Ground: units where the party is the most forceful, in mid-1992.",
    series="gunmen",
)

O8 = Claim(
    id="O8",
    title="The cell structure was learnt from an older cadre party",
    question="In its first years, does a party whose cells were never taught see less, and hold less?",
    arms=(
        Arm("taught", "cells as declared", until=UNTIL),
        Arm("untaught", "the party's cells have learnt nothing", untaught(PARTY), until=UNTIL),
    ),
    measures={
        "watch": ("0-1", m.watching(TAKE_OFF)),
        "hold": ("share of the city", m.hold(TAKE_OFF)),
        "coerced": ("share of the city", m.coerced(TAKE_OFF)),
    },
    predictions=(
        Prediction("cells see more", "watch", versus("taught", "untaught"), 0.005, "assumed"),
        Prediction("the party holds more", "hold", versus("taught", "untaught"), 0.005, "partly"),
    ),
    reported=(Reported("coerced", "coerced", versus("taught", "untaught")),),
    tag="assumed",
    why="Skill in cells is declared for a party and makes its workers see better.",
    lines=(
        Line(
            "mechanisms/coercion.py",
            "by_cells(workers[u, k], adults[u], p.untrained_watch + cells[k], p.watch_half)",
            "taught cells see more",
        ),
    ),
    caution="From whom cells were learnt is not in the model; that they were is a number of the scenario.",
    series="hold",
)

O9 = Claim(
    id="O9",
    title="It fills a vacuum: those who governed had failed",
    question="Does the party take off less where those who govern are blamed for nothing?",
    arms=(
        Arm("blamed", "as drawn", until=UNTIL),
        Arm("blameless", "office costs nobody standing", factors={"order.blame_per_year": NONE}, until=UNTIL),
        Arm("twice the blame", "blame grows twice as fast", factors={"order.blame_per_year": 2.0}, until=UNTIL),
    ),
    measures={
        "hearts": ("share of the city", m.hearts(TAKE_OFF)),
        "hold": ("share of the city", m.hold(TAKE_OFF)),
    },
    predictions=(
        Prediction(
            "hearts rise with rulers' failure", "hearts", versus("twice the blame", "blameless"), 0.005, "partly"
        ),
        Prediction("so does hold", "hold", versus("twice the blame", "blameless"), 0.005, "partly"),
    ),
    reported=(Reported("hearts: as drawn - blameless", "hearts", versus("blamed", "blameless")),),
    tag="partly",
    why="Who governs badly loses appeal: written; who fills the gap is not.",
    lines=(Line("mechanisms/pressures.py", "- p.failure_weight * failure", "failure costs appeal"),),
    caution="The party is blamed too once it shares office, from 1987 in the city.",
    series="hold",
)

ORIGINS = (O1, O2, O3, O4, O5, O8, O9)
