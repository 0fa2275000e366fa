"""The timeline as a figure of its own: who ruled, how the centre stood, operations, elections, shocks, notes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from mohalla.report import words
from mohalla.report.svg import Frame, year_axis
from mohalla.report.timeline import Event

LANES = (
    ("rule", "Who rules"),
    ("stance", "Centre’s stance towards the main party"),
    ("operation", "Operations"),
    ("election", "Elections: ● national  ○ provincial  ▪ local  × boycotted by the main party"),
    ("shock", "Imposed shocks (area = deaths)"),
    ("note", "Other dated events"),
)
SHORT = {"election": "Elections: ● national ○ provincial ▪ local × boycott", "stance": "Centre’s stance"}
LETTER, BAR, LABEL, GAP = 5.9, 15.0, 15.0, 9.0


def timeline_svg(marks: Sequence[Event], start: float, end: float, width: float) -> str:
    """All lanes that hold anything, one under the other, over one axis of years."""
    frame = Frame(width, 0, start, end, 1, left=6, right=8, above=4)
    body: list[str] = []
    y = 6.0
    for kind, title in LANES:
        held = [event for event in marks if event.kind == kind and event.from_year < end and event.to_year > start]
        if held:
            label = SHORT.get(kind, title) if width < 600 else title
            body.append(f'<text class="lane" x="{frame.left:g}" y="{y + 10:.1f}">{escape(label)}</text>')
            drawn, used = _lane(frame, kind, held, y + LABEL)
            body += drawn
            y += LABEL + used + GAP
    frame = frame._replace(height=y + frame.below)
    body = [*_years(frame), *body, *year_axis(frame)]
    size = f'viewBox="0 0 {width:g} {frame.height:g}"'
    return f'<svg class="chart timeline" {size} role="img" aria-label="Timeline of dated events">{"".join(body)}</svg>'


def _years(frame: Frame) -> Iterator[str]:
    yield f'<path class="base" d="M{frame.left:g} {frame.floor:g}H{frame.width - frame.right:g}"/>'


def _lane(frame: Frame, kind: str, held: Sequence[Event], y: float) -> tuple[list[str], float]:
    """What one lane shows, and how tall it is."""
    if kind in ("rule", "stance"):
        return [_block(frame, event, y) for event in held], BAR + 2
    if kind == "operation":
        return _stacked(frame, held, y)
    largest = max((event.size for event in held), default=1.0) or 1.0
    return [_sign(frame, event, y + BAR / 2, largest) for event in held], BAR + 2


def _title(event: Event) -> str:
    return f"<title>{escape(words.span(event.start, event.end))}: {escape(event.text)}</title>"


def _reach(frame: Frame, event: Event) -> tuple[float, float]:
    left, right = frame.x(max(event.from_year, frame.start)), frame.x(min(event.to_year, frame.end))
    return left, max(right - left, 2.0)


def _block(frame: Frame, event: Event, y: float) -> str:
    left, wide = _reach(frame, event)
    fits = len(event.level) * LETTER + 6 < wide
    label = f'<text class="in" x="{left + 5:.1f}" y="{y + 11:.1f}">{escape(event.level)}</text>' if fits else ""
    box = f'x="{left:.1f}" y="{y:.1f}" width="{wide:.1f}" height="{BAR:g}"'
    return f'<g class="tip block {event.level}">{_title(event)}<rect {box}/>{label}</g>'


def _stacked(frame: Frame, held: Sequence[Event], y: float) -> tuple[list[str], float]:
    """Bars with their names beside them, on as few rows as keep names apart."""
    taken: list[float] = []
    drawn = []
    for event in held:
        left, wide = _reach(frame, event)
        text = len(event.text) * LETTER + 8
        before = left + wide + text > frame.width and left - text > 0
        begin, stop = (left - text, left + wide) if before else (left, left + wide + text)
        row = next((i for i, used in enumerate(taken) if used < begin), len(taken))
        taken[row:] = [stop + 6, *taken[row + 1 :]]
        x, anchor = (left - 5, "end") if before else (left + wide + 5, "start")
        top = y + row * (BAR + 3)
        box = f'x="{left:.1f}" y="{top:.1f}" width="{wide:.1f}" height="{BAR:g}"'
        name = f'<text class="out" x="{x:.1f}" y="{top + 11:.1f}" text-anchor="{anchor}">{escape(event.text)}</text>'
        drawn.append(f'<g class="tip opbar">{_title(event)}<rect {box}/>{name}</g>')
    return drawn, len(taken) * (BAR + 3)


def _sign(frame: Frame, event: Event, y: float, largest: float) -> str:
    x = frame.x(event.from_year)
    if event.kind == "shock":
        shape = f'<circle class="shock" cx="{x:.1f}" cy="{y:.1f}" r="{1.8 + 5.5 * (event.size / largest) ** 0.5:.1f}"/>'
    elif event.kind == "note":
        shape = f'<path class="note" d="M{x:.1f} {y - 6:.1f}v12"/>'
    else:
        shape = _poll(event.level, x, y)
    hit = f'<rect class="hit" x="{x - 5:.1f}" y="{y - 8:.1f}" width="10" height="16"/>'
    return f'<g class="tip">{_title(event)}{hit}{shape}</g>'


def _poll(level: str, x: float, y: float) -> str:
    if level == "boycott":
        return f'<path class="boycott" d="M{x - 4:.1f} {y - 4:.1f}l8 8m0 -8l-8 8"/>'
    if level == "local":
        return f'<rect class="national" x="{x - 2.6:.1f}" y="{y - 2.6:.1f}" width="5.2" height="5.2"/>'
    return f'<circle class="{level}" cx="{x:.1f}" cy="{y:.1f}" r="{6 if level == "provincial" else 3}"/>'


def track_svg(marks: Sequence[Event], start: float, end: float) -> str:
    """The dated history as a thin strip under a slider: operations as bars, elections and shocks as ticks."""
    frame = Frame(1000, 10, start, max(end, start + 0.1), 1, left=0, right=0, above=0, below=0)
    body = [
        one
        for event in marks
        if event.kind in ("operation", "election", "shock") and event.from_year < end and event.to_year > start
        for one in _tick(frame, event)
    ]
    return (
        f'<svg class="dates" viewBox="0 0 1000 10" preserveAspectRatio="none" aria-hidden="true">{"".join(body)}</svg>'
    )


def _tick(frame: Frame, event: Event) -> Iterator[str]:
    left, wide = _reach(frame, event)
    if event.kind == "operation":
        yield f'<rect class="operation" x="{left:.1f}" y="0" width="{wide:.1f}" height="10"/>'
    elif event.kind == "shock" or event.level not in ("provincial", "local"):
        yield f'<path class="ev-{event.kind}" d="M{left:.1f} 1v8"/>'
