"""What machines ask for at addresses of their own choosing."""

from flask import Blueprint, Response, current_app, redirect, render_template, url_for
from werkzeug.wrappers import Response as Answer

from diaspora.platform import public_pages
from diaspora.platform.access import Permission, needs
from diaspora.platform.public_pages import asked_each_time, for_everybody

machines = Blueprint("machines", __name__)


@machines.get("/sitemap.xml")
@for_everybody
@asked_each_time
@needs(Permission.READ_PUBLIC_PAGES)
def sitemap() -> Response:
    """Every public page in every language."""
    text = render_template("home/sitemap.xml", entries=public_pages.entries())
    return Response(text, mimetype="application/xml")


@machines.get("/robots.txt")
@for_everybody
@needs(Permission.READ_PUBLIC_PAGES)
def robots() -> Response:
    """What search engines need not fetch.

    A demonstration lets them fetch everything, so that they read that nothing of it shall be listed.
    """
    settings = current_app.extensions["settings"]
    closed = [] if settings.demonstration else public_pages.closed_folders(current_app)
    lines = [
        "User-agent: *",
        *(f"Disallow: /*/{folder}{end}" for folder in closed for end in "/$"),
        "Allow: /",
    ]
    if not settings.demonstration:
        lines += ["", f"Sitemap: {settings.base_url.rstrip('/')}{url_for('machines.sitemap')}"]
    return Response("\n".join(lines) + "\n", mimetype="text/plain")


@machines.get("/favicon.ico")
@needs(Permission.READ_PUBLIC_PAGES)
def icon() -> Answer:
    """Browsers ask for it where no page names an icon, as beside a letter."""
    return redirect(url_for("static", filename="img/mark.svg"))
