"""By which version of the model's results the numbers in the documentation were made.

A page whose numbers come from the model says so in a line that is not shown: ``<!-- numbers: VERSION -->``. The
version is that of what the model gives, not of its code: rows of the golden tables, and the posteriors that draws come
from. As long as these stand still, so do the numbers of every page. ``python -m support.numbers_made`` tells the
present one.
"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
GOLDEN = ROOT / "tests" / "golden"
POSTERIORS = sorted((ROOT / "src" / "sos_sim" / "evidence").glob("*.parquet"))
WATCHED = (
    "referral_rate",
    "cin_stock_rate",
    "cpp_start_rate",
    "care_application_rate",
    "cla_start_rate",
    "cla_stock_rate",
    "reunified_12m_share",
    "reentry_after_home_1y",
    "harm_months_rate",
)
"""Golden rows by which results are told apart; a new measure is another row, and moves no version."""
STAMP = re.compile(r"^<!-- numbers: (\w+) -->$", re.MULTILINE)
BEFORE = "> **Numbers from before.**"
"""How a page begins that was not made anew; its stamp is ``before``."""
PAGES = (
    "README.md",
    "paper.md",
    "docs/between-authorities.md",
    "docs/calibration.md",
    "docs/evidence-synthesis.md",
    "docs/moderators-example.md",
    "docs/policy-questions.md",
    "docs/sensitivity-example.md",
    "docs/trials-example.md",
    "docs/your-authority.md",
)
"""Pages with numbers that the model gave."""


def watched_rows() -> list[str]:
    """The rows of the golden outcomes and effects that are watched."""
    tables = [(GOLDEN / f"{name}.txt").read_text(encoding="utf-8") for name in ("outcomes", "effects")]
    return [row.strip() for table in tables for row in table.splitlines() if row.split(" ")[0] in WATCHED]


def results_version() -> str:
    """Ten hexadecimal digits of the watched rows and the posteriors."""
    parts = ["\n".join(watched_rows()).encode(), *(path.read_bytes() for path in POSTERIORS)]
    return hashlib.sha256(b"".join(parts)).hexdigest()[:10]


def stamp_of(page: str) -> str:
    """The version that a page says its numbers were made by; '' where it says none."""
    found = STAMP.search((ROOT / page).read_text(encoding="utf-8"))
    return found.group(1) if found else ""


if __name__ == "__main__":
    print(results_version())
