"""Where runs are kept: one folder a run, and a catalogue beside them that can always be made again from the folders.

    runs/
      catalogue.sqlite
      karachi-20161122-153000-ab12/
        run.json            what was asked, with which versions, when, how it ended; check sums of all files below it
        scenario.json       the whole resolved scenario
        sources.json        a short hash of every source file, so that two versions can be compared
        simulations/1.nc    one results file a simulation, saved the moment it ends
        checkpoints/2.npz   a simulation under way, where one was stopped; gone once all have ended
        record.json         the public record it is held against, where there is one
        ablation.json       what `mohalla ablate NAME --json` printed, where somebody kept it here for the report
        comparison.nc       of a comparison of plans: every measure by plan and seed (there are no simulations then)
      report.html
      measured/             what was measured of single simulations (`experiments/batch.py`)

The root is what is asked for, else the environment variable MOHALLA_RUNS, else `./runs`.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import secrets
import shutil
import socket
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from mohalla import catalogue, saving
from mohalla.errors import MohallaError, listed, nearest

if TYPE_CHECKING:
    import xarray as xr

    from mohalla.record import Record
    from mohalla.scenario import Scenario
    from mohalla.wording import Kind

Status = Literal["running", "finished", "interrupted"]
FORMAT = 2  # 1: without check sums, kind and tags
RUN, COMPARISON = "run", "comparison"
KINDS = (RUN, COMPARISON)
DELETED = ".deleted"
LAST = "last"
PACKAGES = ("mohalla", "numpy", "numba", "xarray", "netCDF4", "pydantic")


class Run(NamedTuple):
    """One run folder and what its `run.json` says."""

    folder: Path
    details: dict[str, Any]

    @property
    def id(self) -> str:
        return self.folder.name

    @property
    def status(self) -> Status:
        """How it stands. A run whose process is gone was interrupted, whatever it wrote last."""
        said: Status = self.details["status"]
        return "interrupted" if said == "running" and _died(self.details["process"]) else said

    @property
    def simulations(self) -> dict[str, Path]:
        """The finished simulations: label -> results file, in the order in which they were asked for."""
        return {label: simulation_path(self, label) for label in self.details["simulations"]}

    @property
    def is_comparison(self) -> bool:
        """Whether it compares plans (`mohalla compare`), and holds one Dataset of measures instead of simulations."""
        return self.kind == COMPARISON

    @property
    def report(self) -> Path:
        return self.folder / "report.html"

    @property
    def kind(self) -> str:
        return str(self.details.get("kind", KINDS[0]))

    @property
    def tags(self) -> list[str]:
        return list(self.details.get("tags", ()))

    @property
    def sums(self) -> dict[str, str]:
        """Check sums (SHA-256) of the files stored: path inside the folder -> sum; none in a store of format 1."""
        return dict(self.details.get("sums", {}))


def root(asked: Path | str | None = None) -> Path:
    """The folder that holds all runs."""
    return Path(asked or os.environ.get("MOHALLA_RUNS") or "runs").expanduser()


# --- writing ---------------------------------------------------------------------------------------------------------


def create(
    scenario: Scenario,
    request: Mapping[str, Any],
    folder: Path | None = None,
    record: Record | None = None,
    kind: str = KINDS[0],
) -> Run:
    """A new, empty run under `folder` (the root). `request` is what was asked: seeds, scale, until, without, ..."""
    from mohalla.engine.cpu import made_with, source_files  # noqa: PLC0415 - listing runs needs no engine
    from mohalla.reading import as_json_text, fingerprint  # noqa: PLC0415 - nor the scenario layer

    started = datetime.now(UTC)
    place = _new_folder(root(folder), scenario.about.name, started)
    details = {
        "format": FORMAT,
        "id": place.name,
        "kind": kind,
        "status": "running",
        "started": started.isoformat(timespec="seconds"),
        "seconds": None,
        "scenario": scenario.about.name,
        "title": scenario.about.title,
        "fingerprint": fingerprint(scenario),
        "request": dict(request),
        "versions": versions(),
        "made_with": made_with(),
        "platform": platform.platform(),
        "process": _process(),
        "simulations": {},
        "tags": [],
        "sums": {},
    }
    texts = {"scenario.json": as_json_text(scenario), "sources.json": json.dumps(source_files(), indent=1)}
    if record:
        texts["record.json"] = as_json_text(record)
    for name, text in texts.items():
        saving.write(place / name, text)
    return note_files(Run(place, details), *texts)


def add_simulation(run: Run, label: str, dataset: xr.Dataset, **facts: Any) -> Run:
    """Save one finished simulation and note it with what is known of it (seed, scale, ...)."""
    from mohalla import results  # noqa: PLC0415 - listing runs needs no xarray

    results.save(dataset, simulation_path(run, label))
    return note_simulation(run, label, **facts)


def note_simulation(run: Run, label: str, **facts: Any) -> Run:
    """Note a simulation whose results file is already in place, however it got there."""
    order = [str(one) for one in run.details["request"].get("labels", ())]
    simulations = {**run.details["simulations"], label: facts}
    ordered = sorted(simulations, key=lambda one: order.index(one) if one in order else len(order))
    noted = run._replace(details={**run.details, "simulations": {one: simulations[one] for one in ordered}})
    return note_files(noted, *(name for name in (simulation_name(label),) if (run.folder / name).is_file()))


def note_files(run: Run, *names: str) -> Run:
    """Note the check sums of files that have just been stored in a run's folder, by their paths inside it."""
    return _changed(run, sums={**run.sums, **{name: sum_of(run.folder / name) for name in names}})


