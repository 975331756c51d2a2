"""The error that ends a command with one sentence instead of a traceback."""


class InputError(Exception):
    """Wrong input. The message says what is wrong, where, and what to do about it."""
