"""Counts the words of searches that led nowhere, so that editors see what is missing.

Until its third search a word is nowhere but in the cache, as a hash that only this installation can make, and for
thirty days at most. A search with a digit or an @ in it may hold an address or a number, and counts for nothing. All
that may pile up has a limit, whoever types what.
"""

from datetime import date, timedelta

from django.core.cache import cache
from django.db.models import F
from django.utils import timezone
from django.utils.crypto import salted_hmac

from search.models import MissedWord
from search.text import LONGEST, is_filler, words

#: From so many searches on a word is written down.
ENOUGH = 3
#: Words of one search, words that wait in the cache, and words in the database, the latter two for each language.
MOST_OF_SEARCH, MOST_WAITING, MOST_WRITTEN = 5, 1000, 500
#: How long a word waits for its next search.
DAYS = 30

_LETTERS = range(3, 31)


def count(text: str, language: str) -> None:
    """Count the words of a search that found nothing, each once."""
    text = text[:LONGEST]
    if "@" in text or any(character.isnumeric() for character in text):
        return
    telling = dict.fromkeys(
        forms[0]
        for forms in words(text, language)
        if len(forms[0]) in _LETTERS and forms[0].isalpha() and not is_filler(forms[0], language)
    )
    if not telling:
        return
    # Compared here, so that no word stands in a statement, which a database may log, before it may be written down.
    written = dict(MissedWord.objects.filter(language=language).values_list("word", "pk"))
    for word in list(telling)[:MOST_OF_SEARCH]:
        if word in written:
            MissedWord.objects.filter(pk=written[word]).update(count=F("count") + 1)
        elif _searches(word, language) >= ENOUGH and len(written) < MOST_WRITTEN:
            # Another process may have been quicker.
            row, _ = MissedWord.objects.get_or_create(
                language=language, word=word, defaults={"count": ENOUGH}
            )
            written[word] = row.pk


def _searches(word: str, language: str) -> int:
    """How often a word was searched for that is not written down, this time included."""
    # One entry for all words of a language: nobody can push pages out of the cache by searching.
    key = f"missed:{language}"
    today = timezone.localdate()
    waiting: dict[str, tuple[int, date]] = {
        name: (searches, last)
        for name, (searches, last) in cache.get(key, {}).items()
        if last > today - timedelta(days=DAYS)
    }
    name = salted_hmac("search.missed", word, algorithm="sha256").hexdigest()[:24]
    searches = min(waiting.pop(name, (0, today))[0] + 1, ENOUGH)
    if searches < ENOUGH:
        waiting[name] = (searches, today)
    while len(waiting) > MOST_WAITING:
        del waiting[next(iter(waiting))]
    cache.set(key, waiting, DAYS * 24 * 60 * 60)
    return searches
