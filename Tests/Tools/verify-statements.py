#!/usr/bin/env python3
"""Holds published statements against programs that know nothing of vgraph.

usage: verify-statements.py FILE.intoto.jsonl FILM PUBLIC_KEY_HEX

The envelopes must be DSSE that securesystemslib verifies with the key, and refuse once a byte is changed; the payloads
must be in-toto statements that in-toto-attestation accepts, about the film's SHA-256; one has SLSA's provenance.
"""
import base64
import hashlib
import json
import sys

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from google.protobuf import json_format
from in_toto_attestation.predicates.provenance.v1 import provenance_pb2
from in_toto_attestation.v1.statement import Statement
from in_toto_attestation.v1 import statement_pb2
from securesystemslib.dsse import Envelope
from securesystemslib.signer import SSlibKey

path, film, key_hex = sys.argv[1:]
sha256 = hashlib.sha256(open(film, "rb").read()).hexdigest()
key = SSlibKey.from_crypto(Ed25519PublicKey.from_public_bytes(bytes.fromhex(key_hex)), keyid=key_hex)
types = []
for line in open(path, "rb"):
    envelope = Envelope.from_dict(json.loads(line))
    assert envelope.payload_type == "application/vnd.in-toto+json"
    assert len(envelope.verify([key], 1)) == 1
    for place in (0, len(envelope.payload) // 2, len(envelope.payload) - 1):
        touched = bytearray(envelope.payload)
        touched[place] ^= 1
        try:
            Envelope(bytes(touched), envelope.payload_type, envelope.signatures).verify([key], 1)
        except Exception:
            continue
        sys.exit(f"a changed byte {place} was accepted")
    statement = Statement.copy_from_pb(json_format.Parse(envelope.payload, statement_pb2.Statement()))
    statement.validate()
    assert statement.pb.subject[0].digest["sha256"] == sha256, "about another file"
    types.append(statement.pb.predicate_type)
    if statement.pb.predicate_type == "https://slsa.dev/provenance/v1":
        predicate = json_format.Parse(
            json_format.MessageToJson(statement.pb.predicate), provenance_pb2.Provenance(), ignore_unknown_fields=True)
        assert predicate.build_definition.build_type and predicate.run_details.builder.id
        assert len(predicate.build_definition.resolved_dependencies) > 3
assert "https://slsa.dev/provenance/v1" in types and len(types) == 2, types
print("verified", len(types), "statements about", sha256)
