import json

import click
from flask.cli import AppGroup, with_appcontext
from rich.console import Console
from rich.table import Table

from diaspora.extensions import db
from diaspora.pairings import quality, services
from diaspora.platform import clock

pairings = AppGroup("pairings", help="Candidatures.")


@pairings.command("expire-offers", help="End the offers whose last day has passed; run it daily.")
@with_appcontext
def expire_offers() -> None:
    """Free the seats and the money of offers without an answer."""
    ended = services.expire_offers(clock.now())
    db.session.commit()
    click.echo(f"{ended} offers ended")


@click.command("evaluate")
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
@with_appcontext
def evaluate(as_json: bool) -> None:
    """Say how high the pairs that the commission approved stood in the matcher's lists.

    For the candidates' and for the placements' lists: the middle place, and the shares in the first five and
    the first twenty; by research area, by language, by month. Higher is better, and small numbers say little.
    """
    found = quality.quality()
    if as_json:
        click.echo(json.dumps(found.as_json(), indent=2))
        return
    if found.all is None:
        click.echo("No approved pair has its places kept yet.")
        return
    table = Table("", "pairs", "in the candidates' lists", "in the placements' lists")
    table.add_row("all", *_cells(found.all))
    for groups in (found.by_area, found.by_language, found.by_month):
        table.add_section()
        for group in groups:
            table.add_row(group.key, *_cells(group))
    table.caption = "the middle place, then the shares in the first 5 and the first 20"
    Console().print(table)


def _cells(group: quality.Group) -> list[str]:
    cells = [str(group.count)]
    for side in (group.for_candidate, group.for_placement):
        middle = "beyond" if side.median is None else f"{side.median:g}"
        cells.append(f"{middle} · {side.in_five:.0%} · {side.in_twenty:.0%}")
    return cells
