"""What a plan does, in words: one line an intervention with what, how much, of whom and where, and when.

A plan stands in the comparison's Dataset as canonical JSON; what has no word here is shown as it is written.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from mohalla.experiments.intervals import Floats
from mohalla.report import words
from mohalla.scenario import Scenario

WHAT = {
    "services": "Services ordered by the state",
    "raids": "Raids a week",
    "other_raids": "Raids a week at none of the organisations",
    "evenness": "Share of raids aimed at gunmen, whosever they are",
    "unlawful": "Unlawful share of the operation’s harm",
    "announced": "Years the state says its force will stay",
    "credibility": "How far announcements are believed",
    "personnel": "Personnel of the state in the city",
    "stance": "Stance of the centre",
    "allies_needed": "How far the rulers need allies",
    "office": "Share in the offices of government",
    "funds": "Money a year from outside the city",
    "foreign_funds": "Money a year from a foreign state",
    "tide": "Standing outside the city",
    "positions": "How far its positions please foreign powers",
    "leader_abroad": "Its leader commands from abroad",
    "leader_bound": "How far proceedings bind its leader",
    "media": "How harshly news media show violence",
    "reshuffle": "Its chief organiser is replaced",
    "readmission": "It takes its splinters back",
    "appeal": "It appeals to foreign states",
    "exclusion": "Share of its young shut out of study and work",
    "purge_fear": "Fear of purge among its holders of posts",
    "outrage": "Killings laid at its door and not yet forgotten",
    "sponsor_seen": "How visible an outside sponsor of it is",
    "militancy": "Least share of its spending that goes to arms",
    "foreign_shield": "Protection by foreign powers",
    "legitimacy": "Standing of its words",
    "penetration": "Influence inside the state’s forces",
    "armed": "Armed cadre",
    "workers": "Unarmed workers",
    "budget": "Money in hand",
    "chief": "Holder of the chief organiser’s post",
    "sector_heads": "Holders of posts of head of a sector",
    "heads": "Holders of posts of head of a unit",
}
MEASURED = {
    "killings": "the number killed in four weeks",
    "hold": "the hold of {}",
    "coerced": "the share coerced by {}",
    "armed": "the armed cadre of {}",
}
SHARES = ("hold", "coerced")
TIED = "\u00a0"  # a space at which no line breaks


class Act(NamedTuple):
    """One intervention in words, and the span on a time axis in which it may act (`end` is None where it stays)."""

    what: str
    much: str
    where: str
    when: str
    start: date | None
    end: date | None


def acts(text: str, scenario: Scenario | None = None) -> list[Act]:
    """The interventions of a plan, from its canonical text; none for a plan that does nothing."""
    table = json.loads(text) if text else []
    listed = table if isinstance(table, list) else table.get("interventions", [])
    return [_act(one, _names(scenario)) for one in listed]


def _names(scenario: Scenario | None) -> dict[str, str]:
    """Names by id of organisations, communities and districts."""
    if scenario is None:
        return {}
    communities = {one.id: one.name for one in scenario.communities}
    districts = {one.id: one.name for one in scenario.geography.districts}
    return {**words.short_names(scenario), **communities, **districts}


def _act(one: Mapping[str, Any], names: Mapping[str, str]) -> Act:
    value = str(one.get("value", ""))
    start, end = (date.fromisoformat(str(one[key])) if one.get(key) else None for key in ("from", "to"))
    what = WHAT.get(value) or _number_named(value)
    return Act(what, _much(one), _where(one, names), _when(one, start, end, names), start, end)


def became(data: xr.Dataset, plan: int, number: int) -> str:
    """What became of one intervention over the seeds, where its text does not say it all: begun when, short of what."""
    if "begun" not in data:
        return ""
    here = data.isel(plan=plan, intervention=number)
    waited = json.loads(_text(data, plan))[number].get("when")
    said = [_begun(here["begun"].values) if waited else "", _missed(here["wanted"].values, here["done"].values)]
    return "; ".join(part for part in said if part)


def begins(data: xr.Dataset, plan: int, number: int) -> date | None:
    """The day on which a waiting intervention begins in the middle one of the seeds in which it does.

    The last day there is where it never begins; none for one that waits for nothing.
    """
    if "begun" not in data or not json.loads(_text(data, plan))[number].get("when"):
        return None
    days = np.sort(data["begun"].isel(plan=plan, intervention=number).values)
    known = days[~np.isnat(days)]
    return _day(known[(known.size - 1) // 2]) if known.size else date.max


def _day(moment: np.datetime64) -> date:
    found: date = moment.astype("datetime64[D]").item()
    return found


def _begun(first: NDArray[np.datetime64]) -> str:
    """In how many seeds a condition came true, and when in the middle one of them."""
    days = np.sort(first[~np.isnat(first)])
    if not days.size:
        return f"this came true in none of {_seeds(first.size)}"
    middle = words.day(_day(days[(days.size - 1) // 2]))
    when = (
        f"on {middle}"
        if first.size == 1
        else f"in {days.size} of {_seeds(first.size)}, "
        + (f"in the middle one on {middle}" if days.size > 1 else f"on {middle}")
    )
    return f"this came true {when}"


def _missed(wanted: Floats, done: Floats) -> str:
    """In how many seeds less was removed than the plan says, because no more was there."""
    short = done < wanted - 1e-9  # not where nothing was to be moved: not a number is less than nothing
    if not short.any():
        return ""
    of = f"{words.number(float(np.median(done[short])))} of {words.number(float(np.median(wanted[short])))}"
    if short.size == 1:
        return f"no more than {of} were there to be removed"
    return f"in {short.sum()} of {_seeds(short.size)} less was there: {of} removed in the median of these"


def _seeds(count: int) -> str:
    return f"{count} seed{'' if count == 1 else 's'}"


def _text(data: xr.Dataset, plan: int) -> str:
    said = json.loads(data.attrs["plans"])
    return str(said[str(data["plan"].values[plan])].get("text", ""))


def course(data: xr.Dataset, scenario: Scenario | None = None) -> list[str]:
    """The same of every intervention of every plan of which there is something to say, a sentence each."""
    return [
        f"{name}: {act.what} ({act.where}; {act.when}): {told}.".replace(TIED, " ")
        for i, name in enumerate(map(str, data["plan"].values))
        for number, act in enumerate(acts(_text(data, i), scenario))
        if (told := became(data, i, number))
    ]


def _number_named(value: str) -> str:
    """A mechanism's number, `recruitment.leaving_per_year`, as `Leaving per year (recruitment)`."""
    mechanism, _, name = value.rpartition(".")
    text = name.replace("_", " ").capitalize()
    return f"{text} ({mechanism})" if mechanism else text


