"""From TOML files, or names of shipped ones, to a checked scenario, its record, plans, rules of extrapolation.

A file may extend another (`extends = "karachi"`, or a path relative to the file): tables are merged key by key, lists
of tables with an `id` are merged by id, any other list is replaced, and an empty list empties the one below it. Files
hold data only; nothing in them is executed.
Every failure is one `MohallaError` that names the file, the key, the value, what is allowed and the nearest valid key.

Which parameters exist is the mechanisms' business: they are handed in as `declared`, mechanism name -> its
`Parameters` class.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
import tomllib
from calendar import monthrange
from collections.abc import Iterable, Mapping
from datetime import date
from functools import reduce
from importlib.resources import files
from operator import add
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from mohalla import parameters, saving
from mohalla.errors import MohallaError, listed, nearest
from mohalla.parameters import Known, Value
from mohalla.plan import NOTHING, Plan, problems
from mohalla.record import Record
from mohalla.scenario import Scenario, Setting
from mohalla.wording import PATTERNS, TOO_LONG, Complaints, Kind, Table, label, read_as, shown, unknown, whole_date

MOST_BYTES = 4_000_000
MOST_TOLD = 12  # problems of a file
EXTENDS = "extends"
TEMPLATE = "small-town"
PLANS, RULES = "plans", "rules"
NAME = r"[a-z][a-z0-9-]{0,39}"
NEW_HEAD = """\
# {name}: a new scenario. Every number below is INVENTED and waits to be replaced by yours, with its source.
#
#   mohalla check {name}.toml    says whether it is sound, and if not, what is wrong
#   mohalla show {name}.toml     prints what it declares, imposes and leaves to emerge
#   mohalla run {name}.toml      simulates it
#
# To change only a few things of a scenario that exists, write `extends = "karachi"` (a shipped name or a path) here
# and, below it, only what differs: tables are merged key by key, lists of tables with an id by id.
#
"""

Declared = Mapping[str, type]
Number = TypeVar("Number", int, float)


class Layer(NamedTuple):
    """One file of a scenario: where it is, how messages call it, and what it holds."""

    path: Path
    name: str
    table: Table


def shipped() -> list[str]:
    """Names of the scenarios that come with Mohalla."""
    found = (path.name for path in _folder().iterdir())
    return sorted(name.removesuffix(".toml") for name in found if name.endswith(".toml") and name.count(".") == 1)


def read(name_or_path: str | Path, declared: Declared) -> Scenario:
    """The scenario of that shipped name, or in that file, checked against itself and the `declared` parameters."""
    return _checked(_layers(name_or_path), declared)


def read_record(name_or_path: str | Path) -> Record | None:
    """The public record beside a scenario (`<name>.record.toml`), or beside the nearest one it extends."""
    for layer in reversed(_layers(name_or_path)):
        path = layer.path.with_name(layer.path.stem + ".record.toml")
        if path.is_file():
            name = layer.name.replace(layer.path.name, path.name)
            return _read_one(Record, Layer(path, name, _parsed(path, name)))
    return None


def shipped_plans() -> list[str]:
    """Names of the plans that come with Mohalla."""
    return _shipped_in(PLANS)


def fitting_plans(scenario: Scenario, declared: Declared, until: date | None = None) -> list[str]:
    """Names of the shipped plans that can be laid over a scenario: others were made for another."""
    return [name for name in shipped_plans() if _fits(name, scenario, declared, until)]


def _fits(name: str, scenario: Scenario, declared: Declared, until: date | None) -> bool:
    try:
        read_plan(name, scenario, declared, until)
    except MohallaError:
        return False
    return True


def shipped_rules() -> list[str]:
    """Names of the rules of extrapolation that come with Mohalla."""
    return _shipped_in(RULES)


def _shipped_in(folder: str) -> list[str]:
    return sorted(path.name.removesuffix(".toml") for path in (_folder() / folder).iterdir() if path.suffix == ".toml")


def read_plan(words: str, scenario: Scenario, declared: Declared, until: date | None = None) -> Plan:
    """One plan, or several laid together with `+`: each `nothing`, a shipped name or a file, checked for a scenario."""
    plans = [_one_plan(word.strip(), scenario, declared, until) for word in words.split("+")]
    return reduce(add, plans[1:], plans[0])


def read_rule(word: str, scenario: Scenario, declared: Declared, until: date | None = None) -> Plan:
    """A rule of extrapolation, shipped or a file: a plan all of which begins after the scenario's record has ended."""
    rule = _one_plan(word, scenario, declared, until, RULES)
    ends = scenario.about.record_ends or scenario.about.end
    for one in rule.interventions:
        if one.start is None or one.start <= ends:
            begins = f"on {one.start}" if one.start else "when a condition holds"
            raise MohallaError(
                f"rule {rule.name}: `{one.value}` begins {begins}. A rule of extrapolation begins on a day after "
                f"{ends}, where the record ends."
            )
    return rule


