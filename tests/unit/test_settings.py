"""Settings are read once, all faults at once, and no sentence shows a value."""

import dataclasses
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest

from vcardsvc import vcard as card
from vcardsvc.photo import decoder as photo
from vcardsvc.photo import fetch
from vcardsvc.settings import ApiKey, BadSettings, Settings, trace_exporters, workers_of
from vcardsvc.validation import fields as rules

KEY = "0123456789abcdef"

DEFAULTS: dict[str, Any] = {
    "database_url": "",
    "api_keys": (),
    "name_rule": "strict",
    "labels": "fixed",
    "public_url": "",
    "trusted_proxies": (),
    "default_region": "",
    "body_limit": 262_144,
    "convert_limit": 5_242_880,
    "convert_cards": 1_000,
    "batch_limit": 536_870_912,
    "batch_judged": 5_000,
    "batch_slots": 2,
    "batch_timeout": 3600.0,
    "body_timeout": 10.0,
    "body_rate": 500,
    "body_share": 50,
    "max_in_flight": 200,
    "drain_delay": 0.0,
    "shutdown_timeout": 15,
    "keep_alive_timeout": 75,
    "photo_ports": (80, 443),
    "photo_allow_networks": (),
    "photo_max_bytes": 5_242_880,
    "photo_connect_timeout": 3.0,
    "photo_timeout": 8.0,
    "photo_user_agent_url": "",
    "photo_max_pixels": 32_000_000,
    "photo_side": 720,
    "photo_budget": 100_000,
    "mms_limit": 295_000,
    "fetch_slots": 8,
    "fetch_slots_per_host": 4,
    "decode_slots": 2,
    "decode_timeout": 3.0,
    "slot_timeout": 2.0,
    "log_requests": True,
    "log_format": "console",
    "links_per_key": 10_000,
    "link_bytes_per_key": 268_435_456,
    "link_max_ttl": 2_592_000,
    "rate_limit": "",
    "rate_limit_publishable": "600/minute",
    "redis_url": "",
    "rate_limit_closed": False,
    "form_key": "",
    "autodns_at": "/autodns",
    "domainchief_at": "/domainchief",
    "superoffice_at": "/superoffice",
    "marketingcloud_at": "/marketingcloud",
}

