"""The names that LTI 1.3 gives things, for the fake platform: nothing of the product is imported here."""

LTI = "https://purl.imsglobal.org/spec/lti/claim/"
DEEP = "https://purl.imsglobal.org/spec/lti-dl/claim/"
AGS_CLAIM = "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"
NRPS_CLAIM = "https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice"
TOOL_CONFIGURATION = "https://purl.imsglobal.org/spec/lti-tool-configuration"
PLATFORM_CONFIGURATION = "https://purl.imsglobal.org/spec/lti-platform-configuration"

_AGS = "https://purl.imsglobal.org/spec/lti-ags/scope/"
LINEITEM = f"{_AGS}lineitem"
LINEITEM_READ = f"{_AGS}lineitem.readonly"
RESULT = f"{_AGS}result.readonly"
SCORE = f"{_AGS}score"
MEMBERSHIP = "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly"
AGS_SCOPES = (LINEITEM, LINEITEM_READ, RESULT, SCORE)
SCOPES = (*AGS_SCOPES, MEMBERSHIP)

RESOURCE_LINK, DEEP_LINKING = "LtiResourceLinkRequest", "LtiDeepLinkingRequest"
SUBMISSION_REVIEW = "LtiSubmissionReviewRequest"  # Moodle: by any link to an activity in its gradebook

_MEMBERSHIP_ROLE = "http://purl.imsglobal.org/vocab/lis/v2/membership#"
LEARNER, INSTRUCTOR = f"{_MEMBERSHIP_ROLE}Learner", f"{_MEMBERSHIP_ROLE}Instructor"
ASSISTANT = "http://purl.imsglobal.org/vocab/lis/v2/membership/Instructor#TeachingAssistant"
ADMINISTRATOR = "http://purl.imsglobal.org/vocab/lis/v2/institution/person#Administrator"
OBSERVER = f"{_MEMBERSHIP_ROLE}Mentor"
TEST_USER = "http://purl.imsglobal.org/vocab/lti/system/person#TestUser"  # Canvas: Student View, in its roster as well

REGISTRATION_TOKEN = "registration-token-of-the-platform"

LINE_ITEM_TYPE = "application/vnd.ims.lis.v2.lineitem+json"
LINE_ITEMS_TYPE = "application/vnd.ims.lis.v2.lineitemcontainer+json"
SCORE_TYPE = "application/vnd.ims.lis.v1.score+json"
RESULTS_TYPE = "application/vnd.ims.lis.v2.resultcontainer+json"
MEMBERS_TYPE = "application/vnd.ims.lti-nrps.v2.membershipcontainer+json"
