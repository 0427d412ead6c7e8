"""Telephones and addresses as links."""

from django import template

from organisations.reach import mailto, tel

register = template.Library()
register.filter("tel", tel)
register.filter("mailto", mailto)
