"""Measure the figures of the documentation. Each module is `python -m benchmarks.NAME`.

A benchmark is bounded in time, uses the loopback alone, deletes its files, measures in alternating
rounds, and prints Markdown rows: what, ours, theirs, ratio. No test asserts a figure: machines
differ and are shared.
"""
