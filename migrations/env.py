"""Alembic's entry: migrate the database of the running Flask application."""

from alembic import context
from sqlalchemy.types import TypeDecorator

from diaspora.extensions import db

config = context.config


def ours(name: str | None, kind: str, _parents: object) -> bool:
    """The job queue keeps its own tables in PostgreSQL."""
    return not (kind == "table" and name and name.startswith("huey_"))


def plain_type(kind: str, item: object, _context: object) -> str | bool:
    """Write our own column types as what they are in the database: a migration outlives our classes."""
    if kind == "type" and isinstance(item, TypeDecorator):
        return f"sa.{item.impl!r}"
    return False


def run() -> None:
    """Migrate over one connection; SQLite rebuilds tables where it cannot alter them."""
    connectable = config.attributes.get("connection") or db.engine
    if context.is_offline_mode():
        context.configure(url=str(db.engine.url), target_metadata=db.metadata, literal_binds=True)
        with context.begin_transaction():
            context.run_migrations()
        return
    with connectable.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=db.metadata,
            render_as_batch=True,
            compare_type=True,
            render_item=plain_type,
            include_name=ours,
        )
        with context.begin_transaction():
            context.run_migrations()


run()
