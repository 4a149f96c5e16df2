"""from which institutions a candidate hides"""

import sqlalchemy as sa
from alembic import op

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('hidden_from',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('candidate_id', sa.Uuid(), nullable=False),
    sa.Column('institution_id', sa.Uuid(), nullable=False),
    sa.Column('since', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['candidate_id'], ['candidate.id'], name=op.f('fk_hidden_from_candidate_id_candidate')),
    sa.ForeignKeyConstraint(['institution_id'], ['institution.id'], name=op.f('fk_hidden_from_institution_id_institution')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_hidden_from')),
    sa.UniqueConstraint('candidate_id', 'institution_id', name=op.f('uq_hidden_from_candidate_id_institution_id'))
    )
    with op.batch_alter_table('hidden_from', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_hidden_from_institution_id'), ['institution_id'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('hidden_from', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_hidden_from_institution_id'))

    op.drop_table('hidden_from')