READ: tuple[tuple[str, str, Any], ...] = (
    ("DATABASE_URL", "sqlite:////srv/keys.db", "sqlite:////srv/keys.db"),
    ("DATABASE_URL", "postgresql://u:p@db.example/cards", "postgresql://u:p@db.example/cards"),
    ("API_KEYS", f"a:{KEY}", (ApiKey(name="a", key=KEY, account="a"),)),
    ("API_KEYS", f"a@sales:{KEY}", (ApiKey(name="a", key=KEY, account="sales"),)),
    ("AUTODNS_AT", "/crm/v1/", "/crm/v1"),
    ("SUPEROFFICE_AT", "/", "/"),
    ("MARKETINGCLOUD_AT", "OFF", "off"),
    (
        "API_KEYS",
        f" a.b-c_d:{KEY} ,, e:with:colons:{KEY},",
        (ApiKey(name="a.b-c_d", key=KEY), ApiKey(name="e", key=f"with:colons:{KEY}")),
    ),
    ("API_KEYS", f"{'n' * 64}:{KEY}", (ApiKey(name="n" * 64, key=KEY),)),
    ("NAME_RULE", "relaxed", "relaxed"),
    ("LABELS", "free", "free"),
    ("NAME_RULE", "STRICT", "strict"),
    ("PUBLIC_URL", "https://cards.example.com", "https://cards.example.com"),
    ("PUBLIC_URL", "http://[2001:db8::1]:8000/", "http://[2001:db8::1]:8000"),
    ("PUBLIC_URL", "https://x.example/cards/v1/", "https://x.example/cards/v1"),
    ("TRUSTED_PROXIES", "10.0.0.1, fd00::/8", (ip_network("10.0.0.1"), ip_network("fd00::/8"))),
    ("DEFAULT_REGION", "de", "DE"),
    ("BODY_LIMIT", "1024", 1024),
    ("BODY_LIMIT", "67108864", 67_108_864),
    ("BODY_TIMEOUT", "0.1", 0.1),
    ("BODY_TIMEOUT", "600", 600.0),
    ("BODY_RATE", "0", 0),
    ("BODY_SHARE", "1", 1),
    ("MAX_IN_FLIGHT", "1", 1),
    ("DRAIN_DELAY", "5", 5.0),
    ("SHUTDOWN_TIMEOUT", "0", 0),
    ("KEEP_ALIVE_TIMEOUT", "610", 610),
    ("PHOTO_PORTS", "80, 8080,65535", (80, 8080, 65535)),
    (
        "PHOTO_ALLOW_NETWORKS",
        "10.1.2.0/24, fd00::/8,192.0.2.7",
        (ip_network("10.1.2.0/24"), ip_network("fd00::/8"), ip_network("192.0.2.7/32")),
    ),
    *(
        ("PHOTO_USER_AGENT_URL", address, address)
        for address in (
            "https://x.example",
            "http://[2001:db8::1]:8000/a/b?c=d&e#f",
            "https://x.example/~us",
        )
    ),
    ("MMS_LIMIT", "20000", 20_000),
    ("LINKS_PER_KEY", "1", 1),
    ("LINKS_PER_KEY", "10000000", 10_000_000),
    ("LINK_BYTES_PER_KEY", "1048576", 1_048_576),
    ("LINK_MAX_TTL", "60", 60),
    ("LINK_MAX_TTL", "31536000", 31_536_000),
    ("RATE_LIMIT", "600/minute", "600/minute"),
    ("RATE_LIMIT", "0010 PER Day", "10/day"),
    ("RATE_LIMIT_PUBLISHABLE", "999999/second", "999999/second"),
    ("RATE_LIMIT_PUBLISHABLE", "Off", "off"),
    ("REDIS_URL", "redis://localhost", "redis://localhost"),
    ("REDIS_URL", "redis://[::1]:6379/0", "redis://[::1]:6379/0"),
    ("REDIS_URL", "rediss://a:p%40ss@r.example:1/12", "rediss://a:p%40ss@r.example:1/12"),
    ("RATE_LIMIT_CLOSED", "yes", True),
    ("FORM_KEY", KEY, KEY),
    ("SLOT_TIMEOUT", "0", 0.0),
    ("SLOT_TIMEOUT", " 1.5 ", 1.5),
    *(("LOG_REQUESTS", word, True) for word in ("1", "true", "YES", "On")),
    *(("LOG_REQUESTS", word, False) for word in ("0", "false", "NO", "Off")),
    ("LOG_FORMAT", "json", "json"),
    ("LOG_FORMAT", "   ", "console"),
    ("BODY_LIMIT", "", 262_144),
)

