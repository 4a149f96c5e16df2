"""Pages that are the same for every visitor: who may keep a copy of them, and what search engines are told.

A view says so by `@for_everybody`. Everything else is `no-store` and `noindex`.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from flask import Flask, Response, current_app, request, session, url_for
from werkzeug.routing import Rule

from diaspora.platform.access import STATIC_FILES, Permission, current_actor, permission_of
from diaspora.platform.languages import DEFAULT, LANGUAGES

KEPT_SECONDS = 60
"""How long a copy may be shown unasked, where the page does not say `@asked_each_time`."""

OPEN_GRAPH_LOCALES = {"ro": "ro_RO", "ru": "ru_RU", "en": "en_GB"}

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True)
class Address:
    """A page of which there are many: what its address is made of, and when it last changed."""

    arguments: dict[str, Any]
    changed: datetime | None = None


@dataclass(frozen=True)
class Entry:
    """One line of the sitemap: the page's address in each language."""

    languages: dict[str, str]
    changed: datetime | None


def for_everybody(view: View) -> View:
    """Mark a view whose answer holds nothing personal while nobody is signed in."""
    view.for_everybody = True  # type: ignore[attr-defined]
    return view


def asked_each_time(view: View) -> View:
    """Mark a public view whose copies are shown only after asking whether they still hold.

    Posts of a suspended institution vanish at once; unchanged pages still cost no more than the question.
    """
    view.asked_each_time = True  # type: ignore[attr-defined]
    return view


def is_public(app: Flask, endpoint: str | None) -> bool:
    """Whether the view behind this endpoint carries the mark."""
    return getattr(app.view_functions.get(endpoint or ""), "for_everybody", False)


def add_addresses(app: Flask, endpoint: str, source: Callable[[], Iterable[Address]]) -> None:
    """Let a room list the pages of an endpoint that takes arguments, for the sitemap."""
    app.extensions.setdefault("public_addresses", {})[endpoint] = source


def addresses_of_page(endpoint: str, arguments: dict[str, Any]) -> dict[str, str]:
    """Complete address of a page in every language, beginning with the BASE_URL of the settings.

    Never the host that the request named: a copy that everybody gets must not hold what one visitor sent.
    """
    base = current_app.extensions["settings"].base_url.rstrip("/")
    return {
        language: base + url_for(endpoint, **{**arguments, "lang": language}, _external=False)
        for language in LANGUAGES
    }


def _is_page(rule: Rule) -> bool:
    # a feed or a calendar has a language, too, but is a file
    return "lang" in rule.arguments and "." not in rule.rule


def this_page() -> dict[str, str]:
    """Addresses of the page being shown; empty for one that search engines shall not list."""
    rule = request.url_rule
    if rule is None or not _is_page(rule) or not is_public(current_app, rule.endpoint):
        return {}
    return addresses_of_page(rule.endpoint, request.view_args or {})


def entries() -> Iterator[Entry]:
    """Every public page, for the sitemap."""
    sources = current_app.extensions.get("public_addresses", {})
    for rule in sorted(current_app.url_map.iter_rules(), key=lambda rule: rule.rule):
        if not _is_page(rule) or not is_public(current_app, rule.endpoint):
            continue
        alone = rule.arguments == {"lang"}
        for address in [Address({})] if alone else sources.get(rule.endpoint, list)():
            yield Entry(addresses_of_page(rule.endpoint, address.arguments), address.changed)


def closed_folders(app: Flask) -> list[str]:
    """First parts of addresses under which no public page stands: `staff`, `account`, ..."""
    found: dict[bool, set[str]] = {True: set(), False: set()}
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith("/<lang:lang>/"):
            open_to_all = permission_of(app, rule.endpoint) is Permission.READ_PUBLIC_PAGES
            found[open_to_all].add(rule.rule.split("/")[2])
    return sorted(found[False] - found[True])


def _nobody_is_known(response: Response) -> bool:
    """No session in the request, none begun by the page (a form's token, a message), no cookie set."""
    return (
        current_app.config["SESSION_COOKIE_NAME"] not in request.cookies
        and current_actor().account_id is None
        and not session
        and not session.modified
        and "Set-Cookie" not in response.headers
    )


def _without_form() -> bool:
    return request.url_rule is not None and "POST" not in (request.url_rule.methods or ())


def _tell_caches_and_robots(response: Response) -> Response:
    public = is_public(current_app, request.endpoint) and response.status_code == 200
    hidden = current_app.extensions["settings"].demonstration
    if (hidden or not public) and request.endpoint not in STATIC_FILES:
        # invented people and posts shall not be found by somebody who looks for real ones
        response.headers["X-Robots-Tag"] = "noindex"
    if public and _without_form() and _nobody_is_known(response):
        fresh = getattr(current_app.view_functions[request.endpoint or ""], "asked_each_time", False)
        response.headers["Cache-Control"] = "public, no-cache" if fresh else f"public, max-age={KEPT_SECONDS}"
        # by the browser's languages it is decided whether the page sets the language cookie
        response.vary.update(("Cookie", "Accept-Language", "Accept-Encoding"))
        # weak: the same for every compression, so that nothing is compressed for a 304
        response.add_etag(weak=True)
        response.make_conditional(request)
    return response


def init_app(app: Flask) -> None:
    """Install the headers and what the head of a page needs."""
    app.after_request(_tell_caches_and_robots)
    app.jinja_env.globals.update(
        this_page=this_page, default_language=DEFAULT, open_graph_locales=OPEN_GRAPH_LOCALES
    )
