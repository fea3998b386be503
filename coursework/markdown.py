"""Markdown as staff write it, as safe HTML."""

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

_MARKDOWN = MarkdownIt("commonmark").enable("table")
_TAGS = {
    *("p", "br", "em", "strong", "code", "pre", "blockquote", "ul", "ol", "li", "a", "hr"),
    *("h2", "h3", "h4", "table", "thead", "tbody", "tr", "th", "td"),
}


def rendered_markdown(text: str) -> SafeString:
    """Return HTML with links, lists, tables and emphasis; scripts, styles, pictures and raw HTML are dropped."""
    html = nh3.clean(_MARKDOWN.render(text), tags=_TAGS, attributes={"a": {"href"}}, link_rel="noopener")
    return mark_safe(html)  # cleaned by nh3 on the line above
