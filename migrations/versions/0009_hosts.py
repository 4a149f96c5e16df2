"""what an institution's verification rests on, invitations of members, concerns about posts"""

import sqlalchemy as sa
from alembic import op

revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None

PURPOSES = (
    'confirm_address', 'reset_password', 'claim_profile', 'report_loss', 'stop_removal', 'confirm_new_address',
    'stop_new_address',
)


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
    op.create_table('member_invitation',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('institution_id', sa.Uuid(), nullable=False),
    sa.Column('email', sa.String(), nullable=False),
    sa.Column('role', sa.Enum('anyone', 'member', 'candidate', 'host_editor', 'host_lead', 'officer', 'reviewer', 'chair', 'finance', 'content_editor', 'data_protection', 'admin', 'system', name='role', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('language', sa.String(), nullable=False),
    sa.Column('invited_by_id', sa.Uuid(), nullable=True),
    sa.Column('invited_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('times_sent', sa.Integer(), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('accepted_by_id', sa.Uuid(), nullable=True),
    sa.ForeignKeyConstraint(['accepted_by_id'], ['account.id'], name=op.f('fk_member_invitation_accepted_by_id_account')),
    sa.ForeignKeyConstraint(['institution_id'], ['institution.id'], name=op.f('fk_member_invitation_institution_id_institution')),
    sa.ForeignKeyConstraint(['invited_by_id'], ['account.id'], name=op.f('fk_member_invitation_invited_by_id_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_member_invitation'))
    )
    open_ones = sa.text('closed_at IS NULL')
    with op.batch_alter_table('member_invitation', schema=None) as batch_op:
        batch_op.create_index('uq_member_invitation_one_open', ['institution_id', 'email'], unique=True, sqlite_where=open_ones, postgresql_where=open_ones)
    op.create_table('concern',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('placement_id', sa.Uuid(), nullable=False),
    sa.Column('terms_version', sa.Integer(), nullable=False),
    sa.Column('invitation', sa.Boolean(), nullable=False),
    sa.Column('kind', sa.Enum('fake_host', 'asks_money', 'asks_documents', 'discrimination', 'wrong_facts', 'other', name='concernkind', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('text', sa.String(), nullable=False),
    sa.Column('address', sa.String(), nullable=False),
    sa.Column('language', sa.String(), nullable=False),
    sa.Column('state', sa.Enum('new', 'looked_at', 'founded', 'unfounded', name='concernstate', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('state_reason', sa.String(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('handled_by_id', sa.Uuid(), nullable=True),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['handled_by_id'], ['account.id'], name=op.f('fk_concern_handled_by_id_account')),
    sa.ForeignKeyConstraint(['placement_id'], ['placement.id'], name=op.f('fk_concern_placement_id_placement')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_concern'))
    )
    with op.batch_alter_table('concern', schema=None) as batch_op:
        for name in ('placement_id', 'state', 'created_at'):
            batch_op.create_index(batch_op.f(f'ix_concern_{name}'), [name], unique=False)
    _link_purposes(*PURPOSES, 'join_institution')
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
    op.execute("DELETE FROM one_time_link WHERE purpose = 'join_institution'")
    _link_purposes(*PURPOSES)
    op.drop_table('concern')
    op.drop_table('member_invitation')
    op.drop_table('seen_letter')


def _link_purposes(*purposes: str) -> None:
    allowed = ', '.join(f"'{purpose}'" for purpose in purposes)
    with op.batch_alter_table('one_time_link', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_one_time_link_linkpurpose'), type_='check')
        batch_op.create_check_constraint(batch_op.f('ck_one_time_link_linkpurpose'), f'purpose IN ({allowed})')
