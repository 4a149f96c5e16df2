"""seals of the audit log; its rows are only added"""

import sqlalchemy as sa
from alembic import op

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None

# a later migration that rebuilds one of these tables on SQLite (batch_alter_table) has to make its triggers again
ONLY_ADDED = ('audit_event', 'audit_seal')


def upgrade() -> None:
    op.create_table('audit_seal',
    sa.Column('position', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('event_number', sa.BigInteger(), nullable=False),
    sa.Column('payload_digest', sa.String(), nullable=True),
    sa.Column('digest', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('position', name=op.f('pk_audit_seal')),
    sa.UniqueConstraint('event_number', name=op.f('uq_audit_seal_event_number'))
    )
    with op.batch_alter_table('audit_payload', schema=None) as batch_op:
        batch_op.add_column(sa.Column('salt', sa.String(), nullable=False, server_default='written before seals'))
    with op.batch_alter_table('audit_payload', schema=None) as batch_op:
        batch_op.alter_column('salt', server_default=None)
    if op.get_bind().dialect.name == 'sqlite':
        for table in ONLY_ADDED:
            for act in ('UPDATE', 'DELETE'):
                op.execute(
                    f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} "
                    "BEGIN SELECT RAISE(ABORT, 'the audit log is only added to'); END"
                )
        return
    op.execute(
        "CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the audit log is only added to'; END $$"
    )
    for table in ONLY_ADDED:
        op.execute(
            f"CREATE TRIGGER {table}_only_added BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change()"
        )


def downgrade() -> None:
    if op.get_bind().dialect.name == 'sqlite':
        for table in ONLY_ADDED:
            for act in ('update', 'delete'):
                op.execute(f'DROP TRIGGER {table}_no_{act}')
    else:
        for table in ONLY_ADDED:
            op.execute(f'DROP TRIGGER {table}_only_added ON {table}')
        op.execute('DROP FUNCTION refuse_audit_change')
    with op.batch_alter_table('audit_payload', schema=None) as batch_op:
        batch_op.drop_column('salt')
    op.drop_table('audit_seal')
