"""Puts the site together: configuration, extensions, platform, then every room in the order of the story."""

from importlib import import_module

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from diaspora import PACKAGES, SITE_NAME, extensions
from diaspora.platform import (
    access,
    commands,
    files,
    forms,
    holdings,
    jobs,
    labels,
    languages,
    personal_data,
    public_pages,
    reference,
    retention,
    static_files,
    web,
)
from diaspora.settings import ROOT, Settings


def create_app(settings: Settings | None, testing: bool) -> Flask:
    """See `diaspora.create_app`."""
    settings = settings or Settings()
    app = Flask(__name__, template_folder="../templates", static_folder="../static")
    app.testing = testing
    app.extensions["settings"] = settings
    configure(app, settings)
    languages.compile_stale(ROOT / "translations")

    extensions.db.init_app(app)
    extensions.migrate.init_app(app, extensions.db, directory=str(ROOT / "migrations"))
    extensions.bootstrap.init_app(app)
    extensions.compress.init_app(app)
    extensions.limiter.init_app(app)
    extensions.mailer.init_app(app)
    extensions.login_manager.init_app(app)
    web.init_app(app)
    public_pages.init_app(app)
    languages.init_app(app, ROOT / "translations")
    access.init_app(app)
    extensions.csrf.init_app(app)
    forms.init_app(app)
    labels.init_app(app)
    reference.init_app(app)
    jobs.init_app(app, settings)
    files.init_app(app, settings)
    commands.init_app(app)
    personal_data.init_app(app)
    retention.init_app(app)
    holdings.init_app(app)
    for package in PACKAGES:
        import_module(f"diaspora.{package}").init_app(app)
    static_files.init_app(app, settings.data_folder)
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    return app


def configure(app: Flask, settings: Settings) -> None:
    """Flask's own configuration from ours."""
    settings.data_folder.mkdir(parents=True, exist_ok=True)
    secure = settings.base_url.startswith("https://")
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SESSION_COOKIE_NAME=web.cookie_name("diaspora", secure),
        SESSION_COOKIE_SECURE=secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=30 * 24 * 3600,
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=secure,
        SQLALCHEMY_DATABASE_URI=settings.database_address,
        BOOTSTRAP_SERVE_LOCAL=True,
        # pages, per request; static files are compressed once (static_files.py). Streamed files stay as they
        # are: Flask-Compress would leave them open
        COMPRESS_ALGORITHM=["br", "gzip"],
        COMPRESS_STREAMS=False,
        RATELIMIT_ENABLED=settings.rate_limits,
        RATELIMIT_STORAGE_URI=settings.redis_url or "memory://",
        RATELIMIT_HEADERS_ENABLED=False,
        MAIL_SERVER=settings.mail_server,
        MAIL_PORT=settings.mail_port,
        MAIL_USERNAME=settings.mail_username or None,
        MAIL_PASSWORD=settings.mail_password or None,
        MAIL_USE_TLS=settings.mail_use_tls,
        MAIL_TIMEOUT=20,
        MAIL_DEFAULT_SENDER=settings.mail_sender,
    )
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(settings=settings, site_name=SITE_NAME)
