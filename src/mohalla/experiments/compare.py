"""Plans compared in the same worlds: one past a seed, simulated once and branched for every plan.

A seed is a world: its map, its uncertain numbers and its chances are the same under every plan, so what differs is the
plan's doing. All worlds have their uncertain numbers drawn: they are independent draws of one distribution, which is
what intervals over seeds stand on. A further branch of the first plan has other luck from the branch on (`AGAIN`): it
says how much the pairing of chances saves.

What is measured of a branch is kept the moment it ends (`experiments/batch.py`), and so is the past, until its seed is
done. So a comparison that was stopped goes on when it is asked for again, with the same bits; what has changed has
another name and is never mixed in.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import closing, suppress
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import numpy as np
import xarray as xr

from mohalla import checkpoints, saving
from mohalla.calendar import date_of, week_of
from mohalla.draw import other_luck
from mohalla.engine.snapshot import Snapshot, question
from mohalla.errors import MohallaError
from mohalla.experiments import batch, effects
from mohalla.experiments.effects import When
from mohalla.experiments.ensemble import Member, Progress, Request, Simulate, simulation
from mohalla.experiments.parallel import Part, Tell, hands, spread
from mohalla.experiments.sequences import Bounds, betting
from mohalla.plan import Plan, first_week, last_week_of_force, plan_text
from mohalla.scenario import Scenario
from mohalla.world import run_weeks

RULED = 8  # worlds that are simulated under other rules of extrapolation too
AGAIN = ""  # the name of the branch that is the baseline with other luck
STOPPING = ("release", "coerced")
FIRST = 8  # worlds that say which organisation is the largest, so that more of them do not change it

Answer = Mapping[str, Any]  # what was measured of one branch
Found = dict[int, dict[str, Answer]]  # seed -> name of the plan -> answer
Heard = Callable[[int, str, float], None]  # seed, name of the plan, share of the seed's work that is done


class Past(Protocol):
    """The engine, asked for what plans have in common."""

    def __call__(
        self, scenario: Scenario, seed: int, *, scale: int, until: date | None, without: Sequence[str], draw: bool,
        branch: date, progress: Progress | None,
    ) -> Snapshot: ...  # fmt: skip


class Engine(NamedTuple):
    """What simulates: a whole run, the past of one, and a past as the beginning of a run under a plan."""

    simulate: Simulate
    past: Past
    branched: Callable[[Snapshot, Plan, Scenario], Snapshot]


class Arm(NamedTuple):
    """One plan, what it does as text, and the weeks of the run in which its force begins and has left."""

    plan: Plan
    text: str
    first: int | None
    leaves: int

    @property
    def name(self) -> str:
        return self.plan.name


class Question(NamedTuple):
    """What every simulation of a comparison shares; the first arm is the baseline.

    `rules` say otherwise than the scenario what happens after the end of its record.
    """

    scenario: Scenario
    arms: tuple[Arm, ...]
    branch: date
    until: date
    scale: int
    without: tuple[str, ...]
    engine: Engine
    rules: tuple[Plan, ...] = ()

    @property
    def weeks(self) -> int:
        return run_weeks(self.scenario, self.until)

    @property
    def branch_week(self) -> int:
        return week_of(self.branch, self.scenario.about.start)


class Branch(NamedTuple):
    """One plan in one world: its name, when it is measured, and where its answer is kept."""

    name: str
    when: When
    kept: batch.Job


class Job(NamedTuple):
    """One world: its branches, and where the past they share is kept until all are done."""

    seed: int
    branches: tuple[Branch, ...]
    past: Path
    question: Question


class Rule(NamedTuple):
    """When to stop: once every plan's effect on these measures (shares) is known to `width` on either side.

    Of `party`, else of the organisation that the comparison turns out to be about (`main`).
    """

    width: float
    measures: tuple[str, ...] = STOPPING
    party: str | None = None


# --- what is asked ---------------------------------------------------------------------------------------------------


def arms(plans: Sequence[Plan], scenario: Scenario, branch: date, until: date) -> tuple[Arm, ...]:
    """The plans as branches of one past, checked; raises a `MohallaError` where one does not fit."""
    weeks, parting = run_weeks(scenario, until), week_of(branch, scenario.about.start)
    _must_part(scenario, branch, until)
    names = [plan.name for plan in plans]
    for name in names:
        if names.count(name) > 1:
            raise MohallaError(f"--plan {name}: given twice. Name every plan once.")
    found = []
    for plan in plans:
        first = first_week(plan, scenario)
        if first is not None and not parting <= first < weeks:
            raise MohallaError(
                f"--plan {plan.name}: begins in the week of {date_of(first, scenario.about.start)}; here plans part on "
                f"{date_of(parting, scenario.about.start)} (--from) and the run ends on {until} (--to)."
            )
        found.append(Arm(plan, plan_text(plan), first, leaves(plan, scenario, parting, weeks)))
    return tuple(found)


def _must_part(scenario: Scenario, branch: date, until: date) -> None:
    if branch >= until:
        raise MohallaError(f"--from {branch} is not before --to {until}: nothing is left in which plans could differ.")
    if week_of(branch, scenario.about.start) < 1:
        raise MohallaError(f"--from {branch}: must be after the first week of the run, {scenario.about.start}.")


def leaves(plan: Plan, scenario: Scenario, branch: int, weeks: int) -> int:
    """The first week from the branch on after which neither the plan nor a dated operation is at work."""
    last = last_week_of_force(plan, scenario, weeks)
    dated = (week_of(one.end, scenario.about.start) for one in scenario.state.operations)
    return min(max(branch, (last or 0) + 1, *(end + 1 for end in dated)), weeks)


def short(question: Question) -> list[str]:
    """What the horizon is too short to know, in words; nothing where it is long enough."""
    last, start = question.weeks, question.scenario.about.start
    told = []
    for what, needed in (("release", effects.RUNNING), ("rebound", effects.WITHIN)):
        late = [arm for arm in question.arms if arm.leaves + needed > last]
        if late:
            day = date_of(max(arm.leaves for arm in late) + needed, start) - timedelta(days=1)
            whose = "any plan" if len(late) == len(question.arms) else ", ".join(arm.name for arm in late)
            told.append(f"the run is too short to know the {what} of {whose}: it would have to go on to {day} (--to).")
    return told


def jobs(question: Question, seeds: Sequence[int], root: Path) -> list[Job]:
    """A job for each world. Plans with the same text are one simulation."""
    return [_job(question, seed, root, question.rules if number < RULED else ()) for number, seed in enumerate(seeds)]


def ruled(plan: str, rule: str) -> str:
    """What the branch of a plan under another rule of extrapolation is called."""
    return f"{plan} under {rule}"


def _under(arm: Arm, rule: Plan) -> Arm:
    """A plan under another rule of extrapolation; where both speak of the same, the plan has the last word."""
    both = (*rule.interventions, *arm.plan.interventions)
    return arm._replace(plan=arm.plan.model_copy(update={"interventions": both}))


def _job(question: Question, seed: int, root: Path, rules: Sequence[Plan]) -> Job:
    found = [_branch(question, arm.name, arm, seed, root) for arm in question.arms]
    found.append(_branch(question, AGAIN, question.arms[0], other_luck(seed), root))
    for rule in rules:
        found += [_branch(question, ruled(arm.name, rule.name), _under(arm, rule), seed, root) for arm in question.arms]
    past = {**_past_question(question, seed), "branch": str(question.branch_week)}
    place = batch.checkpoint_of(batch.place(root), f"past-{batch.hashed(past)}")
    return Job(seed, tuple(found), place, question)


def _branch(question: Question, name: str, arm: Arm, seed: int, root: Path) -> Branch:
    request = Request(question.scenario, question.until, question.without, question.engine.simulate, None, arm.plan)
    member = Member(str(seed), seed, question.scale, draw=True)
    when = When(question.branch_week, arm.leaves)
    kept = batch.job(
        request, member, effects.measured, root, branch=str(when.branch), leaves=str(when.leaves)
    )  # fmt: skip
    return Branch(name, when, kept)


def _past_question(asked: Question, seed: int) -> dict[str, str]:
    return question(
        asked.scenario, seed, scale=asked.scale, until=asked.until, without=asked.without, draw=True
    )  # fmt: skip


# --- simulating ------------------------------------------------------------------------------------------------------


def ended(asked: Sequence[Job]) -> int:
    """How many branches are kept, of all."""
    return len(batch.there([branch.kept for job in asked for branch in job.branches]))


def simulations(asked: Sequence[Job]) -> int:
    """How many branches there are; plans that do the same share theirs."""
    return len({branch.kept.path for job in asked for branch in job.branches})


def run(
    asked: Sequence[Job],
    workers: int | None = None,
    heard: Heard | None = None,
    rule: Rule | None = None,
    away: batch.Spread | None = None,
) -> Found:
    """Every branch of every world; with a rule, of the first worlds after which it holds.

    Worlds are looked at in their order, whichever ends first, so that the answer is the same for any number of workers.
    `away` spreads them over other machines, as `cluster.at` does.
    """
    order, found, looked = [job.seed for job in asked], Found(), 1
    with closing(_worlds(asked, workers, heard, away)) as coming:
        for seed, answers in coming:
            found[seed] = answers
            enough = _enough(found, order, asked[0].question.arms, rule, looked)
            if enough:
                order = order[:enough]
                break
            looked = _whole_ones(found, order) + 1
    for job in asked:
        _clear(job)
    return {seed: found[seed] for seed in order}


def _worlds(
    asked: Sequence[Job], workers: int | None, heard: Heard | None, away: batch.Spread | None
) -> Generator[tuple[int, dict[str, Answer]], None, None]:
    """Each world with its answers: those that are there at once, then the others as they end."""
    there = batch.there([branch.kept for job in asked for branch in job.branches])
    whole = [job for job in asked if all(branch.kept.path in there for branch in job.branches)]
    for job in whole:
        yield job.seed, _named(job, {path.name: answer for path, answer in there.items()})
    missing = [job for job in asked if job not in whole]
    batch.made_ready([branch.kept for job in missing[:1] for branch in job.branches])
    for folder in {place for job in asked for place in (job.past.parent, job.past.parent.parent)}:
        saving.sweep_after_the_dead(folder)
    listener = (lambda job, news: heard(job.seed, *news)) if heard else None
    if away:
        yield from _afar(missing, there, partial(away, workers=workers), listener)
        return
    many = hands(workers, batch.duration([branch.kept for job in missing for branch in job.branches]))
    with closing(spread(branched, missing, many, listener)) as coming:
        for job, answers in coming:
            yield job.seed, _named(job, answers)


def _afar(
    missing: Sequence[Job], there: Mapping[Path, Answer], away: batch.Spread, heard: Callable[[Job, Any], None] | None
) -> Generator[tuple[int, dict[str, Answer]], None, None]:
    """Worlds done by machines that may not share this one's disk: every branch is kept here as soon as it is told."""
    known = {path.name: answer for path, answer in there.items()}
    whole = {job.seed: job for job in missing}
    parts = [job._replace(branches=tuple(one for one in job.branches if one.kept.path not in there)) for job in missing]
    unkept = {branch.kept.path.name: branch.kept for part in parts for branch in part.branches}

    def keep(name: str, answer: Answer) -> None:
        if name in unkept:
            batch.keep(unkept.pop(name), answer)

    def hear(job: Job, news: Any) -> None:
        if isinstance(news, Part):
            keep(news.name, news.answer)
        elif heard:
            heard(job, news)

    with closing(away(simulated, parts, heard=hear)) as coming:
        for part, answers in coming:
            for name, answer in answers.items():
                keep(name, answer)
            yield part.seed, _named(whole[part.seed], known | dict(answers))


