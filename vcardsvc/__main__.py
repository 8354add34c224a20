"""The console entry. Imports nothing before `main()`: a photo decoder is a spawned process, which
runs its parent's main module again, and would pay for whatever stands here."""


def main() -> None:
    """Run the command line."""
    from vcardsvc.cli import app

    app()


if __name__ == "__main__":
    main()
