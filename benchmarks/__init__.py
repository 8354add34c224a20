"""What the figures of the documentation come from. Each module is `python -m benchmarks.NAME`.

Every one is bounded in time, talks to the loopback alone, keeps its files in a folder that goes
with it, measures A B A B, and prints Markdown rows: what, ours, theirs, ratio. What must never
enter here: a figure that a test asserts; machines differ and are shared.
"""
