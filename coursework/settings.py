"""Settings, typed and read from the environment; what is wrong or missing there stops the start with a clear line.

Two modes. Development (the default) needs no variable at all: SQLite, a generated secret, served at 127.0.0.1.
PRODUCTION=1 wants SECRET_KEY, DATABASE_URL, REDIS_URL and PUBLIC_URL, and falls back on nothing.
"""

import os
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import django_stubs_ext
import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

import engine
from coursework.runtime.account_settings import account_settings
from coursework.runtime.api_settings import api_settings
from coursework.runtime.celery_settings import celery_settings
from coursework.runtime.errors import start_reporting
from coursework.runtime.logs import logging_config
from coursework.runtime.requests import networks
from coursework.runtime.secret import kept_secret
from coursework.runtime.storage import upload_storage

# Makes Django's generic classes subscriptable at run time (`ModelAdmin[Course]`), as the type checker wants them.
django_stubs_ext.monkeypatch()

# No number here may depend on BLAS, so none is used: its pool of threads would only cost each process memory.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

env = environ.Env()
BASE_DIR = Path(__file__).resolve().parent.parent
# Everything written on this machine: database, uploads, collected static files, the development secret.
DATA_DIR = Path(env.str("DATA_DIR", default=str(BASE_DIR / "var")))
PRODUCTION = env.bool("PRODUCTION", default=False)
DEBUG = env.bool("DEBUG", default=False)
DATA_DIR.mkdir(parents=True, exist_ok=True)


def _required(name: str) -> str:
    """Return a variable that production can't do without."""
    value: str = env.str(name, default="")
    if not value:
        raise ImproperlyConfigured(f"PRODUCTION is on, so the environment has to set {name}.")
    return value


if PRODUCTION and DEBUG:
    raise ImproperlyConfigured("DEBUG shows visitors the program's inside: it can't be on together with PRODUCTION.")
SECRET_KEY = _required("SECRET_KEY") if PRODUCTION else env.str("SECRET_KEY", default="")
if not SECRET_KEY:
    SECRET_KEY = kept_secret(DATA_DIR / "secret_key")
# Earlier ones: what they signed and sealed (sessions, links in mails, our keys for LTI) is still read.
SECRET_KEY_FALLBACKS: list[str] = env.list("SECRET_KEY_FALLBACKS", default=[])

# --- Where the site is reached -----------------------------------------------------------------------------------

PUBLIC_URL = _required("PUBLIC_URL") if PRODUCTION else env.str("PUBLIC_URL", default="http://127.0.0.1:8000")
_public = urlsplit(PUBLIC_URL)
if _public.scheme not in ("http", "https") or not _public.hostname:
    raise ImproperlyConfigured(f"PUBLIC_URL has to look like https://grading.example.edu, not {PUBLIC_URL!r}.")
_HTTPS = _public.scheme == "https"
ALLOWED_HOSTS = [_public.hostname, *env.list("ALLOWED_HOSTS", default=[])]
if not PRODUCTION:
    ALLOWED_HOSTS += ["localhost", "127.0.0.1", "[::1]"]
CSRF_TRUSTED_ORIGINS = [f"{_public.scheme}://{_public.netloc}"]
# How many proxies in front of us may be believed about the visitor's address and about https.
TRUSTED_PROXIES: int = env.int("TRUSTED_PROXIES", default=0)
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = _HTTPS

# --- Apps and requests -------------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "coursework",
    "grading",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "csp",
    "django_htmx",
    "django_filters",
    "rest_framework",
    "knox",
    "drf_spectacular",
]
MIDDLEWARE = [
    "coursework.runtime.requests.RequestContextMiddleware",
    "coursework.runtime.health.HealthMiddleware",
    "grading.monitoring.MonitoringMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    # Pages inside an LMS: edits the policy, and the cookies that those below set.
    "grading.frames.FramesMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    # Every page wants a signed-in person unless its view says `login_not_required`: forgetting is safe.
    "coursework.accounts.login_required.SignInMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "coursework.accounts.staff_mfa.StaffMfaMiddleware",
]
ROOT_URLCONF = "coursework.urls"
WSGI_APPLICATION = "coursework.wsgi.application"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "coursework.context.navigation",
            ]
        },
    }
]

LANGUAGE_CODE = "en"
USE_I18N = False
TIME_ZONE = "UTC"
USE_TZ = True

# --- Database and cache ------------------------------------------------------------------------------------------

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
_database_url = _required("DATABASE_URL") if PRODUCTION else env.str("DATABASE_URL", default="")
_database: dict[str, Any] = env.db_url_config(_database_url or f"sqlite:///{DATA_DIR / 'db.sqlite3'}")
if _database["ENGINE"].endswith("sqlite3"):
    # All four together: in a storm of 300 students, any of them missing meant errors 500 by locked tables.
    _database["OPTIONS"] = {
        "timeout": 30,
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
else:
    _database |= {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
    # A server that swallows packets must not hold every web thread until the kernel gives up, minutes later.
    _database["OPTIONS"] = {"connect_timeout": 5} | _database.get("OPTIONS", {})
DATABASES = {"default": _database}
# In the database, so that limits on sign-in attempts hold across all web processes and survive a broker that is down.
CACHES: dict[str, dict[str, Any]] = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "coursework_cache",
        "OPTIONS": {"MAX_ENTRIES": 10_000},
    }
}

