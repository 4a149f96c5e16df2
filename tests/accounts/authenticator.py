"""A security key in a few lines: it makes a key pair and signs challenges, as WebAuthn describes it."""

import hashlib
import json
import os
from dataclasses import dataclass, field

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from webauthn.helpers import bytes_to_base64url as text

PRESENT, ATTESTED = 0x01, 0x40


@dataclass
class SecurityKey:
    """One key for one site; `origin` is what the browser would say, `count` how often it was used."""

    origin: str = "http://localhost"
    site: str = "localhost"
    count: int = 0
    id: bytes = field(default_factory=lambda: os.urandom(16))
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def _said(self, act: str, challenge: str) -> bytes:
        return json.dumps({"type": f"webauthn.{act}", "challenge": challenge, "origin": self.origin}).encode()

    def _data(self, flags: int, more: bytes = b"") -> bytes:
        self.count += 1
        site = hashlib.sha256(self.site.encode()).digest()
        return site + bytes([flags]) + self.count.to_bytes(4, "big") + more

    def make(self, challenge: str) -> str:
        """The answer to `navigator.credentials.create`."""
        point = self.key.public_key().public_numbers()
        public = {1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32, "big"), -3: point.y.to_bytes(32, "big")}
        attested = bytes(16) + len(self.id).to_bytes(2, "big") + self.id + cbor2.dumps(public)
        data = self._data(PRESENT | ATTESTED, attested)
        made = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        said = self._said("create", challenge)
        return self._answer({"clientDataJSON": text(said), "attestationObject": text(made)})

    def show(self, challenge: str) -> str:
        """The answer to `navigator.credentials.get`."""
        said, data = self._said("get", challenge), self._data(PRESENT)
        signature = self.key.sign(data + hashlib.sha256(said).digest(), ec.ECDSA(hashes.SHA256()))
        return self._answer(
            {"clientDataJSON": text(said), "authenticatorData": text(data), "signature": text(signature)}
        )

    def _answer(self, response: dict[str, str]) -> str:
        mine = text(self.id)
        return json.dumps({"id": mine, "rawId": mine, "type": "public-key", "response": response})
