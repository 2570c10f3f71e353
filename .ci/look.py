"""Looks into a picture of a kind: what must be seen in it is there, in its colours. Usage: look.py overview|routes PNG"""

import struct
import sys
import zlib


def pixels(path):
    """Width, height and rows of RGB of a PNG with 8 bits a channel, by the standard library alone."""
    data = open(path, "rb").read()
    assert data[:8] == b"\x89PNG\r\n\x1a\n", "no PNG"
    at, packed, header = 8, b"", None
    while at < len(data):
        length, kind = struct.unpack(">I4s", data[at : at + 8])
        body = data[at + 8 : at + 8 + length]
        if kind == b"IHDR":
            header = struct.unpack(">IIBB", body[:10])
        if kind == b"IDAT":
            packed += body
        at += 12 + length
    width, height, depth, colour = header
    assert depth == 8 and colour in (2, 6), f"depth {depth}, colour type {colour}"
    channels = 3 if colour == 2 else 4
    raw, stride, before, rows = zlib.decompress(packed), width * channels, bytes(width * channels), []
    for y in range(height):
        kind, line = raw[y * (stride + 1)], bytearray(raw[y * (stride + 1) + 1 : (y + 1) * (stride + 1)])
        for i in range(stride):
            left = line[i - channels] if i >= channels else 0
            up, corner = before[i], before[i - channels] if i >= channels else 0
            if kind == 1:
                line[i] = (line[i] + left) & 255
            elif kind == 2:
                line[i] = (line[i] + up) & 255
            elif kind == 3:
                line[i] = (line[i] + (left + up) // 2) & 255
            elif kind == 4:
                p = left + up - corner
                nearest = min((abs(p - left), 0, left), (abs(p - up), 1, up), (abs(p - corner), 2, corner))[2]
                line[i] = (line[i] + nearest) & 255
        before = bytes(line)
        rows.append([tuple(line[x * channels : x * channels + 3]) for x in range(width)])
    return rows


def share(rows, wanted):
    return sum(wanted(*pixel) for row in rows for pixel in row) / (len(rows) * len(rows[0]))


SEEN = {
    "overview": {
        "sky": (0.05, lambda r, g, b: b > r + 8 and b > 180),
        "green plain": (0.05, lambda r, g, b: g > r + 5 and g > b + 15),
        "brown slopes": (0.01, lambda r, g, b: r > b + 25 and r > g and g > 90),
        "river": (0.002, lambda r, g, b: b > g + 25 and b > r + 60 and b > 120),
        "magenta (scenic delivery)": (0.0003, lambda r, g, b: r > g + 80 and b > g + 60),
        "orange (fire patrol)": (0.0003, lambda r, g, b: r > 200 and 60 < g < 150 and b < 110),
    },
    "routes": {
        "purple (first route, and its profile)": (0.003, lambda r, g, b: r + 40 < b and g + 40 < r and b > 120),
        "turquoise (second route)": (0.001, lambda r, g, b: r < 60 and g > 130 and b > 160),
        "white (the profile)": (0.05, lambda r, g, b: min(r, g, b) > 250),
        "brown (the ground from the side)": (0.02, lambda r, g, b: abs(r - 203) < 12 and abs(g - 184) < 12 and abs(b - 151) < 14),
        "green (the battery)": (0.0003, lambda r, g, b: g > r + 60 and g > b + 50 and r < 90),
    },
}

rows = pixels(sys.argv[2])
found = {name: (share(rows, wanted), least) for name, (least, wanted) in SEEN[sys.argv[1]].items()}
print({name: round(value, 5) for name, (value, _) in found.items()})
missing = [name for name, (value, least) in found.items() if value < least]
assert not missing, f"missing from the picture: {missing}"
