"""The epochs that one design needs on several seeds: a dot per seed, the median marked, "never" in its own zone."""

from django.utils.safestring import SafeString

from coursework.drawing.epoch_axis import APART, Axis, Epochs, cross, dot, epoch_axis, never_zone, stacked_dots, tick
from coursework.drawing.labels import count_of, count_text, joined
from coursework.drawing.scales import Scale
from coursework.drawing.svg import NARROW, WIDE, fitted, label, line, picture, tag

DOTS_WIDTH = 200.0
DOTS_HEIGHT = 20.0


def seed_chart(epochs: Epochs, *, cap: int, median: float | None, wide: bool) -> SafeString:
    """Draw the epochs on each seed in one size; None is a seed on which the cap came first.

    median: the one that ranks; None when it is a seed that never reaches the target.
    """
    width = float(WIDE if wide else NARROW)
    axis = epoch_axis(epochs, width, cap)
    dots, levels = stacked_dots(epochs, axis)
    base = 32 + APART * levels
    parts = [
        never_zone(axis, width, base, cap),
        line("axis", 14, base, axis.scale.end, base),
        *(tick(value, x, base) for value, x in axis.ticks),
        _median(axis, width, base, median) if epochs else "",
        *(dot(value, x, base - 8 - APART * level) for value, x, level in dots),
    ]
    sentence = _sentence(epochs, cap, median)
    css = f"chart at-{'wide' if wide else 'narrow'}"
    return picture(css=css, width=width, height=base + 26, sentence=sentence, parts=parts)


def seed_figure(epochs: Epochs, *, cap: int, median: float | None) -> SafeString:
    """Draw the epochs on each seed in both sizes; CSS shows the one that fits."""
    return fitted(*(seed_chart(epochs, cap=cap, median=median, wide=wide) for wide in (False, True)))


def _median(axis: Axis, width: float, base: float, median: float | None) -> str:
    x = axis.place(median)
    if median is None:
        return label(x, 12, "median", "strong mid")
    at = min(max(x, 40.0), width - 40)
    return line("med", x, 18, x, base) + label(at, 12, f"median {epochs_text(median)}", "strong mid")


def epochs_text(value: float) -> str:
    """Write a number of epochs; the median of an even number of seeds may end in a half."""
    return count_text(int(value)) if value == int(value) else f"{value:,.1f}"


def _sentence(epochs: Epochs, cap: int, median: float | None) -> str:
    reached = sorted(value for value in epochs if value is not None)
    never = len(epochs) - len(reached)
    if not epochs:
        return "Epochs on the seeds: none has been run yet."
    facts = [joined([count_text(value) for value in reached])] if reached else []
    facts += [f"{never} not within {count_text(cap)}"] if never else []
    middle = f"not within {count_text(cap)}" if median is None else epochs_text(median)
    return f"Epochs on {count_of(len(epochs), 'seed')}: {'; '.join(facts)}. Median: {middle}."


def seed_dots(epochs: Epochs, *, cap: int, median: float | None = None) -> SafeString:
    """Draw the same small, for a row of a table: a logarithmic axis from 10 to the cap, crosses beyond its end."""
    scale = Scale(10, max(cap, 100), 5, DOTS_WIDTH - 24, logarithmic=True)
    middle = DOTS_HEIGHT / 2
    marks = [
        cross(DOTS_WIDTH - 8, middle, 3)
        if value is None
        else tag("circle", css="rep", cx=scale(max(value, 10)), cy=middle, r=3)
        for value in epochs
    ]
    parts = [line("axis", 5, middle, DOTS_WIDTH - 24, middle), *marks]
    if median is not None:
        parts.append(line("med", scale(max(median, 10)), 3, scale(max(median, 10)), DOTS_HEIGHT - 3))
    return picture(
        css="seeddots", width=DOTS_WIDTH, height=DOTS_HEIGHT, sentence=_short_sentence(epochs, cap), parts=parts
    )


def _short_sentence(epochs: Epochs, cap: int) -> str:
    words = [f"not within {count_text(cap)}" if value is None else count_text(value) for value in epochs]
    return f"Epochs by seed: {', '.join(words)}" if words else "No seed has been run yet"
