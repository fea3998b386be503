"""Drill b: while the broker is down everything is taken in, and graded unaided once it is back."""

from django.db.models import F

from coursework.models import Submission
from grading.models import Status, Verification
from tests.drills.crew import Crew, KillableBroker, WebServer, wait_until
from tests.drills.students import Student, make_students, rows_of
from tests.world import QUICK_SPEC, make_world


def test_hand_ins_are_taken_and_drain_unaided(
    crew: Crew, web: WebServer, own_broker: KillableBroker, full: bool
) -> None:
    count = 60 if full else 10
    world = make_world()
    students = [Student(web.port, person) for person in make_students(world.course, count)]
    crew.start(1)
    own_broker.kill(delete_data=True)
    answers = [student.hand_in(world.task, spec=QUICK_SPEC) for student in students]
    assert {answer.status for answer in answers} == {302}
    assert rows_of(answers) == Submission.objects.count() == count
    assert Verification.objects.filter(status=Status.QUEUED, hinted_at=None).count() == count
    own_broker.start()
    waiting = Verification.objects.exclude(status=Status.COMPLETED)
    took = wait_until(lambda: not waiting.exists(), seconds=120, what="the queue drains")
    assert set(Verification.objects.values_list(F("attempt"), flat=True)) == {1}
    slowest = max(answer.seconds for answer in answers)
    print(f"{count} taken while the broker was down, the slowest in {slowest:.2f} s; graded {took:.1f} s after it came")
