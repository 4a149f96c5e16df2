"""What the room adds to the site."""

from flask import Flask

from diaspora.matching import cli, labels, news, personal_data, preview_routes, staff_routes
from diaspora.matching import glossary_routes as glossary_routes
from diaspora.matching import models as models
from diaspora.placements.signals import placement_changed
from diaspora.platform.personal_data import register as hold
from diaspora.profiles.signals import candidate_changed, candidate_left


def init_app(app: Flask) -> None:
    """Register what this package adds."""
    labels.register()
    hold(app, personal_data.HOLDINGS)
    app.register_blueprint(staff_routes.blueprint, url_prefix="/<lang:lang>")
    app.register_blueprint(preview_routes.blueprint, url_prefix="/<lang:lang>")
    app.cli.add_command(cli.matching)
    candidate_changed.connect(news.candidate_changed)
    candidate_left.connect(news.candidate_left)
    placement_changed.connect(news.placement_changed)
