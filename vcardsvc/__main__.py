"""Start the command line.

Nothing is imported before `main()`: a photo decoder is a spawned process, which runs its parent's
main module again and would pay for each import.
"""


def main() -> None:
    """Run the command line."""
    import gc

    # Imports create a hundred thousand objects and no garbage; collecting takes a tenth of the time
    # to the first card. `app.from_environ` sets the threshold for serving.
    gc.set_threshold(100_000, 20, 50)
    from vcardsvc.cli import app

    app()


if __name__ == "__main__":
    main()
