"""The model's page says what the code says: every generated block is up to date and nothing declared is missing."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

import pytest

import mohalla
from docs import build, run
from mohalla import reading
from mohalla.cli.app import app
from mohalla.engine.week import SCHEDULE
from mohalla.mechanisms import CLAIMS, DECLARED
from mohalla.observables import BY_QUARTER, OBSERVABLES
from mohalla.parameters import declared
from mohalla.state import FIELDS

ROOT = Path(__file__).parents[1]
MODEL = (ROOT / "docs" / "model.md").read_text(encoding="utf-8")
PROSE = build.BLOCK.sub("", MODEL)
BLOCKS = {block["what"]: block[0] for block in build.BLOCK.finditer(MODEL)}


def test_generated_blocks_are_up_to_date() -> None:
    assert [page.name for page in build.stale()] == [], "run `python -m docs.build`"


def test_everything_that_can_be_generated_is_on_a_page() -> None:
    shown = [
        block["what"] for page in build.pages() for block in build.BLOCK.finditer(page.read_text(encoding="utf-8"))
    ]
    assert sorted(build.makers()) == sorted(shown)


def test_the_plan_that_the_page_on_plans_shows_can_be_laid_over_karachi(tmp_path: Path) -> None:
    text = (ROOT / "docs" / "plans.md").read_text(encoding="utf-8")
    path = tmp_path / "mine.toml"
    path.write_text(text.split("```toml\n")[1].split("```")[0], encoding="utf-8")
    plan = reading.read_plan(str(path), mohalla.load("karachi"), DECLARED)
    assert [one.value for one in plan.interventions] == ["armed", "services"]
    assert plan.interventions[1].when is not None


def test_the_python_of_the_page_on_plans_runs() -> None:
    text = (ROOT / "docs" / "plans.md").read_text(encoding="utf-8")
    found: dict[str, Any] = {}
    exec(text.split("```python\n")[1].split("```")[0], found)  # noqa: S102 - our own page
    assert found["run"].attrs["plan"] == "mine"
    assert float(found["run"]["services"][-1].mean()) > 0.6


@pytest.mark.parametrize("mechanism", DECLARED)
def test_every_parameter_stands_in_its_mechanisms_table(mechanism: str) -> None:
    names = list(declared(DECLARED[mechanism]))
    block = BLOCKS.get(f"parameters of {mechanism}", "")
    assert [name for name in names if f"| `{name}` |" not in block] == []


@pytest.mark.parametrize("mechanism", DECLARED)
def test_every_mechanism_has_its_section(mechanism: str) -> None:
    headings = [heading.lower() for heading in re.findall(r"^### 7\.\d+ (.+)$", MODEL, re.MULTILINE)]
    assert any(heading.startswith(mechanism) for heading in headings)


def test_every_step_stands_in_the_schedule() -> None:
    steps = [step for _, names in SCHEDULE for step in names]
    assert [step for step in steps if f"`{step}`" not in BLOCKS["schedule"]] == []


def test_every_observable_and_every_array_is_listed() -> None:
    names = [one.name for one in (*OBSERVABLES, *BY_QUARTER, *FIELDS)]
    assert [name for name in names if f"| `{name}` |" not in MODEL] == []


def test_every_claim_a_mechanism_declares_is_explained() -> None:
    explained = set(re.findall(r"\b[OHGSBW]\d+\b", (ROOT / "docs" / "claims.md").read_text(encoding="utf-8")))
    assert {claim for claims in CLAIMS.values() for claim in claims} <= explained


def test_every_work_that_is_cited_is_in_the_list_of_references() -> None:
    text, references = PROSE.split("## References")
    sources = " ".join(known.source for kind in DECLARED.values() for _, known in declared(kind).values())
    pattern = r"([A-Z][a-zé]+)(?: et al\.| and [A-Z][a-z]+)? ((?:19|20)\d\d)\b"
    months = {"January", "March", "August", "July"}
    cited = {found for found in re.findall(pattern, f"{text} {sources}") if found[0] not in months}
    entries = references.split("\n\n")
    assert [one for one in cited if not any(all(word in entry for word in one) for entry in entries)] == []


@pytest.mark.parametrize("page", sorted((ROOT / "docs").rglob("*.md")), ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text(encoding="utf-8"))
    assert [target for target in targets if not (page.parent / target).exists()] == []


def test_an_unknown_block_is_refused() -> None:
    with pytest.raises(SystemExit, match="nothing makes 'weather'"):
        build.rendered("<!-- generated: weather -->\nrain\n<!-- end -->")


def test_a_stale_block_is_made_anew_and_prose_is_kept() -> None:
    page = "Before\n<!-- generated: claims -->\nold\n<!-- end -->\nafter"
    made = build.rendered(page)
    assert made.startswith("Before\n")
    assert made.endswith("\nafter")
    assert "old" not in made
    assert build.rendered(made) == made


def test_the_simulation_never_imports_the_record() -> None:
    source = ROOT / "src" / "mohalla"
    modules = [source / "world.py", source / "geography.py", source / "state.py"]
    modules += [*(source / "engine").glob("*.py"), *(source / "mechanisms").glob("*.py")]
    assert [path.name for path in modules if "mohalla.record" in path.read_text(encoding="utf-8")] == []


TEXTS = {page.stem: page.read_text(encoding="utf-8") for page in run.PAGES}
BLOCKS_RUN = {name: list(run.BLOCK.finditer(text)) for name, text in TEXTS.items()}
COMMANDS = [
    line
    for blocks in BLOCKS_RUN.values()
    for block in blocks
    if block["language"] == "sh"
    for line in block["code"].replace("\\\n", " ").splitlines()
]


@pytest.mark.parametrize("page", TEXTS)
def test_every_block_that_is_run_has_its_output(page: str) -> None:
    fences = re.findall(r"^```(?:sh|python)$", TEXTS[page], re.MULTILINE)
    assert len(BLOCKS_RUN[page]) == len(fences)
    assert all(block["output"].strip() for block in BLOCKS_RUN[page])


@pytest.mark.parametrize("command", COMMANDS)
def test_the_commands_that_are_run_exist(command: str) -> None:
    words = command.split()
    assert words[0] == "sed" or (words[0] == "mohalla" and words[1] in set(app))


@pytest.mark.parametrize("page", TEXTS)
def test_the_python_that_is_run_is_python(page: str) -> None:
    assert ast.parse("\n".join(block["code"] for block in BLOCKS_RUN[page] if block["language"] == "python"))


@pytest.mark.parametrize("page", TEXTS)
def test_no_output_is_an_error_of_ours(page: str) -> None:
    assert not any("Traceback" in block["output"] for block in BLOCKS_RUN[page])


def test_a_page_is_run_and_its_outputs_are_written() -> None:
    page = "```python\nx = 2\nprint(x)\n```\n\n```text\nold\n```\nand\n```sh\necho $COLUMNS\n```\n\n```text\n```\n"
    made = run.run(page)
    assert "print(x)\n```\n\n```text\n2\n```" in made
    assert "```text\n100\n```" in made


def test_names_of_runs_and_seconds_do_not_count_as_a_change() -> None:
    old = "8 simulations in 30 s.\nruns/small-town-20160313-120000-ab12"
    assert run.same(old, "8 simulations in 9 s.\nruns/small-town-20160314-130000-cd34")
    assert not run.same(old, old.replace("8 sim", "7 sim"))
    assert run.same("20 simulations, about 2 minutes or more", "20 simulations, about 50 seconds or more")
