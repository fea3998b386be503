"""Metrics for Prometheus. They are read from the database at each scrape, so that all web processes say the same."""

from collections.abc import Iterator
from datetime import timedelta

from django.db.models import Count, Min, Q, Sum
from django.utils import timezone
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeHistogramMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from coursework.models import Submission
from grading.lti_scores import queue_of
from grading.models import (
    LIVE,
    Assessment,
    BatchState,
    DeliveryState,
    Outcome,
    PictureReading,
    RerunBatch,
    Score,
    SignKind,
    Status,
    Verification,
    WebhookDelivery,
    WorkerSign,
)
from grading.picture_queue import counts_of, oldest_picture_seconds
from grading.queue import SIGN_EXPECTED, dry_run_items_waiting, oldest_waiting_seconds, unresolved_failures

BUCKETS = (0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0, 600.0)  # seconds


def metrics_text() -> bytes:
    """Return all metrics in Prometheus's text format."""
    registry = CollectorRegistry()
    registry.register(_Queue())
    return generate_latest(registry)


class _Queue(Collector):
    """Reads the queue. Labels name states and machines, never people or courses."""

    def describe(self) -> list[Metric]:
        """Name nothing in advance; else registering would already ask the database."""
        return []

    def collect(self) -> Iterator[Metric]:
        yield _live()
        yield _gauge("oldest_queued_seconds", "How long the oldest hand-in has waited; 0: none waits", oldest())
        yield from _settled()
        yield _durations("wait", "From hand-in to the latest start, last hour", "queued_at", "started_at")
        yield _durations("run", "From the latest start to the result, last hour", "started_at", "finished_at")
        yield from _workers()
        failures = unresolved_failures(Verification.objects.all()).count()
        yield _gauge("failures_unresolved", "Verifications that failed by us and were not run again", failures)
        running = RerunBatch.objects.filter(state=BatchState.RUNNING).count()
        yield _gauge("rerun_batches_running", "Batches of reruns under way", running)
        yield _gauge("dry_run_items_waiting", "Submissions that dry runs still have to train", dry_run_items_waiting())
        yield from _evidence()
        yield from _webhooks()
        yield _scores()
        submissions = CounterMetricFamily("coursework_submissions", "Hand-ins stored")
        submissions.add_metric([], Submission.objects.count())
        yield submissions


def oldest() -> float:
    """Return the age of the oldest waiting hand-in in seconds; 0 if none waits."""
    return oldest_waiting_seconds() or 0.0


def _gauge(name: str, text: str, value: float) -> Metric:
    return GaugeMetricFamily(f"coursework_{name}", text, value=value)


def _live() -> Metric:
    rows = Verification.objects.filter(status__in=LIVE).order_by().values_list("status")
    counts = {
        status: (hand_ins, reruns)
        for status, hand_ins, reruns in rows.annotate(
            hand_ins=Count("pk", filter=Q(requested_by__isnull=True)),
            reruns=Count("pk", filter=Q(requested_by__isnull=False)),
        )
    }
    family = GaugeMetricFamily("coursework_verifications", "Verifications under way", labels=["status", "kind"])
    for status in LIVE:
        for kind, count in zip(("hand_in", "rerun"), counts.get(status, (0, 0)), strict=True):
            family.add_metric([str(status), kind], count)
    return family


def _settled() -> Iterator[Metric]:
    rows = Verification.objects.exclude(status__in=LIVE).order_by().values_list("outcome").annotate(Count("pk"))
    counts = {outcome or str(Status.FAILED): count for outcome, count in rows}
    family = CounterMetricFamily("coursework_verifications_settled", "Verifications settled", labels=["outcome"])
    for outcome in (*Outcome.values, str(Status.FAILED)):
        family.add_metric([outcome], counts.get(outcome, 0))
    yield family
    attempts = CounterMetricFamily("coursework_verification_attempts", "Attempts at verifications, lost ones too")
    attempts.add_metric([], Verification.objects.aggregate(total=Sum("attempt"))["total"] or 0)
    yield attempts


def _durations(name: str, text: str, start: str, end: str) -> Metric:
    """Return the distribution of a duration over what was settled in the last hour."""
    lately = Verification.objects.filter(
        status=Status.COMPLETED, finished_at__gte=timezone.now() - timedelta(hours=1), started_at__isnull=False
    )
    seconds = [(last - first).total_seconds() for first, last in lately.order_by().values_list(start, end)]
    buckets = [(f"{bound:g}", float(sum(value <= bound for value in seconds))) for bound in BUCKETS]
    family = GaugeHistogramMetricFamily(f"coursework_verification_{name}_seconds", text)
    family.add_metric([], [*buckets, ("+Inf", float(len(seconds)))], sum(seconds))
    return family


def _evidence() -> Iterator[Metric]:
    age = oldest_picture_seconds() or 0.0
    yield _gauge("oldest_picture_seconds", "How long the oldest picture has waited to be read; 0: none waits", age)
    pictures = GaugeMetricFamily("coursework_pictures", "Pictures by how far their reading is", labels=["state"])
    for state, count in counts_of(PictureReading.objects.all()).items():
        pictures.add_metric([state], count)
    yield pictures
    rows = Assessment.objects.order_by().values_list("status").annotate(Count("pk"))
    counts = {str(status): count for status, count in rows}
    checks = GaugeMetricFamily("coursework_assessments", "Checks of submissions' pictures by state", labels=["state"])
    for status in Status.values:
        checks.add_metric([status], counts.get(status, 0))
    yield checks


def _scores() -> Metric:
    queue = queue_of(Score.objects.all())
    family = GaugeMetricFamily("coursework_lti_scores", "Scores for LMS by how far they are", labels=["state"])
    for state in ("sent", "waiting", "needs_attention"):
        family.add_metric([state], getattr(queue, state))
    return family


def _webhooks() -> Iterator[Metric]:
    """Count webhooks' messages. One that waits for its next try is not late; one that is due and lies there is."""
    rows = WebhookDelivery.objects.order_by()
    counts = dict(rows.values_list("state").annotate(Count("pk")))
    states = GaugeMetricFamily("coursework_webhook_messages", "Messages by how far they are", labels=["state"])
    for state in DeliveryState.values:
        states.add_metric([state], counts.get(state, 0))
    yield states
    first = rows.aggregate(first=Min("due_at"))["first"]
    late = 0.0 if first is None else max(0.0, (timezone.now() - first).total_seconds())
    yield _gauge("webhook_late_seconds", "For how long the oldest message is due and not sent; 0: none is", late)


def _workers() -> Iterator[Metric]:
    now = timezone.now()
    signs = list(WorkerSign.objects.all())
    seen = GaugeMetricFamily("coursework_processes_seen", "Processes heard of within 30 s", labels=["kind"])
    for kind in SignKind.values:
        seen.add_metric([kind], sum(row.kind == kind and now - row.seen_at <= SIGN_EXPECTED for row in signs))
    yield seen
    ages = GaugeMetricFamily("coursework_process_last_sign_seconds", "Age of the last sign", labels=["kind", "name"])
    for row in signs:
        ages.add_metric([row.kind, row.name], max(0.0, (now - row.seen_at).total_seconds()))
    yield ages
