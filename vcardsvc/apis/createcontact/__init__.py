"""The createcontact action: its JSON, its forms, its failures."""
