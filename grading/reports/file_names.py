"""Names of files that every system takes, made of what people typed."""

import re
import unicodedata
from collections.abc import Iterable

from coursework.models import Enrollment

LONGEST = 60  # bytes of one part: three of them still are a name that file systems hold
_SIGNS = "-. _=+@\uff0d\uff1d\uff0b\uff20"  # not at the ends, the last four being others of them in full width
# What Windows, macOS or a shell has other uses for; and what can't be seen, or turns the text around it.
_FORBIDDEN = re.compile(r'[<>:"/\\|?*%~`$&;!\'\s]+')
_UNSEEN = ("Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp")
_DEVICES = re.compile(r"(?i)\A(con|prn|aux|nul|com\d|lpt\d)(?=\.|\Z)")


def safe_part(text: str, *, otherwise: str = "unnamed") -> str:
    """Return text as one part of a path: letters of every script stay, separators and signs become hyphens."""
    text = "".join(
        letter if letter.isspace() else "" if unicodedata.category(letter) in _UNSEEN else letter
        for letter in unicodedata.normalize("NFC", text)
    )
    text = _FORBIDDEN.sub("-", text).strip(_SIGNS).encode()[:LONGEST].decode("utf-8", "ignore").strip(_SIGNS)
    return _DEVICES.sub(r"\1-", text) or otherwise


def student_folder(student: Enrollment, *, hidden: bool = False) -> str:
    """Name a student's folder: Lastname_Firstname_username, or where the name is hidden the pseudonym."""
    if hidden:
        return safe_part(student.pseudonym)
    user = student.user
    return "_".join(safe_part(part) for part in (user.last_name, user.first_name, user.username) if part.strip())


class Unique:
    """Makes names differ, also for systems that do not tell capital letters from small ones."""

    def __init__(self, taken: Iterable[str] = ()) -> None:
        self._taken = {_folded(name) for name in taken}

    def __call__(self, name: str) -> str:
        """Return the name, with a number behind it (before its ending) if it is taken."""
        stem, dot, ending = name.rpartition(".") if "." in name else (name, "", "")
        made, number = name, 1
        while _folded(made) in self._taken:
            number += 1
            made = f"{stem}-{number}{dot}{ending}"
        self._taken.add(_folded(made))
        return made


def _folded(name: str) -> str:
    return unicodedata.normalize("NFKC", name).casefold()
