"""An organisation number as people write it."""

from django import template

from ground.org_number import display_org_number

register = template.Library()
register.filter("org_number", display_org_number)
