"""Draw every mechanism and write `docs/mechanisms.md`: `python -m docs.pictures [names] [--ablate]`.

Each picture has the mechanism's rule, the contrast that shows what it is for (both from `docs/contrasts.py`), and what
Karachi loses without it, read from `docs/mechanisms/ablation.csv`. That table is run anew only with `--ablate`; the
page alone, without Matplotlib, with `--page`.
"""

from __future__ import annotations

import csv
import inspect
import io
import json
import re
import subprocess
import sys
import textwrap
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mohalla.mechanisms import ALWAYS_ON, MODULES

if TYPE_CHECKING:
    from docs.contrasts import Bars, Fields, Lines, Shown

FOLDER = Path(__file__).parent
PAGE, PICTURES, MODEL = FOLDER / "mechanisms.md", FOLDER / "mechanisms", FOLDER / "model.md"
TABLE, CAPTIONS = PICTURES / "ablation.csv", PICTURES / "captions.json"
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#999999", "#000000")
MEASURES = ("hold", "gap", "killings", "income")
SCALE, SEEDS = 100, 16
SHORT = {"money": "million a year"}
DPI = 100
SHADES = 128
ABLATION = ("ablate", "karachi", "--scale", str(SCALE), "--seeds", str(SEEDS), "--quiet", "--csv", str(TABLE))
HEAD = """# Every mechanism in a picture

What each mechanism does, drawn from the code. Every picture has up to three panels: **the rule** at declared values,
drawn by calling the module's own functions; **the experiment** that shows what it is for, a few steps or a small town
run as the caption says; and **the ablation**, what changes in Karachi when it is left out.

The experiments are demonstrations in tiny invented towns: they show that a cause has its effect and which way, not how
much of it any city has seen. Bands are ranges over seeds, not confidence intervals. The ablation is one run of
`mohalla ablate karachi --scale {scale} --seeds {seeds}` ([the table](mechanisms/ablation.csv)): differences without the
mechanism against the whole, in the same {seeds} worlds, with 90 % intervals. Where an interval crosses 0, nothing more
than that can be said. One in ten is clear of 0 by chance alone,
so a single small difference below is no finding. Equations and parameters are in [model.md](model.md),
the claims in [claims.md](claims.md). `python -m docs.pictures` draws and writes all of this anew.
"""


# ----------------------------------------------------------------------------------------------------------- the page
def page(captions: Mapping[str, Sequence[str]]) -> str:
    """The page: a table of contents and a section for each mechanism, in the order of the code."""
    contents = [f"- [{title(module.NAME)}](#{module.NAME}): {first_words(module)}" for module in MODULES]
    sections = [section(module, captions[module.NAME]) for module in MODULES]
    return "\n".join([HEAD.format(scale=SCALE, seeds=SEEDS), *contents, "", "\n\n".join(sections), ""])


def title(name: str) -> str:
    """A mechanism's heading."""
    return name.capitalize()


def first_words(module: Any) -> str:
    """The first sentence of a mechanism's docstring, after its name."""
    first = " ".join((inspect.getdoc(module) or "").split("\n\n")[0].split())
    return re.split(r"(?<=\.) (?=[A-Z])", first.partition(": ")[2])[0].rstrip(".")


def says(module: Any) -> str:
    """A mechanism's docstring as a paragraph, without the name it begins with."""
    text = "\n\n".join((inspect.getdoc(module) or "").split("\n\n"))
    after = text.partition(": ")[2]
    return "\n\n".join(
        "\n".join(textwrap.wrap(" ".join(part.split()), 118)) for part in (after[0].upper() + after[1:]).split("\n\n")
    )


def section(module: Any, captions: Sequence[str]) -> str:
    """One mechanism: what it does, the claims it serves, where its equations are, and its picture."""
    name = module.NAME
    claims = f"Claims declared: [{', '.join(module.CLAIMS)}](claims.md)." if module.CLAIMS else "It serves no claim."
    off = "Always on" if name in ALWAYS_ON else f"Left out with `--without {name}`"
    heading, anchor = model_section(name)
    parts = [
        f"## {title(name)}",
        says(module),
        f"{claims} {off}. Equations and parameters: [{heading}](model.md#{anchor}).",
        f"![{title(name)}: its rule, its experiment and its ablation](mechanisms/{name}.png)",
        *captions,
        ablation_words(name),
    ]
    return "\n\n".join("\n".join(textwrap.wrap(one, 118)) if one.startswith("*") else one for one in parts)


def model_section(name: str) -> tuple[str, str]:
    """The heading of a mechanism's section in the model's page, and the anchor that leads to it."""
    for heading in re.findall(r"^### (7\.\d+ .+)$", MODEL.read_text(encoding="utf-8"), re.MULTILINE):
        if heading.split(" ", 1)[1].lower().startswith(name):
            return heading, re.sub(r"[^a-z0-9 -]", "", heading.lower()).replace(" ", "-")
    raise SystemExit(f"docs: model.md has no section on {name}.")