KEYS_ARE = "VCARDSVC_API_KEYS: "
LITE = (
    "must be sqlite:///PATH (four slashes before an absolute path) or "
    "postgresql://USER:PASSWORD@HOST:PORT/DATABASE"
)
MOUNT = "must be a path such as /crm, / for the root, or off"
NETS = "must be networks such as 10.1.2.0/24, comma-separated"
PUBLIC = "must be an http or https address without query, such as https://x.example"
AGENT = "must be an http or https address, such as https://x.example/about"
ENTRY = "must be name:key or name@account:key, the names of letters, digits, . _ and -"
RATE = "must be a number of requests in a second, minute, hour or day, such as 60/minute, or off"
REDIS = "must be redis://HOST:PORT/NUMBER, or rediss:// for TLS"
REFUSED = (
    ("DATABASE_URL", "postgres://x", LITE),
    ("DATABASE_URL", "sqlite://x", LITE),
    ("API_KEYS", "loose", f"entry 1 {ENTRY}"),
    ("API_KEYS", f"a@:{KEY}", f"entry 1 {ENTRY}"),
    ("API_KEYS", f"a@b@c:{KEY}", f"entry 1 {ENTRY}"),
    *(("AUTODNS_AT", at, MOUNT) for at in ("crm", "//", "/a b", "/a?b", "http://x", "none")),
    ("API_KEYS", f"a:{KEY},b c:{KEY}2", f"entry 2 {ENTRY}"),
    ("API_KEYS", f":{KEY}", f"entry 1 {ENTRY}"),
    ("API_KEYS", f"{'n' * 65}:{KEY}", f"entry 1 {ENTRY}"),
    ("API_KEYS", f"a:{KEY[1:]}", "the key of a must be at least 16 printable ASCII characters"),
    ("API_KEYS", f"a:{KEY} x", "the key of a must be at least 16 printable ASCII characters"),
    ("API_KEYS", f"a:{KEY}ü", "the key of a must be at least 16 printable ASCII characters"),
    ("API_KEYS", f"a:{KEY}\x7f", "the key of a must be at least 16 printable ASCII characters"),
    ("API_KEYS", f"a:{KEY},a:{KEY}2", "the same name occurs twice"),
    ("API_KEYS", f"a:{KEY},b:{KEY}", "the same key occurs twice"),
    ("API_KEYS", ",", "must have a value between the commas"),
    *(
        ("PUBLIC_URL", address, PUBLIC)
        for address in (
            "cards.example.com", "ftp://x.example", "https://", "https://a@x.example",
            "https://x.example?q", "https://x.example#f", "https://x.example/a b", "https://x\ny",
            "javascript://x", "https://x.example/\u00e9", "https://b\u00fccher.example",
        )
    ),
    ("TRUSTED_PROXIES", "proxy.example", NETS),
    ("TRUSTED_PROXIES", "10.0.0.1/8", NETS),
    *(("RATE_LIMIT", rate, RATE) for rate in ("60", "0/minute", "60/week", "1000000/day", "-1/hour",
                                              "6/2 hour", "60/minute;1/second")),
    ("RATE_LIMIT_PUBLISHABLE", "none", RATE),
    *(
        ("REDIS_URL", url, REDIS)
        for url in (
            "localhost:6379", "http://localhost", "redis://", "redis://h:0", "redis://h:65536",
            "redis://h:x", "redis://h/x", "redis://h?ssl_cert_reqs=none", "redis://h/0?db=1",
            "redis://h/0#f", "redis://a b@h", "redis://a@b@h/",
        )
    ),
    ("FORM_KEY", KEY[1:], "must be at least 16 printable ASCII characters"),
    ("FORM_KEY", f"{KEY} x", "must be at least 16 printable ASCII characters"),
    *(
        ("PHOTO_USER_AGENT_URL", address, AGENT)
        for address in (
            "x.example", "mailto:a@x.example", "https://x.example/a b", "https://x.example/(a)",
            "https://x.example/\\", "https://x\ny", "https://x.example/\r\nX: y", "https://a@x.example",
            "https://x.example/\u00e9", "https://x.example/" + "a" * 201, 'https://x.example/"',
        )
    ),
    ("MMS_LIMIT", "19999", "must be a whole number from 20000 to 10000000"),
    ("LINKS_PER_KEY", "0", "must be a whole number from 1 to 10000000"),
    ("LINK_BYTES_PER_KEY", "1048575", "must be a whole number from 1048576 to 549755813888"),
    ("LINK_MAX_TTL", "59", "must be a whole number from 60 to 31536000"),
    ("LINK_MAX_TTL", "1d", "must be a whole number from 60 to 31536000"),
    ("NAME_RULE", "loose", "must be one of: strict, relaxed"),
    ("LABELS", "any", "must be one of: fixed, free"),
    ("DEFAULT_REGION", "DEU", "must be a region of two letters, such as US or DE"),
    ("DEFAULT_REGION", "1A", "must be a region of two letters, such as US or DE"),
    ("BODY_LIMIT", "1023", "must be a whole number from 1024 to 67108864"),
    ("BODY_LIMIT", "67108865", "must be a whole number from 1024 to 67108864"),
    ("BODY_LIMIT", "١٢٣٤٥", "must be a whole number from 1024 to 67108864"),
    ("BODY_LIMIT", "1_024", "must be a whole number from 1024 to 67108864"),
    ("BODY_LIMIT", "9" * 5000, "must be a whole number from 1024 to 67108864"),
    ("BODY_TIMEOUT", "0", "must be a number of seconds from 0.1 to 600"),
    ("BODY_TIMEOUT", "601", "must be a number of seconds from 0.1 to 600"),
    ("BODY_TIMEOUT", "nan", "must be a number of seconds from 0.1 to 600"),
    ("BODY_TIMEOUT", "1e2", "must be a number of seconds from 0.1 to 600"),
    ("MAX_IN_FLIGHT", "-1", "must be a whole number from 1 to 100000"),
    ("PHOTO_PORTS", "80;443", "must be a whole number from 1 to 65535"),
    ("PHOTO_PORTS", "0", "must be a whole number from 1 to 65535"),
    ("PHOTO_PORTS", ",", "must have a value between the commas"),
    ("PHOTO_ALLOW_NETWORKS", "10.1.2.3/24", NETS),
    ("PHOTO_ALLOW_NETWORKS", "intranet", NETS),
    ("LOG_REQUESTS", "maybe", "must be true or false"),
    ("LOG_FORMAT", "xml", "must be one of: console, json"),
)  # fmt: skip


