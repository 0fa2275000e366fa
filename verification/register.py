"""All 55 claims: how far the code contains the answer, the functions responsible, and why. Set before results.

A judgement on reading the code, not on what it does. `missing` says that the model lacks the cause, or one side of what
a claim compares: such a claim cannot come out, whatever is run.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

Judgement = Literal["assumed", "partly", "emergent", "missing"]


class Judged(NamedTuple):
    """A claim's tag, the functions that carry the answer (module.function), and one sentence why."""

    tag: Judgement
    where: tuple[str, ...]
    why: str


ORIGINS = {
    "O1": Judged(
        "assumed",
        ("pressures.felt", "pressures.rallies", "pressures.appeal_to_communities"),
        "Threat makes kin, and kin with force, worth more; it grows by each death at others' hands.",
    ),
    "O2": Judged(
        "assumed",
        ("recruitment.shut_out", "recruitment.drive", "pressures.identity"),
        "Exclusion is imposed with its dates; it multiplies joining of kin and makes kinship worth more to all.",
    ),
    "O3": Judged(
        "partly",
        ("bargaining.held_in_check", "bargaining.sponsor_worth", "treasury.collect"),
        "That a weak rival of those out of office is worth paying is written (revised after a look: decision 9); "
        "whether any is worth its price, and what the money then does, is not.",
    ),
    "O4": Judged(
        "partly",
        ("riot.worked", "riot.answers", "pressures.felt"),
        "A wrong that is worked is answered more, and each death adds to threat, which draws to kin; how far it goes "
        "is not written.",
    ),
    "O5": Judged(
        "partly",
        ("trade.sold", "recruitment.newly_armed", "coercion.saturating"),
        "Sales are income, money trains gunmen, gunmen are force; whether trade is enough of it to give the street "
        "is not written.",
    ),
    "O6": Judged(
        "emergent",
        ("election.poll", "election.winners"),
        "Votes follow hearts and faces; nothing knows of riots or dates. Declared kinship and tides carry much of it "
        "(decision 9).",
    ),
    "O7": Judged(
        "partly",
        ("rivalry.contest", "rivalry.dispute"),
        "Two organisations fight as far as each holds followers the other could win: written for a pair, not for how "
        "pairs add up as one grows.",
    ),
    "O8": Judged(
        "assumed",
        ("coercion.by_cells", "defection.found"),
        "Skill in cells is declared for a party and copied to a splinter; that it makes watching better is written.",
    ),
    "O9": Judged(
        "partly",
        ("order.failed", "pressures.standing"),
        "Who governs badly loses appeal: written; who fills the gap is not.",
    ),
}

HOLD = {
    "H1": Judged(
        "partly",
        ("residents.worth", "pressures.condense"),
        "Each leg's pull on a face is written; that their sum survives what violence costs is not.",
    ),
    "H2": Judged(
        "partly",
        ("coercion.watching", "coercion.punish", "pressures.condense"),
        "Who is hit, and danger as watch times force, are written; what blindness does to hold and gap is not.",
    ),
    "H3": Judged(
        "partly",
        ("treasury.collect", "treasury.allot", "patronage.helps"),
        "The accounts are written; whether more money means more hold, when rivals have it too, is not.",
    ),
    "H4": Judged(
        "partly",
        ("discipline.suspicion", "defection.worth_leaving"),
        "Fear of a purge both drives heads out and, where force is near, holds them; which wins is not written.",
    ),
    "H5": Judged(
        "partly",
        ("residents.worth", "pressures.condense"),
        "Danger moves faces and not hearts, so fear opens a gap; age and dependence are not written. That there is a "
        "gap at all is partly a choice (decision 9).",
    ),
    "H6": Judged(
        "assumed",
        ("residents.sweep", "treasury.allot", "rivalry.choose"),
        "One set of rules holds for all organisations, which differ by their numbers alone.",
    ),
    "H7": Judged(
        "partly",
        ("strike.closes", "strike.worth_calling"),
        "Followers and the frightened close: written; whether one in office calls is a weighing whose numbers were "
        "revised after a look (decision 9).",
    ),
    "H8": Judged(
        "partly",
        ("bargaining.ally_worth", "election.office_share"),
        "A ruler's need times seats is what an ally is worth: written; that these are its strongest years is not. "
        "Karachi's stances are dated: only the free centre chooses.",
    ),
    "H9": Judged(
        "assumed",
        ("words.shield_after", "bargaining.force_worth"),
        "Positions that please win a shield and a shield takes from the worth of a crackdown: both steps are written.",
    ),
    "H10": Judged(
        "partly",
        ("treasury.kept", "command.tries", "discipline.vigilance"),
        "What holders keep makes them work and watch: written; that this is worth what it takes from the budget is "
        "not.",
    ),
    "H11": Judged(
        "assumed",
        ("bargaining.postings", "operation.unwarned"),
        "A say fills posts, and friends in posts give raids away: both steps are written.",
    ),
}

