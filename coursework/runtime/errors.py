"""Reports of errors to Sentry, where an operator wants them: what failed and where, never what people brought."""

import re
from typing import Any

import sentry_sdk
from sentry_sdk.types import Event, Hint

from coursework.runtime.secret_addresses import without_keys

_LINK = re.compile(r"\S*playground\.tensorflow\.org\S*|#\S*=\S*", re.IGNORECASE)
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+")
# Of a request: how and where. Not what was sent, by whom, from which address, with which cookie or query.
_REQUEST = ("method", "url")
_USER = ("id",)
_NO_VALUES: Any = {"mode": "off"}
_NOTHING_PERSONAL: Any = {
    "user_info": False,
    "cookies": _NO_VALUES,
    "http_headers": {"request": _NO_VALUES},
    "http_bodies": [],
    "url_query_params": _NO_VALUES,
    "database_query_data": False,
    "queues": False,
    "stack_frame_variables": False,
    "frame_context_lines": 0,
}


def start_reporting(dsn: str, *, release: str, environment: str, **options: Any) -> None:
    """Report errors of this process to the Sentry project with this address. `options` go to Sentry as they are."""
    sentry_sdk.init(
        dsn=dsn,
        release=release,
        environment=environment,
        data_collection=_NOTHING_PERSONAL,  # what older versions called send_default_pii=False, and more
        max_request_body_size="never",
        max_breadcrumbs=0,
        before_send=without_personal_data,
        **options,
    )


def without_personal_data(event: Event, _hint: Hint) -> Event:
    """Take out of an event what people brought and who they are; links and addresses go from every text in it."""
    request = event.get("request")
    if request:
        event["request"] = {name: request[name] for name in _REQUEST if name in request}
    user = event.get("user")
    if user:
        event["user"] = {name: user[name] for name in _USER if name in user}
    event.pop("breadcrumbs", None)
    event.pop("server_name", None)
    cleaned: Event = _clean(event)
    return cleaned


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return _MAIL.sub("[mail]", _LINK.sub("[link]", without_keys(value)))
    if isinstance(value, dict):
        return {key: _clean(each) for key, each in value.items() if key != "vars"}  # local variables
    if isinstance(value, list | tuple):
        return [_clean(each) for each in value]
    return value
