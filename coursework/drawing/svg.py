"""Small SVG building blocks: numbers, tags and text; what they return is escaped and ready for a page."""

import math
from collections.abc import Iterable
from typing import Literal

from django.utils.html import conditional_escape, escape
from django.utils.safestring import SafeString, mark_safe

WIDE = 560
NARROW = 358

# A page holds every chart in more than one size, and CSS shows the one that fits its column.
Size = Literal["wide", "middle", "narrow"]


def number(value: float) -> str:
    """Write a coordinate with at most one decimal: 3.04 -> "3", -0.04 -> "0", 12.26 -> "12.3"."""
    tenths = round(value * 10)
    whole, rest = divmod(abs(tenths), 10)
    text = f"{whole}.{rest}" if rest else f"{whole}"
    return f"-{text}" if tenths < 0 else text


def tag(name: str, inner: str = "", /, **attributes: str | float | None) -> str:
    """Write one element; `css` stands for the class, an underscore for a hyphen, None leaves the attribute out."""
    written = "".join(
        f' {"class" if key == "css" else key.replace("_", "-")}="{_attribute(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    return f"<{name}{written}>{inner}</{name}>" if inner else f"<{name}{written}/>"


def _attribute(value: str | float) -> str:
    return escape(value) if isinstance(value, str) else number(value)


def label(x: float, y: float, words: str, css: str = "") -> str:
    """Write a text at a point; the words are escaped unless they are markup already."""
    return tag("text", conditional_escape(words), css=css or None, x=x, y=y)


def line(css: str, x1: float, y1: float, x2: float, y2: float) -> str:
    """Draw a straight line, horizontal and vertical ones in their short form."""
    move = f"M{number(x1)} {number(y1)}"
    if y1 == y2:
        return tag("path", css=css, d=f"{move}H{number(x2)}")
    if x1 == x2:
        return tag("path", css=css, d=f"{move}V{number(y2)}")
    return tag("path", css=css, d=f"{move}L{number(x2)} {number(y2)}")


def picture(*, css: str, width: float, height: float, sentence: str, parts: Iterable[str]) -> SafeString:
    """Wrap parts as one picture that a screen reader announces with a sentence holding the facts."""
    inner = "".join(parts)
    box = f"0 0 {number(width)} {number(height)}"
    return mark_safe(tag("svg", inner, css=css, viewBox=box, role="img", aria_label=sentence))


def ornament(*, css: str, width: float, height: float, parts: Iterable[str]) -> SafeString:
    """Wrap parts as a picture that only repeats what stands in words beside it."""
    box = f"0 0 {number(width)} {number(height)}"
    return mark_safe(tag("svg", "".join(parts), css=css, viewBox=box, width=width, height=height, aria_hidden="true"))


def fitted(*sizes: SafeString, shared: str = "") -> SafeString:
    """Put the sizes of one drawing together; `shared` holds definitions that all of them use."""
    hidden = tag("svg", tag("defs", shared), css="sprite", aria_hidden="true") if shared else ""
    return mark_safe(tag("div", hidden + "".join(sizes), css="fit"))


def is_number(value: float | None) -> bool:
    """Tell whether there is a value that can be drawn."""
    return value is not None and math.isfinite(value)
