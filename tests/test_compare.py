"""Plans compared: same worlds, one past, exactly nothing for nothing; stopped, taken up, changed, and when to stop."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pytest

from mohalla import checkpoints, saving
from mohalla.calendar import date_of
from mohalla.draw import other_luck
from mohalla.engine import branching
from mohalla.engine.simulate import simulate
from mohalla.engine.snapshot import Snapshot
from mohalla.errors import MohallaError
from mohalla.experiments import batch, compare, effects, parallel
from mohalla.experiments.compare import AGAIN, Engine, Found, Rule
from mohalla.experiments.effects import When
from mohalla.plan import NOTHING, Plan
from mohalla.scenario import Scenario
from workbench.plans import BRANCH, ENGINE, IDLE, PLANS, RAIDS, SERVICES, TWIN, UNTIL, WEEK, plan, question
from workbench.stepping import armed_town

ASKED: dict[str, Any] = {"scale": 10, "until": UNTIL, "without": ()}


@pytest.fixture(autouse=True)
def _here(monkeypatch: pytest.MonkeyPatch) -> None:
    """In this process, which saves starting others."""
    monkeypatch.setattr(parallel, "cores", lambda: 1)


@cache
def found() -> Found:
    with TemporaryDirectory() as root:
        return compare.run(compare.jobs(question((*PLANS, TWIN, IDLE)), (1, 2), Path(root)))


def files(root: Path, kind: str = "*") -> list[Path]:
    return sorted(path for path in root.rglob(kind) if path.is_file() and "catalogue" not in path.name)


# --- same worlds, one past -------------------------------------------------------------------------------------------


def test_a_branch_is_the_run_under_its_plan_to_the_last_bit() -> None:
    whole = simulate(armed_town(), 2, draw=True, plan=RAIDS, **ASKED)
    arm = question().arms[2]
    assert found()[2]["raids"] == effects.measured(whole, armed_town(), When(WEEK, arm.leaves))


def test_every_plan_has_the_same_past() -> None:
    for world in found().values():
        levels = {answer["organisations"]["lantern"]["level"] for answer in world.values()}
        assert len(levels) == 1
    assert found()[1]["nothing"] != found()[1]["raids"]
    assert found()[1]["nothing"] != found()[2]["nothing"]


def test_plans_that_differ_in_nothing_give_differences_of_exactly_zero() -> None:
    """By another name, and also where it is simulated anew because it says something, which changes nothing."""
    for world in found().values():
        assert world["twin"] == world["services"]
        assert _less_leaving(world["idle"]) == _less_leaving(world["nothing"])


def _less_leaving(answer: Mapping[str, Any]) -> dict[str, Any]:
    """Everything but release, which is looked for from when the plan has left, and what became of its interventions."""
    parties = {
        name: {key: value for key, value in one.items() if key not in (*effects.PATH, "unknown")}
        for name, one in answer["organisations"].items()
    }
    return {**answer, "organisations": parties, "course": []}


def test_a_past_is_simulated_once_a_seed_and_each_branch_once(tmp_path: Path) -> None:
    done: list[str] = []

    def past(scenario: Scenario, seed: int, **asked: Any) -> Snapshot:
        done.append(f"past {seed}")
        return branching.past(scenario, seed, **asked)

    def one(scenario: Scenario, seed: int, **asked: Any) -> Any:
        done.append(f"{asked['plan'].name} {seed}, from week {asked['start'].weeks}")
        return simulate(scenario, seed, **asked)

    engine = Engine(one, past, branching.branched)
    jobs = compare.jobs(question((*PLANS, TWIN), engine=engine), (1,), tmp_path)
    compare.run(jobs)
    lucky = other_luck(1)
    branches = ["nothing 1", "services 1", "raids 1", f"nothing {lucky}"]
    assert done == ["past 1", *(f"{name}, from week {WEEK}" for name in branches)]
    assert compare.simulations(jobs) == compare.ended(jobs) == 4


def test_all_worlds_have_their_numbers_drawn() -> None:
    jobs = compare.jobs(question(), (1, 2), Path())
    assert all(branch.kept.member.draw for job in jobs for branch in job.branches)


def test_other_luck_is_the_baseline_in_the_same_world_with_other_chances() -> None:
    world = found()[1]
    assert world[AGAIN] != world["nothing"]
    same = ("level", "before")
    assert [world[AGAIN]["organisations"]["lantern"][key] for key in same] == [
        world["nothing"]["organisations"]["lantern"][key] for key in same
    ]


# --- durable ---------------------------------------------------------------------------------------------------------


class Stop(Exception):  # noqa: N818 - stands for whatever ends it
    """The end comes now."""


def stopping(after: int) -> Engine:
    """An engine whose simulations end, but for the one after so many."""
    left = [after]

    def one(scenario: Scenario, seed: int, **asked: Any) -> Any:
        if not left[0]:
            raise Stop
        left[0] -= 1
        return simulate(scenario, seed, **asked)

    return Engine(one, branching.past, branching.branched)


def test_each_branch_is_kept_the_moment_it_ends_and_the_past_until_its_seed_is_done(tmp_path: Path) -> None:
    whole = compare.run(compare.jobs(question(), (1, 2), tmp_path / "whole"))
    for after in (0, 2, 4, 6):
        root = tmp_path / str(after)
        with pytest.raises(Stop):
            compare.run(compare.jobs(question(engine=stopping(after)), (1, 2), root))
        jobs = compare.jobs(question(), (1, 2), root)
        assert compare.ended(jobs) == after
        assert [job.past.exists() for job in jobs] == [after < 4, after >= 4]
        assert compare.run(jobs) == whole
        assert [path.name for path in files(root)] == [path.name for path in files(tmp_path / "whole")]


def test_the_past_is_not_simulated_again(tmp_path: Path) -> None:
    def never(*_: Any, **__: Any) -> Snapshot:
        raise AssertionError

    with pytest.raises(Stop):
        compare.run(compare.jobs(question(engine=stopping(1)), (1,), tmp_path))
    jobs = compare.jobs(question(engine=Engine(simulate, never, branching.branched)), (1,), tmp_path)
    assert compare.run(jobs)[1]["raids"] == found()[1]["raids"]
    assert files(tmp_path, "*.npz") == []


@pytest.mark.parametrize("damage", [b"", b"half", None])
def test_a_damaged_past_is_simulated_again(damage: bytes | None, tmp_path: Path) -> None:
    with pytest.raises(Stop):
        compare.run(compare.jobs(question(engine=stopping(1)), (1,), tmp_path))
    (job,) = compare.jobs(question(), (1,), tmp_path)
    if damage is None:  # of another seed
        other = branching.past(armed_town(), 2, draw=True, branch=BRANCH, **ASKED)
        checkpoints.write(job.past, other)
    else:
        job.past.write_bytes(damage)
    assert compare.run([job])[1]["raids"] == found()[1]["raids"]


def test_what_a_killed_process_left_is_removed(tmp_path: Path) -> None:
    jobs = compare.jobs(question(), (1,), tmp_path)
    place = jobs[0].past.parent
    place.mkdir(parents=True)
    ours, theirs = place / f".a.npz.{os.getpid()}{saving.SUFFIX}", place / f".b.npz.999999999{saving.SUFFIX}"
    for path in (ours, theirs, place / f".odd{saving.SUFFIX}"):
        path.write_bytes(b"half")
    jobs[0].past.write_bytes(b"left where the end came just before it was removed")
    compare.run(jobs)
    assert not theirs.exists()
    assert not jobs[0].past.exists()
    assert ours.exists(), "somebody may be writing it"
    jobs[0].past.write_bytes(b"again")
    compare.run(jobs)
    assert not jobs[0].past.exists()


CHANGED: dict[str, dict[str, Any]] = {
    "plan": {"plans": (NOTHING, plan("services", "services", set=0.8), RAIDS)},
    "until": {"until": date(1981, 6, 21)},
    "branch": {"branch": date(1980, 8, 25)},
    "scale": {"scale": 20},
    "without": {"without": ("riot",)},
    "scenario": {"scenario": armed_town().model_copy(update={"splinter_slots": 0})},
}


@pytest.mark.parametrize("what", CHANGED)
def test_what_has_changed_has_another_name_and_is_never_mixed_in(what: str, tmp_path: Path) -> None:
    one, other = (
        {branch.kept.path for job in compare.jobs(question(**asked), (1,), tmp_path) for branch in job.branches}
        for asked in ({}, CHANGED[what])
    )
    assert len(one & other) == (3 if what == "plan" else 0), "the plans that stay are the same simulations"


def test_code_that_changes_under_way_is_refused(tmp_path: Path) -> None:
    (job,) = compare.jobs(question(), (1,), tmp_path)
    first, *rest = job.branches
    older = first._replace(kept=first.kept._replace(question={**first.kept.question, "sources": "older"}))
    with pytest.raises(MohallaError, match=r"the code has changed under way: sources was older"):
        compare.branched(job._replace(branches=(older, *rest)), lambda _news: None)


def test_workers_give_the_same_as_this_process(tmp_path: Path) -> None:
    heard: list[tuple[int, str, float]] = []
    jobs = compare.jobs(question((*PLANS, TWIN, IDLE)), (1, 2), tmp_path)
    assert compare.run(jobs, 2, lambda *news: heard.append(news)) == found()
    for seed in (1, 2):
        shares = [share for one, _, share in heard if one == seed]
        assert shares == sorted(shares)
        assert shares[-1] == 1.0
    assert {words for _, words, _ in heard} == {"the past", "nothing", "services", "raids", "idle", "other luck"}


def dying(scenario: Scenario, seed: int, **asked: Any) -> Any:
    """Is killed from outside in the second world."""
    if seed == 2:
        os._exit(9)
    return simulate(scenario, seed, **asked)


def test_a_worker_that_is_lost_is_said_and_nothing_is(tmp_path: Path) -> None:
    engine = Engine(dying, branching.past, branching.branched)
    with pytest.raises(MohallaError, match="a worker process ended without an answer"):
        compare.run(compare.jobs(question(engine=engine), (1, 2), tmp_path), 2)
    jobs = compare.jobs(question(), (1, 2), tmp_path)
    assert compare.run(jobs)[2]["raids"] == found()[2]["raids"]


def test_a_full_disk_is_said_and_nothing_half_written_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(saving.os, "fsync", full)
    with pytest.raises(MohallaError, match="cannot be written: no space left on device"):
        compare.run(compare.jobs(question(), (1,), tmp_path))
    assert files(tmp_path) == []


# --- what is refused -------------------------------------------------------------------------------------------------


def arms(*plans: Plan, branch: date = BRANCH, until: date = UNTIL) -> tuple[compare.Arm, ...]:
    return compare.arms(plans, armed_town(), branch, until)


@pytest.mark.parametrize(
    ("words", "asked"),
    [
        (r"^--plan raids: given twice\. Name every plan once\.$", lambda: arms(RAIDS, NOTHING, RAIDS)),
        (
            r"^--plan services: begins in the week of 1980-09-01; here plans part on 1980-09-15 \(--from\) and .*\.$",
            lambda: arms(NOTHING, SERVICES, branch=date(1980, 9, 15)),
        ),
        (
            r"^--plan late: begins in the week of 1981-07-06;",
            lambda: arms(NOTHING, plan("late", "services", 78, 80, set=1)),
        ),
        (r"^--from 1981-06-28 is not before --to 1981-06-28: nothing is left", lambda: arms(SERVICES, branch=UNTIL)),
        (r"^--from 1980-01-09: must be after the first week", lambda: arms(NOTHING, branch=date(1980, 1, 9))),
    ],
)
def test_what_does_not_fit_is_refused(words: str, asked: Any) -> None:
    with pytest.raises(MohallaError, match=words):
        asked()


def test_force_has_left_when_the_plan_and_every_dated_operation_have() -> None:
    """The sweep of the town is dated to the week of 29 June 1981, week 77."""
    raids = {"organisations": ["lantern"], "set": 1}
    late = plan("late", "raids", WEEK, 85, **raids)
    endless = plan("endless", "raids", **raids)
    endless = endless.model_copy(update={"interventions": (endless.interventions[0].model_copy(update={"end": None}),)})
    long = date(1981, 12, 28)
    assert [arm.leaves for arm in arms(NOTHING, SERVICES, late, endless, until=long)] == [78, 78, 86, 104]
    assert [arm.leaves for arm in arms(NOTHING, late)] == [77, 77], "and never after the last week"


def test_a_horizon_that_is_too_short_is_said() -> None:
    told = compare.short(question())
    days = [str(date_of(77 + weeks, armed_town().about.start) - timedelta(days=1)) for weeks in (104, 260)]
    assert told == [
        f"the run is too short to know the {what} of any plan: it would have to go on to {day} (--to)."
        for what, day in zip(("release", "rebound"), days, strict=True)
    ]
    town = armed_town()
    long = town.model_copy(update={"about": town.about.model_copy(update={"latest": date(1999, 12, 31)})})
    late = plan("late", "raids", WEEK, 300, organisations=["lantern"], set=1)
    asked = question((NOTHING, late), scenario=long, until=date(1988, 6, 5))
    assert len(compare.short(asked)) == 1
    assert compare.short(asked)[0].startswith("the run is too short to know the rebound of late: ")


# --- when to stop ----------------------------------------------------------------------------------------------------


def made_up(differences: Sequence[float | None], plans: Sequence[str] = ("nothing", "raids")) -> Found:
    """Worlds in which every plan but the first differs by so much."""

    def answer(release: float | None) -> dict[str, Any]:
        party = {"release": release, "coerced": None if release is None else 0.3 + 0.1 * release, "before": 0.5}
        return {"organisations": {"lantern": party, "banyan": {**party, "before": None}}}

    return {
        seed: {name: answer(None if more is None else more if name != plans[0] else 0.0) for name in plans}
        for seed, more in enumerate(differences, start=1)
    }


def stops(differences: Sequence[float | None], width: float) -> int | None:
    """After how many worlds it stops."""
    worlds, plans = made_up(differences), question((NOTHING, RAIDS)).arms
    return compare._enough(worlds, list(worlds), plans, Rule(width), 1)


def test_it_stops_once_every_effect_is_known_well_enough() -> None:
    narrow = stops([0.0] * 120, 0.05)
    assert narrow is not None
    assert 80 < narrow < 120
    worlds, plans = made_up([0.0] * 120), question((NOTHING, RAIDS)).arms
    reach = [
        max(one.reach for one in compare.bounds(Rule(0.05), [worlds[s] for s in range(1, n + 1)], plans).values())
        for n in (narrow - 1, narrow)
    ]
    assert reach[1] <= 0.05 < reach[0]
    wider = stops([0.0] * 120, 0.2)
    assert wider is not None
    assert wider < narrow
    assert stops([0.0, 1.0] * 60, 0.05) is None, "what differs more takes more worlds"


def test_what_is_known_of_no_world_is_nothing_to_stop_at() -> None:
    assert stops([None] * 50, 0.3) is None


def test_a_plan_that_does_the_same_is_nothing_to_wait_for() -> None:
    found = compare.bounds(Rule(0.1), list(made_up([0.0], ("nothing", "twin")).values()), question((NOTHING,)).arms * 2)
    assert found == {}


def test_it_looks_at_worlds_in_their_order_whichever_ends_first() -> None:
    order = list(range(1, 61))
    there = made_up([0.0] * 60)
    plans = question((NOTHING, RAIDS)).arms
    late = {seed: there[seed] for seed in order if seed != 3}
    assert compare._whole_ones(late, order) == 2
    assert compare._enough(late, order, plans, Rule(0.2), 1) is None
    assert compare._enough(there, order, plans, Rule(0.2), 3) == compare._enough(there, order, plans, Rule(0.2), 1)


@pytest.mark.parametrize("workers", [1, 2])
def test_with_a_rule_no_more_worlds_are_used_than_it_takes(
    workers: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compare, "holds", lambda _rule, worlds, _arms: len(worlds) >= 2)
    jobs = compare.jobs(question((NOTHING, SERVICES)), range(1, 7), tmp_path)
    found = compare.run(jobs, workers, rule=Rule(0.1))
    assert list(found) == [1, 2]
    assert files(tmp_path, "*.npz") == [], "what was under way of the others is gone"
    assert compare.run(jobs, workers, rule=Rule(0.1)) == found


def test_it_is_about_the_party_that_the_plans_name_or_else_that_most_showed() -> None:
    worlds = list(made_up([0.0]).values())
    assert compare.main(worlds, question((NOTHING, SERVICES)).arms) == "lantern"
    at_banyan = plan("other", "raids", organisations=["banyan"], set=3)
    assert compare.main(worlds, question((NOTHING, at_banyan)).arms) == "banyan"
    both = (*question((NOTHING, RAIDS)).arms, *question((at_banyan,)).arms)
    assert compare.main(worlds, both) == "lantern", "named as often, the larger one"


def test_a_rule_is_about_the_party_it_names() -> None:
    worlds = list(made_up([0.0, 1.0]).values())
    for world in worlds:
        world["raids"]["organisations"]["banyan"] = {**world["raids"]["organisations"]["lantern"], "release": None}
    arms = question((NOTHING, RAIDS)).arms
    known = {party: compare.bounds(Rule(0.1, ("release",), party), worlds, arms) for party in (None, "banyan")}
    assert [one["raids", "release"].n for one in known.values()] == [2, 0]


def test_differences_are_of_worlds_in_which_both_are_known() -> None:
    worlds = list(made_up([0.0, None, 1.0]).values())
    assert np.array_equal(compare.differences(worlds, "raids", "nothing", "lantern", "release"), [0.0, 1.0])


def test_the_engine_is_the_one_asked_for() -> None:
    assert question().engine is ENGINE
    assert batch.FOLDER in str(compare.jobs(question(), (1,), Path())[0].past)
