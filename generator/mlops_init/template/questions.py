"""The questions of copier.yml that a user answers."""

OPTION_OF_QUESTION = {
    "level": "--level",
    "project_name": "--name",
    "package_name": "--package",
    "branch": "--set branch=NAME",
    "example": "--example",
    "optional": "--with",
}
