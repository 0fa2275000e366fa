"""Claims about the state, rivals and the outside world as experiments: stake, harm, media, a third party, words.

Committed before any result was looked at, as all claims are.
"""

from __future__ import annotations

from datetime import date, timedelta

from mohalla.plan import Intervention
from verification import measures as m
from verification.arms import (
    EVEN,
    PARTY,
    PLAN_START,
    Arm,
    act,
    again,
    operation,
    plan,
    without_operation,
    years_after,
)
from verification.claim import Claim, Line, Prediction, Reported, versus

NONE = 1e-6  # a number multiplied by this does nothing any more
RAIDS, YEARS = 300.0, 3.0
UNTIL = years_after(PLAN_START, YEARS) + timedelta(days=14)
BEFORE_2013 = date(2013, 9, 15)
SPAN = m.after_plan(0, YEARS)
LATER = m.after_plan(1, YEARS)
RAIDED = operation(RAIDS, {PARTY: 1.0}, YEARS)
CLEAN_UP, CLEANED = date(1992, 6, 19), date(1996, 11, 5)
THREE_SIDED = m.Window(date(2009, 1, 1), date(2013, 9, 1))
NO_PLAN = without_operation("targeted")


def office(share: float) -> Intervention:
    """A plan that gives the party so large a share of office from the operation on."""
    return act("office", PLAN_START, organisations=[PARTY], set=share)


STAKE = (
    Arm(
        "much to lose", "300 raids a week, three tenths of office", RAIDED, plan=plan("stake", office(0.3)), until=UNTIL
    ),
    Arm("nothing to lose", "300 raids a week, no office", RAIDED, plan=plan("no-stake", office(0.0)), until=UNTIL),
)
DEFIES = Line("mechanisms/bargaining.py", "chosen_defiance(p.resistance_worth, exposure[k], seen)", "stake restrains")

S4 = Claim(
    id="S4",
    title="With seats and offices to lose, the party answers a raid with restraint",
    question="Under the same raids, do fewer of the state's people die where the party has offices to lose?",
    arms=STAKE,
    measures={
        "state": ("deaths a year", m.killed_a_year(PARTY, "state", SPAN)),
        "killed": ("log of deaths a year", m.log_killed_by_party(SPAN)),
    },
    predictions=(
        Prediction(
            "more personnel die with nothing to lose",
            "state",
            versus("nothing to lose", "much to lose"),
            1.0,
            "assumed",
        ),
        Prediction("the party kills more", "killed", versus("nothing to lose", "much to lose"), 0.05, "partly"),
    ),
    reported=(Reported("personnel killed a year, much to lose", "state", {"much to lose": 1.0}),),
    tag="assumed",
    why="Violence against raids falls with the office at stake.",
    lines=(DEFIES,),
    caution="Office is set by a plan, whatever elections say; the city's own councils stay as they are won.",
    series="deaths",
)

S5 = Claim(
    id="S5",
    title="Leaving it nothing to lose would end badly for everyone",
    question="Under the same raids, do more people die where the party has nothing to lose?",
    arms=STAKE,
    measures={
        "deaths": ("log of deaths a year", m.log_deaths(SPAN)),
        "coerced": ("share of the city", m.coerced(LATER)),
    },
    predictions=(Prediction("more people die", "deaths", versus("nothing to lose", "much to lose"), 0.05, "assumed"),),
    reported=(Reported("coerced", "coerced", versus("nothing to lose", "much to lose")),),
    tag="assumed",
    why="The same line as for S4, with nothing at stake.",
    lines=(DEFIES,),
    caution="All deaths that the model produces, also those the operation causes. A share of office is also money.",
    series="deaths",
)

