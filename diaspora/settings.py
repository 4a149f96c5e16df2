"""Every setting of the site, read from the environment and checked at start."""

from pathlib import Path
from typing import Literal

from pydantic import Field, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parent.parent
DEVELOPMENT_SECRET = "for development only, refused in production"  # noqa: S105 - a marker, not a secret


class Settings(BaseSettings):
    """Typed settings; an environment variable has the field's name in capitals.

    Raises pydantic's ValidationError, which names the variable, where a value is unusable.
    """

    model_config = SettingsConfigDict(extra="ignore")

    environment: Literal["development", "production"] = Field(
        "development", description="production refuses defaults that are unsafe"
    )
    demonstration: bool = Field(
        False, description="invented data, known passwords; mails are printed and listed, never sent"
    )
    secret_key: str = Field(DEVELOPMENT_SECRET, min_length=16, description="signs cookies and links")
    database_url: str = Field("", description="SQLAlchemy address; empty means SQLite in data_folder")
    data_folder: Path = Field(ROOT / "instance", description="SQLite, files and the job queue")
    base_url: str = Field("http://127.0.0.1:8000", description="public address, used in mails")
    redis_url: str = Field(
        "", description="rate limits and the job queue, shared by all processes; empty: each its own"
    )
    mail_server: str = Field("", description="SMTP host; empty: mails are printed instead of sent")
    mail_port: int = Field(25, ge=1, le=65535, description="SMTP port")
    mail_username: str = Field("", description="SMTP user")
    mail_password: str = Field("", description="SMTP password")
    mail_use_tls: bool = Field(False, description="STARTTLS")
    mail_sender: str = Field("no-reply@example.org", description="address that mails come from")
    operator_name: str = Field("", description="who runs this site, as shown in its footer")
    operator_address: str = Field("", description="where to write to the operator")
    operator_email: str = Field("", description="where people write to the operator by e-mail")
    operator_phone: str = Field("", description="where people call the operator")
    operator_registration: str = Field("", description="the operator's number in the state registry (IDNO)")
    data_protection_contact: str = Field(
        "", description="name and address for questions about personal data; empty: the operator's e-mail"
    )
    backup_recipient: str = Field("", description="public key of backups, from `flask backup key`")
    trusted_proxies: int = Field(0, ge=0, le=5, description="reverse proxies whose X-Forwarded headers count")
    rate_limits: bool = Field(True, description="off only in tests")

    @property
    def database_address(self) -> str:
        """SQLAlchemy address of the database; plain `postgresql://` is read as psycopg 3."""
        if not self.database_url:
            return f"sqlite:///{self.data_folder / 'diaspora.sqlite'}"
        for plain in ("postgres://", "postgresql://"):
            if self.database_url.startswith(plain):
                return "postgresql+psycopg://" + self.database_url.removeprefix(plain)
        return self.database_url

    @model_validator(mode="after")
    def refuse_unsafe_production(self) -> "Settings":
        """Name every setting with which production would be unsafe."""
        if self.environment != "production":
            return self
        wrong = []
        if self.demonstration:
            wrong.append("DEMONSTRATION must be off: its accounts have known passwords")
        if self.secret_key == DEVELOPMENT_SECRET:
            wrong.append("SECRET_KEY must be set to a random value")
        if not self.base_url.startswith("https://"):
            wrong.append("BASE_URL must begin with https://")
        if not self.mail_server:
            wrong.append("MAIL_SERVER must be set: people confirm their address by mail")
        if wrong:
            raise ValueError("; ".join(wrong))
        return self
