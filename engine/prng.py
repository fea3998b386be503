"""The Playground's one stream of random numbers: the ARC4 generator of seedrandom 2.4, keyed with the seed's text."""

_BYTE = 255
_ORDER = (*range(1, 256), 0)  # in which the state is gone through for 256 bytes; the first 256 are thrown away
_CHUNK = 7  # bytes that start a number: six and, since they are always too few, one more
_START_DENOMINATOR = 2.0**56
_SIGNIFICANCE = 2**52
_OVERFLOW = 2**53


def _key(seed: str) -> list[int]:
    """Mix the UTF-16 code units of a seed into at most 256 key bytes; an empty seed counts as one zero."""
    units = seed.encode("utf-16-le", "surrogatepass")
    key: list[int] = []
    smear = 0
    for position, (low, high) in enumerate(zip(units[::2], units[1::2], strict=True)):
        place = position & _BYTE
        old = key[place] if place < len(key) else 0
        smear ^= old * 19
        mixed = (smear + low + (high << 8)) & _BYTE
        if place < len(key):
            key[place] = mixed
        else:
            key.append(mixed)
    return key or [0]


class SeededRandom:
    """A stream of uniform doubles that depends on nothing but its seed (any text)."""

    __slots__ = ("_at", "_bytes", "_j", "_state")

    def __init__(self, seed: str) -> None:
        key = _key(seed)
        state = list(range(256))
        j = 0
        for i in range(256):
            j = (j + key[i % len(key)] + state[i]) & _BYTE
            state[i], state[j] = state[j], state[i]
        self._state, self._j = state, 0
        self._next_bytes()
        self._bytes, self._at = self._next_bytes(), 0

    def _next_bytes(self) -> bytes:
        """Give the next 256 bytes: in one go they cost half of what they would one by one."""
        state, j, found = self._state, self._j, bytearray()
        for i in _ORDER:
            first = state[i]
            j = (j + first) & _BYTE
            second = state[j]
            state[i], state[j] = second, first
            found.append(state[(first + second) & _BYTE])
        self._j = j
        return bytes(found)

    def _take(self, count: int) -> int:
        """Give the next `count` bytes as one big-endian number."""
        end = self._at + count
        if end > len(self._bytes):
            self._bytes = self._bytes[self._at :] + self._next_bytes()
            end = count
        number = int.from_bytes(self._bytes[end - count : end], "big")
        self._at = end
        return number

    def random(self) -> float:
        """Give the next uniform number in [0, 1), with all 52 bits filled."""
        taken, denominator = self._take(_CHUNK), _START_DENOMINATOR
        extra = taken & _BYTE
        number = taken - extra
        while number < _SIGNIFICANCE:
            number = (number + extra) << 8
            denominator *= 256.0
            extra = self._take(1)
        while number >= _OVERFLOW:  # the number is still a multiple of 256 here, so halving loses nothing
            number >>= 1
            denominator /= 2.0
            extra >>= 1
        return (number + extra) / denominator

    def uniform(self, low: float, high: float) -> float:
        """Give the next uniform number in [low, high); one draw."""
        return self.random() * (high - low) + low
