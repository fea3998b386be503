"""Pages of a PDF with the few kinds of text that our reports have. Whatever people typed is shown, and nothing run."""

import logging
import unicodedata
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Self

from fpdf import FPDF
from fpdf.bidi import BidiParagraph
from fpdf.enums import XPos, YPos

from grading.reports.cells import clean

FONTS = Path(__file__).parent / "fonts"
FONT = "dejavu"
BLUE, ORANGE, GREY, LINE, INK = (8, 119, 189), (194, 97, 0), (91, 107, 115), (214, 221, 224), (24, 32, 36)
NO_GLYPH = "\u25a1"  # a white square: there is a character here that the font lacks
MARGIN = 18.0
_RIGHT_TO_LEFT = ("R", "AL")
logging.getLogger("fontTools").setLevel(logging.WARNING)  # it tells every step of every document


class Paper(FPDF):
    """An A4 document. `made_at` is the time of its data, so that equal data give equal files."""

    def __init__(self, *, title: str, made_at: datetime) -> None:
        """Start without a page."""
        super().__init__(format="A4")
        self.set_margins(MARGIN, MARGIN)
        self.set_auto_page_break(auto=True, margin=20)
        self.add_font(FONT, "", FONTS / "DejaVuSans.ttf")
        self.add_font(FONT, "B", FONTS / "DejaVuSans-Bold.ttf")
        self._known = frozenset(self.fonts[FONT].cmap)  # type: ignore[union-attr]  # both fonts are TrueType
        self.lacking = False  # whether a character had to be replaced
        self.set_creation_date(made_at)
        self.set_lang("en")
        self.set_title(clean(title))
        self.running_head = ""
        self.alias_nb_pages("{total}")

    def __enter__(self) -> Self:
        """Nothing to do: the fonts' files are open already."""
        return self

    def __exit__(self, *_error: object) -> None:
        """Close the fonts' files, which are read until the document is finished."""
        for font in self.fonts.values():
            font.close()  # type: ignore[union-attr]  # both fonts are TrueType

    def footer(self) -> None:
        """Write what the document is about and the page's number below each page; fpdf2 calls it."""
        self.set_y(-14)
        self.set_font(FONT, "", 7.5)
        self.set_text_color(*GREY)
        self.cell(self.epw - 30, 5, self.fitting(self.running_head, self.epw - 32))
        self.cell(30, 5, f"{self.page_no()} / {{total}}", align="R")

    def shown(self, text: object) -> str:
        """Return text as it can be drawn: in reading order from the left, and □ for what the font lacks."""
        text = unicodedata.normalize("NFC", clean(str(text))).replace("\t", "    ")
        letters = [
            letter for letter in text if letter == "\n" or unicodedata.category(letter) not in ("Cf", "Cc", "Mn")
        ]
        made = "".join(letter if letter == "\n" or ord(letter) in self._known else NO_GLYPH for letter in letters)
        self.lacking = self.lacking or NO_GLYPH in made
        if any(unicodedata.bidirectional(letter) in _RIGHT_TO_LEFT for letter in made):
            made = "\n".join(BidiParagraph(line).get_reordered_string() for line in made.split("\n"))
        return made

    def fitting(self, text: object, width: float) -> str:
        """Return text cut so that it fits into a width, in the font of the moment."""
        line = self.shown(text).replace("\n", " ")
        if self.get_string_width(line) <= width:
            return line
        while line and self.get_string_width(f"{line}…") > width:
            line = line[:-1]
        return f"{line}…"

    def heading(self, text: object, *, size: float = 13) -> None:
        """Write a heading, on the next page if little fits below it."""
        if self.will_page_break(32):
            self.add_page()
        self.ln(size * 0.25)
        self.set_font(FONT, "B", size)
        self.set_text_color(*INK)
        for line in self._lines(self.shown(text), self.epw - 2 * self.c_margin):
            self.cell(self.epw, size * 0.5, line, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.ln(1.5)

    def paragraph(
        self, text: object, *, size: float = 9.5, color: tuple[int, int, int] = INK, indent: float = 0
    ) -> None:
        """Write text over as many lines as it needs."""
        self.set_font(FONT, "", size)
        self.set_text_color(*color)
        lines = self._lines(self.shown(text), self.epw - indent - 2 * self.c_margin)
        for line in lines:
            self.set_x(self.l_margin + indent)
            self.cell(self.epw - indent, size * 0.5, line, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        if lines:
            self.ln(0.8)

    def _lines(self, text: str, width: float) -> list[str]:
        """Break text between words; fpdf2's own way measures letter by letter, many times slower for a whole class."""
        if not text.strip():
            return []
        lines: list[str] = []
        for paragraph in text.split("\n"):
            line = ""
            for word in paragraph.split(" "):
                longer = f"{line} {word}" if line else word
                if self.get_string_width(longer) <= width:
                    line = longer
                    continue
                lines += [line] if line else []
                line = word
                while self.get_string_width(line) > width:
                    fits = self._fits(line, width)
                    lines.append(line[:fits])
                    line = line[fits:]
            lines.append(line)
        return lines

    def _fits(self, word: str, width: float) -> int:
        """Count the letters of a word too long for a line that do fit on one."""
        low, high = 1, len(word)
        while low < high:
            middle = (low + high + 1) // 2
            low, high = (middle, high) if self.get_string_width(word[:middle]) <= width else (low, middle - 1)
        return low

    def small(self, text: object) -> None:
        """Write a remark."""
        self.paragraph(text, size=8, color=GREY)

    def table(  # type: ignore[override]  # fpdf2's own tables lay out every cell twice, which a class is too large for
        self, head: Sequence[str], rows: Sequence[Sequence[object]], *, widths: Sequence[float], numbers: int = 0
    ) -> None:
        """Write a table; `widths` are shares of the page, the last `numbers` columns stand at the right."""
        measures = [width / sum(widths) * self.epw for width in widths]
        if self.will_page_break(12):  # no head without a row
            self.add_page()
        self._row(head, measures, numbers, bold=True)
        for row in rows:
            if self.will_page_break(5.6):
                self.add_page()
                self._row(head, measures, numbers, bold=True)
            self._row(row, measures, numbers)
        self.ln(2)

    def _row(self, cells: Sequence[object], widths: Sequence[float], numbers: int, *, bold: bool = False) -> None:
        self.set_font(FONT, "B" if bold else "", 8)
        self.set_text_color(*(GREY if bold else INK))
        self.set_draw_color(*LINE)
        for column, (cell, width) in enumerate(zip(cells, widths, strict=True)):
            text = "–" if cell in (None, "") and not bold else cell
            align = "R" if column >= len(cells) - numbers else "L"
            self.cell(width, 5.6, self.fitting(text, width - 2), border="B", align=align)
        self.ln(5.6)

    def contents(self) -> bytes:
        """Return the finished document."""
        return bytes(self.output())


def _unseen(letter: str) -> bool:
    """True for control characters, and for those that only choose how the one before them looks."""
    return unicodedata.category(letter) in ("Cf", "Cc") or "\ufe00" <= letter <= "\ufe0f"
