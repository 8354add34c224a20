"""Make a card with the client that openapi-python-client generates, and save it as john.vcf."""

import os
import sys
from pathlib import Path

from vcardsvc_client import AuthenticatedClient
from vcardsvc_client.api.cards import create
from vcardsvc_client.models import Contact, Email, Failure, Name, Phone, Target

client = AuthenticatedClient(
    os.environ["VCARDSVC"], os.environ["KEY"], prefix="", auth_header_name="x-api-key"
)
contact = Contact(
    action="createcontact",
    name=Name(first_name="John", last_name="Appleseed"),
    phone=[Phone(number="+1 202 555 0151", label="Mobile")],
    email=[Email(id="john@example.com")],
)
card = create.sync(client=client, body=contact, target=Target.APPLE)
if isinstance(card, Failure):
    sys.exit("\n".join(f"{one.error_code} {one.error_info}" for one in card.errors))
if isinstance(card, str):
    Path("john.vcf").write_text(card, encoding="utf-8", newline="")
