"""A fake platform as the product's rows name it, for tests that do not go through registration."""

from typing import Any

from grading.models import Deployment, Platform, PlatformKind
from tests.lti_platform.platform import FakePlatform


def registered(lms: FakePlatform, **changed: Any) -> Deployment:
    """Store the platform and its one deployment, as an operator would have entered them."""
    fields: dict[str, Any] = {
        "name": "School",
        "kind": PlatformKind(lms.kind),
        "issuer": lms.issuer,
        "client_id": lms.client_id,
        "authorization_url": lms.authorization_url,
        "token_url": lms.token_url,
        "jwks_url": lms.jwks_url,
    }
    platform = Platform.objects.create(**(fields | changed))
    return Deployment.objects.create(platform=platform, deployment_id=lms.deployment_id)
