"""The roles that an LMS gives a person, and the place in a course here that they stand for.

An LMS names roles by URIs, older ones by URNs, some by short names alone ("Learner"). Only roles in the course itself
count: an administrator of the school is not thereby somebody's teacher.
"""

import re
from collections.abc import Iterable

from coursework.models import Role

# The core vocabulary of LIS 2: .../membership#Instructor, and .../membership/Instructor#TeachingAssistant for a
# sub-role; LTI 1.1 had urn:lti:role:ims/lis/Instructor/TeachingAssistant, or just the last part of any of these.
_CONTEXT_ROLE = re.compile(
    r"(?:https?://purl\.imsglobal\.org/vocab/lis/v2/membership(?:/(?P<principal>\w+))?#"
    r"|urn:lti:role:ims/lis/)?"
    r"(?P<name>\w+)(?:/(?P<sub>\w+))?"
)
_ASSISTANTS = {"Grader", "TeachingAssistant"} | {
    f"TeachingAssistant{part}" for part in ("Group", "Offering", "Section", "SectionAssociation", "Template")
}
_INSTRUCTORS = {"Instructor", "Faculty", "Lecturer", "PrimaryInstructor"}
# Sub-roles that say more than the plain role that comes with them.
_SURELY_INSTRUCTORS = {"Lecturer", "PrimaryInstructor"}
_STUDENTS = {"Learner", "Student", "GuestLearner", "ExternalLearner", "CreditLearner", "NonCreditLearner"}
_TEST_USER = "http://purl.imsglobal.org/vocab/lti/system/person#TestUser"


def place_of(roles: Iterable[str]) -> Role | None:
    """Return the place in a course that these roles give: the highest, None without any.

    An assistant's sub-role comes together with the role of instructor that it is a part of (LTI wants both): so it
    makes an assistant, unless another sub-role says that the person teaches.
    """
    names = {name for role in roles for name in _names(role)}
    if names & _SURELY_INSTRUCTORS:
        return Role.INSTRUCTOR
    if names & _ASSISTANTS:
        return Role.TEACHING_ASSISTANT
    if names & _INSTRUCTORS:
        return Role.INSTRUCTOR
    return Role.STUDENT if names & _STUDENTS else None


def is_test_user(roles: Iterable[str]) -> bool:
    """True for nobody real: as this person a teacher looks at their own course (Student View, Student Preview)."""
    return any(role.strip() == _TEST_USER for role in roles)


def _names(role: str) -> set[str]:
    """Return the names in a role of the course; none for a role in the school or in the LMS as a whole."""
    found = _CONTEXT_ROLE.fullmatch(role.strip())
    if found is None:
        return set()
    # .../membership/Mentor#Learner or .../Observer: a kind of mentor, whatever the last part is called.
    if found["principal"] not in (None, "Instructor", "Learner"):
        return set()
    return {found["sub"] or found["name"]} | ({found["principal"]} if found["principal"] else set())
