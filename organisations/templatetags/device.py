"""A browser's description of itself, in words by which a person knows the device again."""

from django import template

from organisations.signing_in.devices import device_name

register = template.Library()
register.filter("device", device_name)
