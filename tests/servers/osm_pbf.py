"""Nodes and ways as an OpenStreetMap extract in PBF, as small as engines will read.

Source
------
https://wiki.openstreetmap.org/wiki/PBF_Format
"""

import struct
import zlib

BLOCK = 8_000
_NANODEGREES = 1_000_000_000
_GRANULARITY = 100


def write_pbf(path, latitude, longitude, ways):
    """Write an extract.

    Parameters
    ----------
    latitude, longitude : of the nodes, which are numbered from 1.
    ways : pairs of a list of rows of nodes and a dict of tags.
    """
    with path.open("wb") as file:
        features = [_field(4, b"OsmSchema-V0.6"), _field(4, b"DenseNodes")]
        _write_blob(file, b"OSMHeader", b"".join(features))
        for start in range(0, len(latitude), BLOCK):
            rows = range(start, min(start + BLOCK, len(latitude)))
            dense = (
                _packed(1, [row + 1 for row in rows], deltas=True)
                + _packed(8, [_units(latitude[row]) for row in rows], deltas=True)
                + _packed(9, [_units(longitude[row]) for row in rows], deltas=True)
            )
            _write_blob(file, b"OSMData", _block([b""], _field(2, dense)))
        for start in range(0, len(ways), BLOCK):
            texts = {b"": 0}
            group = [
                _way(start + row + 1, nodes, tags, texts)
                for row, (nodes, tags) in enumerate(ways[start : start + BLOCK])
            ]
            _write_blob(file, b"OSMData", _block(list(texts), b"".join(group)))


def _way(number, nodes, tags, texts):
    pairs = [
        tuple(texts.setdefault(text.encode(), len(texts)) for text in pair) for pair in tags.items()
    ]
    body = (
        _number(1, number)
        + _packed(2, [key for key, _ in pairs])
        + _packed(3, [value for _, value in pairs])
        + _packed(8, [row + 1 for row in nodes], deltas=True)
    )
    return _field(3, body)


def _block(texts, group):
    table = b"".join(_field(1, text) for text in texts)
    return _field(1, table) + _field(2, group) + _number(17, _GRANULARITY)


def _write_blob(file, kind, content):
    blob = _number(2, len(content)) + _field(3, zlib.compress(content))
    header = _field(1, kind) + _number(3, len(blob))
    file.write(struct.pack(">I", len(header)) + header + blob)


def _units(degrees):
    return round(degrees * _NANODEGREES / _GRANULARITY)


def _field(tag, content):
    return _varint(tag << 3 | 2) + _varint(len(content)) + content


def _number(tag, value):
    return _varint(tag << 3) + _varint(value)


def _packed(tag, values, *, deltas=False):
    if deltas:
        steps = (value - before for value, before in zip(values, [0, *values[:-1]], strict=True))
        values = [step << 1 if step >= 0 else (-step << 1) - 1 for step in steps]  # zigzag
    return _field(tag, b"".join(map(_varint, values)))


def _varint(value):
    held = bytearray()
    while value > 127:
        held.append(value & 127 | 128)
        value >>= 7
    held.append(value)
    return bytes(held)
