"""The report of a stored run: everything it needs lies in the run's folder."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import xarray as xr

from mohalla import reading, results, saving, store
from mohalla.errors import MohallaError
from mohalla.record import Record
from mohalla.report import ablation, comparison
from mohalla.report.build import build
from mohalla.scenario import Scenario

COMPARISON = "comparison.nc"


def report_on(run: store.Run, declared: reading.Declared, out: Path | None = None) -> Path:
    """Write the report of a run, to its folder or to `out`; of a comparison of plans, its page."""
    if (run.folder / COMPARISON).is_file():
        return compared(run, out)
    simulations = [path for path in run.simulations.values() if path.is_file()]
    if not simulations:
        raise MohallaError(f"{run.folder}: no simulation of this run had ended, so there is nothing to report.")
    scenario = store.scenario_of(run)
    parameters = reading.resolved_parameters(scenario, declared)
    ablated, record = ablation.read(run.folder / ablation.FILE), store.record_of(run)
    return build(simulations, scenario, record, provenance(run), out or run.report, parameters, ablated)


def compared(run: store.Run, out: Path | None = None) -> Path:
    """Write the page of a comparison of plans that lies in a run's folder."""
    dataset = results.load(run.folder / COMPARISON, contract=False).assign_attrs(run=run.id)
    place = out or run.report
    saving.write(place, comparison.page(dataset, store.scenario_of(run)))
    return place


def kept(dataset: xr.Dataset) -> store.Run:
    """A Dataset that was simulated in Python, stored as a run of one simulation."""
    results.check(dataset)
    text = dataset.attrs.get("scenario_text", "")
    if not text:
        raise MohallaError("these results do not say which scenario they come from ('scenario_text' in their attrs).")
    scenario = reading.from_json_text(text)
    seed, scale = (int(dataset.attrs.get(name, default)) for name, default in (("seed", 1), ("scale", 10)))
    last = str(dataset["week"].values[-1])[:10]
    asked = {"labels": [str(seed)], "until": last, "without": str(dataset.attrs.get("without", "")).split()}
    run = store.create(scenario, asked, record=_record_of(scenario))
    return store.finish(store.add_simulation(run, str(seed), dataset, seed=seed, scale=scale))


def _record_of(scenario: Scenario) -> Record | None:
    """The record shipped with a scenario of that name, if that is what it is called after."""
    name = scenario.about.name
    return reading.read_record(name) if name in reading.shipped() else None


def provenance(run: store.Run) -> Mapping[str, str]:
    """What a reader needs to make the run again, in words."""
    details, asked = run.details, run.details["request"]
    return {
        "run": run.id,
        "status": run.status,
        "started": details["started"],
        "scenario": f"{details['scenario']}, SHA-256 {details['fingerprint']}",
        "until": str(asked.get("until", "")),
        "left out": ", ".join(asked.get("without", ())) or "nothing",
        "plan": str(asked.get("plan", "nothing")),
        "versions": ", ".join(f"{name} {version}" for name, version in details["versions"].items()),
        "platform": details["platform"],
    }
