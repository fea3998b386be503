"""Stored pictures as answers."""

import structlog
from django.db.models.fields.files import FieldFile
from django.http import FileResponse, Http404

log = structlog.get_logger(__name__)

PNG, JPEG = "image/png", "image/jpeg"  # what pictures are stored as
NEVER_CHANGES = "private, max-age=3600, immutable"


def picture_file(picture: FieldFile, *, cache: str = NEVER_CHANGES) -> FileResponse:
    """Answer with a stored picture; raises Http404 if its file is gone, and tells operators by the log."""
    kind = JPEG if str(picture.name).endswith(".jpg") else PNG
    headers = {"Cache-Control": cache, "X-Content-Type-Options": "nosniff"}
    try:
        return FileResponse(picture.open("rb"), content_type=kind, headers=headers)
    except FileNotFoundError:
        log.warning("picture_missing", file=str(picture.name))
        raise Http404 from None
