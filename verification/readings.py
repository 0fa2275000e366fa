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
        "One link of three carries the loop: office. Without the money and help of office the party's hold grows by "
        "twelve points of the city less. Cutting extortion or patronage for all changes the growth by less than can be "
        "told apart from nothing. What may be missing: extortion that pays for campaigns and votes, help that weighs "
        "in the vote, and a way to cut one organisation's links alone.",
    ),
    "H5": Reading(
        "partly",
        "A gap is there in every draw and grows with the years of the hold, by some eight points. It does not grow "
        "with what gunmen frighten, because all organisations frighten more or less alike and the party may lose "
        "ground to the others; nor is it larger where there are no services, since help wins hearts as well as faces. "
        "What may be missing: a lever on the fear of one organisation alone, and households of unlike need, which the "
        "claim is about.",
    ),
    "B1": Reading(
        "partly",
        "Removal frees; services alone do not: they turn hearts, and hearts that turn under gunmen are the coerced. "
        "Both together free no more than removal alone. Nothing lasts: money and followers rearm an organisation "
        "within two years of force leaving. With splits, informers and a chosen rotation in the model this has not "
        "changed. What may be missing: whatever makes the end of enforcers last, above all a way in which an "
        "organisation without gunmen loses its income for good.",
    ),
    "B2": Reading(
        "does not emerge",
        "With delivery two points more of the community show another face by March 2016, in every draw: just the "
        "least that counts; no fewer are coerced: hearts move further than faces, so they stay wary, as the claim "
        "says. Delivery would not have let them leave while half the gunmen remained. Splinters exist, but the one of "
        "that spring is not scheduled and hardly ever comes at that time. What may be missing: households that learn "
        "from each other that leaving is safe, and a splinter of that spring.",
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
        "more than the same years with a failure near the end. The direction is written; the size, seven to nine "
        "points of the community, is not.",
    ),
    "S1": Reading(
        "reversed",
        "With the operation of record killings by organisations are what they are without it, to a per cent, and its "
        "own deaths come on top. Gunmen now weigh what raids would cost them in the open, but at raids of record some "
        "one in a hundred is taken in a year, and nobody lies low for that; most raids go to nobody declared, whose "
        "killing is imposed and cannot fall. The fall that the untuned city shows after September 2013 comes from "
        "elsewhere, probably from office lost and from exhausted feuds. What may be missing: raids that follow single "
        "killings, and crime other than killing, of which the claim speaks too.",
    ),
    "S3": Reading(
        "partly",
        "Raids on one party leave others with more ground, by a fifth of the units. That more people die than under "
        "even raids cannot be told apart from nothing any more: contest is wider than it was, and the vacuum is "
        "filled with less fighting.",
    ),
    "O1": Reading(
        "emerges",
        "With threat felt twice over instead of not at all, six points more of its community prefer the party and "
        "as many show it, beside 19 points without any threat: declared kinship carries two thirds of the take-off, "
        "fear of others a third. By construction: that the threatened turn to their own is written. Before it was, "
        "six tenths of a point moved.",
    ),
    "O2": Reading(
        "emerges",
        "Shut out, the young give the party half as much cadre again in its first two years and a quarter more in "
        "the next three, by construction; a point and a half more of the city show it at take-off, because who is "
        "shut out thinks more of kin.",
    ),
    "O3": Reading(
        "partly",
        "The sponsor's money more than doubles the gunmen at take-off and adds a quarter to the cadre. Hold is half a "
        "point larger, less than was set to matter, and stays so until 1992: gunmen win few followers early on.",
    ),
    "O4": Reading(
        "partly",
        "Where gunmen work an incident an eighth more die. The other side's cadre is a hundredth larger for it and "
        "the party's by fractions of a per cent, less than was set to matter. What may be missing: incidents that "
        "frighten more than their dead do. The outbreaks of record, and the dead of their first days, are the same "
        "in both arms.",
    ),
    "O5": Reading(
        "does not emerge",
        "Trade is under a hundredth of the party's income, so nothing hangs on it: with it, gunmen and ground are as "
        "without. What may be missing: trade in the first years, when there is no other income, at the scale the "
        "source tells of; sales here are an assumed sum a worker.",
    ),
    "O8": Reading(
        "emerges",
        "Taught cells see more, by construction, and hold is half a point larger for it at take-off, nearly all "
        "of it coerced: just as much as was set to matter, and a trifle less when it ran before. Little hangs on "
        "the verdict.",
    ),
    "O9": Reading(
        "does not emerge",
        "The sign is right and the size half of what would matter: failure in office costs rulers appeal, which moves "
        "a quarter of a point of the city to the party. What may be missing: failures remembered against parties "
        "followed before, and people who turn to whoever is new.",
    ),
    "H4": Reading(
        "does not emerge",
        "Neither way: without purge about as many heads leave, and with five times the executions perhaps more, too "
        "uncertain to say. In most draws hardly anybody leaves at all, and a few draws with splits make the mean. "
        "What may be missing: suspects who are told on by name, so that fear falls on who would leave.",
    ),
    "H8": Reading(
        "partly",
        "In office from 2002 on the party has four and a half times the money, two fifths more cadre and eight points "
        "more of the city. That it wins more seats for it in 2008 cannot be told apart from chance.",
    ),
    "H10": Reading(
        "emerges",
        "Where holders may keep something they work for it: hold is nearly two points larger, and three more "
        "heads a year stay on average, though in more than half of the draws no more do. Both intervals end just "
        "above nothing; when it ran before they ended just below, so little hangs on the verdict. Skim buys "
        "effort only, and no following.",
    ),
    "G1": Reading(
        "does not emerge",
        "Five years of organisers removed twice a year cost the party a little help and, on average, one and a "
        "half hundredths of the city's seats, which cannot be told apart from nothing any more (nearly three, and "
        "could, when it ran before). Income is a per cent higher, less than was set to matter, and hold the same. "
        "A post is filled within weeks. What may be missing: an organiser's own knowledge of who is who, which a "
        "successor has to learn.",
    ),
    "G4": Reading(
        "emerges",
        "Where nobody is rotated heads have followings larger by a ninth of the cadre, by construction, and about "
        "three more a year leave. Hold is the same.",
    ),
    "H11": Reading(
        "partly",
        "Where the party has a say in postings a third of raids are given away, and raids find a good deal fewer of "
        "its people, by construction. After two years that has hardly left it more gunmen: raids of record take too "
        "few for that. The first measure had said the opposite, because it counted everybody arrested.",
    ),
    "S4": Reading(
        "reversed",
        "With three tenths of office the party kills half as much again as with none, and six more of the state's "
        "people a year die. Its will to resist raids does fall with what is at stake, as written; but office is "
        "also money, money is gunmen, and more gunmen meet more raids. What may be missing: a way to give the stake "
        "without the money, such as office that brings nothing, and the restraint of people who have a career to "
        "lose.",
    ),
    "S7": Reading(
        "emerges",
        "Unlawful harm from 1992 to 1996 makes its community feel threatened a fifth of the scale more, and for "
        "three years after it six points more of it prefer the party: both as claimed, and both written, since "
        "threat draws to kin.",
    ),
    "S9": Reading(
        "emerges",
        "With the third armed side there is two fifths more killing in contest, part of it by construction, and the "
        "party itself kills an eighth more, which is not. And contest kills three times as many a year in 2009 to "
        "2013 as in 1987 to 1992, though nothing in the rules knows of dates.",
    ),
    "W5": Reading(
        "mixed",
        "A hundred million a year buys some eight per cent more gunmen. That the sponsor is seen costs no hearts: "
        "half a point more prefer the party, for its gunmen and the killing they bring count for more now than the "
        "stain. The sign of the second is against the claim.",
    ),
    "W3": Reading(
        "partly",
        "Bound, the leader costs the ranks four hundredths of cohesion, by construction. The money that does not "
        "arrive is one per cent of income, and hold does not move in three years: this party lives on what it takes "
        "at home.",
    ),
    "G10": Reading(
        "emerges",
        "A leader who stays adds five hundredths of cohesion, own dead a hundredth and a half, both by "
        "construction; and where war binds nobody, about one more head a year leaves, which is not.",
    ),
    "S8": Reading(
        "emerges",
        "Where media show all, the party kills an eighth less than where they show nothing, and fewer are executed "
        "inside organisations.",
    ),
    "S11": Reading(
        "emerges",
        "With a third of the state's personnel instead of three times as many, two points more of the community "
        "prefer the party and one more of the city shows it. By construction: the state takes care of a part of the "
        "threat where it is present, and only the rest makes people rally to their own. Killing is not lower for "
        "it, as far as can be told.",
    ),
    "W2": Reading(
        "emerges",
        "Raids on one party alone win it a fifth of the scale in sympathy, by construction, and a point more of its "
        "community: most of that because raids that take people unlawfully are a threat to it, and threat draws to "
        "kin.",
    ),
    "S10": Reading(
        "partly",
        "Kept safe and treated lightly, more than one and a half persons a week more inform, by construction. Half "
        "a hundredth fewer gunmen are left for it, as much as would matter but not for certain.",
    ),
    "S5": Reading(
        "does not emerge",
        "As many die with nothing at stake as with three tenths of office, within two per cent. The same confusion "
        "as in S4: what is at stake restrains, and pays for gunmen. Most deaths under three hundred raids a week "
        "are the raids' own. What may be missing: a stake that is no money, and a party that strikes at the city, "
        "not at raids alone, when it has nothing to lose.",
    ),
    "G2": Reading(
        "emerges",
        "After the split party and splinters kill some twenty more of each other a year, and fifteen more still "
        "in the sixth to tenth, though urges to retaliate fade within months. A splinter that begins with a "
        "quarter of the posts is large; those that emerge by themselves are smaller.",
    ),
    "G3": Reading(
        "emerges",
        "A split takes three quarters of what was left to others, and five to ten years on hardly any of it has "
        "come back. Both by construction: the leader's belief in betrayal is slow to forget.",
    ),
    "G5": Reading(
        "emerges",
        "Where rotation lapses, own followings are larger by a tenth of the cadre than where it is kept up, by "
        "construction, and three more heads a year leave on average, in seven draws of twenty. That interval ends "
        "just above nothing; when it ran before it ended just below. Heroes grow; whether one goes is luck.",
    ),
    "G6": Reading(
        "partly",
        "A reshuffle costs cohesion for two years, and one more head a year is killed inside, in somewhat less than "
        "half of the draws: both as claimed. The new organiser is as able as the old one: the rule takes the head of "
        "a sector with the largest following, and those are able. Hold does not move at all. What may be missing: "
        "local knowledge that the old one takes along.",
    ),
    "G7": Reading(
        "partly",
        "An announced purge costs cohesion, by construction. More heads leave in two draws of twenty only, then many: "
        "a split needs a head whom a third of his people would follow, and most draws have none at that time.",
    ),
    "G9": Reading(
        "mixed",
        "That dozens shift the strongholds emerges, by less than two points of the community. The threshold does "
        "not: the first four in a hundred heads of units cost two thirds of a point, six in ten two and a third. "
        "The curve is concave, as the tag says. Two causes: others follow the first by themselves (a handful "
        "draws as many after it as dozens do), and posts are filled within months. What may be missing: followers "
        "who stay with the organisation that is strongest in the street, so that few leavers carry nobody.",
    ),
    "G11": Reading(
        "mixed",
        "Taking a splinter back brings more killing inside, as claimed. It does not drive heads out: four fewer a "
        "year leave, and in no draw more. With the splinter gone there is nobody to go to, and the affront weighs "
        "less than a founder needs, while a splinter that stays out goes on drawing others. What may be missing: "
        "leaders who come back to their posts and hold them over others, which is what the claim is about; here "
        "they come back as members.",
    ),
    "G12": Reading(
        "partly",
        "An accusation alone moves no head and no heart. Where a head of a sector goes with it, ten more a year "
        "follow on average, in eleven of twenty draws. Both are as claimed, the first by omission. Who it is does "
        "not matter: the most loyal head draws no more than the least loyal one. The rule counts loyalty times "
        "years of service, and rank outweighs both; what may be missing is trust between people who know each "
        "other.",
    ),
    "G13": Reading(
        "emerges",
        "Where a sponsor is seen behind it, splinters are preferred by three tenths fewer, and a quarter as many "
        "heads follow; the party keeps nine tenths of a point of hold. The first two by construction, the last "
        "not.",
    ),
    "B5": Reading(
        "does not emerge",
        "Twenty heads of units and four of sectors, who count for the same, carry off as many people, win the "
        "splinter as many hearts and cost the party the same point of its own community. What may be missing: "
        "families of the killed who are courted by name; grief pulls heads here, not households.",
    ),
    "H7": Reading(
        "partly",
        "It does strike in office, twice in three years, and in nineteen of twenty draws at all. A little over a "
        "quarter of the city closes, less than the third that was set to count as a halt. It closes most where "
        "most follow (a correlation of 0.9 over units), nearly as much so where its force is (0.8). What may be "
        "missing: transport, without which the rest closes too.",
    ),
    "H9": Reading(
        "emerges",
        "With friends abroad hardly any centre cracks down after an outrage after which else in two draws of three a "
        "crackdown comes; and positions that please win a leader abroad a sixth of full protection in three years. "
        "Both are written, step by step; that the outrage stirs the centre at all needs its strength.",
    ),
    "S6": Reading(
        "emerges",
        "A free centre cracks down on the party in nearly half of the weeks after the outrage; without one it "
        "does in two draws of twenty. A leader abroad keeps the command, at four hundredths of cohesion, and "
        "blunders twice as often. Hold does not notice either.",
    ),
    "G14": Reading(
        "partly",
        "A leader who fears betrayal four times as much leaves a quarter to others and blunders half as often "
        "again, as claimed. It does not cost hold: rather the other way, though not for certain, perhaps because "
        "such a leader also rotates more and keeps his posts together.",
    ),
    "S2": Reading(
        "emerges",
        "Three to five years on, a quarter fewer die where services and a turnover came with the operation, and "
        "the party kills a third less. Of all deaths services save more (a sixth against an eleventh), of the "
        "party's own killing the turnover does (a fifth against a seventh); they add up. Against the claim: that "
        "the violence of an operation alone comes back is not what is shown here; it is only higher. Peaceful "
        "leaders are ordered, not grown.",
    ),
    "W1": Reading(
        "partly",
        "An appeal takes seven hundredths of standing, by construction, and a motion follows in a third of the "
        "draws. Out of government it costs nearly as much: seats in the assemblies are a stake too, and a party that "
        "has them is held to account for them. No heart is lost. What may be missing: standing that people hear of.",
    ),
    "W4": Reading(
        "does not emerge",
        "Alone charged, the party answers in one draw of twenty: there is hardly anything to charge the other side "
        "with. Where both can be charged it answers a little more often, not beyond chance. "
        "Motions are few, so that twenty draws hardly decide it. What may be missing: assemblies that sit often, "
        "and a motion that answers whatever it is charged with.",
    ),
}
