"""What people have written, in mails: not to be clicked, and marked as theirs."""

from django import template

from ground.unlinked import without_links

register = template.Library()
register.filter("without_links", without_links)


@register.filter
def quoted(text: str) -> str:
    """The text for a plain mail, each line with a mark before it, so that none looks like one of ours."""
    return "\n".join(f"> {line}" for line in without_links(text).splitlines())
