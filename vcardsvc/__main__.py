"""Start the command line.

Nothing is imported before `main()`: a photo decoder is a spawned process, which runs its parent's
main module again and would pay for each import.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def main() -> None:
    """Run the command line."""
    import gc
    import sys

    # Imports create a hundred thousand objects and no garbage; collecting takes a tenth of the time
    # to the first card. `app.from_environ` sets the threshold for serving.
    gc.set_threshold(100_000, 20, 50)
    maybe_options = _serve_options(sys.argv[1:])
    if maybe_options is not None:
        from vcardsvc.cli.serving import serve

        serve(**maybe_options)
        return
    from vcardsvc.cli.program import app

    app()


def _serve_options(arguments: "list[str]") -> "dict[str, Any] | None":
    """Return the options of a plain `serve`; None for anything else, which typer reads: it takes
    60 ms and 8 MB."""
    if arguments[:1] != ["serve"] or len(arguments) % 2 == 0:
        return None
    options: dict[str, Any] = {}
    for name, value in zip(arguments[1::2], arguments[2::2], strict=True):
        if name == "--host" and value[:1] not in ("", "-"):
            options["host"] = value
        elif name == "--port" and value.isdecimal() and len(value) <= 5 and int(value) <= 65535:
            options["port"] = int(value)
        elif (
            name == "--workers" and value.isdecimal() and len(value) <= 3 and 1 <= int(value) <= 256
        ):
            options["workers"] = int(value)
        else:
            return None
    return options


if __name__ == "__main__":
    main()