def plan_for(plan: Plan | str | None, scenario: Scenario, declared: Declared, until: date | None) -> Plan | None:
    """A plan as it was asked for in Python, checked; None where there is none."""
    if plan is None or isinstance(plan, str):
        return read_plan(plan, scenario, declared, until) if plan else None
    wrong = problems(plan, scenario, resolved_parameters(scenario, declared), until)
    if wrong:
        raise MohallaError("\n".join(f"plan {plan.name}: {problem}." for problem in wrong))
    return plan


def _one_plan(
    word: str, scenario: Scenario, declared: Declared, until: date | None, folder: str = PLANS
) -> Plan:  # fmt: skip
    if word == NOTHING.name:
        return NOTHING
    layer = _plan_layer(word, folder)
    plan = _read_one(Plan, layer)
    wrong = problems(plan, scenario, resolved_parameters(scenario, declared), until)
    if wrong:
        raise _error(Complaints([_split(problem) for problem in wrong]), [layer])
    return plan


def _plan_layer(word: str, folder: str = PLANS) -> Layer:
    """The file of a plan, or of a rule: a shipped name or a path."""
    path, name = _folder() / folder / f"{word}.toml", f"{word}.toml (shipped)"
    if word not in _shipped_in(folder):
        path, name = _reachable(word, ""), word
        if not path.exists():
            known = [NOTHING.name, *_shipped_in(folder)]
            raise MohallaError(
                f"no {folder.removesuffix('s')} '{word}': neither a file nor a shipped name.{nearest(word, known)} "
                f"Shipped: {listed(known, 30)}."
            )
    return Layer(path, name, _parsed(path, name))


def is_plan(word: str) -> bool:
    """Whether a word names a plan, not a scenario: a shipped one, or a file that has interventions."""
    if word in shipped() or word == NOTHING.name:
        return word == NOTHING.name
    return word in shipped_plans() or (_reachable(word, "").is_file() and "interventions" in _plan_layer(word).table)


def _split(problem: str) -> tuple[str, str]:
    key, _, text = problem.partition(": ")
    return key, text


def resolved_parameters(scenario: Scenario, declared: Declared) -> dict[str, parameters.Table]:
    """Every parameter in force, by mechanism and name: what was declared, with the scenario's settings laid over."""
    return {
        mechanism: {
            name: _in_force(known, scenario.parameters.get(mechanism, {}).get(name))
            for name, known in parameters.declared(kind).items()
        }
        for mechanism, kind in declared.items()
    }


def as_json_text(part: Scenario | Record) -> str:
    """A whole resolved scenario (or record) as canonical JSON: keys sorted, nothing left to a default."""
    return json.dumps(part.model_dump(mode="json", by_alias=True), sort_keys=True, indent=1, ensure_ascii=False)


def from_json_text(text: str) -> Scenario:
    """The scenario that `as_json_text` wrote."""
    return Scenario.model_validate_json(text)


def fingerprint(scenario: Scenario) -> str:
    """SHA-256 of the resolved scenario: equal for equal questions, whatever files they came from."""
    return hashlib.sha256(as_json_text(scenario).encode()).hexdigest()


def within(name: str, value: Number, low: int, high: int) -> Number:
    """A number asked for, if it lies where it may."""
    if not low <= value <= high:
        raise MohallaError(f"{name} = {value}: must be between {low} and {high:,}.")
    return value


def last_day(text: str, scenario: Scenario) -> date:
    """The last day of a run, from `2005`, `2005-06` (their last days) or a day; it must lie within the scenario."""
    try:
        day = _last_of(text)
    except ValueError:
        raise MohallaError(
            f"until = {shown(text)}: must be a year, month or day such as 2005, 2005-06 or 2005-06-30."
        ) from None
    first, latest = scenario.about.start, scenario.about.latest
    if not first < day <= latest:
        raise MohallaError(f"until = {text}: {scenario.about.name} can run from {first} to {latest}, no further.")
    return day


