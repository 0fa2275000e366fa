"""Claims about splits and what makes them as experiments: killing after, who follows whom, return, reshuffle, purge.

A plan orders what the city does not do by itself in every draw. Committed before any result
was looked at, but for what a caution says was changed after one.
"""

from __future__ import annotations

from datetime import date, timedelta

from mohalla.events import Event
from mohalla.plan import Intervention
from mohalla.scenario import Scenario
from verification import measures as m
from verification import told
from verification.arms import PARTY, Arm, act, plan, years_after
from verification.claim import Check, Claim, Line, Prediction, Reported, versus

MONTH = timedelta(days=27)
FIRST_SPLIT, SECOND_SPLIT = date(1992, 6, 22), date(2008, 9, 1)
UNTIL = date(2013, 9, 15)
AFTER_FIRST = m.Window(FIRST_SPLIT + timedelta(days=28), years_after(FIRST_SPLIT, 2))
LATER = m.Window(years_after(FIRST_SPLIT, 5), years_after(FIRST_SPLIT, 10))
TWO_YEARS = m.Window(SECOND_SPLIT + timedelta(days=28), years_after(SECOND_SPLIT, 2))
RETURN = date(2010, 9, 6)
AFTER_RETURN = m.Window(RETURN + timedelta(days=28), years_after(RETURN, 2))
LAPSE = date(2003, 1, 6)
LAST_DECADE = m.Window(LAPSE, date(2013, 1, 1))
SLOTS = 8
SPLINTERS = [f"splinter-{number + 1}" for number in range(SLOTS)]
AGAIN = "Run again with eight places for splinters: of the three of the scenario none was free in up to four draws."


def room(scenario: Scenario) -> Scenario:
    """Places for eight splinters, so that one is free when a split is ordered."""
    return scenario.model_copy(update={"splinter_slots": SLOTS})


def leaving(day: date, tier: str = "heads", **said: object) -> Intervention:
    """Heads of the party who leave for a splinter in the week of a day."""
    return act(tier, day, day + timedelta(days=6), organisations=[PARTY], fate="splinter", **said)


def split(day: date, share: float = 0.25) -> tuple[Intervention, Intervention]:
    """A split that takes a share of the party's heads of sectors and of units, in one week."""
    return leaving(day, "sector_heads", share=share), leaving(day, share=share)


def ordered(value: str, day: date) -> Intervention:
    """What the party is ordered to do once."""
    return act(value, day, day + MONTH, organisations=[PARTY], set=1)


QUARTER_LEAVES = "a quarter of its heads of sectors and units leave for a splinter"

G2 = Claim(
    id="G2",
    title="The split of the early 1990s was followed by a decade of killing in return for killing",
    question="After a split in June 1992, do party and splinter kill each other, and do they still after five years?",
    arms=(
        Arm("no split", "none is ordered", change=room, until=date(2002, 7, 7)),
        Arm("split", QUARTER_LEAVES, plan=plan("split", *split(FIRST_SPLIT)), change=room, until=date(2002, 7, 7)),
    ),
    measures={
        "short": ("share of draws", told.fell_short),
        "early": ("deaths a year", told.killed_between_kin(AFTER_FIRST)),
        "late": ("deaths a year", told.killed_between_kin(LATER)),
        "cadre": ("log of persons", told.cadre_of_splinters(LATER)),
        "executed": ("log of deaths a year", m.log_deaths(AFTER_FIRST, ("discipline",))),
    },
    predictions=(
        Prediction("they kill each other in the first two years", "early", versus("split", "no split"), 5.0, "partly"),
        Prediction("and still in the sixth to tenth", "late", versus("split", "no split"), 2.0, "emergent"),
    ),
    reported=(
        Reported("splinters' cadre in the sixth to tenth year", "cadre", versus("split", "no split")),
        Reported("executions inside organisations", "executed", versus("split", "no split")),
    ),
    tag="emergent",
    why="A splinter fights its parent like any other neighbour; urges to retaliate fade within months, so a decade of "
    "killing would have to come from ground that both want.",
    lines=(Line("mechanisms/rivalry.py", "* met * parity(mine, theirs) * stake", "killing is written for a pair"),),
    caution="The split is ordered, in the month of the first operation. Splinters that emerge by themselves count in "
    "both arms. " + AGAIN,
    series="deaths",
    check=Check("all who were to leave do", "short", "split", 0.0),
)

