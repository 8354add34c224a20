"""The command line: one module a command; `program` composes them."""
