"""Every bad file is paired with the words its error must contain; good files mean what they say."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mohalla import reading
from mohalla.errors import MohallaError
from mohalla.parameters import Known
from mohalla.scenario import Scenario

TOWN = (Path(reading.__file__).parent / "scenarios" / "small-town.toml").read_text(encoding="utf-8")
Write = Callable[..., Path]


class Patronage(NamedTuple):
    """Two parameters for tests."""

    help_weight: Annotated[float, Known("0-1", 0.0, 1.0, "how much help counts", "assumption")] = 0.4
    decay_per_year: Annotated[float, Known("1/year", 0.1, 0.6, "how fast it is forgotten", "a study")] = 0.3


DECLARED: dict[str, type] = {"patronage": Patronage, "coercion": Patronage}


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a file into a fresh folder."""

    def written(text: str | bytes, name: str = "town.toml") -> Path:
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return written


def read(path: Path | str) -> Scenario:
    return reading.read(path, DECLARED)


def layer(table: dict[str, object]) -> reading.Layer:
    return reading.Layer(Path("any.toml"), "any.toml", table)


def complaint(path: Path | str) -> str:
    """What is said of a file that must be refused."""
    with pytest.raises(MohallaError) as caught:
        read(path)
    said = str(caught.value)
    _, *others = said.split("\n")
    assert all(line.startswith((f"{path}: ", "... and ")) for line in others), "each line says which file"
    return said


def spoilt(old: str, new: str) -> str:
    """The small town with its first `old` replaced."""
    assert old in TOWN, f"the small town no longer says {old!r}"
    return TOWN.replace(old, new, 1)


# --- what a file says wrongly ----------------------------------------------------------------------------------------

