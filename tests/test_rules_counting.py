"""Residents are counted where they live, as they come, go, move and change; and added up for what is recorded."""

from __future__ import annotations

from typing import NamedTuple, Self

import numpy as np
from hypothesis import assume, given
from hypothesis import strategies as st

from mohalla.mechanisms import demography, residents, tallies
from mohalla.state import Array

COMMUNITIES, ORGANISATIONS, UNITS = 2, 3, 2
FIRST_UNITS_PLACES = 2  # and as many of the second
SEATS = 6  # of a cell
MOMENT, EACH = np.uint64(9), 10.0


class Town(NamedTuple):
    """Two units of two neighbourhoods of two communities, and where their residents are counted."""

    seated: Array
    heart: Array
    face: Array
    fear: Array
    reversals: Array
    face_here: Array
    unit_face: Array
    unit_heart: Array
    unit_honest: Array
    followers: Array
    believers: Array

    @classmethod
    def of(cls, seed: int) -> Self:
        """With residents in some of the seats of each cell, counted."""
        rng, places = np.random.default_rng(seed), UNITS * FIRST_UNITS_PLACES
        cells = places * COMMUNITIES
        kinds = np.zeros((UNITS, COMMUNITIES, ORGANISATIONS), np.int32)
        town = cls(
            rng.integers(0, SEATS + 1, cells),
            *rng.integers(0, ORGANISATIONS, (2, cells * SEATS)).astype(np.uint8),
            rng.random(cells * SEATS, np.float32),
            rng.integers(0, 4, cells * SEATS).astype(np.uint8),
            np.zeros((places, ORGANISATIONS), np.int32),
            *(kinds.copy() for _ in range(3)),
            *np.zeros((2, UNITS, ORGANISATIONS)),
        )
        for name, count in town.counted().items():
            getattr(town, name)[...] = count
        return town

    @property
    def counts(self) -> tuple[Array, ...]:
        """Where residents are counted."""
        return self[5:]

    @property
    def residents(self) -> tuple[Array, ...]:
        """What is known of residents."""
        return self.heart, self.face, self.fear, self.reversals

    def counted(self) -> dict[str, Array]:
        """The same counts, one by one."""
        found = {name: np.zeros_like(getattr(self, name)) for name in self._fields[5:]}
        for cell, living in enumerate(self.seated):
            place, c = divmod(cell, COMMUNITIES)
            for seat in range(cell * SEATS, cell * SEATS + int(living)):
                u, heart, face = place // FIRST_UNITS_PLACES, self.heart[seat], self.face[seat]
                found["face_here"][place, face] += 1
                found["unit_face"][u, c, face] += 1
                found["unit_heart"][u, c, heart] += 1
                found["unit_honest"][u, c, face] += heart == face
                found["followers"][u, face] += EACH
                found["believers"][u, face] += EACH * (heart == face)
        return found

    def adds_up(self) -> bool:
        """Whether the counts are right."""
        return all(np.array_equal(getattr(self, name), count) for name, count in self.counted().items())


seeds, cells = st.integers(0, 10_000), st.integers(0, UNITS * FIRST_UNITS_PLACES * COMMUNITIES - 1)
kinds = st.integers(0, ORGANISATIONS - 1)


@given(seeds, cells, kinds, kinds)
def test_who_comes_is_counted_once_everywhere_and_who_goes_no_more(seed: int, cell: int, heart: int, face: int) -> None:
    town = Town.of(seed)
    before = [count.copy() for count in town.counts]
    place, community = divmod(cell, COMMUNITIES)
    where = place // FIRST_UNITS_PLACES, place, community
    tallies.count_one(*where, heart, face, 1, EACH, *town.counts)
    more = [int((now - then).sum()) for now, then in zip(town.counts, before, strict=True)]
    assert more == [1, 1, 1, heart == face, EACH, EACH * (heart == face)]
    tallies.count_one(*where, heart, face, -1, EACH, *town.counts)
    assert all(np.array_equal(now, then) for now, then in zip(town.counts, before, strict=True))


