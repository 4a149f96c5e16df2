"""The three languages of the site: every page lives under `/ro/`, `/ru/` or `/en/`."""

import tempfile
from collections.abc import Mapping
from contextlib import AbstractContextManager
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlencode

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import Flask, Response, current_app, g, has_request_context, request, url_for
from flask_babel import (
    force_locale,
    format_currency,
    format_date,
    format_datetime,
    format_decimal,
    format_percent,
    get_locale,
)
from markupsafe import Markup
from werkzeug.routing import BaseConverter

from diaspora.extensions import babel
from diaspora.platform.access import current_actor
from diaspora.platform.clock import local_day
from diaspora.platform.web import cookie_name

LANGUAGES = ("ro", "ru", "en")
DEFAULT = "ro"
NAMES = {"ro": "Română", "ru": "Русский", "en": "English"}
_A_YEAR = 365 * 24 * 3600


class LanguageConverter(BaseConverter):
    """The first part of every address."""

    regex = "|".join(LANGUAGES)


def current_language() -> str:
    """`ro`, `ru` or `en`: the language of this page or of the mail being written."""
    locale = get_locale()
    return locale.language if locale and locale.language in LANGUAGES else DEFAULT


def speaking(language: str) -> AbstractContextManager[None]:
    """Within this block messages, dates and money are in that language (for mails and letters)."""
    return cast(AbstractContextManager[None], force_locale(_locale_of(language)))


def language_of(texts: Mapping[str, str]) -> str:
    """Which of the texts the reader gets: their language, else Romanian, else whichever there is."""
    wanted = (current_language(), DEFAULT, *texts)
    return next((language for language in wanted if texts.get(language)), "")


def localised(texts: Mapping[str, str]) -> str:
    """The text in the reader's language, else in Romanian, else whichever there is."""
    return texts.get(language_of(texts), "")


def written(text: str | Mapping[str, str], language: str = "") -> Markup:
    """What somebody wrote, as an element that says its language; nobody's guess where it is not known.

    Of texts in several languages the reader's, marked only where it is not the page's language anyway.
    """
    if not isinstance(text, str):
        language, text = language_of(text), localised(text)
        if language == current_language():
            return Markup.escape(text)
    return Markup('<span lang="{}">{}</span>').format(language, text) if text else Markup()


def preferred_language() -> str:
    """For an address without a language: the account's, else the cookie's, else the browser's."""
    actor = current_actor()
    if actor.account_id is not None:
        return actor.language
    return _visitors_language()


def _cookie() -> str:
    return cookie_name("language", current_app.config["SESSION_COOKIE_SECURE"])


def _visitors_language() -> str:
    chosen = request.cookies.get(_cookie(), "")
    return chosen if chosen in LANGUAGES else request.accept_languages.best_match(LANGUAGES) or DEFAULT


def same_page_in(language: str) -> str:
    """Address of the present page in another language, its query kept."""
    if request.endpoint is None or "lang" not in getattr(request.url_rule, "arguments", ()):
        return url_for("home.front", lang=language)
    if request.method != "GET" and "GET" not in (request.url_rule.methods or ()):  # type: ignore[union-attr]
        return url_for("home.front", lang=language)
    page = url_for(request.endpoint, **{**(request.view_args or {}), "lang": language})
    # beside the path, not into url_for: names such as _scheme would mean something to it
    query = urlencode([one for one in request.args.items(multi=True) if one[0] != "lang"])
    return f"{page}?{query}" if query else page


def moment(value: datetime) -> str:
    """Date and time in Chișinău, for a page."""
    return format_datetime(value, "medium")


def day(value: date) -> str:
    """A calendar day in words; a moment is taken as its day in Chișinău."""
    return format_date(local_day(value) if isinstance(value, datetime) else value, "long")


def money(amount: Decimal, currency: str) -> str:
    """An amount with its currency as the language writes it; English with a space after the code."""
    english = current_language() == "en"
    return str(format_currency(amount, currency, format="¤¤\u00a0#,##0.00" if english else None))


def percent(share: float | Decimal) -> str:
    """A share between 0 and 1 as whole hundredths: 12 %, in English 12%."""
    return str(format_percent(share))


def number(value: float | Decimal, digits: int = 0) -> str:
    """A number with the language's comma and groups, and so many digits after the comma."""
    return str(format_decimal(value, format=f"#,##0.{'0' * digits}" if digits else "#,##0"))


def compile_stale(folder: Path) -> None:
    """Make `.mo` beside every `.po` that is newer, so that an edited translation shows at the next start.

    A folder that cannot be written keeps what it has: production images compile while they are built.
    """
    for source in folder.glob("*/LC_MESSAGES/messages.po"):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        try:
            with source.open("rb") as file:
                catalog = read_po(file, locale=source.parent.parent.name)
            # in a folder of its own: several processes may start at once
            with tempfile.TemporaryDirectory(dir=target.parent) as made:
                partial = Path(made) / target.name
                with partial.open("wb") as file:
                    write_mo(file, catalog)
                partial.replace(target)
        except OSError:
            continue


def _locale_of(language: str) -> str:
    # English as Europe writes it: 20 January 2027
    return "en_GB" if language == "en" else language


def _select() -> str:
    return _locale_of(getattr(g, "language", DEFAULT) if has_request_context() else DEFAULT)


def _language_of_address() -> str:
    """For pages that do not exist, too: what the address begins with, else the visitor's language."""
    wanted = request.path.split("/", 2)[1]
    return wanted if wanted in LANGUAGES else _visitors_language()


def init_app(app: Flask, translations: Path) -> None:
    """Languages in addresses, in Babel and in templates."""
    app.url_map.converters["lang"] = LanguageConverter
    babel.init_app(
        app,
        locale_selector=_select,
        default_locale=DEFAULT,
        default_timezone="Europe/Chisinau",
        default_translation_directories=str(translations),
    )

    @app.url_value_preprocessor
    def take(endpoint: str | None, values: dict[str, Any] | None) -> None:
        g.language = (values or {}).pop("lang", None) or _language_of_address()

    @app.url_defaults
    def give(endpoint: str, values: dict[str, Any]) -> None:
        if "lang" not in values and app.url_map.is_endpoint_expecting(endpoint, "lang"):
            values["lang"] = current_language()

    @app.after_request
    def remember(response: Response) -> Response:
        # only where another language was chosen than the visitor would be given: most need no cookie
        if request.path.split("/", 2)[1] in LANGUAGES and _visitors_language() != g.language:
            response.set_cookie(
                _cookie(), g.language, max_age=_A_YEAR, samesite="Lax", httponly=True,
                secure=app.config["SESSION_COOKIE_SECURE"],
            )  # fmt: skip
        return response

    app.jinja_env.filters.update(
        moment=moment, day=day, percent=percent, number=number,
        localised=localised, language_of=language_of, written=written,
    )  # fmt: skip
    app.jinja_env.globals.update(
        money=money,
        languages=NAMES,
        current_language=current_language,
        same_page_in=same_page_in,
    )
