"""Content Credentials (C2PA) in a film: signed notice that software made it.

The key is made once per installation and certified by itself, so a viewer can see that a film was
not changed since and that one installation made it, but not whose it is: "untrusted signer".
A publisher puts a certificate of a trust list in its place (``chain.pem`` and ``key.pem``).

A signature holds the key, its time and random numbers, so a signed film is another file each time
it is made; unsigned films of the same input are the same to the last byte.
"""

import datetime
import json
import os
import tempfile
from pathlib import Path
from typing import Any, Final

import c2pa
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from storyface_assets.lib.errors import BadInput
from storyface_assets.vocabulary import AI_LABEL

#: IPTC's digital source type for pictures composed with algorithms trained on data.
SOURCE_TYPE: Final = (
    "http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia"
)
_CHAIN, _KEY = "chain.pem", "key.pem"
_VALID_DAYS: Final = 3650


def sign_film(source: Path, target: Path, identity_dir: Path, title: str) -> None:
    """Copy an mp4 with Content Credentials embedded.

    Args:
        source: the film as encoded.
        target: the signed film; must not exist.
        identity_dir: folder of the installation's key; it is made if it is not there.
        title: of the story.

    Raises:
        BadInput: the key in ``identity_dir`` cannot be used.
    """
    chain, key = _identity(identity_dir)
    manifest = {
        "claim_generator_info": [{"name": "StoryFace", "version": "0.1"}],
        "title": title,
        "format": "video/mp4",
        "assertions": [
            {
                "label": "c2pa.actions",
                "data": {
                    "actions": [
                        {
                            "action": "c2pa.created",
                            "digitalSourceType": SOURCE_TYPE,
                            "description": AI_LABEL,
                        }
                    ]
                },
            }
        ],
    }
    try:
        info = c2pa.C2paSignerInfo(c2pa.C2paSigningAlg.ES256, chain, key, None)
        with (
            c2pa.Signer.from_info(info) as signer,
            c2pa.Builder(json.dumps(manifest)) as builder,
            source.open("rb") as unsigned,
            target.open("w+b") as signed,
        ):
            builder.sign(signer, "video/mp4", unsigned, signed)
    except c2pa.C2paError as error:
        raise BadInput(
            identity_dir,
            "",
            f"holds a key that cannot sign films ({error}).",
            "Put a C2PA certificate chain and its P-256 key there, or delete the folder.",
        ) from error


def read_credentials(path: Path) -> dict[str, Any] | None:
    """The manifest store of a film as C2PA's JSON, with ``validation_state``; ``None`` without."""
    with path.open("rb") as stream:
        try:
            with c2pa.Reader("video/mp4", stream) as reader:
                store: dict[str, Any] = json.loads(reader.json())
                return store
        except c2pa.C2paError as error:
            if "ManifestNotFound" in str(error) or "no JUMBF" in str(error):
                return None
            raise BadInput(
                path, "", f"has broken Content Credentials ({error}).", "Make the film again."
            ) from error


def _identity(folder: Path) -> tuple[bytes, bytes]:
    """Certificate chain and private key (PEM) of this installation."""
    try:
        if not (folder / _CHAIN).exists():
            _make_identity(folder)
        return (folder / _CHAIN).read_bytes(), (folder / _KEY).read_bytes()
    except OSError as error:
        raise BadInput(
            folder, "", f"cannot hold the signing key ({error}).", "Make it writable."
        ) from error


def _make_identity(folder: Path) -> None:
    """Make key and chain; if two processes try at once, one of them wins whole."""
    authority_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    authority = _certificate("StoryFace installation", authority_key, None, authority_key)
    leaf = _certificate("StoryFace films", key, authority, authority_key)
    pem = serialization.Encoding.PEM
    folder.parent.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    (made / _CHAIN).write_bytes(leaf.public_bytes(pem) + authority.public_bytes(pem))
    private = key.private_bytes(
        pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    descriptor = os.open(made / _KEY, os.O_WRONLY | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(private)
    try:
        os.rename(made, folder)
    except OSError:
        for name in (_CHAIN, _KEY):
            (made / name).unlink()
        made.rmdir()
        if not (folder / _CHAIN).exists():
            raise


def _certificate(
    name: str,
    key: ec.EllipticCurvePrivateKey,
    issuer: x509.Certificate | None,
    issuer_key: ec.EllipticCurvePrivateKey,
) -> x509.Certificate:
    """A certificate with the extensions that C2PA asks for (specification 2.1, 14.5.1).

    Args:
        name: common name of the subject.
        key: of the subject.
        issuer: ``None`` for a root that signs itself.
        issuer_key: of the issuer.
    """
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "StoryFace (self-certified)"),
            x509.NameAttribute(NameOID.COMMON_NAME, name),
        ]
    )
    root = issuer is None
    now = datetime.datetime.now(datetime.UTC)
    identifier = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    authority = x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key())
    usage = {
        "digital_signature": not root,
        "key_cert_sign": root,
        "crl_sign": root,
        "content_commitment": False,
        "key_encipherment": False,
        "data_encipherment": False,
        "key_agreement": False,
        "encipher_only": False,
        "decipher_only": False,
    }
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject if issuer is None else issuer.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=_VALID_DAYS))
        .add_extension(x509.BasicConstraints(ca=root, path_length=None), critical=True)
        .add_extension(x509.KeyUsage(**usage), critical=True)
        .add_extension(identifier, critical=False)
        .add_extension(authority, critical=False)
    )
    if not root:
        purpose = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION])
        builder = builder.add_extension(purpose, critical=False)
    return builder.sign(issuer_key, hashes.SHA256())