ORGANISATION = {
    "G1": Judged(
        "assumed",
        ("command.chain", "election.tickets"),
        "What a unit makes of orders, and how many voters come, falls with the organiser by construction.",
    ),
    "G2": Judged(
        "emergent",
        ("defection.found", "rivalry.for_ground", "rivalry.remembered"),
        "A splinter is an organisation like any other; urges to retaliate fade within months, so a decade of killing "
        "would have to come from ground.",
    ),
    "G3": Judged(
        "assumed",
        ("command.believed_rate", "command.delegated"),
        "Betrayal raises the rate believed in, and delegation falls with it: both steps are written.",
    ),
    "G4": Judged(
        "assumed",
        ("discipline.worth_rotating", "command.serve"),
        "Rotation seeks those with a following, and who takes a post begins without one.",
    ),
    "G5": Judged(
        "partly",
        ("discipline.chance_to_rotate", "command.serve", "defection.worth_leaving"),
        "Rotation lapses with the belief in betrayal, followings grow with trust and weigh in leaving: written; that "
        "heads then go, when the same years leave them loyal, is not.",
    ),
    "G6": Judged(
        "partly",
        ("command.promised", "command.reshuffle", "discipline.sweep"),
        "Where little is known a rival's assurance counts for truth, and a division raises the purge: written; how "
        "often that replaces the better one, and what it costs, is not.",
    ),
    "G7": Judged(
        "partly",
        ("discipline.frightened", "defection.worth_leaving"),
        "A purge is feared, and fear drives heads out where force is far and holds them where it is near.",
    ),
    "G8": Judged(
        "missing",
        ("command.chain_of_work", "defection.take_along"),
        "Local heads do work and take followers along; nobody is famous without a post, so there is nothing to compare "
        "them with.",
    ),
    "G9": Judged(
        "partly",
        ("defection.open_splinter", "defection.prospects"),
        "A splinter draws heads only beyond a share of the rank: written; that hold is lost only then is not, and the "
        "curve beyond is concave.",
    ),
    "G10": Judged(
        "assumed",
        ("command.drawn_by_events", "defection.mood"),
        "War adds to loyalty and to staying, a leader abroad takes from loyalty.",
    ),
    "G11": Judged(
        "assumed",
        ("defection.mood", "discipline.sweep"),
        "Former leavers inside are an affront that weighs in leaving, and multiply the purge.",
    ),
    "G12": Judged(
        "assumed",
        ("defection.counts_for",),
        "A leaver counts by rank, service and loyalty; nobody accuses in the model, so that accusations move nobody "
        "is by omission.",
    ),
    "G13": Judged(
        "assumed",
        ("words.shown", "defection.draw_of", "pressures.standing"),
        "A sponsor that is seen takes from a splinter's pull on heads and on hearts; blaming one that is not there is "
        "not in the model.",
    ),
    "G14": Judged(
        "partly",
        ("command.known", "curves.perceived"),
        "Less is said to a leader who leaves little to others, and pictures err the more: written; that the errors are "
        "costly moves is not.",
    ),
}

