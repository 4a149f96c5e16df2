"""changes of address, counted attempts, reviewed roles, mails that did not arrive"""

import sqlalchemy as sa
from alembic import op

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None

EARLIER = ('confirm_address', 'reset_password', 'claim_profile', 'report_loss', 'stop_removal')
LATER = (*EARLIER, 'confirm_new_address', 'stop_new_address')
PROBLEMS = ('refused', 'unreachable', 'bounced')
COUNTED = ('sign_in', 'address', 'network', 'sign_up', 'reset', 'password')


def of(name, values):
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def upgrade() -> None:
    with op.batch_alter_table('one_time_link', schema=None) as batch_op:
        batch_op.alter_column('purpose', existing_type=of('linkpurpose', EARLIER), type_=of('linkpurpose', LATER))

    op.create_table('address_change',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=False),
    sa.Column('old_email', sa.String(), nullable=False),
    sa.Column('new_email', sa.String(), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('confirmed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('stopped_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_address_change_account_id_account'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_address_change'))
    )
    with op.batch_alter_table('address_change', schema=None) as batch_op:
        for name in ('account_id', 'old_email', 'asked_at'):
            batch_op.create_index(batch_op.f(f'ix_address_change_{name}'), [name], unique=False)

    op.create_table('attempt',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('kind', of('counted', COUNTED), nullable=False),
    sa.Column('key', sa.String(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('since', sa.DateTime(timezone=True), nullable=False),
    sa.Column('last_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_attempt')),
    sa.UniqueConstraint('kind', 'key', name=op.f('uq_attempt_kind_key'))
    )
    with op.batch_alter_table('attempt', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_attempt_last_at'), ['last_at'], unique=False)

    with op.batch_alter_table('staff_grant', schema=None) as batch_op:
        batch_op.add_column(sa.Column('revoked_by_id', sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column('revoke_reason', sa.String(), nullable=False, server_default=sa.text("''")))
        batch_op.add_column(sa.Column('reviewed_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('reviewed_by_id', sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column('warned_at', sa.DateTime(timezone=True), nullable=True))
        for name in ('revoked_by_id', 'reviewed_by_id'):
            batch_op.create_foreign_key(op.f(f'fk_staff_grant_{name}_account'), 'account', [name], ['id'])
    with op.batch_alter_table('staff_grant', schema=None) as batch_op:
        batch_op.alter_column('revoke_reason', server_default=None)

    with op.batch_alter_table('outbox_mail', schema=None) as batch_op:
        batch_op.add_column(sa.Column('problem', of('mailproblem', PROBLEMS), nullable=True))
        batch_op.add_column(sa.Column('problem_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('settled_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index(batch_op.f('ix_outbox_mail_problem_at'), ['problem_at'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('outbox_mail', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_outbox_mail_problem_at'))
        batch_op.drop_constraint(op.f('ck_outbox_mail_mailproblem'), type_='check')
        batch_op.drop_column('settled_at')
        batch_op.drop_column('problem_at')
        batch_op.drop_column('problem')

    with op.batch_alter_table('staff_grant', schema=None) as batch_op:
        for name in ('revoked_by_id', 'reviewed_by_id'):
            batch_op.drop_constraint(op.f(f'fk_staff_grant_{name}_account'), type_='foreignkey')
        for name in ('warned_at', 'reviewed_by_id', 'reviewed_at', 'revoke_reason', 'revoked_by_id'):
            batch_op.drop_column(name)

    op.drop_table('attempt')
    op.drop_table('address_change')

    links = sa.table('one_time_link', sa.column('purpose', sa.String()))
    op.execute(links.delete().where(links.c.purpose.in_(('confirm_new_address', 'stop_new_address'))))
    with op.batch_alter_table('one_time_link', schema=None) as batch_op:
        batch_op.alter_column('purpose', existing_type=of('linkpurpose', LATER), type_=of('linkpurpose', EARLIER))
