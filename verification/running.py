"""Running the experiments: every arm in every draw, spread over processes, and what comes of it as one plain table."""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple, TypeVar

import numpy as np

import mohalla
from mohalla.engine.cpu import COMPILED_FROM, source_hash
from mohalla.experiments.parallel import spread
from mohalla.reading import fingerprint, read_record
from verification import measures, scales, untuned, whole
from verification.arms import CITY, prepared
from verification.claim import Claim, Prediction, Reported
from verification.claims import CLAIMS
from verification.statistics import Contrast, claim_verdict, contrast, finite, interval, share_interval

Job = TypeVar("Job")
Answer = TypeVar("Answer")
Table = Mapping[str, Mapping[str, Sequence[float]]]  # arm -> measure -> one value a draw


class Asked(NamedTuple):
    """What the command was asked for."""

    draws: int
    scale: int
    workers: int


class ArmJob(NamedTuple):
    """One arm of one claim in one draw."""

    claim: str
    arm: int
    seed: int
    scale: int


def simulated(job: ArmJob, _tell: object) -> dict[str, Any]:
    """Simulate one arm in one draw and measure it: the task of a worker."""
    claim = CLAIMS[job.claim]
    arm = claim.arms[job.arm]
    scenario = prepared(mohalla.load(CITY), arm, job.seed)
    run = mohalla.simulate(
        scenario, job.seed, scale=job.scale, draw=True, without=arm.without, until=arm.until, plan=arm.plan
    )
    measured = {name: measure(run) for name, (_, measure) in claim.measures.items()}
    return {"measures": measured, "yearly": measures.yearly(run)}


def provenance(asked: Asked) -> dict[str, Any]:
    """What was run: rerun where the hash differs from that of the sources."""
    return {
        "mohalla": mohalla.__version__,
        "sources": source_hash(*COMPILED_FROM),
        "scenario": CITY,
        "question": fingerprint(mohalla.load(CITY)),
        "draws": asked.draws,
        "scale": asked.scale,
    }


def experiment(claim: Claim, asked: Asked) -> dict[str, Any]:
    """A claim's whole experiment, as it is written to disk."""
    jobs = [
        ArmJob(claim.id, arm, seed, asked.scale) for seed in range(1, asked.draws + 1) for arm in range(len(claim.arms))
    ]
    found = answered(simulated, jobs, asked.workers, claim.id)
    table: dict[str, dict[str, list[float]]] = {arm.name: {name: [] for name in claim.measures} for arm in claim.arms}
    yearly: dict[str, list[Mapping[str, Sequence[float]]]] = {arm.name: [] for arm in claim.arms}
    for job in jobs:
        name, answer = claim.arms[job.arm].name, found[job]
        yearly[name].append(answer["yearly"])
        for measure, value in answer["measures"].items():
            table[name][measure].append(value)
    return {**provenance(asked), **judged(claim, table), "yearly": {arm: bands(runs) for arm, runs in yearly.items()}}


def judged(claim: Claim, table: Table) -> dict[str, Any]:
    """Verdicts on a claim from the measures of every arm and draw."""
    predictions = [_judged_one(one, table, one.least) for one in claim.predictions]
    treated = _checked(claim, table)
    verdicts = [found.verdict for found in predictions]
    return {
        "claim": claim.id,
        "title": claim.title,
        "tag": claim.tag,
        "verdict": claim_verdict(verdicts) if treated is None or treated["passed"] else "not tested: treatment failed",
        "predictions": [
            {"text": one.text, "tag": one.tag, "unit": claim.measures[one.measure][0], **as_json(found)}
            for one, found in zip(claim.predictions, predictions, strict=True)
        ],
        "reported": [
            {"text": one.text, "unit": claim.measures[one.measure][0], **_reported(one, table, claim)}
            for one in claim.reported
        ],
        "check": treated,
        "arms": {
            arm: {name: {"values": rounded(values), **interval(values)._asdict()} for name, values in measured.items()}
            for arm, measured in table.items()
        },
    }


def _judged_one(one: Prediction | Reported, table: Table, least: float) -> Contrast:
    """The weighted sum of one measure over arms, draw by draw, as a finding."""
    parts = [weight * np.array(table[arm][one.measure], float) for arm, weight in one.weights.items()]
    return contrast(np.sum(parts, axis=0), least)


def _reported(one: Reported, table: Table, claim: Claim) -> dict[str, Any]:
    """A contrast that decides nothing; a share of draws has Wilson's interval."""
    found = as_json(_judged_one(one, table, 0.0))
    if claim.measures[one.measure][0] != "share of draws":
        return found
    (arm,) = one.weights
    happened = finite(table[arm][one.measure])
    return found | share_interval(int((happened > 0.5).sum()), happened.size)._asdict()


def values_of(found: Mapping[str, Any]) -> Table:
    """The measures of every arm and draw of a stored result."""
    return {
        arm: {name: [math.nan if value is None else value for value in one["values"]] for name, one in measured.items()}
        for arm, measured in found["arms"].items()
    }


