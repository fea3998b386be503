"""The record of events in plain sentences: one table from actions to words."""

import re
from collections.abc import Mapping
from datetime import datetime, tzinfo
from typing import Any

# Groups of actions, by the starts of their names, as the history page offers them.
GROUPS: dict[str, tuple[str, tuple[str, ...]]] = {
    "hand_ins": ("Hand-ins", ("submission.",)),
    "checks": ("Checks and reruns", ("verification.", "rerun.")),
    "grades": ("Grades", ("grade.", "rubric.", "policy.", "saved_comment.")),
    "regrades": ("Regrade requests", ("regrade.",)),
    "evidence": ("Evidence", ("evidence.",)),
    "extensions": ("Extensions", ("extension.",)),
    "people": ("People and sections", ("person.", "roster.", "section.", "course.joined", "name.", "names.", "token.")),
    "board": ("Leaderboard", ("leaderboard.",)),
    "files": ("Downloads", ("report.", "lms.")),
    "webhooks": ("Webhooks", ("webhook.",)),
    "lti": ("LMS", ("lti.", "platform.")),
    "setup": ("Set-up", ("course.c", "course.made", "assignment.", "task.", "seed.", "seeds.", "join_code.")),
}

# What was done, as it stands behind who did it. In braces: what the event is about, or one of its details.
SENTENCES = {
    "submission.received": "Handed in attempt {attempt} of {task}",
    "verification.settled": "Checked {subject}: {outcome}",
    "verification.failed": "Could not finish checking {subject}: our fault",
    "verification.rerun": "Had {subject} run again",
    "rerun.tried": "Tried on {items} submissions of {task} what running again would change",
    "rerun.started": "Had {items} submissions of {task} run again",
    "rerun.stopped": "Stopped trying to run {task} again",
    "grade.decided": "Graded {student} on {task}: {points_to} points",
    "grade.overridden": "Set the points of {student} on {task} by hand: {override_to}",
    "grade.adjusted": "Adjusted the points of {student} on {task}: {adjustment_to}",
    "grade.kept": "Stayed with the grade of {student} on {task}, having seen a newer result",
    "grade.taken": "Took over a newer result for {student} on {task}: {points_to} points",
    "grade.undecided": "Took back the grading of {student} on {task}",
    "grade.excused": "Excused {student} from {task}",
    "grade.unexcused": "Let {task} count again for {student}",
    "grade.assigned": "Passed on who grades {student} on {task}",
    "grade.released": "Released the grade of {student} on {task}",
    "grade.hidden": "Held back the grade of {student} on {task}",
    "regrade.asked": "Asked for a second look at {task}",
    "regrade.answered": "Answered the request of {student} about {task}: {answer}",
    "regrade.closed": "Closed the request of {student} about {task}",
    "rubric.changed": "Changed the rubric of {task}",
    "policy.changed": "Changed how {task} is graded",
    "saved_comment.changed": "Changed the saved comments of {task}",
    "report.downloaded": "Downloaded {rows} rows: {kind}, {format}",
    "lms.exported": "Made a file for {kind} with {rows} rows",
    "webhook.made": "Made the webhook {name}",
    "webhook.changed": "Changed the webhook {name}",
    "webhook.secret_changed": "Gave the webhook {name} a new secret",
    "webhook.switched_off": "Switched off the webhook {name}: nothing had arrived there for days",
    "webhook.deleted": "Deleted the webhook {name}",
    "platform.link_made": "Made a link by which an LMS can be registered",
    "platform.link_withdrawn": "Ended a link by which an LMS could be registered",
    "platform.registered": "Registered with {subject}",
    "platform.made": "Added {subject} by hand",
    "platform.changed": "Changed what is known of {subject}",
    "platform.switched_on": "Switched {subject} on",
    "platform.switched_off": "Switched {subject} off",
    "platform.deployment_added": "Accepted a deployment of {subject}",
    "platform.deployment_removed": "Removed a deployment of {subject}",
    "lti.connected": "Connected the course {name} of {platform}",
    "lti.disconnected": "Disconnected the course {name} of {platform}",
    "lti.column_made": "Had the LMS make a column for {column}",
    "lti.column_on": "Had points of {column} sent to {lms_course} again",
    "lti.column_off": "Had no more points of {column} sent to {lms_course}",
    "lti.scores_resent": "Had {scores} scores of {column} sent again",
    "lti.joined": "Came into the course from the LMS",
    "lti.roster_applied": "Applied the roster of {name}",
    "lti.account_linked": "Connected an account here with a person of {platform}",
    "lti.account_unlinked": "Disconnected an account here from a person of {platform}",
    "lti.accounts_merged": "Connected the LMS with another account that the person has here",
    "evidence.seen": "Marked as seen: {subject}",
    "evidence.not_seen": "Marked as to be looked at again: {subject}",
    "evidence.noted": "Changed the note about {subject}",
    "extension.granted": "Gave {student} more time",
    "extension.changed": "Changed the extra time of {student}",
    "extension.revoked": "Took back the extra time of {student}",
    "leaderboard.changed": "Changed the leaderboard of {task}",
    "leaderboard.revealed": "Looked up the names behind the leaderboard of {task}",
    "person.added": "Added a person",
    "person.changed": "Changed the place of {student} in the course",
    "person.role_changed": "Changed the role of {student}",
    "person.deactivated": "Took {student} out of the course",
    "person.reactivated": "Took {student} back into the course",
    "person.password_link": "Made a link by which {student} sets a new password",
    "roster.applied": "Applied a roster",
    "section.made": "Made the section {name}",
    "section.renamed": "Renamed a section",
    "section.deleted": "Deleted the section {name}",
    "course.joined": "Joined the course by its code",
    "course.created": "Made the course",
    "course.made_up": "Made the course up by a command, for a try",
    "course.copied": "Made the course as a copy",
    "course.changed": "Changed the course",
    "token.made": "Made a token for a program: {subject}",
    "token.revoked": "Revoked a token: {subject}",
    "join_code.made": "Made a join code",
    "join_code.renewed": "Made a new join code; the old one ended",
    "join_code.closed": "Ended the join code",
    "assignment.created": "Made the {subject}",
    "assignment.changed": "Changed the {subject}",
    "assignment.deleted": "Deleted the {subject}",
    "task.created": "Made the {subject}",
    "task.changed": "Changed the {subject}",
    "task.deleted": "Deleted the {subject}",
    "seeds.asked": "Asked for {count} new course seeds of {task}",
    "seeds.drawn": "Drew {count} new course seeds of {task}",
    "seed.added": "Added a course seed of {task}",
    "seed.removed": "Removed a course seed of {task}",
}

