"""The one exception that says: the user asked for something that can not be done."""

from collections.abc import Mapping


class Refused(Exception):
    """A request that is understood and refused, with the reason in plain words.

    Parameters
    ----------
    code
        Short stable name of the reason, for programs: ``outside_loaded_regions``.
    message
        One sentence for a person; translated by whoever raises it.
    fields
        The message for each input field at fault, by the field's name.
    """

    def __init__(
        self, code: str, message: str, fields: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.fields = dict(fields or {})


class Conflict(Refused):
    """Refused for the state that things are in: it may be right at another time."""


class NotYours(Refused):
    """Refused because another has to do it."""


def refuse_if_any(faults: Mapping[str, str], message: str) -> None:
    """Raise one Refused, ``invalid``, that carries every fault; none, nothing."""
    if faults:
        raise Refused("invalid", message, faults)
