"""Declare every setting with its default, its unit and a line of documentation, and read them.

The environment is read here alone, once, and all of its faults are reported together. No setting
turns a guard off.
"""

import ipaddress
import re
from collections.abc import Callable, Mapping, MutableMapping
from dataclasses import dataclass, field, fields
from typing import Any, Literal, cast

PREFIX = "VCARDSVC_"
KIB = 1024
MIB = 1024 * 1024
KEY_MINIMUM = 16
"""Characters of a key that the operator chose; shorter ones can be guessed."""

OFF = "off"
"""The value of a rate limit or a mount that there is not."""

_NAME = re.compile(r"[A-Za-z0-9._-]{1,64}")

WORKERS = "WEB_CONCURRENCY"
"""The variable with the number of workers, as uvicorn, gunicorn and hosting platforms name it."""

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class BadSettings(Exception):
    """Says that some variables cannot be used; `faults` has one sentence for each."""

    def __init__(self, faults: tuple[str, ...]) -> None:
        self.faults = faults
        super().__init__("; ".join(faults))


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey:
    """Holds a key of the environment: its name in the log, and the account whose contacts it reads
    and writes."""

    name: str
    key: str = field(repr=False)
    account: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "account", self.account or self.name)


def _choice(*words: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text.lower() not in words:
            raise ValueError(f"must be one of: {', '.join(words)}")
        return text.lower()

    return read


def _whole(low: int, high: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not re.fullmatch(r"[0-9]{1,12}", text) or not low <= int(text) <= high:
            raise ValueError(f"must be a whole number from {low} to {high}")
        return int(text)

    return read


def _seconds(low: float, high: float) -> Callable[[str], float]:
    def read(text: str) -> float:
        if not re.fullmatch(r"[0-9]{1,6}(\.[0-9]{1,6})?", text) or not low <= float(text) <= high:
            raise ValueError(f"must be a number of seconds from {low:g} to {high:g}")
        return float(text)

    return read


def _flag(text: str) -> bool:
    words = {"1": True, "true": True, "yes": True, "on": True}
    words |= {"0": False, "false": False, "no": False, "off": False}
    if text.lower() not in words:
        raise ValueError("must be true or false")
    return words[text.lower()]


def _region(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z]{2}", text):
        raise ValueError("must be a region of two letters, such as US or DE")
    return text.upper()


def _listed(text: str) -> list[str]:
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if not parts:
        raise ValueError("must have a value between the commas")
    return parts


def _ports(text: str) -> tuple[int, ...]:
    port = _whole(1, 65535)
    return tuple(port(part) for part in _listed(text))


def _networks(text: str) -> tuple[Network, ...]:
    parts = _listed(text)
    try:
        return tuple(ipaddress.ip_network(part) for part in parts)
    except ValueError as fault:
        raise ValueError("must be networks such as 10.1.2.0/24, comma-separated") from fault


def _keys(text: str) -> tuple[ApiKey, ...]:
    keys = []
    for position, part in enumerate(_listed(text), start=1):
        owner, colon, key = part.partition(":")
        name, at, account = owner.partition("@")
        if not (colon and _NAME.fullmatch(name) and (_NAME.fullmatch(account) or not at)):
            raise ValueError(
                f"entry {position} must be name:key or name@account:key, the names of letters, "
                "digits, . _ and -"
            )
        if not _is_key(key):
            raise ValueError(
                f"the key of {name} must be at least {KEY_MINIMUM} printable ASCII characters"
            )
        keys.append(ApiKey(name=name, key=key, account=account))
    for what, values in (("name", [k.name for k in keys]), ("key", [k.key for k in keys])):
        if len(set(values)) < len(values):
            raise ValueError(f"the same {what} occurs twice")
    return tuple(keys)


def _database_url(text: str) -> str:
    if not text.startswith(("sqlite:///", "postgresql://")):
        raise ValueError(
            "must be sqlite:///PATH (four slashes before an absolute path) or "
            "postgresql://USER:PASSWORD@HOST:PORT/DATABASE"
        )
    return text


def _mount(text: str) -> str:
    if text.lower() == OFF:
        return OFF
    if text == "/":
        return text
    if not re.fullmatch(r"(?:/[A-Za-z0-9._~-]+)+/?", text):
        raise ValueError("must be a path such as /crm, / for the root, or off")
    return text.rstrip("/")


def _redis_url(text: str) -> str:
    # No query: redis-py reads options there that turn its guards off.
    found = re.fullmatch(
        r"rediss?://(?:[^\s/?#@]*@)?(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::([0-9]{1,5}))?(?:/[0-9]{1,4})?",
        text,
    )
    if not found or not 0 < int(found[1] or 1) < 65536:
        raise ValueError("must be redis://HOST:PORT/NUMBER, or rediss:// for TLS")
    return text


def _rate(text: str) -> str:
    if text.lower() == OFF:
        return OFF
    found = re.fullmatch(r"([0-9]{1,6}) ?(?:/|per) ?(second|minute|hour|day)", text.lower())
    if not found or not int(found[1]):
        raise ValueError(
            "must be a number of requests in a second, minute, hour or day, such as 60/minute, "
            "or off"
        )
    return f"{int(found[1])}/{found[2]}"


def _form_key(text: str) -> str:
    if not _is_key(text):
        raise ValueError(f"must be at least {KEY_MINIMUM} printable ASCII characters")
    return text


def _is_key(text: str) -> bool:
    return len(text) >= KEY_MINIMUM and text.isascii() and text.isprintable() and " " not in text


def _public_url(text: str) -> str:
    if not re.fullmatch(r"https?://[A-Za-z0-9.\[\]:-]+(/[A-Za-z0-9._~/-]*)?", text):
        raise ValueError(
            "must be an http or https address without query, such as https://x.example"
        )
    return text.rstrip("/")


def _agent_url(text: str) -> str:
    # It stands in a comment of a header (RFC 9110, 5.6.5): no parentheses, backslashes or blanks.
    if not re.fullmatch(
        r"https?://[A-Za-z0-9.\[\]:-]+(/[A-Za-z0-9._~/?&=%+,;:@!*'#-]{0,200})?", text
    ):
        raise ValueError("must be an http or https address, such as https://x.example/about")
    return text


def _setting(default: Any, read: Callable[[str], Any], doc: str, *, secret: bool = False) -> Any:
    return field(default=default, metadata={"read": read, "doc": doc, "secret": secret})


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Holds all settings of a service: sizes in bytes, times in seconds, sides in pixels."""

    database_url: str = _setting(
        "",
        _database_url,
        "the database of keys, links and contacts, sqlite:///PATH or postgresql://...; empty: a "
        "SQLite file in the user's data folder",
        secret=True,
    )
    api_keys: tuple[ApiKey, ...] = _setting(
        (),
        _keys,
        "name:key or name@account:key, comma-separated; then these are the only keys, and there is "
        "no store unless database_url is set",
        secret=True,
    )
    name_rule: Literal["strict", "relaxed"] = _setting(
        "strict",
        _choice("strict", "relaxed"),
        "strict: letters, digits, spaces and periods; relaxed: any printable text (O'Brien)",
    )
    labels: Literal["fixed", "free"] = _setting(
        "fixed",
        _choice("fixed", "free"),
        "fixed: the labels of createcontact; free: labels of one's own too, on phone, e-mail and "
        "address",
    )
    public_url: str = _setting(
        "",
        _public_url,
        "the address that links begin with, such as https://cards.example.com; empty: that of the "
        "request",
    )
    trusted_proxies: tuple[Network, ...] = _setting(
        (),
        _networks,
        "networks whose X-Forwarded-Proto, X-Forwarded-Host and X-Forwarded-For are believed, "
        "comma-separated",
    )
    default_region: str = _setting(
        "",
        _region,
        "region (two letters) of numbers without +; empty: they stay as typed",
    )
    body_limit: int = _setting(256 * KIB, _whole(KIB, 64 * MIB), "bytes of a request body")
    convert_limit: int = _setting(
        5 * MIB, _whole(KIB, 10 * MIB), "bytes of a body of cards to convert or check"
    )
    convert_cards: int = _setting(1_000, _whole(1, 100_000), "cards of a body to convert or check")
    batch_limit: int = _setting(
        512 * MIB, _whole(KIB, 64 * 1024 * MIB), "bytes of a list of contacts (POST /batch)"
    )
    batch_judged: int = _setting(
        5_000,
        _whole(1, 100_000),
        "rows of a list up to which its counts stand in front of the result; a longer list is "
        "written while it is read",
    )
    batch_slots: int = _setting(2, _whole(1, 64), "lists at once, for each worker")
    batch_timeout: float = _setting(
        3600.0, _seconds(1, 86_400), "seconds after which the process of a list is killed"
    )
    body_timeout: float = _setting(
        10.0, _seconds(0.1, 600), "seconds in which a request body must arrive"
    )
    body_rate: int = _setting(
        500,
        _whole(0, MIB),
        "bytes a second that a body must reach on average after its first 2 s; 0: no minimum",
    )
    body_share: int = _setting(
        50,
        _whole(1, 100_000),
        "slow bodies (over 2 s) at once of one key, or of one address without a key, for each "
        "worker",
    )
    max_in_flight: int = _setting(200, _whole(1, 100_000), "requests at once, for each worker")
    drain_delay: float = _setting(
        0.0,
        _seconds(0, 600),
        "seconds after SIGTERM in which requests are still taken while /readyz says stopping, for "
        "a load balancer that has to notice it",
    )
    shutdown_timeout: int = _setting(
        15, _whole(0, 3600), "seconds that running requests have after SIGTERM and drain_delay"
    )
    keep_alive_timeout: int = _setting(
        75,
        _whole(1, 3600),
        "seconds that an idle connection stays open; longer than the proxy's own",
    )
    photo_ports: tuple[int, ...] = _setting(
        (80, 443), _ports, "ports that a photo-url may have, comma-separated"
    )
    photo_allow_networks: tuple[Network, ...] = _setting(
        (),
        _networks,
        "networks that photos may be fetched from although they are not public, comma-separated",
    )
    photo_max_bytes: int = _setting(5 * MIB, _whole(KIB, 256 * MIB), "bytes of a photo file")
    photo_connect_timeout: float = _setting(
        3.0, _seconds(0.1, 60), "seconds to resolve a photo's host, and again to connect"
    )
    photo_timeout: float = _setting(8.0, _seconds(0.1, 120), "seconds of a whole photo fetch")
    photo_user_agent_url: str = _setting(
        "",
        _agent_url,
        "address in the User-Agent of photo fetches, for the operators of photo hosts; empty: none",
    )
    photo_max_pixels: int = _setting(
        32_000_000, _whole(1, 200_000_000), "pixels of a photo before it is scaled down"
    )
    photo_side: int = _setting(720, _whole(16, 4096), "pixels of the longer side of a card's photo")
    photo_budget: int = _setting(
        100_000, _whole(2_000, 10_000_000), "bytes of JPEG of a card's photo"
    )
    mms_limit: int = _setting(
        295_000, _whole(20_000, 10_000_000), "bytes of a card for MMS, its photo included"
    )
    fetch_slots: int = _setting(8, _whole(1, 1000), "photo fetches at once, for each worker")
    fetch_slots_per_host: int = _setting(
        4, _whole(1, 1000), "photo fetches at once from one host name, for each worker"
    )
    decode_slots: int = _setting(2, _whole(1, 64), "photo decoders, for each worker")
    decode_timeout: float = _setting(
        3.0, _seconds(0.1, 60), "seconds after which a photo decoder is killed"
    )
    slot_timeout: float = _setting(
        2.0, _seconds(0, 60), "seconds to wait for a free slot before answering 503"
    )
    log_requests: bool = _setting(True, _flag, "one log line for each request")
    log_format: Literal["console", "json"] = _setting(
        "console", _choice("console", "json"), "console for people, json for log collectors"
    )
    links_per_key: int = _setting(10_000, _whole(1, 10_000_000), "links alive at once for each key")
    link_bytes_per_key: int = _setting(
        256 * MIB, _whole(MIB, 512 * 1024 * MIB), "bytes that the links of one key may hold"
    )
    link_max_ttl: int = _setting(2_592_000, _whole(60, 31_536_000), "seconds that a link may live")

    rate_limit: str = _setting(
        "",
        _rate,
        "requests of one secret key, such as 600/minute; empty or off: no limit",
    )
    rate_limit_publishable: str = _setting(
        "600/minute", _rate, "requests of one publishable key; off: no limit"
    )
    redis_url: str = _setting(
        "",
        _redis_url,
        "the Redis in which all workers count together, such as redis://localhost:6379/0; empty: "
        "each worker counts its share of the limit",
        secret=True,
    )
    rate_limit_closed: bool = _setting(
        False, _flag, "true: requests that Redis should count are refused while it is away"
    )
    form_key: str = _setting(
        "",
        _form_key,
        "the publishable key of the page, which is public there; empty: the store's own",
    )

    autodns_at: str = _setting(
        "/autodns", _mount, "path of the AutoDNS calls; / is the root, off: not served"
    )
    domainchief_at: str = _setting("/domainchief", _mount, "path of the Domain Chief calls")
    superoffice_at: str = _setting("/superoffice", _mount, "path of the SuperOffice calls")
    marketingcloud_at: str = _setting(
        "/marketingcloud", _mount, "path of the Marketing Cloud calls"
    )

    @classmethod
    def from_environ(cls, environ: Mapping[str, str]) -> "Settings":
        """Read every `VCARDSVC_*` variable; blank ones count as unset.

        Raises BadSettings with one sentence for each fault, unknown names included. The sentences
        never show a value: it may be a secret.
        """
        known = {PREFIX + setting.name.upper(): setting for setting in fields(cls)}
        values: dict[str, Any] = {}
        faults: list[str] = []
        for variable in sorted(environ):
            if not variable.startswith(PREFIX) or not environ[variable].strip():
                continue
            setting = known.get(variable)
            if setting is None:
                faults.append(f"{variable}: there is no such setting")
                continue
            try:
                values[setting.name] = setting.metadata["read"](environ[variable].strip())
            except ValueError as fault:
                faults.append(f"{variable}: {fault}")
        if values.get("form_key") in {key.key for key in values.get("api_keys", ())}:
            faults.append(f"{PREFIX}FORM_KEY: must not be one of {PREFIX}API_KEYS")
        if faults:
            raise BadSettings(tuple(faults))
        return cls(**values)

    @classmethod
    def take_environ(cls, environ: MutableMapping[str, str]) -> "Settings":
        """Read the settings and remove the secrets from `environ`, so no child inherits them."""
        settings = cls.from_environ(environ)
        for setting in fields(cls):
            if setting.metadata["secret"]:
                environ.pop(PREFIX + setting.name.upper(), None)
        return settings

    def store_url(self) -> str:
        """Return the URL of the store, "" when the environment has the keys and no database."""
        if self.database_url or self.api_keys:
            return self.database_url
        # Imported here: only the default store needs it.
        import platformdirs

        return f"sqlite:///{platformdirs.user_data_path('vcardsvc') / 'vcardsvc.db'}"

    def rows(self, *, starred: bool = True) -> tuple[tuple[str, str, str], ...]:
        """Return (variable, value, doc) of every setting, as `vcardsvc settings` prints them.

        A secret that is set reads `***`.
        """
        return tuple(
            (
                PREFIX + setting.name.upper(),
                _shown(getattr(self, setting.name), secret=starred and setting.metadata["secret"]),
                setting.metadata["doc"],
            )
            for setting in fields(self)
        )


def _shown(value: object, *, secret: bool) -> str:
    if secret:
        return "***" if value else ""
    if isinstance(value, tuple):
        return ",".join(str(part) for part in cast("tuple[object, ...]", value))
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:g}" if isinstance(value, float) else str(value)


def workers_of(environ: Mapping[str, str]) -> int:
    """Return the number of workers, 1 when the variable is unset or no number."""
    number = environ.get(WORKERS, "")
    return max(1, int(number)) if re.fullmatch(r"[0-9]{1,4}", number) else 1


TRACES_SECRETS = ("OTEL_EXPORTER_OTLP_HEADERS", "OTEL_EXPORTER_OTLP_TRACES_HEADERS")
"""Variables of OpenTelemetry that may hold a secret, which no child process needs."""


def drop_traces_secrets(environ: MutableMapping[str, str]) -> None:
    """Remove the secrets of OpenTelemetry from `environ`: nothing sends traces, or what does has
    read them."""
    for name in TRACES_SECRETS:
        environ.pop(name, None)


_TRACES_ENDPOINTS = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")


def trace_exporters(environ: Mapping[str, str]) -> tuple[str, ...]:
    """Return the names of the exporters of traces by OpenTelemetry's own variables; none where no
    variable names an exporter or the address of a collector, or the SDK is disabled."""
    if environ.get("OTEL_SDK_DISABLED", "").strip().lower() == "true":
        return ()
    names = environ.get("OTEL_TRACES_EXPORTER", "").strip()
    if not names and any(environ.get(name, "").strip() for name in _TRACES_ENDPOINTS):
        names = "otlp"
    found = tuple(dict.fromkeys(name.strip() for name in names.split(",") if name.strip()))
    return () if "none" in found else found