BAD: dict[str, tuple[str, str, list[str]]] = {
    "misspelt key": (
        "founded = 1979-03-05",
        "founde = 1979-03-05",
        ["organisations.lantern.founde", "unknown key", "Did you mean 'founded'?", "Allowed here:", "kinship"],
    ),
    "misspelt table": ("[about]", "[abuot]", ["abuot", "unknown key", "Did you mean 'about'?", "extends"]),
    "missing key": (
        "founded = 1979-03-05",
        "",
        ["organisations.lantern.founded", "missing", "Needed here:", "kinship"],
    ),
    "census year missing": ("year = 1975\n", "", ["censuses.#1.year: missing", "Needed here: population, shares"]),
    "wrong type": (
        "workers = 12",
        'workers = "12"',
        ["organisations.lantern.workers = '12'", "must be a whole number"],
    ),
    "truth for a number": ("workers = 12", "workers = true", ["workers = true", "must be a whole number"]),
    "half a person": ("workers = 12", "workers = 1.5", ["workers = 1.5", "must be a whole number"]),
    "negative": ("workers = 12", "workers = -3", ["workers = -3", "between 0 and 1,000,000,000"]),
    "negative money": ("budget = 0.1 ", "budget = -0.1 ", ["organisations.lantern.budget = -0.1", "between 0 and"]),
    "nan": ("cells = 0.5", "cells = nan", ["organisations.lantern.cells = nan", "finite number", "nan"]),
    "infinite": ("cells = 0.5", "cells = inf", ["organisations.lantern.cells = inf", "finite number", "inf"]),
    "beyond a float": ("cells = 0.5", "cells = 1e999", ["cells = inf", "finite number"]),
    "huge number": ("workers = 12", "workers = 9" + "9" * 30, ["workers = 9999", "between 0 and 1,000,000,000"]),
    "digits without end": ("workers = 12", "workers = " + "9" * 5000, ["number of thousands of digits"]),
    "hex without end": ("workers = 12", "workers = 0x" + "f" * 9000, ["number of thousands of digits"]),
    "share above one": ("cells = 0.5", "cells = 1.5", ["cells = 1.5", "must be between 0 and 1"]),
    "kinship too low": ("boatmen = -0.2", "boatmen = -2", ["lantern.kinship.boatmen = -2", "between -1 and 1"]),
    "nothing where more is needed": ("area_km2 = 2.0", "area_km2 = 0", ["old-town.area_km2 = 0", "more than 0"]),
    "text for a date": ("founded = 1979-03-05", 'founded = "5 March"', ["founded = '5 March'", "a date such as"]),
    "date that is none": ("founded = 1979-03-05", "founded = 1979-13-05", ["not valid TOML", "line", "1979-13-05"]),
    "bad id": (
        'id = "lantern"',
        'id = "The Lantern"',
        ["id = 'The Lantern'", "lower-case letters, digits and hyphens"],
    ),
    "bad colour": ('"#009E73"', '"green"', ["colour = 'green'", "a colour such as #1f77b4"]),
    "bad choice": (
        '"neutral"',
        '"neutrl"',
        ["stances.1979-03-05.stance", "sponsor, co-opt", "Did you mean 'neutral'?"],
    ),
    "bad choice in a list": (
        '["sectors"',
        '["sector"',
        ["geography.synthetic.#1 = 'sector'", "Did you mean 'sectors'?"],
    ),
    "a list cut short": ("[67.00, 25.00]", "[67.00]", ["districts.old-town.position", "must be a list of 2"]),
    "no list": ("[67.00, 25.00]", "67.0", ["position = 67.0", "must be a list in [brackets]"]),
    "no table": ("shares = { weavers = 0.60, boatmen = 0.40 }", "shares = 1", ["censuses.1975.shares = 1", "a table"]),
    "shares that do not sum": (
        "weavers = 0.60",
        "weavers = 0.50",
        ["censuses.1975.shares", "sum to 0.9000", "sum to 1"],
    ),
    "undeclared community": (
        "kinship = { weavers = 0.85",
        "kinship = { weaver = 0.85",
        ["organisations.lantern.kinship: 'weaver' is not declared", "Declared: boatmen, weavers", "Did you mean"],
    ),
    "undeclared organisation": (
        "offices = { banyan = 0.4 }",
        "offices = { banian = 0.4 }",
        ["centre.governments.1978-01-02.offices: 'banian' is not declared", "Did you mean 'banyan'?"],
    ),
    "undeclared organisation with a stance": (
        'organisation = "lantern"',
        'organisation = "lantren"',
        ["centre.stances.1979-03-05: 'lantren' is not declared", "Did you mean 'lantern'?"],
    ),
    "election before founding": (
        "date = 1982-11-15",
        "date = 1949-11-15",
        ["elections.1949-11-15: 'banyan'", "founded only on 1950-01-01", "before the founding"],
    ),
    "ends before it begins": ("to = 1982-12-31", "to = 1972-12-31", ["centre.stances.1979-03-05", "before it begins"]),
    "out of its own range": ("value = 1.5\n", "value = 99\n", ["geography.segregation", "99", "range 0.8 to 6"]),
    "the same id twice": ('id = "banyan"', 'id = "lantern"', ["organisations: the id 'lantern' is declared twice"]),
    "year for a date": (
        "founded = 1979-03-05",
        "founded = 1979",
        ["organisations.lantern.founded = 1979: must be a date such as 1988-11-16, without quotes; here 1979-01-01."],
    ),
    "month in quotes for a last day": (
        "latest = 1990-12-31",
        'latest = "1990-12"',
        ["about.latest = '1990-12': must be a date such as 1988-11-16, without quotes; here 1990-12-31."],
    ),
    "month for a date": (
        "founded = 1979-03-05",
        "founded = 1979-03 # spring",
        ["'founded = 1979-03", "; a date is written whole, without quotes; here 1979-03-01."],
    ),
    "month for a last day": (
        "latest = 1990-12-31",
        "latest = 1990-06",
        ["'latest = 1990-06 ", "; a date is written whole, without quotes; here 1990-06-30."],
    ),
    "month that is none": (
        "latest = 1990-12-31",
        "latest = 1990-13",
        ["(at line 23, column 14): 'latest = 1990-13       # no run may go further'."],
    ),
    "syntax": ("[geography]", "[geography", ["not valid TOML", "at line", "'[geography'"]),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_refused_in_words(name: str, write: Write) -> None:
    old, new, words = BAD[name]
    path = write(spoilt(old, new))
    said = complaint(path)
    assert said.startswith(f"{path}: ")
    assert [word for word in words if word not in said] == [], said


def test_every_problem_is_told_on_a_line_of_its_own(write: Write) -> None:
    text = (
        spoilt("workers = 12", "workers = -1").replace("cells = 0.5", "cells = 7").replace("armed = 4", "armed = 0.5")
    )
    first, second, third = complaint(write(text)).split("\n")
    assert "organisations.lantern.workers = -1: must be between" in first
    assert "organisations.lantern.cells = 7: must be between 0 and 1." in second
    assert "organisations.banyan.armed = 0.5: must be a whole number." in third


def test_contradictions_are_told_together_too(write: Write) -> None:
    text = spoilt("shares = { weavers = 0.60, boatmen = 0.40 }", "shares = { weavers = 0.70, boatmen = 0.40 }")
    first, second = complaint(write(text.replace("population = 11000", "population = 21000"))).split("\n")
    assert "shares: shares sum to 1.1000" in first
    assert ".districts: their people sum to" in second


def test_names_nobody_declared_are_told_before_what_follows_from_them(write: Write) -> None:
    text = spoilt('party = "lantern"', 'party = "lantrn"').replace("population = 11000", "population = 21000")
    said = complaint(write(text))
    assert "\n" not in said
    assert "about.party: 'lantrn' is not declared. Declared: banyan, lantern. Did you mean 'lantern'?" in said


def test_keys_missing_in_one_place_are_one_problem(write: Write) -> None:
    text = spoilt('name = "Old Town"\n', "").replace('money = "million rupees of 2015"\n', "")
    first, second = complaint(write(text.replace("start = 1978-01-02", "#"))).split("\n")
    assert "about.start: missing, and money too. Needed here:" in first
    assert "geography.districts.old-town.name: missing. Needed here:" in second


@pytest.mark.parametrize("word", ["~nobody-of-this-name/town.toml", "x" * 5000])
def test_a_path_that_cannot_be_looked_up(word: str) -> None:
    with pytest.raises(MohallaError, match="cannot be looked up"):
        read(word)
    with pytest.raises(MohallaError, match="cannot be looked up"):
        reading.read_plan(word, read("small-town"), DECLARED)


def test_too_many_problems_are_counted(write: Write) -> None:
    many = "".join(f"wrong_{i} = {i}\n" for i in range(20))
    *lines, last = complaint(write(many + TOWN)).split("\n")
    assert (len(lines), last) == (12, "... and 8 more like these.")


def test_a_misspelt_key_is_one_problem_not_two(write: Write) -> None:
    assert "\n" not in complaint(write(spoilt("founded = 1979-03-05", "founde = 1979-03-05")))


def test_a_long_value_is_cut(write: Write) -> None:
    said = complaint(write(spoilt('"#009E73"', f'"{"x" * 5000}"')))
    assert len(said) < 400
    assert "(5002 characters)" in said


@given(st.text(max_size=200))
def test_any_text_is_a_scenario_or_an_error_in_words(text: str) -> None:
    with pytest.raises(MohallaError):
        reading._checked([layer(reading._tables(text, "any.toml"))], DECLARED)


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(max_size=5), lambda inner: st.lists(inner, max_size=3)
    )
)
def test_any_value_anywhere_is_refused_in_words(value: object) -> None:
    with pytest.raises(MohallaError):
        reading._checked([layer({"about": value, "organisations": [value]})], DECLARED)
    with pytest.raises(MohallaError):
        reading._checked([layer({"parameters": {"patronage": {"help_weight": [value]}, "coercion": value}})], DECLARED)


