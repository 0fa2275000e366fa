"""What the tree must not hold: paths of one machine, addresses of one network, credentials, titles before names."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MOST_BYTES = 5_000_000

# Written in pieces, so that this file does not hold what it looks for.
FORBIDDEN = {
    "a home folder": r"/(ho" + r"me|Us" + r"ers)/[a-z]\w+",
    "a path of one machine": r"(?<![\w.:/-])/(wo" + r"rk|ro" + r"ot|fa" + r"rm|mnt|scratch)/\w",
    "a path on drive C": r"\bC:" + r"\\\\?Us" + r"ers\b",
    "a temporary folder": r"(?<![\w.:/-])/tm" + r"p/\w",
    "an address on a local network": r"\b(10\.\d+|192\.168|172\.(1[6-9]|2\d|3[01]))\.\d+\.\d+\b",
    "a package index": r"index[-_]u" + r"rl|--find-l" + r"inks|files\.python" + r"hosted",
    "a private key": r"BEGIN [A-Z ]*PRIVATE" + r" KEY",
    "an e-mail address": r"\b[\w.+-]+@[\w-]+\.(com|org|net|edu|io|pk)\b",
    "a person with a title": r"\b(Mr|Mrs|Ms|Gen|Brig|Maj|Capt|Col|Brigadier|Colonel|Senator|Maulana|Mullah|Mufti|Begum)"
    r"\.? [A-Z][a-z]+ [A-Z][a-z]+\b",
}


def tracked() -> list[str]:
    """Files in the repository, or nothing outside of one."""
    told = subprocess.run(["git", "-C", str(ROOT), "ls-files", "-z"], capture_output=True, check=False)
    return [name for name in told.stdout.decode().split("\0") if name and (ROOT / name).is_file()]


def text(name: str) -> str:
    """A file's text; empty for one that is none (pictures)."""
    data = (ROOT / name).read_bytes()
    return "" if b"\0" in data else data.decode("utf-8")


FILES = tracked()
if not FILES:
    pytest.skip("not a git checkout", allow_module_level=True)


@pytest.mark.parametrize("what", FORBIDDEN)
def test_the_tree_holds_no(what: str) -> None:
    pattern = re.compile(FORBIDDEN[what])
    found = [
        f"{name}:{number}: {hit[0]}"
        for name in FILES
        for number, line in enumerate(text(name).splitlines(), 1)
        if (hit := pattern.search(line))
    ]
    assert found == []


@pytest.mark.parametrize(
    ("what", "line"),
    [
        ("a home folder", "/ho" + "me/someone/mohalla"),
        ("a path of one machine", "see /wo" + "rk/notes"),
        ("a temporary folder", "/tm" + "p/run-1"),
        ("an address on a local network", "at 192.168" + ".1.20"),
        ("an e-mail address", "write to somebody" + "@example.org"),
        ("a person with a title", "as Brigadier" + " Some Body said"),
    ],
)
def test_the_patterns_find(what: str, line: str) -> None:
    assert re.search(FORBIDDEN[what], line)


def test_no_file_is_large() -> None:
    assert [name for name in FILES if (ROOT / name).stat().st_size > MOST_BYTES] == []