def sum_of(path: Path) -> str:
    """The check sum of a file, as `sha256sum` prints it."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def tag(run: Run, add: Sequence[str] = (), remove: Sequence[str] = ()) -> Run:
    """Put words on a run by which it is found again, or take them off."""
    absent = [word for word in remove if word not in run.tags]
    if absent:
        raise MohallaError(f"{run.id} has no tag '{absent[0]}'.{nearest(absent[0], run.tags)} {_tags_of(run)}")
    with claimed(run):
        now = _opened(run.folder)
        return _changed(now, tags=sorted({*now.tags, *add} - {*remove}))


def _tags_of(run: Run) -> str:
    return f"It has: {listed(run.tags)}." if run.tags else "It has none."


def delete(run: Run) -> None:
    """Remove a run. It is set aside first, so that what a kill leaves behind is no half of a run."""
    with claimed(run):
        aside = run.folder.with_name(f".{run.id}{DELETED}")
        with saving.in_words(run.folder, "deleted"):
            run.folder.rename(aside)
            remove(aside)


def remove(path: Path) -> None:
    """Remove a file, or a folder and all in it."""
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def without_simulation(run: Run, label: str) -> Run:
    """The run as if one simulation had not ended, so that it can be taken up again."""
    simulations = {one: facts for one, facts in run.details["simulations"].items() if one != label}
    sums = {name: one for name, one in run.sums.items() if name != simulation_name(label)}
    return _changed(run, status="interrupted", simulations=simulations, sums=sums)


def simulation_name(label: str) -> str:
    """The file of the simulation called `label` inside its run's folder."""
    return f"simulations/{label}.nc"


def simulation_path(run: Run, label: str) -> Path:
    """Where the results of the simulation called `label` belong."""
    return run.folder / simulation_name(label)


def checkpoint_path(run: Run, label: str) -> Path:
    """Where the simulation called `label` is kept while it is under way."""
    return run.folder / "checkpoints" / f"{label}.npz"


def finish(run: Run) -> Run:
    """Everything asked for is there; checkpoints are needed no more."""
    shutil.rmtree(run.folder / "checkpoints", ignore_errors=True)
    return _ended(run, "finished")


def mark_interrupted(run: Run) -> Run:
    """The run stopped early; its finished simulations and checkpoints stay, half-written files go."""
    for name in ("simulations", "checkpoints"):
        saving.sweep(run.folder / name)
    return _ended(run, "interrupted")


