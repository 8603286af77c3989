#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Makes curve448.txt beside it: `python3 curve448.py > curve448.txt`, with `pip install cryptography`.

Keys, signatures and X448 results are OpenSSL's, through the package `cryptography`. What it does not
offer (the sign of v, sums of points, products with any scalar, secrets of 56 octets) comes from the
affine textbook formulas below, on integers of Python. The inputs are SHAKE256 of a label and a number.
"""
import hashlib

import cryptography
from cryptography.hazmat.primitives.asymmetric import ed448, x448
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

P = 2**448 - 2**224 - 1
L = 2**446 - 13818066809895115352007386748515426880336692474882178609894547503885
D = -39081 % P
A = 156326
EDWARDS_BASE = (
    224580040295924300187604334099896036246789641632564134246125461686950415467406032909029192869357953282578032075146446173674602635247710,
    298819210078481492676017930443930673437544040154080242095928241372331506189835876003536878655418784733982303233503462500531545062832660,
)
MONTGOMERY_BASE = (
    5,
    355293926785568175264127502063783334808976399387714271831880898435169088786967410002932673765864550910142774147268105838985595290606362,
)
LOW_ORDER = [(0, 0), *((P - 1, v * pow(A - 2, (P + 1) // 4, P) % P) for v in (1, -1))]
CASES = 64


def octets(label, number, count):
    return hashlib.shake_256(f"{label} {number}".encode()).digest(count)


def edwards_add(p, q):
    (x1, y1), (x2, y2) = p, q
    t = D * x1 * x2 * y1 * y2 % P
    return (x1 * y2 + y1 * x2) * pow(1 + t, -1, P) % P, (y1 * y2 - x1 * x2) * pow(1 - t, -1, P) % P


def montgomery_add(p, q):
    if p is None or q is None:
        return q if p is None else p
    (u1, v1), (u2, v2) = p, q
    if u1 == u2:
        if (v1 + v2) % P == 0:
            return None
        slope = (3 * u1 * u1 + 2 * A * u1 + 1) * pow(2 * v1, -1, P)
    else:
        slope = (v2 - v1) * pow(u2 - u1, -1, P)
    u3 = (slope * slope - A - u1 - u2) % P
    return u3, (slope * (u1 - u3) - v1) % P


def times(add, neutral, k, point):
    out = neutral
    for bit in bin(k)[2:]:
        out = add(out, out)
        if bit == "1":
            out = add(out, point)
    return out


def edwards_times(k, point=EDWARDS_BASE):
    return times(edwards_add, (0, 1), k, point)


def montgomery_times(k, point=MONTGOMERY_BASE):
    return times(montgomery_add, None, k, point)


def edwards_octets(point):
    return point[1].to_bytes(56, "little") + bytes([(point[0] & 1) << 7])


def montgomery_octets(point):
    return point[0].to_bytes(56, "little") + bytes([(point[1] & 1) << 7])


def clamp(secret):
    out = bytearray(secret[:56])
    out[0] &= 0xFC
    out[55] |= 0x80
    return int.from_bytes(out, "little")


def line(kind, *values):
    print(kind, *(value.hex() or "-" for value in values))


def raw(key):
    return key.public_bytes(Encoding.Raw, PublicFormat.Raw)


print("# SPDX-License-Identifier: MIT")
print(f"# Made by curve448.py with cryptography {cryptography.__version__}. One case a line: kind, then octets in hex; - is empty.")

print("# ed448-sign: secret (57), public key, message, signature. OpenSSL.")
for i in range(CASES):
    secret = octets("ed448 secret", i, 57)
    key = ed448.Ed448PrivateKey.from_private_bytes(secret)
    message = octets("ed448 message", i, i * i // 4)
    line("ed448-sign", secret, raw(key.public_key()), message, key.sign(message))

print("# ed448-mesh-public: secret (56), public key. Model.")
for i in range(CASES):
    secret = octets("ed448 mesh secret", i, 56)
    line("ed448-mesh-public", secret, edwards_octets(edwards_times(clamp(hashlib.shake_256(secret).digest(114)))))

print("# ed448-add: point, point, sum. ed448-product: scalar (56), point, product. Model.")
for i in range(CASES):
    p, q = (edwards_times(clamp(octets(f"ed448 point {n}", i, 56))) for n in "pq")
    q = {0: p, 1: (-p[0] % P, p[1]), 2: (0, 1)}.get(i, q)
    line("ed448-add", *map(edwards_octets, (p, q, edwards_add(p, q))))
    k = {0: 0, 1: 1, 2: 2, 3: L - 1, 4: L - 2}.get(i, int.from_bytes(octets("ed448 scalar", i, 56), "little") % L)
    line("ed448-product", k.to_bytes(56, "little"), edwards_octets(p), edwards_octets(edwards_times(k, p)))

print("# x448-agree: secret, public key, peer (56), shared secret. OpenSSL. Peers of odd number: any u, curve or twist.")
for i in range(CASES):
    key = x448.X448PrivateKey.from_private_bytes(octets("x448 secret", i, 56))
    peer = octets("x448 peer", i, 56)
    if i % 2 == 0:
        peer = raw(x448.X448PrivateKey.from_private_bytes(peer).public_key())
    shared = key.exchange(x448.X448PublicKey.from_public_bytes(peer))
    line("x448-agree", octets("x448 secret", i, 56), raw(key.public_key()), peer, shared)

print("# x448-signed: secret, public key with sign (57). Model, u compared with OpenSSL's.")
for i in range(CASES):
    secret = octets("x448 signed", i, 56)
    public = montgomery_octets(montgomery_times(clamp(secret)))
    assert public[:56] == raw(x448.X448PrivateKey.from_private_bytes(secret).public_key())
    line("x448-signed", secret, public)

print("# x448-add: point, point, sum. x448-product: scalar (56), point, product (all points 57). Model.")
for i in range(CASES):
    p, q = (montgomery_times(clamp(octets(f"x448 point {n}", i, 56))) for n in "pq")
    q = {0: p, 1: montgomery_add(p, p)}.get(i, q)
    if i % 8 >= 6:  # a component of order 2 or 4
        p = montgomery_add(p, LOW_ORDER[i % 3])
    line("x448-add", *map(montgomery_octets, (p, q, montgomery_add(p, q))))
    k = {0: 1, 1: 2, 2: 3, 3: L - 1, 4: L - 2}.get(i, int.from_bytes(octets("x448 scalar", i, 56), "little") % L)
    line("x448-product", k.to_bytes(56, "little"), montgomery_octets(p), montgomery_octets(montgomery_times(k, p)))

print("# x448-refused-sum: two points with a sum of order 2 or 4. Model.")
for i in range(9):
    p = montgomery_times(clamp(octets("x448 low", i, 56)))
    q = montgomery_add((p[0], -p[1] % P), LOW_ORDER[i % 3])
    assert montgomery_add(p, q) == LOW_ORDER[i % 3]
    line("x448-refused-sum", montgomery_octets(p), montgomery_octets(q))

print("# scalar: a, b (56, any), a mod L, a + b, a - b, a b, -a mod L; scalar-wide: 114 octets, value mod L.")
for i in range(CASES):
    a, b = (int.from_bytes(octets(f"scalar {n}", i, 56), "little") for n in "ab")
    a = {0: 0, 1: L, 2: L - 1, 3: 2**448 - 1, 4: 2 * L, 5: 4 * L - 1}.get(i, a)
    b = {2: L - 1, 3: 2**448 - 1, 4: 1}.get(i, b)
    line("scalar", *(n.to_bytes(56, "little") for n in (a, b, a % L, (a + b) % L, (a - b) % L, a * b % L, -a % L)))
    w = {0: b"\xff" * 114, 1: (L * L).to_bytes(114, "little"), 2: (L * L - 1).to_bytes(114, "little")}.get(i, octets("wide", i, 114))
    line("scalar-wide", w, (int.from_bytes(w, "little") % L).to_bytes(56, "little"))
