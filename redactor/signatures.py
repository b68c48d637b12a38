"""Signatures of what is to be believed without us: Ed25519 (RFC 8032) over canonical JSON; keys as PEM or base64."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from redactor.errors import PolicyError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

_BYTES = 32


def canonical(body: Mapping[str, Any]) -> bytes:
    """The bytes that are signed: sorted keys, no blanks, UTF-8, without `signature`."""
    unsigned = {key: value for key, value in body.items() if key != "signature"}
    return json.dumps(unsigned, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def public_key_of(key: Ed25519PrivateKey) -> str:
    """The public half, 32 bytes as base64."""
    return base64.b64encode(key.public_key().public_bytes_raw()).decode()


def signed(body: Mapping[str, Any], key: Ed25519PrivateKey) -> dict[str, Any]:
    """`body` with `key` (the public half) and `signature`, base64."""
    whole = {**body, "key": public_key_of(key)}
    return {**whole, "signature": base64.b64encode(key.sign(canonical(whole))).decode()}


def is_signed(body: Mapping[str, Any], public_key: str) -> bool:
    """True when `body` was signed by that key, and says so."""
    if body.get("key") != public_key:
        return False
    try:
        return is_signature(canonical(body), base64.b64decode(str(body.get("signature")), validate=True), public_key)
    except (binascii.Error, UnicodeEncodeError, ValueError):
        return False


def is_signature(content: bytes, signature: bytes, public_key: str) -> bool:
    """True when that key signed these bytes."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        Ed25519PublicKey.from_public_bytes(base64.b64decode(public_key)).verify(signature, content)
    except InvalidSignature:
        return False
    return True


def pem_of(public_key: str) -> str:
    """A public key as other programs want it (SubjectPublicKeyInfo, PEM)."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    key = Ed25519PublicKey.from_public_bytes(base64.b64decode(public_key))
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def read_public_key(path: Path) -> str:
    """A public key from a file with PEM or base64, as base64. Raises `PolicyError`."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    wanted = "the file of the public key needs what `redactor audit public-key` prints (Ed25519, PEM or base64)"
    try:
        content = path.read_bytes()
    except OSError as error:
        raise PolicyError(f"the file of the public key cannot be read ({error.strerror})") from None
    try:
        if b"-----BEGIN" in content:
            key = load_pem_public_key(content)
            if not isinstance(key, Ed25519PublicKey):
                raise PolicyError(wanted)
            return base64.b64encode(key.public_bytes_raw()).decode()
        raw = base64.b64decode(content.strip(), validate=True)
    except ValueError:
        raise PolicyError(wanted) from None
    if len(raw) != _BYTES:
        raise PolicyError(wanted)
    return base64.b64encode(raw).decode()
