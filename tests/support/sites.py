"""The application with keys of every kind, and the sites that may use them."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from starlette.testclient import TestClient

from tests.support import databases as stores
from tests.support.http_client import calling
from vcardsvc.http.context import AppContext
from vcardsvc.services.keys import add_form_key, digest
from vcardsvc.store import Store

OWN: Final = "http://127.0.0.1"
SITE: Final = "https://shop.example"
THANKS: Final = "https://shop.example/thanks"
OTHER: Final = "https://evil.example"
SECRET: Final = "a-secret-key-of-the-tests"
WEB: Final = "a-publishable-key-of-the-tests"


@contextlib.contextmanager
def site(folder: Path, host: str = "http://127.0.0.1:80", **settings: Any) -> Iterator[TestClient]:
    """The application with a store in `folder`: a secret key, a publishable one of SITE, and the
    page's own, which `form_key` reads."""
    url = stores.url(folder / "keys.db")
    with contextlib.closing(Store(url)) as store:
        store.migrate()
        store.add_key("laptop", digest(SECRET))
        store.add_key("web", digest(WEB), kind="publishable", origins=(SITE,), redirects=(THANKS,))
        assert add_form_key(store)
    with calling(host, **{"api_keys": (), "database_url": url, **settings}) as caller:
        yield caller.client


def form_key(client: TestClient) -> str:
    """Return the key of the service's own page."""
    context: AppContext = client.app_state["context"]
    assert context.keys.form_key
    return context.keys.form_key
