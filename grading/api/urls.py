"""Addresses of the API."""

from django.urls import include, path, re_path

from grading.api.documentation import NoSuchAddress, Schema

urlpatterns = [
    path("v1/", include("grading.api.v1.urls")),
    path("schema/", Schema.as_view(), name="api_schema"),
    re_path("", NoSuchAddress.as_view(), name="api_unknown"),
]