def _named(job: Job, answers: Mapping[str, Answer]) -> dict[str, Answer]:
    return {branch.name: answers[branch.kept.path.name] for branch in job.branches}


def _clear(job: Job) -> None:
    """Remove what is under way of a world that is done or not needed, or was left where an end came just before."""
    for path in (job.past, *(branch.kept.checkpoint for branch in job.branches)):
        path.unlink(missing_ok=True)


def branched(job: Job, tell: Tell) -> dict[str, Answer]:
    """One world: its past, and every branch that is not kept yet, in turn. The task of a worker."""
    kept = {path.name: answer for path, answer in batch.there([branch.kept for branch in job.branches]).items()}
    missing: dict[str, Branch] = {}
    for branch in job.branches:
        if branch.kept.path.name not in kept:
            missing.setdefault(branch.kept.path.name, branch)
    done = _progress(job, len(missing), tell)
    if missing:
        snapshot = _past(job, done(0, "the past"))
        for number, (name, branch) in enumerate(missing.items()):
            kept[name] = _one(job, branch, snapshot, done(1 + number, branch.name or "other luck"))
    _clear(job)
    return kept


def simulated(job: Job, tell: Tell) -> dict[str, Answer]:
    """One world, its past and its branches, of which nothing is left on disk: the task of a worker elsewhere."""
    batch.must_be_the_same_code(job.branches[0].kept)
    wanted = {branch.kept.path.name: branch for branch in job.branches}
    done = _progress(job, len(wanted), tell)
    snapshot, found = _simulated_past(job, done(0, "the past")), dict[str, Answer]()
    for number, (name, branch) in enumerate(wanted.items()):
        found[name] = _measured(job, branch, snapshot, done(1 + number, branch.name or "other luck"), None)
        tell(Part(name, found[name]))
    return found