G3 = Claim(
    id="G3",
    title="The trauma of the split put one person above the party",
    question="Are more decisions taken at the top after a split?",
    arms=(
        Arm("no split", "none is ordered", change=room, until=date(2002, 7, 7)),
        Arm("split", QUARTER_LEAVES, plan=plan("split", *split(FIRST_SPLIT)), change=room, until=date(2002, 7, 7)),
    ),
    measures={
        "short": ("share of draws", told.fell_short),
        "early": ("0-1", m.of_party("centralisation", AFTER_FIRST)),
        "late": ("0-1", m.of_party("centralisation", LATER)),
    },
    predictions=(
        Prediction("more at the top within two years", "early", versus("split", "no split"), 0.05, "assumed"),
        Prediction("and still after five", "late", versus("split", "no split"), 0.05, "partly"),
    ),
    reported=(Reported("centralisation without a split", "early", {"no split": 1.0}),),
    tag="assumed",
    why="Betrayal raises the rate that a leader believes in, and delegation falls with it.",
    lines=(Line("mechanisms/command.py", "return bounded(worth / (cost * rate))", "what is left to others"),),
    caution="The split is ordered. How long it is remembered is a number of the model. " + AGAIN,
    series="hold",
    check=Check("all who were to leave do", "short", "split", 0.0),
)

G5 = Claim(
    id="G5",
    title="In the last decade rotation lapsed, heroes grew, none stayed",
    question="Where posts are no longer rotated from 2003 on, do followings grow, and do more heads leave?",
    arms=(
        Arm("as drawn", "rotation as the leader chooses", until=UNTIL),
        Arm(
            "lapsed",
            "nobody is rotated from 2003 on",
            plan=plan("lapsed", act("discipline.most_rotation_per_year", LAPSE, scale=0)),
            until=UNTIL,
        ),
        Arm(
            "kept up",
            "three times the rotation from 2003 on",
            plan=plan("kept-up", act("discipline.most_rotation_per_year", LAPSE, scale=3)),
            until=UNTIL,
        ),
    ),
    measures={
        "followings": ("share of cadre", m.followings(LAST_DECADE)),
        "leaving": ("heads a year", m.events_a_year(Event.DEFECTION, LAST_DECADE)),
    },
    predictions=(
        Prediction("heroes grow", "followings", versus("lapsed", "kept up"), 0.01, "assumed"),
        Prediction("more of them leave", "leaving", versus("lapsed", "kept up"), 0.05, "partly"),
    ),
    reported=(
        Reported("followings: lapsed - as drawn", "followings", versus("lapsed", "as drawn")),
        Reported("leaving: lapsed - as drawn", "leaving", versus("lapsed", "as drawn")),
    ),
    tag="partly",
    why="Followings grow with years in a post and weigh in leaving: written; that heads then go, when the same years "
    "leave them loyal, is not.",
    lines=(Line("mechanisms/command.py", "towards(following[post], p.most_following, wins)", "years win a following"),),
    caution="All organisations' rotation changes alike.",
    series="hold",
)

G6 = Claim(
    id="G6",
    title="The man on the ground is replaced against local judgement: factions hunt each other, nothing settles",
    question="Where the chief organiser is replaced in 2008, is there more killing inside, and less cohesion?",
    arms=(
        Arm("left in place", "no reshuffle is ordered", until=UNTIL),
        Arm(
            "replaced",
            "a sector's head with the largest following takes the organiser's post",
            plan=plan("replaced", ordered("reshuffle", SECOND_SPLIT)),
            until=UNTIL,
        ),
    ),
    measures={
        "executed": ("heads a year", m.events_a_year(Event.EXECUTION, TWO_YEARS)),
        "cohesion": ("0-1", m.of_party("cohesion", TWO_YEARS)),
        "able": ("0-1", told.competence_of_chief(TWO_YEARS)),
        "hold": ("share of the city", m.hold(TWO_YEARS)),
        "leaving": ("heads a year", m.events_a_year(Event.DEFECTION, TWO_YEARS)),
    },
    predictions=(
        Prediction("more are killed inside", "executed", versus("replaced", "left in place"), 0.2, "partly"),
        Prediction("less cohesion", "cohesion", versus("left in place", "replaced"), 0.01, "assumed"),
        Prediction("a less able organiser", "able", versus("left in place", "replaced"), 0.02, "emergent"),
    ),
    reported=(
        Reported("hold", "hold", versus("left in place", "replaced")),
        Reported("heads who leave", "leaving", versus("replaced", "left in place")),
    ),
    tag="partly",
    why="That a division raises the purge, and slights those who stood with the organiser, is written; how much, and "
    "whether the new one is worse, is not.",
    lines=(
        Line(
            "mechanisms/discipline.py",
            "inside = 1.0 + p.readmitted_effect * (readmitted[k] + divided[k])",
            "a division raises the purge",
        ),
    ),
    caution="The reshuffle is ordered, whoever the organiser is; that a leader is talked into one by a rival's "
    "assurances happens in the model too, but seldom.",
    series="hold",
)

