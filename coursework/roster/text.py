"""What becomes of a cell's text on the way in and out."""

import unicodedata

# Beyond control characters: what turns the direction of the text around it, so that a name reads as another.
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
LONGEST_SHOWN = 60


def tidy(text: str) -> str:
    """Return text with composed letters, no space around it and single spaces in it."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def same(one: str, other: str) -> bool:
    """True if two texts differ by nothing that `tidy` changes."""
    return tidy(one) == tidy(other)


def unshowable(text: str) -> bool:
    """True for text with line breaks, control characters or characters that turn the direction of others."""
    return any(unicodedata.category(letter) in ("Cc", "Cs", "Zl", "Zp") or letter in _TURNING for letter in text)


def shown(text: str) -> str:
    """Shorten a value for a message, and make visible what can't be shown."""
    readable = "".join(f"\\x{ord(letter):02x}" if unshowable(letter) else letter for letter in text)
    return readable if len(readable) <= LONGEST_SHOWN else f"{readable[: LONGEST_SHOWN - 1]}…"


def key(text: str) -> str:
    """What of a username, an e-mail address or a section's name tells it from others: capital letters don't."""
    return tidy(unicodedata.normalize("NFKC", text)).casefold()
