"""Claims about what answers what as experiments: strikes in office, outrage and crackdown, appeals, motions, blunders.

A plan orders what the city does not do by itself in every draw. Committed before any result
was looked at, but for what a caution says was changed after one.
"""

from __future__ import annotations

from datetime import date, timedelta

import mohalla
from mohalla.events import Event
from mohalla.plan import Intervention
from mohalla.scenario import Scenario
from verification import measures as m
from verification import told
from verification.arms import PARTY, PLAN_START, Arm, act, again, delivery, operation, plan, together, years_after
from verification.claim import Claim, Line, Prediction, Reported, versus

UNTIL = date(2013, 9, 15)
LIFE = m.Window(date(1985, 1, 1), date(2013, 9, 1))
APPEAL = date(2009, 1, 5)
AFTER_APPEAL = m.Window(date(2009, 2, 2), date(2011, 1, 5))
OUTRAGE, OUTRAGE_UNTIL = date(1991, 6, 20), date(1994, 7, 3)
AFTER_OUTRAGE = m.Window(OUTRAGE, years_after(OUTRAGE, 2))
ABROAD = m.Window(years_after(OUTRAGE, 1), years_after(OUTRAGE, 3))
RAIDS, YEARS = 300.0, 2.0
THREE_TO_FIVE = m.after_plan(3, 5)
FIVE_YEARS = years_after(PLAN_START, 5) + timedelta(days=14)


def free_centre(_: Scenario) -> Scenario:
    """The city in which the centre chooses its own stances."""
    return mohalla.load("karachi-free-centre")


def outraged(weeks: int = 8) -> Intervention:
    """An outrage laid at the party's door: as much as a thousand killings, for two months."""
    return act("outrage", OUTRAGE, OUTRAGE + timedelta(days=7 * weeks - 1), organisations=[PARTY], set=1000)


def of_leader(abroad: int) -> Intervention:
    """Where the party's leader is from then on."""
    return act("leader_abroad", OUTRAGE, organisations=[PARTY], set=abroad)


H7 = Claim(
    id="H7",
    title="Even inside government it can bring the city to a halt at short notice",
    question="Does the party strike while it is in office, and how much of the city closes?",
    arms=(Arm("as drawn", "offices and stances of record", until=UNTIL),),
    measures={
        "calls": ("strikes a year", told.strikes_in_office),
        "closed": ("share of the city", told.closed_in_office),
        "with hold": ("correlation", told.closes_with("unit_hold")),
        "with force": ("correlation", told.closes_with("unit_force")),
    },
    predictions=(
        Prediction("it strikes in office", "calls", {"as drawn": 1.0}, 0.5, "emergent"),
        Prediction("a third of the city closes", "closed", {"as drawn": 1.0}, 1 / 3, "partly"),
        Prediction("more closes where more follow", "with hold", {"as drawn": 1.0}, 0.2, "assumed"),
    ),
    reported=(Reported("closing and force, over units", "with force", {"as drawn": 1.0}),),
    tag="partly",
    why="Followers and the frightened close: written; whether one in office calls is a weighing whose numbers were "
    "revised after a look (decision 9).",
    lines=(Line("mechanisms/strike.py", "return following + (1.0 - following) * fear", "who closes"),),
    caution="In office: a share of at least a twentieth in councils and government together. One arm: no contrast. "
    "Units close for whoever calls; most calls are the party's.",
    series="hold",
)