S7 = Claim(
    id="S7",
    title="Unlawful harm in an operation is felt as a threat by the community, which later supports the party",
    question="Does the community feel more threatened, and prefer the party more, where more of the harm is unlawful?",
    arms=(
        Arm(
            "lawful",
            "1992 to 1996: none",
            plan=plan("lawful", act("unlawful", CLEAN_UP, CLEANED, set=0)),
            until=date(2000, 1, 9),
        ),
        Arm(
            "unlawful",
            "1992 to 1996: 0.6",
            plan=plan("unlawful", act("unlawful", CLEAN_UP, CLEANED, set=0.6)),
            until=date(2000, 1, 9),
        ),
    ),
    measures={
        "threat": ("0-1", m.threat(m.Window(date(1994, 1, 1), CLEANED))),
        "hearts": ("share of the community", m.hearts(m.Window(CLEANED, date(2000, 1, 1)), m.OWN)),
    },
    predictions=(
        Prediction("more threat felt", "threat", versus("unlawful", "lawful"), 0.01, "assumed"),
        Prediction("later support", "hearts", versus("unlawful", "lawful"), 0.005, "partly"),
    ),
    reported=(),
    tag="assumed",
    why="Whom the state harms outside the law counts as threat to its community; threat makes kin worth more.",
    lines=(Line("mechanisms/pressures.py", "p.threat_per_taken * taken_unlawfully", "unlawful harm is threat"),),
    caution="Support later: hearts of its own community from November 1996 to 1999.",
    series="own_hearts",
)

S8 = Claim(
    id="S8",
    title="With a political face to save and harsh media, it can no longer fight a war as in the 1990s",
    question="Does the party kill less in 2009 to 2013 where media show all than where they show nothing?",
    arms=(
        Arm(
            "no media",
            "media show nothing from 2008 on",
            plan=plan("dark", act("media", date(2008, 1, 7), set=0)),
            until=BEFORE_2013,
        ),
        Arm(
            "harsh media",
            "media show all",
            plan=plan("bright", act("media", date(2008, 1, 7), set=1)),
            until=BEFORE_2013,
        ),
    ),
    measures={
        "killed": ("log of deaths a year", m.log_killed_by_party(THREE_SIDED)),
        "executed": ("log of deaths a year", m.log_deaths(THREE_SIDED, ("discipline",))),
    },
    predictions=(Prediction("the party kills less", "killed", versus("no media", "harsh media"), 0.05, "assumed"),),
    reported=(Reported("executions inside organisations", "executed", versus("no media", "harsh media")),),
    tag="assumed",
    why="Office at stake, and media that show all, take from the will to fight and to kill inside.",
    lines=(Line("mechanisms/bargaining.py", "visibility(p.exposure, media[0], p.media_exposure", "media expose"),),
    caution="Media alone, with the office of record; a split under two sets of conditions cannot be ordered.",
    series="deaths",
)

S9 = Claim(
    id="S9",
    title="While three armed parties and gangs fought for ground, killing passed the records of the early nineties",
    question="Is there more killing in contest where a third armed side is there than where it is kept disarmed?",
    arms=(
        Arm("three sides", "as drawn", until=BEFORE_2013),
        Arm(
            "two sides",
            "one rival's gunmen are taken away twice a year from 2006 on",
            plan=plan("two-sided", *again("armed", date(2006, 1, 2), 16, 26, organisations=["anp"], share=1.0)),
            until=BEFORE_2013,
        ),
    ),
    measures={
        "contest": ("log of deaths a year", m.log_deaths(THREE_SIDED, ("contest",))),
        "party": ("log of deaths a year", m.log_killed_by_party(THREE_SIDED)),
        "rise": (
            "log of deaths a year",
            lambda run: m.log_deaths(THREE_SIDED, ("contest",))(run) - m.log_deaths(m.FIRST_HEYDAY, ("contest",))(run),
        ),
    },
    predictions=(
        Prediction("more killing in contest", "contest", versus("three sides", "two sides"), 0.05, "partly"),
        Prediction("more than in 1987 to 1992", "rise", {"three sides": 1.0}, 0.1, "emergent"),
    ),
    reported=(Reported("killings by the party", "party", versus("three sides", "two sides")),),
    tag="emergent",
    why="Killing is written for pairs; whether three parties among the same followers kill more than two is not, nor "
    "that they do so more than twenty years before.",
    lines=(Line("mechanisms/rivalry.py", "* met * parity(mine, theirs) * stake", "killing is written for a pair"),),
    caution="The rival kept disarmed is the third by gunmen; who has no gunmen kills nobody, so part of the first "
    "difference is by construction.",
    series="deaths",
)

