"""What stops a verb with a sentence instead of a traceback."""


class InputError(Exception):
    """Something that was given is wrong; the message says what, where, and what to do about it."""
