"""Money in templates."""

from django import template

from ground.money import format_nok

register = template.Library()
register.filter("nok", format_nok)
