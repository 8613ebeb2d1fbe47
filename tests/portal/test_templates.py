"""What readers see: the templates, rendered with made-up answers and facts."""

import re
from datetime import date
from html.parser import HTMLParser
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from django.template import Library
from django.template.backends.django import DjangoTemplates
from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation
from polib import pofile

from portal.translation import TranslationState
from spaces.models import Authority, Mandate, Office, Provider, School, Space
from spaces.templatetags import hours

EXAMPLE_NUMBER = "030 23125 104"
TYPED = 'Dorfstraße 5, <b>"Horndorf"</b>'

# Elements that have no end tag.
VOID = {"meta", "link", "input", "br", "img", "hr", "path"}


class Page(HTMLParser):
    """A rendered page: the text of its elements, their attributes, its forms."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.html = html
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.texts: dict[str, list[str]] = {}
        self._open: list[str] = []
        self._forms: list[list[tuple[str, dict[str, str]]]] = []
        self.feed(html)
        assert not self._open, f"never closed: {self._open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = (tag, {name: value or "" for name, value in attrs})
        self.elements.append(element)
        if tag == "form":
            self._forms.append([])
        if self._forms:
            self._forms[-1].append(element)
        if tag not in VOID:
            self._open.append(tag)
            self.texts.setdefault(tag, []).append("")

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self._open.pop() == tag, f"</{tag}> closes something else"

    def handle_data(self, data: str) -> None:
        for tag in set(self._open):
            self.texts[tag][-1] += data

    def text(self, tag: str) -> str:
        """The text of the only such element, with single blanks."""
        (found,) = self.texts[tag]
        return " ".join(found.split())

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.elements if name == tag]

    def values(self, attribute: str) -> list[str]:
        return [attributes[attribute] for _, attributes in self.elements if attribute in attributes]

    def forms(self) -> list[dict[str, Any]]:
        """Each form with its own attributes, and as `fields` its inputs and selects by name."""
        return [
            {
                **form[0][1],
                "fields": {at["name"]: {"tag": tag, **at} for tag, at in form if tag in ("input", "select")},
                "buttons": sum(tag == "button" and at.get("type") != "button" for tag, at in form),
            }
            for form in self._forms
        ]


register = Library()


@register.simple_tag
def territory(space: Space) -> list[str]:
    """Stands in for the tag of `search`, which asks the database for catchments."""
    return ["Horndorf", "Wittorf"]


@register.simple_tag
def schools_of(space: Space) -> list[School]:
    return [School(name="Grundschule Horndorf", place="Reinstorf")]


# The tags of `spaces` about hours and what stands around an office: without any facts, as in a new portal. What
# they are with facts is tested in tests/spaces/test_open_now.py.
register.tags.update(hours.register.tags)
register.filters.update(hours.register.filters)
for name in ("help_now", "stops_of", "offers_of", "partners_of", "events_of"):
    register.simple_tag(lambda *args: [], name=name)
register.simple_tag(lambda *args: None, name="district_map")
register.simple_tag(lambda: True, name="has_outlines")
register.simple_tag(lambda fact: hours.Hours(None, date(2026, 5, 4), None), name="hours_of")


# An engine of its own, since compiled templates are kept, and other tests want the real tag.
LOOK = DjangoTemplates(
    {
        "NAME": "look",
        "DIRS": settings.TEMPLATES[0]["DIRS"],
        "APP_DIRS": True,
        "OPTIONS": {
            "libraries": {
                "lookup": __name__,
                "hours": __name__,
                "district_map": __name__,
                "share": "spaces.templatetags.share",
            }
        },
    }
)


def render(template: str, **context: Any) -> Page:
    with translation.override("en"):
        around = {"request": SimpleNamespace(path="", COOKIES={}), "portal_name": "The portal"}
        return Page(LOOK.get_template(template).render({**around, **context}))


SPACE = Space(
    key="bardowick", name="Bardowick", town_hall_street="Schulstraße 12", town_hall_postcode="21357"
)
OFFICE = Office(
    space=SPACE,
    name="Sozialraumbüro Bardowick",
    street="Große Straße",
    house_number="9",
    telephone=EXAMPLE_NUMBER,
    email="office@example.org",
    is_example=True,
)
COUNTY = Authority(key="county", name="The County", kind=Authority.Kind.COUNTY)
CITY = Authority(key="city", name="Youth office of the city", kind=Authority.Kind.CITY)
MANDATE = Mandate(
    space=SPACE, provider=Provider(name="Caritasverband", kind=Provider.Kind.FREE), source="Paper 7"
)
WORDS = SimpleNamespace(
    title="Advice nearby",
    seo_title="",
    search_description="",
    lead="",
    body=[],
    locale=SimpleNamespace(language_code="de"),
)
WAYS_ON = {
    "offices": [SimpleNamespace(space=SPACE, page_url="/de/bardowick/")],
    "county": COUNTY,
    "town_halls": [SPACE],
}


def answer(outcome: str, **what: Any) -> SimpleNamespace:
    """An answer of the lookup, as the view hands it to the template."""
    empty: dict[str, Any] = {
        "level": None,
        "ground": None,
        "question": None,
        "options": [],
        "space": None,
        "office": None,
    }
    rest = {"authority": None, "place_label": "", "reason": None}
    understood = {"street": "Dorfstraße", "house_number": "5", "postcode": "21400", "place": "Horndorf"}
    return SimpleNamespace(outcome=outcome, **{**empty, **rest, "understood": understood, **what})


def option(label: str, space: str | None = None, places: list[str] | None = None) -> SimpleNamespace:
    named = SimpleNamespace(key=space, name=space) if space else None
    return SimpleNamespace(label=label, space=named, address=f"{label} as typed", places=places or [])


FOUND = {
    "space": SimpleNamespace(key="bardowick", name="Bardowick", page_url="/de/bardowick/"),
    "office": OFFICE,
    "level": "place",
}
OPTIONS = [
    option("Horndorf, 21400 Reinstorf", "Ostheide"),
    option("Horndorf elsewhere"),
]
OUTCOMES: dict[str, tuple[SimpleNamespace, str]] = {
    "found": (answer("found", **FOUND), "Your contact: Sozialraumbüro Bardowick"),
    "school": (answer("found", **{**FOUND, "level": "school"}), "At your school: Sozialraumbüro Bardowick"),
    "no office": (answer("found", **{**FOUND, "office": None}), "Your contact: Bardowick"),
    **{
        f"choice of {question}": (
            answer("choice", question=question, options=OPTIONS),
            f"Please choose: {asked}",
        )
        for question, asked in {
            "place": "which place is it?",
            "street": "which street is it?",
            "house_number": "which house number is it?",
            "postcode": "postcode and place do not fit together",
            "mean": "what do you mean?",
            "school": "which school is it?",
        }.items()
    },
    "city": (answer("elsewhere", reason="city", authority=CITY), "Your contact: Youth office of the city"),
    "neighbour": (
        answer("elsewhere", reason="neighbour", authority=CITY),
        "Your contact: Youth office of the city",
    ),
    "far": (answer("elsewhere", reason="far"), "This address is not in our county"),
    **{
        reason: (answer("unknown", reason=reason), heading)
        for reason, heading in {
            "empty": "Please type your address",
            "unreadable": "We did not find this address",
            "no_such_place": "We did not find this address",
            "street_only": "Please add the town or village",
            "postcode_elsewhere": "We did not find this address",
            "contradiction": "These details do not fit together",
            "failed": "The search does not work right now",
        }.items()
    },
}

SPACE_PAGE = {
    "page": WORDS,
    "space": SPACE,
    "office": OFFICE,
    "offices": [OFFICE],
    "mandate": MANDATE,
    "county": COUNTY,
    "by": "",
}
PAGES: dict[str, tuple[str, dict[str, Any]]] = {
    "home": ("pages/home_page.html", {"page": WORDS, "spaces": []}),
    "text": ("pages/text_page.html", {"page": SimpleNamespace(**{**vars(WORDS), "is_placeholder": True})}),
    "spaces": ("pages/space_index_page.html", {"page": WORDS, "spaces": []}),
    "space": ("pages/space_page.html", SPACE_PAGE),
    "space found": ("pages/space_page.html", {**SPACE_PAGE, "by": "postcode"}),
    "space without facts": (
        "pages/space_page.html",
        {**SPACE_PAGE, "office": None, "offices": [], "mandate": None, "county": None},
    ),
    "form": ("search/find.html", {"text": "", "answer": None}),
    "none of these": ("search/none_of_these.html", WAYS_ON),
    "complicated": (
        "search/complicated.html",
        {"municipalities": [SimpleNamespace(name="Adendorf", postcodes="21365 21366")]},
    ),
    "missing": ("404.html", {}),
    **{
        name: ("search/find.html", {"text": TYPED, "answer": it, **WAYS_ON})
        for name, (it, _) in OUTCOMES.items()
    },
}


every_page = pytest.mark.parametrize(("template", "context"), PAGES.values(), ids=PAGES.keys())
every_outcome = pytest.mark.parametrize(("given", "heading"), OUTCOMES.values(), ids=OUTCOMES.keys())


@every_page
class TestEveryPage:
    def test_has_one_heading_of_the_first_order_and_the_landmarks(
        self, template: str, context: dict[str, Any]
    ) -> None:
        page = render(template, **context)
        assert page.text("h1")
        for landmark in ("header", "main", "footer"):
            assert len(page.all(landmark)) == 1

    def test_says_its_language_and_its_title(self, template: str, context: dict[str, Any]) -> None:
        page = render(template, **context)
        assert page.all("html") == [{"lang": "en", "dir": "ltr"}]
        title, separator, portal = page.texts["title"][0].partition(" – ")
        assert separator
        assert title.strip()
        assert portal.strip()

    def test_carries_no_token_one_script_no_style_and_nothing_from_elsewhere(
        self, template: str, context: dict[str, Any]
    ) -> None:
        page = render(template, **context)
        assert "csrf" not in page.html.lower()
        assert page.all("script") == [{"src": static("portal.js"), "defer": ""}]
        assert not page.all("style") + page.values("style")
        assert not [name for _, attributes in page.elements for name in attributes if name.startswith("on")]
        loaded = page.values("src") + [link["href"] for link in page.all("link")]
        assert all(address.startswith("/") and not address.startswith("//") for address in loaded)

    def test_makes_no_link_of_an_example(self, template: str, context: dict[str, Any]) -> None:
        links = render(template, **context).values("href")
        assert {link for link in links if link.startswith("tel:")} <= {"tel:112", "tel:110", "tel:116016"}
        assert not [link for link in links if link.startswith("mailto:")]

    def test_sends_an_address_in_a_body_only(self, template: str, context: dict[str, Any]) -> None:
        for form in render(template, **context).forms():
            assert form["method"] == "post"
            assert form["action"] == reverse_in_english("find")
            assert form["buttons"] == 1

    def test_refers_to_ids_that_stand_there_once(self, template: str, context: dict[str, Any]) -> None:
        page = render(template, **context)
        ids = page.values("id")
        assert len(ids) == len(set(ids))
        for attribute in ("for", "aria-describedby", "aria-labelledby"):
            assert {name for value in page.values(attribute) for name in value.split()} <= set(ids)
        anchors = {link[1:] for link in page.values("href") if link.startswith("#")}
        assert anchors <= set(ids)

    def test_puts_headings_in_order(self, template: str, context: dict[str, Any]) -> None:
        levels = [
            int(tag[1]) for tag, _ in render(template, **context).elements if re.fullmatch(r"h[1-6]", tag)
        ]
        assert levels[0] == 1
        assert all(after <= before + 1 for before, after in zip(levels, levels[1:], strict=False))


def reverse_in_english(name: str) -> str:
    with translation.override("en"):
        return reverse(name)


@every_outcome
class TestAnOutcome:
    def test_is_stated_by_heading_and_title(self, given: SimpleNamespace, heading: str) -> None:
        page = render("search/find.html", text=TYPED, answer=given, **WAYS_ON)
        assert page.text("h1") == heading
        assert " ".join(page.texts["title"][0].split()).startswith(f"{heading} – ")

    def test_takes_the_focus(self, given: SimpleNamespace, heading: str) -> None:
        page = render("search/find.html", text=TYPED, answer=given, **WAYS_ON)
        (result,) = [attributes for _, attributes in page.elements if attributes.get("id") == "result"]
        assert result["tabindex"] == "-1"
        assert "autofocus" in result
        assert result["aria-labelledby"] in page.values("id")

    def test_is_kept_from_search_engines(self, given: SimpleNamespace, heading: str) -> None:
        page = render("search/find.html", text=TYPED, answer=given, **WAYS_ON)
        assert {"name": "robots", "content": "noindex"} in page.all("meta")

    def test_says_what_was_understood(self, given: SimpleNamespace, heading: str) -> None:
        page = render("search/find.html", text=TYPED, answer=given, **WAYS_ON)
        assert "We understood: Dorfstraße 5, 21400 Horndorf" in " ".join(page.text("main").split())

    def test_leads_on(self, given: SimpleNamespace, heading: str) -> None:
        links = render("search/find.html", text=TYPED, answer=given, **WAYS_ON).values("href")
        assert reverse_in_english("complicated") in links
        assert reverse_in_english("none-of-these") in links or "/de/bardowick/" in links


@pytest.mark.parametrize("name", ["choice of place", "city", "no_such_place", "found"])
def test_what_was_typed_stands_in_the_form_again(name: str) -> None:
    page = render("search/find.html", text=TYPED, answer=OUTCOMES[name][0], **WAYS_ON)
    assert [form["fields"]["address"]["value"] for form in page.forms() if form.get("role") == "search"] == [
        TYPED
    ]


def test_each_option_is_a_form_with_its_address_hidden() -> None:
    page = render("search/find.html", text=TYPED, answer=OUTCOMES["choice of place"][0])
    options = [form["fields"]["address"] for form in page.forms() if form.get("role") != "search"]
    assert [field["type"] for field in options] == ["hidden", "hidden"]
    assert [field["value"] for field in options] == [each.address for each in OPTIONS]
    first, second = [" ".join(text.split()) for text in page.texts["button"] if "Horndorf" in text]
    assert first == "Horndorf, 21400 Reinstorf Area: Ostheide"
    assert "Another office helps here" in second


def test_options_grouped_by_where_they_lead_name_their_places() -> None:
    grouped = option("Bardowick: Wittorf, Barum …", "Bardowick", ["Wittorf", "Barum", "Handorf"])
    page = render("components/option.html", option=grouped)
    assert page.text("button") == "Area: Bardowick Wittorf, Barum, Handorf"


def test_the_office_of_a_school_asks_where_the_family_lives() -> None:
    page = render("search/find.html", text="GS Horndorf", answer=OUTCOMES["school"][0])
    assert "the address where you live counts" in page.text("main")
    assert [form["fields"]["address"]["value"] for form in page.forms()] == [""]


@pytest.mark.parametrize("reason", [name for name, (it, _) in OUTCOMES.items() if it.outcome == "unknown"])
def test_an_error_is_told_beside_the_field(reason: str) -> None:
    page = render("search/find.html", text=TYPED, answer=OUTCOMES[reason][0], **WAYS_ON)
    (field,) = [form["fields"]["address"] for form in page.forms()]
    assert field["aria-invalid"] == "true"
    assert "address-error" in field["aria-describedby"].split()


@pytest.mark.parametrize("template", ["search/find.html", "search/none_of_these.html"])
def test_the_ways_on_are_the_county_every_office_and_the_town_halls(template: str) -> None:
    page = render(template, text=TYPED, answer=OUTCOMES["no_such_place"][0], **WAYS_ON)
    assert "/de/bardowick/" in page.values("href")
    assert "The County" in page.text("main")
    assert "Schulstraße 12" in page.text("main")


def test_a_county_without_number_shows_one_of_fiction_marked_as_example() -> None:
    page = render("search/none_of_these.html", **WAYS_ON)
    assert "030 23125 000 Example" in page.text("main")


class TestASpacePage:
    def test_that_was_found_says_why_and_is_kept_from_search_engines(self) -> None:
        page = render("pages/space_page.html", **{**SPACE_PAGE, "by": "street"})
        assert page.text("h1") == "Your contact: Sozialraumbüro Bardowick"
        assert page.texts["title"][0].startswith("Your contact: Sozialraumbüro Bardowick – ")
        assert "This office is there for your street." in page.text("main")
        assert "noindex" in page.values("content")
        assert "result" in page.values("id")

    def test_that_was_opened_directly_has_its_own_heading_and_may_be_found(self) -> None:
        page = render("pages/space_page.html", **SPACE_PAGE)
        assert page.text("h1") == "Advice nearby"
        assert "noindex" not in page.values("content")

    def test_names_territory_provider_and_where_that_was_read(self) -> None:
        main = render("pages/space_page.html", **SPACE_PAGE).text("main")
        for words in (
            "Wittorf",
            "Caritasverband",
            "free organisation",
            "not confirmed yet",
            "From: Paper 7.",
        ):
            assert words in main

    def test_marks_words_in_another_language(self) -> None:
        german = TranslationState("de", True, False, None, None, frozenset(), frozenset())
        page = render("pages/space_page.html", **SPACE_PAGE, translation=german)
        assert {"lang": "de", "dir": "ltr"} in page.all("h1")


class TestAFact:
    @pytest.mark.parametrize(
        ("fact", "words"),
        [
            (Office(is_example=True, confirmed_on=date(2026, 1, 31)), "Example These details are made up"),
            (Office(source="Council paper", as_of="2017"), "not confirmed yet From: Council paper (2017)."),
            (Office(), "not confirmed yet"),
            (Office(confirmed_on=date(2026, 1, 31)), "Confirmed on 31 January 2026"),
            (
                Office(confirmed_on=date(2026, 1, 31), confirmed_by="Town"),
                "Confirmed on 31 January 2026 by Town",
            ),
        ],
    )
    def test_says_how_sure_it_is(self, fact: Office, words: str) -> None:
        assert render("components/fact_state.html", fact=fact).text("p").startswith(words)

    @pytest.mark.parametrize(
        ("number", "link"),
        [("04131 26-0", "tel:04131260"), ("(0 41 31) 26/15", "tel:041312615"), ("112", "tel:112")],
    )
    def test_with_a_real_number_can_be_dialled(self, number: str, link: str) -> None:
        page = render("components/telephone.html", number=number, is_example=False)
        assert page.values("href") == [link]
        assert page.text("a") == number

    def test_with_an_example_number_cannot_be_dialled_and_says_so(self) -> None:
        page = render("components/telephone.html", number=EXAMPLE_NUMBER, is_example=True)
        assert not page.all("a")
        assert "Example" in page.html

    def test_with_a_real_address_writes_e_mail(self) -> None:
        office = Office(name="Office", email="office@example.org")
        assert "mailto:office@example.org" in render("components/office_card.html", office=office).values(
            "href"
        )

    def test_without_address_or_number_admits_it(self) -> None:
        assert (
            render("components/office_card.html", office=Office(name="Office")).html.count("not known yet")
            == 2
        )


def test_a_complicated_address_is_answered_by_its_municipality_and_a_postcode() -> None:
    template, context = PAGES["complicated"]
    page = render(template, **context)
    (form,) = page.forms()
    assert form["fields"]["address"]["tag"] == "select"
    assert [each["value"] for each in page.all("option")] == ["", "21365 Adendorf"]


def test_a_visitor_without_session_is_never_asked_for() -> None:
    """Reading `request.user` would touch the session, and a page that varies by cookie is kept by nobody."""

    class Visit:
        path = ""
        COOKIES: dict[str, str] = {}

        @property
        def user(self) -> Any:
            raise AssertionError("the template asked who reads")

    render("search/find.html", text="", answer=None, request=Visit())


def test_an_example_of_an_address_comes_from_the_data() -> None:
    assert "For example" not in render("search/find.html", answer=None).html
    page = render("search/find.html", answer=None, example_address="Schulstraße 12, 21357 Bardowick")
    assert "Schulstraße 12, 21357 Bardowick" in page.text("main")


def test_german_says_everything() -> None:
    catalogue = pofile(str(settings.LOCALE_PATHS[0] / "de" / "LC_MESSAGES" / "django.po"))
    assert [entry.msgid for entry in catalogue if entry.fuzzy or not entry.translated()] == []


class TestTheStylesheet:
    css = (settings.BASE_DIR / "portal" / "static" / "portal.css").read_text()

    def test_is_small(self) -> None:
        assert len(self.css.encode()) < 24_000

    def test_holds_in_both_directions_of_writing(self) -> None:
        physical = (
            r"(?<![\w-])((margin|padding|border)-(left|right|top|bottom)|left|right|top|bottom)[\w-]*\s*:"
        )
        assert not re.findall(physical, self.css)
        assert not re.findall(r"(float|clear|text-align)\s*:\s*(left|right)", self.css)

    def test_loads_nothing(self) -> None:
        assert "url(" not in self.css
        assert "@import" not in self.css

    def test_defines_every_token_that_it_uses(self) -> None:
        assert set(re.findall(r"var\((--[\w-]+)", self.css)) == set(re.findall(r"(--[\w-]+):", self.css))