H9 = Claim(
    id="H9",
    title="Positions that please foreign powers win friends, and pressure that stops a crackdown",
    question="After the same outrage, does a free centre crack down less where foreign powers shield the party?",
    arms=(
        Arm("no outrage", "the centre left free", free_centre, until=OUTRAGE_UNTIL),
        Arm(
            "unshielded",
            "an outrage, and no friends abroad",
            free_centre,
            plan=plan("unshielded", outraged(), act("foreign_shield", OUTRAGE, organisations=[PARTY], set=0)),
            until=OUTRAGE_UNTIL,
        ),
        Arm(
            "shielded",
            "the same, and strong friends abroad",
            free_centre,
            plan=plan("shielded", outraged(), act("foreign_shield", OUTRAGE, organisations=[PARTY], set=0.8)),
            until=OUTRAGE_UNTIL,
        ),
        Arm(
            "pleasing",
            "no outrage; positions that please wholly, leader abroad",
            free_centre,
            plan=plan("pleasing", of_leader(1), act("positions", OUTRAGE, organisations=[PARTY], set=1)),
            until=OUTRAGE_UNTIL,
        ),
        Arm(
            "displeasing",
            "no outrage; positions that please nobody, leader abroad",
            free_centre,
            plan=plan("displeasing", of_leader(1), act("positions", OUTRAGE, organisations=[PARTY], set=0)),
            until=OUTRAGE_UNTIL,
        ),
    ),
    measures={
        "crackdown": ("share of weeks", told.cracked_down(AFTER_OUTRAGE)),
        "shield": ("0-1", m.of_party("foreign_shield", ABROAD)),
    },
    predictions=(
        Prediction("a shield stops the crackdown", "crackdown", versus("unshielded", "shielded"), 0.05, "assumed"),
        Prediction("positions win friends", "shield", versus("pleasing", "displeasing"), 0.05, "assumed"),
    ),
    reported=(Reported("crackdown, unshielded", "crackdown", {"unshielded": 1.0}),),
    tag="assumed",
    why="Positions that please win a shield and a shield takes from the worth of a crackdown: both steps are written.",
    lines=(Line("mechanisms/words.py", "friends * positions * abroad", "friends are won"),),
    caution="The city with a free centre; the outrage is ordered and stands for a thousand killings for two months, "
    "ten times as many as before a look at one draw. Asylum for the party's people is not in the model.",
    series="deaths",
)

S6 = Claim(
    id="S6",
    title="An outrage against an army officer brought the first operation; the leader led from abroad",
    question="Does a free centre crack down after an outrage, and does a leader abroad know less and blunder more?",
    arms=(
        Arm("no outrage", "the centre left free, the leader in the city", free_centre, until=OUTRAGE_UNTIL,
            plan=plan("calm", of_leader(0))),
        Arm("outrage", "an outrage, the leader in the city", free_centre, until=OUTRAGE_UNTIL,
            plan=plan("outrage", outraged(), of_leader(0))),
        Arm("abroad", "the same, the leader abroad", free_centre, until=OUTRAGE_UNTIL,
            plan=plan("abroad", outraged(), of_leader(1))),
    ),
    measures={
        "crackdown": ("share of weeks", told.cracked_down(AFTER_OUTRAGE)),
        "blunders": ("blunders a year", m.events_a_year(Event.BLUNDER, ABROAD)),
        "cohesion": ("0-1", m.of_party("cohesion", ABROAD)),
        "hold": ("share of the city", m.hold(ABROAD)),
    },
    predictions=(
        Prediction("a crackdown follows", "crackdown", versus("outrage", "no outrage"), 0.05, "partly"),
        Prediction("a leader abroad blunders more", "blunders", versus("abroad", "outrage"), 0.1, "partly"),
    ),
    reported=(
        Reported("cohesion: at home - abroad", "cohesion", versus("outrage", "abroad")),
        Reported("hold: at home - abroad", "hold", versus("outrage", "abroad")),
        Reported("crackdown without outrage", "crackdown", {"no outrage": 1.0}),
    ),
    tag="partly",
    why="Outrage is worth a crackdown: written; that it outweighs the other stances is not. Distance hides: written; "
    "that this shows in blunders is not.",
    lines=(Line("mechanisms/command.py", "* (1.0 - distance * abroad)", "distance hides"),),
    caution="The outrage is ordered and stands for a thousand killings for two months, a year before the operation of "
    "record; it was made so strong after a look at one draw in which one of a hundred did nothing.",
    series="deaths",
)  # fmt: skip

