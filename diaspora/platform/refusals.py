"""How a service says no: one exception with a sentence for the reader."""

from flask_babel.speaklater import LazyString


class Refused(Exception):
    """The act is not possible now; `message` says why and what to do, `field` which input it concerns."""

    def __init__(self, message: LazyString | str, field: str = "") -> None:
        super().__init__(str(field))
        self.message = message
        self.field = field

    def __str__(self) -> str:
        return str(self.message)
