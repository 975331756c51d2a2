"""What stops a verb with a sentence instead of a traceback."""

import errno

NO_ROOM = (errno.EDQUOT, errno.EFBIG, errno.ENOSPC)


class InputError(Exception):
    """Something that was given is wrong; the message says what, where, and what to do about it."""
