"""A comparison as somebody asks for it: words into a question, a run folder begun or taken up, the Dataset put there.

A comparison that was stopped is known by what was asked. Where its scenario, plans, code, libraries or machine are not
what they were, that is said, and nothing of it is used: what is kept of single simulations has their hash for a name.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from mohalla import reading, saving, store
from mohalla.calendar import date_of, monday
from mohalla.engine import branching
from mohalla.engine.cpu import made_with
from mohalla.engine.simulate import simulate
from mohalla.engine.snapshot import differences
from mohalla.errors import MohallaError, listed
from mohalla.experiments import batch, compare, comparison, effects
from mohalla.experiments.compare import Arm, Engine, Found, Question, Rule
from mohalla.plan import NOTHING, Plan, first_week, plan_text
from mohalla.scenario import Scenario

USUAL_SCALE, ALL = 50, "all"
NARROWEST, WIDEST = 0.005, 0.5


class Asked(NamedTuple):
    """A comparison in the words it was asked in; what is None is chosen from the scenario and the plans."""

    scenario: str
    plans: tuple[str, ...] = ()
    seeds: int = 32
    branch: str | None = None
    until: str | None = None
    scale: int = USUAL_SCALE
    without: tuple[str, ...] = ()
    until_ci: float | None = None
    party: str | None = None
    rules: tuple[str, ...] = ()


# --- from words to a question ----------------------------------------------------------------------------------------


def engine() -> Engine:
    """What simulates, unless it is another in a test."""
    return Engine(simulate, branching.past, branching.branched)


def question(
    asked: Asked, scenario: Scenario, declared: reading.Declared, engine: Engine, given: Sequence[Plan | str] = ()
) -> Question:
    """What was asked, checked as a whole before anything is simulated. Plans may be `given` as such."""
    latest = reading.last_day(asked.until, scenario) if asked.until else scenario.about.latest
    begin = first_day(asked.branch) if asked.branch else None
    if begin and begin >= latest:
        raise MohallaError(f"--from {begin} is not before --to {latest}: nothing is left in which plans could differ.")
    words = [name.strip() for word in asked.plans for name in word.split(",") if name.strip()]
    plans = _plans(given or words, scenario, declared, latest)
    branch = begin or _first(plans, scenario)
    until = latest if asked.until else _long_enough(plans, scenario, branch)
    if asked.party:
        reading.one_of("--party", asked.party, [one.id for one in scenario.organisations])
    arms = compare.arms(plans, scenario, branch, until)
    rules = _rules(asked, scenario, declared, branch, until)
    return Question(scenario, arms, branch, until, asked.scale, asked.without, engine, rules)


def _rules(
    asked: Asked, scenario: Scenario, declared: reading.Declared, branch: date, until: date
) -> tuple[Plan, ...]:  # fmt: skip
    """Other rules of extrapolation, by name or file, or `all` shipped ones that fit. None begins before plans part."""
    words = [name.strip() for word in asked.rules for name in word.split(",") if name.strip()]
    if words == [ALL]:
        found = _that_fit(reading.shipped_rules(), lambda name: reading.read_rule(name, scenario, declared, until))
        if not found:
            raise MohallaError(f"--rules all: no shipped rule fits {scenario.about.name}. Name files of your own.")
    else:
        found = [reading.read_rule(name, scenario, declared, until) for name in words]
    names = [rule.name for rule in found]
    for rule in found:
        if names.count(rule.name) > 1:
            raise MohallaError(f"--rules {rule.name}: given twice. Name every rule once.")
        begins = first_week(rule, scenario)
        if begins is not None and date_of(begins, scenario.about.start) < monday(branch):
            raise MohallaError(
                f"--rules {rule.name}: begins in the week of {date_of(begins, scenario.about.start)}, before plans "
                f"part on {monday(branch)} (--from). The past is simulated under the stated rules only."
            )
    return tuple(found)


def _that_fit(names: Iterable[str], read: Callable[[str], Plan]) -> list[Plan]:
    """Those that can be laid over this city: others were made for another."""
    found = []
    for name in names:
        with suppress(MohallaError):
            found.append(read(name))
    return found


def party(asked: Asked, scenario: Scenario) -> str | None:
    """The organisation it is about: asked for, or declared by the scenario, or left to what the plans name."""
    return asked.party or scenario.about.party


def rule(asked: Asked, scenario: Scenario) -> Rule | None:
    """When to stop, where seeds are to be added only until intervals are narrow enough."""
    width = asked.until_ci
    if width is None:
        return None
    if not NARROWEST <= width <= WIDEST:
        raise MohallaError(
            f"--until-ci = {width}: must be between {NARROWEST} and {WIDEST} (of a share, on either side)."
        )
    return Rule(width, party=party(asked, scenario))


def first_day(text: str) -> date:
    """The day of `2013`, `2013-09` or `2013-09-02`."""
    whole = re.fullmatch(r"(\d{4})(-\d{2})?(-\d{2})?", text)
    try:
        if whole is None:
            raise ValueError
        return date.fromisoformat(f"{whole[1]}{whole[2] or '-01'}{whole[3] or '-01'}")
    except ValueError:
        raise MohallaError(
            f"--from = '{text}': must be a year, month or day such as 2013, 2013-09 or 2013-09-02."
        ) from None


def _plans(given: Sequence[Plan | str], scenario: Scenario, declared: reading.Declared, latest: date) -> list[Plan]:
    """The plans given, or every shipped one that fits; one alone is held against the scenario as it is."""
    if not given:
        return _fitting(scenario, declared, latest)
    plans = [reading.plan_for(one, scenario, declared, latest) or NOTHING for one in given]
    if len(plans) == 1:
        if not plans[0].interventions:
            raise MohallaError(f"--plan {plans[0].name}: one plan alone is no comparison. Name another beside it.")
        return [NOTHING, plans[0]]
    return plans


def _fitting(scenario: Scenario, declared: reading.Declared, latest: date) -> list[Plan]:
    names = reading.fitting_plans(scenario, declared, latest)
    if not names:
        raise MohallaError(f"no shipped plan fits {scenario.about.name}. Name plans of your own: --plan FILE.toml.")
    return [NOTHING, *(reading.read_plan(name, scenario, declared, latest) for name in names)]


def _first(plans: Sequence[Plan], scenario: Scenario) -> date:
    """The week in which the first of these plans begins."""
    weeks = [week for plan in plans if (week := first_week(plan, scenario)) is not None]
    if not weeks:
        raise MohallaError("--from: say when these plans part, as 2013-09; none of them begins anything.")
    return date_of(min(weeks), scenario.about.start)


def _long_enough(plans: Sequence[Plan], scenario: Scenario, branch: date) -> date:
    """The end of a run in which release and rebound of every plan can be seen, as far as the scenario goes."""
    about = scenario.about
    arms: tuple[Arm, ...] = compare.arms(plans, scenario, branch, about.latest)
    after = date_of(max(arm.leaves for arm in arms) + effects.WITHIN, about.start)
    return min(after - timedelta(days=1), about.latest)


# --- in the store ----------------------------------------------------------------------------------------------------


class Begun(NamedTuple):
    """The run folder of a comparison, whether one that was stopped goes on, and what should be said of others."""

    run: store.Run
    goes_on: bool
    told: list[str]


def begin(asked: Asked, what: Question, root: Path | None, *, resume: bool) -> Begun:
    """The run that this very comparison was stopped in, or a new one. With `resume` there has to be one."""
    told: list[str] = []
    for run in _unfinished(asked, root):
        if run.status == "running":
            raise MohallaError(f"{run.folder}: another process is making this comparison now.")
        changed = list(_changes(run, what))
        if not changed:
            saving.sweep_after_the_dead(run.folder)
            return Begun(run, True, told)
        words = f"{run.id} was stopped, but since then {'; '.join(changed)}. Nothing of it is used"
        if resume:
            raise MohallaError(f"{words}; without --resume this comparison begins anew.")
        told.append(f"{words}: this comparison begins anew.")
    if resume:
        raise MohallaError(
            f"no comparison like this was stopped in {store.root(root)}. Without --resume it begins "
            "(what is kept of its simulations is used)."
        )
    return Begun(store.create(what.scenario, _facts(asked, what), root, kind=store.COMPARISON), False, told)


def _unfinished(asked: Asked, root: Path | None) -> Iterator[store.Run]:
    """Comparisons asked for in the same words that have not ended."""
    said = _words(asked)
    for run in store.runs(root):
        if run.is_comparison and run.status != "finished" and run.details["request"].get("asked") == said:
            yield run


def _words(asked: Asked) -> dict[str, Any]:
    return {key: list(one) if isinstance(one, tuple) else one for key, one in asked._asdict().items()}


def _facts(asked: Asked, what: Question) -> dict[str, Any]:
    return {
        "scenario": asked.scenario,
        "asked": _words(asked),
        "plans": [arm.name for arm in what.arms],
        "seeds": asked.seeds,
        "branch": str(monday(what.branch)),
        "until": str(what.until),
        "without": list(what.without),
        "identity": _identity(what),
        "command": sys.argv[1:],
    }


def _identity(what: Question) -> dict[str, str]:
    """What must be as it was for a comparison to go on."""
    plans = {f"plan {arm.name}": batch.hashed({"text": arm.text}) for arm in what.arms}
    plans |= {f"rule {rule.name}": batch.hashed({"text": plan_text(rule)}) for rule in what.rules}
    return {"scenario": reading.fingerprint(what.scenario)[:16], **plans, "until": str(what.until), **made_with()}


def _changes(run: store.Run, what: Question) -> Iterator[str]:
    then = run.details["request"].get("identity")
    if not isinstance(then, dict):
        yield "another version of Mohalla is in use, which keeps comparisons in another way"
        return
    for words in differences(_identity(what), then):
        yield f"{words.split(' was ')[0]} has changed" if words.startswith(("plan ", "rule ")) else words


def finish(run: store.Run, found: Found, what: Question, asked: Asked) -> store.Run:
    """Put the Dataset of a comparison into its run folder; the run is finished then."""
    about = party(asked, what.scenario)
    data = comparison.dataset(found, what, about, rule(asked, what.scenario), asked.seeds)
    comparison.save(data.assign_attrs(command=" ".join(map(str, run.details["request"]["command"]))), run.folder)
    return store.finish(store.note_files(run, comparison.NAME))


def stored(word: str, root: Path | None = None) -> Path:
    """Where the Dataset of a stored comparison lies."""
    run = store.find(word, root)
    path = run.folder / comparison.NAME
    if not path.is_file():
        others = [one.id for one in store.runs(root) if (one.folder / comparison.NAME).is_file()]
        there = f" There are: {listed(others)}." if others else ""
        raise MohallaError(f"{run.folder}: holds no comparison.{there}")
    return path