G14 = Claim(
    id="G14",
    title="A leader above the party, surrounded by people who only agree, blunders",
    question="Does the party blunder more where its leader fears betrayal more, and leaves less to others?",
    arms=(
        Arm("trusting", "a betrayal costs a quarter", factors={"command.betrayal_cost": 0.25}, until=UNTIL),
        Arm("as drawn", "as drawn", until=UNTIL),
        Arm("distrusting", "a betrayal costs four times as much", factors={"command.betrayal_cost": 4.0}, until=UNTIL),
    ),
    measures={
        "top": ("0-1", m.of_party("centralisation", LIFE)),
        "blunders": ("blunders a year", m.events_a_year(Event.BLUNDER, LIFE)),
        "legitimacy": ("0-1", m.of_party("legitimacy", LIFE)),
        "hold": ("share of the city", m.hold(m.HEYDAY)),
    },
    predictions=(
        Prediction("more blunders", "blunders", versus("distrusting", "trusting"), 0.05, "partly"),
        Prediction("which cost it hold", "hold", versus("trusting", "distrusting"), 0.005, "emergent"),
    ),
    reported=(
        Reported("decisions at the top", "top", versus("distrusting", "trusting")),
        Reported("standing of its words", "legitimacy", versus("trusting", "distrusting")),
    ),
    tag="partly",
    why="Less is said to a leader who leaves little to others, and pictures err the more: written; that the errors are "
    "costly moves is not.",
    lines=(Line("mechanisms/command.py", "(1.0 - flattery * (1.0 - delegation))", "who only agree"),),
    caution="All leaders' fear changes alike. A move counts as a blunder where it costs more than it brings by a "
    "least amount that is a number of the model.",
    series="hold",
)


def turnover() -> tuple[Intervention, ...]:
    """A new generation: every head goes in the first week, and again after a year; its successors want no arms."""
    gone = tuple(
        one
        for tier in ("sector_heads", "heads")
        for one in again(tier, PLAN_START + timedelta(days=7), 2, 52, organisations=[PARTY], share=1.0)
    )
    return (*gone, act("militancy", PLAN_START, organisations=[PARTY], set=0))


INVESTED = delivery(0.8, PLAN_START, years_after(PLAN_START, 5.1))
FORCE = operation(RAIDS, {PARTY: 1.0}, YEARS)

S2 = Claim(
    id="S2",
    title="Without social investment and a new generation of peaceful leaders an operation will not last",
    question="Three to five years on, do fewer die where services and a turnover of leaders came with the operation?",
    arms=(
        Arm("operation", "300 raids a week for two years, all at the party", FORCE, until=FIVE_YEARS),
        Arm("and investment", "and services of 0.8 from then on", together(FORCE, INVESTED), until=FIVE_YEARS),
        Arm("and turnover", "and every head goes", FORCE, plan=plan("turnover", *turnover()), until=FIVE_YEARS),
        Arm("all", "and both", together(FORCE, INVESTED), plan=plan("turnover", *turnover()), until=FIVE_YEARS),
    ),
    measures={
        "deaths": ("log of deaths a year", m.log_deaths(THREE_TO_FIVE)),
        "killed": ("log of deaths a year", m.log_killed_by_party(THREE_TO_FIVE)),
        "gunmen": ("log of persons", m.log_gunmen(THREE_TO_FIVE)),
    },
    predictions=(
        Prediction("fewer die in all", "deaths", versus("operation", "all"), 0.05, "partly"),
        Prediction("fewer by the party", "killed", versus("operation", "all"), 0.05, "partly"),
    ),
    reported=(
        Reported("investment alone", "deaths", versus("operation", "and investment")),
        Reported("turnover alone", "deaths", versus("operation", "and turnover")),
        Reported("gunmen: operation - all", "gunmen", versus("operation", "all")),
    ),
    tag="partly",
    why="Services leave fewer young believers to recruit, and leaders without a taste for arms arm only against "
    "rivals: written; what comes of it after the operation is not.",
    lines=(
        Line(
            "mechanisms/treasury.py",
            "return max(militancy, min(most_on_arms, militancy + insecurity * most_on_arms))",
            "who wants no arms still arms against rivals",
        ),
    ),
    caution="Peaceful leaders are imposed: turnover and taste are ordered. Work for the young is not in the model.",
    series="deaths",
)


