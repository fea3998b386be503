"""The settings of django-allauth: signing in, signing up, the second step for staff, the school's own sign-in."""

from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured
from environ import Env

REQUIRED, OFFERED = "required", "offered"
# Part of the address that the school's sign-in leads back to: /accounts/oidc/school/login/callback/.
OIDC_PROVIDER = "school"


def account_settings(env: Env, *, production: bool, proxies: int) -> dict[str, Any]:
    """Return everything that django-allauth and our own account pages read from the settings."""
    return {
        "LOGIN_URL": "account_login",
        "LOGIN_REDIRECT_URL": "/",
        "ALLAUTH_TRUSTED_PROXY_COUNT": proxies,
        "STAFF_MFA": _staff_mfa(env, production=production),
        **_LOCAL_ACCOUNTS,
        **_SECOND_STEP,
        **_school_sign_in(env, production=production),
    }


_FORMS = "coursework.accounts.allauth_forms"
_LOCAL_ACCOUNTS: dict[str, Any] = {
    "ACCOUNT_ADAPTER": "grading.password_by_mail.PasswordByMail",
    "ACCOUNT_LOGIN_METHODS": {"username", "email"},
    # No user name is asked for: "this name is taken" would tell strangers who has an account.
    "ACCOUNT_SIGNUP_FIELDS": ["email*", "password1*", "password2*"],
    "ACCOUNT_SIGNUP_FORM_CLASS": "coursework.accounts.forms.NamesAtSignUp",
    "ACCOUNT_FORMS": {
        "login": f"{_FORMS}.LoginForm",
        "signup": f"{_FORMS}.SignupForm",
        "add_email": f"{_FORMS}.AddEmailForm",
        "change_password": f"{_FORMS}.ChangePasswordForm",
        "set_password": f"{_FORMS}.SetPasswordForm",
        "reset_password": f"{_FORMS}.ResetPasswordForm",
        "reset_password_from_key": f"{_FORMS}.ResetPasswordKeyForm",
        "reauthenticate": f"{_FORMS}.ReauthenticateForm",
    },
    # Whoever signs up confirms the address first; so the answer is the same whether or not it has an account already.
    "ACCOUNT_EMAIL_VERIFICATION": "mandatory",
    "ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION": True,
    "ACCOUNT_CHANGE_EMAIL": True,
    "ACCOUNT_EMAIL_NOTIFICATIONS": True,
    "ACCOUNT_EMAIL_SUBJECT_PREFIX": "Playground Coursework: ",
    "ACCOUNT_REAUTHENTICATION_REQUIRED": True,
    # Django's own: allauth's stores the address as unconfirmed on the way, and asks for a confirmation ever after.
    "ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR": "django.contrib.auth.tokens.PasswordResetTokenGenerator",
    # A whole class may sit behind one address of the campus network, so an address gets far more room than an account.
    "ACCOUNT_RATE_LIMITS": {
        "login": "300/m/ip",
        "login_failed": "100/m/ip,5/5m/key",
        "signup": "300/m/ip",
        "reset_password": "100/m/ip,5/15m/key",
        "reset_password_from_key": "200/m/ip",
    },
}
_SECOND_STEP: dict[str, Any] = {
    "MFA_FORMS": {
        "authenticate": f"{_FORMS}.SecondStepForm",
        "reauthenticate": f"{_FORMS}.ReauthenticateByCodeForm",
        "activate_totp": f"{_FORMS}.SetUpSecondStepForm",
    },
    "MFA_ADAPTER": "coursework.accounts.adapters.SecondStepAdapter",
    "MFA_SUPPORTED_TYPES": ["totp", "recovery_codes"],
    "MFA_TOTP_ISSUER": "Playground Coursework",
    "MFA_TOTP_TOLERANCE": 1,  # a telephone's clock may be half a minute off
    # Addresses entered by staff are never confirmed; those of people who signed up are, before they get in.
    "MFA_ALLOW_UNVERIFIED_EMAIL": True,
}


def _staff_mfa(env: Env, *, production: bool) -> str:
    value: str = env.str("STAFF_MFA", default=REQUIRED if production else OFFERED)
    if value not in (REQUIRED, OFFERED):
        raise ImproperlyConfigured(f"STAFF_MFA has to be {REQUIRED} or {OFFERED}, not {value!r}.")
    return value


def _school_sign_in(env: Env, *, production: bool) -> dict[str, Any]:
    """Return the settings of the school's sign-in by OpenID Connect; without OIDC_ISSUER there is none."""
    names = ("OIDC_ISSUER", "OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET")
    issuer, client_id, secret = given = [env.str(name, default="") for name in names]
    if any(given) and not all(given):
        raise ImproperlyConfigured(f"{', '.join(names)} go together: set all three or none.")
    address = urlsplit(issuer)
    if issuer and (address.scheme not in ("https", "http") or not address.hostname):
        raise ImproperlyConfigured(f"OIDC_ISSUER has to look like https://login.example.edu, not {issuer!r}.")
    if issuer and production and address.scheme != "https":
        raise ImproperlyConfigured("PRODUCTION is on, so OIDC_ISSUER has to begin with https://.")
    app = {
        "provider_id": OIDC_PROVIDER,
        "name": env.str("OIDC_NAME", default="your school account"),
        "client_id": client_id,
        "secret": secret,
        "settings": {"server_url": issuer, "oauth_pkce_enabled": True},
    }
    return {
        "SOCIALACCOUNT_ADAPTER": "grading.sign_in_by_school.SignInBesideOthers",
        "SOCIALACCOUNT_FORMS": {"signup": f"{_FORMS}.SchoolSignupForm"},
        # The adapter decides to whom; a person found by address once is known by the issuer's own number afterwards.
        "SOCIALACCOUNT_EMAIL_AUTHENTICATION": True,
        "SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT": True,
        "SOCIALACCOUNT_REQUESTS_TIMEOUT": 10,
        "SOCIALACCOUNT_PROVIDERS": {"openid_connect": {"APPS": [app] if issuer else []}},
        # Browsers hold our policy for forms against every host that the answer to one leads on to.
        "OIDC_FORM_HOSTS": [f"{address.scheme}://{address.netloc}", *env.list("OIDC_HOSTS", default=[])]
        if issuer
        else [],
    }
