import builtins
import os
import runpy
import types
from pathlib import Path
from unittest import mock

import pytest
import sentry_sdk
from django.core.exceptions import ImproperlyConfigured

import coursework.settings

PRODUCTION = {
    "PRODUCTION": "1",
    "SECRET_KEY": "for this test only",
    "DATABASE_URL": "postgres://grader:secret@database:5433/grading",
    "REDIS_URL": "redis://broker:6379/0",
    "PUBLIC_URL": "https://grading.example.edu",
}


def read(data_dir: Path, **environment: str) -> types.SimpleNamespace:
    """Run the settings anew with just this environment; in this process, since an interpreter costs a second each."""
    full = {"PATH": os.environ["PATH"], "DATA_DIR": str(data_dir), **environment}
    with mock.patch.dict(os.environ, full, clear=True):
        return types.SimpleNamespace(**runpy.run_path(str(coursework.settings.__file__)))


def told(expression: str, data_dir: Path, **environment: str) -> str:
    """Write an expression over the settings as `print` would."""
    settings = read(data_dir, **environment)
    found = eval(f"({expression},)", {"settings": settings, "__builtins__": builtins})
    return " ".join(str(one) for one in found)


def refused(data_dir: Path, **environment: str) -> str:
    """Return why settings refuse an environment."""
    with pytest.raises(ImproperlyConfigured) as refusal:
        read(data_dir, **environment)
    return str(refusal.value)


@pytest.mark.parametrize("name", ["SECRET_KEY", "DATABASE_URL", "REDIS_URL", "PUBLIC_URL"])
def test_production_says_what_it_misses(name: str, tmp_path: Path) -> None:
    rest = {key: value for key, value in PRODUCTION.items() if key != name}
    assert refused(tmp_path, **rest) == f"PRODUCTION is on, so the environment has to set {name}."


def test_production_refuses_to_show_its_inside(tmp_path: Path) -> None:
    assert "DEBUG shows visitors the program's inside" in refused(tmp_path, **PRODUCTION, DEBUG="1")


def test_an_address_that_is_none_is_refused(tmp_path: Path) -> None:
    assert "PUBLIC_URL has to look like https://grading.example.edu" in refused(
        tmp_path, PUBLIC_URL="grading.example.edu"
    )


def test_production_sends_cookies_over_https_only_and_asks_browsers_to_stay_there(tmp_path: Path) -> None:
    shown = "settings.SESSION_COOKIE_SECURE, settings.CSRF_COOKIE_SECURE, settings.SECURE_HSTS_SECONDS, settings.DEBUG"
    assert told(shown, tmp_path, **PRODUCTION) == "True True 31536000 False"


def test_production_answers_to_its_own_name_only(tmp_path: Path) -> None:
    assert told("settings.ALLOWED_HOSTS", tmp_path, **PRODUCTION) == "['grading.example.edu']"


def test_earlier_secrets_still_open_what_they_sealed_where_they_are_named(tmp_path: Path) -> None:
    assert told("settings.SECRET_KEY_FALLBACKS", tmp_path, **PRODUCTION) == "[]"
    changed = PRODUCTION | {"SECRET_KEY_FALLBACKS": "the one before,the first"}
    assert told("settings.SECRET_KEY_FALLBACKS", tmp_path, **changed) == "['the one before', 'the first']"


def test_a_proxy_is_believed_only_where_one_is_named(tmp_path: Path) -> None:
    shown = "hasattr(settings, 'SECURE_PROXY_SSL_HEADER'), settings.ALLAUTH_TRUSTED_PROXY_COUNT"
    assert told(shown, tmp_path, **PRODUCTION) == "False 0"
    assert told(shown, tmp_path, **PRODUCTION, TRUSTED_PROXIES="1") == "True 1"


def test_postgresql_keeps_its_connections_and_looks_whether_they_are_well(tmp_path: Path) -> None:
    shown = "*(settings.DATABASES['default'][key] for key in ('HOST', 'PORT', 'CONN_MAX_AGE', 'CONN_HEALTH_CHECKS'))"
    assert told(shown, tmp_path, **PRODUCTION) == "database 5433 60 True"


