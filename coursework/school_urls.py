"""Addresses of the school's sign-in. The names are allauth's, which looks them up."""

from django.urls import path

from coursework.views.school_sign_in import come_back, start

urlpatterns = [
    path("<str:provider_id>/login/", start, name="openid_connect_login"),
    path("<str:provider_id>/login/callback/", come_back, name="openid_connect_callback"),
]
