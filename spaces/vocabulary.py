"""Fixed vocabularies of the facts. Facts hold codes; the words for them are translated here, in one place."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Known(models.TextChoices):
    """What is not known is said so, never guessed."""

    YES = "yes", _("yes")
    NO = "no", _("no")
    UNKNOWN = "unknown", _("not known")


class Way(models.TextChoices):
    """How to come, independent of open and closed."""

    WALK_IN = "walk_in", _("open consultation, without an appointment")
    APPOINTMENT = "appointment", _("by appointment")
    PHONE = "phone", _("by telephone")


class Building(models.TextChoices):
    """What somebody may need to know of a building. The codes are the fields of an office."""

    STEP_FREE = "step_free", _("without steps")
    LIFT = "lift", _("lift")
    ACCESSIBLE_TOILET = "accessible_toilet", _("accessible toilet")
    HEARING_LOOP = "hearing_loop", _("hearing loop")
    PARKING = "parking", _("accessible parking")


class ProviderKind(models.TextChoices):
    FREE = "free", _("free organisation")
    MUNICIPALITY = "municipality", _("municipality")
    COUNTY = "county", _("county")


class When(models.TextChoices):
    ALWAYS = "always", _("all year")
    TERM = "term", _("in school term only")
    SCHOOL_HOLIDAYS = "school_holidays", _("in school holidays only")


class Weekday(models.IntegerChoices):
    """As in Python: Monday is 0."""

    MONDAY = 0, _("Monday")
    TUESDAY = 1, _("Tuesday")
    WEDNESDAY = 2, _("Wednesday")
    THURSDAY = 3, _("Thursday")
    FRIDAY = 4, _("Friday")
    SATURDAY = 5, _("Saturday")
    SUNDAY = 6, _("Sunday")


class ClosureReason(models.TextChoices):
    HOLIDAY = "holiday", _("holidays of the team")
    ILLNESS = "illness", _("illness")
    TRAINING = "training", _("training of the team")
    MEETING = "meeting", _("meeting of the team")
    EVENT = "event", _("an event")
    MOVING = "moving", _("the office moves")
    BUILDING = "building", _("building work")
    TURN_OF_YEAR = "turn_of_year", _("between the years")
    OTHER = "other", pgettext_lazy("reason for being closed", "another reason")


class SchoolHolidayName(models.TextChoices):
    HALF_YEAR = "half_year", _("half-year holidays")
    EASTER = "easter", _("Easter holidays")
    WHITSUN = "whitsun", _("Whitsun holidays")
    SUMMER = "summer", _("summer holidays")
    AUTUMN = "autumn", _("autumn holidays")
    CHRISTMAS = "christmas", _("Christmas holidays")
    BRIDGE_DAY = "bridge_day", _("a day between holidays")


class TargetGroup(models.TextChoices):
    FAMILIES = "families", _("families with children")
    PARENTS = "parents", _("parents")
    CHILDREN = "children", _("children")
    YOUNG_PEOPLE = "young_people", _("young people")
    PREGNANT = "pregnant", _("pregnant women")
    REFUGEES = "refugees", _("refugees")
    PROFESSIONALS = "professionals", _("professionals")


class Cost(models.TextChoices):
    FREE = "free", _("free of charge")
    SHARE = "share", _("a small contribution")
    UNKNOWN = "unknown", _("not known")


class Setting(models.TextChoices):
    """Where an offer happens."""

    OFFICE = "office", _("at the office")
    SCHOOL = "school", _("at school")
    ACCOMMODATION = "accommodation", _("in the accommodation")
    HOME_VISIT = "home_visit", _("at your home")
    TELEPHONE = "telephone", _("on the telephone")
    VIDEO = "video", _("by video")


class Booking(models.TextChoices):
    """How to come to an offer."""

    WALK_IN = "walk_in", _("just come")
    TELEPHONE = "telephone", _("telephone first")
    EMAIL = "email", _("write an e-mail")
    SCHOOL = "school", _("ask at school")


class PartnerKind(models.TextChoices):
    DAY_NURSERY = "day_nursery", _("day nursery")
    SCHOOL = "school", _("school")
    MIDWIFE = "midwife", _("midwife")
    VOLUNTEERS = "volunteers", _("volunteers")
    SPORTS_CLUB = "sports_club", _("sports club")
    CHURCH = "church", _("church or mosque")
    DOCTOR = "doctor", _("doctor")
    COUNSELLING = "counselling", _("counselling centre")
    MUNICIPALITY = "municipality", _("municipality")
    OTHER = "other", pgettext_lazy("kind of partner", "another")


class FigureKind(models.TextChoices):
    CASES = "cases", _("cases")
    APPOINTMENTS = "appointments", _("counselling appointments")
    BUDGET = "budget", _("budget in euros")
    BUDGET_PRIMARY_SCHOOLS = "budget_primary_schools", _("budget for primary-school support in euros")
    POSITIONS = "positions", _("staff positions")


class Precision(models.TextChoices):
    EXACT = "exact", _("exactly")
    ABOUT = "about", _("about")
    UP_TO = "up_to", _("up to")
    RANGE = "range", _("from … to")


class Audience(models.TextChoices):
    EVERYONE = "everyone", _("everyone")
    WOMEN = "women", _("women")
    CHILDREN = "children", _("children and young people")
    PARENTS = "parents", _("parents")


class ConfidentialityWording(models.TextChoices):
    """What may be said about confidentiality: whole sentences, translated here, of which an authority approves one
    for each kind of provider. None of them may promise that nobody learns of it.
    """

    ASK_FIRST = "ask_first", _("Ask first who will learn of this talk.")


class EventKind(models.TextChoices):
    CONFERENCE = "conference", _("conference")
    OPEN_MEETING = "open_meeting", _("open meeting")
    STEERING = "steering", _("steering group")


class SpokenLanguage(models.TextChoices):
    """Languages that a team may speak: BCP 47 codes, named in German and the reader's language by gettext."""

    GERMAN = "de", _("German")
    ENGLISH = "en", _("English")
    UKRAINIAN = "uk", _("Ukrainian")
    RUSSIAN = "ru", _("Russian")
    ARABIC = "ar", _("Arabic")
    PERSIAN = "fa", _("Persian")
    DARI = "prs", _("Dari")
    TURKISH = "tr", _("Turkish")
    FRENCH = "fr", _("French")
    POLISH = "pl", _("Polish")
    KURMANJI = "kmr", _("Kurmanji")
    SORANI = "ckb", _("Sorani")
    TIGRINYA = "ti", _("Tigrinya")
    SOMALI = "so", _("Somali")
    ALBANIAN = "sq", _("Albanian")
    ROMANIAN = "ro", _("Romanian")
    BULGARIAN = "bg", _("Bulgarian")
    SERBIAN = "sr", _("Serbian, Croatian, Bosnian")
    SPANISH = "es", _("Spanish")
    ITALIAN = "it", _("Italian")
    SIGN = "gsg", _("German Sign Language")
