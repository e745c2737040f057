"""Contracts: a table that is not as declared is refused when it is kept, and a damaged folder when it is read."""

from __future__ import annotations

import ast
import json
from collections.abc import Callable
from dataclasses import MISSING, fields
from pathlib import Path
from types import ModuleType
from typing import Any

import pandas as pd
import pytest
from typer.testing import CliRunner

from sos_sim.authorities import sheets as authorities_sheets
from sos_sim.calibration import tables as calibration_tables
from sos_sim.cli import app
from sos_sim.cli.tables import declared_sheets, declared_tables
from sos_sim.comparison import tables as comparison_tables
from sos_sim.comparison import tables_of_costs
from sos_sim.comparison.report import sheets as comparison_sheets
from sos_sim.core.errors import ResultsFolderError
from sos_sim.hypotheses import tables as hypotheses_tables
from sos_sim.hypotheses.report import sheets as hypotheses_sheets
from sos_sim.kit.contracts import as_csv, as_markdown, table_rows
from sos_sim.kit.page import Sheet
from sos_sim.runs.contracts import Contract, ContractError, catalogue, numeric, text, truth, whole
from sos_sim.runs.store import ResultsFolder, keep_tables, read_manifest, read_table
from sos_sim.sensitivity.report import sheets as sensitivity_sheets
from sos_sim.synthesis.report import sheets as synthesis_sheets
from sos_sim.trials.report import sheets as trials_sheets
from support.declared import made
from support.tables_of_trials import keep_made_up, made_up

SOURCES = Path(__file__).resolve().parents[2] / "src" / "sos_sim"
DOCS = Path(__file__).resolve().parents[2] / "docs"
LISTED = {**declared_tables(), **declared_sheets()}
SEEN = Contract(
    "seen",
    "What was seen.",
    (
        text("arm", "the arm"),
        whole("month", "the month", "months"),
        numeric("value", "the value", "£"),
        truth("clear", "whether it is clear"),
        text("way", "the way", ("alone", "in order")),
        text("note", "a note", gaps=True),
    ),
    ("arm", "month"),
)
FRAME = pd.DataFrame(
    {
        "arm": ["a", "a"],
        "month": [0, 1],
        "value": [1.0, float("nan")],
        "clear": [True, False],
        "way": ["alone", "in order"],
        "note": ["", None],
    }
)
FAULTS: dict[str, tuple[Callable[[pd.DataFrame], pd.DataFrame], str]] = {
    "a column lacks": (lambda frame: frame.drop(columns="value"), "'seen' lacks the column 'value'"),
    "renamed": (lambda frame: frame.rename(columns={"value": "values"}), "lacks the column 'value'. Did you mean 'val"),
    "one too many": (lambda frame: frame.assign(extra=1), "'seen' has a column 'extra', which is not declared"),
    "texts for numbers": (lambda frame: frame.assign(value="1"), "'value' .* holds texts, not numbers"),
    "numbers for whole": (lambda frame: frame.assign(month=[0.5, 1.0]), "'month' .* holds numbers, not whole numbers"),
    "numbers for texts": (lambda frame: frame.assign(arm=[1, 2]), "'arm' .* holds whole numbers, not texts"),
    "truth for numbers": (lambda frame: frame.assign(value=True), "'value' .* holds truth values, not numbers"),
    "a mixture": (lambda frame: frame.assign(arm=["a", 1]), "'arm' .* holds a mixture, not texts"),
    "no text": (lambda frame: frame.assign(arm=["a", None]), "'arm' .* has rows without a text"),
    "another code": (lambda frame: frame.assign(way="alnoe"), "'way' .* holds 'alnoe'; .*Did you mean 'alone'"),
    "a row twice": (lambda frame: frame.assign(month=3), "two rows of the table 'seen' have arm a, month 3"),
}


