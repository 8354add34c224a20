"""Judges messages with the platforms' own clients: one JSON line in, one JSON line out.

    {"form": "vonage", "message": {...}}  ->  {"faults": ["..."]}

It is run by the Python of a venv that has the clients, so it imports nothing of ours. A message is
the whole request, sender and recipient included. It has a fault where the client's model refuses
it, and where the model holds something else than was given to it: a member that the model does not
know, or a value that it changes. No client opens a connection.

Each client is imported when it is first asked: some take seconds.
"""

import json
import logging
import sys
from base64 import b64decode
from collections.abc import Callable
from functools import cache
from importlib import import_module
from typing import Any, Final
from unittest.mock import patch

Message = dict[str, Any]


@cache
def of(module: str, name: str) -> Any:
    """Return what a client calls by this name."""
    return getattr(import_module(module), name)


def vonage(message: Message) -> Any:
    """MmsVcard of vonage-messages."""
    members = {"from_" if name == "from" else name: one for name, one in message.items()}
    model = of("vonage_messages.models", "MmsVcard")(**members)
    return model.model_dump(mode="json", by_alias=True, exclude_unset=True)


def telnyx(message: Message) -> Any:
    """The body that the client of telnyx posts; a parameter that it does not have is a fault."""
    httpx, posted = import_module("httpx"), []

    def answer(request: Any) -> Any:
        posted.append(json.loads(request.content))
        return httpx.Response(200, json={"data": {}})

    client = of("telnyx", "Telnyx")(
        api_key="none",
        base_url="http://127.0.0.1",
        http_client=httpx.Client(transport=httpx.MockTransport(answer)),
    )
    client.messages.send(**{"from_" if name == "from" else name: message[name] for name in message})
    return posted[0]


def plivo(message: Message) -> Any:
    """The parameters that the client of plivo posts, which it checks before."""
    posted = []

    class Client:
        def request(self, _method: str, _path: Any, parameters: Any) -> None:
            posted.append(parameters)

    names = {"type": "type_"}
    create = of("plivo.resources.messages", "Messages")(Client()).create
    create(**{names.get(name, name): message[name] for name in message})
    return {name: posted[0].get(name) for name in message}


def sinch(message: Message) -> Any:
    """SendMessageRequestBody of sinch; the request around it has no model of its own."""
    body = of(
        "sinch.domains.conversation.models.v1.messages.internal.request.send_message_request_body",
        "SendMessageRequestBody",
    )
    model = body(**message["message"])
    if not model.contact_info_message.phone_numbers:
        raise ValueError("phone_numbers: at least one is required")
    if extra := list(extras(model)):
        raise ValueError(f"members that the models do not have: {extra}")
    return {**message, "message": model.model_dump(mode="json", exclude_unset=True)}


def extras(model: Any) -> Any:
    """Yield the members that a model of pydantic took without knowing them, at any depth."""
    if isinstance(model, list):
        for one in model:
            yield from extras(one)
    if hasattr(model, "model_fields_set"):
        yield from model.model_extra or ()
        for _, one in model:
            yield from extras(one)


def bandwidth(message: Message) -> Any:
    """MessageRequest of bandwidth-sdk."""
    model = of("bandwidth.models.message_request", "MessageRequest").from_dict(message)
    if model.additional_properties:
        raise ValueError(f"members that the model does not have: {model.additional_properties}")
    return model.to_dict()


def rcs(message: Message) -> Any:
    """RbmCardContent of bandwidth-sdk, with the limits of an RCS card: Google publishes no model.

    Bandwidth's suggestions name their type and stand flat; the texts and their limits are the same.
    """
    card = message["contentMessage"]["richCard"]["standaloneCard"]
    content, suggestions = dict(card["cardContent"]), []
    for one in content.pop("suggestions", ()):
        (action,) = one.values()
        own = {"text": action["text"], "postback_data": action["postbackData"]}
        if "dialAction" in action:
            model = of("bandwidth.models.rbm_action_dial", "RbmActionDial")
            kind = of("bandwidth.models.rbm_action_type_enum", "RbmActionTypeEnum").DIAL_PHONE
            given = {"phone_number": action["dialAction"]["phoneNumber"]}
        else:
            model = of("bandwidth.models.rbm_action_open_url", "RbmActionOpenUrl")
            kind = of("bandwidth.models.rbm_action_type_enum", "RbmActionTypeEnum").OPEN_URL
            given = {"url": action["openUrlAction"]["url"]}
        suggestions.append(model(type=kind, **own, **given))
    if len(suggestions) > 4:
        raise ValueError("over four suggestions")
    model = of("bandwidth.models.rbm_card_content", "RbmCardContent").from_dict(content)
    if model.additional_properties:
        raise ValueError(f"members that the model does not have: {model.additional_properties}")
    return message


