"""Posts at institutions with their terms of reference."""

from flask import Flask

from diaspora.institutions.signals import institution_changed
from diaspora.placements import cli, labels, personal_data, queries, routes, rules, services
from diaspora.placements import feed_routes as feed_routes
from diaspora.placements import host_routes as host_routes
from diaspora.placements import models as models
from diaspora.placements import staff_routes as staff_routes
from diaspora.platform import lifecycle
from diaspora.platform.personal_data import register as hold
from diaspora.platform.public_pages import Address, add_addresses


def init_app(app: Flask) -> None:
    """Register what this package adds."""
    labels.register()
    hold(app, personal_data.HOLDINGS)
    app.register_blueprint(routes.blueprint, url_prefix="/<lang:lang>")
    add_addresses(
        app,
        "placements.show",
        lambda: [Address({"placement_id": key}, changed) for key, changed in queries.public_changes()],
    )
    lifecycle.register(app, rules.LIFECYCLE)
    app.cli.add_command(cli.placements)
    institution_changed.connect(services.follow_institution)
