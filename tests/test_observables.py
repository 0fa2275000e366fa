"""The contract of the results: names, dimensions, types, units."""

from __future__ import annotations

import pytest

from mohalla import observables
from mohalla.observables import CONTRACT, FLAGS, OTHERS, Observable, parties_to_killing
from mohalla.scenario import NONE, STANCES

EVERY = CONTRACT
DIMENSIONS = {
    "week", "quarter", "sector", "unit", "post", "community", "organisation", "killer", "victim", "cause", "tier",
    "income_source", "use", "election", "constituency", "event",
}  # fmt: skip
UNITS_OF_COUNTS = {"adults", "persons", "deaths", "raids", "tips", "traders", "votes", "seats", "weeks"}


def test_names_are_unique() -> None:
    names = [observable.name for observable in EVERY]
    assert sorted(set(names)) == sorted(names)


@pytest.mark.parametrize("observable", EVERY, ids=lambda observable: observable.name)
def test_says_what_it_is(observable: Observable) -> None:
    assert observable.name.isidentifier()
    assert observable.units
    assert observable.long_name
    assert observable.long_name[0].islower()
    assert set(observable.dims) <= DIMENSIONS
    assert observable.dims[0] in {"week", "quarter", "election", "event"}


@pytest.mark.parametrize("observable", EVERY, ids=lambda observable: observable.name)
def test_counts_are_whole_and_shares_are_not(observable: Observable) -> None:
    if observable.units in UNITS_OF_COUNTS:
        assert observable.dtype == "int32"
    if observable.units in {"0-1", "share", "money"}:
        assert observable.dtype == "float32"


def test_codes_have_their_meanings() -> None:
    assert FLAGS["stance"]["flag_meanings"] == " ".join(STANCES)
    assert len(FLAGS["stance"]["flag_values"]) == len(STANCES)
    assert set(FLAGS) <= {observable.name for observable in EVERY}


def test_killings_may_involve_others_than_organisations() -> None:
    assert parties_to_killing((NONE, "lantern")) == (NONE, "lantern", *OTHERS)
    with pytest.raises(AssertionError):
        parties_to_killing(("lantern", NONE))


def test_no_meaning_is_given_twice() -> None:
    for words in (OTHERS, observables.CAUSES, observables.TIERS, observables.INCOME_SOURCES, observables.USES):
        assert len(set(words)) == len(words)
