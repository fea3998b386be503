"""Names of LTI 1.3's claims, scopes and values, as the specifications (1EdTech) write them."""

from typing import Final

_CLAIM: Final = "https://purl.imsglobal.org/spec/lti/claim/"
VERSION: Final = "1.3.0"

# LTI 1.3 core
MESSAGE_TYPE: Final = f"{_CLAIM}message_type"
LTI_VERSION: Final = f"{_CLAIM}version"
DEPLOYMENT_ID: Final = f"{_CLAIM}deployment_id"
TARGET_LINK_URI: Final = f"{_CLAIM}target_link_uri"
RESOURCE_LINK: Final = f"{_CLAIM}resource_link"
ROLES: Final = f"{_CLAIM}roles"
CONTEXT: Final = f"{_CLAIM}context"
CUSTOM: Final = f"{_CLAIM}custom"
LAUNCH_PRESENTATION: Final = f"{_CLAIM}launch_presentation"
LIS: Final = f"{_CLAIM}lis"
FOR_USER: Final = f"{_CLAIM}for_user"  # Submission Review

# Names and Role Provisioning Services, Assignment and Grade Services
NRPS: Final = "https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice"
AGS: Final = "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"
SCOPE_LINE_ITEM: Final = "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem"
SCOPE_LINE_ITEM_READ: Final = "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem.readonly"
SCOPE_SCORE: Final = "https://purl.imsglobal.org/spec/lti-ags/scope/score"
SCOPE_RESULT_READ: Final = "https://purl.imsglobal.org/spec/lti-ags/scope/result.readonly"
SCOPE_MEMBERS_READ: Final = "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly"

# Deep linking
_DEEP_LINKING: Final = "https://purl.imsglobal.org/spec/lti-dl/claim/"
DEEP_LINKING_SETTINGS: Final = f"{_DEEP_LINKING}deep_linking_settings"
CONTENT_ITEMS: Final = f"{_DEEP_LINKING}content_items"
DEEP_LINKING_DATA: Final = f"{_DEEP_LINKING}data"

# Values of MESSAGE_TYPE
RESOURCE_LINK_REQUEST: Final = "LtiResourceLinkRequest"
SUBMISSION_REVIEW_REQUEST: Final = "LtiSubmissionReviewRequest"
DEEP_LINKING_REQUEST: Final = "LtiDeepLinkingRequest"
DEEP_LINKING_RESPONSE: Final = "LtiDeepLinkingResponse"