def ablation_words(name: str) -> str:
    """What the ablation's panel says, in words; or why there is none."""
    if name in ALWAYS_ON:
        return (
            "*Ablation.* None: it is always on, because what the others do goes through it, so it cannot be left out."
        )
    if name not in ablation():
        return "*Ablation.* Not run for this page yet; `python -m docs.pictures --ablate` runs it."
    rows = {row["measure"]: row for row in ablation()[name]}
    if nothing_changes(list(rows.values())):
        return "*Ablation.* In these worlds nothing changes without it: every difference is exactly 0."
    clear = [row for row in rows.values() if row["low"] and (float(row["low"]) > 0 or float(row["high"]) < 0)]
    if not clear:
        return "*Ablation.* Without it no headline measure changes by more than these worlds differ among themselves."
    changes = ", ".join(f"{row['measure']} {number(row['difference'], '+')} {unit(row)}" for row in clear)
    return f"*Ablation.* Without it, beyond what these worlds differ among themselves: {changes}."


def nothing_changes(rows: Sequence[Mapping[str, str]]) -> bool:
    """Whether every difference is nought in every world."""
    return all(float(row[key] or 0) == 0 for row in rows for key in ("difference", "low", "high"))


def number(value: str, sign: str = "") -> str:
    """A number in few digits: whole from a hundred on."""
    one = float(value or "nan")
    return f"{one:{sign},.0f}" if abs(one) >= 99.5 else f"{one:{sign}.2g}"


def unit(row: Mapping[str, str]) -> str:
    """The unit of a difference: points between shares, money as the scenario has it."""
    return {"%": "points", "money": "million rupees a year"}.get(row["unit"], row["unit"])


@cache
def ablation() -> Mapping[str, list[dict[str, str]]]:
    """The rows of the ablation by the mechanism left out."""
    found: dict[str, list[dict[str, str]]] = {}
    if not TABLE.exists():
        return found
    with TABLE.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            found.setdefault(row["without"], []).append(row)
    return found


# ------------------------------------------------------------------------------------------------------- the pictures
def draw(name: str, shown: Shown) -> None:
    """Write one mechanism's picture."""
    from matplotlib.figure import Figure  # noqa: PLC0415 - the page and its test do without

    panels = 3 if name in ablation() else 2
    figure = Figure(figsize=(4.1 * panels, 3.5), layout="constrained", dpi=DPI)
    axes = figure.subplots(1, panels)
    chart(axes[0], shown.rule)
    chart(axes[1], shown.experiment)
    if panels == 3:
        without(axes[2], [row for row in ablation()[name] if row["measure"] in MEASURES])
    for letter, one in zip("abc", axes, strict=False):
        one.set_title(f"{letter}  {one.get_title(loc='left')}", fontsize=9.5, loc="left")
    save(figure, PICTURES / f"{name}.png")


def save(figure: Any, path: Path) -> None:
    """Write a picture in few colours and without a date, so that it is small and the same each time."""
    from PIL import Image  # noqa: PLC0415 - comes with Matplotlib

    held = io.BytesIO()
    figure.savefig(held, format="png", dpi=DPI, facecolor="white")
    with Image.open(held) as image:
        image.convert("RGB").quantize(SHADES, dither=Image.Dither.NONE).save(path, optimize=True)


def chart(axes: Any, what: Lines | Bars | Fields) -> None:
    """Draw one panel, whatever its kind."""
    {"Lines": line_chart, "Bars": bar_chart, "Fields": field_chart}[type(what).__name__](axes, what)
    axes.set_title(what.title, fontsize=9.5, loc="left")
    axes.set_ylabel(what.y, fontsize=8.5)
    axes.tick_params(labelsize=8)
    axes.spines[["top", "right"]].set_visible(False)


def line_chart(axes: Any, what: Lines) -> None:
    """Lines, with bands where they have a range."""
    for k, one in enumerate(what.lines):
        colour = COLOURS[k if one.colour is None else one.colour]
        axes.plot(one.x, one.y, one.style, color=colour, label=one.label, linewidth=1.6)
        if one.low is not None:
            axes.fill_between(one.x, one.low, one.high, color=colour, alpha=0.15, linewidth=0)
    lowest = min(float(one.y.min()) for one in what.lines)
    if lowest >= 0:
        axes.set_ylim(bottom=0)
    else:
        axes.axhline(0, color="#999999", linewidth=0.6)
    if what.top:
        axes.set_ylim(top=what.top * 1.02)
    axes.margins(x=0.01)
    axes.set_xlabel(what.x, fontsize=8.5)
    legend(axes, min(len(what.lines), 2) if len(what.lines) > 4 else 1)


def bar_chart(axes: Any, what: Bars) -> None:
    """Bars, stacked where they have parts, with their range where they have one."""
    below = [0.0] * len(what.names)
    for k, (label, values) in enumerate(what.parts):
        axes.bar(range(len(values)), values, 0.65, bottom=below, color=COLOURS[k], label=label or None)
        below = [a + b for a, b in zip(below, values, strict=True)]
    if what.spread:
        for k, (low, high) in enumerate(what.spread):
            axes.plot([k, k], [low, high], color="black", linewidth=1.2)
    axes.set_xticks(range(len(what.names)), what.names)
    axes.set_xlabel(what.x, fontsize=8.5)
    axes.set_ylim(0, max([*below, *(high for _, high in what.spread or [])]) * 1.05)
    if any(label for label, _ in what.parts):
        legend(axes, 2)


