"""`docs/claims-tags.md`: what each experiment asks and how far the code contains the answer, written before results."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

from verification.claim import Claim, Prediction
from verification.claims import CLAIMS
from verification.register import JUDGED, Judgement

ROOT = Path(__file__).parents[1]
TAGS = ROOT / "docs" / "claims-tags.md"

HEAD = """# Claims: what is asked, and how far the code contains the answer

Generated from `verification/register.py` (all 55) and the experiments in `verification/claims.py`, `origins.py`,
`holding.py` and `outside.py` by `python -m verification tags`. Tags are a judgement on reading the code, committed
before a claim's result was looked at; where code was changed after a look at a run,
[decision 9](decisions/0009-revised-after-a-first-look.md) says so.

- *assumed*: the code states the direction; the experiment only shows that nothing undoes it.
- *partly*: the code states the direction of one step on the way; the sum over the feedbacks is open.
- *emergent*: no line states the direction.
- *missing*: the model lacks the cause, or one side of what the claim compares; it cannot come out, whatever is run.
"""

EXPERIMENTS = """
# Experiments

**Rule, the same for every prediction.** Every arm runs the same draws: same seed, same drawn parameters, same map, same
luck. A prediction is the mean paired difference over draws, counted positive in the claimed direction, with its 90 %
interval (Student's t). It *emerges* if the interval lies above zero and the mean reaches the least difference that
matters; it is *reversed* if the same holds below zero; there is *no effect* if the interval lies within plus or minus
the least difference; anything else is *unclear*. With fewer than eight usable draws it is *not tested*. A claim emerges
if all its predictions do, emerges *partly* if some do and none is reversed, is *mixed* if some emerge and some are
reversed, *reversed* if none emerges and one is reversed, and else *does not emerge*.

**False alarms.** Where nothing is going on, a prediction emerges by chance in at most 5 % of repetitions; a claim with
several predictions in no more than that. Among ten claims none of which held, one or more would emerge in at most 40 %
of repetitions, among 34 in at most 83 %: read the table as a whole.

The party is the scenario's main one; *own community* is the one with the highest declared kinship to it.
"""


def text() -> str:
    """The whole page."""
    return "\n".join([HEAD, *_register(), EXPERIMENTS, *(line for claim in CLAIMS.values() for line in _claim(claim))])


def write() -> Path:
    """Write the page."""
    TAGS.write_text(text(), encoding="utf-8")
    return TAGS


def weights(prediction: Prediction) -> str:
    """A contrast in words: what is added, less what is taken."""
    signs = ((name, weight) for name, weight in prediction.weights.items())
    return " ".join(f"{'+' if weight > 0 else '-'} [{name}]" for name, weight in signs).removeprefix("+ ")


def _register() -> Iterator[str]:
    """A row for each claim, after how many have each tag."""
    counts = Counter(one.tag for one in JUDGED.values())
    yield f"Of {len(JUDGED)} claims " + ", ".join(f"{counts[tag]} are *{tag}*" for tag in get_args(Judgement)) + ".\n"
    yield "| claim | tag | functions responsible | why |\n|---|---|---|---|"
    for name, one in JUDGED.items():
        yield f"| {name} | {one.tag} | {', '.join(f'`{place}`' for place in one.where)} | {one.why} |"


def _claim(claim: Claim) -> Iterator[str]:
    yield f"## {claim.id}. {claim.title}\n"
    yield f"**Tag: {claim.tag}.** {claim.why}\n"
    yield f"{claim.question}\n"
    yield "| arm | what it is |\n|---|---|"
    yield from (f"| {arm.name} | {arm.meaning} |" for arm in claim.arms)
    yield "\n| prediction | contrast | least that matters | tag |\n|---|---|---|---|"
    for one in claim.predictions:
        unit = claim.measures[one.measure][0]
        yield f"| {one.text} | {weights(one)} | {one.least:g} {unit} | {one.tag} |"
    if claim.check:
        yield f"\nThe experiment counts only if: {claim.check.text}, at most {claim.check.most:g} on average."
    yield "\nLines responsible:\n"
    yield from (f"- `src/mohalla/{line.file}`: `{line.code}` ({line.says})" for line in claim.lines)
    yield f"\n{claim.caution}\n"
