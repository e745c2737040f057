"""A report page: what it holds, what it refuses, and that equal pages are equal files."""

from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from matplotlib.figure import Figure

from sos_sim.core.errors import ResultsFolderError
from sos_sim.core.provenance import CAVEAT
from sos_sim.kit import drawing
from sos_sim.kit.figures import sheet
from sos_sim.kit.page import Facts, Page, Picture, Section, Sheet, Words, write_page
from sos_sim.runs.contracts import ContractError, numeric, text
from support.declared import ANYTHING

FRAME = pd.DataFrame({"measure": ["care <starts>", "harm"], "estimate": [-0.125, float("nan")], "pairs": [1200, 8]})

DECLARED = ANYTHING.derived(text("measure", "what is counted"), numeric("estimate", "how many", "children"))


def picture(name: str = "effects", **changed: Any) -> Picture:
    """A small figure that carries the caveat."""
    figure = sheet()
    figure.add_subplot().plot([1, 2], [3, 4])
    return Picture(**{"name": name, "question": "How far?", "figure": figure, "alt": 'A "rising" line', **changed})


def table(name: str = "effects", **changed: Any) -> Sheet:
    """A small table of effects."""
    return Sheet(**{"name": name, "title": "Effects", "frame": FRAME, "contract": ANYTHING, **changed})


def page(*blocks: Picture | Sheet | Words | Facts) -> Page:
    """A page of one section."""
    return Page("Usual & offer", ["In short, little."], CAVEAT, [Section("effect", "Effect", blocks)])


