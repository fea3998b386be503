"""Working by keyboard as people do: they press a key when they see the page, not while the last one still stands."""

from playwright.sync_api import Page, expect


def wait_until_shown(page: Page) -> None:
    """Wait until the page that has arrived can be seen: its scripts for keys hold the drawing up until they act."""
    expect(page.locator("html.can-key.can-zoom")).to_be_attached()
