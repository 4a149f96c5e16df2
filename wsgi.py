"""The application object that gunicorn and the `flask` command serve."""

from diaspora import create_app

app = create_app()
