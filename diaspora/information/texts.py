"""The long texts: Markdown files, one per page and language, with `$names` for addresses and contacts.

Raw HTML in a text is shown as text: a translator cannot break a page.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import Template

from flask import url_for
from flask_babel import gettext as _
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

from diaspora.settings import Settings

FOLDER = Path(__file__).parent / "texts"


@dataclass(frozen=True)
class Section:
    """A heading that the list of contents links to."""

    anchor: str
    title: str


@dataclass(frozen=True)
class Text:
    """A text as a page shows it: its first heading, the paragraph under it, and the rest."""

    title: str
    lead: Markup
    body: Markup
    sections: tuple[Section, ...]


def text(name: str, language: str, settings: Settings) -> Text:
    """One text with the operator's contacts and the addresses of pages filled in."""
    return rendered(source(name, language).substitute(values(settings)))


@cache
def source(name: str, language: str) -> Template:
    """The file as it was written."""
    return Template((FOLDER / f"{name}.{language}.md").read_text(encoding="utf-8"))


def values(settings: Settings) -> Mapping[str, str]:
    """What the texts may name: `$operator`, `$contact`, `$data_protection` and addresses of pages."""
    about = url_for("information.about")
    elsewhere = _("see who runs this site")
    email = f"<{settings.operator_email}>" if settings.operator_email else f"[{elsewhere}]({about})"
    return {
        "operator": settings.operator_name or _("the operator of this site"),
        "contact": email,
        "data_protection": settings.data_protection_contact or email,
        "about": about,
        "how_it_works": url_for("information.how_it_works"),
        "questions": url_for("information.questions"),
        "privacy": url_for("information.privacy"),
        "consents": url_for("profiles.consents"),
        "my_data": url_for("rights.my_data"),
        "requests": url_for("rights.requests"),
        "accessibility": url_for("information.accessibility"),
        "guides": url_for("information.guides"),
        "guide_candidate": url_for("information.guide", name="candidate"),
        "guide_institution": url_for("information.guide", name="institution"),
        "placements": url_for("placements.index"),
        "sign_up": url_for("accounts.signup"),
        "sign_in": url_for("accounts.login"),
        "new_password": url_for("accounts.forgotten"),
        "profile": url_for("profiles.overview"),
        "consent": url_for("profiles.consent"),
        "readers": url_for("profiles.readers"),
        "work_list": url_for("home.staff"),
    }


@cache
def rendered(markdown: str) -> Text:
    """HTML of a text; few different ones exist, so each is made once."""
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = parser.parse(markdown)
    sections: list[Section] = []
    for place, token in enumerate(tokens):
        if token.type == "heading_open" and token.tag == "h2":
            section = Section(f"part-{len(sections) + 1}", tokens[place + 1].content)
            token.attrSet("id", section.anchor)
            sections.append(section)
    # the h1 and the paragraph under it stand in the page's head: three tokens each
    title, lead, body = tokens[:3], tokens[3:6], tokens[6:]

    def html(part: Sequence[Token]) -> Markup:
        return Markup(parser.renderer.render(part, parser.options, {}))  # noqa: S704 - escaped by the renderer

    return Text(title[1].content, html(lead), html(body), tuple(sections))