@given(seeds, cells, st.integers(0, SEATS))
def test_a_cell_is_filled_with_likes_of_its_own_and_emptied_from_the_end(seed: int, cell: int, goal: int) -> None:
    town = Town.of(seed)
    (place, community), start, seats = divmod(cell, COMMUNITIES), cell * SEATS, int(town.seated[cell])
    kept, known = min(seats, goal), [array.copy() for array in town.residents]
    pairs = set(zip(town.heart[start : start + seats], town.face[start : start + seats], strict=True)) or {(0, 0)}
    where = place // FIRST_UNITS_PLACES, place, community
    with np.errstate(over="ignore"):
        demography.bring_to(*where, MOMENT, start, seats, goal, EACH, *town.residents, *town.counts)
    town.seated[cell] = goal
    assert town.adds_up()
    for now, then in zip(town.residents, known, strict=True):
        np.testing.assert_array_equal(now[start : start + kept], then[start : start + kept])
    new = slice(start + kept, start + goal)
    assert set(zip(town.heart[new], town.face[new], strict=True)) <= pairs
    assert not town.fear[new].any()
    assert not town.reversals[new].any()


@given(seeds, st.data())
def test_two_who_swap_seats_are_counted_where_they_now_live(seed: int, data: st.DataObject) -> None:
    town = Town.of(seed)
    lived_in = [c for c in range(0, town.seated.size, COMMUNITIES) if town.seated[c] > 0]
    assume(len(lived_in) > 1)
    here, there = data.draw(st.permutations(lived_in))[:2]
    i, j = here * SEATS, there * SEATS + int(town.seated[there]) - 1
    known = [array.copy() for array in town.residents]
    place, away = here // COMMUNITIES, there // COMMUNITIES
    units = place // FIRST_UNITS_PLACES, away // FIRST_UNITS_PLACES
    demography.swap(*units, place, away, 0, i, j, EACH, *town.residents, *town.counts)
    assert town.adds_up()
    for now, then in zip(town.residents, known, strict=True):
        then[[i, j]] = then[[j, i]]
        np.testing.assert_array_equal(now, then)


@given(
    st.lists(st.integers(0, 9), min_size=1, max_size=30).filter(any), st.integers(0, 3), st.integers(1, 3), st.data()
)
def test_a_number_is_in_the_stretch_that_it_is_laid_in(
    lengths: list[int], first: int, apart: int, data: st.DataObject
) -> None:
    laid = np.repeat(np.arange(len(lengths)), lengths)
    number = data.draw(st.integers(0, laid.size - 1))
    nth, within = laid[number], number - np.searchsorted(laid, laid[number])
    assert demography.reached(np.cumsum(lengths), len(lengths), number) == nth
    counts = np.full(first + apart * len(lengths), 99)
    counts[first::apart][: len(lengths)] = lengths
    assert demography.counted_off(first, apart, number, counts) == (first + apart * nth, within)


@given(seeds, st.integers(0, UNITS - 1))
def test_every_resident_of_a_unit_has_a_number(seed: int, unit: int) -> None:
    town, starts = Town.of(seed), np.arange(UNITS * FIRST_UNITS_PLACES * COMMUNITIES) * SEATS
    first = unit * FIRST_UNITS_PLACES
    cells = range(first * COMMUNITIES, (first + FIRST_UNITS_PLACES) * COMMUNITIES)
    lived_in = [(c, c * SEATS + one) for c in cells for one in range(int(town.seated[c]))]
    people = town.seated.reshape(-1, COMMUNITIES).sum(axis=1)
    found = [demography.seat_in(first, COMMUNITIES, one, people, starts, town.seated) for one in range(len(lived_in))]
    assert found == lived_in


@given(st.lists(st.integers(0, 9), min_size=4, max_size=20), st.integers(0, 2), st.integers(-1, 1))
def test_a_unit_is_as_it_should_be_where_every_cell_is(counts: list[int], place: int, off: int) -> None:
    here, wanted = np.array(counts), np.array(counts)
    wanted[0] += 5  # of another unit
    wanted[1 + place] += off
    assert demography.all_there(1, len(counts), here, wanted) == (off == 0)


