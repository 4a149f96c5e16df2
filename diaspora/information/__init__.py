"""What a visitor reads: how it works, questions, guides, privacy, accessibility, who runs the site."""

from flask import Flask

from diaspora.information import routes, rules
from diaspora.platform.public_pages import Address, add_addresses


def init_app(app: Flask) -> None:
    """Register the pages, and let templates link to the guide of the reader's role."""
    app.register_blueprint(routes.blueprint, url_prefix="/<lang:lang>")
    add_addresses(app, "information.guide", lambda: [Address({"name": name}) for name in rules.GUIDES])
    app.jinja_env.globals["guide_of"] = rules.guide_of