def _faults(environ: dict[str, str]) -> tuple[str, ...]:
    with pytest.raises(BadSettings) as bad:
        Settings.from_environ(environ)
    assert str(bad.value) == "; ".join(bad.value.faults)
    return bad.value.faults


def test_an_empty_environment_gives_the_defaults() -> None:
    """Every setting has the default that is promised, and there is no other setting."""
    defaults = Settings.from_environ({"HOME": "/home/nobody"})
    assert {f.name: getattr(defaults, f.name) for f in dataclasses.fields(Settings)} == DEFAULTS
    assert defaults == Settings()


@pytest.mark.parametrize(("name", "text", "value"), READ)
def test_a_variable_is_read(name: str, text: str, value: Any) -> None:
    """Each kind of value is read up to its edges, blanks around it and blank ones ignored."""
    read = Settings.from_environ({f"VCARDSVC_{name}": text})
    assert read == Settings(**{name.lower(): value})


@pytest.mark.parametrize(("name", "text", "sentence"), REFUSED)
def test_a_variable_is_refused_without_showing_it(name: str, text: str, sentence: str) -> None:
    """Each kind of value is refused beyond its edges by one sentence that does not show it."""
    assert _faults({f"VCARDSVC_{name}": text}) == (f"VCARDSVC_{name}: {sentence}",)


def test_all_faults_are_reported_at_once() -> None:
    """A start that fails names everything that has to be mended, unknown names included."""
    environ = {
        "VCARDSVC_PHOTO_SIDE": "huge",
        "VCARDSVC_LOG_FROMAT": "json",
        "VCARDSVC_API_KEYS": "topsecretvalue",
        "VCARDSVC_BODY_LIMIT": "2048",
        "VCARDSVC_": "x",
        "OTHER": "x",
    }
    assert _faults(environ) == (
        "VCARDSVC_: there is no such setting",
        f"{KEYS_ARE}entry 1 {ENTRY}",
        "VCARDSVC_LOG_FROMAT: there is no such setting",
        "VCARDSVC_PHOTO_SIDE: must be a whole number from 16 to 4096",
    )


def test_a_secret_key_is_not_the_form_key() -> None:
    """The page would show it to everybody; the sentence does not."""
    environ = {"VCARDSVC_API_KEYS": f"a:{KEY}", "VCARDSVC_FORM_KEY": KEY}
    assert _faults(environ) == ("VCARDSVC_FORM_KEY: must not be one of VCARDSVC_API_KEYS",)


@pytest.mark.parametrize(
    ("value", "workers"),
    [(None, 1), ("", 1), ("4", 4), ("0", 1), ("-2", 1), ("many", 1), ("99999", 1), ("\u0664", 1)],
)
def test_a_worker_knows_how_many_there_are(value: str | None, workers: int) -> None:
    """WEB_CONCURRENCY says it; what is no number of workers is one."""
    assert workers_of({} if value is None else {"WEB_CONCURRENCY": value}) == workers


def test_rows_show_every_setting_and_star_the_secrets() -> None:
    """What the program prints holds a row for each setting, no key and no database URL."""
    settings = Settings(
        database_url="sqlite:////srv/hidden.db",
        api_keys=(ApiKey(name="a", key=KEY),),
        photo_allow_networks=(ip_network("10.0.0.0/8"), ip_network("fd00::/8")),
        log_requests=False,
        slot_timeout=0.5,
    )
    rows = {variable: value for variable, value, _ in settings.rows()}
    defaults = {variable: value for variable, value, _ in Settings().rows()}
    assert rows == {
        **defaults,
        "VCARDSVC_DATABASE_URL": "***",
        "VCARDSVC_API_KEYS": "***",
        "VCARDSVC_PHOTO_ALLOW_NETWORKS": "10.0.0.0/8,fd00::/8",
        "VCARDSVC_LOG_REQUESTS": "false",
        "VCARDSVC_SLOT_TIMEOUT": "0.5",
    }
    assert [name.removeprefix("VCARDSVC_").lower() for name in rows] == list(DEFAULTS)
    assert all(doc for _, _, doc in settings.rows())


