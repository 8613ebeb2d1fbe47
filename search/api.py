"""The lookup for other programs: `POST /api/v1/lookup/`."""

import hashlib
import hmac
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import SimpleRateThrottle
from rest_framework.views import APIView

from search.answers import as_json
from search.lookup import index

#: An address is short. A longer body is no request for us.
LARGEST_BODY = 4096


class BodyTooLarge(APIException):
    status_code = 413
    default_detail = _("The request is too large. An address has at most a few hundred characters.")
    default_code = "too_large"


class ClientThrottle(SimpleRateThrottle):
    """120 requests a minute a client. The client is known by a keyed hash that is another one every day."""

    rate = "120/min"
    scope = "lookup"

    def get_cache_key(self, request: Request, view: APIView) -> str:
        secret = f"{settings.SECRET_KEY}{timezone.localdate()}".encode()
        client = hmac.new(secret, self.get_ident(request).encode(), hashlib.sha256).hexdigest()
        return f"{self.scope}-{client}"


class LookupView(APIView):
    """Finds the office for an address. The answer has status 200 whatever it is; nothing is kept."""

    throttle_classes = [ClientThrottle]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not length.isdecimal() or int(length) > LARGEST_BODY:
            raise BodyTooLarge
        super().initial(request, *args, **kwargs)

    def post(self, request: Request) -> Response:
        try:
            body = request.data
        except RecursionError:
            # Brackets within brackets, as no request of ours has them.
            body = None
        if not isinstance(body, dict) or not isinstance(body.get("address"), str):
            raise ValidationError(
                {"address": [_('Send a JSON object with the address as text: {"address": "…"}')]}
            )
        latest = index()
        outcome = latest.find(body["address"], timezone.localdate())
        return Response(as_json(outcome, latest), headers={"Cache-Control": "no-store"})
