"""What a comparison of plans found, as sentences with their uncertainty, whichever way it came out.

`findings` takes the Dataset and returns sentences. The page calls a plan by its title and letter, the terminal by the
name it was asked for: `naming` and `by_name` say how. Nothing here knows a city.
"""

from __future__ import annotations

import json
import math
from datetime import date
from typing import NamedTuple

import numpy as np
import xarray as xr

from mohalla.experiments.comparison import money
from mohalla.report import comparison_numbers as numbers
from mohalla.report import words
from mohalla.report.ablation import Effect
from mohalla.report.comparison_numbers import BY_NAME, Counted
from mohalla.scenario import Scenario

TOLD = ("coerced", "hold", "heart", "gap", "seats")  # what is told beside release and lives
ALIKE = {
    "coerced": "coerced share",
    "hold": "hold",
    "heart": "hearts",
    "gap": "gap between face and heart",
    "seats": "share of seats",
}


class Names(NamedTuple):
    """How things are called: who is measured, its community, the city, money; each plan alone, and in a text."""

    of: str
    community: str
    title: str
    money: str
    plans: tuple[str, ...]
    called: tuple[str, ...]


class PlanFinding(NamedTuple):
    """What one plan changes: its letter, its name, sentences."""

    letter: str
    name: str
    sentences: tuple[str, ...]


def naming(data: xr.Dataset, scenario: Scenario | None = None) -> Names:
    """Names from the scenario where it is given, else what the Dataset calls them; plans by title and letter."""
    of, community = str(data.attrs.get("of", "it")), str(data.attrs.get("community", ""))
    said = numbers.described(data)
    titles = tuple(str(said[name].get("title") or name) for name in numbers.plans(data))
    called = tuple(f"{title} ({letter(i)})" if i else f"“{title}”" for i, title in enumerate(titles))
    if scenario is None:
        title = str(data.attrs.get("title", data.attrs.get("scenario", "")))
        name = json.loads(data.attrs.get("names", "{}")).get(of, of)
        community = str(data.attrs.get("community_name", community))
        return Names(name, community, title, str(data.attrs.get("money", "money")), titles, called)
    places = {one.id: one.name for one in scenario.communities}
    about = scenario.about
    own = words.short_names(scenario).get(of, of)
    return Names(own, places.get(community, community), about.title, about.money, titles, called)


def by_name(data: xr.Dataset) -> Names:
    """The same, with plans by the names they were asked for."""
    plans = tuple(numbers.plans(data))
    return naming(data)._replace(plans=plans, called=(f"“{plans[0]}”", *plans[1:]))


def letter(place: int) -> str:
    """The letter of a plan: A for the first after the baseline, AA after Z; none for the baseline."""
    text = ""
    while place > 0:
        place, rest = divmod(place - 1, 26)
        text = chr(65 + rest) + text
    return text


def findings(data: xr.Dataset, names: Names) -> tuple[str, ...]:
    """Everything found, a paragraph each: over all plans first, then plan by plan."""
    return (*overall(data, names), *(" ".join(one.sentences) for one in by_plan(data, names)))


# ------------------------------------------------------------------------------------------------------ over all plans


def overall(data: xr.Dataset, names: Names) -> tuple[str, ...]:
    """What is to be said of all plans together, and of how far it can be trusted."""
    said = [_baseline(data, names)]
    if data.sizes["plan"] > 1:
        said += [*_releases(data, names), _lives(data, names)]
    return tuple(line for line in (*said, _trust(data)) if line)


def _baseline(data: xr.Dataset, names: Names) -> str:
    found = numbers.counted(numbers.flags(data, numbers.RELEASE)[0], numbers.level(data))
    base = names.called[0]
    alone = "Only one plan was run, so there is nothing to compare it with. " if data.sizes["plan"] == 1 else ""
    if not found.n:
        return f"{alone}Whether {base} releases {whom(names)} is not known{_why(data, 0)}."
    return f"{alone}Under {base}, the baseline, {whom(names)} are released in {of_seeds(found, numbers.level(data))}."


def whom(names: Names) -> str:
    """Whose release is meant."""
    return f"the coerced among {names.community or 'its own community'}"


def _releases(data: xr.Dataset, names: Names) -> list[str]:
    """The plan that releases most often, or that none does and what could have been missed."""
    sure = numbers.level(data)
    found = [numbers.counted(row, sure) for row in numbers.flags(data, numbers.RELEASE)]
    plans = range(1, len(found))
    if not any(found[i].n for i in plans):
        return ["Of no plan is it known whether it releases them."] if found[0].n else []
    if not any(found[i].hits for i in plans):
        top = max(found[i].high for i in plans if found[i].n)
        missed = f"a plan that does so in up to {words.percent(top)} of worlds may show none in"
        seeds = _seeds(max(one.n for one in found))
        return [f"No plan releases them in any seed. That is no proof that none can: {missed} {seeds}."]
    best = max(found[i].share for i in plans if found[i].n)
    if found[0].n and best <= found[0].share:
        return ["No plan releases them more often than the baseline does."]
    first = [i for i in plans if found[i].n and found[i].share == best]
    who = words.joined([names.called[i] for i in first])
    verb, most = ("release", "each ") if len(first) > 1 else ("releases", "")
    return [f"{who} {verb} most often: {most}in {of_seeds(found[first[0]], sure)}."]


