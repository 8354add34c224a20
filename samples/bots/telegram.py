"""Replies to a contact that somebody shares on Telegram with its card as a file.

Run `python samples/bots/telegram.py PORT`, with the variables below, as the webhook of a bot:
https://core.telegram.org/bots/api#setwebhook (its secret_token is WEBHOOK_SECRET)
"""

import hmac
import json
import os
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx

CARDS = httpx.Client(base_url=os.environ["VCARDSVC"], headers={"x-api-key": os.environ["KEY"]})
API = os.environ.get("TELEGRAM", "https://api.telegram.org")
TELEGRAM = httpx.Client(base_url=f"{API}/bot{os.environ['TELEGRAM_TOKEN']}")
SECRET = os.environ["WEBHOOK_SECRET"]


def reply(message: dict) -> None:
    """Convert the contact of a message, and send its chat the card or what is wrong."""
    made = CARDS.post("/convert?from=telegram", json=message)
    to = {"chat_id": message["chat"]["id"]}
    if made.is_success:
        card = ("contact.vcf", made.content, "text/vcard")
        sent = TELEGRAM.post("/sendDocument", data=to, files={"document": card})
    else:
        sent = TELEGRAM.post("/sendMessage", json={**to, "text": made.json()["error-info"]})
    sent.raise_for_status()


class Webhook(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        """Reply to an update with a contact, if it comes with the webhook's secret."""
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        given = self.headers.get("x-telegram-bot-api-secret-token", "")
        is_telegram = hmac.compare_digest(given.encode(), SECRET.encode())
        self.send_response(200 if is_telegram else 401)
        self.send_header("content-length", "0")
        self.end_headers()
        self.wfile.flush()
        message = json.loads(body).get("message", {}) if is_telegram else {}
        if "contact" in message:
            reply(message)


if __name__ == "__main__":
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Webhook).serve_forever()
