"""The page of pictures has every mechanism, a small picture of each, and links that lead somewhere."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from docs import pictures
from mohalla.mechanisms import ALWAYS_ON, DECLARED, MODULES

PAGE = pictures.PAGE.read_text(encoding="utf-8")
SECTIONS = dict(re.findall(r"^## (\w+)\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL))


def test_every_mechanism_has_its_section_and_stands_in_the_contents_in_the_order_of_the_code() -> None:
    names = [module.NAME for module in MODULES]
    assert [one.lower() for one in SECTIONS] == names
    assert re.findall(r"^- \[\w+\]\(#(\w+)\)", PAGE, re.MULTILINE) == names


@pytest.mark.parametrize("name", DECLARED)
def test_every_section_has_a_small_picture_and_says_what_was_run(name: str) -> None:
    section = SECTIONS[name.capitalize()]
    (picture,) = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", section)
    assert 2_000 < (pictures.FOLDER / picture).stat().st_size < 60_000
    for panel in ("*Rule.*", "*Experiment.*", "*Ablation.*"):
        assert panel in section
    assert ("cannot be left out" in section) == (name in ALWAYS_ON)


def test_every_link_leads_somewhere() -> None:
    anchors = {
        pictures.MODEL: {pictures.model_section(name)[1] for name in DECLARED},
        pictures.PAGE: {one.lower() for one in SECTIONS},
    }
    links = re.findall(r"\]\(([^)#]*)(?:#([^)]+))?\)", PAGE)
    assert len(links) > 3 * len(DECLARED)
    for path, anchor in links:
        target = pictures.FOLDER / path if path else pictures.PAGE
        assert target.exists(), path
        assert not anchor or anchor in anchors[target], anchor


def test_the_page_is_what_the_code_and_the_captions_say() -> None:
    captions = json.loads(pictures.CAPTIONS.read_text(encoding="utf-8"))
    assert pictures.page(captions) == PAGE, "run `python -m docs.pictures --page`"


def test_the_page_is_made_without_matplotlib() -> None:
    code = "import sys; sys.modules['matplotlib'] = None; from docs import pictures; pictures.page"
    root = Path(__file__).parents[1]
    subprocess.run([sys.executable, "-c", code], cwd=root, check=True)
