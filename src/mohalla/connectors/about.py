"""What an export folder is of: `about.json` says the run, its scenario, span, worlds, plan, versions and every file."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from typing import Any

from mohalla import store

NAME = "about.json"
NOTHING = "nothing"


def text(
    run: store.Run, kind: str, attributes: Mapping[str, Mapping[str, Any]], files: Mapping[str, str],
    variables: Collection[str] = (),
) -> str:  # fmt: skip
    """The text of `about.json`.

    `attributes` are those of the exported Datasets by label (of a comparison with its `seeds`), `files` what each file
    holds by its name, `variables` those asked for (all where none is named).
    """
    facts = _of_comparison(next(iter(attributes.values()))) if run.is_comparison else _of_run(run, attributes)
    said = {
        **_common(run),
        **facts,
        "format": kind,
        "variables": list(variables) or "all",
        "versions": run.details.get("versions"),
        "made_with": run.details.get("made_with"),
        "files": {**files, NAME: "this file"},
    }
    return json.dumps(said, indent=1, ensure_ascii=False, default=str) + "\n"


def _common(run: store.Run) -> dict[str, Any]:
    """What is said of runs and comparisons alike."""
    about, request = store.scenario_of(run).about, run.details["request"]
    return {
        "run": run.id,
        "kind": run.kind,
        "status": run.status,
        "started": run.details["started"],
        "scenario": about.name,
        "title": about.title,
        "scenario_hash": run.details["fingerprint"],
        "start": str(about.start),
        "end": str(request.get("until") or about.end),
        "money": about.money,
        "without": list(request.get("without", ())),
    }


def _of_run(run: store.Run, attributes: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Plan and worlds of a run."""
    request = run.details["request"]
    return {
        "plan": request.get("plan", NOTHING),
        "plan_does": request.get("plan_does", ""),
        "worlds": {label: _world(run.details["simulations"].get(label, {}), one) for label, one in attributes.items()},
    }


def _world(facts: Mapping[str, Any], attributes: Mapping[str, Any]) -> dict[str, Any]:
    """Seed, scale and numbers of one world, as it was noted or else as its results say."""
    drawn = facts.get("draw", attributes.get("drawn", "{}") != "{}")
    seed, scale = (facts.get(name, attributes.get(name)) for name in ("seed", "scale"))
    return {
        "seed": None if seed is None else int(seed),
        "scale": None if scale is None else int(scale),
        "scale_means": "adults per simulated resident",
        "reference": not drawn,
        "numbers": "drawn within their ranges" if drawn else "central values",
    }


def _of_comparison(attributes: Mapping[str, Any]) -> dict[str, Any]:
    """Plans and seeds of a comparison."""
    plans = json.loads(attributes.get("plans", "{}"))
    return {
        "of": attributes.get("of"),
        "branch": attributes.get("branch"),
        "plans": {name: said["title"] for name, said in plans.items()},
        "baseline": next(iter(plans), None),
        "scale": int(attributes["scale"]) if "scale" in attributes else None,
        "scale_means": "adults per simulated resident",
        "seeds": attributes.get("seeds"),
        "numbers": attributes.get("draw"),
    }
