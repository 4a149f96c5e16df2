import click
from flask import current_app
from flask.cli import AppGroup, with_appcontext

from diaspora.demonstration import services
from diaspora.extensions import db
from diaspora.platform import clock

demonstration = AppGroup("demonstration", help="Invented data, for a first look.")


@demonstration.command("load", help="Load the invented people, posts and stories, once.")
@with_appcontext
def load() -> None:
    """Refuses outside the demonstration: its accounts have a known password."""
    if not current_app.extensions["settings"].demonstration:
        raise click.ClickException("Set DEMONSTRATION=true: this loads accounts with a known password.")
    if services.is_loaded():
        return
    click.echo("Loading the demonstration ...")
    loaded = services.load(clock.now())
    db.session.commit()
    click.echo(
        f"{loaded.candidates} candidates, {loaded.institutions} institutions, "
        f"{loaded.placements} placements, {loaded.pairings} candidatures."
    )
