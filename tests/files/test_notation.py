"""Numbers as people write them: taken where there is no doubt, else refused with the conversion."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from sos_sim.calibration.file import load_calibration
from sos_sim.cli import app
from sos_sim.core.errors import ScenarioError
from sos_sim.files.declarations import as_declared, trouble_with
from sos_sim.files.keys import homes, keys_of
from sos_sim.files.notation import number_in
from sos_sim.files.scenario import load_scenario, parse_assignment
from sos_sim.files.yaml_lines import read_scalar, read_yaml
from sos_sim.sensitivity.sweep import load_sweep
from sos_sim.synthesis.file import load_synthesis
from sos_sim.trials.file import read_trial

TAKEN = [
    ("training", "40%", 0.4),
    ("training", "0.7 %", 0.007),
    ("training", "40 per cent", 0.4),
    ("children", "60,000", 60_000),
    ("children", "60 000", 60_000),
    ("children", "60\u00a0000 children", 60_000),
    ("children", "“60000”", 60_000),
    ("children", "'60000'", 60_000),
    ("extra_post_month", "£6,500", 6500.0),
    ("extra_post_month", "£6,500 a month", 6500.0),
    ("foster_week", "£765 per child per week", 765.0),
    ("months", "12 months", 12),
    ("months", "5 years", 60),
    ("months", "1.5 years", 18),
    ("seed", "1,234,567", 1_234_567),
    ("post_rate", "17.6 per 10,000 children", 17.6),
    ("first_referral_rate", "250 per 10,000 a year", 250.0),
    ("turnover", "1.1% a month", 0.011),
    ("turnover", "0.011 per month", 0.011),
    ("domestic_abuse", "45% of families", 0.45),
    ("young_need", "–0.5", -0.5),
]
REFUSED = [
    ("turnover", "13% a year", "13% a year is 0.01083 a month (a twelfth): write 0.01083."),
    ("turnover", "13%", "13% a year is 0.01083 a month (a twelfth): write 0.01083."),
    ("turnover", "4%", "4% a month is 0.04: write 0.04. 4% a year is 0.003333 a month"),
    ("turnover", "0.13", "0.13 a year is 0.01083 a month (a twelfth): write 0.01083."),
    ("turnover", "13", "13% a year is 0.01083 a month (a twelfth): write 0.01083."),
    ("turnover", "0.114 a year", "write 0.0095."),
    ("training", "40", "40 as a percentage is 0.4: write 0.4."),
    ("training", "0,4", "Write 0.4, with a point before decimals."),
    ("training", "40% of staff", "40% of staff as a number is 0.4: write 0.4."),
    ("foster_week", "£40,000 a year", "£40,000 a year is £766.6 a week: write 766.6."),
    ("extra_post_month", "£78,000 a year", "£78,000 a year is £6500 a month: write 6500."),
    ("months", "18 weeks", "18 weeks are 4.14 months: write 4."),
    ("children", "5000.0", "Write 5000."),
    ("trust_gain", "20%", "20% as a number is 0.2: write 0.2."),
]
NO_NUMBER = [
    "",
    "fast",
    "2026-04",
    "1/2",
    "12 34",
    "1,23",
    "60,0000",
    "0,400",
    "4%%",
    "£",
    "--5",
    "1.2.3",
    "12 parsecs",
]


def declaration(key: str) -> Any:
    return keys_of(homes()[key])[key]


@pytest.mark.parametrize(("key", "text", "number"), TAKEN)
def test_a_notation_without_doubt_is_taken(key: str, text: str, number: float) -> None:
    value, declared = read_scalar(text), declaration(key)
    assert trouble_with(key, declared, value) == ""
    assert as_declared(declared, value) == number
    assert isinstance(as_declared(declared, value), int) == declared.whole


@pytest.mark.parametrize(("key", "text", "said"), REFUSED)
def test_a_notation_in_doubt_is_refused_with_its_conversion(key: str, text: str, said: str) -> None:
    trouble = trouble_with(key, declaration(key), read_scalar(text))
    assert trouble.startswith(f"{key} is ") and said in trouble


@pytest.mark.parametrize("text", NO_NUMBER)
def test_other_text_is_refused_without_a_guess(text: str) -> None:
    trouble = trouble_with("months", declaration("months"), text)
    assert trouble.endswith("(months).") or "with a point before decimals" in trouble
    assert number_in(text) is None


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("training", "-40%"),
        ("turnover", "1000"),
        ("foster_week", "£9 a year"),
        ("children", "£60,000"),
        ("months", "£12"),
        ("months", "50%"),
        ("children", "60,000 families"),
    ],
)
def test_what_cannot_be_meant_is_refused_and_no_conversion_is_offered(key: str, text: str) -> None:
    trouble = trouble_with(key, declaration(key), read_scalar(text))
    assert trouble.startswith(f"{key} is ") and "write" not in trouble


@given(st.floats(0.0, 1.0, allow_subnormal=False), st.integers(0, 6))
def test_a_percentage_is_the_nearest_number_to_its_hundredth(share: float, digits: int) -> None:
    text = f"{100 * share:.{digits}f}"
    assert as_declared(declaration("training"), f"{text}%") == pytest.approx(float(text) / 100.0, rel=1e-15)


@given(st.integers(500, 400_000))
def test_thousands_may_be_parted_by_commas(number: int) -> None:
    for written in (f"{number:,}", f"{number:,}".replace(",", " "), f"{number:_}".replace("_", "\u202f")):
        assert as_declared(declaration("children"), written) == number


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_what_python_writes_for_a_number_is_read_as_it(number: float) -> None:
    found = number_in(repr(number))
    assert found is not None and math.isclose(found, number, rel_tol=1e-15)


FILES = {
    "scenario": (load_scenario, "name: x\nauthority: {children: '5,000'}\nrun:\n  months: 2 years\n"),
    "sweep": (
        load_sweep,
        "name: x\nscenarios: a.yaml\nvary:\n  - turnover: {range: [0.9% a month, 0.02]}\n"
        "outputs: cla_start_rate\nmethod: pawn\nsize: 1,024\nsuccess: cla_start_rate at most –0.5\n",
    ),
    "trial": (
        read_trial,
        "name: x\nscenarios: [a.yaml, b.yaml]\ndesign: parallel\nclusters: 8 authorities\nloss: 10%\n"
        "fixed_cost: £250,000\nfollow_up_months: 2 years\n",
    ),
    "calibration": (
        load_calibration,
        "name: x\nscenario: a.yaml\nchildren: 50,000\nwaves:\n  - 1,024\n  - 512 trials\n",
    ),
    "synthesis": (load_synthesis, "name: x\nscenario: a.yaml\nchildren: 50,000\nprior_draws: 1,000\n"),
}


@pytest.mark.parametrize("kind", FILES)
def test_every_kind_of_file_takes_them(kind: str, tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("name: a\n", encoding="utf-8")
    (tmp_path / "b.yaml").write_text("name: b\nprogramme: {training: 40%}\n", encoding="utf-8")
    (tmp_path / "case.yaml").write_text(FILES[kind][1], encoding="utf-8")
    found: Any = FILES[kind][0](tmp_path / "case.yaml")
    if kind == "scenario":
        assert (found.values["children"], found.run.months) == (5000, 24)
    if kind == "sweep":
        assert (found.size, found.success[0].bound) == (1024, -0.5)
        assert found.factors[0].distribution.low == pytest.approx(0.009)
    if kind == "trial":
        assert (found.clusters, found.loss, found.fixed_cost, found.follow_up_months) == ((8,), 0.1, 250_000.0, 24)
        assert found.scenarios[1].programmes[0].levers["training"] == 0.4
    if kind == "calibration":
        assert (found.scenario.values["children"], found.waves) == (50_000, (1024, 512))
    if kind == "synthesis":
        assert (found.scenario.values["children"], found.prior_draws) == (50_000, 1000)


def test_set_takes_them_and_refuses_with_the_conversion(tmp_path: Path) -> None:
    file = tmp_path / "case.yaml"
    file.write_text("name: x\nprogramme: {training: 1}\n", encoding="utf-8")
    texts = ("authority.children=“5,000”", "programme.training=40%", "run.months=2 years")
    scenario = load_scenario(file, dict(parse_assignment(text) for text in texts))
    assert (scenario.values["children"], scenario.run.months) == (5000, 24)
    assert scenario.programmes[0].levers == {"training": 0.4}
    answer = CliRunner().invoke(app, ["check", str(file), "--set", "authority.turnover=13% a year"])
    assert answer.exit_code == 2 and "write 0.01083" in answer.stderr


def test_text_from_a_word_processor_is_read(tmp_path: Path) -> None:
    file = tmp_path / "case.yaml"
    text = "name: “Our place”\nauthority:\n\u00a0\u00a0children:\u00a05000\nstructure:\n  ‘role_lock’: “off”\n"
    file.write_text(text, encoding="utf-8")
    scenario = load_scenario(file)
    assert (scenario.name, scenario.values["children"], scenario.values["role_lock"]) == ("Our place", 5000, "off")


@pytest.mark.parametrize("text", ["it’s ‘so’ far", "‘a’ and ‘b’", "don’t", "5“", "“", '"“x”"'])
def test_typographic_quotes_inside_a_text_stay(text: str, tmp_path: Path) -> None:
    (tmp_path / "case.yaml").write_text(f"name: {text}\n", encoding="utf-8")
    assert read_yaml(tmp_path / "case.yaml").value["name"].value == text.strip('"')


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("name: x\nwaves: [1,024, 512]\n", 2, "'1,024' is two: write 1024."),
        (
            "name: x\nprogrammes:\n  – name: a\n",
            3,
            "an entry of a list begins with '- ', a hyphen and a blank, not '– '.",
        ),
        ("name: x\nprogrammes:\n  • name: a\n", 3, "not '• '."),
        ("name: x\nprogrammes:\n  – name: a\n    training: 1\n", 3, "not '– '."),
        ("name: x\ndescription: “so: it” is\n", 2, "quotes are straight"),
    ],
)
def test_what_a_word_processor_breaks_is_refused_with_what_to_write(
    text: str, line: int, said: str, tmp_path: Path
) -> None:
    (tmp_path / "case.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(ScenarioError) as refused:
        read_yaml(tmp_path / "case.yaml")
    assert refused.value.line == line and said in str(refused.value)


def test_a_list_of_small_numbers_without_blanks_is_a_list(tmp_path: Path) -> None:
    (tmp_path / "case.yaml").write_text("sizes: [8,100,16]\n", encoding="utf-8")
    assert [item.value for item in read_yaml(tmp_path / "case.yaml").value["sizes"].value] == [8, 100, 16]