G7 = Claim(
    id="G7",
    title="A public purge of criminal members deepened the rift among leaders",
    question="Do more heads leave in the two years after a purge is announced?",
    arms=(
        Arm("none", "no announcement", until=UNTIL),
        Arm(
            "announced",
            "for a month all holders of posts fear a purge as much as can be",
            plan=plan("announced", act("purge_fear", SECOND_SPLIT, SECOND_SPLIT + MONTH, organisations=[PARTY], set=1)),
            until=UNTIL,
        ),
    ),
    measures={
        "leaving": ("heads a year", m.events_a_year(Event.DEFECTION, TWO_YEARS)),
        "cohesion": ("0-1", m.of_party("cohesion", TWO_YEARS)),
    },
    predictions=(
        Prediction("less cohesion", "cohesion", versus("none", "announced"), 0.01, "assumed"),
        Prediction("more heads leave", "leaving", versus("announced", "none"), 0.1, "partly"),
    ),
    reported=(),
    tag="partly",
    why="Fear of a purge takes from loyalty; it drives heads out where force is far and holds them where it is near.",
    lines=(
        Line(
            "mechanisms/defection.py",
            "unsafe = (p.insecurity_weight - p.punishment_weight * force) * fear",
            "a purge drives heads out where force is far, and holds them where it is near",
        ),
    ),
    caution="What is announced is fear itself: nobody is expelled or killed by the order.",
    series="hold",
)

HANDFUL, DOZENS, MOST = 0.04, 0.3, 0.6
G9 = Claim(
    id="G9",
    title="A splinter does not shift the strongholds unless dozens join it",
    question="As more heads join a splinter, does the party's hold fall more than in proportion?",
    arms=tuple(
        Arm(
            name,
            meaning,
            plan=plan(name, leaving(SECOND_SPLIT, share=share, first="followed")) if share else None,
            change=room,
            until=UNTIL,
        )
        for name, meaning, share in (
            ("none", "no split is ordered", 0),
            ("a handful", "one in 25 heads of units", HANDFUL),
            ("dozens", "three in ten", DOZENS),
            ("most", "six in ten", MOST),
        )
    ),
    measures={
        "short": ("share of draws", told.fell_short),
        "hold": ("share of the community", m.hold(TWO_YEARS, m.OWN)),
        "splinter": ("share of the city", told.hold_of_splinters(TWO_YEARS)),
        "leaving": ("heads a year", m.events_a_year(Event.DEFECTION, TWO_YEARS)),
    },
    predictions=(
        Prediction("dozens shift the strongholds", "hold", versus("none", "dozens"), 0.01, "partly"),
        Prediction(
            "the second three tenths more than the first",
            "hold",
            {"dozens": 2.0, "none": -1.0, "most": -1.0},
            0.005,
            "emergent",
        ),
    ),
    reported=(
        Reported("hold: none - a handful", "hold", versus("none", "a handful")),
        Reported("heads who leave by themselves: dozens - none", "leaving", versus("dozens", "none")),
        Reported("who show a splinter: most - none", "splinter", versus("most", "none")),
    ),
    tag="partly",
    why="A splinter draws heads only beyond a share of the rank: written; that hold is lost only then is not, and the "
    "curve beyond is concave.",
    lines=(Line("mechanisms/defection.py", "return saturates(joined, half)", "prospects by who joined"),),
    caution="The party's own community in the two years after. Those with the largest followings go first. " + AGAIN,
    series="own_hold",
    check=Check("all who were to leave do", "short", "most", 0.0),
)