def test_sqlite_is_told_all_four_things_that_keep_it_from_locking(tmp_path: Path) -> None:
    options = told("settings.DATABASES['default']['OPTIONS']", tmp_path)
    for part in ("'timeout': 30", "'transaction_mode': 'IMMEDIATE'", "journal_mode=WAL", "synchronous=NORMAL"):
        assert part in options


def test_development_needs_no_variable_at_all(tmp_path: Path) -> None:
    shown = "settings.DEBUG, settings.REDIS_URL == '', settings.DATABASES['default']['NAME']"
    assert told(shown, tmp_path) == f"False True {tmp_path / 'db.sqlite3'}"


def test_a_unix_socket_is_named_as_celery_names_it(tmp_path: Path) -> None:
    assert told("settings.CELERY_BROKER_URL", tmp_path, REDIS_URL="unix:///run/broker.sock") == (
        "redis+socket:///run/broker.sock"
    )


def test_a_message_comes_back_only_after_its_task_has_been_ended(tmp_path: Path) -> None:
    shown = "settings.CELERY_BROKER_TRANSPORT_OPTIONS['visibility_timeout'] - settings.CELERY_TASK_TIME_LIMIT"
    assert int(told(shown, tmp_path, VERIFICATION_SECONDS="5")) > 0


def test_pictures_are_read_unless_told(tmp_path: Path) -> None:
    shown = "settings.READ_SCREENSHOTS, settings.READING_SECONDS, settings.READING_LEASE_SECONDS"
    assert told(shown, tmp_path) == "True 120 180"
    # The lease is always longer than a reading may live.
    assert told(shown, tmp_path, READ_SCREENSHOTS="0", READING_SECONDS="300") == "False 300 360"
    assert told(shown, tmp_path, READING_LEASE_SECONDS="4") == "True 120 4.0"


SCHOOL = {"OIDC_ISSUER": "https://login.example.edu", "OIDC_CLIENT_ID": "us", "OIDC_CLIENT_SECRET": "secret"}


def test_the_second_step_is_required_of_staff_in_production_unless_told(tmp_path: Path) -> None:
    assert told("settings.STAFF_MFA", tmp_path) == "offered"
    assert told("settings.STAFF_MFA", tmp_path, **PRODUCTION) == "required"
    assert told("settings.STAFF_MFA", tmp_path, **PRODUCTION, STAFF_MFA="offered") == "offered"
    assert "has to be required or offered, not 'no'" in refused(tmp_path, STAFF_MFA="no")


def test_the_school_s_sign_in_is_set_by_three_variables_that_go_together(tmp_path: Path) -> None:
    shown = "settings.SOCIALACCOUNT_PROVIDERS['openid_connect']['APPS']"
    assert told(shown, tmp_path) == "[]"
    assert "'provider_id': 'school'" in told(shown, tmp_path, **PRODUCTION, **SCHOOL)
    for name in SCHOOL:
        rest = {key: value for key, value in SCHOOL.items() if key != name}
        assert "set all three or none" in refused(tmp_path, **rest)


@pytest.mark.parametrize("issuer", ["login.example.edu", "ftp://login.example.edu", "https://"])
def test_an_issuer_that_is_no_address_is_refused(tmp_path: Path, issuer: str) -> None:
    assert "OIDC_ISSUER has to look like" in refused(tmp_path, **SCHOOL | {"OIDC_ISSUER": issuer})


def test_production_trusts_no_issuer_without_https(tmp_path: Path) -> None:
    plain = SCHOOL | {"OIDC_ISSUER": "http://login.example.edu"}
    assert "OIDC_ISSUER has to begin with https://" in refused(tmp_path, **PRODUCTION, **plain)
    assert read(tmp_path, **plain).PRODUCTION is False


