"""How firm an epoch is: the replays as dots, the band as a dashed frame, the claim as a triangle with its number."""

from django.utils.safestring import SafeString

from coursework.drawing.epoch_axis import APART, Axis, Epochs, dot, epoch_axis, never_zone, stacked_dots, tick
from coursework.drawing.labels import count_of, count_text
from coursework.drawing.svg import NARROW, WIDE, fitted, label, line, number, picture, tag

Band = tuple[int, int]

HEAD = 44.0  # room for the claim and its number
TALLEST = 12  # dots above each other; beyond that they move closer together


def band_chart(replays: Epochs, *, band: Band | None, claimed: int, cap: int, wide: bool) -> SafeString:
    """Draw the replays in one size.

    replays: the epochs of the run itself and its replays, None where the cap came first. band: lowest and highest
    epoch that an honest run may show, or None if no replay reached the target.
    """
    width = float(WIDE if wide else NARROW)
    inside = [value for value in (*(band or ()), claimed) if value <= cap]
    axis = epoch_axis([*replays, *inside], width, cap)
    dots, levels = stacked_dots(replays, axis)
    step = APART * min(1.0, TALLEST / levels)
    base = HEAD + step * max(levels, 3) + 4
    parts = [
        never_zone(axis, width, base, cap),
        _frame(axis, band, base),
        line("axis", 14, base, axis.scale.end, base),
        *(tick(value, x, base) for value, x in axis.ticks),
        *(dot(value, x, base - 8 - step * level) for value, x, level in dots),
        _claim(axis, claimed, width),
    ]
    css = f"chart at-{'wide' if wide else 'narrow'}"
    sentence = _sentence(replays, band, claimed, cap)
    return picture(css=css, width=width, height=base + 26, sentence=sentence, parts=parts)


def band_figure(replays: Epochs, *, band: Band | None, claimed: int, cap: int) -> SafeString:
    """Draw the replays in both sizes; CSS shows the one that fits."""
    return fitted(*(band_chart(replays, band=band, claimed=claimed, cap=cap, wide=wide) for wide in (False, True)))


def _frame(axis: Axis, band: Band | None, base: float) -> str:
    if band is None:
        return ""
    left, right = axis.place(band[0]) - 7, min(axis.place(band[1]), axis.scale.end) + 7
    return tag("rect", css="band", x=left, y=HEAD - 8, width=right - left, height=base - HEAD + 8)


def _claim(axis: Axis, claimed: int, width: float) -> str:
    x = min(axis.place(claimed), axis.scale.end)
    at = min(max(x, 44.0), width - 44)
    triangle = f"M{number(x - 6)} 20h12l-6 10z"
    return label(at, 12, f"claimed {count_text(claimed)}", "strong mid") + tag("path", css="claim", d=triangle)


def _sentence(replays: Epochs, band: Band | None, claimed: int, cap: int) -> str:
    reached = [value for value in replays if value is not None]
    never = len(replays) - len(reached)
    facts = [f"{count_of(len(replays), 'run')} with last-bit differences"]
    if reached:
        facts.append(f"target reached between epoch {count_text(min(reached))} and {count_text(max(reached))}")
    if never:
        facts.append(f"{never} not within {count_text(cap)}")
    if band is not None:
        facts.append(f"band {count_text(band[0])} to {count_text(band[1])}")
    return f"{'; '.join(facts)}. Claimed: {count_text(claimed)}."