def reopen(run: Run) -> Run:
    """An interrupted run goes on, in this process. The time until it was stopped counts, the time since does not."""
    worked = run.details["seconds"] if run.details["status"] == "interrupted" else _last_sign(run) - _began(run)
    for name in ("simulations", "checkpoints"):
        saving.sweep(run.folder / name)
    resumed = {"at": datetime.now(UTC).isoformat(timespec="seconds"), "after": round(worked or 0.0, 1)}
    return _changed(run, status="running", process=_process(), resumed=resumed)


@contextmanager
def claimed(run: Run) -> Iterator[None]:
    """Hold a run's folder while it is simulated: another process that wants it is refused.

    The system lets go when this process ends, however it ends. Where it knows no locks, `run.json` has to do.
    """
    handle = os.open(run.folder, os.O_RDONLY) if os.name == "posix" else None
    try:
        if handle is None or not _locked(handle, run):
            _must_not_run(run)
        yield
    finally:
        if handle is not None:
            os.close(handle)


def _locked(handle: int, run: Run) -> bool:
    """True where the folder is now ours, False where the file system has no locks."""
    import fcntl  # noqa: PLC0415 - there is none on Windows

    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise MohallaError(f"{run.folder}: another process is simulating this run now.") from None
    except OSError:
        return False
    return True


def _must_not_run(run: Run) -> None:
    process = run.details["process"]
    if run.status == "running" and process != _process():
        raise MohallaError(
            f"{run.folder}: run.json says that process {process['id']} on {process['host']} simulates this run now. "
            'If that process is gone, write "interrupted" for "running" there.'
        )


def _process() -> dict[str, Any]:
    return {"host": socket.gethostname(), "id": os.getpid()}


def _began(run: Run) -> float:
    """When the run began, or went on, last; so that what it had worked before counts."""
    resumed = run.details.get("resumed")
    if resumed:
        return datetime.fromisoformat(resumed["at"]).timestamp() - float(resumed["after"])
    return datetime.fromisoformat(run.details["started"]).timestamp()


def _last_sign(run: Run) -> float:
    """When the run last wrote anything."""
    return max((path.stat().st_mtime for path in run.folder.rglob("*.*")), default=_began(run))


def versions() -> dict[str, str]:
    """Versions of everything that could move a number."""
    found = {"python": platform.python_version()}
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "unknown"
    return found


def _new_folder(folder: Path, name: str, started: datetime) -> Path:
    """A fresh folder named after scenario, moment and four random digits."""
    place = folder / f"{name}-{started:%Y%m%d-%H%M%S}-{secrets.token_hex(2)}"
    with saving.in_words(place):
        (place / "simulations").mkdir(parents=True)
    return place


def _ended(run: Run, status: Status) -> Run:
    return _changed(run, status=status, seconds=round(datetime.now(UTC).timestamp() - _began(run), 1))


def _changed(run: Run, **details: Any) -> Run:
    return _written(run._replace(details={**run.details, **details}))


def _written(run: Run) -> Run:
    saving.write(run.folder / "run.json", json.dumps(run.details, indent=1, ensure_ascii=False, default=str))
    return run


# --- finding ---------------------------------------------------------------------------------------------------------


def runs(folder: Path | None = None) -> list[Run]:
    """All runs under `folder` (the root), the latest first. Folders decide; the catalogue only spares reading them."""
    place = root(folder)
    details = catalogue.said(place, _present(place), lambda name: _details(place / name))
    found = [Run(place / name, one) for name, one in details.items()]
    return sorted(found, key=lambda run: (run.details["started"], run.id), reverse=True)


def find(word: str | Path, folder: Path | None = None) -> Run:
    """The run that `word` means: 'last', the beginning of exactly one id, or the path of a run folder."""
    path = Path(word).expanduser()
    if (path / "run.json").is_file():
        return _opened(path)
    known = runs(folder)
    if not known:
        raise MohallaError(f"no runs in {root(folder)} yet. `mohalla run small-town` makes one.")
    run = known[0] if word == LAST else _only([one for one in known if one.id.startswith(str(word))], str(word), known)
    _must_be_known(run.folder, run.details)
    return run


