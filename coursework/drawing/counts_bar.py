"""The parts of a known whole, such as a class's outcomes, as one bar."""

from collections.abc import Sequence

from django.utils.safestring import SafeString, mark_safe

from coursework.drawing.labels import count_text
from coursework.drawing.svg import tag

LENGTH = 1000.0
GAP = 3.0
SMALLEST = 6.0  # one of two hundred stays visible

Part = tuple[str, int, str]


def counts_bar(parts: Sequence[Part]) -> SafeString:
    """Draw parts given as (tone, count, words); the legend beside it is the page's, in a `.counts` section.

    Tones: ok, warn, info, bad, calm, mid (a second grey) and none (an empty part). Counts of 0 take no room.
    """
    whole = sum(count for _, count, _ in parts)
    said = ", ".join(f"{count_text(count)} {words}" for _, count, words in parts)
    return mark_safe(
        tag(
            "svg",
            _bars(parts, whole) or tag("rect", css="c-none", width=LENGTH, height=16.0),
            viewBox=f"0 0 {LENGTH:.0f} 16",
            preserveAspectRatio="none",
            role="img",
            aria_label=f"{count_text(whole)} in all: {said}" if whole else "Nothing to count yet",
        )
    )


def _bars(parts: Sequence[Part], whole: int) -> str:
    shown = [(tone, count) for tone, count, _ in parts if count > 0]
    room = LENGTH - GAP * (len(shown) - 1)
    widths = [max(count / whole * room, SMALLEST) for _, count in shown]
    shrink = room / sum(widths) if widths else 1.0
    bars, x = [], 0.0
    for (tone, _), width in zip(shown, widths, strict=True):
        bars.append(tag("rect", css=f"c-{tone}", x=x, y=0.0, width=width * shrink, height=16.0))
        x += width * shrink + GAP
    return "".join(bars)
