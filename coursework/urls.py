"""The root of the site's addresses. Apps are named by strings, so that this module imports none of them."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    # Before allauth's own, which stand at the same addresses under the same names.
    path("accounts/oidc/", include("coursework.school_urls")),
    path("accounts/", include("allauth.urls")),
    # Not at the address every scanner tries first.
    path("operations/admin/", admin.site.urls),
    path("", include("coursework.site_urls")),
    path("", include("grading.site_urls")),
]

# Also tells outages, which pass, from errors of ours.
handler500 = "coursework.runtime.outage.server_error"
