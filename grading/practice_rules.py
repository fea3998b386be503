"""What stands against practising with a design: one rule for the page's form and for programs. Pure."""

from coursework.feasible import why_impossible
from coursework.hand_in_rules import Refusal
from coursework.rules import TaskRules
from engine.spec import Spec


def practice_refusals(rules: TaskRules, spec: Spec) -> list[Refusal]:
    """Say what the task does not allow of a design, or that its seed makes it impossible; it needs no seed."""
    # What the rules say about a design without a seed does not depend on the one that it is given here.
    problems = rules.problems(spec if spec.seed else spec.with_seed("0.5"))
    if problems:
        return [Refusal(problem.field, problem.message) for problem in problems]
    impossible = why_impossible(rules, spec) if spec.seed else None
    return [Refusal("seed", f"{impossible} Take another seed, or none: nothing was used up.")] if impossible else []