S10 = Claim(
    id="S10",
    title="Under pressure insiders turn informer",
    question="Do raids weaken the party more where informers are treated lightly and kept safe?",
    arms=(
        Arm(
            "no mercy",
            "nothing is offered to a detained member who informs",
            factors={"operation.leniency": NONE, "operation.protection": NONE},
            until=UNTIL,
        ),
        Arm("mercy", "as drawn", until=UNTIL),
        Arm("kept safe", "and five times the safety", factors={"operation.protection": 5.0}, until=UNTIL),
    ),
    measures={
        "informers": ("persons a week", m.of_party("informers", SPAN)),
        "gunmen": ("share of those before", m.gunmen_left(LATER)),
    },
    predictions=(
        Prediction("more inform where safe", "informers", versus("kept safe", "no mercy"), 0.01, "assumed"),
        Prediction("fewer gunmen are left later", "gunmen", versus("no mercy", "kept safe"), 0.005, "partly"),
    ),
    reported=(Reported("gunmen left: no mercy - as drawn", "gunmen", versus("no mercy", "mercy")),),
    tag="assumed",
    why="Who is detained informs as lenience outweighs loyalty and danger; what informers tell guides raids.",
    lines=(Line("mechanisms/operation.py", "return logistic((leniency - loyalty - cost) / noise)", "who informs"),),
    caution="The operation of record; gunmen left from its second year on. How many of those taken are cadre is not "
    "recorded.",
    series="gunmen",
)

S11 = Claim(
    id="S11",
    title="Militias stand in where the state's writ is missing",
    question="Is the party preferred less where the state has three times the personnel?",
    arms=(
        Arm("as drawn", "personnel of record", until=BEFORE_2013),
        Arm(
            "present",
            "three times the personnel from 1988 on",
            plan=plan("present", act("personnel", date(1988, 1, 4), scale=3.0)),
            until=BEFORE_2013,
        ),
        Arm(
            "absent",
            "a third of it",
            plan=plan("absent", act("personnel", date(1988, 1, 4), scale=1 / 3)),
            until=BEFORE_2013,
        ),
    ),
    measures={
        "hearts": ("share of the community", m.hearts(m.HEYDAY, m.OWN)),
        "hold": ("share of the city", m.hold(m.HEYDAY)),
        "deaths": ("log of deaths a year", m.log_deaths(THREE_SIDED)),
    },
    predictions=(
        Prediction("less preferred", "hearts", versus("absent", "present"), 0.005, "assumed"),
        Prediction("less followed", "hold", versus("absent", "present"), 0.005, "partly"),
    ),
    reported=(Reported("all killings: absent - present", "deaths", versus("absent", "present")),),
    tag="assumed",
    why="Kin and the shelter of their gunmen are worth less where the state is present.",
    lines=(
        Line(
            "mechanisms/pressures.py",
            "exposed[u] = left_exposed(order[u], p.order_replaces)",
            "the state takes care of a part of the threat",
        ),
    ),
    caution="Personnel alone; presence is felt less without services. That presence bears on rallying to kin was "
    "added after this had come out as 'does not emerge' twice (decision 16).",
    series="own_hearts",
)

