"""Numbers and names as a reader wants them."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

from mohalla.experiments.intervals import FEW
from mohalla.scenario import Scenario

MINUS = "\u2212"


def number(value: float) -> str:
    """About three figures and never an exponent: 12,400 / 318 / 4.2 / 0.031."""
    if not math.isfinite(value):
        return "n/a"
    size = abs(value)
    if size >= 999.5:
        text = f"{float(f'{value:.3g}'):,.0f}"
    elif size >= 99.95 or float(value).is_integer():
        text = whole(value)
    else:
        text = f"{value:.1f}" if size >= 10 else f"{Decimal(f'{value:.2g}'):f}"
    return text.replace("-", MINUS)


def whole(value: float) -> str:
    """Without decimals, and without a sign where that leaves nothing: −3 / 0 / 12."""
    return f"{round(value)}".replace("-", MINUS) if math.isfinite(value) else "n/a"


def percent(share: float) -> str:
    """A share as per cent: 64 %, 3.1 %."""
    if not math.isfinite(share):
        return "n/a"
    scaled = 100 * share
    text = f"{scaled:.1f} %" if 0.05 <= abs(scaled) < 9.95 else f"{scaled:.0f} %"
    return text.replace("-0 %", "0 %").replace("-", MINUS)


def day(when: date) -> str:
    """16 Nov 1988."""
    return f"{when.day} {when:%b %Y}"


def span(start: date, end: date) -> str:
    """A span in the fewest words: 1995 / Jun–Jul 1998 / 14 Dec 1986."""
    if start == end:
        return day(start)
    if (start.month, start.day, end.month, end.day) == (1, 1, 12, 31):
        return f"{start.year}" if start.year == end.year else f"{start.year}\u2013{end.year}"
    whole_months = start.day == 1 and (end + timedelta(days=1)).day == 1
    if whole_months and start.year == end.year:
        return f"{start:%b}–{end:%b} {end.year}" if start.month != end.month else f"{start:%b %Y}"
    return f"{day(start)} – {day(end)}"


def period(start: date, end: date) -> str:
    """When something went on, by months within a year and else by years: March 2007 / Mar–Jun 2007 / 2007–2009."""
    if start.year != end.year:
        return f"{start.year}\u2013{end.year}"
    return f"{start:%B %Y}" if start.month == end.month else f"{start:%b}\u2013{end:%b} {start.year}"


SMALL = (
    "no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
)  # fmt: skip


def counted(count: int, word: str, plural: str = "") -> str:
    """A count with its noun, small ones in words: a strike / two strikes / 14 strikes."""
    if count == 1:
        return f"{'an' if word[0] in 'aeio' else 'a'} {word}"
    return f"{SMALL[count] if count < len(SMALL) else format(count, ',')} {plural or word + 's'}"


def times(count: float) -> str:
    """How often: once / twice / three times / 14 times / 2.5 times."""
    if count in (1, 2):
        return "once" if count == 1 else "twice"
    whole_number = float(count).is_integer()
    return f"{SMALL[int(count)] if whole_number and count < len(SMALL) else number(count)} times"


def joined(parts: Sequence[str]) -> str:
    """Parts of a list as a sentence has them: a, b and c."""
    return f"{', '.join(parts[:-1])} and {parts[-1]}" if len(parts) > 1 else "".join(parts)


def moment(decimal_year: float) -> date:
    """The day a decimal year falls on."""
    year = int(decimal_year)
    first = date(year, 1, 1)
    length = (date(year + 1, 1, 1) - first).days
    return date.fromordinal(first.toordinal() + min(int((decimal_year - year) * length), length - 1))


def of_worlds(count: int, worlds: int) -> str:
    """`in 5 of 8 worlds`, or plain words where all, none, or only one ran."""
    if worlds == 1:
        return "in the one world run" if count else "in no world (one was run)"
    if count in (0, worlds):
        return f"in all {worlds} worlds" if count else f"in none of {worlds} worlds"
    return f"in {count} of {worlds} worlds"


def banded(worlds: int, what: str = "worlds") -> str:
    """What a band of so many worlds (or seeds) holds: `5–95 % of the worlds`, or of few `all 8 worlds`."""
    return f"all {worlds} {what}" if worlds < FEW else f"5–95 % of the {what}"


def organisation_names(scenario: Scenario) -> dict[str, str]:
    """Names by id; a reserved slot is called by its number."""
    named = {organisation.id: organisation.name for organisation in scenario.organisations}
    return {name: named.get(name, name.replace("-", " ").capitalize()) for name in scenario.organisation_ids}


BRACKETS = re.compile(r"\s*\([^)]*\)")


def short_names(scenario: Scenario) -> dict[str, str]:
    """Names by id without what stands in brackets, for running text."""
    return {key: BRACKETS.sub("", name).strip() for key, name in organisation_names(scenario).items()}


def plain(value: object) -> str:
    """A provenance value as text: lists joined, dates shortened, tables as `key value` pairs."""
    if isinstance(value, dict):
        return ", ".join(f"{key} {plain(inner)}" for key, inner in value.items())
    if isinstance(value, list | tuple | set):
        return ", ".join(plain(inner) for inner in value)
    if isinstance(value, datetime):
        return f"{day(value)}, {value:%H:%M}"
    return number(value) if isinstance(value, float) else str(value)
