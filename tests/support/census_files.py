"""Made-up CIN census returns for tests: a few children, of whom everything can be counted by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

CHILD_UPN = "Z999200054321"
CHILDREN: dict[str, dict[str, Any]] = {
    "CIN0001": {
        "birth": "2015-03-27",
        "sex": "M",
        "cases": [
            {
                "CINreferralDate": "2025-05-12",
                "PrimaryNeedCode": "N1",
                "ReferralNFA": "false",
                "Section47": [{"S47ActualStartDate": "2025-05-19", "DateOfInitialCPC": "2025-06-05"}],
                "ChildProtectionPlans": [{"CPPstartDate": "2025-06-05", "NumberOfPreviousCPP": "1"}],
            }
        ],
    },
    "CIN0002": {
        "birth": "2019-08-03",
        "sex": "F",
        "disabilities": ["HAND"],
        "cases": [
            {
                "CINreferralDate": "2024-07-07",
                "PrimaryNeedCode": "N2",
                "CINclosureDate": "2024-09-16",
                "ReasonForClosure": "RC9",
                "ReferralNFA": "0",
            },
            {"CINreferralDate": "2025-06-30", "PrimaryNeedCode": "N2", "ReferralNFA": "false"},
        ],
    },
    "CIN0003": {
        "birth": "2013-11-30",
        "sex": "F",
        "cases": [{"CINreferralDate": "2025-10-02", "PrimaryNeedCode": "N5", "ReferralNFA": "true"}],
    },
    "CIN0004": {
        "expected": "2026-06-01",
        "sex": "U",
        "cases": [
            {
                "CINreferralDate": "2026-01-10",
                "PrimaryNeedCode": "N4",
                "ReferralNFA": "false",
                "ChildProtectionPlans": [{"CPPstartDate": "2026-02-01", "NumberOfPreviousCPP": "0"}],
            }
        ],
    },
    "CIN0005": {
        "birth": "2010-02-02",
        "sex": "M",
        "cases": [
            {
                "CINreferralDate": "2023-10-01",
                "PrimaryNeedCode": "N1",
                "ReferralNFA": "false",
                "CINclosureDate": "2025-12-24",
                "ReasonForClosure": "RC7",
                "Section47": [{"S47ActualStartDate": "2024-05-01", "DateOfInitialCPC": "2024-05-20"}],
                "ChildProtectionPlans": [
                    {"CPPstartDate": "2024-05-20", "CPPendDate": "2025-06-20", "NumberOfPreviousCPP": "0"}
                ],
            }
        ],
    },
}


def cut_census(year: int, children: Mapping[str, Mapping[str, Any]] = CHILDREN) -> dict[str, dict[str, Any]]:
    """The children of one year's census: cases that touch it; what comes after 31 March is not in it yet."""
    start, end = f"{year - 1}-04-01", f"{year}-03-31"
    found = {}
    for child, told in children.items():
        cases = [
            _known(case, end)
            for case in told["cases"]
            if case["CINreferralDate"] <= end and case.get("CINclosureDate", end) >= start
        ]
        if cases:
            found[child] = {**told, "cases": cases}
    return found


def _known(case: Mapping[str, Any], end: str) -> dict[str, Any]:
    known: dict[str, Any] = {}
    for name, value in case.items():
        if isinstance(value, str):
            if name[0] == "R" or value[:2] != "20" or value <= end:
                known[name] = value
        else:
            rows = [_known(row, end) for row in value]
            known[name] = [row for row in rows if any(cell[:2] == "20" for cell in row.values())]
    return known


def write_census(
    path: Path, year: int, children: Mapping[str, Mapping[str, Any]] | None = None, namespace: str = ""
) -> Path:
    """A census return as XML; folders are made."""
    root = ElementTree.Element("Message", {"xmlns": namespace} if namespace else {})
    details = ElementTree.SubElement(ElementTree.SubElement(root, "Header"), "CollectionDetails")
    _put(details, {"Collection": "CIN", "Year": str(year), "ReferenceDate": f"{year}-03-31"})
    group = ElementTree.SubElement(root, "Children")
    for child, told in (cut_census(year) if children is None else children).items():
        node = ElementTree.SubElement(group, "Child")
        who = {"LAchildID": child, "UPN": CHILD_UPN, "PersonBirthDate": told.get("birth", "")}
        who |= {"ExpectedPersonBirthDate": told.get("expected", ""), "Sex": told["sex"]}
        _put(ElementTree.SubElement(node, "ChildIdentifiers"), {name: text for name, text in who.items() if text})
        about = ElementTree.SubElement(ElementTree.SubElement(node, "ChildCharacteristics"), "Disabilities")
        for disability in told.get("disabilities", ["NONE"]):
            _put(about, {"Disability": disability})
        for case in told["cases"]:
            _put(ElementTree.SubElement(node, "CINdetails"), case)
    ElementTree.indent(root)
    path.parent.mkdir(parents=True, exist_ok=True)
    ElementTree.ElementTree(root).write(path, encoding="utf-8", xml_declaration=True)
    return path


def _put(element: ElementTree.Element, cells: Mapping[str, str | Sequence[Mapping[str, str]]]) -> None:
    for name, value in cells.items():
        if isinstance(value, str):
            ElementTree.SubElement(element, name).text = value
        else:
            for row in value:
                _put(ElementTree.SubElement(element, name), row)
