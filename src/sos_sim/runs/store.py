"""Results folders: the only file of this package that writes results.

A row's tables are first written as parts, ``parts/<row id>.<table>.parquet``, each renamed into
place when it is whole, and then joined in the order of rows. A folder is therefore valid whenever
the process is killed, and what is there need not be run again. Tables hold no time, host or path:
equal inputs give equal bytes.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Final, NoReturn

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from filelock import FileLock, Timeout

from sos_sim.core.errors import ResultsFolderError, did_you_mean
from sos_sim.core.provenance import CAVEAT, code_hash, machine, versions
from sos_sim.runs.contracts import Column, Contract, ContractError, Kind
from sos_sim.runs.csv_text import csv_text
from sos_sim.runs.rows import Row
from sos_sim.runs.tables import ONE_RUN, ROW_TABLES
from sos_sim.runs.written import note_written

RUNNING: Final = "running"
COMPLETE: Final = "complete"
WITH_FAILED_ROWS: Final = "complete with failed rows"

_ARROW: Mapping[Kind, Any] = {"text": pa.string(), "whole": pa.int32(), "number": pa.float64(), "truth": pa.bool_()}


def _schema(columns: Iterable[Column]) -> pa.Schema:
    return pa.schema([(column.name, _ARROW[column.kind]) for column in columns])


PARTS: Mapping[str, pa.Schema] = {name: _schema(contract.columns) for name, contract in ONE_RUN.items()}
"""Columns of the tables a single row has; joined tables have ``arm`` and ``replicate`` in front."""
_PARTS_A_GROUP = 64
_BLOCK = "block-"
_MANIFEST = "manifest.json"
_LOCK = ".lock"
_MANIFEST_KINDS: Mapping[str, type] = {
    "kind": str,
    "replicates": int,
    "rows": dict,
    "arms": dict,
    "given": dict,
    "draws": dict,
    "study": dict,
    "trial": dict,
    "own_figures": dict,
}
"""Types of what a manifest may hold, by key."""
_ANOTHER_FOLDER = "Run what made it again, or choose another folder."
_WRITING = {"compression": "zstd", "version": "2.6", "write_statistics": True}


class ResultsFolder:
    """A results folder opened for writing, by one process at a time.

    ``identity`` says what the folder holds (plain JSON values): a folder that holds something else
    is refused. Use it in a ``with`` statement. Every method that writes raises ResultsFolderError when
    the system refuses, and leaves what was there before.
    """

    def __init__(self, path: Path, identity: Mapping[str, Any]) -> None:
        self.path = path
        self.identity = json.loads(json.dumps(identity))
        self._refuse_other_contents()
        with _explained(path):
            if not (path / "parts").is_dir():
                (path / "parts").mkdir(parents=True, exist_ok=True)
                note_written()
            self._lock = _lock(path)
            for leftover in path.rglob(".*.partial"):
                leftover.unlink()
        self._next_block = 1 + max((int(part.stem.removeprefix(_BLOCK)) for part in _blocks_in(path)), default=-1)

    def __enter__(self) -> ResultsFolder:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._lock.release()

    def has(self, row: Row, tables: Sequence[str]) -> bool:
        """Whether all these tables of a row are already there and can be read; a damaged part counts as missing."""
        return all(_is_whole(self._part(row, table), PARTS[table]) for table in tables)

    def keep(self, row: Row, table: str, frame: pd.DataFrame) -> None:
        """Keep one table of one row; ``frame`` has the columns of ``PARTS[table]``."""
        _write(self._part(row, table), [pa.Table.from_pandas(frame, PARTS[table], preserve_index=False)], PARTS[table])

    def join(self, rows: Sequence[Row], table: str) -> None:
        """Join the parts of these rows, in this order, into ``<table>.parquet``."""
        schema = _schema(ROW_TABLES[table].columns)
        groups = (rows[first : first + _PARTS_A_GROUP] for first in range(0, len(rows), _PARTS_A_GROUP))
        joined = (pa.concat_tables([self._labelled(row, table) for row in group]) for group in groups)
        _write(self.path / f"{table}.parquet", joined, schema)

    def keep_table(self, contract: Contract, frame: pd.DataFrame, notes: Mapping[str, str] | None = None) -> None:
        """Write a table of the study as a whole, such as effects; the caveat and ``notes`` travel in its schema.

        Raises ContractError when the table is not as declared.
        """
        content = pa.Table.from_pandas(contract.check(frame), preserve_index=False)
        _write(self.path / f"{contract.name}.parquet", [content], content.schema, {"caveat": CAVEAT, **(notes or {})})

    def drop_joined_tables(self) -> None:
        """Remove joined tables before they are out of date; the parts they came from stay."""
        with _explained(self.path):
            for table in self.path.glob("*.parquet"):
                table.unlink()

    def keep_block(self, frame: pd.DataFrame) -> None:
        """Keep a block of finished rows of a study of points; blocks are never written again."""
        content = pa.Table.from_pandas(frame, preserve_index=False)
        _write(self.path / "parts" / f"{_BLOCK}{self._next_block:08d}.parquet", [content], content.schema)
        self._next_block += 1

    def blocks(self) -> Iterator[pd.DataFrame]:
        """All blocks kept so far, in order; a damaged one counts as missing."""
        for part in _blocks_in(self.path):
            with suppress(OSError, pa.ArrowException):
                yield pd.read_parquet(part)

    def write_manifest(
        self,
        status: str,
        engine: str,
        replicates: int,
        asked: int,
        done: int,
        failed: int,
        about: Mapping[str, Any] | None = None,
    ) -> None:
        """Write what the folder holds, how far it has come, what made it, and what else is said ``about`` it."""
        content = {
            "status": status,
            **self.identity,
            **(about or {}),
            "replicates": replicates,
            "engine": engine,
            "rows": {"asked": asked, "done": done, "failed": failed},
            "caveat": CAVEAT,
            "versions": versions(),
            "machine": machine(),
        }
        with _replacing(self.path / _MANIFEST) as partial:
            partial.write_bytes((json.dumps(content, indent=2) + "\n").encode())

    def _part(self, row: Row, table: str) -> Path:
        return self.path / "parts" / f"{row.id}.{table}.parquet"

    def _labelled(self, row: Row, table: str) -> pa.Table:
        part = pq.read_table(self._part(row, table), schema=PARTS[table])
        arm = pa.array([row.arm] * len(part), pa.string())
        replicate = pa.array([row.replicate] * len(part), pa.int32())
        return part.add_column(0, "replicate", replicate).add_column(0, "arm", arm)

    def _refuse_other_contents(self) -> None:
        if not self.path.exists():
            return
        mend = "choose another folder with --out, or delete this one"
        if not self.path.is_dir():
            raise ResultsFolderError(f"{self.path} is a file, not a folder for results; {mend}.")
        if (self.path / _MANIFEST).exists():
            held = read_manifest(self.path)
            differences = describe_differences({name: held.get(name) for name in self.identity}, self.identity)
            if differences:
                raise ResultsFolderError(f"{self.path} holds results of something else: {differences}; {mend}.")
        elif any(not _is_ours(item) for item in self.path.iterdir()):
            raise ResultsFolderError(f"{self.path} holds files that are not results of this program; {mend}.")


def _is_ours(item: Path) -> bool:
    """Whether something in a folder without a manifest may be there: hidden, parts, or results of its own."""
    return item.name.startswith(".") or item.name == "parts" or (item / _MANIFEST).exists()


def _blocks_in(folder: Path) -> list[Path]:
    return sorted(folder.glob(f"parts/{_BLOCK}*.parquet"))


def _is_whole(part: Path, schema: pa.Schema) -> bool:
    """Whether a part exists, ends as a Parquet file must, and has the columns it should."""
    try:
        return bool(pq.read_schema(part).equals(schema))
    except (OSError, pa.ArrowException):
        return False


def study_identity(kind: str, arms: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """What a folder holds: the kind of study, the inputs of every arm by name, and the code."""
    return {"kind": kind, "code": code_hash(), "arms": dict(arms)}


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a results folder. Raises ResultsFolderError when there is none to read."""
    path = folder / _MANIFEST
    try:
        text = path.read_text(encoding="utf-8")
        content: dict[str, Any] = json.loads(text, object_hook=lambda found: _Held(found, path))
        if not isinstance(content["status"], str):
            raise TypeError("a status that is no text")
    except (OSError, ValueError, TypeError, ResultsFolderError) as problem:
        raise ResultsFolderError(
            f"{folder} has no readable {_MANIFEST}: it is not a results folder, its study has not got so far, or the "
            "file is damaged. Wait for a study that still runs; else choose another folder."
        ) from problem
    for key, kind in _MANIFEST_KINDS.items():
        if key in content and not isinstance(content[key], kind):
            raise ResultsFolderError(f"{path} is damaged: {key!r} is {content[key]!r} there. {_ANOTHER_FOLDER}")
    return content