def test_a_table_as_declared_passes_whatever_the_order_of_columns() -> None:
    assert SEEN.check(FRAME) is FRAME
    SEEN.check(FRAME[FRAME.columns[::-1]])
    SEEN.check(FRAME.assign(value=[1, 2], way=pd.Categorical(FRAME["way"])))
    SEEN.check(pd.DataFrame(columns=SEEN.names))


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_told_by_table_and_column(fault: str) -> None:
    change, told = FAULTS[fault]
    with pytest.raises(ContractError, match=told):
        SEEN.check(change(FRAME))


def test_further_columns_are_allowed_only_where_declared() -> None:
    Contract("wide", "Wide.", SEEN.columns, further="one for each input").check(FRAME.assign(extra=1))


def test_what_is_derived_adds_replaces_and_leaves_out() -> None:
    derived = SEEN.derived(text("way", "the way in words"), text("told", "what is said"), without=("month",))
    assert derived.names == ["arm", "value", "clear", "way", "note", "told"] and derived.key == ("arm",)
    derived.check(FRAME.drop(columns="month").assign(arm=["a", "b"], way="by and by", told="much"))
    with pytest.raises(ContractError, match="'month', which is not declared"):
        derived.check(FRAME.assign(arm=["a", "b"], told="much"))
    with pytest.raises(ValueError, match="no column moth"):
        SEEN.derived(without=("moth",))


def test_declarations_that_no_table_could_keep_to_are_refused() -> None:
    for columns, key in (((SEEN.columns[0], SEEN.columns[0]), ()), (SEEN.columns, ("colour",))):
        with pytest.raises(ValueError, match="two columns of one name, or a key"):
            Contract("bad", "Bad.", columns, key)
    with pytest.raises(ValueError, match="one name"):
        catalogue(SEEN, SEEN)


@pytest.mark.parametrize("fault", FAULTS)
def test_the_store_keeps_and_reads_no_other_table(tmp_path: Path, fault: str) -> None:
    change, told = FAULTS[fault]
    with ResultsFolder(tmp_path / "r", {"kind": "run"}) as folder:
        folder.keep_table(SEEN, FRAME)
        before = (tmp_path / "r" / "seen.parquet").read_bytes()
        with pytest.raises(ContractError, match=told):
            folder.keep_table(SEEN, change(FRAME))
        with pytest.raises(ContractError, match=told):
            keep_tables(tmp_path / "r", {"seen": change(FRAME)}, catalogue(SEEN))
        assert (tmp_path / "r" / "seen.parquet").read_bytes() == before
        folder.write_manifest("complete", "compiled", 1, 1, 1, 0)
    if fault not in ("a mixture",):
        change(FRAME).to_parquet(tmp_path / "r" / "seen.parquet")
        with pytest.raises(ResultsFolderError, match=rf"seen\.parquet is not as this version .*{told}"):
            read_table(tmp_path / "r", SEEN)


def test_an_undeclared_table_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ContractError, match=r"no contract for the table 'sene'\. Did you mean 'seen'"):
        keep_tables(tmp_path, {"sene": FRAME}, catalogue(SEEN))
    assert list(tmp_path.iterdir()) == []


def test_made_up_tables_hold_declared_columns_only() -> None:
    assert list(made(SEEN, [{"arm": "a"}]).columns) == SEEN.names
    with pytest.raises(ContractError, match="'colour', which is not declared"):
        made(SEEN, [{"colour": "red"}])


def without(key: str) -> Callable[[Path], None]:
    """Takes a key out of a folder's manifest."""

    def damage(folder: Path) -> None:
        path = folder / "manifest.json"
        held = json.loads(path.read_text())
        del held[key]
        path.write_text(json.dumps(held))

    return damage


def with_value(key: str, value: Any) -> Callable[[Path], None]:
    """Puts another value into a folder's manifest."""

    def damage(folder: Path) -> None:
        path = folder / "manifest.json"
        path.write_text(json.dumps({**json.loads(path.read_text()), key: value}))

    return damage


def cut(folder: Path) -> None:
    """Half of the table is lost."""
    path = folder / "power.parquet"
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def foreign(folder: Path) -> None:
    """A table of something else under our name."""
    pd.DataFrame({"design": ["parallel"], "n": [1]}).to_parquet(folder / "power.parquet")