def test_forms_may_lead_to_the_school_s_server_and_those_it_leads_on_to(tmp_path: Path) -> None:
    shown = "settings.CONTENT_SECURITY_POLICY['DIRECTIVES']['form-action']"
    assert told(shown, tmp_path, **SCHOOL, OIDC_HOSTS="https://idp.example.edu") == (
        "[\"'self'\", 'https://login.example.edu', 'https://idp.example.edu']"
    )
    assert told(shown, tmp_path) == "[\"'self'\"]"


_STORAGE = "settings.STORAGES['default']"
_S3 = {"S3_BUCKET": "uploads", "S3_ENDPOINT": "https://s3.example.edu", "S3_PREFIX": "grading"}


def test_uploads_lie_in_the_data_directory_unless_a_bucket_is_named(tmp_path: Path) -> None:
    assert told(f"{_STORAGE}['BACKEND']", tmp_path) == "django.core.files.storage.FileSystemStorage"
    keys = {"S3_ACCESS_KEY": "key", "S3_SECRET_KEY": "secret"}
    assert told(f"{_STORAGE}['BACKEND']", tmp_path, **_S3) == "storages.backends.s3.S3Storage"
    shown = "*({0}[name] for name in ('bucket_name', 'endpoint_url', 'location', 'access_key', 'region_name'))"
    options = f"{_STORAGE}['OPTIONS']"
    assert told(shown.format(options), tmp_path, **_S3, **keys) == "uploads https://s3.example.edu grading key None"


def test_nothing_in_the_bucket_is_public_or_replaced(tmp_path: Path) -> None:
    shown = f"*({_STORAGE}['OPTIONS'][name] for name in ('default_acl', 'querystring_auth', 'file_overwrite'))"
    assert told(shown, tmp_path, **_S3) == "None True False"


def test_half_a_key_is_refused(tmp_path: Path) -> None:
    assert "S3_ACCESS_KEY and S3_SECRET_KEY belong together" in refused(tmp_path, **_S3, S3_ACCESS_KEY="key")


def test_monitoring_is_closed_unless_opened(tmp_path: Path) -> None:
    shown = "repr(settings.METRICS_TOKEN), settings.METRICS_ADDRESSES"
    assert told(shown, tmp_path) == "'' []"
    assert "10.0.0.0/24" in told(shown, tmp_path, METRICS_ADDRESSES="10.0.0.7/24, 10.1.1.1")
    assert "METRICS_ADDRESSES has to list" in refused(tmp_path, METRICS_ADDRESSES="everybody")


@pytest.mark.parametrize("name", ["LMS_NETWORKS", "WEBHOOK_NETWORKS"])
def test_in_production_our_requests_go_to_public_addresses_only(name: str, tmp_path: Path) -> None:
    shown = f"[str(network) for network in settings.{name}]"
    assert told(shown, tmp_path, **PRODUCTION) == "[]"
    assert told(shown, tmp_path) == "['127.0.0.0/8', '::1/128']"
    named = PRODUCTION | {name: "10.2.0.0/16,10.3.0.7"}
    assert told(shown, tmp_path, **named) == "['10.2.0.0/16', '10.3.0.7/32']"
    assert f"{name} has to list" in refused(tmp_path, **{name: "moodle.example.edu"})


def test_errors_are_reported_only_where_sentry_s_address_is_set(tmp_path: Path) -> None:
    with mock.patch.object(sentry_sdk, "init") as started:
        read(tmp_path)
        assert not started.called
        read(tmp_path, SENTRY_DSN="https://key@sentry.example.edu/1")
        assert started.call_args.kwargs["dsn"] == "https://key@sentry.example.edu/1"


def test_what_staff_run_again_does_not_stand_before_hand_ins(tmp_path: Path) -> None:
    routes = told("settings.CELERY_TASK_ROUTES", tmp_path)
    for name, queue in (("verify_again", "practice"), ("try_again", "practice"), ("*", "verification")):
        assert f"'grading.tasks.{name}': {{'queue': '{queue}'}}" in routes
