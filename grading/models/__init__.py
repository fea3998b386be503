"""What grading decides and how far it is: verifications, practice, reruns, evidence, grades, workers' signs."""

from grading.models.api import ApiToken
from grading.models.delivery import Delivery, DeliveryState
from grading.models.evidence import Assessment, CheckOutcome, CheckResult, EvidenceMark, PictureReading
from grading.models.grades import Grade, GradingPresence, ReleaseState, RubricMark, StaffVisit
from grading.models.lti import (
    Deployment,
    LineItem,
    LmsAccount,
    LmsCourse,
    LmsLink,
    LmsMember,
    LoginState,
    Platform,
    PlatformKind,
    RegistrationLink,
    Score,
    ToolKey,
)
from grading.models.policy import Counts, GradingPolicy, LmsColumn, LmsSystem, ReleaseMode, RubricUse
from grading.models.practice import PracticeRun
from grading.models.regrades import RegradeAbout, RegradeAnswer, RegradeRequest, RegradeState
from grading.models.reruns import BatchState, RerunBatch, RerunItem, Scope
from grading.models.rubric import RubricGroup, RubricItem, SavedComment
from grading.models.verification import CONFIRMED, Outcome, RunKind, Stage, Verification, VerificationRun
from grading.models.webhooks import Webhook, WebhookDelivery, WebhookEvent
from grading.models.work import LIVE, Status
from grading.models.workers import SignKind, WorkerSign

__all__ = [
    "CONFIRMED",
    "LIVE",
    "ApiToken",
    "Assessment",
    "BatchState",
    "CheckOutcome",
    "CheckResult",
    "Counts",
    "Delivery",
    "DeliveryState",
    "Deployment",
    "EvidenceMark",
    "Grade",
    "GradingPolicy",
    "GradingPresence",
    "LineItem",
    "LmsAccount",
    "LmsColumn",
    "LmsCourse",
    "LmsLink",
    "LmsMember",
    "LmsSystem",
    "LoginState",
    "Outcome",
    "PictureReading",
    "Platform",
    "PlatformKind",
    "PracticeRun",
    "RegistrationLink",
    "RegradeAbout",
    "RegradeAnswer",
    "RegradeRequest",
    "RegradeState",
    "ReleaseMode",
    "ReleaseState",
    "RerunBatch",
    "RerunItem",
    "RubricGroup",
    "RubricItem",
    "RubricMark",
    "RubricUse",
    "RunKind",
    "SavedComment",
    "Scope",
    "Score",
    "SignKind",
    "StaffVisit",
    "Stage",
    "Status",
    "ToolKey",
    "Verification",
    "VerificationRun",
    "Webhook",
    "WebhookDelivery",
    "WebhookEvent",
    "WorkerSign",
]
