"""Words that the kinds of groups share."""

from collections.abc import Iterable, Sequence

_NUMBERS = ("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine")
PAIRS = "They worked together, where the course allows that."


def how_many(count: int, word: str) -> str:
    """Begin a sentence with a number of things: "Two students", "12 students"."""
    number = _NUMBERS[count] if count < len(_NUMBERS) else f"{count:,}"
    return f"{number} {word}" if count == 1 else f"{number} {word}s"


def listed(words: Sequence[str]) -> str:
    """Write a list: "a", "a and b", "a, b and c"."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"


def epochs_listed(epochs: Iterable[int], *, most: int = 6) -> str:
    """Write epochs in ascending order, each once; of very many the first ones and how many more there are."""
    numbers = sorted(set(epochs))
    shown = [f"{number:,}" for number in numbers[:most]]
    more = len(numbers) - len(shown)
    return listed([*shown, f"{more:,} more"] if more else shown)