# ------------------------------------------------------------------------------------------------------------ recording
SECTOR, FIRST = np.array([0, 0, 1, 1, 1], np.int32), np.array([0, 2, 3, 7, 8, 9], np.int32)
ROWS = np.arange(15.0).reshape(5, 3)


def test_rows_of_units_are_added_to_their_sectors() -> None:
    sums = np.ones((2, 3))
    tallies.add(SECTOR, ROWS, sums, 10.0)
    np.testing.assert_array_equal(sums, 1 + 10 * np.array([ROWS[:2].sum(axis=0), ROWS[2:].sum(axis=0)]))


def test_shares_count_as_often_as_a_unit_has_neighbourhoods() -> None:
    sums = np.zeros((2, 3))
    tallies.add_shares(SECTOR, FIRST, ROWS, sums)
    np.testing.assert_array_equal(sums, [2 * ROWS[0] + ROWS[1], 4 * ROWS[2] + ROWS[3] + ROWS[4]])


@given(st.lists(st.tuples(st.integers(0, 10**9), st.integers(0, 1000)), min_size=1))
def test_sums_become_means_and_nothing_where_there_is_nobody(pairs: list[tuple[int, int]]) -> None:
    sums, counts = (np.array([column], float) for column in zip(*pairs, strict=True))
    before = sums.copy()
    tallies.to_means(sums, counts)
    assert not sums[counts == 0].any()
    np.testing.assert_allclose((sums * counts)[counts > 0], before[counts > 0], rtol=1e-12)


def test_sums_over_neighbourhoods_become_shares() -> None:
    sums = 6.0 * np.arange(6.0).reshape(2, 3)
    tallies.to_shares(sums, np.array([2.0, 3.0]))
    np.testing.assert_array_equal(sums, [[0, 3, 6], [6, 8, 10]])


def test_what_there_is_in_neighbourhoods_is_added_to_their_sectors() -> None:
    sums, services = np.zeros(2), np.arange(9, dtype=np.float32)
    tallies.add_places(SECTOR, FIRST, services, sums)
    assert sums.tolist() == [services[:3].sum(), services[3:].sum()]


def test_killings_are_added_to_their_sectors_where_anybody_died() -> None:
    killings, sums = np.arange(45).reshape(5, 3, 3), np.zeros((2, 3, 3))
    tallies.add_killings(SECTOR, np.array([0, 7, 1, 0, 0]), killings, sums)
    np.testing.assert_array_equal(sums, [killings[1], killings[2]])


@given(st.lists(st.lists(st.tuples(st.integers(0, 99), st.integers(0, 99)), min_size=3, max_size=3), min_size=1))
def test_faces_of_a_unit_are_all_of_its_communities_and_those_not_meant_are_coerced(
    communities: list[list[tuple[int, int]]],
) -> None:
    meant, not_meant = np.array(communities).transpose(2, 0, 1)
    shown, coerced = np.zeros(3, np.float32), np.zeros(3, np.float32)
    tallies.add_faces(meant + not_meant, meant, shown, coerced)
    assert coerced.tolist() == not_meant.sum(axis=0).tolist()
    assert shown.tolist() == (meant + not_meant).sum(axis=0).tolist()


def test_a_row_is_filled_from_the_first_value_on() -> None:
    row = np.zeros(3, np.float32)
    tallies.copy_from(2, np.arange(6.0), row)
    assert row.tolist() == [2, 3, 4]


def test_what_residents_tell_of_themselves_adds_up_by_unit_and_community() -> None:
    sums = [np.zeros((2, 2), np.int64) for _ in range(4)]
    tips = np.zeros(2, np.int64)
    for told in ((3, 10, 20, 1, 2), (4, 5, 6, 0, 1)):
        residents.take_down(1, 0, told, *sums, tips)
    assert [int(one[1, 0]) for one in sums] == [7, 15, 26, 1]
    assert sum(int(one.sum()) for one in sums) == 7 + 15 + 26 + 1
    assert tips.tolist() == [0, 3]
