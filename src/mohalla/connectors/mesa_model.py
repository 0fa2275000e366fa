"""The city as a `mesa.Model`, for `mesa.batch_run` and whatever else takes one.

    >>> import mesa
    >>> from mohalla.connectors.mesa_model import City
    >>> values = {"scenario": "small-town", "scale": 50, "coercion_spill": [0.1, 0.2]}
    >>> rows = mesa.batch_run(City, values, data_collection_period=1, max_steps=51)

The city is simulated when the first step is taken, with the bits that `mohalla.simulate` gives, and each step walks one
week, or one quarter, through it. So nothing that is done between two steps changes what comes after; numbers are set
when the model is made.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import xarray as xr

from mohalla import reading, results
from mohalla.connectors import asking
from mohalla.extras import needed
from mohalla.mechanisms import DECLARED
from mohalla.scenario import Scenario

needed("mesa", "mesa")

import mesa  # noqa: E402 - not before it is known to be there

STEPS = {"week": 1, "quarter": 13}
SHOWN = ("date", "hold", "hearts", "coerced", "gap", "killings", "armed")


class City(mesa.Model):  # type: ignore[misc]
    """One city. `hold`, `hearts`, `coerced` and `gap` (shares), `armed` and `killings` (this step) are of `party`."""

    def __init__(
        self,
        scenario: str | Scenario = "small-town",
        seed: int = 1,
        *,
        party: str | None = None,
        scale: int = 10,
        until: str | None = None,
        step: str = "week",
        **settings: float,
    ) -> None:
        super().__init__(seed=seed)
        whole = reading.read(scenario, DECLARED) if isinstance(scenario, str) else scenario
        self.asked = asking.question(whole, party=party, scale=scale, until=until)
        self.settings, self.weeks = settings, STEPS[reading.one_of("step", step, STEPS)]
        asking.changed(whole, settings)  # what is wrong is said now, not at the first step
        self.dataset: xr.Dataset | None = None
        self.series: dict[str, np.ndarray] = {}
        self.date: np.datetime64 | None = None
        self.hold = self.hearts = self.coerced = self.gap = self.killings = self.armed = float("nan")
        self.datacollector = mesa.DataCollector(model_reporters={name: name for name in SHOWN})

    def step(self) -> None:
        """One week, or one quarter."""
        if self.dataset is None:
            self.dataset = asking.simulated(self.asked, int(self._seed), self.settings)
            self.series = _series(self.dataset, self.asked.party)
        weeks = len(self.series["date"])
        first = (self.steps - 1) * self.weeks
        last = min(first + self.weeks, weeks) - 1
        for name, values in self.series.items():
            setattr(self, name, values[first : last + 1].sum() if name == "killings" else values[last])
        self.datacollector.collect(self)
        self.running = last + 1 < weeks


def _series(dataset: xr.Dataset, party: str) -> dict[str, Any]:
    """What the attributes of the model are, week by week."""
    shares = {"hold": results.hold, "hearts": results.hearts, "coerced": results.coerced_share, "gap": results.gap}
    return {
        "date": dataset["week"].values,
        **{name: of(dataset, party).values for name, of in shares.items()},
        "killings": dataset["killings_cause"].sum(["sector", "cause"]).values,
        "armed": dataset["armed"].sel(organisation=party).sum("sector").values,
    }
