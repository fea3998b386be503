"""Where uploads are kept: in a directory, or in a bucket of an S3 service."""

from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured

_FILES = {"BACKEND": "django.core.files.storage.FileSystemStorage"}


def upload_storage(env: environ.Env) -> dict[str, Any]:
    """Return Django's storage for uploads: a bucket where S3_BUCKET names one, else MEDIA_ROOT.

    Nothing in the bucket is public: uploads are handed out by our views only, after asking who may see them.
    """
    bucket = env.str("S3_BUCKET", default="")
    if not bucket:
        return _FILES
    key, secret = env.str("S3_ACCESS_KEY", default=""), env.str("S3_SECRET_KEY", default="")
    if bool(key) != bool(secret):
        raise ImproperlyConfigured("S3_ACCESS_KEY and S3_SECRET_KEY belong together: set both, or none for a role.")
    options = {
        "bucket_name": bucket,
        "location": env.str("S3_PREFIX", default=""),
        "endpoint_url": env.str("S3_ENDPOINT", default="") or None,
        "region_name": env.str("S3_REGION", default="") or None,
        "access_key": key or None,
        "secret_key": secret or None,
        "default_acl": None,
        "querystring_auth": True,
        "file_overwrite": False,
        "signature_version": "s3v4",
    }
    return {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options}