def find_simulated(word: str | Path, folder: Path | None = None) -> Run:
    """The same among runs that hold simulations: 'last' is the last of those, and a comparison of plans is refused."""
    if word == LAST and not Path(word).is_dir():
        simulated = [one for one in runs(folder) if not one.is_comparison]
        word = simulated[0].folder if simulated else word
    run = find(word, folder)
    if run.is_comparison:
        raise MohallaError(
            f"{run.id} is a comparison of plans: it keeps what was measured, and no simulation to look into. "
            "`mohalla run NAME --plan PLAN` simulates a plan; `mohalla runs --kind run` lists runs."
        )
    return run


def simulation(run: Run, world: str | None = None) -> Path:
    """The results file of one world of a run: the one labelled `world`, else the first."""
    found = {label: path for label, path in run.simulations.items() if path.is_file()}
    if not found:
        raise MohallaError(f"{run.folder}: no simulation of this run had ended.")
    if world is not None and world not in found:
        raise MohallaError(f"no world '{world}' in {run.id}.{nearest(world, found)} There are: {listed(found)}.")
    return found[next(iter(found)) if world is None else world]


def scenario_of(run: Run) -> Scenario:
    """The resolved scenario a run was made from."""
    from mohalla.scenario import Scenario  # noqa: PLC0415 - as above

    return _kept(run.folder / "scenario.json", Scenario)


def record_of(run: Run) -> Record | None:
    """The public record a run is held against, as it was when the run was made."""
    from mohalla.record import Record  # noqa: PLC0415 - as above

    path = run.folder / "record.json"
    return _kept(path, Record) if path.exists() else None


def _kept(path: Path, kind: type[Kind]) -> Kind:
    from pydantic import ValidationError  # noqa: PLC0415 - as above

    try:
        return kind.model_validate_json(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise MohallaError(f"{path}: cannot be read: {(error.strerror or str(error)).lower()}.") from None
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        said = f"{where}: {first['msg']}" if where else first["msg"]
        raise MohallaError(f"{path}: cannot be read, it is damaged or of another version: {said}.") from None
    except UnicodeDecodeError:
        raise MohallaError(f"{path}: cannot be read, it is damaged: no text.") from None


def _only(found: list[Run], word: str, known: list[Run]) -> Run:
    ids = [run.id for run in known]
    if len(found) == 1:
        return found[0]
    if found:
        raise MohallaError(f"'{word}' begins {len(found)} runs: {listed(run.id for run in found)}. Give more of it.")
    raise MohallaError(f"no run '{word}'.{nearest(word, ids)} Runs: {listed(ids)}.")


def _opened(folder: Path) -> Run:
    details = _details(folder)
    if details is None:
        raise MohallaError(f"{folder / 'run.json'}: is damaged; the results under simulations/ can still be read.")
    _must_be_known(folder, details)
    return Run(folder, details)


def _must_be_known(folder: Path, details: Mapping[str, Any]) -> None:
    """Refuse what a later version stored; what an earlier one stored is read as it is."""
    if details.get("format", 1) > FORMAT:
        raise MohallaError(
            f"{folder}: was stored by a later version of Mohalla (store format {details['format']}; this one knows up "
            f"to {FORMAT}). Upgrade to read it; nothing was changed."
        )


def _present(place: Path) -> dict[str, int]:
    """Run folders by name, with the moment (ns) their `run.json` last changed."""
    found = (path for path in place.glob("*/run.json") if not path.parent.name.startswith("."))
    return {path.parent.name: path.stat().st_mtime_ns for path in found}


def _details(folder: Path) -> dict[str, Any] | None:
    """What `run.json` says, or None where it cannot be read."""
    try:
        details = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return details if isinstance(details, dict) and {"status", "started", "simulations"} <= details.keys() else None


def _died(process: Mapping[str, Any]) -> bool:
    """True where the process that wrote a run was one of this machine's and is no more."""
    if process["host"] != socket.gethostname() or os.name != "posix":
        return False
    try:
        os.kill(process["id"], 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False