W2 = Claim(
    id="W2",
    title="Seen as one community's subjugation, the same crackdown breeds sympathy",
    question="With the same raids, is there more sympathy for the party where it alone is raided?",
    arms=(
        Arm("one-sided", "300 raids a week for three years, all at the party", RAIDED, until=UNTIL),
        Arm("even-handed", "the same raids, at all armed organisations", operation(RAIDS, EVEN, YEARS), until=UNTIL),
        Arm("none", "no operation", NO_PLAN, until=UNTIL),
    ),
    measures={
        "sympathy": ("0-1", m.of_party("sympathy", SPAN)),
        "hearts": ("share of the community", m.hearts(LATER, m.OWN)),
    },
    predictions=(
        Prediction("more sympathy", "sympathy", versus("one-sided", "even-handed"), 0.02, "assumed"),
        Prediction("more hearts", "hearts", versus("one-sided", "even-handed"), 0.005, "partly"),
    ),
    reported=(Reported("sympathy: even-handed - none", "sympathy", versus("even-handed", "none")),),
    tag="assumed",
    why="Raids beyond the share of gunmen are sympathy, and sympathy is appeal.",
    lines=(
        Line("mechanisms/words.py", "won_sympathy(excess, felt, legitimacy[k], p.singled_half)", "excess is sympathy"),
    ),
    caution="What is even-handed is a judgement: four tenths of the raids at the party.",
    series="own_hearts",
)

W3 = Claim(
    id="W3",
    title="Proceedings abroad against the leader leave the local leadership stranded",
    question="With the leader wholly bound from 2010 to 2013, are there less cohesion, less money, less hold?",
    arms=(
        Arm(
            "free",
            "the leader is not bound",
            plan=plan("free", act("leader_bound", date(2010, 9, 6), organisations=[PARTY], set=0)),
            until=BEFORE_2013,
        ),
        Arm(
            "bound",
            "the leader is wholly bound",
            plan=plan("bound", act("leader_bound", date(2010, 9, 6), organisations=[PARTY], set=1)),
            until=BEFORE_2013,
        ),
    ),
    measures={
        "cohesion": ("0-1", m.of_party("cohesion", m.Window(date(2011, 9, 6), date(2013, 9, 1)))),
        "income": ("log of money", m.log_income(m.Window(date(2011, 9, 6), date(2013, 9, 1)))),
        "hold": ("share of the city", m.hold(m.Window(date(2011, 9, 6), date(2013, 9, 1)))),
    },
    predictions=(
        Prediction("less cohesion", "cohesion", versus("free", "bound"), 0.01, "assumed"),
        Prediction("less money", "income", versus("free", "bound"), 0.02, "assumed"),
        Prediction("less hold", "hold", versus("free", "bound"), 0.005, "partly"),
    ),
    reported=(),
    tag="assumed",
    why="Proceedings take from loyalty, information, funds and gifts, each in a line.",
    lines=(Line("mechanisms/treasury.py", "return funds * (1.0 - stranded * bound)", "funds do not arrive"),),
    caution="From a year after the binding on.",
    series="hold",
)

W5 = Claim(
    id="W5",
    title="A hostile neighbour state encourages the party (alleged)",
    question="Would 100 million rupees a year from another state mean more gunmen, and less standing?",
    arms=(
        Arm("none", "no foreign money", until=BEFORE_2013),
        Arm(
            "paid",
            "100 million rupees (of 2015) a year from 1994 on",
            plan=plan("paid", act("foreign_funds", date(1994, 1, 3), organisations=[PARTY], set=100)),
            until=BEFORE_2013,
        ),
    ),
    measures={
        "gunmen": ("log of persons", m.log_gunmen(m.HEYDAY)),
        "legitimacy": ("0-1", m.of_party("legitimacy", m.HEYDAY)),
        "hearts": ("share of the city", m.hearts(m.HEYDAY)),
    },
    predictions=(
        Prediction("more gunmen", "gunmen", versus("paid", "none"), 0.05, "partly"),
        Prediction("fewer hearts, for its sponsor is seen", "hearts", versus("none", "paid"), 0.005, "assumed"),
    ),
    reported=(Reported("standing of its words", "legitimacy", versus("none", "paid")),),
    tag="assumed",
    why="The money is imposed, and so is who gives it; that it is seen and stains is written.",
    lines=(Line("mechanisms/pressures.py", "- p.stain_weight * stain", "a visible sponsor stains"),),
    caution="The allegation is not tested, only what would follow from it. Gunmen in logarithms.",
    series="gunmen",
)

OUTSIDE = (S4, S5, S7, S8, S9, S10, S11, W2, W3, W5)
