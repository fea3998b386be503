"""Addresses of what is decided about it: grades, reviews, exports."""

from django.urls import path

from grading.api.v1.exports import Export, Exports, LmsExport, OwnExport, StudentExport
from grading.api.v1.grade_acts import CountAgain, Excuse, ExcuseMany, HideGrades, ReleaseGrades
from grading.api.v1.grades import Grade, Grades, OwnGrade, OwnGrades
from grading.api.v1.regrades import (
    AnswerRegrade,
    AskRegrade,
    CloseRegrade,
    OwnRegrades,
    Regrade,
    RegradePicture,
    Regrades,
)
from grading.api.v1.reviews import NewerResult, PassOn, ReviewOfWork
from grading.api.v1.rubric import TaskRubric

COURSE = "courses/<slug:course>/"
TASK = f"{COURSE}assignments/<slug:assignment>/tasks/<slug:task>/"
WORK = f"{TASK}grades/<str:key>/"
EXPORTS = f"{COURSE}exports/"

urlpatterns = [
    path(f"{COURSE}grades/", Grades.as_view(), name="api_grades"),
    path(f"{COURSE}grades/own/", OwnGrades.as_view(), name="api_own_grades"),
    # Words before keys, which have sixteen letters
    path(f"{TASK}grades/own/", OwnGrade.as_view(), name="api_own_grade"),
    path(f"{TASK}grades/release/", ReleaseGrades.as_view(), name="api_release"),
    path(f"{TASK}grades/hide/", HideGrades.as_view(), name="api_hide"),
    path(f"{TASK}grades/excuse/", ExcuseMany.as_view(), name="api_excuse_many"),
    path(f"{TASK}grades/count-again/", CountAgain.as_view(), name="api_count_again"),
    path(WORK, Grade.as_view(), name="api_grade"),
    path(f"{WORK}excuse/", Excuse.as_view(), name="api_excuse"),
    path(f"{WORK}review/", ReviewOfWork.as_view(), name="api_review"),
    path(f"{WORK}review/newer/", NewerResult.as_view(), name="api_newer_result"),
    path(f"{WORK}review/pass-on/", PassOn.as_view(), name="api_pass_on"),
    path(f"{TASK}rubric/", TaskRubric.as_view(), name="api_rubric"),
    path(f"{TASK}regrades/", AskRegrade.as_view(), name="api_ask_regrade"),
    path(f"{COURSE}regrades/", Regrades.as_view(), name="api_regrades"),
    path(f"{COURSE}regrades/own/", OwnRegrades.as_view(), name="api_own_regrades"),
    path(f"{COURSE}regrades/<int:number>/", Regrade.as_view(), name="api_regrade"),
    path(f"{COURSE}regrades/<int:number>/answer/", AnswerRegrade.as_view(), name="api_answer_regrade"),
    path(f"{COURSE}regrades/<int:number>/close/", CloseRegrade.as_view(), name="api_close_regrade"),
    path(f"{COURSE}regrades/<int:number>/picture/", RegradePicture.as_view(), name="api_regrade_picture"),
    path(EXPORTS, Exports.as_view(), name="api_exports"),
    path(f"{EXPORTS}lms/", LmsExport.as_view(), name="api_lms_export"),
    path(f"{EXPORTS}reports/<slug:report>/<slug:file_format>/", Export.as_view(), name="api_export"),
    path(f"{EXPORTS}students/<slug:assignment>/own/", OwnExport.as_view(), name="api_own_export"),
    path(f"{EXPORTS}students/<slug:assignment>/<int:enrollment>/", StudentExport.as_view(), name="api_student_export"),
]