class _Held(dict[str, Any]):
    """What a manifest holds under a key; a key that it lacks is refused with the name of the file."""

    def __init__(self, found: Mapping[str, Any], path: Path) -> None:
        super().__init__(found)
        self.path = path

    def __missing__(self, key: str) -> NoReturn:
        """Refuse: the folder is damaged, of another kind of study, or of another version."""
        kind = f" It holds a {self['kind']!r} study." if isinstance(self.get("kind"), str) else ""
        raise ResultsFolderError(f"{self.path} has no {key!r}.{kind} {_ANOTHER_FOLDER}")


def read_table(folder: Path, contract: Contract) -> pd.DataFrame:
    """A table of a finished results folder.

    Raises ResultsFolderError when the folder is unfinished, or the table is missing, damaged or not as declared.
    """
    table = contract.name
    if read_manifest(folder)["status"] == RUNNING:
        raise ResultsFolderError(f"{folder} is unfinished; run the same command again to resume it.")
    path = folder / f"{table}.parquet"
    if not path.exists():
        held = ", ".join(sorted(found.stem for found in folder.glob("*.parquet")))
        raise ResultsFolderError(f"{folder} has no table {table!r}; it has {held}.")
    try:
        return contract.check(pd.read_parquet(path))
    except (OSError, pa.ArrowException) as problem:
        raise ResultsFolderError(
            f"{path} is damaged and cannot be read: run what made it again, or into another folder."
        ) from problem
    except ContractError as fault:
        raise ResultsFolderError(
            f"{path} is not as this version of the program keeps it: {fault}. Run what made it again, or into "
            "another folder."
        ) from fault