def appealing(*who: str) -> tuple[Intervention, ...]:
    """Appeals to foreign states, one each."""
    return tuple(act("appeal", APPEAL, APPEAL + timedelta(days=27), organisations=[name], set=1) for name in who)


W1 = Claim(
    id="W1",
    title="Asking foreign states for rescue while in power costs legitimacy and brings motions",
    question="After an appeal abroad in January 2009, in office, do its words count for less, and is it moved against?",
    arms=(
        Arm("silent", "no appeal is ordered", until=UNTIL),
        Arm("appeals", "one appeal", plan=plan("appeal", *appealing(PARTY)), until=UNTIL),
        Arm(
            "appeals out of office",
            "one appeal; out of government for the year",
            plan=plan(
                "outside", *appealing(PARTY), act("office", APPEAL, date(2010, 1, 3), organisations=[PARTY], set=0)
            ),
            until=UNTIL,
        ),
        Arm(
            "out of office",
            "the same without an appeal",
            plan=plan("silent-outside", act("office", APPEAL, date(2010, 1, 3), organisations=[PARTY], set=0)),
            until=UNTIL,
        ),
    ),
    measures={
        "legitimacy": ("0-1", m.of_party("legitimacy", AFTER_APPEAL)),
        "motions": ("motions a year", told.moved_against(AFTER_APPEAL)),
        "hearts": ("share of the city", m.hearts(AFTER_APPEAL)),
    },
    predictions=(
        Prediction("its words count for less", "legitimacy", versus("silent", "appeals"), 0.01, "assumed"),
        Prediction("it is moved against", "motions", versus("appeals", "silent"), 0.2, "assumed"),
        Prediction(
            "power at home makes it cost more",
            "legitimacy",
            {"silent": 1.0, "appeals": -1.0, "out of office": -1.0, "appeals out of office": 1.0},
            0.005,
            "assumed",
        ),
    ),
    reported=(Reported("hearts lost", "hearts", versus("silent", "appeals")),),
    tag="assumed",
    why="An appeal takes standing by the office held at home, and gives assemblies a charge.",
    lines=(Line("mechanisms/words.py", "legitimacy[k] *= 1.0 - p.appeal_disgrace * stake", "disgrace"),),
    caution="The appeal is ordered. Out of office it still has its seats in the assemblies, a stake too.",
    series="own_hearts",
)

W4 = Claim(
    id="W4",
    title="Parties answer motion with motion",
    question="Moved against, does the party answer more where the other side can be charged too?",
    arms=(
        Arm("it alone", "the party appeals abroad", plan=plan("one", *appealing(PARTY)), until=UNTIL),
        Arm(
            "both",
            "so does the party's rival in government",
            plan=plan("both", *appealing(PARTY, "ppp")),
            until=UNTIL,
        ),
    ),
    measures={
        "motions": ("motions a year", told.moved_against(AFTER_APPEAL)),
        "answers": ("motions a year", told.answered(AFTER_APPEAL)),
    },
    predictions=(
        Prediction("it answers", "answers", {"it alone": 1.0}, 0.05, "assumed"),
        Prediction("more where both can be charged", "answers", versus("both", "it alone"), 0.05, "partly"),
    ),
    reported=(Reported("motions against it: it alone - both", "motions", versus("it alone", "both")),),
    tag="assumed",
    why="Who is moved against answers if that pays; that the other weighs this before moving is written too.",
    lines=(Line("mechanisms/words.py", "answer_worth(p, lost, before, mine_before, theirs", "who answers"),),
    caution="Appeals are ordered. How often motions come was seen while the rule was made (decision 9).",
    series="own_hearts",
)

ANSWERS = (H7, H9, S6, G14, S2, W1, W4)