def _lives(data: xr.Dataset, names: Names) -> str:
    """Which plans cost lives for certain, which save some, and of how many that cannot be told."""
    if "toll" not in data:
        return ""
    found = numbers.effects(data, BY_NAME["toll"])
    cost = [names.called[i] for i in range(1, len(found)) if found[i].low > 0]
    save = [names.called[i] for i in range(1, len(found)) if found[i].high < 0]
    alike = [i for i in range(1, len(found)) if numbers.same(data, i)]
    open_ = len(found) - 1 - len(cost) - len(save) - len(alike)
    text = f"More people are killed under {words.joined(cost)}" if cost else ""
    if save:
        text += f"{'; fewer' if cost else 'Fewer people are killed'} under {words.joined(save)}"
    if not text and not open_:
        return ""
    if not text:
        return "Of no plan can be said whether more or fewer people are killed than under the baseline."
    rest = f"; of {words.counted(open_, 'plan')} it cannot be told" if open_ else ""
    return f"{text} than under the baseline{rest}."


def _trust(data: xr.Dataset) -> str:
    """How many intervals there are, and how many miss by chance alone."""
    n, sure = data.sizes["seed"], numbers.level(data)
    if n < 2:
        return (
            "One seed was run: it shows what can happen, and nothing about how likely it is. No interval can be given."
        )
    rows = (data.sizes["plan"] - 1) * len(numbers.measures(data))
    if not rows:
        return ""
    return (
        f"Differences are paired over {_seeds(n)}, with {words.percent(sure)} intervals. Of {rows} intervals about "
        f"{words.number(rows * (1 - sure))} would lie wholly on one side of nought by chance alone."
    )


# ------------------------------------------------------------------------------------------------------- plan by plan


def by_plan(data: xr.Dataset, names: Names) -> tuple[PlanFinding, ...]:
    """What each plan changes against the baseline; every sentence can stand alone."""
    return tuple(
        PlanFinding(letter(i), names.plans[i], tuple(_plan(data, names, i))) for i in range(1, data.sizes["plan"])
    )


def _plan(data: xr.Dataset, names: Names, i: int) -> list[str]:
    who = names.called[i]
    if numbers.same(data, i):
        return [f"{who} comes out exactly as the baseline in every seed: it changes nothing that is measured."]
    said = [_released(data, names, i), _killed(data, i), _changed(data, names, i), _costs(data, names, i)]
    return [line for line in said if line]


def _released(data: xr.Dataset, names: Names, i: int) -> str:
    sure = numbers.level(data)
    ways = numbers.flags(data, numbers.RELEASE)
    found, base = (numbers.counted(ways[place], sure) for place in (i, 0))
    if not found.n:
        return f"Whether {names.called[i]} releases {whom(names)} is not known{_why(data, i)}."
    text = f"{names.called[i]} releases {whom(names)} in {of_seeds(found, sure)}; the baseline in {base.hits}"
    apart = numbers.effects(data, BY_NAME[numbers.RELEASE])[i]
    if math.isfinite(apart.low) and found.hits != base.hits:
        doubt = "" if apart.clear else ", which chance alone could do"
        text += f" (difference {span_of(apart, numbers.POINTS)} {numbers.POINTS}{doubt})"
    return f"{text}.{_when(data, i, found)}{_rebounds(data, i, found)}"


def _when(data: xr.Dataset, i: int, found: Counted) -> str:
    if not found.hits or "release_year" not in data:
        return ""
    years = data["release_year"].transpose("plan", "seed").values[i].astype(float)
    known = years[np.isfinite(years)]
    if not len(known):
        return ""
    which = "The median release" if len(known) > 1 else "It"
    return f" {which} begins {words.number(float(np.median(known)))} years after the branch."


def _rebounds(data: xr.Dataset, i: int, found: Counted) -> str:
    """How many of the releases were undone within five years."""
    back = numbers.counted(numbers.flags(data, numbers.REBOUND)[i], numbers.level(data))
    if not found.hits:
        return ""
    if not back.n:
        return f" Whether it is undone within five years is not known{_why(data, i)}."
    if back.n < found.hits:
        known = f" Of {back.n} it is known whether they are undone within five years"
        return f"{known}: {back.hits or 'none'} {_is(back.hits)}."
    if back.n == 1:
        return f" It {'is undone' if back.hits else 'is not undone'} within five years."
    many = {0: "None", back.n: "All"}.get(back.hits, str(back.hits))
    return f" {many} of these {back.n} {_is(back.hits)} undone within five years."


