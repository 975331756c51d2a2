"""What a person can put right: one sentence on stderr and exit status 2."""


class RefusedError(Exception):
    """Nothing was touched; the message says what is wrong and what to do."""
