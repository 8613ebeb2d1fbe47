"""How those who run the portal sign in: name, password and a second factor, by django-allauth; or single sign-on.

Nobody opens an account here by themselves, and no message is sent by e-mail. What a client's address is counted by is a
keyed hash of it, in the cache.
"""

import hashlib
import hmac
import ipaddress
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode, urlsplit

from allauth.account import app_settings as account_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import filter_users_by_email
from allauth.account.views import account_inactive, login, reauthenticate
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.providers.base import AuthProcess
from allauth.socialaccount.providers.openid_connect.views import callback as oidc_callback
from allauth.socialaccount.providers.openid_connect.views import login as oidc_login
from csp.decorators import csp
from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import URLPattern, URLResolver, include, path, reverse
from django.views.csrf import csrf_failure as djangos_csrf_failure
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST
from requests import RequestException
from wagtail.utils.urlpatterns import decorate_urlpatterns

from spaces import qr

_ADMIN = "/admin/"

#: Paths below /admin/ that are needed to sign in, to set up a second factor, and to sign out.
_ON_THE_WAY = ("/admin/login/", "/admin/second-factor/", "/admin/logout/")


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """Not the client's address, but a keyed hash of it, or of the network that an IPv6 address is in."""
        address = ipaddress.ip_address(super().get_client_ip(request))
        if isinstance(address, ipaddress.IPv6Address):
            address = ipaddress.IPv6Network((address, 64), strict=False).network_address
        key = settings.SECRET_KEY.encode()
        return hmac.new(key, str(address).encode(), hashlib.sha256).hexdigest()

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        # Members of the steering group only read what is meant for them.
        return settings.LOGIN_REDIRECT_URL if request.user.has_perm("wagtailadmin.access_admin") else "/"

    def is_reauthentication_required(self, app: str) -> bool:
        """Whoever has just signed in need not say the password again in order to set up the second factor."""
        request = self.request
        records = get_authentication_records(request, request.user)
        newest = max((record["at"] for record in records), default=0)
        if time.time() - newest < account_settings.REAUTHENTICATION_TIMEOUT:
            return False
        return bool(super().is_reauthentication_required(app=app))


class SecondFactorAdapter(DefaultMFAAdapter):
    def get_totp_issuer(self) -> str:
        return str(settings.WAGTAIL_SITE_NAME)

    def get_totp_label(self, user: Any) -> str:
        return str(user.get_username())

    def build_totp_svg(self, url: str) -> str:
        """The QR code without inline styles, which our content policy would refuse."""
        code = qr.drawing(url)
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {code.size} {code.size}" width="240" height="240" '
            'aria-hidden="true"><rect width="100%" height="100%" fill="#fff"/>'
            f'<path stroke="#000" d="{code.path}"/></svg>'
        )


class SingleSignOnAdapter(DefaultSocialAccountAdapter):
    """Lets in whom the identity provider names by a verified e-mail address that one account has. It makes none."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        # Nobody ties a second identity to an account; somebody else's could be slipped in.
        if sociallogin.state.get("process") != AuthProcess.LOGIN:
            raise ImmediateHttpResponse(redirect("account_login"))

    def authenticate_by_email(self, sociallogin: Any) -> Any:
        found = super().authenticate_by_email(sociallogin)
        if found and len(filter_users_by_email(found[1])) > 1:
            return None
        return found


def needs_second_factor(user: Any) -> bool:
    """Whether somebody works in the admin, where all that readers rely on can be changed."""
    return bool(settings.SECOND_FACTOR_REQUIRED and user.has_perm("wagtailadmin.access_admin"))


class SecondFactorMiddleware:
    """Leads everybody in the admin who has not shown a second factor in this session to where it is set up or asked
    for, before anything else. However somebody came by the session: what counts is what was shown in it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info.startswith(_ADMIN) and not request.path_info.startswith(_ON_THE_WAY):
            user = request.user
            if user.is_authenticated and needs_second_factor(user) and not _has_shown_it(request):
                name = "mfa_reauthenticate" if is_mfa_enabled(user) else "mfa_activate_totp"
                return redirect(f"{reverse(name)}?{urlencode({'next': _way_back(request)})}")
        return self.get_response(request)


