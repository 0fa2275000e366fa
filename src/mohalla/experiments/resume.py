"""Taking up a run that was stopped: what is done, what goes on from a checkpoint, what begins, what must be refused.

Nothing is ever mixed. A run goes on only with the code, libraries and machine it began with, and only while the file
that it was asked for says what it said then; a checkpoint only in the simulation it was taken of.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import NamedTuple

from mohalla import checkpoints, reading, results, store
from mohalla.engine.cpu import made_with
from mohalla.engine.snapshot import Snapshot, differences, question
from mohalla.errors import MohallaError, listed
from mohalla.experiments.ensemble import Member, Request, Simulate, facts
from mohalla.plan import NOTHING, from_text
from mohalla.scenario import Scenario


class Rest(NamedTuple):
    """What is left of a run: the run, its question, all members, those to simulate, and weeks done of each of these."""

    kept: store.Run
    request: Request
    team: list[Member]
    missing: list[Member]
    weeks: dict[str, int]
    damaged: list[Path]


def unfinished(word: str | None, folder: Path | None) -> store.Run:
    """The run that `word` means; without one, the latest that was stopped."""
    if word is not None:
        named = store.find(word, folder)
        if named.is_comparison:
            raise MohallaError(
                f"{named.id} compares plans: the command that began it goes on with it: {_command(named)}."
            )
        return named
    known = [run for run in store.runs(folder) if not run.is_comparison]
    stopped = next((run for run in known if run.status != "finished"), None)
    if stopped is None:
        finished = f" Those there are finished: {listed(run.id for run in known)}." if known else ""
        raise MohallaError(f"no run in {store.root(folder)} was stopped.{finished}")
    return stopped


def rest(kept: store.Run, declared: reading.Declared, simulate: Simulate, every: float | None) -> Rest:
    """What is left to do; raises a `MohallaError` where the run cannot be taken up."""
    kept = store.find(kept.folder)  # as it stands now that no other process writes it
    if kept.status == "finished":
        raise MohallaError(f"{kept.folder}: this run is finished; there is nothing left to simulate.")
    asked = kept.details["request"]
    if "members" not in asked or "made_with" not in kept.details:
        raise MohallaError(f"{kept.folder}: this run does not say what it takes to go on with it. {_anew(kept)}")
    scenario = store.scenario_of(kept)
    _must_be_the_same(kept, scenario, declared)
    plan = from_text(asked.get("plan", NOTHING.name), asked.get("plan_does", ""))
    request = Request(scenario, date.fromisoformat(asked["until"]), tuple(asked["without"]), simulate, every, plan)
    team = [Member(**one) for one in asked["members"]]
    kept = _with_what_is_there(kept, team)
    missing = [member for member in team if member.label not in kept.simulations]
    weeks, damaged = _under_way(kept, request, missing)
    return Rest(kept, request, team, missing, weeks, damaged)


def _must_be_the_same(kept: store.Run, scenario: Scenario, declared: reading.Declared) -> None:
    """Refuse a run whose scenario, code, libraries or machine are no longer those it began with."""
    name, began_with = str(kept.details["request"].get("scenario", "")), kept.details["fingerprint"]
    if reading.fingerprint(scenario) != began_with:
        raise MohallaError(f"{kept.folder / 'scenario.json'} has changed since this run began. {_anew(kept)}")
    try:
        changed = bool(name) and reading.fingerprint(reading.read(name, declared)) != began_with
    except MohallaError:  # moved, or not readable from here: the run has its own copy
        changed = False
    if changed:
        raise MohallaError(
            f"{name} has changed since this run began. Put it back as it was, or begin anew: {_run(kept)}"
        )
    different = differences(made_with(), kept.details["made_with"])
    if different:
        raise MohallaError(f"this run began with another version: {'; '.join(different)}. {_anew(kept)}")


def _run(kept: store.Run) -> str:
    return f"`mohalla run {kept.details['request'].get('scenario', 'NAME')}`."


def _command(kept: store.Run) -> str:
    return f"mohalla {' '.join(map(str, kept.details['request'].get('command', ['compare'])))}"


def _anew(kept: store.Run) -> str:
    return f"Results are never mixed; begin anew: {_run(kept)}"


def _with_what_is_there(kept: store.Run, team: list[Member]) -> store.Run:
    """The run with those simulations whose files are there, also where the end came before one was noted."""
    here = [member for member in team if _is_of(store.simulation_path(kept, member.label), member)]
    return kept._replace(details={**kept.details, "simulations": {one.label: facts(one) for one in here}})


def _is_of(path: Path, member: Member) -> bool:
    """Whether a results file can be read and holds this member, simulated with this code."""
    try:
        said = results.load(path, ()).attrs
    except MohallaError:
        return False
    wanted = (member.seed, member.scale, made_with()["sources"])
    return (said.get("seed"), said.get("scale"), said.get("sources")) == wanted


def _under_way(kept: store.Run, request: Request, missing: list[Member]) -> tuple[dict[str, int], list[Path]]:
    """Weeks done of each member that has a checkpoint, and checkpoints that are damaged."""
    weeks: dict[str, int] = {}
    damaged: list[Path] = []
    for member in missing:
        path = store.checkpoint_path(kept, member.label)
        if not path.exists():
            continue
        snapshot = checkpoints.found(path)
        if snapshot is None:
            damaged.append(path)
            continue
        _must_be_of(path, snapshot, request, member)
        weeks[member.label] = snapshot.weeks
    return weeks, damaged


def _must_be_of(path: Path, snapshot: Snapshot, request: Request, member: Member) -> None:
    asked = question(
        request.scenario, member.seed, scale=member.scale, until=request.until, without=request.without,
        draw=member.draw, plan=request.plan,
    )  # fmt: skip
    different = differences(asked, snapshot.question)
    if different:
        raise MohallaError(
            f"{path}: is of another simulation than run.json asks for: {'; '.join(different)}. "
            "Put run.json back as it was, or remove this file."
        )