def renamed(folder: Path) -> None:
    """A column has another name, as in another version."""
    path = folder / "power.parquet"
    pd.read_parquet(path).rename(columns={"rejected": "power"}).to_parquet(path)


DAMAGES: dict[str, tuple[Callable[[Path], None], str]] = {
    "no trial": (without("trial"), "manifest.json has no 'trial'"),
    "no rows": (without("rows"), "manifest.json has no 'rows'"),
    "no kind": (without("kind"), ""),
    "no status": (without("status"), "no readable manifest"),
    "trial is a number": (with_value("trial", 5), "manifest.json is damaged: 'trial' is 5"),
    "rows is a list": (with_value("rows", [1]), "manifest.json is damaged: 'rows'"),
    "rows is empty": (with_value("rows", {}), "manifest.json has no 'asked'"),
    "trial is empty": (with_value("trial", {}), "manifest.json has no '"),
    "another kind": (with_value("kind", "sweep"), "manifest.json has no 'study'. It holds a 'sweep' study"),
    "a manifest that is a list": (lambda folder: (folder / "manifest.json").write_text("[]") and None, "no readable"),
    "a manifest of other bytes": (lambda folder: (folder / "manifest.json").write_bytes(b"\xff\0") and None, "no read"),
    "half a table": (cut, "power.parquet is damaged"),
    "an empty table": (lambda folder: (folder / "power.parquet").write_bytes(b"") and None, "power.parquet is damaged"),
    "a foreign table": (foreign, "the table 'power' lacks the column 'clusters'"),
    "a renamed column": (renamed, "the table 'power' lacks the column 'rejected'"),
    "no table": (lambda folder: (folder / "power.parquet").unlink(), "has no table 'power'"),
}


@pytest.fixture(scope="module")
def tables() -> dict[str, pd.DataFrame]:
    return made_up(sizes=(10,))


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_folder_is_refused_in_one_paragraph(
    tmp_path: Path, tables: dict[str, pd.DataFrame], damage: str
) -> None:
    do, told = DAMAGES[damage]
    folder = keep_made_up(tmp_path / "trial", tables)
    do(folder)
    before = sorted(folder.rglob("*"))
    said = CliRunner().invoke(app, ["report", str(folder)])
    assert (said.exit_code, said.exception.__class__) == (2, SystemExit), said.output
    assert told in " ".join(said.output.split())
    assert "Traceback" not in said.output and sorted(folder.rglob("*")) == before