G11 = Claim(
    id="G11",
    title="Readmitting a former splinter leader with his gunmen was the last straw for the organisers",
    question="After a split in 2008, do more heads leave and die where the splinter is taken back two years later?",
    arms=(
        Arm(
            "stays out",
            "the splinter goes its own way",
            plan=plan("out", *split(SECOND_SPLIT)),
            change=room,
            until=UNTIL,
        ),
        Arm(
            "taken back",
            "the party takes its splinters back in September 2010",
            plan=plan("back", *split(SECOND_SPLIT), ordered("readmission", RETURN)),
            change=room,
            until=UNTIL,
        ),
    ),
    measures={
        "short": ("share of draws", told.fell_short),
        "leaving": ("heads a year", m.events_a_year(Event.DEFECTION, AFTER_RETURN)),
        "executed": ("heads a year", m.events_a_year(Event.EXECUTION, AFTER_RETURN)),
        "hold": ("share of the city", m.hold(AFTER_RETURN)),
        "cadre": ("log of persons", m.cadre(AFTER_RETURN)),
    },
    predictions=(
        Prediction("more heads leave", "leaving", versus("taken back", "stays out"), 0.1, "assumed"),
        Prediction("more are killed inside", "executed", versus("taken back", "stays out"), 0.2, "assumed"),
    ),
    reported=(
        Reported("hold", "hold", versus("taken back", "stays out")),
        Reported("cadre", "cadre", versus("taken back", "stays out")),
    ),
    tag="assumed",
    why="Former leavers inside are an affront that weighs in leaving, and they multiply the purge.",
    lines=(Line("mechanisms/defection.py", "p.readmitted_weight * readmitted", "an affront"),),
    caution="Half of the splinter's members come back as members; its leaders get no posts. Who has left already "
    "cannot leave again. " + AGAIN,
    series="hold",
    check=Check("all who were to leave do", "short", "taken back", 0.0),
)


def accused(first: str | None) -> tuple[Intervention, ...]:
    """The party's words are worth half for a month; somebody of rank may stand beside the accuser and go."""
    said = act("legitimacy", SECOND_SPLIT, SECOND_SPLIT + MONTH, organisations=[PARTY], set=0.5)
    return (said, leaving(SECOND_SPLIT, "sector_heads", remove=1, first=first)) if first else (said,)


G12 = Claim(
    id="G12",
    title="Accusations everybody knew moved nobody; who stood beside the accuser did",
    question="After the same accusation, do more heads leave where a loyal head of a sector goes than a disloyal one?",
    arms=(
        Arm("nothing", "no accusation", change=room, until=UNTIL),
        Arm(
            "accused",
            "for a month the party's words count half",
            plan=plan("accused", *accused(None)),
            change=room,
            until=UNTIL,
        ),
        Arm(
            "outsider",
            "and the least loyal head of a sector goes over",
            plan=plan("outsider", *accused("disloyal")),
            change=room,
            until=UNTIL,
        ),
        Arm(
            "insider",
            "and the most loyal head of a sector goes over",
            plan=plan("insider", *accused("loyal")),
            change=room,
            until=UNTIL,
        ),
    ),
    measures={
        "short": ("share of draws", told.fell_short),
        "leaving": ("heads a year", m.events_a_year(Event.DEFECTION, TWO_YEARS)),
        "hearts": ("share of the city", m.hearts(TWO_YEARS)),
    },
    predictions=(
        Prediction("who stood beside counts", "leaving", versus("insider", "accused"), 0.1, "partly"),
        Prediction("a loyal one more than a disloyal one", "leaving", versus("insider", "outsider"), 0.1, "assumed"),
    ),
    reported=(
        Reported("accusation alone: heads who leave", "leaving", versus("accused", "nothing")),
        Reported("accusation alone: hearts lost", "hearts", versus("nothing", "accused")),
    ),
    tag="assumed",
    why="A leaver counts by rank, service and loyalty; an accusation is a loss of standing and nothing else.",
    lines=(Line("mechanisms/defection.py", "return share * (1.0 + weight * loyalty", "the loyal count for more"),),
    caution="Heads who leave from a month after the order on, so that the one who was ordered does not count. " + AGAIN,
    series="hold",
    check=Check("all who were to leave do", "short", "insider", 0.0),
)


