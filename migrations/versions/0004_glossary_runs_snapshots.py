"""glossary of the staff; progress of matcher runs; the match as it was when a candidature was decided"""

import sqlalchemy as sa
from alembic import op

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('glossary_entry',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('en', sa.String(), nullable=False),
    sa.Column('ro', sa.String(), nullable=False),
    sa.Column('ru', sa.String(), nullable=False),
    sa.Column('source', sa.String(), nullable=False),
    sa.Column('added_by_id', sa.Uuid(), nullable=True),
    sa.Column('added_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['added_by_id'], ['account.id'], name=op.f('fk_glossary_entry_added_by_id_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_glossary_entry')),
    sa.UniqueConstraint('en', 'ro', 'ru', name=op.f('uq_glossary_entry_en_ro_ru'))
    )
    with op.batch_alter_table('glossary_entry', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_glossary_entry_source'), ['source'], unique=False)

    # the values of rows that are there already; the models give them from now on
    with op.batch_alter_table('matcher_run', schema=None) as batch_op:
        batch_op.add_column(sa.Column('settings_hash', sa.String(), nullable=False, server_default=sa.text("''")))
        batch_op.add_column(sa.Column('done', sa.Integer(), nullable=False, server_default=sa.text('0')))
        batch_op.add_column(sa.Column('total', sa.Integer(), nullable=False, server_default=sa.text('0')))
        batch_op.add_column(sa.Column('told_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('lacking', sa.JSON(), nullable=False, server_default=sa.text("'[]'")))
    with op.batch_alter_table('matcher_run', schema=None) as batch_op:
        for name in ('settings_hash', 'done', 'total', 'lacking'):
            batch_op.alter_column(name, server_default=None)

    with op.batch_alter_table('pairing', schema=None) as batch_op:
        batch_op.add_column(sa.Column('card_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('ranked_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('rank_for_candidate', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('rank_for_placement', sa.Integer(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table('pairing', schema=None) as batch_op:
        batch_op.drop_column('rank_for_placement')
        batch_op.drop_column('rank_for_candidate')
        batch_op.drop_column('ranked_at')
        batch_op.drop_column('card_at')

    with op.batch_alter_table('matcher_run', schema=None) as batch_op:
        batch_op.drop_column('lacking')
        batch_op.drop_column('told_at')
        batch_op.drop_column('total')
        batch_op.drop_column('done')
        batch_op.drop_column('settings_hash')

    with op.batch_alter_table('glossary_entry', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_glossary_entry_source'))

    op.drop_table('glossary_entry')
