"""One RSA key for each part that a launch needs, made once: making them is slow."""

from functools import cache

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key


def rsa_key(of: str = "platform", bits: int = 2048) -> RSAPrivateKey:
    """Return the key of somebody: the platform, the tool, a stranger."""
    return _made(of, bits)


@cache
def _made(_of: str, bits: int) -> RSAPrivateKey:
    return generate_private_key(public_exponent=65537, key_size=bits)
