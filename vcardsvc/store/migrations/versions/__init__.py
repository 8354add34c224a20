"""The steps, oldest first; the last one is `store.HEAD`."""
