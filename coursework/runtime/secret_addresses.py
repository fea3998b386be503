"""Addresses of ours that are secrets: whoever has one sets a password, confirms an address, registers an LMS, joins."""

import re

# The end of a text in JSON is the end of an address, too.
_KEY = re.compile(r"""/(key|confirm-email|register|join)/[^/\s"\\]+""")


def without_keys(text: str) -> str:
    """Return the text with the secret part of such addresses left out."""
    return _KEY.sub(r"/\1/[key]", text)
