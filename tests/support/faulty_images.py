"""Pictures with faults beside their pixels, byte by byte: what a browser shows of them is known.

All are `images.quarters`; nothing in here judges one. Chromium judges them
too, in tests/integration/browser.
"""

import struct
import zlib

from tests.support.images import chunk, plain, quarters, saved, swapped_profile

SIZE = (240, 180)
PICTURE = quarters(SIZE)
SIGNATURE = b"\x89PNG\r\n\x1a\n"
EOI = b"\xff\xd9"
TAIL = b"PK\x03\x04 an archive " * 40


def spoiled(kind: bytes, data: bytes) -> bytes:
    """A chunk of a PNG with a wrong checksum."""
    octets = chunk(kind, data)
    return octets[:-1] + bytes([octets[-1] ^ 1])


def parts(png: bytes) -> list[bytes]:
    """The chunks of a PNG."""
    found, at = [], len(SIGNATURE)
    while at < len(png):
        end = at + 12 + int.from_bytes(png[at : at + 4])
        found.append(png[at:end])
        at = end
    return found


HEADER, *REST = parts(saved(PICTURE, "PNG"))
PIXELS = b"".join(one[8:-4] for one in REST if one[4:8] == b"IDAT")
IDAT, IEND = chunk(b"IDAT", PIXELS), chunk(b"IEND", b"")
HALF = len(PIXELS) // 2
LINES = zlib.decompress(PIXELS)

INDEXED_HEADER, PLTE, *INDEXED_REST = parts(saved(PICTURE.quantize(4), "PNG", bits=2))


def png(*before: bytes, pixels: bytes = IDAT, after: bytes = IEND) -> bytes:
    """The picture with these chunks before and behind its pixels."""
    return SIGNATURE + HEADER + b"".join(before) + pixels + after


def indexed(*before: bytes) -> bytes:
    """The picture in four indexed colours, with these chunks before its pixels."""
    return SIGNATURE + INDEXED_HEADER + b"".join(before) + b"".join(INDEXED_REST)


ANCILLARY = {
    b"cHRM": struct.pack(">8I", 31270, 32900, 64000, 33000, 30000, 60000, 15000, 6000),
    b"gAMA": struct.pack(">I", 45455),
    b"hIST": b"\0\1",
    b"iTXt": b"a\0\0\0\0\0b",
    b"oFFs": bytes(9),
    b"pHYs": struct.pack(">IIB", 2835, 2835, 1),
    b"sBIT": b"\x08\x08\x08",
    b"sPLT": b"a\0\x08",
    b"sRGB": b"\0",
    b"tEXt": b"a\0b",
    b"tIME": b"\x07\xe8\1\1\1\1\1",
    b"tRNS": b"\0\7\0\7\0\7",
    b"zTXt": b"a\0\0" + zlib.compress(b"b"),
    b"abCd": b"private",
}
"""A right value of each kind of chunk that a reader need not know."""

SWAPPED = zlib.compress(swapped_profile())
BOMB = zlib.compress(bytes(9_000_000))


def frame(number: int, size: tuple[int, int] = SIZE) -> bytes:
    """The chunk that opens a frame of an APNG."""
    return chunk(b"fcTL", struct.pack(">IIIIIHHBB", number, *size, 0, 0, 1, 10, 0, 0))


def frames(count: int) -> bytes:
    """The chunk that announces frames of an APNG."""
    return chunk(b"acTL", struct.pack(">II", count, 0))


SECOND = frame(1) + chunk(b"fdAT", struct.pack(">I", 2) + zlib.compress(bytes(180 * 721)))

