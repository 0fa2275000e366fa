"""The program: every command by name, what goes wrong as one clear message, and the exit code.

Everything heavy is imported by the command that needs it, so that `mohalla --help` answers at once.
"""

from __future__ import annotations

import sys
from typing import NoReturn

from cyclopts import App, CycloptsError, Parameter

from mohalla import stopping, store
from mohalla.cli import compare, questions, run, runs, scenarios, sweeps
from mohalla.errors import MohallaError

WRONG = 2

START = """\
Start with `mohalla run small-town` (seconds) or `mohalla run karachi` (a minute or two); write your own city with
`mohalla new my-city`. `mohalla COMMAND --help` has the options of a command.
"""

app = App(
    name="mohalla",
    help="How an armed political party takes, holds and loses a city, one neighbourhood at a time.",
    help_epilogue=START,
    default_parameter=Parameter(show_default=False),
    version=lambda: store.versions()["mohalla"],
    version_flags=["--version"],
    suppress_keyboard_interrupt=False,
)
app.command(run.run, sort_key=1, help_epilogue="")
app.command(run.resume, sort_key=2, help_epilogue="")
app.command(scenarios.check, sort_key=3, help_epilogue="")
app.command(scenarios.show, sort_key=4, help_epilogue="")
app.command(scenarios.new, sort_key=5, help_epilogue="")
app.command(run.report, sort_key=6, help_epilogue="")
app.command(runs.app)
app.command(runs.export, sort_key=7, help_epilogue="")
app.command(questions.ablate, sort_key=8, help_epilogue="")
app.command(sweeps.sweep, sort_key=8, help_epilogue="")
app.command(sweeps.sensitivity, sort_key=8, help_epilogue="")
app.command(questions.rerun, sort_key=9, help_epilogue="")
app.command(questions.explain, sort_key=10, help_epilogue="")
app.command(compare.compare, sort_key=11, help_epilogue="")


def main() -> None:
    """The program: run a command, turn what goes wrong into one message and an exit code."""
    stopping.heed_sigterm()
    try:
        app(sys.argv[1:], exit_on_error=False, print_error=False, result_action="return_value")
    except (MohallaError, CycloptsError) as error:
        _refuse(str(error))
    except KeyboardInterrupt as stop:
        print("mohalla: stopped.", file=sys.stderr)
        sys.exit(stopping.exit_code(stop))
    except BrokenPipeError:  # the reader of our output has gone, as in `mohalla show karachi | head`
        sys.stderr.close()
        sys.exit(1)


def _refuse(message: str) -> NoReturn:
    print(f"mohalla: {message}", file=sys.stderr)
    sys.exit(WRONG)
