"""Replies to contacts that somebody shares on WhatsApp with a link to their cards.

Run `python samples/bots/whatsapp.py PORT`, with the variables below, as the webhook of an app for
the Cloud API: https://developers.facebook.com/docs/whatsapp/cloud-api/guides/set-up-webhooks
"""

import hmac
import json
import os
import sys
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import httpx

CARDS = httpx.Client(base_url=os.environ["VCARDSVC"], headers={"x-api-key": os.environ["KEY"]})
GRAPH = httpx.Client(
    base_url=os.environ.get("GRAPH", "https://graph.facebook.com"),
    headers={"authorization": f"Bearer {os.environ['WHATSAPP_TOKEN']}"},
)
SECRET, VERIFY = os.environ["APP_SECRET"].encode(), os.environ["VERIFY_TOKEN"]


def reply(number_id: str, message: dict) -> None:
    """Convert the contacts of a message, and send its sender the link or what is wrong."""
    made = CARDS.post("/convert?from=whatsapp&as=link", json=message).json()
    # An account without a number is addressed by its id.
    to = {"to": message["from"]} if "from" in message else {"recipient": message["from_user_id"]}
    text = {"type": "text", "text": {"body": made.get("url") or made["error-info"]}}
    sent = {"messaging_product": "whatsapp", **to, **text}
    GRAPH.post(f"/v23.0/{number_id}/messages", json=sent).raise_for_status()


class Webhook(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        """Answer the question with which an address becomes a webhook."""
        query = parse_qs(urlsplit(self.path).query)
        is_ours = query.get("hub.verify_token") == [VERIFY] and "hub.challenge" in query
        self.answer(200 if is_ours else 403, query["hub.challenge"][0] if is_ours else "")

    def do_POST(self) -> None:
        """Reply to each message with contacts, if the body is signed by the app's secret."""
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        signature = f"sha256={hmac.new(SECRET, body, sha256).hexdigest()}"
        if not hmac.compare_digest(signature, self.headers.get("x-hub-signature-256", "")):
            return self.answer(401)
        self.answer(200)  # at once: what is not answered in time is sent again
        for change in (one for entry in json.loads(body)["entry"] for one in entry["changes"]):
            for message in change["value"].get("messages", ()):
                if message["type"] == "contacts":
                    reply(change["value"]["metadata"]["phone_number_id"], message)
        return None

    def answer(self, status: int, text: str = "") -> None:
        """Send a whole response."""
        self.send_response(status)
        self.send_header("content-length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())
        self.wfile.flush()


if __name__ == "__main__":
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Webhook).serve_forever()