def _last_of(text: str) -> date:
    """The last day of a year or month, or the day itself."""
    if re.fullmatch(r"\d{4}", text):
        return date(int(text), 12, 31)
    if re.fullmatch(r"\d{4}-\d{2}", text):
        first = date.fromisoformat(f"{text}-01")
        return first.replace(day=monthrange(first.year, first.month)[1])
    return date.fromisoformat(text)


def one_of(name: str, word: str, allowed: Iterable[str]) -> str:
    """A word asked for, if it is one of those there are."""
    known = list(allowed)
    if word not in known:
        raise MohallaError(
            f"{name} = {shown(word)}: not in this scenario.{nearest(word, known)} There are: {listed(known)}."
        )
    return word


def switched_off(words: Iterable[str], switchable: Iterable[str]) -> tuple[str, ...]:
    """Names of mechanisms to leave out (commas allowed), each checked against those that can be."""
    allowed = tuple(switchable)
    names = tuple(name.strip() for word in words for name in word.split(",") if name.strip())
    for name in names:
        if name not in allowed:
            near = nearest(name, allowed)
            raise MohallaError(f"without = {shown(name)}: no such mechanism.{near} There are: {listed(allowed, 30)}.")
    return tuple(dict.fromkeys(names))


def write_new(name: str) -> Path:
    """A commented scenario that runs as it is, at `<name>.toml`; whatever stands there already is left alone."""
    path = Path(name if name.endswith(".toml") else f"{name}.toml").expanduser()
    if not re.fullmatch(NAME, path.stem):
        raise MohallaError(f"{shown(path.stem)} is no name for a scenario: it must be {PATTERNS['^[a-z]']}.")
    if path.stem in shipped():
        raise MohallaError(f"'{path.stem}' is the name of a shipped scenario; choose another, or extend it.")
    if path.exists():
        raise MohallaError(f"{path}: is there already and is left as it is.")
    saving.write(path, _template(path.stem))
    return path


def _template(name: str) -> str:
    """The small town under another name: the one commented scenario there is, so that both always run."""
    text = (_folder() / f"{TEMPLATE}.toml").read_text(encoding="utf-8")
    body = text[text.index("# Conventions:") :].replace(f'name = "{TEMPLATE}"', f'name = "{name}"', 1)
    body = re.sub(
        r'^title = ".*"$', f'title = "{name.replace("-", " ").capitalize()} (invented)"', body, count=1, flags=re.M
    )
    return NEW_HEAD.format(name=name) + body


# --- files -----------------------------------------------------------------------------------------------------------


def _folder() -> Path:
    return Path(str(files("mohalla"))) / "scenarios"


def _layers(name_or_path: str | Path) -> list[Layer]:
    """The file and all it extends, the most basic first."""
    layers: list[Layer] = []
    path, name = _find(str(name_or_path), Path(), asked="")
    while True:
        if any(path == layer.path for layer in layers):
            circle = " -> ".join([*(layer.name for layer in layers), name])
            asked = f"{layers[-1].name}: extends = {shown(layers[-1].table[EXTENDS])}"
            raise MohallaError(f"{asked}: a scenario cannot extend itself ({circle}).")
        layers.append(Layer(path, name, _parsed(path, name)))
        base = layers[-1].table.get(EXTENDS)
        if base is None:
            return [layer._replace(table=_without_extends(layer.table)) for layer in reversed(layers)]
        if not isinstance(base, str):
            raise MohallaError(
                f"{name}: extends = {shown(base)}: must be the name or the path of one scenario, in quotes."
            )
        path, name = _find(base, path.parent, asked=f"{name}: extends = {shown(base)}: ")


def _without_extends(table: Table) -> Table:
    return {key: value for key, value in table.items() if key != EXTENDS}


def _find(word: str, folder: Path, asked: str) -> tuple[Path, str]:
    """Where a shipped name or a path leads, and how messages call it. A path is relative to `folder`."""
    if word in shipped():
        return _folder() / f"{word}.toml", f"{word}.toml (shipped)"
    path = folder / _reachable(word, asked)
    if path.exists():
        return path.resolve(), str(path)
    near = nearest(path.name, [*shipped(), *(one.name for one in path.parent.glob("*.toml"))])
    raise MohallaError(
        f"{asked}no scenario '{word}': neither a file nor a shipped name.{near} Shipped: {listed(shipped())}."
    )


