"""Markdown as paragraphs of plain text, for paper."""

from markdown_it import MarkdownIt
from markdown_it.token import Token

_MARKDOWN = MarkdownIt("commonmark")


def plain_paragraphs(text: str) -> list[str]:
    """Return the paragraphs of Markdown without its signs; items of lists begin with a dot or their number."""
    paragraphs: list[str] = []
    marks: list[str] = []  # of the lists that are open
    pending = ""
    for token in _MARKDOWN.parse(text):
        if token.type in ("bullet_list_open", "ordered_list_open"):
            marks.append("•" if token.type == "bullet_list_open" else "")
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            marks.pop()
        elif token.type == "list_item_open":
            pending = f"{'  ' * (len(marks) - 1)}{marks[-1] or f'{token.info}{token.markup}'} "
        elif token.type in ("inline", "fence", "code_block", "html_block"):
            content = _words(token) if token.type == "inline" else token.content.rstrip("\n")
            paragraphs.append(pending + content)
            pending = ""
    return [paragraph for paragraph in paragraphs if paragraph.strip()]


def _words(token: Token) -> str:
    parts: list[str] = []
    address = ""
    for child in token.children or ():
        if child.type == "link_open":
            address = str(child.attrGet("href") or "")
        elif child.type == "link_close":
            if address and address not in "".join(parts):
                parts.append(f" ({address})")
        elif child.type in ("softbreak", "hardbreak"):
            parts.append(" " if child.type == "softbreak" else "\n")
        else:
            parts.append(child.content)
    return "".join(parts)