def seen(level: float) -> Intervention:
    """How visible a sponsor of splinters is, for five years."""
    return act("sponsor_seen", SECOND_SPLIT, years_after(SECOND_SPLIT, 5), organisations=SPLINTERS, set=level)


G13 = Claim(
    id="G13",
    title="Blaming an establishment conspiracy holds the ranks",
    question="After the same split, do fewer hearts and heads go to the splinter where a sponsor behind it is seen?",
    arms=(
        Arm(
            "none seen",
            "no sponsor is seen",
            plan=plan("unseen", *split(SECOND_SPLIT), seen(0.0)),
            change=room,
            until=UNTIL,
        ),
        Arm(
            "sponsor seen", "all see one", plan=plan("seen", *split(SECOND_SPLIT), seen(1.0)), change=room, until=UNTIL
        ),
    ),
    measures={
        "short": ("share of draws", told.fell_short),
        "hearts": ("share of the city", told.hearts_of_splinters(TWO_YEARS)),
        "leaving": ("heads a year", m.events_a_year(Event.DEFECTION, TWO_YEARS)),
        "hold": ("share of the city", m.hold(TWO_YEARS)),
    },
    predictions=(
        Prediction("fewer prefer the splinter", "hearts", versus("none seen", "sponsor seen"), 0.002, "assumed"),
        Prediction("fewer heads follow", "leaving", versus("none seen", "sponsor seen"), 0.2, "assumed"),
    ),
    reported=(Reported("the party's hold", "hold", versus("sponsor seen", "none seen")),),
    tag="assumed",
    why="A sponsor that is seen takes from a splinter's pull on heads and on hearts.",
    lines=(
        Line("mechanisms/pressures.py", "- p.stain_weight * stain", "a visible sponsor stains"),
        Line("mechanisms/defection.py", "p.stain_weight * sponsor_seen", "heads keep away from it"),
    ),
    caution="Seen is not the same as blamed: blaming a sponsor that is not there is not in the model. The splinter "
    "gets no money from it in either arm. " + AGAIN,
    series="hold",
    check=Check("all who were to leave do", "short", "sponsor seen", 0.0),
)

B5 = Claim(
    id="B5",
    title="The splinter courts low-level activists and families of the killed, the backbone",
    question="By the same rank, does a splinter win more with twenty heads of units than with four of sectors?",
    arms=(
        Arm("none", "no split is ordered", change=room, until=UNTIL),
        Arm(
            "heads of sectors",
            "four of 26",
            plan=plan("sectors", leaving(SECOND_SPLIT, "sector_heads", remove=4)),
            change=room,
            until=UNTIL,
        ),
        Arm(
            "heads of units",
            "20 of 200",
            plan=plan("units", leaving(SECOND_SPLIT, remove=20)),
            change=room,
            until=UNTIL,
        ),
    ),
    measures={
        "short": ("share of draws", told.fell_short),
        "cadre": ("log of persons", told.cadre_of_splinters(TWO_YEARS)),
        "hearts": ("share of the city", told.hearts_of_splinters(TWO_YEARS)),
        "hold": ("share of the community", m.hold(TWO_YEARS, m.OWN)),
    },
    predictions=(
        Prediction("more cadre", "cadre", versus("heads of units", "heads of sectors"), 0.1, "emergent"),
        Prediction("more hearts", "hearts", versus("heads of units", "heads of sectors"), 0.001, "emergent"),
    ),
    reported=(
        Reported("party's hold lost to heads of sectors", "hold", versus("none", "heads of sectors")),
        Reported("party's hold lost to heads of units", "hold", versus("none", "heads of units")),
    ),
    tag="assumed",
    why="That the bereaved join more readily is written; which rank wins a splinter more, for the same effort, is not.",
    lines=(Line("mechanisms/defection.py", "following[post] * p.sector_share", "a sector's head sways a part"),),
    caution="A head of a sector counts for five of units in the middle of the range, so both arms cost the same rank. "
    "How hard the families of the killed are courted is the same in both. " + AGAIN,
    series="own_hold",
    check=Check("all who were to leave do", "short", "heads of units", 0.0),
)

SPLITS = (G2, G3, G5, G6, G7, G9, G11, G12, G13, B5)