def _is(count: int) -> str:
    return "is" if count == 1 else "are"


def _why(data: xr.Dataset, i: int) -> str:
    """Why release or rebound are not known, where the Dataset says so."""
    kept = json.loads(data.attrs.get("unknown", "{}")).get(numbers.plans(data)[i], {})
    return f": {'; '.join(kept)}" if kept else ""


def _killed(data: xr.Dataset, i: int) -> str:
    """Lives, said as lives."""
    if "toll" not in data:
        return ""
    paired = numbers.differences(data, BY_NAME["toll"])[i]
    found = numbers.effects(data, BY_NAME["toll"])[i]
    end = _end(data)
    if not math.isfinite(found.low):
        return f"In its one seed {_people(found.mean)} killed{end}." if math.isfinite(found.mean) else ""
    above, below, _ = numbers.sides(paired)
    if found.low == found.high == 0:
        return f"Exactly as many people are killed{end} as under the baseline, in every seed."
    if found.low <= 0 <= found.high:
        return (
            f"Whether more or fewer people are killed{end} cannot be told: {span_of(found, 'deaths')}, more in {above} "
            f"and fewer in {below} of {_seeds(found.n)}."
        )
    often, count = ("more", above) if found.mean > 0 else ("fewer", below)
    return (
        f"{_people(found.mean).capitalize()} killed{end} ({numbers.shown(abs(_near(found)), 'deaths')} to "
        f"{numbers.shown(abs(_far(found)), 'deaths')}), {often} in {count} of {_seeds(found.n)}."
    )


def _costs(data: xr.Dataset, names: Names, i: int) -> str:
    """Money, which no plan saves or spends for certain where its prices are guesses."""
    if "cost" not in data:
        return ""
    found = numbers.effects(data, BY_NAME["cost"])[i]
    if not math.isfinite(found.mean) or found.mean == 0:
        return ""
    more = found.mean > 0
    size = found if more else Effect(found.n, -found.mean, -found.high, -found.low)
    by, unit = money(names.money, size.mean)
    low, high = (numbers.shown(edge / by, "money") for edge in (size.low, size.high))
    span = f" ({low} to {high})" if math.isfinite(size.low) else ""
    against = f"{unit} {'more' if more else 'less'} than the baseline{span}"
    return f"It costs {words.number(size.mean / by)} {against}, at prices that are assumptions."


def _people(mean: float) -> str:
    if mean == 0:
        return "as many people are"
    return f"about {words.number(abs(round(mean)) or abs(mean))} {'more' if mean > 0 else 'fewer'} people are"


def _near(found: Effect) -> float:
    return min(found.low, found.high, key=abs)


def _far(found: Effect) -> float:
    return max(found.low, found.high, key=abs)


def _end(data: xr.Dataset) -> str:
    """` by the end of 2030`, where the Dataset says when it ends."""
    until = str(data.attrs.get("until", ""))
    return f" by {words.day(date.fromisoformat(until[:10]))}" if until else ""


def _changed(data: xr.Dataset, names: Names, i: int) -> str:
    """The shares that change for certain; nothing is said of one that does not."""
    found = {name: numbers.effects(data, BY_NAME[name])[i] for name in TOLD if name in data}
    clear = {name: one for name, one in found.items() if one.clear}
    if not clear:
        return ""
    parts = [f"{ALIKE[name]} {span_of(one, numbers.POINTS)}" for name, one in clear.items()]
    when = "seats at the last national election, the rest in the last year" if "seats" in clear else "in the last year"
    return f"What changes for {names.of}, in {numbers.POINTS}: {words.joined(parts)}; {when}."


# ------------------------------------------------------------------------------------------------------------- numbers


def _seeds(n: int) -> str:
    return f"{n} seed{'s' if n != 1 else ''}"


def of_seeds(found: Counted, sure: float) -> str:
    """`7 of 12 seeds (58 %, 95 % interval 32 to 81 %)`."""
    if not found.n:
        return "no seed in which it was measured"
    text = f"{found.hits} of {_seeds(found.n)}"
    if found.n < 2:
        return text
    low, high = words.whole(100 * found.low), words.whole(100 * found.high)
    return f"{text} ({words.percent(found.share)}; {words.percent(sure)} interval {low} to {high} %)"


def span_of(found: Effect, unit: str) -> str:
    """`+3.1 (1.2 to 5.0)`: a difference with its sign and its interval, where it has one."""
    if not math.isfinite(found.mean):
        return "not measured"
    text = numbers.signed(found.mean, unit)
    if not math.isfinite(found.low):
        return text
    return f"{text} ({numbers.shown(found.low, unit)} to {numbers.shown(found.high, unit)})"