def discard_rows(folder: Path, changed: Mapping[str, Any]) -> None:
    """Remove rows and tables of a study of points that are no use any more; what its subfolders hold stays.

    ``changed`` is what the manifest says otherwise from now on. Raises ResultsFolderError when the system refuses.
    """
    manifest = {**read_manifest(folder), **changed}
    with _explained(folder):
        for item in (*folder.glob("*.parquet"), *_blocks_in(folder)):
            item.unlink()
    keep_file(folder / _MANIFEST, json.dumps(manifest, indent=2).encode())


def keep_tables(folder: Path, tables: Mapping[str, pd.DataFrame], declared: Mapping[str, Contract]) -> None:
    """Add or replace tables derived from what a finished folder holds; the caveat travels in their schema.

    Raises ContractError when a table is not among those ``declared`` or not as its contract says.
    """
    for name, frame in tables.items():
        if name not in declared:
            raise ContractError(f"there is no contract for the table {name!r}.{did_you_mean(name, declared)}")
        content = pa.Table.from_pandas(declared[name].check(frame), preserve_index=False)
        _write(folder / f"{name}.parquet", [content], content.schema, {"caveat": CAVEAT})


def keep_file(path: Path, content: bytes) -> None:
    """Write a whole file such as a page or a figure, folders made as needed; ResultsFolderError when refused."""
    with _explained(path):
        path.parent.mkdir(parents=True, exist_ok=True)
    with _replacing(path) as partial:
        partial.write_bytes(content)


