"""Looks into an overview picture: not blank, green and brown terrain, sky, and drones and routes in their colours."""

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


rows = pixels(sys.argv[1])
found = {
    "sky": share(rows, lambda r, g, b: b > r + 8 and b > 180),
    "green plain": share(rows, lambda r, g, b: g > r + 5 and g > b + 15),
    "brown slopes": share(rows, lambda r, g, b: r > b + 25 and r > g and g > 90),
    "river": share(rows, lambda r, g, b: b > g + 25 and b > r + 60 and b > 120),
    "magenta (scenic delivery)": share(rows, lambda r, g, b: r > g + 80 and b > g + 60),
    "orange (fire patrol)": share(rows, lambda r, g, b: r > 200 and 60 < g < 150 and b < 110),
}
least = {"sky": 0.05, "green plain": 0.05, "brown slopes": 0.01, "river": 0.002,
         "magenta (scenic delivery)": 0.0003, "orange (fire patrol)": 0.0003}
print({name: round(value, 5) for name, value in found.items()})
missing = [name for name, value in found.items() if value < least[name]]
assert not missing, f"missing from the picture: {missing}"
