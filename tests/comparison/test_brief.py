"""The brief: what it says and draws is the tables', turns over with the sign, in plain words, on two A4 pages."""

from __future__ import annotations

import re
import shutil
import subprocess
import zlib
from collections.abc import Callable
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Text
from PIL import Image

from sos_sim.comparison.outlook import NO_FEWER, NOTHING, RISKIER, SAFER
from sos_sim.comparison.report import figures_brief as charts
from sos_sim.comparison.report.brief import WATCHED
from sos_sim.comparison.report.readings import BRIEF
from sos_sim.comparison.tables import CARE_BY_MONTH, FUTURES, MONEY_BY_YEAR
from sos_sim.core.errors import InputError
from sos_sim.kit.brief import PAGES, Brief, Chart, Rows
from sos_sim.kit.brief_files import as_html, place_of, write_brief
from sos_sim.kit.page import Said
from sos_sim.kit.paper import as_pdf
from sos_sim.outcomes.expected import READABLE
from support import tables_of_effects as tables
from support.artists import bands, lines
from support.declared import made
from support.tables_of_comparisons import made_up_brief

NAN = float("nan")
NOT_PLAIN = ("arm", "arms", "draw", "draws", "logit", "depth", "surface", "posterior", "replicate", "null", "parameter")


def texts(brief: Brief) -> list[str]:
    """Everything that a reader of a brief reads, but for the numbers in charts."""
    found = [brief.title, brief.about, brief.caution, *brief.terms, *brief.terms.values()]
    for part in (part for page in brief.pages for part in page):
        if isinstance(part, Said):
            found += [part.title, *(text for point in part.points for text in point)]
        elif isinstance(part, Rows):
            found += [part.title, part.note, *part.headings, *(cell for row in part.rows for cell in row)]
        else:
            found += [part.question, part.alt]
            found += [text.get_text() for text in part.figure(7.0, part.height, 9.0).findobj(Text)]
    return found


@pytest.fixture(scope="module")
def brief(tmp_path_factory: pytest.TempPathFactory) -> Brief:
    return made_up_brief(tmp_path_factory.mktemp("brief") / "out")


# Sentences.


@pytest.mark.parametrize(
    ("value", "told"),
    [(-37.4, "37 fewer"), (37.4, "37 more"), (-3.26, "3.3 fewer"), (0.96, "1 more"), (-0.04, "no difference")],
)
def test_more_and_fewer(value: float, told: str) -> None:
    assert BRIEF.sentence("fewer", value=value) == told


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (-1_347_594.0, "£1.35 million less"),
        (1_347_594.0, "£1.35 million more"),
        (882_208.6, "£882,000 more"),
        (-999_600.0, "£1.00 million less"),
        (400.0, "no difference"),
    ],
)
def test_pounds(value: float, told: str) -> None:
    assert BRIEF.sentence("pounds_less", value=value) == told


def counts(estimate: float, low: float, high: float) -> dict[str, float]:
    return {"count": estimate, "count_low": low, "count_high": high}


@pytest.mark.parametrize(
    ("sign", "stock", "entries", "end"),
    [
        (1, "28 fewer (likely range: 78 fewer to 2 fewer)", "37 fewer", "The whole likely range is a fall."),
        (-1, "28 more (likely range: 78 more to 2 more)", "37 more", "The whole likely range is a rise."),
    ],
)
def test_children_in_care_are_the_tables_and_turn_over(sign: int, stock: str, entries: str, end: str) -> None:
    last = {"comparator_mean": 369.0, "arm_mean": 341.0, "estimate": -28.0 * sign, "low": -78.0 * sign}
    said = BRIEF.sentence(
        "in_care",
        stock={**last, "high": -2.0 * sign},
        entries=counts(-37.0 * sign, *sorted((-129.0 * sign, -5.0 * sign))),
        period="5 years",
    )
    assert said.startswith(
        "After 5 years, 341 children would be in care with the programme and 369 without: "
        f"{stock}. Over 5 years, {entries}"
    )
    assert said.endswith(end)


def test_where_the_range_holds_nothing_the_way_is_not_sure_and_without_one_it_is_said() -> None:
    def said(low: float, high: float) -> str:
        total = {"estimate": -1.0e6, "low": low, "high": high}
        return BRIEF.sentence("money", total=total, programme={"estimate": 2.45e5})

    assert said(-5e6, 8.8e5).endswith("which costs £245,000 a year. Which way it would go is not sure.")
    assert said(-5e6, 0.0).endswith("Which way it would go is not sure.")
    assert "(no likely range: too few futures)" in said(NAN, NAN)
    assert said(NAN, NAN).endswith("a year.")
    assert "(the same in every future)" in said(0.0, 0.0) and said(0.0, 0.0).endswith("a year.")