def _progress(job: Job, missing: int, tell: Tell) -> Callable[[int, str], Progress]:
    """What turns weeks of one simulation into the share of this world's work that is done."""
    before = job.question.branch_week
    after = job.question.weeks - before
    whole = before + after * max(missing, 1)

    def of(part: int, words: str) -> Progress:
        offset = before + (part - 1) * after if part else 0
        spent = 0 if part == 0 else before
        return lambda week, _weeks, _day: tell((words, (offset + week - spent) / whole))

    return of


def _past(job: Job, progress: Progress) -> Snapshot:
    """The past of a world, from disk where it is kept there."""
    asked, wanted = job.question, _past_question(job.question, job.seed)
    batch.must_be_the_same_code(job.branches[0].kept)
    kept = checkpoints.found(job.past) if job.past.exists() else None
    if kept and kept.weeks == asked.branch_week and dict(kept.question) == wanted:
        progress(asked.branch_week, asked.weeks, asked.branch)
        return kept
    snapshot = _simulated_past(job, progress)
    with suppress(MohallaError):  # no room for it is no reason to stop: it can be simulated again
        checkpoints.write(job.past, snapshot)
    return snapshot


def _simulated_past(job: Job, progress: Progress) -> Snapshot:
    asked = job.question
    return asked.engine.past(
        asked.scenario, job.seed, scale=asked.scale, until=asked.until, without=asked.without, draw=True,
        branch=asked.branch, progress=progress,
    )  # fmt: skip