def _checked(claim: Claim, table: Table) -> dict[str, Any] | None:
    """Whether the treatment did what it had to."""
    if claim.check is None:
        return None
    mean = float(finite(table[claim.check.arm][claim.check.measure]).mean())
    return {"text": claim.check.text, "mean": mean, "most": claim.check.most, "passed": mean <= claim.check.most}


def as_json(found: Contrast) -> dict[str, Any]:
    """A finding as a flat table."""
    return {
        **found.interval._asdict(),
        **{name: getattr(found, name) for name in ("least", "same_sign", "median", "verdict")},
    }


def rounded(values: Iterable[float]) -> list[float | None]:
    """Values for JSON, which has no number for what is none."""
    return [round(float(value), 6) if math.isfinite(value) else None for value in values]


def bands(runs: Sequence[Mapping[str, Sequence[float]]]) -> dict[str, Any]:
    """Yearly series over draws: 5, 50 and 95 %."""
    found: dict[str, Any] = {"year": runs[0]["year"]}
    for name in runs[0]:
        if name != "year":
            found[name] = np.quantile([run[name] for run in runs], (0.05, 0.5, 0.95), axis=0).round(5).tolist()
    return found


def untuned_city(asked: Asked) -> dict[str, Any]:
    """The untuned city over at least forty draws."""
    draws = max(asked.draws, untuned.DRAWS) if asked.draws >= 20 else asked.draws
    jobs = [untuned.Job(seed, asked.scale) for seed in range(1, draws + 1)]
    found = answered(untuned.simulated, jobs, asked.workers, "untuned")
    record = read_record(CITY)
    assert record is not None
    drawn = [found[job] for job in jobs]
    kept = [{name: draw[name] for name in ("seed", "seats", "gap_early", "gap_growth", "killings")} for draw in drawn]
    return {**provenance(asked), "draws": draws, **untuned.summary(drawn, record.seats), "each": kept}


def whole_system(asked: Asked) -> dict[str, Any]:
    """The whole system over at least thirty draws, with history's stances and with a centre left free."""
    draws = max(asked.draws, whole.DRAWS) if asked.draws >= 20 else asked.draws
    jobs = [whole.Job(free, seed, asked.scale) for seed in range(1, draws + 1) for free in (False, True)]
    found = answered(whole.simulated, jobs, asked.workers, "whole")
    arms = {free: [found[job] for job in jobs if job.free == free] for free in (False, True)}
    facts = provenance(asked) | {"draws": draws}
    each = {name: [draw["split"] for draw in arms[free]] for name, free in (("imposed", False), ("free", True))}
    return {**facts, **whole.summary(arms[False], arms[True]), "each": each}


def scale_tests(asked: Asked) -> dict[str, Any]:
    """Equivalence of scales."""
    ways = {scale: partial(scales.Job, scale) for scale in (*scales.SCALES, scales.FINEST)}
    return _ways(asked, "scales", ways, scales.FINEST) | {"scale": scales.FINEST}


def turn_tests(asked: Asked) -> dict[str, Any]:
    """Equivalence of turns of some weeks."""
    scale = scales.SCALE_OF_TURNS
    ways = {weeks: partial(scales.Job, scale, turn_weeks=weeks) for weeks in (*scales.TURNS, scales.USUAL)}
    return _ways(asked, "turns", ways, scales.USUAL) | {"scale": scale}


def _ways(asked: Asked, name: str, ways: Mapping[int, Callable[..., scales.Job]], against: int) -> dict[str, Any]:
    """Each way against one of them, over twenty seeds (fewer where fewer draws were asked for)."""
    seeds = range(1, min(scales.SEEDS, asked.draws) + 1)
    jobs = {way: [made(seed=seed) for seed in seeds] for way, made in ways.items()}
    found = answered(scales.simulated, [job for some in jobs.values() for job in some], asked.workers, name)
    by_way = {way: [found[job] for job in some] for way, some in jobs.items()}
    return {
        **provenance(asked),
        "draws": len(seeds),
        "ways": name,
        "comparisons": scales.summary(by_way, against),
        "each": {str(key): value for key, value in by_way.items()},
    }


def answered(
    task: Callable[[Job, Callable[[Any], None]], Answer], jobs: Sequence[Job], workers: int, name: str
) -> dict[Job, Answer]:
    """Every job's answer; progress is told on stderr."""
    found, began = {}, time.monotonic()
    for job, answer in spread(task, jobs, workers):
        found[job] = answer
        spent = time.monotonic() - began
        left = spent / len(found) * (len(jobs) - len(found))
        print(
            f"\r{name}: {len(found)} of {len(jobs)} runs, {left / 60:.1f} min left ",
            end="",
            file=sys.stderr,
            flush=True,
        )
    print(file=sys.stderr)
    return found
