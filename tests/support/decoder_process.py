"""A decoder process that tells of itself, in a module that is quick to import for the process."""

import os
import resource
import socket

import pytest

from vcardsvc.photo import child
from vcardsvc.photo.decoder import Limits


def described(connection: socket.socket, limits: Limits) -> None:
    """Be a decoder that answers every file with what its process is allowed."""

    def allowed(*_: object) -> str:
        return repr((os.getenv("PATH"), os.nice(0), resource.getrlimit(resource.RLIMIT_AS)))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(child, "render", allowed)
        child.serve(connection, limits)