def test_a_manifest_says_what_it_lacks_however_deep(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text(json.dumps({"status": "complete", "rows": {"asked": 1}}))
    held = read_manifest(tmp_path)
    assert held["rows"]["asked"] == 1 and held.get("kind") is None
    with pytest.raises(ResultsFolderError, match="has no 'failed'"):
        held["rows"]["failed"]


def test_the_page_of_tables_is_up_to_date() -> None:
    refresh = "docs/tables.md is out of date: sos-sim tables --format markdown > docs/tables.md"
    page = (DOCS / "tables.md").read_text(encoding="utf-8")
    assert page.rstrip("\n") == as_markdown(LISTED).rstrip("\n"), refresh


def test_the_listing_holds_every_declared_column_in_every_format() -> None:
    rows = table_rows(LISTED)
    declared = [column for contracts in LISTED.values() for one in contracts.values() for column in one.columns]
    assert [row["column"] for row in rows if row["column"]] == [column.name for column in declared]
    said = {layout: CliRunner().invoke(app, ["tables", "--format", layout]).stdout for layout in ("csv", "json")}
    assert json.loads(said["json"]) == rows
    assert said["csv"] == as_csv(rows)
    assert CliRunner().invoke(app, ["tables", "--format", "cvs"]).exit_code == 2


def test_numbers_have_units_and_all_columns_a_meaning() -> None:
    for contracts in LISTED.values():
        for contract in contracts.values():
            assert contract.meaning.endswith(".")
            for column in contract.columns:
                assert column.meaning, f"{contract.name}.{column.name}"
                unitless = column.name in ("strength",)
                assert column.kind != "number" or column.unit or unitless, f"{contract.name}.{column.name}"


def uses_of(name: str) -> set[str]:
    """Files whose code has a name."""
    return {
        file.relative_to(SOURCES).as_posix()
        for file in SOURCES.rglob("*.py")
        if any(isinstance(node, ast.Name) and node.id == name for node in ast.walk(ast.parse(file.read_text("utf-8"))))
    }


def test_csv_beside_a_page_is_written_from_its_sheets_alone_which_are_as_declared() -> None:
    """Every wing's: a sheet has a contract, and is refused where its table is not as that says."""
    assert uses_of("keep_csv") == {"kit/page.py"}
    assert next(field for field in fields(Sheet) if field.name == "contract").default is MISSING


def test_what_is_declared_for_pages_alone_is_on_a_page() -> None:
    wings = [
        comparison_sheets,
        hypotheses_sheets,
        sensitivity_sheets,
        trials_sheets,
        synthesis_sheets,
        authorities_sheets,
    ]
    assert [wing.SHEETS for wing in wings] == list(declared_sheets().values())
    for wing in wings:
        names = {name for name, value in vars(wing).items() if value in wing.SHEETS.values()}
        pages = {
            name: uses_of(name) - {wing.__name__.removeprefix("sos_sim.").replace(".", "/") + ".py"} for name in names
        }
        assert len(names) == len(wing.SHEETS) and all(pages.values()), pages


def words_of_makers() -> tuple[set[str], set[str]]:
    """Texts, arguments and functions in code that computes, neither declarations nor reports; and fields of classes."""
    words: set[str] = set()
    fields: set[str] = set()
    for file in SOURCES.rglob("*.py"):
        if file.stem == "tables" or file.stem.startswith("tables_of") or "report" in file.parts:
            continue
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                words.add(node.value)
            elif isinstance(node, ast.keyword) and node.arg:
                words.add(node.arg)
            elif isinstance(node, ast.FunctionDef):
                words.add(node.name)
            elif isinstance(node, ast.Name):
                words.add(node.id.lower())
            elif isinstance(node, ast.ClassDef):
                fields |= {ast.unparse(part.target) for part in node.body if isinstance(part, ast.AnnAssign)}
    return words, fields


def is_made(table: str, words: set[str], fields: set[str]) -> bool:
    """Whether code that computes names a table, whole or as a study and a field of what it returns."""
    halves = [(table[:place], table[place + 1 :]) for place, letter in enumerate(table) if letter == "_"]
    return table in words | fields or any(study in words and field in fields for study, field in halves)


def checked_by_makers() -> set[str]:
    """Names of contracts that code which computes holds a table against: ``NAME.check(…)``, outside of reports."""
    return {
        node.func.value.id
        for file in SOURCES.rglob("*.py")
        if "report" not in file.parts
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "check"
        and isinstance(node.func.value, ast.Name)
    }


@pytest.mark.parametrize("wing", [comparison_tables, calibration_tables, hypotheses_tables])
def test_tables_that_are_returned_and_not_kept_are_checked_where_they_are_made(wing: ModuleType) -> None:
    """Tables that are kept are checked by the store, which alone writes them."""
    names = {name for name, value in vars(wing).items() if value in wing.RETURNED.values()}
    also = {name for name, value in vars(tables_of_costs).items() if value in wing.RETURNED.values()}
    assert len(names | also) == len(wing.RETURNED)
    assert (names | also) - checked_by_makers() == set()


def test_every_declared_table_is_made_by_code_that_computes() -> None:
    named = words_of_makers()
    declared = {name for contracts in declared_tables().values() for name in contracts}
    assert sorted(name for name in declared if not is_made(name, *named)) == []
    assert is_made("paths_effect", *named)
    assert not is_made("paths_colour", *named) and not is_made("dials_colours", *named)