def _reachable(word: str, asked: str) -> Path:
    """A path that can at least be looked up, `~` made whole."""
    try:
        path = Path(word).expanduser()
        path.exists()
    except (OSError, ValueError, RuntimeError) as error:  # RuntimeError: the home of nobody
        raise MohallaError(f"{asked}{shown(word)} cannot be looked up: {error}.") from None
    return path


def _parsed(path: Path, name: str) -> Table:
    """The table in a TOML file; refuses whatever is no small text file before reading it."""
    return _tables(_text(path, name), name)


def _tables(text: str, name: str) -> Table:
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise MohallaError(f"{name}: nested too deeply to be a scenario.") from None
    except tomllib.TOMLDecodeError as error:
        raise MohallaError(f"{name}: not valid TOML: {error}{_quoted(text, str(error))}.") from None
    except ValueError:
        raise MohallaError(f"{name}: {TOO_LONG}") from None


def _quoted(text: str, message: str) -> str:
    """The line that a message of the TOML reader points at, for its reader; of a month, how to write its day."""
    found = re.search(r"at line (\d+)", message)
    lines = text.splitlines()
    if not found or int(found[1]) > len(lines):
        return ""
    line = lines[int(found[1]) - 1].strip()
    month = re.fullmatch(r"([a-z_]+) *= *(\d{4}-\d{2})(?: *#.*)?", line)
    hint = whole_date(month[1], month[2]) if month else ""
    return f": {shown(line)}" + (f"; a date is written whole, without quotes{hint}" if hint else "")


def _text(path: Path, name: str) -> str:
    try:
        if not path.is_file():
            raise MohallaError(f"{name}: {'a folder' if path.is_dir() else 'a device or pipe'}, not a scenario file.")
        size = path.stat().st_size
        if size > MOST_BYTES:
            raise MohallaError(
                f"{name}: {size / 1e6:,.0f} MB is too large for a scenario; at most {MOST_BYTES // 10**6} MB."
            )
        data = path.read_bytes()
    except OSError as error:
        raise MohallaError(f"{name}: cannot be read: {error.strerror}.") from None
    return _decoded(data, name)


