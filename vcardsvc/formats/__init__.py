"""Reads and writes JSON and XML under limits, for every API and every form of a card."""
