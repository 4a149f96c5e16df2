"""wishes to be erased, copies of one's data, requests, counts of what was purged; consents to more purposes"""

from uuid import uuid4

import sqlalchemy as sa
from alembic import op

revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None

FIRST = "purpose IN ('roster')"
NOW = "purpose IN ('roster', 'matching', 'follow_up')"


def change_purposes(condition: str) -> None:
    with op.batch_alter_table('consent', schema=None) as batch_op:
        batch_op.drop_constraint(op.f('ck_consent_consentpurpose'), type_='check')
        batch_op.create_check_constraint(op.f('ck_consent_consentpurpose'), condition)


def copy_consents() -> None:
    # the words of roster-1 named the comparison by a program, which is a purpose of its own from now on
    consent = sa.table(
        'consent',
        *(sa.column(name) for name in ('candidate_id', 'purpose', 'text_version', 'source', 'given_at', 'withdrawn_at')),
        sa.column('id', sa.Uuid()),
    )
    kept = [c for c in consent.columns if c.name not in {'id', 'purpose'}]
    given = sa.select(*kept).where(consent.c.text_version == 'roster-1', consent.c.purpose == 'roster')
    rows = [dict(row) for row in op.get_bind().execute(given).mappings()]
    for row in rows:
        op.get_bind().execute(consent.insert().values(id=uuid4(), purpose='matching', **row))


def upgrade() -> None:
    op.create_table('purged_count',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('month', sa.Date(), nullable=False),
    sa.Column('record', sa.String(), nullable=False),
    sa.Column('dimension', sa.String(), nullable=False),
    sa.Column('value', sa.String(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_purged_count')),
    sa.UniqueConstraint('month', 'record', 'dimension', 'value', name=op.f('uq_purged_count_month_record_dimension_value'))
    )
    op.create_table('data_copy',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ready_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('file_key', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_data_copy_account_id_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_data_copy'))
    )
    with op.batch_alter_table('data_copy', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_data_copy_account_id'), ['account_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_data_copy_expires_at'), ['expires_at'], unique=False)

    op.create_table('rights_request',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.Enum('correction', 'ranking', 'explanation', 'objection', 'restriction', 'other', name='requestkind', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('text', sa.String(), nullable=False),
    sa.Column('state', sa.Enum('open', 'in_work', 'answered', 'refused', name='requeststate', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('answer', sa.String(), nullable=False),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('handled_by_id', sa.Uuid(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_rights_request_account_id_account')),
    sa.ForeignKeyConstraint(['handled_by_id'], ['account.id'], name=op.f('fk_rights_request_handled_by_id_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_rights_request'))
    )
    with op.batch_alter_table('rights_request', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_rights_request_account_id'), ['account_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_rights_request_state'), ['state'], unique=False)

    op.create_table('erasure',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=False),
    sa.Column('candidate_id', sa.Uuid(), nullable=True),
    sa.Column('whole', sa.Boolean(), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('reminded_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('taken_back_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('done_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_erasure_account_id_account')),
    sa.ForeignKeyConstraint(['candidate_id'], ['candidate.id'], name=op.f('fk_erasure_candidate_id_candidate')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_erasure'))
    )
    with op.batch_alter_table('erasure', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_erasure_due_on'), ['due_on'], unique=False)
        batch_op.create_index('uq_erasure_one_open', ['account_id'], unique=True, sqlite_where=sa.text('taken_back_at IS NULL AND done_at IS NULL'), postgresql_where=sa.text('taken_back_at IS NULL AND done_at IS NULL'))

    change_purposes(NOW)
    copy_consents()


def downgrade() -> None:
    op.execute("DELETE FROM consent WHERE purpose <> 'roster'")
    change_purposes(FIRST)

    with op.batch_alter_table('erasure', schema=None) as batch_op:
        batch_op.drop_index('uq_erasure_one_open', sqlite_where=sa.text('taken_back_at IS NULL AND done_at IS NULL'), postgresql_where=sa.text('taken_back_at IS NULL AND done_at IS NULL'))
        batch_op.drop_index(batch_op.f('ix_erasure_due_on'))

    op.drop_table('erasure')
    with op.batch_alter_table('rights_request', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_rights_request_state'))
        batch_op.drop_index(batch_op.f('ix_rights_request_account_id'))

    op.drop_table('rights_request')
    with op.batch_alter_table('data_copy', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_data_copy_expires_at'))
        batch_op.drop_index(batch_op.f('ix_data_copy_account_id'))

    op.drop_table('data_copy')
    op.drop_table('purged_count')
