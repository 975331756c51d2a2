"""A project of level 4 goes from the source of its data to the answer of a server."""

from tests.support.projects import Install, serve_first_model


def test_a_first_model_is_served(install: Install) -> None:
    serve_first_model(install(4))
