"""What carries an office further: onto paper, into a map, into a calendar."""

from urllib.parse import quote

from django import template

from spaces import qr
from spaces.models import Office

register = template.Library()


@register.inclusion_tag("components/qr.html")
def qr_code(address: str) -> dict[str, object]:
    """The QR code of a whole address, with the address below it. Pages hide it on the screen: see their styles."""
    return {"address": address, "drawing": qr.drawing(address)}


@register.filter
def map_address(office: Office) -> str:
    """The `geo:` address of an office's door, which a telephone opens in the map application of its owner's choice.

    Empty where nobody can go: of an example, and where neither the position nor street and place are known.
    """
    if office.is_example:
        return ""
    if office.latitude is not None and office.longitude is not None:
        position = f"{office.latitude:.5f},{office.longitude:.5f}"
        # Without the question a map opens there and shows no mark.
        return f"geo:{position}?q={position}({quote(office.name, safe='')})"
    if office.street and office.place:
        return "geo:0,0?q=" + quote(f"{office.street_line}, {office.place_line}", safe="")
    return ""


@register.filter
def subscribed(address: str) -> str:
    """The whole address of a calendar in the form by which a calendar application takes it for a subscription."""
    return "webcal:" + address.partition(":")[2]
