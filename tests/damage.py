"""Damage to files, the same for the same seed."""

from __future__ import annotations

import random


def mutated(content: bytes, seed: int) -> bytes:
    """Bytes flipped, cut out, doubled, cut off."""
    rng = random.Random(seed)
    made = bytearray(content)
    for _ in range(rng.randint(1, 6)):
        if not made:
            break
        place = rng.randrange(len(made))
        match rng.randrange(5):
            case 0:
                made[place] = rng.randrange(256)
            case 1:
                del made[place : place + rng.randint(1, 40)]
            case 2:
                made[place:place] = made[place : place + rng.randint(1, 40)]
            case 3:
                made[place:place] = rng.choice([b"\t", b"\n", b"\0", b"\xff", b",", b"{", b'"', b"-", b"e", b"9" * 50])
            case 4:
                del made[place:]
    return bytes(made)
