"""Days, times, numbers and lists for templates; see `portal.cldr`."""

from django import template

from portal import cldr

register = template.Library()

for _filter in (cldr.clock, cldr.day, cldr.listed, cldr.number, cldr.short_day, cldr.weekday):
    register.filter(_filter.__name__, _filter)
