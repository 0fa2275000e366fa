"""The words of the page of a comparison: definitions, how to read it, what it cannot say."""

from __future__ import annotations

DEFINITIONS = {
    "Difference": "Plan minus baseline within one seed: the same city, the same past, the same uncertain numbers and "
    "the same chances, so that what differs is what the plan did.",
    "Release": "The coerced share in the own community stays below a third of its level before the plan (the mean of "
    "the year before the branch) for 104 weeks running after the plan’s force has left.",
    "Rebound": "After a release the coerced share is back above 80 % of that level within five years of the force’s "
    "leaving. Where the run ends sooner and none was seen, it is not known and not counted.",
    "Deaths": "The paired difference of all deaths from the branch to the end, but for those of background violence, "
    "which is imposed. Deaths in operations are among them, and are also shown by themselves.",
    "Own community": "The community with which the organisation has the highest declared kinship.",
    "Hold, hearts, gap, coerced": "Shares of the city’s adults: who show the organisation, who prefer it in private, "
    "the one minus the other, and those who show it and prefer another, counted one by one.",
    "Seed": "One simulated city with its past: a draw of chance, of the synthetic map and, where they are drawn, of "
    "the uncertain numbers. A share of seeds is a share of simulated cities, not a probability of the real one.",
}
NOT_ADVICE = (
    "Not advice to carry out any plan. A plan is a set of numbers laid over a model; nothing here weighs law, consent "
    "or rights."
)
NOT_SURE = (
    "Not more certain than the model: a difference between simulated cities follows from its rules. Where they are "
    "wrong, so is it, and its interval does not hold that error."
)
NOT_FOR = (NOT_ADVICE, NOT_SURE)
READING_FANS = (
    "Each chart is one plan minus the baseline. The pale band holds {banded}, the darker one the middle "
    "half, the line is the median; the line at nought is the baseline. Bars above the plot, with edges drawn "
    "down, are the plan’s own interventions (one that waits for a condition from the middle seed in which it came true "
    "on); grey is the time after the record. Charts of one measure share one scale."
)
READING_TOLL = (
    "Up: the share of seeds in which the own community is released. Right: more deaths than under the baseline in the "
    "same seeds. A mark’s two lines are its intervals (level ones one above the other where shares are equal); where "
    "marks would cover each other one stands aside on a stem. Faint dots are seeds, in the upper lane where they "
    "are released, in the lower one where not."
)
READING_MAPS = (
    "Blue: less than under the baseline; orange: more; mean over seeds. A dot marks sectors where at least nine in ten "
    "seeds fall on one side. All maps of one measure share one scale."
)
