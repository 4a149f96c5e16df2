import json
from uuid import UUID

import click
from flask.cli import AppGroup, with_appcontext
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from diaspora.extensions import db
from diaspora.matching import rules, services
from diaspora.matching.reasons import Reasons
from diaspora.platform import clock
from diaspora.platform.labels import label
from diaspora.platform.languages import speaking

matching = AppGroup("matching", help="Who fits where.")


@matching.command("refit", help="Match everybody on the roster with every public placement.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@with_appcontext
def refit(as_json: bool) -> None:
    """One whole run; the old suggestions stay until the new ones are there."""
    with Progress(console=Console(stderr=True), disable=as_json) as progress:
        task = progress.add_task("Explaining pairs", total=None)
        run = services.refit(
            clock.now(), lambda done, total: progress.update(task, completed=done, total=total)
        )
    db.session.commit()
    result = {
        "run": str(run.id),
        "profiles": run.profiles,
        "placements": run.placements,
        "suggestions": run.suggestions,
        "corpus_hash": run.corpus_hash,
    }
    if as_json:
        click.echo(json.dumps(result, indent=2))
    else:
        click.echo(f"{run.suggestions} suggestions: {run.profiles} profiles, {run.placements} placements")


@matching.command("explain", help="Say why a candidate and a placement fit, as things stand now.")
@click.argument("candidate_id", type=UUID)
@click.argument("placement_id", type=UUID)
@click.option("--json", "as_json", is_flag=True, help="Print the reasons as JSON.")
@with_appcontext
def explain(candidate_id: UUID, placement_id: UUID, as_json: bool) -> None:
    """Any pair, suggested or not; both have to be in the matching."""
    try:
        score, reasons = services.explain_now(candidate_id, placement_id)
    except KeyError as error:
        raise click.ClickException(
            f"{error.args[0]} is not in the matching: not on the roster, or not public"
        ) from error
    if as_json:
        click.echo(json.dumps({"score": score, **reasons.as_json()}, indent=2, ensure_ascii=False))
        return
    with speaking("en"):
        _print(score, reasons)


def _print(score: float, reasons: Reasons) -> None:
    console = Console()
    console.print(f"{label(rules.score_word(score))}: {100 * score:.0f} of 100")
    parts = Table("part", "points", "of")
    for part, weight in rules.WEIGHTS.items():
        parts.add_row(label(part), f"{100 * weight * reasons.parts[part]:.1f}", f"{100 * weight:.0f}")
    console.print(parts)
    words = Table("in the profile", "in the placement", "share of the text")
    for term in reasons.terms:
        words.add_row(term.profile, term.placement, f"{term.contribution / reasons.text_score:.1%}")
    console.print(words)
    for answer in reasons.languages:
        console.print(f"{answer.code} {answer.level}: {label(answer.fit)}")
    console.print(label(reasons.dates.fit))
    console.print("missing: " + ", ".join(word for word, _gain in reasons.missing))
