"""Versions of what people decide, as HTTP has them: ETag says what was in view, If-Match that it still is.

A tag names the row's version, the attempt and its result, which services compare under a lock, and ends with a digest
of all that was answered, so that If-None-Match is never told "as before" of something that has changed.
"""

import hashlib
import re
from decimal import Decimal

from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from grading.api.problems import Problem
from grading.grades.reading import StudentGrade
from grading.grades.rule import AttemptResult
from grading.services.grades.deciding import Seen, seen_of

_TAG = re.compile(r'(?:W/)?"(\d{1,9})\.([0-9A-Za-z-]{0,40})\.(\d{0,18})\.(-?\d{1,4}\.\d)?\.[0-9a-f]{8}"', re.ASCII)
ANY = "*"
_NEVER = -1
NEEDED = "Say by If-Match what you saw: the ETag of the answer that you decide on, or * for whatever stands there now."
CHANGED = "This grade was changed meanwhile. Read it again, then decide."


def tag_of(seen: Seen, receipt: str, body: object) -> str:
    """Return the tag of an answer about a grade."""
    automatic = "" if seen.automatic is None else f"{seen.automatic:.1f}"
    digest = hashlib.sha256(JSONRenderer().render(body)).hexdigest()[:8]
    return f'"{seen.version}.{receipt}.{seen.verification_id or ""}.{automatic}.{digest}"'


def answered(body: object, grade: StudentGrade, attempt: AttemptResult | None) -> Response:
    """Answer with a body and its tag."""
    tag = tag_of(seen_of(grade, attempt), attempt.receipt_number if attempt else "", body)
    return Response(body, headers={"ETag": tag})


def seen_in(tag: str, grade: StudentGrade) -> Seen | None:
    """Return what a tag says was seen; None if it is no tag of this student's grade."""
    found = _TAG.fullmatch(tag)
    if found is None:
        return None
    version, receipt, verification, automatic = found.groups()
    by_receipt = {one.receipt_number: one.submission_id for one in grade.attempts} | {"": None}
    if receipt not in by_receipt:
        return None
    return Seen(
        int(version),
        by_receipt[receipt],
        int(verification) if verification else None,
        Decimal(automatic) if automatic else None,
    )


def wanted_match(request: Request, *, needed: bool) -> str:
    """Return what If-Match says, "" without one; raises Problem 428 if it is needed."""
    said = request.headers.get("If-Match", "").strip()
    if needed and not said:
        raise Problem(428, NEEDED)
    return said


def seen_version(tag: str) -> int | None:
    """Return the row's version that If-Match asks for: None for any, one that no row has for what is no tag of ours."""
    if tag in ("", ANY):
        return None
    found = _TAG.fullmatch(tag)
    return int(found.group(1)) if found is not None else _NEVER
