"""A browser without a window for tests of pages: no page reaches the network, and no error is lost."""

import os
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
LOCAL = ("file:", "data:", "blob:", "about:")


def chromium() -> str | None:
    """Where the browser is: AUTOGRAD_CORE_CHROMIUM says so, else it is looked for."""
    named = os.environ.get("AUTOGRAD_CORE_CHROMIUM")
    return named or next((found for name in NAMES if (found := shutil.which(name))), None)


@dataclass
class Visit:
    """One open page, what it asked the network for (in vain), and what went wrong in it.

    Whatever is left in `requests` or `errors` fails the test when it is over: a test that provokes them
    looks at them and clears the list.
    """

    page: Any
    requests: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def open(self, path: Path | str) -> Any:
        """Open a file and give the page."""
        self.page.goto(Path(path).resolve().as_uri())
        return self.page

    def show(self, html: str) -> Any:
        """Open a text as a page and give the page."""
        self.page.set_content(html)
        return self.page


# One for each module of tests, not for the whole session: as long as it lives, an event loop counts as
# running in this thread, and tests of other modules start their own. Two of these may not live at once.
@pytest.fixture(scope="module")
def browser():
    """A browser, as Playwright knows it; a test skips where Playwright or the browser is missing."""
    playwright = pytest.importorskip("playwright.sync_api", reason="pages are tested with playwright")
    program = chromium()
    if program is None:
        pytest.skip(
            f"no browser: none of {', '.join(NAMES)} is on the path, AUTOGRAD_CORE_CHROMIUM names none"
        )
    with playwright.sync_playwright() as driver:
        opened = driver.chromium.launch(
            executable_path=program,
            args=["--no-sandbox", "--disable-gpu", "--host-resolver-rules=MAP * ~NOTFOUND"],
        )
        yield opened
        opened.close()


@pytest.fixture
def visit(browser):
    """A fresh page that sees no network, with a record of its requests and errors; both must stay empty."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, service_workers="block")
    seen = Visit(context.new_page())

    def answer(route):
        if route.request.url.startswith(LOCAL):
            route.continue_()
        else:
            seen.requests.append(route.request.url)
            route.abort()

    context.route("**/*", answer)
    context.on("weberror", lambda error: seen.errors.append(str(error.error)))
    seen.page.on("console", lambda said: seen.errors.append(said.text) if said.type == "error" else None)
    yield seen
    context.close()
    assert not seen.requests, f"the page asked the network for {seen.requests}"
    assert not seen.errors, f"the page reported {seen.errors}"
