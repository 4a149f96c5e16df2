import click
from flask.cli import AppGroup, with_appcontext

from diaspora.extensions import db
from diaspora.institutions import services
from diaspora.platform import clock

institutions = AppGroup("institutions", help="Hosts and their verification.")


@institutions.command("remind", help="Tell leads that their verification ends, or has ended; run daily.")
@with_appcontext
def remind() -> None:
    """Each is told once sixty days before, and once after the last day."""
    number = services.remind_of_renewals(clock.now())
    db.session.commit()
    click.echo(f"{number} reminded")
