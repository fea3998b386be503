"""The link in the browser's address bar: the text as shown, and of it the settings that can be read for sure."""

import re
from collections.abc import Sequence

from grading.screenshots.reading import Read
from grading.screenshots.text_lines import TextLine

HOST = "playground.tensorflow.org/#"
_PIECE = re.compile(r"playground\.?tens|networkShape|percTrainData|regDataset|showTestData|xTimesY|&seed")
_NUMBER = r"\d+(?:\.\d+)?"
_FLAG = r"true|false"
# What may stand behind each name. The order is the link's own.
_SETTINGS = {
    "activation": r"relu|tanh|sigmoid|linear",
    "regularization": r"L1|L2|none",
    "batchSize": r"\d+",
    "dataset": r"circle|xor|gauss|spiral",
    "regDataset": r"reg-plane|reg-gauss",
    "learningRate": _NUMBER,
    "regularizationRate": _NUMBER,
    "noise": r"\d+",
    "networkShape": r"[1-8](?:,[1-8]){0,5}|",
    "seed": _NUMBER,
    "showTestData": _FLAG,
    "discretize": _FLAG,
    "percTrainData": r"\d+",
    **dict.fromkeys(("x", "y", "xTimesY", "xSquared", "ySquared", "cosX", "sinX", "cosY", "sinY"), _FLAG),
    "collectStats": _FLAG,
    "problem": "classification|regression",
    "initZero": _FLAG,
    "hideText": _FLAG,
}
# A value counts only up to a "&" that was read as one: behind the last setting the bar may have cut it off, and a "&"
# taken for a digit would make "1&" into "15".
_SETTING = re.compile("|".join(rf"(?<![A-Za-z]){name}[=-](?:{value})(?=&)" for name, value in _SETTINGS.items()))
_MISREAD = (("leaming", "learning"), ("leamning", "learning"), ("=O&", "=0&"), ("=talse", "=false"), ("=tue", "=true"))


def is_address(text: str) -> bool:
    """Whether a line is, or is a piece of, a link of the app."""
    return _PIECE.search(text) is not None and ("=" in text or "&" in text or "/#" in text)


def read_address(lines: Sequence[TextLine]) -> Read[str] | None:
    """The address bar's link. `text` is as read; `value` holds only settings that were read whole."""
    bars = [line for line in lines if is_address(line.text)]
    if not bars:
        return None
    bar = max(bars, key=lambda line: len(line.text))
    shown = re.sub(r"^.*?(?=playground)", "", bar.text).replace(" ", "")
    return Read(shown, HOST + "&".join(_whole_settings(shown)), bar.confidence, bar.box)


def _whole_settings(shown: str) -> list[str]:
    for wrong, right in _MISREAD:
        shown = shown.replace(wrong, right)
    found = dict(re.split("[=-]", setting[0], maxsplit=1) for setting in _SETTING.finditer(shown))
    return [f"{name}={value}" for name, value in found.items()]
