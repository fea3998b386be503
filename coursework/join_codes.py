"""Codes such as K7Q4-9XRB by which students join a course, as people type them."""

import re
import unicodedata

from coursework.models.submissions import RECEIPT_PATTERN

MOST_TYPED_CHARACTERS = 60


def read_join_code(typed: str) -> str | None:
    """Return the code as it is stored: small letters, spaces and a missing hyphen are fine; None if it can't be one."""
    if len(typed) > MOST_TYPED_CHARACTERS:
        return None
    letters = re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", typed)).upper()
    code = f"{letters[:4]}-{letters[4:]}"
    return code if re.fullmatch(RECEIPT_PATTERN, code, re.ASCII) else None
