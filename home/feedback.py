"""What readers say of a page, and reports of barriers: forms without a token and without a cookie.

Saying whether a page helped, or what is wrong with it, takes one tap and holds no words of one's own; those can follow
on the next page. So a page that is kept for a day holds nothing that ends sooner, and the form for free words, which
is made anew for each reader, can tell how long somebody needed. What was typed is in no address, no log and no cache.
"""

import unicodedata
from datetime import timedelta
from time import time
from typing import Any, cast

from django.core import signing
from django.core.cache import cache
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.decorators import method_decorator
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from rest_framework.request import Request
from rest_framework.views import APIView

from home.models import LONGEST_PATH, BarrierReport, Feedback
from home.vocabulary import Opinion
from portal.languages import DEFAULT_CODE, SERVED_CODES
from portal.tree import tree
from search.api import ClientThrottle
from search.views import SeeOther

#: More than what may be typed, in the script that takes most room. A longer body is no form of ours.
LARGEST_BODY = 16 * 1024
LONGEST_TEXT, LONGEST_REPORT, LONGEST_ANSWER_TO = 1000, 1500, 200

#: Nobody reads and fills in a form in fewer seconds; and a form that lay open for longer is asked for once more.
QUICKEST, SLOWEST = 3, 4 * 60 * 60

#: The same from the same client counts once within so many seconds.
SAME = 10 * 60

#: So many rows a day, whoever sends them: nobody can fill the disk.
MOST_A_DAY = 1000

SALT = "home.feedback"

TOO_MANY = 429
TOO_LARGE = 413


class Throttle(ClientThrottle):
    """Thirty messages an hour a client, which is known by the keyed hash of the day only."""

    rate = "30/hour"
    scope = "feedback"


@method_decorator([csrf_exempt, never_cache], name="dispatch")
class FeedbackView(View):
    """What somebody says of a page with one tap. The answer thanks, and offers to say more."""

    http_method_names = ["get", "head", "post"]

    def get(self, request: HttpRequest) -> HttpResponse:
        """The same buttons, for the portal as a whole."""
        return self.ask(request, "")

    def post(self, request: HttpRequest) -> HttpResponse:
        if is_too_large(request):
            return self.ask(request, "", _("This is too long."), TOO_LARGE)
        path = path_of(request, request.POST.get("page", ""))
        if path is None:
            raise Http404
        opinion = request.POST.get("opinion", "")
        if opinion not in Opinion.values:
            return self.ask(request, path, _("Please choose one of the answers."))
        if is_robot(request):
            return SeeOther(reverse("feedback-thanks"))
        language = get_language() or DEFAULT_CODE
        key = fingerprint(request, language, path, opinion)
        number = cache.get(key)
        if number is None:
            if is_too_often(request, Feedback):
                return self.ask(request, path, too_often(), TOO_MANY)
            number = Feedback.objects.create(opinion=opinion, path=path, language=language).pk
            cache.set(key, number, SAME)
        if opinion == Opinion.YES:
            return SeeOther(reverse("feedback-thanks"))
        return render(request, "feedback/thanks.html", {"about": signed(number), "text": ""})

    def ask(self, request: HttpRequest, path: str, error: str = "", status: int = 200) -> HttpResponse:
        page = f"/{get_language() or DEFAULT_CODE}/{path}"
        return render(request, "feedback/feedback.html", {"spoken_of": page, "error": error}, status=status)


