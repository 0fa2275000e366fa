"""The golden run: what the small town gave when its numbers were last meant to change.

python -m tests.golden    # renew tests/golden.json, in the same commit as a **numbers** line in CHANGELOG.md
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import xarray as xr

import mohalla

STORED = Path(__file__).with_suffix(".json")
LAST = {"week": -1}


def by_organisation(values: xr.DataArray) -> dict[str, float]:
    """A value for each organisation, summed over everything else."""
    over = [dim for dim in values.dims if dim != "organisation"]
    summed = values.sum(over)
    return {str(name): round(float(summed.sel(organisation=name)), 6) for name in summed["organisation"].values}


def digest(run: xr.Dataset) -> str:
    """A hash of every count in the results: one other resident anywhere changes it."""
    counts = sorted(str(name) for name, values in run.data_vars.items() if values.dtype.kind == "i")
    joined = b"".join(name.encode() + run[name].values.tobytes() for name in counts)
    return hashlib.sha256(joined).hexdigest()[:16]


def golden() -> dict[str, Any]:
    """Headline observables of the small town, seed 1."""
    run = mohalla.simulate(mohalla.load("small-town"), seed=1)
    return {
        "population": int(run["population"].isel(LAST).sum()),
        "face": by_organisation(run["face"].isel(LAST)),
        "heart": by_organisation(run["heart"].isel(LAST)),
        "coerced": by_organisation(run["coerced"].isel(LAST)),
        "armed": by_organisation(run["armed"].isel(LAST)),
        "workers": by_organisation(run["workers"].isel(LAST)),
        "budget": by_organisation(run["budget"].isel(LAST)),
        "income": by_organisation(run["income"]),
        "seats": by_organisation(run["seats"]),
        "killings": {str(one): int(run["killings_cause"].sel(cause=one).sum()) for one in run["cause"].values},
        "arrests": by_organisation(run["arrests"]),
        "traders_paying": int(run["traders_paying"].isel(LAST).sum()),
        "fear": round(float(run["fear"].mean()), 6),
        "counts": digest(run),
    }


if __name__ == "__main__":
    STORED.write_text(json.dumps(golden(), indent=2) + "\n", encoding="utf-8")
    print(f"Renewed {STORED}. Say why in CHANGELOG.md, on a line marked **numbers**.")
