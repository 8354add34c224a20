"""The tools for agents over MCP (Model Context Protocol): the same services as over HTTP.

`tools` runs them, `schemas` describes them, `messages` reads an ordinary call over HTTP and writes
its response, and `sdk` serves everything else with the official SDK, an optional extra.
"""
