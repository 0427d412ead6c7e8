"""What people have written, in mails: not to be pressed, and marked as theirs."""

from django import template

from ground.unlinked import without_links

register = template.Library()
register.filter("without_links", without_links)


@register.filter
def quoted(text: str) -> str:
    """In plain text: each line begins with a mark, so that none of them looks like one of ours."""
    return "\n".join(f"> {line}" for line in without_links(text).splitlines())