_OUTCOMES = {
    "verified": "verified",
    "after_resets": "reproduced after Resets",
    "inside_band": "inside the band",
    "claim_not_reproduced": "not reproduced, a person decides",
    "target_not_reached": "target not reached",
    "diverged": "diverged",
    "settings_not_allowed": "settings not allowed",
}
# Keys of rows: for looking up, not for reading.
_PLUMBING = {
    *("assignment", "batch", "enrollment", "enrollments", "extensions", "items", "request", "section", "section_id"),
    *("comment", "source", "task", "tasks", "to", "verification", "version"),
    *("added", "changed", "left", "roles", "sections"),  # a roster's, whose counts are told
}
_LABELS = {
    "attempt": "try",  # of ours: a student's attempt stands in the sentence
    "epochs": "epochs claimed",
    "retrained_epochs": "epochs retrained",
    "official_epochs": "epochs on the course seeds, median",
}
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d")
# [before, after] rather than a list of two.
_CHANGES = ("policy.changed", "person.", "section.renamed", "assignment.changed")
_MOST_LISTED = 8
_LONGEST = 200


class _Words(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "–"


def sentence(action: str, *, subject: str, task: str, student: str, details: Mapping[str, Any]) -> str:
    """Say what was done. `task` and `student` are names, empty where the event has none.

    An action that is not in the table is said by its own name, so that nothing is ever left out.
    """
    known = {
        **{name: _value(action, value) for name, value in details.items()},
        "subject": subject.replace(":", " ", 1) or "this",
        "task": task or "a task that was deleted",
        "student": student or ("a section" if details.get("section") else "somebody"),
    }
    if "outcome" in details:
        known["outcome"] = _OUTCOMES.get(str(details["outcome"]), str(details["outcome"]))
    template = SENTENCES.get(action)
    if template is None:
        return " ".join(filter(None, (action.replace(".", ": ", 1).replace("_", " ").capitalize(), subject)))
    return template.format_map(_Words(known))


def readable(action: str, details: Mapping[str, Any], *, zone: tzinfo) -> list[tuple[str, str]]:
    """List the details worth reading that the sentence does not have, as (name, value); times by the zone's clock."""
    said = SENTENCES.get(action, "")
    return [
        (_LABELS.get(name, name.replace("_", " ")), _value("" if name == "fields" else action, value, zone))
        for name, value in details.items()
        if name not in _PLUMBING and value not in (None, "", [], {}) and f"{{{name}}}" not in said
        if (name, value) != ("attempt", 1)  # that a check took one try goes without saying
    ]


def _value(action: str, value: Any, zone: tzinfo | None = None) -> str:
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, dict):
        text = "; ".join(f"{name.replace('_', ' ')} {_value(action, each, zone)}" for name, each in value.items())
    elif isinstance(value, list):
        text = _listed(action, value, zone)
    else:
        text = _clock_time(str(value), zone) if zone is not None else str(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _clock_time(text: str, zone: tzinfo) -> str:
    """Write an instant by the zone's clock; any other text stays as it is."""
    if not _INSTANT.match(text):
        return text
    try:
        return f"{datetime.fromisoformat(text).astimezone(zone):%Y-%m-%d %H:%M}"
    except (ValueError, OverflowError):
        return text


def _listed(action: str, values: list[Any], zone: tzinfo | None) -> str:
    if len(values) == 2 and action.startswith(_CHANGES) and not any(isinstance(each, list) for each in values):
        return " → ".join(_value(action, each, zone) for each in values)
    if len(values) > _MOST_LISTED:
        return f"{len(values):,} entries"
    return ", ".join(_value(action, each, zone) for each in values)
