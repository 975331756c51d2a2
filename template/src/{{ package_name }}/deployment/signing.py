"""Signs releases and checks their signatures, with Ed25519 keys in PEM."""

from pathlib import Path
from typing import Any

from pydantic import SecretStr

from ..errors import InputError
from ..settings import env_prefix, read_settings
from ..spec import FrozenModel

SIGNATURE = "digests.sig"


class SigningSettings(FrozenModel):
    """`conf/signing.yml`. The private key comes from the environment alone."""

    public_key: str | None = None
    private_key: SecretStr | None = None


def sign(folder: Path, digests: bytes) -> None:
    """Write the signature of the list of digests, if there is a private key.

    InputError if there is a public key alone, or one of another pair: no server would accept it.
    """
    settings = read_settings(SigningSettings, "signing")
    name = f"{env_prefix('signing')}PRIVATE_KEY"
    if settings.private_key is not None:
        key = load_key(settings.private_key.get_secret_value(), private=True)
        (folder / SIGNATURE).write_bytes(key.sign(digests))
        if settings.public_key and load_key(settings.public_key, private=False) != key.public_key():
            raise InputError(f"{name} is not the pair of the key in conf/signing.yml: set that one")
    elif settings.public_key is not None:
        raise InputError(f"conf/signing.yml asks for signed releases: set {name} to sign this one")


def check_signature(folder: Path, digests: bytes) -> None:
    """InputError if there is a public key, and the list of digests is not signed with its pair."""
    public_key = read_settings(SigningSettings, "signing").public_key
    if public_key is None:
        return
    from cryptography.exceptions import InvalidSignature

    key, file = load_key(public_key, private=False), folder / SIGNATURE
    if not file.is_file():
        raise InputError(f"{folder} has no signature, and conf/signing.yml asks for one: delete it")
    try:
        key.verify(file.read_bytes(), digests)
    except InvalidSignature:
        raise InputError(
            f"{folder} is not signed with the key of conf/signing.yml: delete it"
        ) from None


def check_folder(folder: Path) -> None:
    """The same for a folder that may be a release, or something else."""
    if (folder / "digests.json").is_file():
        check_signature(folder, (folder / "digests.json").read_bytes())


def load_key(pem: str, private: bool) -> Any:
    """An Ed25519 key; InputError if the text is none."""
    from cryptography.hazmat.primitives import serialization as keys
    from cryptography.hazmat.primitives.asymmetric import ed25519

    kind = ed25519.Ed25519PrivateKey if private else ed25519.Ed25519PublicKey
    try:
        content = pem.encode()
        key = (
            keys.load_pem_private_key(content, None)
            if private
            else keys.load_pem_public_key(content)
        )
    except (ValueError, TypeError):
        key = None
    if not isinstance(key, kind):
        name = "PRIVATE_KEY" if private else "PUBLIC_KEY"
        raise InputError(
            f"{env_prefix('signing')}{name} (or conf/signing.yml) is no Ed25519 key in PEM"
        )
    return key
