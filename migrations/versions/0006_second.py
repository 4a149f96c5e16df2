"""second factors, half-done sign-ins, wrong attempts, lost factors; what a session shows its person"""

import sqlalchemy as sa
from alembic import op

OLD = ('confirm_address', 'reset_password', 'claim_profile')
NEW = (*OLD, 'report_loss', 'stop_removal')

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def purposes(values):
    return sa.Enum(*values, name='linkpurpose', native_enum=False, create_constraint=True, length=40)


def change_purposes(before, after) -> None:
    with op.batch_alter_table('one_time_link', schema=None) as batch_op:
        batch_op.alter_column(
            'purpose', existing_type=purposes(before), type_=purposes(after), existing_nullable=False
        )


def upgrade() -> None:
    op.create_table('guesses',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=False),
    sa.Column('wrong', sa.Integer(), nullable=False),
    sa.Column('wait_until', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_guesses_account_id_account'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_guesses')),
    sa.UniqueConstraint('account_id', name=op.f('uq_guesses_account_id'))
    )
    op.create_table('lost_factors',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=False),
    sa.Column('state', sa.Enum('requested', 'proposed', 'removed', 'refused', 'stopped', name='lossstate', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('requested_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('proposed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('proposed_by_id', sa.Uuid(), nullable=True),
    sa.Column('proposal', sa.String(), nullable=False),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('decided_by_id', sa.Uuid(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_lost_factors_account_id_account'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['decided_by_id'], ['account.id'], name=op.f('fk_lost_factors_decided_by_id_account')),
    sa.ForeignKeyConstraint(['proposed_by_id'], ['account.id'], name=op.f('fk_lost_factors_proposed_by_id_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_lost_factors'))
    )
    with op.batch_alter_table('lost_factors', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_lost_factors_account_id'), ['account_id'], unique=False)

    op.create_table('passkey',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('credential_id', sa.String(), nullable=False),
    sa.Column('public_key', sa.String(), nullable=False),
    sa.Column('sign_count', sa.BigInteger(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('last_used_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_passkey_account_id_account'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_passkey')),
    sa.UniqueConstraint('credential_id', name=op.f('uq_passkey_credential_id'))
    )
    with op.batch_alter_table('passkey', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_passkey_account_id'), ['account_id'], unique=False)

    op.create_table('recovery_code',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('code_hash', sa.String(), nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_recovery_code_account_id_account'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_recovery_code')),
    sa.UniqueConstraint('account_id', 'position', name=op.f('uq_recovery_code_account_id_position'))
    )
    op.create_table('second_step',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=False),
    sa.Column('token_hash', sa.String(), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('stay', sa.Boolean(), nullable=False),
    sa.Column('challenge', sa.String(), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_second_step_account_id_account'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_second_step')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_second_step_token_hash'))
    )
    with op.batch_alter_table('second_step', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_second_step_account_id'), ['account_id'], unique=False)

    op.create_table('totp_factor',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=False),
    sa.Column('sealed_secret', sa.String(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('confirmed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('last_step', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_totp_factor_account_id_account'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_totp_factor')),
    sa.UniqueConstraint('account_id', name=op.f('uq_totp_factor_account_id'))
    )
    with op.batch_alter_table('sign_in_session', schema=None) as batch_op:
        batch_op.add_column(sa.Column('network', sa.String(), nullable=False, server_default=sa.text("''")))
        batch_op.add_column(sa.Column('stay', sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column('proved_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('second_step_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('challenge', sa.String(), nullable=True))
    with op.batch_alter_table('sign_in_session', schema=None) as batch_op:
        for name in ('network', 'stay'):
            batch_op.alter_column(name, server_default=None)
    change_purposes(OLD, NEW)
    # what browsers say of themselves in full is not kept any more
    op.execute("UPDATE sign_in_session SET device = ''")


def downgrade() -> None:
    op.execute("DELETE FROM one_time_link WHERE purpose IN ('report_loss', 'stop_removal')")
    change_purposes(NEW, OLD)
    with op.batch_alter_table('sign_in_session', schema=None) as batch_op:
        batch_op.drop_column('challenge')
        batch_op.drop_column('second_step_at')
        batch_op.drop_column('proved_at')
        batch_op.drop_column('stay')
        batch_op.drop_column('network')

    op.drop_table('totp_factor')
    with op.batch_alter_table('second_step', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_second_step_account_id'))

    op.drop_table('second_step')
    op.drop_table('recovery_code')
    with op.batch_alter_table('passkey', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_passkey_account_id'))

    op.drop_table('passkey')
    with op.batch_alter_table('lost_factors', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_lost_factors_account_id'))

    op.drop_table('lost_factors')
    op.drop_table('guesses')
