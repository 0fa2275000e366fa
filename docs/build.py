"""Keep the generated tables of `docs/*.md` equal to the code: `python -m docs.build`, or `--check` to only look.

A page holds a line `<!-- generated: WHAT -->`, the table, and a line `<!-- end -->`; `makers` lists what can be made.
Everything between the two lines is written here from the schedule, the state, the parameters and the observables that
the package declares; everything else is prose and is left as it is.
"""

from __future__ import annotations

import ast
import inspect
import re
import sys
import tomllib
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

from mohalla import reading, world
from mohalla.engine import recording, simulate
from mohalla.engine.week import BY_NAME, ENGINE_STEPS, SCHEDULE
from mohalla.events import KINDS
from mohalla.levers import LEVERS
from mohalla.mechanisms import ALWAYS_ON, CLAIMS, DECLARED, MODULES, election, residents
from mohalla.observables import BY_QUARTER, EVENTS, OBSERVABLES, Observable
from mohalla.parameters import declared
from mohalla.state import FIELDS, Field
from mohalla.steps import Step

FOLDER = Path(__file__).parent
PACKAGE = Path(world.__file__).parent
PLANS = PACKAGE / "scenarios" / "plans"
FOLDERS = ("", "mechanisms", "engine", "experiments", "connectors", "report", "questions", "cli")
READ = (".py", ".jinja", ".css", ".js")
BLOCK = re.compile(r"(<!-- generated: (?P<what>[^\n]+?) -->\n).*?(<!-- end -->)", re.DOTALL)

ENGINE_SAYS = {
    "imposed": "set what the scenario imposes this week: who exists, tides, money from outside, offices, stances, "
    "raids, announcements, services ordered, background killing",
    "founding": "organisations founded this week enter with their declared workers, gunmen and money",
    "plan": "hold, take and give what a plan says, if there is one",
    "poll": "hold the elections due this week, if any",
    "observe": "record the observables",
}
OFF_SCHEDULE: tuple[Step, ...] = (residents.SETTLE, election.POLL)
STEPS: tuple[Step, ...] = (*BY_NAME.values(), *OFF_SCHEDULE)


def table(head: str, rows: Iterable[Iterable[object]]) -> str:
    """A Markdown table; `head` holds the columns' names between bars."""
    columns = head.split("|")
    lines = [columns, ["---"] * len(columns), *([str(cell) for cell in row] for row in rows)]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def code(names: Iterable[str]) -> str:
    """Names as code, or a dash."""
    return ", ".join(f"`{name}`" for name in names) or "-"


def schedule() -> str:
    """The week, step by step."""
    rows = []
    for group, names in SCHEDULE:
        for name in names:
            step = BY_NAME.get(name)
            if step is None:
                rows.append((group, f"`{name}`", "(engine)", ENGINE_SAYS[name], ""))
            else:
                often = "" if step.every == 1 else f" (every {step.every} weeks)"
                rows.append((group, f"`{name}`{often}", step.mechanism, purpose(step), code(step.writes)))
    return table("part of the week|step|mechanism|what it does|writes", rows)


def purpose(step: Step) -> str:
    """The first sentence of a sweep's docstring."""
    return (inspect.getdoc(step.sweep) or "").split("\n")[0].rstrip(".")


def users(field: Field) -> tuple[str, str]:
    """The steps that write a field and those that only read it."""
    writers = [step.name for step in STEPS if field.name in step.writes]
    readers = [step.name for step in STEPS if field.name in step.reads]
    if field.name in WORDS or field.name in recording.RENAMED.values():
        readers.append("recorded")
    return ", ".join(writers) or "engine", ", ".join(readers) or "-"


def state(noun: str) -> str:
    """The arrays of one noun."""
    rows = (
        (f"`{field.name}`", " x ".join(field.dims), field.unit, f"{field.neutral:g}", field.meaning, *users(field))
        for field in FIELDS
        if field.noun == noun
    )
    return table("array|one for each|unit|neutral|meaning|written by|read by", rows)


def contract(mechanism: str) -> str:
    """What a mechanism is held to: its steps, what they read and write, its claims, whether it can be switched off."""
    module = next(module for module in MODULES if mechanism == module.NAME)
    steps = [step for step in STEPS if step.mechanism == mechanism]
    claims = ", ".join(module.CLAIMS) or "none"
    off = "always on" if mechanism in ALWAYS_ON else f"off with `--without {mechanism}`"
    lines = [f"Claims declared: {claims}. {off[0].upper()}{off[1:]}.", ""]
    lines += [f"- `{step.name}` reads {code(step.reads)}; writes {code(step.writes)}." for step in steps]
    return "\n".join(lines)


def parameters(mechanism: str) -> str:
    """The numbers of one mechanism."""
    rows = (
        (f"`{name}`", f"{value:g}", known.unit, f"{known.low:g} to {known.high:g}", known.meaning, known.source)
        for name, (value, known) in declared(DECLARED[mechanism]).items()
    )
    return table("parameter|value|unit|plausible|meaning|source", rows)


def words_of(*modules: ModuleType) -> set[str]:
    """Names that occur in some modules as words of the code."""
    nodes = (node for module in modules for node in ast.walk(ast.parse(inspect.getsource(module))))
    return {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}


WORDS = words_of(recording)
WRITTEN = {name for step in STEPS for name in step.writes} | words_of(world, simulate)
ARRAYS = {field.name for field in FIELDS}


def observables(which: Iterable[Observable]) -> str:
    """Variables of the results."""
    rows = (
        (
            f"`{one.name}`",
            ", ".join(one.dims),
            one.units,
            one.long_name,
            "" if one in EVENTS or is_filled(one.name) else "neutral: nothing fills it yet",
        )
        for one in which
    )
    return table("variable|dimensions|unit|meaning|", rows)


