"""Articles from Markdown files."""

from __future__ import annotations

from switchboard.domain.errors import Malformed
from switchboard.domain.knowledge.article import Text, article_id, parse
from switchboard.domain.knowledge.markdown import blocks, front_matter


def read_article(markdown: str) -> tuple[str, Text]:
    """An article's id and text, of a file with its fields at the head. A title that stands in the body as well is no section of it.
    Raises Malformed, which names the field or line at fault."""
    fields, body = front_matter(markdown)
    if "body" in fields:
        raise Malformed("'body' is what stands below the fields")
    if not fields.get("title"):
        fields["title"] = next((b.text for b in blocks(body) if b.kind == "heading"), "")
    id_ = article_id(fields.pop("id", None))
    return id_, parse({**fields, "body": body})
