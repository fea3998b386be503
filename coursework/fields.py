"""Form fields of our own."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from coursework.services.screenshots import ALLOWED, PreparedScreenshot, ScreenshotRefused, prepare_screenshot


class _SeveralFiles(forms.ClearableFileInput):
    """A file input for several files at once."""

    allow_multiple_selected = True


class ScreenshotsField(forms.FileField):
    """At least one picture and at most `most`; cleans to a list of PreparedScreenshot."""

    def __init__(self, *, most: int, **kwargs: Any) -> None:
        super().__init__(widget=_SeveralFiles(attrs={"accept": "image/png,image/jpeg,image/webp"}), **kwargs)
        self.most = most

    def clean(self, data: Any, initial: Any = None) -> list[PreparedScreenshot]:
        """Check every file; raises ValidationError that names each file that can't be taken."""
        uploads: Sequence[UploadedFile[Any]] = data if isinstance(data, list | tuple) else [data] if data else []
        if not uploads and self.required:
            raise forms.ValidationError(f"Choose at least one screenshot. Allowed: {ALLOWED}.")
        if len(uploads) > self.most:
            raise forms.ValidationError(f"{len(uploads)} screenshots are too many: choose 1 to {self.most}.")
        prepared, refused = [], []
        for upload in uploads:
            try:
                prepared.append(prepare_screenshot(upload))
            except ScreenshotRefused as error:
                refused.append(str(error))
        if refused:
            raise forms.ValidationError(refused)
        return prepared
