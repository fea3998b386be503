"""How the seven inputs, epochs and losses are written, for pages, charts and plain text."""

import math
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal

from django.utils.safestring import SafeString, mark_safe

MINUS = "\N{MINUS SIGN}"
_FIVE_DECIMALS = Decimal("0.00001")


@dataclass(frozen=True)
class FeatureLabel:
    """One input's name: in HTML, inside an SVG text, and as plain text for screen readers and exports."""

    html: SafeString
    svg: SafeString
    plain: str


def _subscript(digit: int) -> str:
    return f'<tspan class="sub" dy="3">{digit}</tspan>'


def _after(text: str) -> str:
    """Go back up to the line that a subscript has left."""
    return f'<tspan dy="-3">{text}</tspan>'


def _plain_input(digit: int) -> FeatureLabel:
    return FeatureLabel(mark_safe(f"x<sub>{digit}</sub>"), mark_safe(f"x{_subscript(digit)}"), f"x{digit}")


def _square(digit: int) -> FeatureLabel:
    # The square is a character, not <sup>: it then stands above the subscript's line in every font
    return FeatureLabel(
        mark_safe(f"x<sub>{digit}</sub>²"), mark_safe(f"x{_subscript(digit)}{_after('²')}"), f"x{digit}²"
    )


def _sine(digit: int) -> FeatureLabel:
    return FeatureLabel(
        mark_safe(f"sin(x<sub>{digit}</sub>)"), mark_safe(f"sin(x{_subscript(digit)}{_after(')')}"), f"sin(x{digit})"
    )


def _product() -> FeatureLabel:
    html = mark_safe("x<sub>1</sub>x<sub>2</sub>")
    return FeatureLabel(html, mark_safe(f"x{_subscript(1)}{_after('x')}{_subscript(2)}"), "x1x2")


FEATURE_LABELS: dict[str, FeatureLabel] = {
    "x": _plain_input(1),
    "y": _plain_input(2),
    "xSquared": _square(1),
    "ySquared": _square(2),
    "xTimesY": _product(),
    "sinX": _sine(1),
    "sinY": _sine(2),
}


def loss_text(value: float) -> str:
    """Write a loss with five decimals, so that 0.00149 (reached) and 0.00150 (not yet) differ on the page.

    The fifth decimal is cut, not rounded: a rounded 0.001496 would read like the target itself.
    """
    if math.isnan(value):
        return "not a number"
    if math.isinf(value):
        return "infinite" if value > 0 else f"{MINUS}infinite"
    if abs(value) >= 1e6:
        return f"{value:.2e}"
    return str(Decimal(value).quantize(_FIVE_DECIMALS, rounding=ROUND_DOWN))


def loss_beside(value: float, threshold: float) -> str:
    """Write a loss so that it differs from a threshold on the page: with more than five decimals where five are alike.

    Five are cut as by `loss_text`, so what is below a threshold of five decimals or fewer differs already.
    """
    text = loss_text(value)
    if not math.isfinite(value) or value == threshold or abs(value) >= 1e6:
        return text
    digits = 5
    while Decimal(text) == Decimal(str(threshold)) and digits < 17:
        digits += 1
        text = str(Decimal(value).quantize(Decimal(1).scaleb(-digits)))
    return text


def gap_text(value: float, threshold: float) -> str:
    """Say how far a loss is from a threshold, in two digits that count: "0.0000043 below", which is what reaches it."""
    gap = value - threshold
    if not math.isfinite(gap) or abs(gap) >= 1e6:
        return "far above" if gap > 0 else "–"
    if gap == 0:
        return "exactly on it"
    return f"{Decimal(f'{abs(gap):.1e}'):f} {'below' if gap < 0 else 'above'}"


def count_text(value: int) -> str:
    """Write a whole number with a comma at the thousands: 1,000."""
    return f"{value:,}"


def count_of(value: int, noun: str) -> str:
    """Write a count with its noun: "1 input", "2 inputs"."""
    return f"{count_text(value)} {noun}" if value == 1 else f"{count_text(value)} {noun}s"


def joined(words: list[str]) -> str:
    """Join words as a sentence does: "6", "6 and 3", "8, 6 and 3"."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"
