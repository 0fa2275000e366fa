"""The resident's week as a user of Mesa would write it: one object a resident, plain Python floats, the same rule.

Draws come from the model's own generator, so the numbers differ from the kernel's; the work does not.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import exp
from typing import Any, NamedTuple

import mesa
import numpy as np

from benchmarks.timing import best

MOST_REVERSALS = 3


class Place(NamedTuple):
    """What a cell offers and threatens: a number per organisation, then numbers of the place."""

    active: list[int]
    appeal: list[float]
    reach: list[float]
    gain: list[float]
    risk: list[float]
    worst: list[float]
    strongest: int
    harm: float
    calm: float
    relapse: int
    delivery: float
    announced: float
    discount: float


class Resident(mesa.Agent):
    """One adult: a heart, a face, fear, relapses lived through, and lasting traits."""

    def __init__(self, model: City, place: Place) -> None:
        super().__init__(model)
        p, draw = model.p, model.random
        self.place = place
        self.caution = exp(draw.gauss(0.0, p.caution_spread))
        self.horizon = p.horizon_short_years + p.horizon_span_years * draw.random()
        self.taste = [draw.gauss(0.0, p.taste_spread) for _ in place.appeal]
        self.heart, self.face, self.fear, self.reversals = 0, 0, 0.0, 0

    def step(self) -> None:
        """Feel, believe, choose a heart, choose a face, speak."""
        met = self.random.choice(self.place.active)
        belief = self.feel_and_believe()
        self.choose_heart(met)
        self.choose_face(met, belief)
        self.speak(belief)

    def feel_and_believe(self) -> float:
        """Fear after the week, and the chance that danger stays away through the horizon."""
        place, p = self.place, self.model.p
        self.reversals = min(self.reversals + place.relapse, MOST_REVERSALS)
        self.fear *= 1.0 - p.fear_decay_per_turn
        if self.random.random() < place.harm:
            self.fear += (1.0 - self.fear) * p.fear_jump
        exposed = self.horizon - place.discount * min(self.horizon, place.announced)
        known = place.calm + p.prior_years
        return (known / (known + exposed)) ** (1 + self.reversals)

    def choose_heart(self, met: int) -> None:
        """Move to the organisation met, if it appeals more."""
        place, p = self.place, self.model.p
        better = place.appeal[met] - place.appeal[self.heart] + self.taste[met] - self.taste[self.heart]
        if self.random.random() * (1.0 + exp(-better / p.heart_noise)) < p.meetings_per_turn * place.reach[met]:
            self.heart = met

    def choose_face(self, met: int, belief: float) -> None:
        """Show the best of heart, organisation met, strongest and the face shown now."""
        p = self.model.p
        weight = p.danger * self.caution * (p.base_fear + self.fear)
        worths = {k: self.worth(k, weight, 1.0 - belief) for k in (self.face, self.heart, met, self.place.strongest)}
        best_face = max(worths, key=worths.__getitem__)
        gain = worths[best_face] - worths[self.face]
        if self.random.random() * (1.0 + exp(-gain / p.face_noise)) < p.faces_per_turn:
            self.face = best_face

    def worth(self, k: int, weight: float, doubt: float) -> float:
        """Utility of showing a face."""
        place = self.place
        honesty = self.model.p.honesty if k == self.heart else 0.0
        return honesty + place.gain[k] - weight * (place.risk[k] + doubt * place.worst[k])

    def speak(self, belief: float) -> None:
        """Give the state a tip, perhaps."""
        place = self.place
        feared = place.strongest > 0
        grievance = feared * max(0.0, place.appeal[self.heart] - place.appeal[place.strongest])
        chance = self.model.p.speaking_per_turn * belief * place.delivery * grievance * (1.0 - self.fear)
        if self.random.random() < chance:
            self.model.tips += 1


class City(mesa.Model):
    """Residents in the first cells of a city, until there are enough of them."""

    def __init__(self, arrays: Mapping[str, np.ndarray], p: Any, residents: int) -> None:
        super().__init__(seed=1)
        self.p, self.tips = p, 0
        counts = arrays["cell_count"]
        cells = np.repeat(np.arange(counts.size), counts)[:residents]
        places = {int(cell): place_of(arrays, int(cell)) for cell in np.unique(cells)}
        for cell in cells:
            Resident(self, places[int(cell)])

    def step(self) -> None:
        """One week of every resident."""
        self.agents.do("step")


def place_of(arrays: Mapping[str, np.ndarray], cell: int) -> Place:
    """One cell's numbers, as Python lists and floats."""
    place, community = divmod(cell, len(arrays["community_appeal"]))
    unit = arrays["neighbourhood_unit"][place]
    appeal = arrays["community_appeal"][community] + arrays["local_appeal"][place]
    appeal = appeal + arrays["rally"][community] * arrays["exposed"][unit]
    appeal = appeal + arrays["protection"][community] * arrays["shelter"][unit]
    lists = ([float(x) for x in row] for row in (appeal, *(arrays[name][place] for name in ROWS)))
    numbers = [arrays[name][place].item() for name in ("strongest", "harm", "calm_years", "relapse", "services")]
    active = [int(k) for k in arrays["active"]]
    return Place(active, *lists, *numbers, float(arrays["announced_years"][0]), float(arrays["credibility"][0]))


ROWS = ("reach", "gain", "risk", "worst")


def rate(arrays: Mapping[str, np.ndarray], p: Any, residents: int = 20_000, weeks: int = 2) -> float:
    """Resident-weeks a second."""
    city = City(arrays, p, residents)

    def run() -> None:
        for _ in range(weeks):
            city.step()

    return len(city.agents) * weeks / best(run, repeats=3)
