"""The API of conversions: cards in any format at `POST /convert`, checked at `POST /check`."""
