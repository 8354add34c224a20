"""The console entry. Imports nothing before `main()`: a photo decoder is a spawned process, which
runs its parent's main module again, and would pay for whatever stands here."""


def main() -> None:
    """Run the command line."""
    import gc

    # Importing makes a hundred thousand objects and no garbage; looking for some is a tenth of the
    # way to the first card. `app.from_environ` sets what is right for serving.
    gc.set_threshold(100_000, 20, 50)
    from vcardsvc.cli import app

    app()


if __name__ == "__main__":
    main()