class Elements(HTMLParser):
    """Elements of a page by tag: their attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.found if name == tag]


def test_page_holds_title_caveat_summary_words_figures_and_tables(tmp_path: Path) -> None:
    text = write_page(page(Words(("Less than <b>hoped</b>.",)), picture(), table()), tmp_path).read_text()
    for expected in (
        "<h1>Usual &amp; offer</h1>",
        CAVEAT,
        "In short, little.",
        "Less than &lt;b&gt;hoped&lt;/b&gt;.",
        "<figcaption><h3>How far?</h3></figcaption>",
        "care &lt;starts&gt;",
        '<th scope="col" class="number">estimate</th>',
        '<td class="number">−0.125</td>',
        '<td class="number">–</td>',
        '<td class="number">1,200</td>',
    ):
        assert expected in text
    assert text.index(CAVEAT) < text.index("In short, little.") < text.index("How far?")


def test_page_can_be_heard_and_walked_by_keyboard(tmp_path: Path) -> None:
    elements = Elements(write_page(page(picture(), table()), tmp_path).read_text())
    (drawn,) = elements.all("svg")
    assert (drawn["role"], drawn["aria-label"]) == ("img", 'A "rising" line')
    ids = [attributes["id"] for _, attributes in elements.found if "id" in attributes]
    assert len(ids) == len(set(ids))
    within = [link["href"] for link in elements.all("a") if str(link["href"]).startswith("#")]
    assert {str(target)[1:] for target in within} <= set(ids)
    assert within[0] == "#main"
    assert [tag for tag, _ in elements.found if tag in {"h1", "h2"}] == ["h1", "h2", "h2", "h2"]
    assert len(elements.all("caption")) == len(elements.all("table")) == 1
    scrolled = [attributes for _, attributes in elements.found if attributes.get("class") in {"scroll", "drawing"}]
    assert len(scrolled) == 2
    assert all(attributes["tabindex"] == "0" for attributes in scrolled)


def test_page_loads_nothing(tmp_path: Path) -> None:
    elements = Elements(write_page(page(picture(), table()), tmp_path).read_text())
    loaded = [attributes.get("src", "") for _, attributes in elements.found]
    loaded += [link["href"] for link in elements.all("link")]
    assert all(not source or source.startswith("data:") for source in loaded)
    assert not elements.all("script")


def test_figures_and_tables_are_files_too(tmp_path: Path) -> None:
    write_page(page(picture(), table()), tmp_path)
    assert (tmp_path / "figures" / "effects.png").read_bytes().startswith(b"\x89PNG")
    assert "<svg " in (tmp_path / "figures" / "effects.svg").read_text()
    pd.testing.assert_frame_equal(pd.read_csv(tmp_path / "tables" / "effects.csv"), FRAME)
    about = (tmp_path / "tables" / "README.txt").read_text()
    assert CAVEAT in about
    assert "effects.csv: Effects" in about


@pytest.mark.parametrize(
    ("value", "specification", "cell"),
    [
        (0.0, "+,.0f", "0"),
        (-0.004, "+.1%", "−0.4%"),
        (-0.0004, "+.1%", "0.0%"),
        (0.0, "+", "0"),
        (0.25, "+", "+0.250"),
        (True, None, "yes"),
        (False, None, "no"),
    ],
)
def test_nothing_has_no_sign_and_truth_is_a_word(value: float, specification: str | None, cell: str) -> None:
    frame = pd.DataFrame({"some": [value]})
    shown = Sheet("some", "Some", frame, ANYTHING, formats={"some": specification} if specification else {})
    assert shown.cells == [[cell]]


def test_a_table_that_was_never_made_is_shown_as_nothing() -> None:
    assert table(contract=DECLARED, frame=pd.DataFrame()).cells == []


def test_columns_take_room_by_their_longest_text(tmp_path: Path) -> None:
    frame = pd.DataFrame({"link": ["M0", ""], "what": ["x" * 21, "y"], "why": ["z" * 41, ""], "value": [1.5, 2.5]})
    shown = Sheet("some", "Some", frame, ANYTHING)
    assert shown.widths == ["short", "middle", "long", "number"]
    assert Sheet("some", "Some", frame.head(0), ANYTHING).widths == ["short", "short", "short", "number"]
    text = write_page(page(shown), tmp_path).read_text()
    assert '<th scope="row" class="short">M0</th><td class="middle">' in text


def test_every_column_of_a_file_is_told_beside_it_with_its_unit(tmp_path: Path) -> None:
    write_page(page(table(contract=DECLARED)), tmp_path)
    about = (tmp_path / "tables" / "README.txt").read_text()
    assert "  measure: what is counted\n  estimate [children]: how many\n  pairs: a column of no study\n" in about


@pytest.mark.parametrize(
    ("frame", "told"),
    [
        (FRAME.drop(columns="estimate"), "lacks the column 'estimate'"),
        (FRAME.assign(estimate="few"), "holds texts, not numbers"),
    ],
)
def test_a_table_that_is_not_as_declared_is_refused(frame: pd.DataFrame, told: str) -> None:
    with pytest.raises(ContractError, match=told):
        table(contract=DECLARED, frame=frame)


def test_equal_pages_are_equal_files(tmp_path: Path) -> None:
    for folder in ("one", "two"):
        write_page(page(picture(), table()), tmp_path / folder)
    files = [path.relative_to(tmp_path / "one") for path in (tmp_path / "one").rglob("*") if path.is_file()]
    assert len(files) == 5
    for file in files:
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes()


def test_ids_of_two_figures_in_one_page_differ(tmp_path: Path) -> None:
    text = write_page(page(picture("first"), picture("second")), tmp_path).read_text()
    ids = [attributes["id"] for _, attributes in Elements(text).found if "id" in attributes]
    assert len(ids) == len(set(ids))
    used = [attributes["xlink:href"] for attributes in Elements(text).all("use")]
    assert {str(target)[1:] for target in used} <= set(ids)


def test_dense_figures_stand_as_pixels(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(drawing, "DENSE_BYTES", 100)
    elements = Elements(write_page(page(picture()), tmp_path).read_text())
    (pixels,) = elements.all("img")
    assert str(pixels["src"]).startswith("data:image/png;base64,")
    assert pixels["alt"] == 'A "rising" line'
    assert not elements.all("svg")


def test_table_shows_chosen_columns_with_labels_and_formats(tmp_path: Path) -> None:
    chosen = table(columns=("measure", "estimate"), labels={"estimate": "difference"}, formats={"estimate": "+.1%"})
    assert chosen.headings == [("measure", False), ("difference", True)]
    assert chosen.cells == [["care <starts>", "−12.5%"], ["harm", "–"]]


def test_long_tables_are_folded(tmp_path: Path) -> None:
    long = table(frame=pd.concat([FRAME] * 20))
    text = write_page(page(long), tmp_path).read_text()
    assert "<summary>Effects (40 rows)</summary>" in text
    assert "<details>" not in write_page(page(table()), tmp_path).read_text()


@pytest.mark.parametrize("alt", ["", "  "])
def test_figure_without_alternative_is_refused(alt: str) -> None:
    with pytest.raises(ValueError, match="empty alt"):
        picture(alt=alt)


def test_figure_of_an_effect_without_caveat_is_refused() -> None:
    with pytest.raises(ValueError, match="without the caveat"):
        picture(figure=Figure())
    assert picture(figure=Figure(), shows_effect=False).name == "effects"


def test_names_that_would_overwrite_each_other_are_refused() -> None:
    with pytest.raises(ValueError, match="two of the picture 'effects'"):
        page(picture(), picture())
    with pytest.raises(ValueError, match="two of the table 'effects'"):
        page(table(), table())
    with pytest.raises(ValueError, match="two of the section 'effect'"):
        replace(page(), sections=[Section("effect", "a", []), Section("effect", "b", [])])


@pytest.mark.parametrize("name", ["", "../up", "Two words", "a.b"])
def test_names_that_cannot_be_files_are_refused(name: str) -> None:
    with pytest.raises(ValueError, match="cannot name"):
        picture(name)


def test_page_without_caveat_or_summary_is_refused() -> None:
    for missing in ({"caveat": " "}, {"summary": []}):
        with pytest.raises(ValueError, match="needs a caveat and a summary"):
            replace(page(), **missing)  # type: ignore[arg-type]


def test_table_of_unknown_columns_is_refused() -> None:
    with pytest.raises(ValueError, match="no column wrong"):
        table(labels={"wrong": "x"})


def test_page_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "figures").write_text("in the way")
    with pytest.raises(ResultsFolderError, match="cannot write"):
        write_page(page(picture()), tmp_path)


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        (0.0625, "0.062"),
        (-0.9994, "−0.999"),
        (1.005, "1.00"),
        (-9.994, "−9.99"),
        (10.25, "10.2"),
        (-999.5, "−999.5"),
        (1000.4, "1,000"),
        (-1234567.8, "−1,234,568"),
        (1234.0, "1,234"),
        (0.0, "0"),
        (True, "yes"),
        (None, "–"),
    ],
)
def test_numbers_have_as_many_digits_as_help(value: object, cell: str) -> None:
    assert table(frame=pd.DataFrame({"a": pd.Series([value], dtype=object)})).cells == [[cell]]


def test_a_sign_alone_keeps_the_digits() -> None:
    frame = pd.DataFrame({"a": [0.0625, 1234.5]})
    assert table(frame=frame, formats={"a": "+"}).cells == [["+0.062"], ["+1,234"]]


def test_tables_are_folded_from_7_rows_on_printed_to_8_and_set_small_from_10_columns_on() -> None:
    for rows, columns in ((6, 9), (7, 9), (8, 9), (9, 10)):
        some = table(frame=pd.DataFrame({f"c{number}": range(rows) for number in range(columns)}))
        assert (some.folded, some.printed, some.wide) == (rows >= 7, rows <= 8, columns == 10)
    assert not replace(some, columns=["c1", "c2"]).wide


def test_the_list_of_tables_says_what_they_are_and_is_named_after_the_page(tmp_path: Path) -> None:
    write_page(page(table(note="By hand."), table("others", title="Others")), tmp_path, "cards")
    assert (tmp_path / "cards.html").is_file() and not (tmp_path / "tables" / "README.txt").exists()
    about = (tmp_path / "tables" / "README-cards.txt").read_text()
    lines = ["Usual & offer", CAVEAT, "Tables, one a file; the page says more about each."]
    columns = "".join(f"  {name}: a column of no study\n" for name in FRAME)
    told = f"\n\neffects.csv: Effects\nBy hand.\n{columns}\nothers.csv: Others\n{columns}"
    assert about == "\n\n".join(lines) + told


def test_places_that_links_cannot_tell_apart_are_refused() -> None:
    one = Facts("card", "A card", [("claim", "x")])
    with pytest.raises(ValueError, match="two of the place 'card'"):
        page(one, one)
    with pytest.raises(ValueError, match="cannot name"):
        Facts("A card", "A card", [])
    with pytest.raises(ValueError, match="has no title"):
        table(title=" ")
    with pytest.raises(ValueError, match="no column a, z"):
        table(columns=("z", "measure"), formats={"a": "+"})
