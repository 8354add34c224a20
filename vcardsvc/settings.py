"""Every setting: its name, default, unit and one line of doc, in one frozen table.

The environment is read here and nowhere else, once, and all of its faults are reported together.
What must never enter here: a setting that turns a guard off.
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
"""Characters of a key given by hand; shorter ones can be guessed."""

OFF = "off"
"""What a rate limit, or a vendor's mount, is set to so that there is none."""

_NAME = re.compile(r"[A-Za-z0-9._-]{1,64}")

WORKERS = "WEB_CONCURRENCY"
"""The variable that tells a worker how many there are, as uvicorn, gunicorn and hosts name it."""

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class BadSettings(Exception):
    """Some variables hold values that cannot be used; `faults` has one sentence for each."""

    def __init__(self, faults: tuple[str, ...]) -> None:
        self.faults = faults
        super().__init__("; ".join(faults))


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey:
    """A key given in the environment, under the name that the log shows, and of which account:
    whose contacts it reads and writes."""

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
        raise ValueError("must hold something beside commas")
    return parts


def _ports(text: str) -> tuple[int, ...]:
    port = _whole(1, 65535)
    return tuple(port(part) for part in _listed(text))


def _networks(text: str) -> tuple[Network, ...]:
    parts = _listed(text)
    try:
        return tuple(ipaddress.ip_network(part) for part in parts)
    except ValueError as fault:
        raise ValueError("must be networks such as 10.1.2.0/24, parted by commas") from fault


def _keys(text: str) -> tuple[ApiKey, ...]:
    keys = []
    for position, part in enumerate(_listed(text), start=1):
        told, colon, key = part.partition(":")
        name, at, account = told.partition("@")
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
            raise ValueError(f"the same {what} stands there twice")
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
    # Nothing behind a `?`: the client would take options there that turn its guards off.
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
    # In a comment of a header (RFC 9110, 5.6.5): no parentheses, backslashes or blanks.
    if not re.fullmatch(
        r"https?://[A-Za-z0-9.\[\]:-]+(/[A-Za-z0-9._~/?&=%+,;:@!*'#-]{0,200})?", text
    ):
        raise ValueError("must be an http or https address, such as https://x.example/about")
    return text


def _setting(default: Any, read: Callable[[str], Any], doc: str, *, secret: bool = False) -> Any:
    return field(default=default, metadata={"read": read, "doc": doc, "secret": secret})


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All settings of one service. Sizes are bytes, times are seconds, sides are pixels."""

    database_url: str = _setting(
        "",
        _database_url,
        "where keys, links and contacts are kept, sqlite:///PATH or postgresql://...; empty: a "
        "SQLite file in the user's data folder",
        secret=True,
    )
    api_keys: tuple[ApiKey, ...] = _setting(
        (),
        _keys,
        "name:key or name@account:key, comma-separated; then these are the only keys, and no store "
        "is opened unless database_url is set",
        secret=True,
    )
    name_rule: Literal["strict", "relaxed"] = _setting(
        "strict",
        _choice("strict", "relaxed"),
        "strict: letters, digits, spaces and periods; relaxed: any printable text (O'Brien)",
    )
    public_url: str = _setting(
        "",
        _public_url,
        "what links begin with, such as https://cards.example.com; empty: the address asked for",
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
        "region of two letters in which numbers without + are read; empty: kept as typed",
    )
    body_limit: int = _setting(256 * KIB, _whole(KIB, 64 * MIB), "bytes of a request body")
    body_timeout: float = _setting(
        10.0, _seconds(0.1, 600), "seconds a request body may take to arrive"
    )
    body_rate: int = _setting(
        500,
        _whole(0, MIB),
        "bytes a second that a body must bring on average once it has taken 2 s; 0: any",
    )
    body_share: int = _setting(
        50,
        _whole(1, 100_000),
        "bodies that take longer than 2 s of one key, without one of one address, at once, for "
        "each worker",
    )
    max_in_flight: int = _setting(200, _whole(1, 100_000), "requests at once, for each worker")
    shutdown_timeout: int = _setting(
        15, _whole(0, 3600), "seconds running requests have to finish after SIGTERM"
    )
    keep_alive_timeout: int = _setting(
        75, _whole(1, 3600), "seconds an idle connection is kept; longer than the proxy keeps it"
    )
    photo_ports: tuple[int, ...] = _setting(
        (80, 443), _ports, "ports a photo-url may name, comma-separated"
    )
    photo_allow_networks: tuple[Network, ...] = _setting(
        (),
        _networks,
        "networks opened to photo fetches although they are not public, comma-separated",
    )
    photo_max_bytes: int = _setting(5 * MIB, _whole(KIB, 256 * MIB), "bytes of a photo file")
    photo_connect_timeout: float = _setting(
        3.0, _seconds(0.1, 60), "seconds to resolve a photo's host, and again to connect"
    )
    photo_timeout: float = _setting(8.0, _seconds(0.1, 120), "seconds of a whole photo fetch")
    photo_user_agent_url: str = _setting(
        "",
        _agent_url,
        "address that photo fetches name in their User-Agent, for those who run the photo hosts; "
        "empty: none",
    )
    photo_max_pixels: int = _setting(
        32_000_000, _whole(1, 200_000_000), "pixels of a photo before it is made smaller"
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
    link_max_ttl: int = _setting(
        2_592_000, _whole(60, 31_536_000), "seconds a link may live at most"
    )

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
        "where all workers count requests together, such as redis://localhost:6379/0; empty: each "
        "worker counts its own share of the limit",
        secret=True,
    )
    rate_limit_closed: bool = _setting(
        False, _flag, "true: while Redis is away, requests that it should count are refused"
    )
    form_key: str = _setting(
        "",
        _form_key,
        "the publishable key of the page, which shows it to everybody; empty: the store's own",
    )

    autodns_at: str = _setting(
        "/autodns", _mount, "where the calls of AutoDNS are served; / the root, off: nowhere"
    )
    domainchief_at: str = _setting(
        "/domainchief", _mount, "where the calls of Domain Chief are served"
    )
    superoffice_at: str = _setting(
        "/superoffice", _mount, "where the calls of SuperOffice are served"
    )
    marketingcloud_at: str = _setting(
        "/marketingcloud", _mount, "where the calls of Marketing Cloud are served"
    )

    @classmethod
    def from_environ(cls, environ: Mapping[str, str]) -> "Settings":
        """Read every `VCARDSVC_*` variable; blank ones count as absent.

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
        """The same, removing the secrets from `environ`, so that no child process inherits them."""
        settings = cls.from_environ(environ)
        for setting in fields(cls):
            if setting.metadata["secret"]:
                environ.pop(PREFIX + setting.name.upper(), None)
        return settings

    def store_url(self) -> str:
        """Where the store is; "" when the keys of the environment make one needless."""
        if self.database_url or self.api_keys:
            return self.database_url
        # Imported here: a deployment without a store does not ask where the user's data lie.
        import platformdirs

        return f"sqlite:///{platformdirs.user_data_path('vcardsvc') / 'vcardsvc.db'}"

    def rows(self, *, starred: bool = True) -> tuple[tuple[str, str, str], ...]:
        """(variable, value, doc) of every setting, as `vcardsvc settings` prints them.

        Secrets that are set read `***`.
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
    """How many workers there are, this one among them; 1 where nobody says so."""
    said = environ.get(WORKERS, "")
    return max(1, int(said)) if re.fullmatch(r"[0-9]{1,4}", said) else 1
