from typing import Any

from flask import Blueprint, abort, current_app, render_template

from diaspora.information import rules, texts
from diaspora.platform.access import Permission, needs
from diaspora.platform.languages import current_language
from diaspora.platform.public_pages import for_everybody

blueprint = Blueprint("information", __name__)


def page(name: str, **values: Any) -> str:
    """A long text as a page."""
    shown = texts.text(name, current_language(), current_app.extensions["settings"])
    return render_template("information/text.html", text=shown, **values)


@blueprint.get("/how-it-works")
@for_everybody
@needs(Permission.READ_PUBLIC_PAGES)
def how_it_works() -> str:
    """The way from a profile to a stay."""
    return page("how-it-works")


@blueprint.get("/questions")
@for_everybody
@needs(Permission.READ_PUBLIC_PAGES)
def questions() -> str:
    """What people ask."""
    return page("questions")


@blueprint.get("/privacy")
@for_everybody
@needs(Permission.READ_PUBLIC_PAGES)
def privacy() -> str:
    """What happens with personal data."""
    return page("privacy")


@blueprint.get("/accessibility")
@for_everybody
@needs(Permission.READ_PUBLIC_PAGES)
def accessibility() -> str:
    """How the site can be used, and what is not good yet."""
    return page("accessibility")


@blueprint.get("/about")
@for_everybody
@needs(Permission.READ_PUBLIC_PAGES)
def about() -> str:
    """Who runs the site, as far as its settings say."""
    return render_template("information/about.html")


@blueprint.get("/guides")
@for_everybody
@needs(Permission.READ_PUBLIC_PAGES)
def guides() -> str:
    """The guides of all roles."""
    settings, language = current_app.extensions["settings"], current_language()
    shown = {name: texts.text(f"guide-{name}", language, settings) for name in rules.GUIDES}
    return render_template("information/guides.html", guides=shown)


@blueprint.get("/guides/<name>")
@for_everybody
@needs(Permission.READ_PUBLIC_PAGES)
def guide(name: str) -> str:
    """How one role does its part."""
    if name not in rules.GUIDES:
        abort(404)
    return page(f"guide-{name}", is_guide=True)