def _one(job: Job, branch: Branch, past: Snapshot, progress: Progress) -> Answer:
    """One branch, simulated on from the past (or from where it was stopped), measured and kept."""
    answer: Answer = batch.keep(branch.kept, _measured(job, branch, past, progress, branch.kept.checkpoint))
    return answer


def _measured(job: Job, branch: Branch, past: Snapshot, progress: Progress, checkpoint: Path | None) -> Answer:
    """What is measured of one branch."""
    one, engine = branch.kept, job.question.engine
    lucky = past._replace(question={**past.question, "seed": str(one.member.seed)})

    def simulate(scenario: Scenario, seed: int, *, start: Snapshot | None, **others: Any) -> xr.Dataset:
        begin = start or engine.branched(lucky, one.request.plan or Plan(name="", title=""), scenario)
        return engine.simulate(scenario, seed, start=begin, **others)

    batch.must_be_the_same_code(one)
    request = one.request._replace(simulate=simulate)
    with simulation(request, one.member, checkpoint, lambda news: progress(*news)) as dataset:
        return effects.measured(dataset, job.question.scenario, branch.when)


# --- stopping --------------------------------------------------------------------------------------------------------


def _whole_ones(found: Found, order: Sequence[int]) -> int:
    """How many worlds are done before the first that is not."""
    return next((i for i, seed in enumerate(order) if seed not in found), len(order))


def _enough(found: Found, order: Sequence[int], plans: Sequence[Arm], rule: Rule | None, since: int) -> int | None:
    """The least number of first worlds after which the rule holds, looking from `since` worlds on."""
    if rule is None:
        return None
    looks = range(since, _whole_ones(found, order) + 1)
    return next((n for n in looks if holds(rule, [found[seed] for seed in order[:n]], plans)), None)


def holds(rule: Rule, worlds: Sequence[Mapping[str, Answer]], plans: Sequence[Arm]) -> bool:
    """Whether every effect the rule is about is known well enough after these worlds."""
    found = [one for one in bounds(rule, worlds, plans).values() if one.n]
    return bool(found) and all(one.reach <= rule.width for one in found)


def bounds(rule: Rule, worlds: Sequence[Mapping[str, Answer]], plans: Sequence[Arm]) -> dict[tuple[str, str], Bounds]:
    """The confidence sequence of every effect that the rule is about, by plan and measure."""
    base, of = plans[0], rule.party or main(worlds, plans)
    return {
        (arm.name, measure): betting(differences(worlds, arm.name, base.name, of, measure), -1.0, 1.0)
        for arm in plans[1:]
        for measure in rule.measures
        if arm.text != base.text
    }


def differences(worlds: Sequence[Mapping[str, Answer]], plan: str, base: str, of: str, measure: str) -> np.ndarray:
    """Plan less baseline in each world in which both are known."""
    both = ((world[plan]["organisations"][of][measure], world[base]["organisations"][of][measure]) for world in worlds)
    return np.array([one - other for one, other in both if one is not None and other is not None], float)


def main(worlds: Sequence[Mapping[str, Answer]], plans: Sequence[Arm]) -> str:
    """The organisation that a comparison is about: the one that its plans name most often.

    Where they name none, the one that most of the city showed in the year before the branch, in the first worlds.
    """
    declared = worlds[0][plans[0].name]["organisations"]
    named = Counter(name for arm in plans for one in arm.plan.interventions for name in one.organisations)
    before = {name: sum(_before(world[plans[0].name], name) for world in worlds[:FIRST]) for name in declared}
    return max(map(str, declared), key=lambda name: (named[name], before[name]))


def _before(answer: Answer, name: str) -> float:
    return float(answer["organisations"][name]["before"] or 0.0)