def test_what_rows_print_can_be_read_again() -> None:
    """Printed values are the spelling in which they are set."""
    environ = {variable: value for variable, value, _ in Settings().rows()}
    assert Settings.from_environ(environ) == Settings()


def test_a_key_is_not_shown_by_its_repr() -> None:
    """A key that gets into a traceback's values shows its name alone."""
    assert repr(ApiKey(name="a", key=KEY)) == "ApiKey(name='a', account='a')"


def test_taking_the_environment_leaves_no_secret_behind() -> None:
    """What child processes inherit holds the settings but not the secrets."""
    environ = {
        "VCARDSVC_API_KEYS": f"a:{KEY}",
        "VCARDSVC_DATABASE_URL": "sqlite:////srv/keys.db",
        "VCARDSVC_REDIS_URL": "redis://:hunter2@localhost",
        "VCARDSVC_PHOTO_SIDE": "96",
        "PATH": "/bin",
    }
    taken = Settings.take_environ(environ)
    assert taken == Settings(
        api_keys=(ApiKey(name="a", key=KEY),),
        database_url="sqlite:////srv/keys.db",
        redis_url="redis://:hunter2@localhost",
        photo_side=96,
    )
    assert environ == {"VCARDSVC_PHOTO_SIDE": "96", "PATH": "/bin"}


def test_the_store_lies_where_it_is_set_or_in_the_users_data_or_nowhere(tmp_path: Path) -> None:
    """A URL decides; else keys of the environment need no store; else it is the user's own."""
    keys = (ApiKey(name="a", key=KEY),)
    url = "sqlite:////srv/keys.db"
    own = f"sqlite:///{tmp_path / 'data' / 'vcardsvc' / 'vcardsvc.db'}"
    cases = (Settings(database_url=url, api_keys=keys), Settings(database_url=url),
             Settings(api_keys=keys), Settings())  # fmt: skip
    assert [settings.store_url() for settings in cases] == [url, url, "", own]


def test_fetch_photo_and_rules_alone_have_the_default_settings() -> None:
    """What fetch, photo and rules do without settings is what they do under the default ones."""
    settings = Settings()
    policy, limits, budget = fetch.FetchPolicy(), photo.Limits(), photo.Budget()
    assert (policy.ports, policy.networks) == (
        settings.photo_ports,
        settings.photo_allow_networks,
    )
    assert policy.user_agent_url == settings.photo_user_agent_url
    assert (policy.max_bytes, policy.timeout, policy.connect_timeout) == (
        settings.photo_max_bytes,
        settings.photo_timeout,
        settings.photo_connect_timeout,
    )
    assert (policy.slots, policy.slots_per_host, policy.slot_timeout) == (
        settings.fetch_slots,
        settings.fetch_slots_per_host,
        settings.slot_timeout,
    )
    assert (limits.max_bytes, limits.max_pixels, limits.timeout) == (
        settings.photo_max_bytes,
        settings.photo_max_pixels,
        settings.decode_timeout,
    )
    assert (limits.slots, limits.slot_timeout) == (settings.decode_slots, settings.slot_timeout)
    assert (budget.side, budget.bytes) == (settings.photo_side, settings.photo_budget)
    assert (rules.Policy().names, rules.Policy().region) == (
        settings.name_rule,
        settings.default_region,
    )
    assert settings.mms_limit == card.MMS_CEILING


@pytest.mark.parametrize(
    ("variables", "names"),
    [
        ({}, ()),
        ({"OTEL_SERVICE_NAME": "cards"}, ()),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": " "}, ()),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector:4318"}, ("otlp",)),
        ({"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://collector:4318/x"}, ("otlp",)),
        ({"OTEL_TRACES_EXPORTER": "console, otlp,,console"}, ("console", "otlp")),
        ({"OTEL_TRACES_EXPORTER": "none", "OTEL_EXPORTER_OTLP_ENDPOINT": "http://a"}, ()),
        ({"OTEL_TRACES_EXPORTER": "otlp", "OTEL_SDK_DISABLED": "True"}, ()),
        ({"OTEL_TRACES_EXPORTER": "otlp", "OTEL_SDK_DISABLED": "no"}, ("otlp",)),
    ],
)
def test_traces_are_wanted_by_the_standard_variables(
    variables: dict[str, str], names: tuple[str, ...]
) -> None:
    """An exporter's name, or a collector's address, turns them on."""
    assert trace_exporters(variables) == names