def slack(message: Message) -> Any:
    """The blocks of slack-sdk, which check the length of every text when they are written."""
    parse = of("slack_sdk.models.blocks", "Block").parse
    return {**message, "blocks": [parse(block).to_dict() for block in message["blocks"]]}


def viber(message: Message) -> Any:
    """ContactMessage of viberbot."""
    model = of("viberbot.api.messages.contact_message", "ContactMessage")().from_dict(message)
    if not model.validate():
        raise ValueError("a contact message without a name or a number")
    written = model.to_dict()
    written["contact"] = {name: one for name, one in written["contact"].items() if one is not None}
    around = {name: message[name] for name in ("receiver", "sender", "min_api_version")}
    return {**written, **around}


def telegram(message: Message) -> Any:
    """InputContactMessageContent of python-telegram-bot, with the most bytes that it states."""
    members = {name: one for name, one in message.items() if name != "chat_id"}
    most = of("telegram.constants", "ContactLimit").VCARD
    if len(members.get("vcard", "").encode()) > most:
        raise ValueError(f"vcard: over {most} bytes")
    written = of("telegram", "InputContactMessageContent")(**members).to_dict()
    return {"chat_id": message["chat_id"], **written}


def whatsapp(message: Message) -> Any:
    """Contact of pywa."""
    read = of("pywa.types", "Contact").from_dict
    return {**message, "contacts": [filled(read(one).to_dict()) for one in message["contacts"]]}


def filled(value: Any) -> Any:
    """Return a value without members that are None or empty, at any depth."""
    if isinstance(value, dict):
        pairs = ((name, filled(one)) for name, one in value.items())
        return {name: one for name, one in pairs if one not in (None, [], {})}
    return [filled(one) for one in value] if isinstance(value, list | tuple) else value


def waha(message: Message) -> Any:
    """MessageContactVcardRequest of waha-py, which is made from WAHA's OpenAPI description."""
    model = of("waha.generated.models", "MessageContactVcardRequest")(**message)
    return model.model_dump(mode="json", exclude_unset=True)


def signal(message: Message) -> Any:
    """The parameters and the data URIs of signal-cli-rest-api-client."""
    encode = of("signal_cli_rest_api_client.client", "encode_attachment")
    attachments = []
    for uri in message["base64_attachments"]:
        media_type, name, content = uri.removeprefix("data:").split(";")
        octets = b64decode(content.removeprefix("base64,"), validate=True)
        attachments.append(encode(octets, media_type, name.removeprefix("filename=")))
    return {**message, "base64_attachments": attachments}


def infobip(message: Message) -> Any:
    """ContactMessageBody of infobip-api-python-sdk, which is written for the pydantic of old, as
    the pydantic of today still has it."""
    with patch.dict(sys.modules, {"pydantic": import_module("pydantic.v1")}):
        body = of("infobip_channels.whatsapp.models.body.contact_message", "ContactMessageBody")
    model = body(**message)
    return json.loads(model.json(by_alias=True, exclude_unset=True))


JUDGES: Final[dict[str, Callable[[Message], Any]]] = {
    judge.__name__: judge
    for judge in (
        vonage, telnyx, plivo, sinch, bandwidth, rcs, slack, viber, telegram, whatsapp, waha,
        signal, infobip,
    )
}  # fmt: skip


def faults(form: str, message: Message) -> list[str]:
    """Return what the form's client has against a message."""
    try:
        held = JUDGES[form](message)
    except Exception as fault:  # whatever a client raises is its verdict
        return [f"{type(fault).__name__}: {fault}"]
    return [] if held == message else [f"the client holds {held!r}"]


if __name__ == "__main__":
    logging.disable()
    for line in sys.stdin:
        asked = json.loads(line)
        print(json.dumps({"faults": faults(asked["form"], asked["message"])}), flush=True)
