"""What lateness costs, in words for the student. Pure: rules and instants in, a sentence out."""

from datetime import datetime

from coursework.deadlines import LatePolicy, Standing, Window

NOTHING_OFF = "Late hand-ins are marked late and lose no points."


def late_sentence(policy: LatePolicy, window: Window, moment: datetime) -> str:
    """Say what handing in late costs, and once it is late what it costs now; empty where nothing late is accepted."""
    standing = window.standing(moment)
    if window.closes_at is None or window.closes_at <= window.due_at or standing is Standing.CLOSED:
        return ""
    if not policy.costs:
        return NOTHING_OFF
    rule = f"Late: {_rule(policy)}."
    if standing is not Standing.LATE:
        return rule
    return f"{rule} Handing in now costs {policy.percent(window, moment)} % of the points."


def _rule(policy: LatePolicy) -> str:
    if policy.percent_per_day >= policy.most_percent:
        return f"{policy.most_percent} % of the points off"
    each = f"{policy.percent_per_day} % of the points off for each day begun"
    return f"{each}, {policy.most_percent} % at most" if policy.most_percent < 100 else each