# --- what is no scenario file ----------------------------------------------------------------------------------------


def test_a_name_that_is_not_shipped_gets_the_nearest() -> None:
    said = complaint("small-twon")
    assert "no scenario 'small-twon'" in said
    assert "Did you mean 'small-town'?" in said
    assert "Shipped:" in said


def test_a_file_that_is_missing_gets_the_nearest_beside_it(write: Write) -> None:
    path = write(TOWN)
    assert "Did you mean 'town.toml'?" in complaint(path.with_name("twon.toml"))


def test_a_folder(tmp_path: Path) -> None:
    assert f"{tmp_path}: a folder, not a scenario file" in complaint(tmp_path)


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="needs a device")
def test_a_device_is_not_read() -> None:
    assert "a device or pipe" in complaint("/dev/zero")


def test_a_large_file_is_refused_unread(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(b"")
    os.truncate(path, 200_000_000)
    monkeypatch.setattr(Path, "read_bytes", lambda _path: pytest.fail("it was read"))
    assert "200 MB is too large for a scenario; at most 4 MB" in complaint(path)


def test_a_binary_file(write: Write) -> None:
    assert "a binary file" in complaint(write(b"\x7fELF\0\0\1"))


def test_a_file_in_another_encoding(write: Write) -> None:
    said = complaint(write('[about]\ntitle = "Karachi à la carte"'.encode("latin-1")))
    assert "not UTF-8 text (line 2)" in said


def test_a_file_nobody_may_read(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(_path: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", refused)
    assert "cannot be read: Permission denied" in complaint(write(TOWN))


def test_brackets_without_end(write: Write) -> None:
    assert "nested too deeply" in complaint(write("a = " + "[" * 100_000))


@pytest.mark.parametrize("name", ["x\0y", "n" * 5000])
def test_a_name_no_file_can_have(name: str) -> None:
    assert complaint(name)


def test_an_empty_file(write: Write) -> None:
    assert "about: missing" in complaint(write(""))


def test_a_byte_order_mark_and_windows_lines_do_no_harm(write: Write) -> None:
    assert read(write(b"\xef\xbb\xbf" + TOWN.replace("\n", "\r\n").encode())) == read("small-town")


# --- extending -------------------------------------------------------------------------------------------------------


def test_tables_merge_key_by_key_and_the_rest_stays(write: Write) -> None:
    read_town = read(write('extends = "small-town"\n[about]\ntitle = "Another"\n'))
    assert read_town.about.title == "Another"
    assert read_town.organisations == read("small-town").organisations


def test_lists_with_ids_merge_by_id(write: Write) -> None:
    town = read(write('extends = "small-town"\n[[organisations]]\nid = "banyan"\nworkers = 99\n'))
    assert [(one.id, one.workers) for one in town.organisations] == [("lantern", 12), ("banyan", 99)]


def test_an_entry_with_a_new_id_is_added(write: Write) -> None:
    text = 'extends = "small-town"\n[[communities]]\nid = "dyers"\nname = "Dyers"\ncolour = "#111111"\n'
    assert read(write(text)).community_ids == ("weavers", "boatmen", "dyers")


def test_lists_without_ids_are_replaced(write: Write) -> None:
    text = 'extends = "small-town"\n[[elections]]\ndate = 1983-01-01\nchamber = "local"\nseats = 3\nsource = "mine"\n'
    assert [one.seats for one in read(write(text)).elections] == [3]


def test_an_empty_list_takes_all_entries_away(write: Write) -> None:
    text = 'extends = "small-town"\n[centre]\nstances = []\n[state]\noperations = []\n'
    town = read(write(text))
    assert (town.centre.stances, town.state.operations) == ((), ())
    assert town.centre.governments == read("small-town").centre.governments


def test_an_empty_list_where_something_is_needed_is_refused(write: Write) -> None:
    path = write('extends = "small-town"\norganisations = []\n')
    assert complaint(path).startswith(f"{path}: organisations = a list of 0: must be a list of at least 1")


def test_a_path_is_relative_to_the_file_that_names_it(write: Write, tmp_path: Path) -> None:
    (tmp_path / "plans").mkdir()
    write(TOWN)
    plan = write('extends = "../town.toml"\nsplinter_slots = 2\n', "plans/plan.toml")
    assert read(plan).splinter_slots == 2


@pytest.mark.parametrize("value", ["nan", "-1", '"x"'])
def test_an_error_names_the_file_that_holds_it(value: str, write: Write) -> None:
    base = write(spoilt("workers = 12", f"workers = {value}"), "base.toml")
    top = write('extends = "base.toml"\n[about]\ntitle = "Top"\n', "top.toml")
    assert complaint(top).startswith(f"{base}: organisations.lantern.workers")
    write(TOWN, "base.toml")
    top = write(f'extends = "base.toml"\n[[organisations]]\nid = "lantern"\nworkers = {value}\n', "top.toml")
    assert complaint(top).startswith(f"{top}: organisations.lantern.workers")


def test_a_scenario_cannot_extend_itself(write: Write) -> None:
    path = write('extends = "town.toml"\n')
    said = complaint(path)
    assert f"{path}: extends = 'town.toml': a scenario cannot extend itself" in said


def test_a_circle_is_named(write: Write) -> None:
    write('extends = "b.toml"\n', "a.toml")
    write('extends = "c.toml"\n', "b.toml")
    write('extends = "a.toml"\n', "c.toml")
    said = complaint(write('extends = "a.toml"\n'))
    assert "cannot extend itself" in said
    assert [name for name in ("a.toml", "b.toml", "c.toml") if said.count(name) < 1] == []


def test_what_is_extended_must_exist(write: Write) -> None:
    said = complaint(write('extends = "smal-town"\n'))
    assert "extends = 'smal-town': no scenario 'smal-town'" in said
    assert "Did you mean 'small-town'?" in said


def test_only_one_scenario_is_extended(write: Write) -> None:
    assert "must be the name or the path of one scenario" in complaint(write('extends = ["a", "b"]\n'))


# --- parameters ------------------------------------------------------------------------------------------------------

BAD_PARAMETERS: dict[str, tuple[str, list[str]]] = {
    "mechanism": (
        "[parameters.patronge]\nx = 1",
        ["parameters.patronge: unknown mechanism", "Did you mean 'patronage'?"],
    ),
    "name": (
        "[parameters.patronage]\nhelp_wieght = 1",
        ["patronage.help_wieght: unknown parameter", "Did you mean 'help_weight'?", "Allowed here: decay_per_year"],
    ),
    "unit": (
        '[parameters.patronage]\ndecay_per_year = { value = 0.3, unit = "1/month" }',
        ["parameters.patronage.decay_per_year.unit = '1/month'", "must be '1/year'"],
    ),
    "out of range": (
        "[parameters.patronage]\nhelp_weight = 3",
        ["help_weight = 3", "outside the plausible range 0 to 1", "how much help counts", "low, high and source"],
    ),
    "out of range without a source": (
        "[parameters.patronage]\nhelp_weight = { value = 3, low = 1, high = 4 }",
        ["help_weight = 3", "outside the plausible range", "source"],
    ),
    "out of the range it brings": (
        '[parameters.patronage]\nhelp_weight = { value = 3, low = 1, high = 2, source = "mine" }',
        ["help_weight.value = 3", "outside the range it brings, 1 to 2"],
    ),
    "empty range": (
        '[parameters.patronage]\nhelp_weight = { value = 0.5, low = 2, high = 1, source = "mine" }',
        ["help_weight.low", "range 2 to 1 is empty"],
    ),
    "nan": ("[parameters.patronage]\nhelp_weight = nan", ["help_weight.value = nan", "finite"]),
    "huge": ("[parameters.patronage]\nhelp_weight = 1" + "0" * 400, ["help_weight.value = inf", "finite"]),
    "text": ('[parameters.patronage]\nhelp_weight = "high"', ["help_weight = 'high'", "must be a number (0-1)"]),
    "truth": ("[parameters.patronage]\nhelp_weight = true", ["help_weight = true", "must be a number"]),
    "key in a table": (
        "[parameters.patronage]\nhelp_weight = { vale = 1 }",
        ["help_weight.vale", "Did you mean 'value'?"],
    ),
    "no table": ("[parameters]\npatronage = 3", ["parameters.patronage = 3", "must be a table of parameters"]),
}


@pytest.mark.parametrize("name", BAD_PARAMETERS)
def test_a_bad_parameter_is_refused_in_words(name: str, write: Write) -> None:
    text, words = BAD_PARAMETERS[name]
    said = complaint(write(f"{TOWN}\n{text}\n"))
    assert [word for word in words if word not in said] == [], said


def test_parameters_must_be_a_table(write: Write) -> None:
    assert "parameters = 3: must be a table of mechanisms" in complaint(write(f"parameters = 3\n{TOWN}"))


def test_a_setting_is_laid_over_what_is_declared(write: Write) -> None:
    text = '[parameters.patronage]\nhelp_weight = { value = 3, unit = "0-1", low = 1, high = 4, source = "a survey" }'
    table = reading.resolved_parameters(read(write(f"{TOWN}\n{text}\n")), DECLARED)
    assert table["patronage"]["help_weight"].value == 3
    assert table["patronage"]["help_weight"].known == Known("0-1", 1, 4, "how much help counts", "a survey")
    assert table["patronage"]["decay_per_year"].known.source == "a study"
    assert table["coercion"]["help_weight"].value == 0.4


def test_a_bare_number_keeps_the_range_and_says_where_it_is_from(write: Write) -> None:
    table = reading.resolved_parameters(read(write(f"{TOWN}\n[parameters.patronage]\nhelp_weight = 1\n")), DECLARED)
    assert table["patronage"]["help_weight"] == (1.0, Known("0-1", 0, 1, "how much help counts", "this scenario"))


# --- what it means ---------------------------------------------------------------------------------------------------


def test_every_shipped_scenario_is_sound() -> None:
    from mohalla.mechanisms import DECLARED as ALL

    assert "small-town" in reading.shipped()
    assert not [name for name in reading.shipped() if "." in name]
    for name in reading.shipped():
        assert reading.read(name, ALL).about.name == name


def test_the_canonical_text_is_the_whole_scenario() -> None:
    town = read("small-town")
    assert reading.from_json_text(reading.as_json_text(town)) == town


def test_equal_questions_have_equal_fingerprints(write: Write) -> None:
    town = reading.fingerprint(read("small-town"))
    assert town == reading.fingerprint(read(write(f"# a comment\n{TOWN}")))
    assert town == reading.fingerprint(read(write('extends = "small-town"\n')))
    assert town != reading.fingerprint(read(write(spoilt("workers = 12", "workers = 13"))))


def test_a_scenario_without_a_record_has_none(write: Write) -> None:
    assert reading.read_record(write(TOWN)) is None


def test_the_record_lies_beside_the_scenario_or_what_it_extends(write: Write) -> None:
    write(TOWN)
    write('scenario = "small-town"\n', "town.record.toml")
    plan = write('extends = "town.toml"\n', "plan.toml")
    record = reading.read_record(plan)
    assert record is not None
    assert record.scenario == "small-town"


def test_a_bad_record_is_refused_in_words(write: Write) -> None:
    path = write(TOWN)
    write('scenario = "small-town"\n[[death]]\n', "town.record.toml")
    with pytest.raises(MohallaError, match=r"town.record.toml: death: unknown key. Did you mean 'deaths'"):
        reading.read_record(path)


# --- last day, mechanisms left out, new scenarios --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("1984", "1984-12-31"),
        ("1984-06-30", "1984-06-30"),
        ("1984-02", "1984-02-29"),
        ("1983-02", "1983-02-28"),
        ("1990", "1990-12-31"),
    ],
)
def test_until_is_a_year_a_month_or_a_day(text: str, day: str) -> None:
    assert str(reading.last_day(text, read("small-town"))) == day


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("soon", "must be a year, month or day such as 2005, 2005-06 or 2005-06-30"),
        ("1984-13-01", "must be a year, month or day"),
        ("1984-13", "must be a year, month or day"),
        ("", "must be a year, month or day"),
        ("1977", "can run from 1978-01-02 to 1990-12-31, no further"),
        ("2030", "can run from 1978-01-02 to 1990-12-31, no further"),
    ],
)
def test_until_must_make_sense(text: str, words: str) -> None:
    with pytest.raises(MohallaError, match=words):
        reading.last_day(text, read("small-town"))