def _way_back(request: HttpRequest) -> str:
    return request.get_full_path() if request.method == "GET" else _ADMIN


def _has_shown_it(request: HttpRequest) -> bool:
    shown = {record["method"] for record in get_authentication_records(request, request.user)}
    return "mfa" in shown or (settings.OIDC_SECOND_FACTOR and "socialaccount" in shown)


def count_as_shown(request: HttpRequest, user: Any, authenticator: Authenticator, **kwargs: Any) -> None:
    """Whoever sets up a second factor has just typed a code of it."""
    record_authentication(request, user, method="mfa", id=authenticator.pk, type=authenticator.type)


# A session that ended while somebody was writing -------------------------------------------------------------------


class EndedSessionMiddleware:
    """Gives a form that comes after the session has ended back to the one who sent it, in the answer alone: to be sent
    again after signing in in another tab. Files have to be chosen again.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if is_form_of_ours(request) and request.user.is_anonymous:
            return strict(send_again)(request)
        return self.get_response(request)


def is_form_of_ours(request: HttpRequest) -> bool:
    """Whether this is a form of the admin, sent by a person from one of our own pages. The browser says from where."""
    return (
        request.method == "POST"
        and request.path_info.startswith(_ADMIN)
        and not request.path_info.startswith(_ON_THE_WAY)
        and request.headers.get("x-requested-with") != "XMLHttpRequest"
        and "application/json" not in request.headers.get("accept", "")
        and urlsplit(request.headers.get("origin", "")).netloc == request.get_host()
    )


def send_again(request: HttpRequest) -> HttpResponse:
    """The page with all that was typed, and a fresh token."""
    fields = [
        (name, value)
        for name, values in request.POST.lists()
        if name != "csrfmiddlewaretoken"
        for value in values
    ]
    context = {
        "fields": fields,
        "has_files": bool(request.FILES),
        "is_signed_in": request.user.is_authenticated,
        "sign_in_url": f"{reverse('account_login')}?{urlencode({'next': reverse('signed_in')})}",
    }
    return render(request, "account/send_again.html", context, status=403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponseBase:
    """Signing in again has made the token of the waiting page invalid: the form is shown once more, with a new one."""
    if is_form_of_ours(request):
        return strict(send_again)(request)
    return djangos_csrf_failure(request, reason)


def single_sign_on(request: HttpRequest, provider_id: str) -> HttpResponseBase:
    """Leads to the identity provider. Where it does not answer, the page says so."""
    try:
        response: HttpResponseBase = oidc_login(request, provider_id)
    except RequestException:
        return render(request, "socialaccount/authentication_error.html", status=503)
    return response


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Ends the session. Wagtail's would begin a new one at once, to say in it that the old one has ended."""
    logout(request)
    return redirect("account_login")


def signed_in(request: HttpRequest) -> HttpResponse:
    """What the other tab says after signing in."""
    return render(request, "account/signed_in.html")


# The map ------------------------------------------------------------------------------------------------------------


def strict(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """These pages need nothing inline, and are kept by nobody."""
    policy: dict[str, Any] = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    decorated: Callable[..., HttpResponseBase] = never_cache(csp(policy)(view))
    return decorated


urlpatterns: list[URLPattern | URLResolver] = decorate_urlpatterns(
    [
        path("login/", login, name="account_login"),
        path("login/again/", reauthenticate, name="account_reauthenticate"),
        path("login/inactive/", account_inactive, name="account_inactive"),
        path("login/done/", signed_in, name="signed_in"),
        path("login/sso/<slug:provider_id>/", single_sign_on, name="openid_connect_login"),
        path("login/sso/<slug:provider_id>/callback/", oidc_callback, name="openid_connect_callback"),
        path("logout/", sign_out, name="account_logout"),
        path("second-factor/", include("allauth.mfa.urls")),
    ],
    strict,
)
