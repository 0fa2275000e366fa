"""Joining: who is driven to it, by exclusion and by the killing of kin, and into which organisation."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mohalla.mechanisms import recruitment
from workbench.alone import added_up, midway, stepped
from workbench.stepping import Arrays, armed_town, play, start
from workbench.towns import census, scenario

shares = st.floats(0.0, 1.0)
kinships = st.floats(-1.0, 1.0)
effects = st.floats(0.0, 4.0)
people = st.floats(0.0, 1e6)
WEAVERS, BOATMEN, LANTERN, BANYAN, SPLINTER = 0, 1, 1, 2, 3


# ----------------------------------------------------------------------------------------------------------- the rules
@given(kinships, shares, effects, shares)
def test_the_excluded_turn_to_kin_and_only_to_kin(kin: float, level: float, effect: float, more: float) -> None:
    added = recruitment.shut_out(kin, level, effect)
    assert 0 <= added <= effect
    assert recruitment.shut_out(kin, max(level, more), effect) >= added
    assert recruitment.shut_out(-abs(kin), level, effect) == recruitment.shut_out(kin, 0.0, effect) == 0


@given(kinships, people, st.floats(1.0, 20.0), effects, st.floats(1.0, 4.0), people)
def test_the_bereaved_turn_to_kin_the_more_the_more_they_are_courted(
    kin: float, bereaved: float, half: float, effect: float, courted: float, more: float
) -> None:
    added = recruitment.vengeful(kin, bereaved, half, effect, courted)
    assert 0 <= added <= effect * courted
    assert recruitment.vengeful(kin, bereaved + more, half, effect, courted) >= added - 1e-12
    assert recruitment.vengeful(kin, bereaved, half, effect, courted + 1) >= added
    assert recruitment.vengeful(-abs(kin), bereaved, half, effect, courted) == 0
    assert recruitment.vengeful(kin, 0.0, half, effect, courted) == 0


# ----------------------------------------------------------------------------------------------------------- the sweep
def believing() -> Arrays:
    """The armed town: the weavers of every unit believe in Lantern, the boatmen in Banyan; nobody is bereaved."""
    arrays = midway()
    arrays["unit_people"][:] = 100
    arrays["unit_honest"][:] = 0
    arrays["unit_honest"][:, WEAVERS, LANTERN] = arrays["unit_honest"][:, BOATMEN, BANYAN] = 50
    arrays["believers"][:, [LANTERN, BANYAN]] = 500.0
    arrays["kinship"][:, LANTERN], arrays["kinship"][:, BANYAN] = [0.8, -0.2], [-0.2, 0.8]
    arrays["bereaved"][:] = arrays["exclusion"][:] = 0.0
    arrays["workers"][:] = arrays["armed"][:] = 0
    return arrays


def driven(arrays: Arrays, **changed: float) -> list[float]:
    """What is added to joining, in the first unit."""
    return [float(one) for one in stepped("driven", arrays, **changed)["driven"][0]]


def test_exclusion_drives_the_excluded_into_the_organisation_of_their_kin() -> None:
    arrays = believing()
    assert driven(arrays) == [0.0] * 4
    arrays["exclusion"][WEAVERS] = 0.5
    assert driven(arrays, exclusion_effect=2.0) == pytest.approx([0.0, 0.8, 0.0, 0.0])


def test_many_more_join_while_their_kin_are_shut_out() -> None:
    arrays = believing()
    (usual,) = added_up("recruitment", stepped("driven", arrays), ("joined",), joining_per_year=0.02)
    arrays["exclusion"][WEAVERS] = 1.0
    (more,) = added_up("recruitment", stepped("driven", arrays), ("joined",), joining_per_year=0.02)
    assert usual[:, LANTERN].sum() > 50
    assert more[:, LANTERN].sum() / usual[:, LANTERN].sum() == pytest.approx(1 + 2 * 0.8, rel=0.1)
    assert more[:, BANYAN].tolist() == usual[:, BANYAN].tolist()


def test_those_bereaved_by_a_rival_join_and_those_bereaved_by_itself_do_not() -> None:
    arrays = believing()
    arrays["bereaved"][WEAVERS, BANYAN] = 5.0 * arrays["unit_people"][:, WEAVERS].sum() * 10 / 1000
    by_rival = driven(arrays, revenge_half=5.0, revenge_effect=0.5)
    assert by_rival == pytest.approx([0.0, 0.5 * 0.5 * 0.8, 0.0, 0.0])
    arrays["bereaved"][WEAVERS] = [0.0, arrays["bereaved"][WEAVERS, BANYAN], 0.0, 0.0]
    assert driven(arrays) == pytest.approx([0.0] * 4)


def test_a_splinter_courts_the_families_of_those_its_parent_killed() -> None:
    arrays = believing()
    arrays["founded"][SPLINTER], arrays["kinship"][:, SPLINTER] = 1.0, [0.8, -0.2]
    arrays["unit_honest"][:, WEAVERS, SPLINTER] = 10
    arrays["bereaved"][WEAVERS, LANTERN] = 100.0
    as_anybody = driven(arrays, courting=2.0)
    arrays["parent"][SPLINTER] = LANTERN
    courted = driven(arrays, courting=2.0)
    assert as_anybody[SPLINTER] > 0
    assert courted[SPLINTER] == pytest.approx(2 * as_anybody[SPLINTER])
    assert courted[:SPLINTER] == as_anybody[:SPLINTER]


def test_exclusion_swells_the_ranks_in_a_run() -> None:
    span = {"from": armed_town().about.start, "to": armed_town().about.end, "source": "invented"}
    many: dict[str, object] = {"censuses": [census(1975, 560_000, 0.6), census(1985, 640_000, 0.5)]}
    shut = [{**span, "community": "weavers", "level": 1.0}]
    joined = []
    for town in (scenario(**many), scenario(**many, timeline__exclusions=shut)):
        run = start(town, scale=500)
        weekly = [run.arrays["joined"][:, [LANTERN, BANYAN]].sum(axis=0) for _, step in play(run) if step == "observe"]
        joined.append(np.sum(weekly, axis=0))
    assert joined[0].min() > 50
    assert joined[1][0] / joined[0][0] > 1.5
    assert joined[1][1] / joined[0][1] < 1.2
    assert run.arrays["exclusion"].tolist() == [1.0, 0.0]
