import click
from flask.cli import AppGroup, with_appcontext

from diaspora.extensions import db
from diaspora.pairings import services
from diaspora.platform import clock

pairings = AppGroup("pairings", help="Candidatures.")


@pairings.command("expire-offers", help="End the offers whose last day has passed; run it daily.")
@with_appcontext
def expire_offers() -> None:
    """Free the seats and the money of offers without an answer."""
    ended = services.expire_offers(clock.now())
    db.session.commit()
    click.echo(f"{ended} offers ended")
