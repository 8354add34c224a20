"""Serve one JPEG on the loopback, as fast as possible: an image host without its usual delays."""

import argparse
import asyncio
import io
import random
from pathlib import Path
from typing import Final

from PIL import Image

HOSTS: Final = ("127.0.0.1", "127.0.0.2")
"""Two names: the service fetches at most 4 photos at once from one, and 8 in all."""

SIZE: Final = (1200, 900)
BYTES: Final = 200_000
"""About the size of a photo that was scaled down for the web."""

OCTAVES: Final = 7
"""Layers of noise, each half as fine as the one before, like the detail of a photo."""


def _layer(source: random.Random, octave: int) -> Image.Image:
    width, height = SIZE[0] >> octave, SIZE[1] >> octave
    noise = Image.frombytes("RGB", (width, height), source.randbytes(width * height * 3))
    return noise.resize(SIZE, Image.Resampling.BICUBIC)


def photo() -> bytes:
    """Return a JPEG with detail like that of a photo, of the highest quality within BYTES."""
    source = random.Random(1)
    image = _layer(source, OCTAVES)
    for octave in range(OCTAVES - 1, 0, -1):
        image = Image.blend(image, _layer(source, octave), 0.35)
    for quality in range(95, 10, -1):
        target = io.BytesIO()
        image.save(target, "JPEG", quality=quality)
        if target.tell() <= BYTES:
            return target.getvalue()
    raise RuntimeError("no quality is low enough")


async def serve(port: int, jpeg: bytes) -> None:
    """Serve under both names until SIGTERM."""
    head = f"HTTP/1.1 200 OK\r\ncontent-type: image/jpeg\r\ncontent-length: {len(jpeg)}\r\n\r\n"
    response = head.encode() + jpeg

    async def respond(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(response)
            await writer.drain()
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    listening = await asyncio.start_server(respond, HOSTS, port)
    await listening.serve_forever()


def main() -> None:
    """Serve until SIGTERM."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--photo", type=Path, required=True)
    given = parser.parse_args()
    asyncio.run(serve(given.port, given.photo.read_bytes()))


if __name__ == "__main__":
    main()