@method_decorator([csrf_exempt, never_cache], name="dispatch")
class FeedbackTextView(View):
    """Words of one's own about what was tapped before."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        if is_too_large(request):
            context = {"spoken_of": f"/{get_language() or DEFAULT_CODE}/", "error": _("This is too long.")}
            return render(request, "feedback/feedback.html", context, status=TOO_LARGE)
        about, text = request.POST.get("about", ""), typed(request, "text")
        read = unsigned(about)
        if read is None:
            raise Http404
        number, made_at = read
        if is_robot(request) or not text:
            return SeeOther(reverse("feedback-thanks"))
        error, status = once_more(made_at), 200
        if len(text) > LONGEST_TEXT:
            error = too_long(LONGEST_TEXT)
        elif not error and is_too_often(request):
            error, status = too_often(), TOO_MANY
        if error:
            # Who was too quick has been slow enough the next time; who was too slow begins anew.
            about = about if time() - made_at < SLOWEST else signed(number)
            context = {"about": about, "text": text, "error": error}
            return render(request, "feedback/thanks.html", context, status=status)
        row = Feedback.objects.filter(pk=number).first()
        if row and not row.text:
            row.text = text
            row.save(update_fields=["text"])
        elif row and row.text != text and not is_full(Feedback):
            # A second thing about the same page.
            Feedback.objects.create(opinion=row.opinion, path=row.path, language=row.language, text=text)
        return SeeOther(reverse("feedback-thanks"))


@method_decorator([csrf_exempt, never_cache], name="dispatch")
class BarrierView(View):
    """A report of something that cannot be read or used, with or without where an answer should go."""

    http_method_names = ["get", "head", "post"]

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show(request, {"about": signed(0)})

    def post(self, request: HttpRequest) -> HttpResponse:
        if is_too_large(request):
            return self.show(request, {"about": signed(0), "error": _("This is too long.")}, TOO_LARGE)
        text, answer_to = typed(request, "text"), typed(request, "answer_to")
        _number, made_at = unsigned(request.POST.get("about", "")) or (0, 0)
        if is_robot(request):
            return SeeOther(reverse("barrier-thanks"))
        about = request.POST["about"] if time() - made_at < SLOWEST else signed(0)
        context: dict[str, Any] = {"about": about, "text": text, "answer_to": answer_to}
        if not text:
            context["text_error"] = _("Please say what does not work.")
        elif len(text) > LONGEST_REPORT:
            context["text_error"] = too_long(LONGEST_REPORT)
        if len(answer_to) > LONGEST_ANSWER_TO:
            context["answer_to_error"] = too_long(LONGEST_ANSWER_TO)
        if "text_error" in context or "answer_to_error" in context:
            return self.show(request, context)
        if error := once_more(made_at):
            return self.show(request, {**context, "error": error})
        language = get_language() or DEFAULT_CODE
        key = fingerprint(request, language, text, answer_to)
        if cache.get(key) is None:
            if is_too_often(request, BarrierReport):
                return self.show(request, {**context, "error": too_often()}, TOO_MANY)
            BarrierReport.objects.create(text=text, answer_to=answer_to, language=language)
            cache.set(key, 1, SAME)
        return SeeOther(reverse("barrier-thanks"))

    def show(self, request: HttpRequest, context: dict[str, Any], status: int = 200) -> HttpResponse:
        return render(request, "feedback/barrier.html", context, status=status)


@method_decorator(never_cache, name="dispatch")
class ThanksView(View):
    """The same for everybody: nothing of what was said stands on it, or in its address."""

    http_method_names = ["get", "head"]
    is_barrier = False

    def get(self, request: HttpRequest) -> HttpResponse:
        return render(request, "feedback/thanks.html", {"is_barrier": self.is_barrier})


# What came in -------------------------------------------------------------------------------------------------------


def path_of(request: HttpRequest, page: str) -> str | None:
    """The path below its language of one of our pages; None where `page` is the path of none of them. A query, or
    anything else that could hold somebody's words, makes it none.
    """
    code, _slash, path = page.removeprefix("/").partition("/")
    if code not in SERVED_CODES or len(path) > LONGEST_PATH:
        return None
    language = get_language() or DEFAULT_CODE
    try:
        match = resolve(f"/{language}/{path}")
    except Resolver404:
        return None
    if match.url_name == "wagtail_serve":
        node = tree(request).find(language, path)
        return node.path if node else None
    return None if match.kwargs or match.args else path


def typed(request: HttpRequest, name: str) -> str:
    """What was typed into a field, without control characters (a database refuses some) and blanks around it."""
    text = request.POST.get(name, "").replace("\r\n", "\n")
    return "".join(sign for sign in text if sign == "\n" or unicodedata.category(sign) != "Cc").strip()


def is_too_large(request: HttpRequest) -> bool:
    """Whether the body is longer than any form of ours. To be asked before the body is read."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    return not length.isdecimal() or int(length) > LARGEST_BODY


# Robots -------------------------------------------------------------------------------------------------------------


def is_robot(request: HttpRequest) -> bool:
    """Whether the field was filled in that nobody sees, and whose label says to leave it empty."""
    return bool(request.POST.get("website"))


def signed(number: int) -> str:
    """A row's number and this moment, such that nobody else can make it."""
    return signing.dumps([number, time()], salt=SALT)


def unsigned(token: str) -> tuple[int, float] | None:
    """What `signed` was given, and when; None where it was not made by us."""
    try:
        number, made_at = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        return None
    return number, made_at


def once_more(made_at: float) -> str:
    """Why a form that was made at this moment has to be sent once more; empty where it has not."""
    age = time() - made_at
    if age < QUICKEST:
        return _("That was very quick. Please send it once more, so that we know you are no robot.")
    return _("This page was open for a long time. Please send it once more.") if age > SLOWEST else ""


def is_too_often(request: HttpRequest, model: type[Model] | None = None) -> bool:
    """Whether a client has sent too much of late; or all clients together, where rows of `model` come of it."""
    allowed = Throttle().allow_request(cast(Request, request), cast(APIView, None))
    return not allowed or (model is not None and is_full(model))


def is_full(model: type[Model]) -> bool:
    """Whether as many rows were written in a day as anybody will read."""
    recent = model._default_manager.filter(created_at__gt=timezone.now() - timedelta(days=1))
    return recent.count() >= MOST_A_DAY


def fingerprint(request: HttpRequest, *said: str) -> str:
    """A cache key for a client who says this: a hash that only this installation can make, another one every day."""
    client = Throttle().get_cache_key(cast(Request, request), cast(APIView, None))
    digest = salted_hmac(SALT, "\n".join((client, *said)), algorithm="sha256")
    return f"said-{digest.hexdigest()}"


# What is told -------------------------------------------------------------------------------------------------------


def too_often() -> str:
    return _("Too many messages came in. Please try again later.")


def too_long(longest: int) -> str:
    return _("This is too long. Please write at most %(count)d characters.") % {"count": longest}