@pytest.mark.parametrize(("sign", "word"), [(1, "fewer"), (-1, "more")])
def test_harm_is_told_with_its_futures_and_turns_over(sign: int, word: str) -> None:
    said = BRIEF.sentence(
        "harm",
        harm=counts(-18.0 * sign, -113.0, 50.0),
        unseen=counts(-28.0 * sign, -95.0, 19.0),
        safer=0.52,
        riskier=0.2,
        period="5 years",
    )
    assert (
        f": 18 {word} over 5 years (likely range: 113 fewer to 50 more); of those that nobody sees, 28 {word} " in said
    )
    assert "In 52 of 100 futures fewer children came into care and harm did not rise; in 20 of 100 fewer" in said


@pytest.mark.parametrize(
    ("null", "draws", "weight", "told"),
    [
        (
            10,
            40,
            0.25,
            "In 10 of 40 sets of assumptions nothing of the programme works (the chance of that is put at 25 of",
        ),
        (0, 1, None, "In 0 of 1 set of assumptions nothing of the programme works: there"),
        (2, 2, None, "Nothing of the programme works in any set of assumptions here"),
        (0, 0, None, "It was not asked"),
    ],
)
def test_the_chance_that_nothing_happens(null: int, draws: int, weight: float | None, told: str) -> None:
    said = BRIEF.sentence("nothing", null=null, draws=draws, weight=weight, nothing=0.25)
    assert said.startswith(told)
    assert ("These futures, 25 of 100" in said) == (draws not in (0, 2))


@pytest.mark.parametrize(("sign", "less", "full"), [(1, "16 fewer", "49 fewer"), (-1, "16 more", "49 more")])
def test_what_would_change_the_answer_turns_over(sign: int, less: str, full: str) -> None:
    said = BRIEF.sentence("delivered", less=-16.0 * sign, full=-49.0 * sign)
    assert said == f"With half of it delivered {less} would come into care, with all of it {full} (where it works)."
    said = BRIEF.sentence("condition", at_lowest=-16.0 * sign, at_highest=-49.0 * sign)
    assert f"{less} would come into care, at the high end {full}" in said
    said = BRIEF.sentence(
        "whether", working=counts(-49.0 * sign, 0, 0), all=counts(-16.0 * sign, 0, 0), period="2 years"
    )
    assert said.startswith(f"Where it works, {full.split()[0]} {full.split()[1]} children") and said.endswith(
        f"{less}."
    )
    said = BRIEF.sentence(
        "studies", posterior="england_with_trials", other=-16.0 * sign, low=-20.0, high=3.0, own=-49.0 * sign
    )
    assert f"leave them, {less} would come into care (likely range: 20 fewer to 3 more) in place of {full}." in said


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ({"unit": "share", "estimate": -0.0117, "low": -0.0181, "high": 0.0}, "−1.2 (−1.8 to 0)"),
        ({"unit": "share", "estimate": 0.0117, "low": 0.0, "high": 0.0181}, "+1.2 (0 to +1.8)"),
        ({"unit": "per 10,000 a year", "estimate": -1.49, "low": -5.47, "high": 1.09}, "−1.5 (−5.5 to +1.1)"),
        ({"unit": "per 10,000 a year", "estimate": 1.49, "low": NAN, "high": NAN}, "+1.5"),
    ],
)
def test_what_to_watch_is_in_its_unit(row: dict[str, Any], told: str) -> None:
    assert BRIEF.sentence("watch_difference", row=row) == told
    level = BRIEF.sentence("level", value=0.227, row=row)
    assert level == ("22.7%" if row["unit"] == "share" else "0.2")


def test_without_a_likely_range_it_is_said_how_many_would_do() -> None:
    def of_range(level: float | None) -> str:
        (found,) = (text for text in BRIEF.paragraphs("terms", level=level) if text.startswith("likely range:"))
        return found

    assert "holds 92 of 100 of what" in of_range(0.92)
    assert of_range(None).endswith("of sets of assumptions, 9 would do for one of 80%, 39 for 95%.")


# Charts.


def drawn(draw: Callable[..., None], **given: Any) -> Axes:
    axes = Figure().add_subplot()
    draw(axes, **given)
    return axes


WORDS = {
    "without": "without: 9",
    "with": "with: 7",
    "label": "children",
    "years": "years",
    "from": "start",
    "start": "on",
}