def events() -> str:
    """The kinds of events."""
    rows = ((f"`{one.name}`", one.meaning, one.size) for one in KINDS.values())
    return table("event|what it is|its size counts", rows)


def is_filled(name: str) -> bool:
    """Whether the recording code names a variable, whole or by its prefix, and somebody writes the array it copies."""
    source = recording.RENAMED.get(name, name)
    if source in ARRAYS - WRITTEN:
        return False
    return name in WORDS or any(word.endswith("_") and len(word) > 1 and name.startswith(word) for word in WORDS)


def claims() -> str:
    """Which mechanisms declare which claim."""
    known: dict[str, list[str]] = {}
    for mechanism, ids in CLAIMS.items():
        for one in ids:
            known.setdefault(one, []).append(mechanism)
    order = sorted(known, key=lambda one: ("OHGSBW".index(one[0]), int(one[1:])))
    return table("claim|mechanisms that declare it", ((one, ", ".join(known[one])) for one in order))


def files(folder: str) -> str:
    """Every file of a folder of the package, with the first sentence of what it says of itself."""
    found = sorted(path for path in (PACKAGE / folder).iterdir() if path.suffix in READ and path.stem[0] != "_")
    return table("file|what it is", ((f"`{path.name}`", _opening(path)) for path in found))


def _opening(path: Path) -> str:
    """The first line of a file's docstring; of a template, a style or a script, the comment in its first line."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        return text.split("\n", 1)[0].strip("{}#-/* ")
    said = ast.get_docstring(ast.parse(text)) or ""
    return said.split("\n", 1)[0]


def levers() -> str:
    """Every named value that a plan can change."""
    rows = ((f"`{one.name}`", one.per, one.kind, one.unit, one.meaning) for one in LEVERS)
    return table("value|one for each|kind|unit|meaning", rows)


def plans(scenario: str) -> str:
    """A section for each shipped plan that fits a shipped scenario: what it is, and its interventions in words."""
    names = reading.fitting_plans(reading.read(scenario, DECLARED), DECLARED)
    return "\n\n".join(_plan_section(tomllib.loads((PLANS / f"{name}.toml").read_text("utf-8"))) for name in names)


def _plan_section(plan: dict[str, Any]) -> str:
    rows = (
        (f"`{one['value']}`", _where(one), _when(one), _how_much(one), one["source"]) for one in plan["interventions"]
    )
    head = f"## {plan['title']}\n\n`{plan['name']}`: {plan['description']}\n\n"
    return head + table("value|where|when|how much|source", rows)


def _where(one: dict[str, Any]) -> str:
    places = ("organisations", "communities", "districts", "sectors", "units")
    named = [", ".join(map(str, one[key])) for key in places if key in one]
    return "; ".join(named) or "everywhere"


def _when(one: dict[str, Any]) -> str:
    ramp = f", rising over {one['ramp_weeks']} weeks" if "ramp_weeks" in one else ""
    return f"{one['from']} to {one.get('to', 'the end')}{ramp}"


def _how_much(one: dict[str, Any]) -> str:
    words = {
        "set": "set to {}",
        "add": "{:+}",
        "scale": "times {}",
        "remove": "{} removed",
        "share": "a share of {} removed",
    }
    return next(said.format(one[key]) for key, said in words.items() if key in one)


def makers() -> dict[str, Callable[[], str]]:
    """Every table that can be generated, by the name its marker uses."""
    found: dict[str, Callable[[], str]] = {"schedule": schedule, "claims": claims}
    found["observables by week"] = partial(observables, OBSERVABLES)
    found["observables by quarter"] = partial(observables, BY_QUARTER)
    found["observables by event"] = partial(observables, EVENTS)
    found["events"] = events
    found |= {"levers": levers} | {f"plans for {city}": partial(plans, city) for city in ("karachi", "small-town")}
    found |= {f"files of {folder or 'mohalla'}": partial(files, folder) for folder in FOLDERS}
    for noun in dict.fromkeys(field.noun for field in FIELDS):
        found[f"state of {noun}"] = partial(state, noun)
    for mechanism in DECLARED:
        found[f"contract of {mechanism}"] = partial(contract, mechanism)
        if declared(DECLARED[mechanism]):
            found[f"parameters of {mechanism}"] = partial(parameters, mechanism)
    return found


def rendered(text: str) -> str:
    """A page with every generated block made anew."""
    known = makers()

    def made(block: re.Match[str]) -> str:
        if block["what"] not in known:
            raise SystemExit(f"docs: nothing makes '{block['what']}'. Known: {', '.join(sorted(known))}.")
        return f"{block[1]}{known[block['what']]()}\n{block[3]}"

    return BLOCK.sub(made, text)


def pages() -> Iterator[Path]:
    """Pages that hold generated blocks."""
    return (page for page in sorted(FOLDER.glob("*.md")) if BLOCK.search(page.read_text(encoding="utf-8")))


def stale() -> list[Path]:
    """Pages whose generated blocks are not what the code says now."""
    return [page for page in pages() if rendered(page.read_text(encoding="utf-8")) != page.read_text(encoding="utf-8")]


def main() -> None:
    """Write the pages, or with `--check` say which are out of date."""
    old = stale()
    if "--check" in sys.argv[1:]:
        if old:
            names = ", ".join(page.name for page in old)
            raise SystemExit(f"docs: {names} out of date; run `python -m docs.build`.")
        return
    for page in old:
        page.write_text(rendered(page.read_text(encoding="utf-8")), encoding="utf-8")
        print(f"{page.name} is written anew.")


assert set(ENGINE_SAYS) == set(ENGINE_STEPS), "every step of the engine needs its sentence"

if __name__ == "__main__":
    main()
