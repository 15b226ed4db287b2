"""What every bound of this room is refused with."""


class TooMuchError(ValueError):
    """A file holds more than it may; the message goes on from what the file is called."""