@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_children_in_care_are_drawn_with_the_interval_of_the_difference(sign: float) -> None:
    rows = [
        {
            "month": month,
            "comparator_mean": 100.0 + month,
            "arm_mean": 100.0 + month - sign * month,
            "estimate": -sign * month,
            "low": -sign * month - 2.0,
            "high": -sign * month + 1.0,
        }
        for month in range(24)
    ]
    axes = drawn(charts.children_in_care, table=made(CARE_BY_MONTH, rows), words=WORDS, start_month=6)
    without, with_it, start = lines(axes)
    assert without.x == [month + 1 for month in range(24)]
    assert without.y == [row["comparator_mean"] for row in rows]
    assert with_it.y == [row["arm_mean"] for row in rows]
    assert start.x == [6, 6]
    (band,) = bands(axes)
    for row in rows:
        assert band.low[row["month"] + 1] == pytest.approx(row["comparator_mean"] + row["low"])
        assert band.high[row["month"] + 1] == pytest.approx(row["comparator_mean"] + row["high"])
    above = {text.get_text(): text.get_va() for text in axes.texts}
    assert (above["without: 9"], above["with: 7"]) == (("bottom", "top") if sign > 0 else ("top", "bottom"))
    assert axes.get_ylim()[0] == 0.0
    assert [label.get_text() for label in axes.get_xticklabels()] == ["start", "1", "2"]


def test_a_bar_of_futures_is_divided_as_the_table_says() -> None:
    parts = {NOTHING: 0.25, SAFER: 0.5, RISKIER: 0.22, NO_FEWER: 0.03}
    table = made(FUTURES, [{"outcome": name, "share": share} for name, share in parts.items()])
    axes = drawn(charts.how_futures_fall_out, futures=table, labels={name: name for name in parts}, across="of 100")
    starts = [patch.get_x() for patch in axes.patches]  # type: ignore[attr-defined]
    widths = [patch.get_width() for patch in axes.patches]  # type: ignore[attr-defined]
    assert (starts, widths) == (pytest.approx([0.0, 25.0, 75.0, 97.0]), pytest.approx([25.0, 50.0, 22.0, 3.0]))
    assert [text.get_text() for text in axes.texts] == ["25", "50", "22"]
    assert axes.get_legend_handles_labels()[1] == list(parts)


@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_harm_stands_beside_entries_in_per_cent(sign: float) -> None:
    rows = tables.effects(-sign, 0.5).head(3)
    axes = drawn(charts.entries_beside_harm, rows=rows, labels=dict.fromkeys(rows["measure"], "x"), across="difference")
    bars, marks = lines(axes)[:6:2], lines(axes)[1:6:2]
    assert [mark.x for mark in marks] == [pytest.approx([-5.0 * sign])] * 3
    assert [bar.x for bar in bars] == [pytest.approx([-5.0 * sign - 2.5, -5.0 * sign + 2.5])] * 3
    assert [mark.y for mark in marks] == [[0], [1], [2]]
    assert marks[0].colour != marks[1].colour == marks[2].colour


@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_money_is_drawn_in_millions_by_year(sign: float) -> None:
    rows = [
        {
            "year": year,
            "programme": 2e5 * year,
            "services": -sign * 1e6 * year,
            "estimate": (2e5 - sign * 1e6) * year,
            "low": -3e6,
            "high": 2e6,
        }
        for year in (1, 2)
    ]
    words = {"programme": "programme", "services": "others", "total": "both", "label": "£ million"}
    axes = drawn(charts.draw_money, money=made(MONEY_BY_YEAR, rows), words=words, years=["a", "b"])
    heights = [patch.get_height() for patch in axes.patches]  # type: ignore[attr-defined]
    assert heights == pytest.approx([0.2, 0.4, -sign * 1.0, -sign * 2.0])
    (marks, _) = lines(axes)
    assert (marks.x, marks.y) == ([1, 2], pytest.approx([0.2 - sign, 0.4 - 2 * sign]))
    ranges = [path.vertices[:, 1].tolist() for path in axes.collections[0].get_paths()]  # type: ignore[union-attr]
    assert ranges == [[-3.0, 2.0]] * 2


# The whole.


def test_the_brief_says_everything_that_it_must(brief: Brief) -> None:
    first, second = brief.pages
    assert [part.name for part in brief.charts] == [
        "children-in-care-1",
        "futures-1",
        "harm-beside-entries-1",
        "money-1",
    ]
    (statements,) = (part for part in first if isinstance(part, Said))
    leads = [lead for lead, _ in statements.points]
    assert leads == [
        "Children in care.",
        "Harm at home, always to be read beside it.",
        "Money.",
        "The chance that nothing happens at all.",
    ]
    (watched,) = (part for part in second if isinstance(part, Rows))
    assert len(watched.rows) == len(WATCHED)
    assert re.fullmatch(r"[^.]+\.", brief.caution), "one sentence of caution"


def test_the_brief_is_in_plain_words(brief: Brief) -> None:
    for text in texts(brief):
        words = re.findall(r"[\w-]+", text)
        assert not {word.lower() for word in words} & set(NOT_PLAIN), text
        assert not {word for word in words if word in READABLE or re.fullmatch(r"M\d", word)}, text
        assert "nan" not in text.lower().split(), text


