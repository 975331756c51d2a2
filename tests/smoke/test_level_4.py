"""A project of level 4 ingests data, trains a model and serves it."""

from tests.support.projects import Install, serve_first_model


def test_a_first_model_is_served(install: Install) -> None:
    serve_first_model(install(4))
