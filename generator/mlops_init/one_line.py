"""Prints a text on one line, although a path may hold a line break."""


def escape(text: str) -> str:
    """The text, in which a line break is a backslash and an n."""
    return "".join(sign if sign.isprintable() else ascii(sign)[1:-1] for sign in text)
