"""Addresses of a course's people and extensions, under /setup/<course>/."""

from django.urls import path

from coursework.views.extensions import extension, extension_new, extension_revoke, extensions
from coursework.views.people import people, person, person_new, person_password
from coursework.views.roster import roster_download, roster_preview, roster_upload
from coursework.views.sections import section, section_delete, sections

urlpatterns = [
    path("people/", people, name="people"),
    path("people/new/", person_new, name="person_new"),
    path("people/<int:enrollment>/", person, name="person"),
    path("people/<int:enrollment>/password/", person_password, name="person_password"),
    path("people/sections/", sections, name="sections"),
    path("people/sections/<int:section>/", section, name="section"),
    path("people/sections/<int:section>/delete/", section_delete, name="section_delete"),
    path("people/roster/", roster_upload, name="roster_upload"),
    path("people/roster/preview/", roster_preview, name="roster_preview"),
    path("people/roster/download/", roster_download, name="roster_download"),
    path("extensions/", extensions, name="extensions"),
    path("extensions/new/", extension_new, name="extension_new"),
    path("extensions/<int:extension>/", extension, name="extension"),
    path("extensions/<int:extension>/revoke/", extension_revoke, name="extension_revoke"),
]
