"""What a token may be allowed to do. A scope never gives more than the person may do on the pages."""

from enum import StrEnum


class ApiScope(StrEnum):
    """Names of scopes, as they stand in tokens and in the schema."""

    PROFILE_READ = "profile:read"
    COURSES_READ = "courses:read"
    ENROLLMENTS_READ = "enrollments:read"
    SUBMISSIONS_READ = "submissions:read"
    SUBMISSIONS_WRITE = "submissions:write"
    PRACTICE_READ = "practice:read"
    PRACTICE_WRITE = "practice:write"
    LEADERBOARDS_READ = "leaderboards:read"
    GRADES_READ = "grades:read"
    GRADES_WRITE = "grades:write"
    REVIEWS_READ = "reviews:read"
    REVIEWS_WRITE = "reviews:write"
    EXPORTS_READ = "exports:read"


MEANING = {
    ApiScope.PROFILE_READ: "Read your name and your courses",
    ApiScope.COURSES_READ: "Read courses, assignments and tasks",
    ApiScope.ENROLLMENTS_READ: "Read who is in a course",
    ApiScope.SUBMISSIONS_READ: "Read submissions with their verifications, runs and traces",
    ApiScope.SUBMISSIONS_WRITE: "Hand in",
    ApiScope.PRACTICE_READ: "Read practice runs",
    ApiScope.PRACTICE_WRITE: "Start practice runs",
    ApiScope.LEADERBOARDS_READ: "Read leaderboards",
    ApiScope.GRADES_READ: "Read grades",
    ApiScope.GRADES_WRITE: "Release grades, take that back, and excuse students",
    ApiScope.REVIEWS_READ: "Read what people decided: rubric, comments, adjustments, requests for a second look",
    ApiScope.REVIEWS_WRITE: "Grade, and answer requests for a second look",
    ApiScope.EXPORTS_READ: "Download reports and files with grades",
}
