"""Names what a request of agents is known by before it is read: their path, and the card's tool.

The server asks for both with every request, so they stand apart from the tools, which load more.
"""

from typing import Final

PATH: Final = "/mcp"
"""The path of agents."""

CREATE: Final = "create_contact_card"
"""The tool that makes a card."""
