"""The vendors' ways to create a contact, one file each."""
