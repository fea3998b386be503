"""Addresses of a task's rubric, of how it is graded, and of its saved comments."""

from django.urls import path

from grading.addresses import SETUP_TASK
from grading.views.policy import policy
from grading.views.rubric import rubric, rubric_copy, rubric_text
from grading.views.rubric_groups import rubric_group_delete, rubric_group_edit, rubric_group_move, rubric_group_new
from grading.views.rubric_items import rubric_item_delete, rubric_item_edit, rubric_item_move, rubric_item_new
from grading.views.saved_comments import saved_comments, saved_comments_delete, saved_comments_edit

RUBRIC = f"{SETUP_TASK}rubric/"
ITEM, GROUP = f"{RUBRIC}items/<int:item>/", f"{RUBRIC}groups/<int:group>/"
COMMENTS = f"{SETUP_TASK}comments/"

urlpatterns = [
    path(RUBRIC, rubric, name="rubric"),
    path(f"{RUBRIC}copy/", rubric_copy, name="rubric_copy"),
    path(f"{RUBRIC}text/", rubric_text, name="rubric_text"),
    path(f"{RUBRIC}items/new/", rubric_item_new, name="rubric_item_new"),
    path(ITEM, rubric_item_edit, name="rubric_item_edit"),
    path(f"{ITEM}move/", rubric_item_move, name="rubric_item_move"),
    path(f"{ITEM}delete/", rubric_item_delete, name="rubric_item_delete"),
    path(f"{RUBRIC}groups/new/", rubric_group_new, name="rubric_group_new"),
    path(GROUP, rubric_group_edit, name="rubric_group_edit"),
    path(f"{GROUP}move/", rubric_group_move, name="rubric_group_move"),
    path(f"{GROUP}delete/", rubric_group_delete, name="rubric_group_delete"),
    path(f"{SETUP_TASK}grading/", policy, name="policy"),
    path(COMMENTS, saved_comments, name="saved_comments"),
    path(f"{COMMENTS}<int:comment>/", saved_comments_edit, name="saved_comments_edit"),
    path(f"{COMMENTS}<int:comment>/delete/", saved_comments_delete, name="saved_comments_delete"),
]