# --- Files -------------------------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(DATA_DIR / "static")))
# Uploads have no address of their own: views hand them out after asking who may see them.
MEDIA_ROOT = DATA_DIR / "media"
STORAGES = {
    "default": upload_storage(env),
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
# Development serves each app's files where they lie; production serves what collectstatic gathered at build.
WHITENOISE_USE_FINDERS = not PRODUCTION
if not PRODUCTION:
    STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # else WhiteNoise warns that nothing was gathered
WHITENOISE_AUTOREFRESH = DEBUG
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024  # of a form without its files; their own limits are the form's
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000  # a whole class may be ticked in the overview
DATA_UPLOAD_MAX_NUMBER_FILES = 20

# --- People ------------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "coursework.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
_accounts = account_settings(env, production=PRODUCTION, proxies=TRUSTED_PROXIES)
STAFF_MFA: str = _accounts["STAFF_MFA"]
OIDC_FORM_HOSTS: list[str] = _accounts["OIDC_FORM_HOSTS"]
# Says of accounts which of them clicks in an LMS made: grading knows, and coursework does not import it.
MADE_BY_LAUNCHES = "grading.services.lti.accounts.made_by_launches"
# Says which hand-ins may stand beside their student's name: grading knows what is graded blind.
TOLD_BY_NAME = "grading.grades.names.told_by_name"
vars().update(_accounts)
vars().update(env.email_url("EMAIL_URL", default="consolemail://"))
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default=f"noreply@{_public.hostname}")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# --- What browsers are told --------------------------------------------------------------------------------------

# Names of our own: cookies ignore ports, and other projects on localhost use Django's default names.
SESSION_COOKIE_NAME = "playground_coursework_session"
CSRF_COOKIE_NAME = "playground_coursework_csrf"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _HTTPS
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_HSTS_SECONDS = env.int("HSTS_SECONDS", default=31_536_000) if _HTTPS else 0
# Whether its neighbours under the same domain are reached by https only is not ours to say.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF, *OIDC_FORM_HOSTS],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
_api = api_settings(env)
API_RATES: dict[str, int] = _api["API_RATES"]
vars().update(_api)

# --- Work behind the pages -----------------------------------------------------------------------------------------

REDIS_URL = _required("REDIS_URL") if PRODUCTION else env.str("REDIS_URL", default="")
_work = celery_settings(env, redis_url=REDIS_URL, data_dir=DATA_DIR)
VERIFICATION_SECONDS: int = _work["VERIFICATION_SECONDS"]
PRACTICE_SECONDS: int = _work["PRACTICE_SECONDS"]
READING_SECONDS: int = _work["READING_SECONDS"]
LEASE_SECONDS: float = _work["LEASE_SECONDS"]
READING_LEASE_SECONDS: float = _work["READING_LEASE_SECONDS"]
HINT_AGAIN_SECONDS: float = _work["HINT_AGAIN_SECONDS"]
WORKER_NICENESS: int = _work["WORKER_NICENESS"]
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any] = _work["CELERY_BROKER_TRANSPORT_OPTIONS"]
vars().update(_work)
# Off: pictures are stored and shown as ever, and nothing is read from them.
READ_SCREENSHOTS: bool = env.bool("READ_SCREENSHOTS", default=True)

# --- Log lines and monitoring ------------------------------------------------------------------------------------

LOGGING = logging_config(json=env.bool("LOG_JSON", default=PRODUCTION), level=env.str("LOG_LEVEL", default="INFO"))
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")
METRICS_ADDRESSES = networks(env.list("METRICS_ADDRESSES", default=[]), variable="METRICS_ADDRESSES")
# Where requests of ours may go besides public https addresses, as networks; http only there. Each for itself: an LMS is
# entered by operators, a webhook by every instructor.
_loopback = [] if PRODUCTION else ["127.0.0.0/8", "::1/128"]
LMS_NETWORKS = networks(env.list("LMS_NETWORKS", default=_loopback), variable="LMS_NETWORKS")
WEBHOOK_NETWORKS = networks(env.list("WEBHOOK_NETWORKS", default=_loopback), variable="WEBHOOK_NETWORKS")
READY_QUEUE_SECONDS: int = env.int("READY_QUEUE_SECONDS", default=600)  # a hand-in that waits longer is a fault
if env.str("SENTRY_DSN", default=""):
    start_reporting(env.str("SENTRY_DSN"), release=engine.__version__, environment=_public.hostname)
