"""What screens say about a project that is not at the top of its repository."""

WORKFLOWS = ".github/workflows/"


def explain_sub_folder(folder: str) -> str:
    """Why the workflows of a project do not run, and how to make them run."""
    setting = f"defaults: {{run: {{working-directory: {folder}}}}}"
    return (
        "Git hosts only read workflows at the top of a repository, so the workflows in "
        f"{folder}/.github do not run. To use them, copy {folder}/{WORKFLOWS} to {WORKFLOWS} at "
        f"the top, add `{setting}` to each of them, and put {folder}/ in front of the paths of "
        "steps that use an action."
    )
