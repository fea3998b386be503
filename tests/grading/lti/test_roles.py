"""The place in a course that an LMS's roles stand for."""

import pytest

from coursework.models import Role
from grading.lti.roles import place_of

M = "http://purl.imsglobal.org/vocab/lis/v2/membership"
STAFF, TA, STUDENT = Role.INSTRUCTOR, Role.TEACHING_ASSISTANT, Role.STUDENT

CASES = [
    # Moodle: the full form in launches, the last part alone in rosters
    ([f"{M}#Instructor"], STAFF),
    (["Instructor"], STAFF),
    ([f"{M}#Learner"], STUDENT),
    (["Learner"], STUDENT),
    # Canvas: roles in the school come along; an assistant's with that of instructor
    ([f"{M}#Learner", "http://purl.imsglobal.org/vocab/lis/v2/institution/person#Student"], STUDENT),
    ([f"{M}#Instructor", f"{M}/Instructor#TeachingAssistant"], TA),
    ([f"{M}/Instructor#TeachingAssistant"], TA),
    ([f"{M}/Instructor#TeachingAssistantSection", f"{M}#Instructor"], TA),
    ([f"{M}/Instructor#Grader"], TA),
    # Surely somebody who teaches, whatever else
    ([f"{M}/Instructor#PrimaryInstructor", f"{M}/Instructor#TeachingAssistant"], STAFF),
    ([f"{M}/Instructor#GuestInstructor"], STAFF),
    # LTI 1.1
    (["urn:lti:role:ims/lis/Instructor"], STAFF),
    (["urn:lti:role:ims/lis/Instructor/TeachingAssistant"], TA),
    (["urn:lti:role:ims/lis/TeachingAssistant"], TA),
    (["urn:lti:role:ims/lis/Learner"], STUDENT),
    ([f"{M}/Learner#NonCreditLearner"], STUDENT),
    # The higher one counts
    ([f"{M}#Learner", f"{M}#Instructor"], STAFF),
    ([f"{M}#Learner", f"{M}/Instructor#TeachingAssistant"], TA),
    # No place: who runs the school or the LMS, who watches, who builds
    (["http://purl.imsglobal.org/vocab/lis/v2/institution/person#Administrator"], None),
    (["http://purl.imsglobal.org/vocab/lis/v2/institution/person#Instructor"], None),
    (["http://purl.imsglobal.org/vocab/lis/v2/system/person#SysAdmin"], None),
    (["urn:lti:instrole:ims/lis/Instructor", "urn:lti:sysrole:ims/lis/Administrator"], None),
    ([f"{M}#Mentor"], None),
    ([f"{M}/Mentor#Learner"], None),
    ([f"{M}#ContentDeveloper"], None),
    ([f"{M}#Administrator"], None),
    (["https://evil.example/membership#Instructor", "Instructor\nx", ""], None),
    ([], None),
]


@pytest.mark.parametrize(("roles", "place"), CASES)
def test_roles_in_the_course_give_a_place(roles: list[str], place: Role | None) -> None:
    assert place_of(roles) == place


def test_an_administrator_who_teaches_is_an_instructor() -> None:
    school = "http://purl.imsglobal.org/vocab/lis/v2/institution/person#Administrator"
    assert place_of([school, f"{M}#Instructor"]) is Role.INSTRUCTOR
