"""search text of placements in its new form

The column is derived, so it is reckoned as the site reckons it now; the way back knows the earlier form.
"""

import unicodedata

import sqlalchemy as sa
from alembic import op

from diaspora.placements.search import searchable

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None

placement = sa.table(
    'placement',
    sa.column('id', sa.Uuid()),
    sa.column('institution_id', sa.Uuid()),
    *(sa.column(name, sa.String()) for name in ('title', 'summary', 'tasks', 'required_profile', 'desired_profile')),
    sa.column('fields', sa.JSON()),
    sa.column('district', sa.String()),
    sa.column('search_text', sa.String()),
)
institution = sa.table('institution', sa.column('id', sa.Uuid()), sa.column('name', sa.JSON()))


def rewrite(text_of) -> None:
    connection = op.get_bind()
    names = {row.id: row.name for row in connection.execute(sa.select(institution))}
    for row in connection.execute(sa.select(placement)).all():
        text = text_of(row, names[row.institution_id].values())
        connection.execute(placement.update().where(placement.c.id == row.id).values(search_text=text))


def upgrade() -> None:
    rewrite(
        lambda row, names: searchable(
            [row.title, row.summary, row.tasks, row.required_profile, row.desired_profile, *names],
            row.fields,
            row.district,
        )
    )


def downgrade() -> None:
    def earlier(row, names) -> str:
        parts = unicodedata.normalize("NFKD", " ".join([row.title, row.summary, *names]).casefold())
        return " ".join("".join(c for c in parts if not unicodedata.combining(c)).split())

    rewrite(earlier)
