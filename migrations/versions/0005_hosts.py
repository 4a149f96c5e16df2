"""what an institution's verification rests on, and letters that officers have seen"""

import sqlalchemy as sa
from alembic import op

revision = '0005_hosts'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('seen_letter',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('institution_id', sa.Uuid(), nullable=False),
    sa.Column('dated_on', sa.Date(), nullable=False),
    sa.Column('signed_by', sa.String(), nullable=False),
    sa.Column('note', sa.String(), nullable=False),
    sa.Column('seen_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('seen_by_id', sa.Uuid(), nullable=True),
    sa.ForeignKeyConstraint(['institution_id'], ['institution.id'], name=op.f('fk_seen_letter_institution_id_institution')),
    sa.ForeignKeyConstraint(['seen_by_id'], ['account.id'], name=op.f('fk_seen_letter_seen_by_id_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_seen_letter'))
    )
    with op.batch_alter_table('seen_letter', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_seen_letter_institution_id'), ['institution_id'], unique=False)
    with op.batch_alter_table('institution', schema=None) as batch_op:
        batch_op.add_column(sa.Column('changed_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('evidence', sa.Enum('domain', 'letter', name='evidence', native_enum=False, create_constraint=True, length=40), nullable=True))
        batch_op.add_column(sa.Column('renewal_told', sa.Enum('due', 'passed', name='renewalstage', native_enum=False, create_constraint=True, length=40), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table('institution', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_institution_renewalstage'), type_='check')
        batch_op.drop_constraint(batch_op.f('ck_institution_evidence'), type_='check')
        batch_op.drop_column('renewal_told')
        batch_op.drop_column('evidence')
        batch_op.drop_column('changed_at')
    op.drop_table('seen_letter')