def test_every_word_that_is_explained_is_used(brief: Brief) -> None:
    everything = " ".join(text for text in texts(brief) if text not in brief.terms).lower()
    assert [term for term in brief.terms if everything.count(term.lower()) == 0] == []


def test_words_show_their_meaning_and_lead_to_it(brief: Brief) -> None:
    page = as_html(brief)
    links = re.findall(r'<a class="word" href="#([^"]+)" title="([^"]+)">([^<]+)</a>', page)
    meanings = {place_of(term): meaning for term, meaning in brief.terms.items()}
    assert {place for place, _, _ in links} <= set(meanings)
    assert len({place for place, _, _ in links}) >= 8
    assert all(unescape(meaning) == meanings[place] for place, meaning, _ in links)
    assert all(f'<dt id="{place}">' in page for place in meanings)


def test_names_are_text(tmp_path: Path) -> None:
    name = '<b onclick="x()">$\\alpha$ & {{ 7*7 }}'
    chart = Chart("a", name, name, lambda axes: axes.set_title(name) and None, 1.0)
    said = Brief(
        name, name, name, [[chart, Said(name, [(name, name)])], [Rows(name, [name], [[name]])]], {"alpha": name}
    )
    written = write_brief(said, tmp_path).read_text(encoding="utf-8")
    assert "<b" not in re.sub(r"<(body|br)\b", "", written)
    assert "{{ 7*7 }}" in written


# Paper.


def content(pdf: bytes) -> bytes:
    """Everything that the streams of a PDF hold."""
    streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL)
    return b"\n".join(zlib.decompress(stream) for stream in streams if stream[:1] == b"x")


def test_the_paper_is_two_a4_pages_of_letters(brief: Brief) -> None:
    pdf = as_pdf(brief)
    assert pdf == as_pdf(brief)
    assert len(re.findall(rb"/Type /Page\b", pdf)) == PAGES
    boxes = re.findall(rb"/MediaBox \[ 0 0 ([\d.]+) ([\d.]+) \]", pdf)
    assert [(round(float(wide)), round(float(high))) for wide, high in boxes] == [(595, 842)] * PAGES
    assert b"/Subtype /Image" not in pdf and b"/ToUnicode" in pdf
    assert content(pdf).count(b"Tj") + content(pdf).count(b"TJ") > 100


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="no pdftotext here: the text of the PDF is not read back")
def test_the_paper_says_what_the_page_says(brief: Brief, tmp_path: Path) -> None:
    (tmp_path / "brief.pdf").write_bytes(as_pdf(brief))
    read = subprocess.run(["pdftotext", str(tmp_path / "brief.pdf"), "-"], capture_output=True, check=True)
    held = "".join(read.stdout.decode().split())
    for part in (part for page in brief.pages for part in page):
        if isinstance(part, Said):
            for lead, text in part.points:
                assert "".join(f"{lead}{text}".split()) in held
        elif isinstance(part, Rows):
            assert all("".join(cell.split()) in held for row in part.rows for cell in row)
    assert all("".join(f"{term}: {meaning}".split()) in held for term, meaning in brief.terms.items())


def test_long_names_make_the_letters_smaller_and_what_is_far_too_long_is_refused(brief: Brief) -> None:
    def longer(words: int) -> Brief:
        more = Said("More", [("", "lorem ipsum dolor " * words)])
        return Brief("x" * 150, "about", "caution", [[*brief.pages[0]], [*brief.pages[1], more]], brief.terms)

    assert len(re.findall(rb"/Type /Page\b", as_pdf(longer(60)))) == PAGES
    with pytest.raises(InputError, match="too long for two pages"):
        as_pdf(longer(1500))


def test_the_longest_name_fits(brief: Brief) -> None:
    """Of 100 letters, wherever the brief names the programme; a place far from the real one besides."""
    note = "The simulated place is not yet the real one. Against the authority's own figures per 10,000 children, " * 3
    long = replace(brief, title="W" * 100, about="W" * 200, caution=f"{'W' * 100} {brief.caution} {note}")
    assert len(re.findall(rb"/Type /Page\b", as_pdf(long))) == PAGES


def test_slides_are_wide_and_large(brief: Brief, tmp_path: Path) -> None:
    write_brief(brief, tmp_path)
    slides = sorted((tmp_path / "slides").glob("*.png"))
    assert [slide.stem for slide in slides] == sorted(chart.name for chart in brief.charts)
    for slide in slides:
        with Image.open(slide) as opened:
            assert opened.size == (2000, 1125)


def test_letters_of_slides_are_18_points_or_more(brief: Brief) -> None:
    for chart in brief.charts:
        figure = chart.figure(40 / 3, 7.5, 18.0)
        figure.draw_without_rendering()
        small = [text.get_text() for text in figure.findobj(Text) if text.get_text() and text.get_fontsize() < 18.0]
        assert small == []
