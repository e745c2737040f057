"""Counts of an authority's records kept as a results folder: no identifier, no date of birth, no name of a file."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from sos_sim.records.reading import AuthorityRecords
from sos_sim.records.tables import OF_RECORDS
from sos_sim.runs.store import COMPLETE, ResultsFolder, study_identity

KIND: Final = "records"


def keep_records(records: AuthorityRecords, out: Path) -> None:
    """Write the tables of ``records.tables`` into a new folder, or one of the same returns.

    Raises ResultsFolderError for a folder that holds anything else, and when the system refuses.
    """
    tables = records.tables
    read = [f"{row['collection']} {row['year']}: {row['rows']}" for row in tables["returns"].to_dict("records")]
    with ResultsFolder(out, {**study_identity(KIND, {}), "returns": read}) as folder:
        for name, contract in OF_RECORDS.items():
            folder.keep_table(contract, tables[name])
        folder.write_manifest(COMPLETE, "", 0, 0, 0, 0, {"notes": list(records.notes)})