PNG_SHOWN = {
    **{
        f"{kind.decode()} {fault}": data
        for kind, value in ANCILLARY.items()
        for fault, data in {
            "with a wrong checksum": png(spoiled(kind, value)),
            "that is empty": png(chunk(kind, b"")),
            "that is short": png(chunk(kind, value[: len(value) // 2])),
            "that is long": png(chunk(kind, value + b"\1\1\1")),
            "twice": png(chunk(kind, value) * 2),
            "behind the pixels, short": png(after=chunk(kind, value[:1]) + IEND),
            "behind the pixels, with a wrong checksum": png(after=spoiled(kind, value) + IEND),
        }.items()
    },
    "zTXt that inflates to megabytes": png(chunk(b"zTXt", b"a\0\0" + BOMB)),
    "iTXt that inflates to megabytes": png(chunk(b"iTXt", b"a\0\1\0\0\0" + BOMB)),
    "many texts that inflate to megabytes": png(chunk(b"zTXt", b"a\0\0" + BOMB) * 80),
    "iCCP that inflates to megabytes": png(chunk(b"iCCP", b"a\0\0" + BOMB)),
    "iCCP of an unknown method": png(chunk(b"iCCP", b"a\0\1" + SWAPPED)),
    "iCCP without a name": png(chunk(b"iCCP", b"\0\0" + SWAPPED)),
    "iCCP without an end of its name": png(chunk(b"iCCP", b"a" * 99)),
    "iCCP that is no zlib": png(chunk(b"iCCP", b"a\0\0garbage")),
    "iCCP that is cut": png(chunk(b"iCCP", b"a\0\0" + SWAPPED[:-50])),
    "iCCP with a wrong checksum": png(spoiled(b"iCCP", b"a\0\0" + SWAPPED)),
    "iCCP behind the pixels": png(after=chunk(b"iCCP", b"a\0\0" + SWAPPED) + IEND),
    "iCCP behind one that cannot be read": png(
        chunk(b"iCCP", b"a\0\1"), chunk(b"iCCP", b"a\0\0" + SWAPPED)
    ),
    "acTL of no frames": png(frames(0), frame(0)),
    "acTL of too many frames": png(frames(2**32 - 1), frame(0)),
    "acTL that is short": png(chunk(b"acTL", b"\0\0"), frame(0)),
    "acTL with a wrong checksum": png(spoiled(b"acTL", bytes(8)), frame(0)),
    "acTL behind the pixels": png(after=frames(2) + SECOND + IEND),
    "eXIf behind the pixels": png(after=chunk(b"eXIf", b"MM") + IEND),
    "pixels with a wrong checksum": png(pixels=spoiled(b"IDAT", PIXELS)),
    "pixels with a wrong checksum in the last chunk": png(
        pixels=chunk(b"IDAT", PIXELS[:HALF]) + spoiled(b"IDAT", PIXELS[HALF:])
    ),
    "pixels with a wrong sum of zlib": png(pixels=chunk(b"IDAT", PIXELS[:-1] + b"\1")),
    "pixels without the end of zlib": png(pixels=chunk(b"IDAT", PIXELS[:-5])),
    "pixels without the sum of zlib": png(pixels=chunk(b"IDAT", PIXELS[:-4])),
    "pixels in an octet each": png(
        pixels=b"".join(chunk(b"IDAT", PIXELS[at : at + 1]) for at in range(len(PIXELS)))
    ),
    "pixels and more": png(pixels=chunk(b"IDAT", PIXELS + TAIL)),
    "more rows than there are": png(pixels=chunk(b"IDAT", zlib.compress(LINES + LINES))),
    "a last chunk that is cut": png(after=b"")[:-4],
    "a last chunk that is longer than the file": (
        SIGNATURE + HEADER + struct.pack(">I", 99_999) + b"IDAT" + PIXELS
    ),
    "no end": png(after=b""),
    "an end with a wrong checksum": png(after=spoiled(b"IEND", b"")),
    "an end that is cut": png(after=IEND[:9]),
    "garbage for an end": png(after=b"\xff\xff\xff\xff garbage"),
    "a chunk behind the pixels that is longer than the file": png(
        after=b"\x7f\xff\xff\xfftEXtabc"
    ),
    "tRNS longer than the palette": indexed(PLTE, chunk(b"tRNS", b"\xff" * 40)),
    "tRNS longer than any palette": indexed(PLTE, chunk(b"tRNS", bytes(300))),
    "tRNS before the palette": indexed(chunk(b"tRNS", bytes(4)), PLTE),
    "tRNS behind the first": indexed(
        PLTE, chunk(b"tRNS", b"\xff" * 4), chunk(b"tRNS", bytes(4))
    ),
    "tRNS with a wrong checksum in a palette": indexed(PLTE, spoiled(b"tRNS", bytes(4))),
    "PLTE with an octet too many": indexed(chunk(b"PLTE", PLTE[8:-4] + b"\1")),
    "PLTE with more colours than indices": indexed(chunk(b"PLTE", PLTE[8:-4] + bytes(30))),
    "an opaque alpha": saved(PICTURE.convert("RGBA"), "PNG"),
}  # fmt: skip
"""PNGs that show the picture, whatever else they hold."""

PNG_SHOWN_HERE = {
    "fcTL that is short": png(frames(2), chunk(b"fcTL", b"\0"), after=SECOND + IEND),
    "fcTL out of order": png(frames(2), frame(7), after=SECOND + IEND),
    "fcTL larger than the picture": png(frames(2), frame(0, (999, 999)), after=SECOND + IEND),
    "fcTL of no size": png(frames(2), frame(0, (0, 0)), after=SECOND + IEND),
    "fdAT before the pixels": png(frames(2), frame(0), SECOND),
}
"""PNGs that a browser refuses because of an animation that a card does not need."""

ANIMATED = {
    "a second frame": png(frames(2), frame(0), after=SECOND + IEND),
    "a second frame that is cut": png(frames(2), frame(0), after=SECOND[:-30]),
    "a second frame with a wrong checksum": png(
        frames(2), frame(0), after=frame(1) + spoiled(b"fdAT", b"\0\0\0\2abc") + IEND
    ),
    "a second frame larger than the picture": png(
        frames(2), frame(0), after=frame(1, (999, 999)) + IEND
    ),
    "a second frame that is missing": png(frames(2), frame(0)),
    "two announcements": png(frames(2), frames(2), frame(0), after=SECOND + IEND),
}
"""PNGs whose first frame is the picture, and that announce another one."""

PNG_DAMAGED = {
    "no pixels": png(pixels=b""),
    "half of the pixels": png(pixels=chunk(b"IDAT", PIXELS[:HALF])),
    "one row missing": png(pixels=chunk(b"IDAT", zlib.compress(LINES[:-721]))),
    "half of the rows, whole": png(pixels=chunk(b"IDAT", zlib.compress(LINES[: 721 * 90]))),
    "a filter that is none": png(pixels=chunk(b"IDAT", zlib.compress(b"\x09" + LINES[1:]))),
    "a wrong checksum before more pixels": png(
        pixels=spoiled(b"IDAT", PIXELS[:HALF]) + chunk(b"IDAT", PIXELS[HALF:])
    ),
    "pixels in two places": png(
        pixels=b"".join(
            (chunk(b"IDAT", PIXELS[:HALF]), chunk(b"tEXt", b"a\0b"), chunk(b"IDAT", PIXELS[HALF:]))
        )
    ),
    "pixels of another method": png(pixels=chunk(b"IDAT", b"\x79" + PIXELS[1:])),
    "pixels behind a dictionary": png(pixels=chunk(b"IDAT", b"\x78\xbb" + PIXELS[2:])),
    "a header with a wrong checksum": SIGNATURE + spoiled(b"IHDR", HEADER[8:-4]) + IDAT + IEND,
    "a header that is long": SIGNATURE + chunk(b"IHDR", HEADER[8:-4] + b"\0") + IDAT + IEND,
    "two headers": png(HEADER),
    "a header that is not first": SIGNATURE + chunk(b"tEXt", b"a\0b") + HEADER + IDAT + IEND,
    "another compression": (
        SIGNATURE + chunk(b"IHDR", HEADER[8:18] + b"\1" + HEADER[19:-4]) + IDAT + IEND
    ),
    "an unknown chunk that matters": png(chunk(b"ABCD", b"")),
    "a chunk before the pixels that is longer than the file": png(b"\x7f\xff\xff\xfftEXt"),
    "a chunk longer than any": png(b"\xff\xff\xff\xfftEXt"),
    "no palette": indexed(),
    "an empty palette": indexed(chunk(b"PLTE", b"")),
    "two palettes": indexed(PLTE, PLTE),
    "a palette with a wrong checksum": indexed(spoiled(b"PLTE", PLTE[8:-4])),
    "a palette of too many colours": indexed(chunk(b"PLTE", bytes(900))),
    "a palette behind the pixels": indexed() [:-12] + PLTE + IEND,
}  # fmt: skip
"""PNGs without a whole picture."""


def segment(kind: int, body: bytes) -> bytes:
    """A segment of a JPEG."""
    return bytes((0xFF, kind)) + struct.pack(">H", len(body) + 2) + body


BASELINE = saved(PICTURE, "JPEG")
KINDS = {
    "baseline": BASELINE,
    "progressive": saved(PICTURE, "JPEG", progressive=True),
    "with restarts": saved(PICTURE, "JPEG", restart_marker_rows=2),
    "with a restart for every block": saved(PICTURE, "JPEG", restart_marker_blocks=1),
    "progressive, with restarts": saved(PICTURE, "JPEG", progressive=True, restart_marker_blocks=3),
    "not subsampled": saved(PICTURE, "JPEG", subsampling=0),
    "of ink": saved(PICTURE.convert("CMYK"), "JPEG"),
}


def with_segments(*segments: bytes, jpeg: bytes = BASELINE) -> bytes:
    """The picture with these segments before its others."""
    return jpeg[:2] + b"".join(segments) + jpeg[2:]


def in_scans_apart(jpeg: bytes = BASELINE) -> list[bytes]:
    """A sequential JPEG of the picture in one scan for each component: its head, and the scans.

    The coded data are those of grey pictures, one for each component.
    """
    greys = [saved(one, "JPEG") for one in PICTURE.convert("YCbCr").split()]
    start = jpeg.index(b"\xff\xc0")
    tables = b"".join(
        greys[0][at : at + 2 + int.from_bytes(greys[0][at + 2 : at + 4])]
        for at in _places(greys[0], (0xDB, 0xC4))
    )
    header = segment(0xC0, jpeg[start + 4 : start + 10] + b"\1\x11\0\2\x11\0\3\x11\0")
    scans = []
    for number, grey in enumerate(greys, 1):
        data = grey[grey.index(b"\xff\xda") + 10 : -2]
        scans.append(segment(0xDA, bytes((1, number, 0, 0, 63, 0))) + data)
    return [jpeg[:20] + tables + header, *scans]


def _places(jpeg: bytes, kinds: tuple[int, ...]) -> list[int]:
    """Where segments of these kinds begin, before the first scan."""
    found, at = [], 2
    while jpeg[at + 1] != 0xDA:
        if jpeg[at + 1] in kinds:
            found.append(at)
        at += 2 + int.from_bytes(jpeg[at + 2 : at + 4])
    return found


APART = in_scans_apart()


def first_scan(jpeg: bytes) -> tuple[int, int]:
    """Where the coded data of the first scan begin and end."""
    start = jpeg.index(b"\xff\xda") + 2
    start += int.from_bytes(jpeg[start : start + 2])
    end = start
    while jpeg[end] != 0xFF or jpeg[end + 1] == 0 or 0xD0 <= jpeg[end + 1] <= 0xD7:
        end += 1
    return start, end


def shortened(jpeg: bytes, left: float) -> bytes:
    """A JPEG whose first scan has lost all but this part of its data, and nothing else."""
    start, end = first_scan(jpeg)
    return jpeg[: start + int((end - start) * left)] + jpeg[end:]


XMP = (
    b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF "
    b"xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'><rdf:Description "
    b"xmlns:tiff='http://ns.adobe.com/tiff/1.0/' tiff:Orientation='6'/></rdf:RDF></x:xmpmeta>"
)

JPEG_SHOWN = {
    **{
        f"{kind}, {fault}": data
        for kind, jpeg in KINDS.items()
        for fault, data in {
            "no end": jpeg[:-2],
            "half an end": jpeg[:-1],
            "a tail for an end": jpeg[:-2] + TAIL,
            "a tail": jpeg + TAIL,
            "a second picture": jpeg + saved(plain(size=SIZE), "JPEG"),
            "an end that is filled up": jpeg[:-2] + b"\xff\xff\xff\xff\xd9",
        }.items()
    },
    "progressive, the first scan alone": (
        KINDS["progressive"][: first_scan(KINDS["progressive"])[1]] + EOI
    ),
    "progressive, all but the last octets": KINDS["progressive"][:-40],
    "a scan for each component": b"".join(APART) + EOI,
    "JFIF that is short": with_segments(segment(0xE0, b"JFIF\0")),
    "Adobe that is short": with_segments(segment(0xEE, b"Adobe")),
    "Photoshop that is short": with_segments(segment(0xED, b"Photoshop 3.0\0008BIM\4\4\xff")),
    "a profile that is short": with_segments(segment(0xE2, b"ICC_PROFILE\0")),
    "a profile without its second part": with_segments(
        segment(0xE2, b"ICC_PROFILE\0\1\2" + swapped_profile())
    ),
    "an index of pictures that is broken": with_segments(segment(0xE2, b"MPF\0")),
    "large comments": with_segments(*[segment(0xFE, bytes(65_000))] * 30),
    "a segment of no length": with_segments(b"\xff\xe5\0\0"),
    "filling before a marker": with_segments(b"\xff" * 9),
    "garbage before a marker": BASELINE[:20] + b"garbage" + BASELINE[20:],
    "a marker without a segment": with_segments(b"\xff\x01"),
    "orientation in XMP": with_segments(segment(0xE1, XMP)),
}
"""JPEGs that show the picture, whatever else they hold."""

JPEG_SHOWN_HERE = {
    "a scan for each component, no end": b"".join(APART),
    **{
        f"{kind}, a second picture for an end": jpeg[:-2] + saved(plain(size=SIZE), "JPEG")
        for kind, jpeg in KINDS.items()
    },
}
"""JPEGs whose rows are all there, of which browsers show none or some where they miss the end."""

JPEG_DAMAGED = {
    **{
        f"{kind}, {fault}": data
        for kind, jpeg in KINDS.items()
        for fault, data in {
            "half of the first scan": shortened(jpeg, 0.5)[: first_scan(shortened(jpeg, 0.5))[1]],
            "half of the first scan, and an end": (
                shortened(jpeg, 0.5)[: first_scan(shortened(jpeg, 0.5))[1]] + EOI
            ),
            "half of the first scan, an end and a picture": (
                shortened(jpeg, 0.5)[: first_scan(shortened(jpeg, 0.5))[1]] + EOI + BASELINE
            ),
            "half of the first scan, and the others": shortened(jpeg, 0.5),
            "nine tenths of the first scan": shortened(jpeg, 0.9),
        }.items()
    },
    "a scan for each component, one missing": b"".join(APART[:-1]) + EOI,
    "a scan for each component, half of one": (
        APART[0] + APART[1][: len(APART[1]) // 2] + APART[2] + APART[3] + EOI
    ),
    "no scan": BASELINE[: BASELINE.index(b"\xff\xda")] + EOI,
    "no frame": with_segments(jpeg=BASELINE.replace(b"\xff\xc0", b"\xff\xec", 1)),
    "two frames": with_segments(BASELINE[BASELINE.index(b"\xff\xc0") :][:19]),
    "arithmetic coding": BASELINE.replace(b"\xff\xc0", b"\xff\xc9", 1),
    "a height that follows": BASELINE.replace(
        b"\x08" + struct.pack(">HH", 180, 240), b"\x08\0\0\0\xf0", 1
    ),
    "more rows than there are": BASELINE.replace(
        b"\x08" + struct.pack(">HH", 180, 240), b"\x08" + struct.pack(">HH", 200, 240), 1
    ),
    "a segment longer than the file": with_segments(b"\xff\xe5\xff\xff"),
    "an unknown marker": with_segments(b"\xff\x02"),
    "two beginnings": BASELINE[:2] + BASELINE,
}
"""JPEGs without a whole picture."""


def tiff(*entries: tuple[int, int, int, int], order: str = ">", at: int = 8) -> bytes:
    """EXIF of these tags, types, counts and values, its first directory at this place."""
    mark = b"MM\0*" if order == ">" else b"II*\0"
    body = b"".join(struct.pack(f"{order}HHIHH", *entry, 0) for entry in entries)
    count = struct.pack(f"{order}H", len(entries))
    return mark + struct.pack(f"{order}I", at) + bytes(at - 8) + count + body + bytes(4)


def with_exif(body: bytes, opening: bytes = b"Exif\0\0") -> bytes:
    """A JPEG of the picture with this EXIF."""
    return with_segments(segment(0xE1, opening + body))


LIES = (0x0112, 3, 1, 6)
"""The entry that makes a picture stand upright when it is turned right."""

TURNED = {
    "big-endian": with_exif(tiff(LIES)),
    "little-endian": with_exif(tiff(LIES, order="<")),
    "a directory further behind": with_exif(tiff(LIES, at=30)),
    "behind XMP": with_segments(segment(0xE1, XMP), segment(0xE1, b"Exif\0\0" + tiff(LIES))),
    "before another one": with_segments(
        segment(0xE1, b"Exif\0\0" + tiff(LIES)),
        segment(0xE1, b"Exif\0\0" + tiff((0x0112, 3, 1, 3))),
    ),
    "behind the frame": BASELINE.replace(
        b"\xff\xda", segment(0xE1, b"Exif\0\0" + tiff(LIES)) + b"\xff\xda", 1
    ),
    "another filling": with_exif(tiff(LIES), b"Exif\0\1"),
    "no end of the directory": with_exif(tiff(LIES)[:-4]),
    "behind an entry that points nowhere": with_exif(tiff((0x010F, 2, 0xFFFF, 0xFFFF), LIES)),
    "behind a value that is none": with_exif(tiff((0x0112, 3, 1, 9), LIES)),
    "before another value": with_exif(tiff(LIES, (0x0112, 3, 1, 3))),
    "a directory that says it is longer": with_exif(
        tiff(LIES).replace(b"\0\1\x01\x12", b"\xff\xff\x01\x12", 1)
    ),
    "png": png(chunk(b"eXIf", tiff(LIES))),
    "png, before another one": png(
        chunk(b"eXIf", tiff(LIES)), chunk(b"eXIf", tiff((0x0112, 3, 1, 3)))
    ),
    "png, behind a wrong checksum": png(
        spoiled(b"eXIf", tiff((0x0112, 3, 1, 3))), chunk(b"eXIf", tiff(LIES))
    ),
}  # fmt: skip
"""Files that EXIF turns to the right."""

RAW_PROFILE = b"\nexif\n      %d\n%s\n"

UNTURNED = {
    "a value of 0": with_exif(tiff((0x0112, 3, 1, 0))),
    "a value of 9": with_exif(tiff((0x0112, 3, 1, 9))),
    "a long value": with_exif(tiff((0x0112, 4, 1, 6))),
    "a long value, little-endian": with_exif(tiff((0x0112, 4, 1, 6), order="<")),
    "an octet": with_exif(tiff((0x0112, 1, 1, 6), order="<")),
    "two values": with_exif(tiff((0x0112, 3, 2, 6))),
    "no value": with_exif(tiff((0x0112, 3, 0, 6))),
    "half an entry": with_exif(tiff(LIES)[:-6]),
    "a directory behind the end": with_exif(b"MM\0*\0\0\xff\0" + tiff(LIES)[8:]),
    "a directory at the start": with_exif(b"MM\0*\0\0\0\0" + tiff(LIES)[8:]),
    "another order of octets": with_exif(b"XX\0*" + tiff(LIES)[4:]),
    "another magic number": with_exif(b"MM\0+" + tiff(LIES)[4:]),
    "another segment": with_segments(segment(0xE2, b"Exif\0\0" + tiff(LIES))),
    "the second directory": with_exif(tiff()[:-4] + struct.pack(">I", 14) + tiff(LIES)[8:]),
    "behind EXIF that is broken": with_segments(
        segment(0xE1, b"Exif\0\0MM"), segment(0xE1, b"Exif\0\0" + tiff(LIES))
    ),
    "behind the picture": BASELINE[:-2] + segment(0xE1, b"Exif\0\0" + tiff(LIES)) + EOI,
    "empty": with_exif(b""),
    "png, behind the pixels": png(after=chunk(b"eXIf", tiff(LIES)) + IEND),
    "png, with a wrong checksum": png(spoiled(b"eXIf", tiff(LIES))),
    "png, with the opening of a JPEG's": png(chunk(b"eXIf", b"Exif\0\0" + tiff(LIES))),
    "png, in a text": png(
        chunk(
            b"tEXt",
            b"Raw profile type exif\0"
            + RAW_PROFILE % (len(tiff(LIES)) + 6, (b"Exif\0\0" + tiff(LIES)).hex().encode()),
        )
    ),
    "png, in XMP": png(chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + XMP[29:])),
}  # fmt: skip
"""Files that lie as they stand: what they say of an orientation is no EXIF, or none at all."""


INDICES = PICTURE.quantize(4)
SMALL = INDICES.resize((96, 72))
COLOURS = bytes(INDICES.getpalette() or ())[:12]


def coded(pixels: bytes) -> bytes:
    """Indices of two bits in GIF's code: each behind a clear code, in data sub-blocks."""
    number, length = 0, 0
    for code in (*(each for index in pixels for each in (4, index)), 5):
        number |= code << length
        length += 3
    data = number.to_bytes(-(-length // 8), "little")
    blocks = [data[at : at + 255] for at in range(0, len(data), 255)]
    return b"\2" + b"".join(bytes((len(block),)) + block for block in blocks) + b"\0"


def image(
    box: tuple[int, int, int, int], pixels: bytes, palette: bytes = b"", flags: int = 0
) -> bytes:
    """A frame of a GIF at this place: left, top, width and height."""
    flags |= 0x81 if palette else 0
    return b"," + struct.pack("<HHHHB", *box, flags) + palette + coded(pixels)


def gif(
    *blocks: bytes, size: tuple[int, int] = SMALL.size, palette: bytes = COLOURS, end: bytes = b";"
) -> bytes:
    """A GIF of these blocks, whose background is its first colour."""
    flags = 0x81 if palette else 0
    screen = b"GIF89a" + struct.pack("<HHBBB", *size, flags, 0, 0)
    return screen + palette + b"".join(blocks) + end


BOX = (0, 0, *SMALL.size)
WHOLE = image(BOX, SMALL.tobytes())
SOLID = image(BOX, bytes(96 * 72))


def control(flags: int, index: int) -> bytes:
    """A graphic control extension."""
    return b"!\xf9\4" + bytes((flags, 0, 0, index)) + b"\0"


GIF_SHOWN = {
    "plain": gif(WHOLE),
    "no end": gif(WHOLE, end=b""),
    "no end of the pixels": gif(WHOLE[:-1], end=b""),
    "a tail": gif(WHOLE) + TAIL,
    "a tail for an end": gif(WHOLE, end=b"\x99" + TAIL.replace(b",", b"")),
    "a screen of no size": gif(WHOLE, size=(0, 0)),
    "a screen that is too small": gif(WHOLE, size=(9, 9)),
    "a palette of its own": gif(image(BOX, SMALL.tobytes(), COLOURS), palette=bytes(12)),
    "no other palette": gif(image(BOX, SMALL.tobytes(), COLOURS), palette=b""),
    "a large comment": gif(b"!\xfe" + (b"\xff" + bytes(255)) * 4_000 + b"\0", WHOLE),
    "a comment in an octet each": gif(b"!\xfe" + b"\1x" * 500_000 + b"\0", WHOLE),
    "an unknown extension": gif(b"!\x77\3abc\0", WHOLE),
    "a loop that is short": gif(b"!\xff\x0bNETSCAPE2.0\1\1\0", WHOLE),
    "a transparent index that is none": gif(control(1, 99), WHOLE),
    "a transparent index that is taken back": gif(control(1, 0), control(0, 0), WHOLE),
    "a second frame that is none": gif(WHOLE, b"!\xfe", end=b""),
}
"""GIFs that show the picture, whatever else they hold."""

GIF_ANIMATED = {
    "a second frame": gif(WHOLE, SOLID),
    "a second frame that is cut in its header": gif(WHOLE, SOLID[:5], end=b""),
    "a second frame that is cut in its pixels": gif(WHOLE, SOLID[:-60], end=b""),
    "a second frame of another code": gif(WHOLE, SOLID[:10] + b"\x63" + SOLID[11:]),
    "a second frame that is larger": gif(WHOLE, image((9, 9, 99, 99), bytes(9))),
    "a second frame without an end": gif(WHOLE, SOLID, end=b""),
}
"""GIFs whose first frame is the picture, and in which another one begins."""

GIF_DAMAGED = {
    "no frame": gif(),
    "half a palette": gif(WHOLE)[:20],
    "half a frame": gif(WHOLE)[:-200],
    "a frame of no size": gif(image((0, 0, 0, 0), b"")),
    "a row missing": gif(image(BOX, SMALL.tobytes()[:-96])),
    "half a header of a frame": gif(WHOLE[:6], end=b""),
    "an extension without an end": gif(b"!\xfe\xff", end=b""),
}
"""GIFs without a whole picture."""

UNCOVERED = {
    "at the left": (image((0, 0, 12, 9), bytes([0] * 108)), (24, 18), 0),
    "at the right": (image((12, 9, 12, 9), bytes([0] * 108)), (24, 18), 3),
    "beyond the screen": (image((24, 18, 24, 18), bytes([0] * 432)), (24, 18), 3),
}
"""A first frame that covers a quarter of a GIF, its screen, and the corner that it covers."""