def test_mechanisms_left_out_are_known() -> None:
    assert reading.switched_off(["riot,strike", "riot"], ["riot", "strike", "words"]) == ("riot", "strike")
    with pytest.raises(MohallaError, match=r"without = 'strke': no such mechanism. Did you mean 'strike'\?"):
        reading.switched_off(["strke"], ["riot", "strike"])


def test_a_new_scenario_is_sound_and_commented(tmp_path: Path) -> None:
    path = reading.write_new(str(tmp_path / "my-city"))
    assert path == tmp_path / "my-city.toml"
    assert read(path).about.name == "my-city"
    assert read(path).about.title == "My city (invented)"
    assert path.read_text().count("#") > 50
    assert "small-town" not in path.read_text()


@pytest.mark.parametrize(
    ("name", "words"),
    [("My City", "no name for a scenario"), ("karachi", "a shipped scenario"), ("there", "left as it is")],
)
def test_a_new_scenario_needs_a_name_of_its_own(name: str, words: str, tmp_path: Path) -> None:
    (tmp_path / "there.toml").write_text("mine")
    with pytest.raises(MohallaError, match=words):
        reading.write_new(str(tmp_path / name))
    assert (tmp_path / "there.toml").read_text() == "mine"


def test_a_new_scenario_in_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(MohallaError, match="cannot be written: no such file or directory"):
        reading.write_new(str(tmp_path / "nowhere" / "my-city"))