def fill_folder(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write files, by path inside a folder that is new or empty: all of them or none.

    Raises ResultsFolderError for a folder that holds anything, and when the system refuses.
    """
    whole = folder / ".partial"
    with _explained(folder):
        if folder.exists() and not folder.is_dir():
            raise ResultsFolderError(f"{folder} is a file; choose another name for the folder. Nothing was written.")
        held = sorted(item.name for item in folder.iterdir() if item != whole) if folder.exists() else []
        if held:
            raise ResultsFolderError(
                f"{folder} is not empty: it holds {held[0]!r}. Choose one that is new, or empty. Nothing was written."
            )
        shutil.rmtree(whole, ignore_errors=True)
        for name, content in files.items():
            keep_file(whole / name, content)
        for item in whole.iterdir():
            item.replace(folder / item.name)
        whole.rmdir()


def keep_csv(path: Path, frame: pd.DataFrame) -> None:
    """Write a table as CSV for spreadsheets, see ``csv_text``; ResultsFolderError when refused.

    UTF-8 with a byte-order mark, without which Excel takes the pound sign for something else.
    """
    cells = frame.astype(object).where(frame.notna(), None)
    rows = cells.itertuples(index=False, name=None)
    keep_file(path, csv_text([str(name) for name in frame.columns], rows).encode("utf-8-sig"))


def describe_differences(held: Any, asked: Any) -> str:
    """Up to three differing values as 'a.b is 1 there and 2 here', or '' when all are equal."""
    there, here = _flat(held), _flat(asked)
    paths = [path for path in {**there, **here} if there.get(path) != here.get(path)]
    told = [f"{path} is {there.get(path, 'absent')} there and {here.get(path, 'absent')} here" for path in paths[:3]]
    more = f", and {len(paths) - 3} more" if len(paths) > 3 else ""
    return "; ".join(told) + more


def _flat(value: Any, path: str = "") -> dict[str, Any]:
    """Leaves of nested mappings and lists by dotted path."""
    if isinstance(value, Mapping):
        items = [(str(name), inner) for name, inner in value.items()]
    elif isinstance(value, list):
        items = [(str(place), inner) for place, inner in enumerate(value)]
    else:
        return {path: value}
    found: dict[str, Any] = {}
    for name, inner in items:
        found |= _flat(inner, f"{path}.{name}" if path else name)
    return found


def _write(
    path: Path, tables: Iterator[pa.Table] | Sequence[pa.Table], schema: pa.Schema, notes: dict[str, str] | None = None
) -> None:
    """Write tables, a row group each, with our notes and without the library's on itself."""
    plain = schema.with_metadata(notes)
    with _replacing(path) as partial, pq.ParquetWriter(partial, plain, **_WRITING) as writer:
        for table in tables:
            writer.write_table(table.replace_schema_metadata(notes), row_group_size=max(1, len(table)))


@contextmanager
def _replacing(path: Path) -> Iterator[Path]:
    """A file beside ``path`` to write to, which takes its place once it is whole and on disk."""
    partial = path.with_name(f".{path.name}.partial")
    with _explained(path):
        try:
            yield partial
            with partial.open("r+b") as written:  # Windows puts on disk only what is open for writing
                os.fsync(written.fileno())
            partial.replace(path)
            note_written()
        finally:
            with suppress(OSError):
                partial.unlink(missing_ok=True)


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    """Turn the system's refusal into one that says what and how to mend it."""
    try:
        yield
    except OSError as problem:
        reason = problem.strerror or str(problem)
        raise ResultsFolderError(
            f"cannot write {path}: {reason}. What was there before is intact: make room or choose another folder "
            "with --out, and run again; finished rows are not run twice."
        ) from problem


def _lock(folder: Path) -> FileLock:
    """Keep other processes from writing here until this one ends, however it ends."""
    lock = FileLock(folder / _LOCK)
    try:
        lock.acquire(blocking=False)
    except Timeout:
        busy = f"another process is writing to {folder}; wait for it, or choose another --out."
        raise ResultsFolderError(busy) from None
    return lock
