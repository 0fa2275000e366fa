"""Progress without a terminal: a line at most every half minute, with what is done and the time left."""

from __future__ import annotations

import pytest

from mohalla.cli import lines, screens
from mohalla.cli.lines import Lines


class Clock:
    """A clock that is set by hand."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_line_is_said_every_half_minute_and_no_oftener(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lines, "EVERY", 30.0)
    clock = Clock()
    shown = Lines(clock)
    task = shown.add_task("preparing", total=8.0)
    for second in range(1, 100):
        clock.now = 100.0 + second
        shown.update(task, completed=second / 50, description=f"world {second // 40 + 1} of 8", day="1990-01-01")
    said = capsys.readouterr().err.splitlines()
    assert len(said) == 3
    assert said[0] == "mohalla: world 1 of 8, 1990-01-01, 8%, 6 min left"


def test_what_was_done_before_does_not_make_it_look_fast() -> None:
    clock = Clock()
    shown = Lines(clock)
    shown.add_task("going on", total=10.0, completed=8.0)
    clock.now += 60.0
    shown.update(0, completed=9.0)
    assert shown.line(clock.now) == "going on, 90%, 60 s left"


def test_while_nothing_is_done_no_time_is_told() -> None:
    shown = Lines(Clock())
    shown.add_task("preparing (the first run compiles)", total=3.0)
    assert shown.line(200.0) == "preparing (the first run compiles), 0%"
    shown.update(0, completed=0.03)
    assert shown.line(200.0) == "preparing (the first run compiles), 1%", "compiling says nothing of the rest"
    shown.update(0, completed=0.03, description="world 1 of 3", day="1978-01-02")
    assert shown.line(200.0) == "world 1 of 3, 1978-01-02, 1%, the first run compiles"
    assert shown.line(400.0) == "world 1 of 3, 1978-01-02, 1%", "it does not compile for so long"
    shown.add_task("running this world again", total=None)
    assert shown.line(200.0) == "running this world again"


@pytest.mark.parametrize(("seconds", "words"), [(0.2, "1 s"), (80, "80 s"), (200, "3 min"), (7000, "2 h")])
def test_durations_are_rough(seconds: float, words: str) -> None:
    assert lines.in_words(seconds) == words


def test_only_where_words_are_wanted_and_there_is_no_terminal() -> None:
    with screens.bar(silent=True) as nothing, screens.bar(silent=False) as something:
        assert nothing is None
        assert isinstance(something, Lines)
