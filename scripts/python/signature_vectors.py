"""Writes openapi/signature-vectors.json: request signatures made by Python's hmac, for the server and
every SDK to hold their own against. `--check` only says whether the file is what this writes."""

import base64
import hashlib
import hmac
import json
import sys
from pathlib import Path

TARGET = Path(__file__).resolve().parents[2] / "openapi" / "signature-vectors.json"
SECRET = "vf_sign_dGhlIHNlY3JldCBvZiB0aGUgdGVzdCB2ZWN0b3JzIQ"
OTHER = "vf_sign_YW5vdGhlciBzZWNyZXQgb2YgdGhlIHRlc3QgdmVjdG9ycw"
TIME = 1768905000

FORM = (
    "--frontier\r\n"
    'Content-Disposition: form-data; name="text"\r\n\r\n'
    "Grüße\r\n"
    "--frontier\r\n"
    'Content-Disposition: form-data; name="voice"\r\n\r\n'
    "af_heart\r\n"
    "--frontier--\r\n"
)

# name, secret, time, body
CASES = [
    ("JSON", SECRET, TIME, b'{"text":"Hello.","voice":"af_heart"}'),
    ("the same JSON with other spaces", SECRET, TIME, b'{"text": "Hello.", "voice": "af_heart"}'),
    ("a body that is empty", SECRET, TIME, b""),
    ("another second", SECRET, TIME + 1, b'{"text":"Hello.","voice":"af_heart"}'),
    ("another secret", OTHER, TIME, b'{"text":"Hello.","voice":"af_heart"}'),
    ("text beyond ASCII", SECRET, TIME, '{"text":"Grüße, 日本語, 🎙️"}'.encode()),
    ("a line end at the end", SECRET, TIME, b'{"text":"Hello."}\r\n'),
    ("a form", SECRET, TIME, FORM.encode()),
    ("bytes that are no text", SECRET, TIME, bytes(range(256))),
    ("a body that begins with digits and a dot", SECRET, TIME, b"1768905000.{}"),
    ("a long body", SECRET, TIME, b"0123456789abcdef" * 4096),
]


def sign(body: bytes, secret: str, timestamp: int) -> str:
    message = str(timestamp).encode() + b"." + body
    return "v1=" + hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()


def vector(name: str, secret: str, timestamp: int, body: bytes) -> dict:
    return {
        "name": name,
        "secret": secret,
        "timestamp": timestamp,
        "body_base64": base64.b64encode(body).decode(),
        "signature": sign(body, secret, timestamp),
    }


DOCUMENT = {
    "scheme": "v1",
    "description": "signature = 'v1=' + hex(HMAC-SHA256(secret, timestamp + '.' + body)); "
    "the body is the bytes as they are sent.",
    "vectors": [vector(*case) for case in CASES],
}
TEXT = json.dumps(DOCUMENT, indent=2) + "\n"

if "--check" in sys.argv:
    sys.exit(0 if TARGET.read_text() == TEXT else f"{TARGET} is not what this script writes")
TARGET.write_text(TEXT)
