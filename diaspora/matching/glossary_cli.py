"""`flask matching glossary`: terms from files of the operator's own."""

import json
from dataclasses import asdict
from pathlib import Path

import click
from flask.cli import AppGroup, with_appcontext
from rich.console import Console
from rich.progress import Progress

from diaspora.extensions import db
from diaspora.matching import glossary_files, glossary_services
from diaspora.matching.glossary_files import UnusableTerms
from diaspora.platform import clock
from diaspora.platform.access import SYSTEM
from diaspora.platform.languages import speaking

FAULTS_SHOWN = 50

glossary = AppGroup("glossary", help="Terms added to the matcher's own glossary.")


@glossary.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@with_appcontext
def import_file(file: Path, as_json: bool) -> None:
    """Add the terms of FILE to the glossary: all of them, or none if one is wrong.

    FILE is a CSV file with the columns en, ro and ru (at least two filled in each row), a translation memory
    (TMX 1.4), or a SKOS thesaurus as RDF/XML, whose preferred and alternative labels are taken. Terms that
    are there already stay as they are: the same file can be imported again. A term without English gets the
    English word that the glossary or FILE has for it; where there is none it is left out, and that is told.
    """
    with Progress(console=Console(stderr=True), disable=as_json) as progress, speaking("en"):
        reading = progress.add_task("Reading", total=None)
        storing = progress.add_task("Storing", total=None)
        try:
            rows = glossary_files.read(
                file, lambda done, total: progress.update(reading, completed=done, total=total)
            )
            done = glossary_services.import_rows(
                rows, file.name, SYSTEM, clock.now(),
                lambda done, total: progress.update(storing, completed=done, total=total),
            )  # fmt: skip
        except UnusableTerms as error:
            shown = [*error.faults[:FAULTS_SHOWN]]
            if len(error.faults) > FAULTS_SHOWN:
                shown.append(f"... and {len(error.faults) - FAULTS_SHOWN} more")
            raise click.ClickException("\n".join(["Nothing was imported.", *shown])) from error
    db.session.commit()
    if as_json:
        click.echo(json.dumps({"file": file.name, **asdict(done)}, indent=2, ensure_ascii=False))
    else:
        click.echo(f"{done.added} terms added, {done.known} known already, {len(done.left_out)} left out")
        for line in done.left_out[:FAULTS_SHOWN]:
            click.echo(line)


@glossary.command("remove")
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@with_appcontext
def remove(name: str, as_json: bool) -> None:
    """Take out all terms that came from the file called NAME."""
    removed = glossary_services.remove_file(name, SYSTEM, clock.now())
    if not removed:
        raise click.ClickException(f"No term came from a file called {name}.")
    db.session.commit()
    click.echo(json.dumps({"file": name, "removed": removed}) if as_json else f"{removed} terms removed")