def _decoded(data: bytes, name: str) -> str:
    if b"\0" in data:
        raise MohallaError(f"{name}: a binary file; a scenario is TOML text.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise MohallaError(f"{name}: not UTF-8 text (line {line}); a scenario is TOML text in UTF-8.") from None


# --- checking ---------------------------------------------------------------------------------------------------------


def _checked(layers: list[Layer], declared: Declared) -> Scenario:
    """Layers as one scenario; an error names the layer it comes from."""
    table: Table = {}
    for layer in layers:
        table = _merged(table, layer.table)
    try:
        _check_parameters(table.get("parameters", {}), declared)
        return read_as(Scenario, table)
    except Complaints as complaints:
        raise _error(complaints, layers) from None


def _merged(base: Any, top: Any) -> Any:
    """`top` laid over `base`: tables key by key, lists with ids by id, anything else (an empty list too) replaced."""
    if isinstance(base, dict) and isinstance(top, dict):
        return base | {key: _merged(base.get(key), value) for key, value in top.items()}
    if top and _has_ids(base) and _has_ids(top):
        return list(_merged(_by_id(base), _by_id(top)).values())
    return top


def _has_ids(entries: Any) -> bool:
    """A list of tables, each with an id of its own. (An id that stands twice is left for the scenario to refuse.)"""
    if not isinstance(entries, list) or not all(isinstance(one, dict) for one in entries):
        return False
    ids = [one.get("id") for one in entries]
    return all(isinstance(one, str) for one in ids) and len(set(ids)) == len(ids)


def _by_id(entries: list[Table]) -> Table:
    return {entry["id"]: entry for entry in entries}


# --- parameters ------------------------------------------------------------------------------------------------------


def _check_parameters(table: Any, declared: Declared) -> None:
    """Settings against what mechanisms declare: names, units, ranges. Raises `Complaints` with all that is wrong."""
    if not isinstance(table, dict):
        raise Complaints([(f"parameters = {shown(table)}", "must be a table of mechanisms.")])
    problems: list[tuple[str, str]] = []
    for mechanism, settings in table.items():
        key = f"parameters.{mechanism}"
        if mechanism not in declared:
            near = nearest(mechanism, declared)
            problems.append((key, f"unknown mechanism.{near} Mechanisms: {listed(declared, 30)}."))
        elif not isinstance(settings, dict):
            problems.append((f"{key} = {shown(settings)}", "must be a table of parameters."))
        else:
            problems += _problems_of(key, settings, parameters.declared(declared[mechanism]))
    if problems:
        raise Complaints(problems)


def _problems_of(key: str, settings: Table, known: Mapping[str, Value]) -> list[tuple[str, str]]:
    problems: list[tuple[str, str]] = []
    for name, raw in settings.items():
        if name not in known:
            problems.append((f"{key}.{name}", unknown(name, list(known)).replace("key", "parameter", 1)))
            continue
        try:
            _check_setting(raw, known[name].known)
        except Complaints as complaints:
            problems += [(_joined(f"{key}.{name}", inner), text) for inner, text in complaints.problems]
    return problems


def _joined(key: str, inner: str) -> str:
    if not inner or inner.startswith(" "):
        return key + inner
    return f"{key}.{inner}"


def _check_setting(raw: Any, known: Known) -> None:
    """One setting: a bare number inside the plausible range, or a table that says more."""
    if isinstance(raw, bool) or not isinstance(raw, int | float | dict):
        raise Complaints([(f" = {shown(raw)}", f"must be a number ({known.unit}), or a table with a value.")])
    setting = read_as(Setting, raw if isinstance(raw, dict) else {"value": _as_float(raw)})
    if setting.unit is not None and setting.unit != known.unit:
        raise Complaints([(f"unit = {shown(setting.unit)}", f"the unit must be '{known.unit}'.")])
    low, high = _range(setting, known)
    if not low < high:
        raise Complaints([("low", f"the range {low:g} to {high:g} is empty; low must be below high.")])
    own = setting.low is not None and setting.high is not None and "source" in setting.model_fields_set
    if not known.low <= setting.value <= known.high and not own:
        raise Complaints([(f" = {setting.value:g}", _outside(known))])
    if not low <= setting.value <= high:
        raise Complaints([(f"value = {setting.value:g}", f"is outside the range it brings, {low:g} to {high:g}.")])


def _as_float(number: float) -> float:
    """A number as TOML reads it (whole ones may be of any length); too large becomes infinite, and so is refused."""
    try:
        return float(number)
    except OverflowError:
        return math.inf


def _outside(known: Known) -> str:
    return (
        f"is outside the plausible range {known.low:g} to {known.high:g} ({known.unit}: {known.meaning}). "
        "To go beyond it, give a table with value, low, high and source."
    )


def _range(setting: Setting, known: Known) -> tuple[float, float]:
    low = known.low if setting.low is None else setting.low
    return low, known.high if setting.high is None else setting.high


def _in_force(default: Value, setting: float | Setting | None) -> Value:
    """A declared value with the scenario's setting laid over it, and the range and source it brings."""
    if setting is None:
        return default
    if not isinstance(setting, Setting):
        return Value(float(setting), default.known._replace(source="this scenario"))
    low, high = _range(setting, default.known)
    return Value(setting.value, default.known._replace(low=low, high=high, source=setting.source))


# --- errors ----------------------------------------------------------------------------------------------------------


def _read_one(model: type[Kind], layer: Layer) -> Kind:
    try:
        return read_as(model, layer.table)
    except Complaints as complaints:
        raise _error(complaints, [layer]) from None


def _error(complaints: Complaints, layers: list[Layer]) -> MohallaError:
    """Every problem on a line of its own, as long as there are not too many to read."""
    lines = [_line(key, text, layers) for key, text in complaints.problems]
    more = len(lines) - MOST_TOLD
    return MohallaError("\n".join([*lines[:MOST_TOLD], *([f"... and {more} more like these."] if more > 0 else [])]))


def _line(key: str, text: str, layers: list[Layer]) -> str:
    name = _owner(key.split(" = ", maxsplit=1)[0].split("."), layers).name
    return f"{name}: {key}{': ' if key else ''}{text}{'' if text[-1] in '.?' else '.'}"


def _owner(steps: list[str], layers: list[Layer]) -> Layer:
    """The file that says what stands at a key: the last that has it, or else the most of the way to it."""
    return max(reversed(layers), key=lambda layer: _depth(steps, layer.table))


def _depth(steps: list[str], here: Any) -> int:
    for depth, step in enumerate(steps):
        if isinstance(here, dict) and step in here:
            here = here[step]
        elif isinstance(here, list) and step in (names := [label(here, index) for index in range(len(here))]):
            here = here[names.index(step)]
        else:
            return depth
    return len(steps)