STATE = {
    "S1": Judged(
        "partly",
        ("operation.sweep", "operation.risk_in_the_open", "rivalry.chosen_will", "order.presence"),
        "Raids take gunmen and keep others in: written; that this weighs anything at raids of record is not.",
    ),
    "S2": Judged(
        "partly",
        ("recruitment.joiners", "recruitment.newly_armed", "services.delivered", "treasury.shares"),
        "Ranks refill from young believers, of whom services leave fewer; a turnover can be ordered "
        "(revised when orders came); work for the young is not there.",
    ),
    "S3": Judged(
        "emergent",
        ("operation.sweep", "rivalry.choose"),
        "Raids spare whom they are not aimed at; whether others take the ground, and more die, is not written.",
    ),
    "S4": Judged(
        "assumed",
        ("bargaining.chosen_defiance",),
        "Violence against raids falls with the office at stake.",
    ),
    "S5": Judged(
        "assumed",
        ("bargaining.chosen_defiance",),
        "The same line, with nothing at stake.",
    ),
    "S6": Judged(
        "partly",
        ("bargaining.stirred", "bargaining.force_worth", "command.known"),
        "Outrage at dead personnel is worth a crackdown: written; that it outweighs the other stances is not. The "
        "leader's going abroad is imposed, as is Karachi's own operation.",
    ),
    "S7": Judged(
        "assumed",
        ("pressures.threat_of_state_killing", "operation.sweep"),
        "Whom the state harms outside the law counts as threat to the community, and threat draws to kin.",
    ),
    "S8": Judged(
        "assumed",
        ("bargaining.visibility", "rivalry.chosen_will", "discipline.restraint"),
        "Office at stake, and media that show all, take from the will to fight and to kill inside.",
    ),
    "S9": Judged(
        "emergent",
        ("rivalry.killing_of", "rivalry.parity"),
        "Killing is written for pairs; whether three parties among the same followers kill more than two is not.",
    ),
    "S10": Judged(
        "assumed",
        ("operation.informs", "operation.guidance"),
        "Who is detained informs as lenience outweighs loyalty and danger; what informers tell guides raids.",
    ),
    "S11": Judged(
        "assumed",
        ("order.presence", "pressures.left_exposed", "pressures.show_presence"),
        "Kin and the shelter of their gunmen are worth less where the state is present.",
    ),
}

BREAKING = {
    "B1": Judged(
        "emergent",
        ("pressures.condense", "residents.believes"),
        "Neither raids nor services move the coerced in a stated direction.",
    ),
    "B2": Judged(
        "partly",
        ("pressures.condense", "residents.worth"),
        "Services turn hearts; whether faces follow with gunmen dented and not gone is not written.",
    ),
    "B3": Judged(
        "partly",
        ("residents.sweep", "residents.believes"),
        "An announcement shortens the horizon feared for; what is left once force has gone is not written.",
    ),
    "B4": Judged(
        "assumed",
        ("pressures.lasts", "patronage.believed"),
        "Services and help count as far as their unbroken record makes them believed.",
    ),
    "B5": Judged(
        "assumed",
        ("recruitment.vengeful", "defection.grief_here"),
        "A splinter courts the bereaved harder than others do, and grief pulls heads to it.",
    ),
}

WORDS = {
    "W1": Judged(
        "assumed",
        ("words.disgrace", "words.appeal", "words.motion_worth"),
        "An appeal takes standing by the office held at home, and gives assemblies a charge.",
    ),
    "W2": Judged(
        "assumed",
        ("words.singled_out", "words.won_sympathy"),
        "Raids beyond the share of gunmen are sympathy, and sympathy is appeal.",
    ),
    "W3": Judged(
        "assumed",
        ("command.drawn_by_events", "command.known", "treasury.arrives", "trade.is_among_them"),
        "Proceedings take from loyalty, information, funds and gifts, each in a line.",
    ),
    "W4": Judged(
        "assumed",
        ("words.answer_worth", "words.debate"),
        "Who is moved against answers if that pays; how many motions there are was seen while the rule was made "
        "(decision 9).",
    ),
    "W5": Judged(
        "assumed",
        ("treasury.collect", "words.kept_from_abroad"),
        "The money is imposed by the scenario, and so is who gives it; that it is seen and stains is written.",
    ),
}

JUDGED = {**ORIGINS, **HOLD, **ORGANISATION, **STATE, **BREAKING, **WORDS}

UNASKED = {
    "O6": "answered by the city untuned: seats at the first national election, over draws",
    "O7": "answered by the whole system: hostile pairs over time",
    "H6": "a property of the rules, and tested as one: organisations that swap numbers swap roles",
    "G8": "the model lacks the cause: nobody is famous without a post",
}
"""Claims without an experiment of their own, and why."""