def _much(one: Mapping[str, Any]) -> str:
    return ", ".join(part for part in (_change(one), *_manner(one)) if part)


def _change(one: Mapping[str, Any]) -> str:
    """How much, in the terms in which the plan says it."""
    if "set" in one:
        return f"set to {_amount(one['set'])}"
    if "scale" in one:
        return f"multiplied by {_amount(one['scale'])}"
    if "add" in one:
        return f"{_amount(abs(one['add']))} {'more' if one['add'] >= 0 else 'less'}"
    if "share" in one:
        return f"{words.percent(one['share'])} removed"
    return f"{_amount(one['remove'])} removed" if "remove" in one else ""


def _manner(one: Mapping[str, Any]) -> list[str]:
    found = []
    if one.get("ramp_weeks"):
        found.append(f"reached over {one['ramp_weeks']} weeks")
    if one.get("fate") == "held":
        found.append("who are held")
    if one.get("fate") == "splinter":
        found.append("who leave for a splinter")
    if one.get("first"):
        found.append(f"the most {one['first']} first")
    if one.get("kept") is False:
        found.append("and not kept")
    return found


def _amount(value: object) -> str:
    return words.number(float(value)) if isinstance(value, int | float) else str(value)


def _where(one: Mapping[str, Any], names: Mapping[str, str]) -> str:
    """Of whom and where; everywhere where nothing narrows it down."""
    said = [words.joined([names.get(name, name) for name in one[key]]) for key in _KINDS if one.get(key)]
    numbered = [key for key in ("sectors", "units") if one.get(key)]
    said += [f"{key if len(one[key]) > 1 else key[:-1]} {_numbered(one[key])}" for key in numbered]
    return "; ".join(said) or "the whole city"


_KINDS = ("organisations", "communities", "districts")


def _numbered(places: Sequence[int]) -> str:
    """Numbers of places, runs of them as spans: 3–7 and 9."""
    runs: list[list[int]] = []
    for place in sorted(places):
        if runs and place == runs[-1][-1] + 1:
            runs[-1].append(place)
        else:
            runs.append([place])
    return words.joined([f"{run[0]}–{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs])


def _when(act: Mapping[str, Any], start: date | None, end: date | None, names: Mapping[str, str]) -> str:
    first, last = (words.day(one).replace(" ", TIED) if one else "the beginning" for one in (start, end))
    span = f"{first} – {last}" if end else f"from {first} to the end"
    if start and start == end:
        span = first
    return f"{span}, {_condition(act['when'], names)}" if act.get("when") else span


def _condition(when: Mapping[str, Any], names: Mapping[str, str]) -> str:
    measure, side = str(when.get("measure", "")), "below" if "below" in when else "above"
    whose = str(when.get("organisation", ""))
    bound = float(when.get(side, 0))
    at = words.percent(bound) if measure in SHARES else words.number(bound)
    what = MEASURED.get(measure, measure).format(names.get(whose, whose))
    return f"once {what} has been {side} {at} for {when.get('for_weeks', 52)} weeks"
