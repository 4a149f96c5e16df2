import json
from contextlib import nullcontext
from uuid import UUID

import click
from flask.cli import AppGroup, with_appcontext
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from diaspora.matching import glossary_cli, rules, services
from diaspora.matching.reasons import Reasons
from diaspora.platform.labels import label
from diaspora.platform.languages import speaking

matching = AppGroup("matching", help="Who fits where.")
matching.add_command(glossary_cli.glossary)


@matching.command("refit")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@with_appcontext
def refit(as_json: bool) -> None:
    """Match everybody on the roster with every public placement.

    The old suggestions stay until the new ones are there. Interrupted, nothing is changed: run it again.
    """
    with Progress(console=Console(stderr=True), disable=as_json) as progress:
        task = progress.add_task("Explaining pairs", total=None)
        run = services.refit_openly(
            progress=lambda done, total: progress.update(task, completed=done, total=total)
        )
    result = {
        "run": str(run.id),
        "engine": run.engine,
        "settings_hash": run.settings_hash,
        "profiles": run.profiles,
        "placements": run.placements,
        "suggestions": run.suggestions,
        "corpus_hash": run.corpus_hash,
    }
    if as_json:
        click.echo(json.dumps(result, indent=2))
    else:
        click.echo(f"{run.suggestions} suggestions: {run.profiles} profiles, {run.placements} placements")


@matching.command("explain")
@click.argument("candidate_id", metavar="PROFILE", type=UUID)
@click.argument("placement_id", metavar="PLACEMENT", type=UUID)
@click.option("--json", "as_json", is_flag=True, help="Print the reasons as JSON.")
@with_appcontext
def explain(candidate_id: UUID, placement_id: UUID, as_json: bool) -> None:
    """Say why a candidate and a placement fit, as things stand now.

    PROFILE and PLACEMENT are the ids that stand in the addresses of their pages. Any pair can be explained,
    suggested or not, if the candidate is on the roster and the placement public.
    """
    waiting = nullcontext() if as_json else Console(stderr=True).status("Learning from all texts")
    try:
        with waiting:
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
