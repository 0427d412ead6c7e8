"""A browser's own words about itself, told so that a person knows the device again."""

from django import template

from organisations.signing_in.devices import device_name

register = template.Library()
register.filter("device", device_name)
