"""Whether words in a picture are the app's own, before anything is taken for one of its values. Pure."""

import re
from collections.abc import Sequence

from grading.screenshots.places import best_label, letters
from grading.screenshots.text_lines import TextLine

_WORDS = (
    "learningrate", "activation", "regularization", "regularizationrate", "problemtype", "features", "output",
    "hiddenlayers", "hiddenlayer", "colorsshows", "dataneuronand", "weightvalues", "showtestdata", "discretizeoutput",
    "ratiooftrainingto", "regenerate",
)  # fmt: skip
_SLIDER = re.compile(r"(?:(?:(?:to )?test )?data|Noise|Batch size): ?\d+ ?%?")
_ENOUGH = 2
_LOSSES = ("testloss", "trainingloss")


def shows_app(lines: Sequence[TextLine]) -> bool:
    """Whether two labels of the app stand there, or its headline OUTPUT right above a loss.

    On a slide or in a report a counter and losses may stand below one another just as in the app.
    """
    plain = [line for line in lines if re.fullmatch(r"(\W|\d)*[A-Za-z][A-Za-z, ]+\W?", line.text)]
    words = {best_label(line.text, _WORDS) for line in plain} - {None}
    words |= {letters(line.text) for line in lines if _SLIDER.fullmatch(line.text)}
    return len(words) >= _ENOUGH or any(_is_above_loss(line, lines) for line in plain if letters(line.text) == "output")


def _is_above_loss(headline: TextLine, lines: Sequence[TextLine]) -> bool:
    return any(
        abs(line.left - headline.left) <= headline.height and 0 < line.top - headline.top <= 3 * headline.height
        for line in lines
        if best_label(line.text, _LOSSES)
    )
