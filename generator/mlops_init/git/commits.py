"""Creates a repository with a first commit, and adds commits to it."""

from pathlib import Path

from .run import attempt, git

ROLES = ("AUTHOR", "COMMITTER")
FALLBACK_IDENTITY = {
    f"GIT_{role}_{field}": value
    for role in ROLES
    for field, value in (("NAME", "mlops-init"), ("EMAIL", "mlops-init@localhost"))
}
# No hooks and no signature: they could fail or ask for a passphrase.
COMMIT = ("commit", "--quiet", "--no-verify", "--no-gpg-sign", "--message")


def create_repository(folder: Path, branch: str, message: str) -> None:
    """Create a repository with everything in one commit on a branch."""
    git("init", "--quiet", f"--initial-branch={branch}", cwd=folder)
    # Generated files are committed even if the user's own settings ignore such files.
    git("add", "--all", "--force", cwd=folder)
    git(*COMMIT, message, cwd=folder, environment=_identity(folder))


def commit_changes(folder: Path, message: str) -> None:
    """Commit all changes in a repository that `create_repository` created."""
    git("add", "--all", cwd=folder)
    git(*COMMIT, message, cwd=folder, environment=_identity(folder))


def _identity(folder: Path) -> dict[str, str]:
    """Variables that replace a missing name or address of the user."""
    results = [attempt("var", f"GIT_{role}_IDENT", cwd=folder) for role in ROLES]
    return FALLBACK_IDENTITY if any(result.status for result in results) else {}
