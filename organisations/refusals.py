"""The one way a deed says no."""


class NotAllowed(Exception):
    """A deed was refused. The argument is a sentence for the person, in that person's language."""

    @property
    def sentence(self) -> str:
        return str(self.args[0])