def field_chart(axes: Any, what: Fields) -> None:
    """What is chosen over two inputs, each choice in its colour and named in the legend if it occurs."""
    from matplotlib.colors import BoundaryNorm, ListedColormap  # noqa: PLC0415
    from matplotlib.patches import Patch  # noqa: PLC0415

    many = len(what.names)
    paint = {"cmap": ListedColormap([FIELD[k] for k in range(many)]), "norm": BoundaryNorm(range(many + 1), many)}
    axes.pcolormesh(what.at_x, what.at_y, what.chosen, shading="nearest", **paint)
    axes.set_xlabel(what.x, fontsize=8.5)
    patches = [Patch(color=FIELD[k], label=what.names[k]) for k in range(many) if (what.chosen == k).any()]
    axes.legend(handles=patches, frameon=False, fontsize=7.5, loc="upper center", bbox_to_anchor=(0.5, -0.2), ncols=3)


FIELD = ("#56B4E9", "#D55E00", "#DDDDDD", "#CC79A7", "#E69F00")


def legend(axes: Any, columns: int) -> None:
    """The legend below the panel, where it hides nothing."""
    axes.legend(
        frameon=False, fontsize=7.5, loc="upper center", bbox_to_anchor=(0.5, -0.2), ncols=columns, handlelength=1.6,
        columnspacing=1.0, labelspacing=0.3,
    )  # fmt: skip


def without(axes: Any, rows: Sequence[Mapping[str, str]]) -> None:
    """Differences without the mechanism: each row to its own scale, with its numbers below its name."""
    for k, row in enumerate(rows):
        low, mean, high = (float(row[key] or "nan") for key in ("low", "difference", "high"))
        reach = max(abs(low), abs(mean), abs(high), 1e-9)
        clear = low > 0 or high < 0
        colour = COLOURS[0] if clear else COLOURS[6]
        axes.plot([low / reach, high / reach], [-k, -k], color=colour, linewidth=2)
        axes.plot([mean / reach], [-k], "o", color=colour, markersize=5)
        interval = f"({number(row['low'])} to {number(row['high'])})"
        named = f"{row['measure']} {number(row['whole'])} {SHORT.get(row['unit'], row['unit'])}"
        words = f"{named}: {number(row['difference'], '+')} {interval}"
        axes.plot([0, 0], [-k - 0.12, -k + 0.12], color="black", linewidth=0.8)
        axes.text(-1.05, -k + 0.27, words, fontsize=7.5, va="center")
    axes.set_ylim(-len(rows) + 0.5, 0.6)
    axes.set_xlim(-1.1, 1.1)
    axes.set_yticks([])
    axes.set_xticks([])
    axes.set_title(f"Karachi without it, 1:{SCALE}, {SEEDS} worlds", fontsize=9.5, loc="left")
    if nothing_changes(rows):
        axes.text(0, -len(rows) + 0.65, "Every difference is exactly 0.", fontsize=8, ha="center")
    says_how = "the whole: difference without it (90 % interval);\neach row to its own scale; blue: clear of 0 (tick)"
    axes.set_xlabel(says_how, fontsize=8)
    axes.spines[["top", "right", "left", "bottom"]].set_visible(False)


# ---------------------------------------------------------------------------------------------------------- what to do
def captions_of(shown: Shown) -> list[str]:
    """What the page says below a picture about its first two panels."""
    return [f"*Rule.* {shown.drawn}", f"*Experiment.* {shown.ran}"]


def keep(known: Mapping[str, Sequence[str]]) -> None:
    """Write down what the page says below the pictures drawn so far, in the order of the code."""
    ordered = {module.NAME: known[module.NAME] for module in MODULES if module.NAME in known}
    CAPTIONS.write_text(json.dumps(ordered, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def main() -> None:
    """Draw the mechanisms that are named, or all; then write the page."""
    names = [one for one in sys.argv[1:] if not one.startswith("--")]
    PICTURES.mkdir(exist_ok=True)
    if "--ablate" in sys.argv[1:]:
        subprocess.run([sys.executable, "-m", "mohalla", *ABLATION], check=True)
    known = json.loads(CAPTIONS.read_text(encoding="utf-8")) if CAPTIONS.exists() else {}
    if "--page" not in sys.argv[1:]:
        from docs.contrasts import SHOWN  # noqa: PLC0415 - runs are prepared with it

        for name in names or [module.NAME for module in MODULES]:
            shown = SHOWN[name]()
            draw(name, shown)
            known[name] = captions_of(shown)
            print(f"{name} is drawn.", flush=True)
            keep(known)
    PAGE.write_text(page(known), encoding="utf-8")


if __name__ == "__main__":
    main()
