"""Settings that are safe for production. This file alone reads the environment; README.md lists the
variables."""

import os
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import dj_database_url
from csp.constants import NONE, SELF, UNSAFE_INLINE
from django.core.exceptions import ImproperlyConfigured

from portal import languages

BASE_DIR = Path(__file__).resolve().parent.parent.parent


def env(name: str, default: str = "") -> str:
    """A variable of the environment, without surrounding blanks; ``default`` where it is unset or empty."""
    return os.environ.get(name, "").strip() or default


def env_list(name: str) -> list[str]:
    """A comma-separated variable as a list without empty parts."""
    return [part.strip() for part in env(name).split(",") if part.strip()]


def env_number(name: str, default: int) -> int:
    """A variable that has to be a whole number, zero or more. Raises ImproperlyConfigured where it is not."""
    text = env(name, str(default))
    if not text.isascii() or not text.isdigit():
        raise ImproperlyConfigured(f"{name} must be a whole number, zero or more; it is {text!r}.")
    return int(text)


# What this installation is

SECRET_KEY = env("SECRET_KEY")
if not SECRET_KEY:
    raise ImproperlyConfigured(
        "SECRET_KEY is not set. Set it to a long random text and keep it secret, for example the output of: "
        'python3 -c "import secrets; print(secrets.token_urlsafe(50))"'
    )

DEBUG = False

# The public address, with scheme and without a slash at the end.
BASE_URL = env("BASE_URL", "https://portal.example.org").rstrip("/")
ALLOWED_HOSTS = env_list("ALLOWED_HOSTS")
CSRF_TRUSTED_ORIGINS = env_list("CSRF_TRUSTED_ORIGINS")

# Names the running version. Pages that were kept in a shared cache by another version are not served any
# more.
RELEASE = env("RELEASE")

# How many proxies stand in front and append to X-Forwarded-For; 0 means that clients reach us directly.
TRUSTED_PROXIES = env_number("TRUSTED_PROXIES", 0)

# The district's own data; another district has a folder of its own.
PORTAL_DATA = Path(env("PORTAL_DATA", str(BASE_DIR / "data" / "lueneburg")))

# Whose public holidays close the offices: a country and, where it has its own, a part of it (ISO 3166-2).
PUBLIC_HOLIDAYS: tuple[str, ...] = tuple(env("PUBLIC_HOLIDAYS", "DE-NI").partition("-")[::2])

# Where "Leave quickly" leads: a harmless page without advertisements, which nobody wonders about.
LEAVE_URL = env("LEAVE_URL", "https://www.dwd.de/")

# Hosts inside a private network to which webhooks may be sent, as they stand in the webhook's address.
WEBHOOK_PRIVATE_HOSTS = env_list("WEBHOOK_PRIVATE_HOSTS")

# Another front-end, in which editors may preview pages too; none where it is empty.
HEADLESS_CLIENT_URL = env("HEADLESS_CLIENT_URL")
if HEADLESS_CLIENT_URL and not HEADLESS_CLIENT_URL.startswith(("https://", "http://")):
    raise ImproperlyConfigured(
        "HEADLESS_CLIENT_URL must begin with https:// (or, on one's own machine, http://)."
    )

# What changes while the portal runs, unless the variables below put it elsewhere.
VAR_DIR = BASE_DIR / "var"

# Applications

INSTALLED_APPS = [
    "portal",
    "home",
    "search",
    "spaces",
    "wagtail_localize",
    "wagtail_localize.locales",
    "wagtail_headless_preview",
    "wagtail.contrib.redirects",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail.sites",
    "wagtail",
    "modelcluster",
    "taggit",
    "rest_framework",
    "drf_spectacular",
    "corsheaders",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    # Wagtail's search on PostgreSQL needs it; on SQLite it does nothing.
    "django.contrib.postgres",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # Outside the page cache, whose ETags it makes weak: still the same page. Static files are compressed beforehand.
    "django.middleware.gzip.GZipMiddleware",
    "portal.middleware.PrivateBodyMiddleware",
    "corsheaders.middleware.CorsMiddleware",
    # Outside the page cache, so that a kept page gets the same policy as a fresh one.
    "portal.middleware.ContentPolicyMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "portal.middleware.PageCacheMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "portal.middleware.PortalLocaleMiddleware",
    # Inside the language, so that what goes wrong is told in it.
    "portal.middleware.ApiMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "home.sign_in.EndedSessionMiddleware",
    "home.sign_in.SecondFactorMiddleware",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.debug",
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "home.navigation.links",
            ],
        },
    },
]

# Database and cache

DATABASES: dict[str, Any] = {
    "default": dj_database_url.parse(
        env("DATABASE_URL", f"sqlite:///{VAR_DIR / 'portal.sqlite3'}"),
        conn_max_age=60,
        conn_health_checks=True,
    )
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # Readers never wait for a writer (WAL); a writer waits for another one instead of failing (timeout in
    # seconds), which works only if a transaction asks for the write lock when it begins (IMMEDIATE).
    DATABASES["default"]["OPTIONS"] = {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
    if "DATABASE_URL" not in os.environ:
        VAR_DIR.mkdir(exist_ok=True)

CACHE_URL = env("CACHE_URL", env("REDIS_URL", "locmem://"))
if CACHE_URL.startswith(("redis://", "rediss://", "unix://")):
    CACHES: dict[str, Any] = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": CACHE_URL,
            "KEY_PREFIX": "portal",
        }
    }
elif CACHE_URL == "locmem://":
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
            "OPTIONS": {"MAX_ENTRIES": 5000},
        }
    }
else:
    raise ImproperlyConfigured("CACHE_URL must begin with redis://, rediss:// or unix://, or be locmem://.")

# Whether whole public pages are kept (portal.middleware.PageCacheMiddleware).
PAGE_CACHE = True

# Languages and time

LANGUAGE_CODE = languages.DEFAULT_CODE
LANGUAGES = languages.SERVED_CHOICES
WAGTAIL_CONTENT_LANGUAGES = LANGUAGES
WAGTAILADMIN_PERMITTED_LANGUAGES = [("de", "Deutsch"), ("en", "English")]
WAGTAIL_I18N_ENABLED = True
USE_I18N = True
LOCALE_PATHS = [BASE_DIR / "portal" / "locale"]
languages.register()

TIME_ZONE = "Europe/Berlin"
USE_TZ = True

# Files

STATIC_URL = "/static/"
# The pictures of the editors' handbook (home.handbook).
STATICFILES_DIRS = [("handbuch", BASE_DIR / "docs" / "handbuch" / "bilder")]
STATIC_ROOT = Path(env("STATIC_ROOT", str(VAR_DIR / "static")))
MEDIA_URL = "/media/"
MEDIA_ROOT = Path(env("MEDIA_ROOT", str(VAR_DIR / "media")))
STORAGES: dict[str, Any] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# Pictures need an alternative text, and consents where people can be seen. What every telephone can show, and no more.
WAGTAILIMAGES_IMAGE_MODEL = "spaces.Picture"
WAGTAILIMAGES_IMAGE_FORM_BASE = "spaces.consent_views.PictureForm"
WAGTAILIMAGES_EXTENSIONS = ["jpg", "jpeg", "png", "webp"]

# Who may do what

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]

# Editors get a session cookie when they sign in; a visitor gets no cookie at all. It ends after eight hours, and when
# the browser is closed.
SESSION_COOKIE_AGE = 8 * 60 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_SECURE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = True
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# Signing in (home.sign_in): by name and password, with a second factor; the first of an account is set up at once.

AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "/admin/login/"
LOGIN_REDIRECT_URL = "/admin/"
SECOND_FACTOR_REQUIRED = True
CSRF_FAILURE_VIEW = "home.sign_in.csrf_failure"
ACCOUNT_ADAPTER = "home.sign_in.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
# Somebody with a session, but without a permission for the admin, is shown the form and not sent to and fro.
ACCOUNT_AUTHENTICATED_LOGIN_REDIRECTS = False
# Five wrong passwords or codes for an account in five minutes, and ten from one address in a minute.
ACCOUNT_RATE_LIMITS = {"login": "30/m/ip", "login_failed": "10/m/ip,5/5m/key"}
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES
MFA_ADAPTER = "home.sign_in.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
# A telephone's clock may be half a minute wrong.
MFA_TOTP_TOLERANCE = 1

# Single sign-on by OpenID Connect, for accounts that are there already and have the same e-mail address.
OIDC_URL = env("OIDC_URL").rstrip("/")
# Whether the identity provider asks for a second factor itself; else it is asked here too.
OIDC_SECOND_FACTOR = env("OIDC_SECOND_FACTOR") == "yes"
SOCIALACCOUNT_ADAPTER = "home.sign_in.SingleSignOnAdapter"
SOCIALACCOUNT_EMAIL_AUTHENTICATION = True
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
SOCIALACCOUNT_EMAIL_VERIFICATION = "none"
# It is a link: our policy lets no form lead to another host.
SOCIALACCOUNT_LOGIN_ON_GET = True
SOCIALACCOUNT_PROVIDERS: dict[str, Any] = {}
if OIDC_URL:
    if not (env("OIDC_CLIENT_ID") and env("OIDC_CLIENT_SECRET")):
        raise ImproperlyConfigured("OIDC_URL needs OIDC_CLIENT_ID and OIDC_CLIENT_SECRET.")
    SOCIALACCOUNT_PROVIDERS["openid_connect"] = {
        "APPS": [
            {
                "provider_id": "sso",
                "name": env("OIDC_NAME", "OpenID Connect"),
                "client_id": env("OIDC_CLIENT_ID"),
                "secret": env("OIDC_CLIENT_SECRET"),
                "settings": {"server_url": OIDC_URL},
            }
        ],
        "OAUTH_PKCE_ENABLED": True,
    }
# E-mail: one a day to each editor, about what there is to do (manage.py send_mails). Without a host none is sent.

EMAIL_HOST = env("EMAIL_HOST")
EMAIL_PORT = env_number("EMAIL_PORT", 587)
EMAIL_HOST_USER = env("EMAIL_HOST_USER")
EMAIL_HOST_PASSWORD = env("EMAIL_HOST_PASSWORD")
# Port 465 is encrypted from the first byte; every other one but a mail server's on this machine begins with STARTTLS.
EMAIL_USE_SSL = EMAIL_PORT == 465
EMAIL_USE_TLS = not EMAIL_USE_SSL and EMAIL_PORT != 25
EMAIL_TIMEOUT = 20
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if EMAIL_HOST else 'dummy'}.EmailBackend"
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", f"noreply@{urlsplit(BASE_URL).hostname}")
# Plain text, from whomever it comes.
WAGTAILADMIN_NOTIFICATION_USE_HTML = False

# Transport and headers

SECURE_SSL_REDIRECT = True
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
# Preloading binds a whole domain, which is the district's and not ours to decide.
SILENCED_SYSTEM_CHECKS = ["security.W021"]
SECURE_CONTENT_TYPE_NOSNIFF = True
# Not even the origin goes to another site: who reads here is nobody else's business. Within the site, the
# origin suffices for the CSRF check of the editors' forms.
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
# Wagtail lifts it for its own previews.
X_FRAME_OPTIONS = "DENY"

# Public pages: only files of our own, nothing inline, framed by nobody.
CONTENT_SECURITY_POLICY: dict[str, Any] = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "media-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    },
}
# What a page may ask a device for: where it is, if the reader presses the button for it, and nothing else.
PERMISSIONS_POLICY = "geolocation=(self), " + ", ".join(
    f"{feature}=()"
    for feature in (
        "accelerometer",
        "autoplay",
        "camera",
        "display-capture",
        "encrypted-media",
        "gyroscope",
        "magnetometer",
        "microphone",
        "midi",
        "payment",
        "picture-in-picture",
        "screen-wake-lock",
        "usb",
        "xr-spatial-tracking",
    )
)

# For /admin/, and for pages shown to somebody with an editor's session: Wagtail writes styles and scripts
# inline, shows pictures from memory, and frames previews of our own pages.
EDITOR_CONTENT_SECURITY_POLICY: dict[str, Any] = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, UNSAFE_INLINE],
        "style-src": [SELF, UNSAFE_INLINE],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF, "data:"],
        "object-src": [NONE],
        "form-action": [SELF],
        "base-uri": [SELF],
        "frame-ancestors": [SELF],
    },
}

if HEADLESS_CLIENT_URL:
    EDITOR_CONTENT_SECURITY_POLICY["DIRECTIVES"]["frame-src"] = [
        SELF,
        "/".join(HEADLESS_CLIENT_URL.split("/")[:3]),
    ]

# Reports and logs: nothing that a visitor typed, no address of a visitor (portal.privacy)

DEFAULT_EXCEPTION_REPORTER = "portal.privacy.PrivateExceptionReporter"
DEFAULT_EXCEPTION_REPORTER_FILTER = "portal.privacy.PrivateExceptionReporterFilter"

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {
            "()": "portal.privacy.PrivateFormatter",
            "format": "{asctime} {levelname} {name}: {message}",
            "style": "{",
        },
        "access": {"()": "portal.privacy.AccessFormatter"},
    },
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "plain"},
        "access": {"class": "logging.StreamHandler", "formatter": "access"},
    },
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        # Django's own handlers would mail a report and write unfiltered lines.
        "django": {"handlers": [], "level": "INFO", "propagate": True},
        "django.server": {"handlers": ["access"], "level": "INFO", "propagate": False},
        # They write a line for every fact and page that is saved; the journal and the audit log have them.
        "wagtail": {"level": "WARNING"},
        "django_tasks": {"level": "WARNING"},
    },
}

# The public interface for programs

REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.AllowAny"],
    "UNAUTHENTICATED_USER": None,
    "UNAUTHENTICATED_TOKEN": None,
    "NUM_PROXIES": TRUSTED_PROXIES,
    "EXCEPTION_HANDLER": "portal.replies.problem",
    "DEFAULT_SCHEMA_CLASS": "portal.schema.ReadSchema",
    # The kind of a reply is asked for by the Accept header only.
    "URL_FORMAT_OVERRIDE": None,
}

SPECTACULAR_SETTINGS: dict[str, Any] = {
    "TITLE": "Sozialraumportal",
    "DESCRIPTION": "The social spaces of a county: who is there for families, where and when, in twelve languages. "
    "docs/front-end.md explains it.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.1",
    "LICENSE": {"name": "EUPL-1.2"},
    "SERVE_INCLUDE_SCHEMA": False,
    "PREPROCESSING_HOOKS": ["portal.schema.of_programs"],
    "POSTPROCESSING_HOOKS": [],
    "COMPONENT_SPLIT_REQUEST": False,
}

# Pages of anybody may ask it, since it tells everybody the same and knows no cookie.
CORS_ALLOW_ALL_ORIGINS = True
CORS_URLS_REGEX = r"^/api/"
CORS_ALLOW_METHODS = ["GET", "HEAD", "OPTIONS", "POST"]
CORS_ALLOW_HEADERS = ["accept", "accept-language", "content-type", "if-modified-since", "if-none-match"]
CORS_EXPOSE_HEADERS = ["allow", "content-language", "deprecation", "etag", "link", "retry-after", "sunset"]

# Wagtail

WAGTAIL_SITE_NAME = "Sozialraumportal"
WAGTAILADMIN_BASE_URL = BASE_URL
# Who opens a page for a group only signs in where everybody signs in.
WAGTAIL_FRONTEND_LOGIN_URL = LOGIN_URL
# No link by e-mail that would lead past the second factor: an administrator sets a new password.
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}
# Neither asks anybody else's server while an editor works.
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None

WAGTAIL_HEADLESS_PREVIEW: dict[str, Any] = {
    "CLIENT_URLS": {"default": HEADLESS_CLIENT_URL} if HEADLESS_CLIENT_URL else {},
    "ENFORCE_TRAILING_SLASH": False,
}

# Translation

# Whoever sends a page to be translated does not publish a German copy of it in the other language.
WAGTAILLOCALIZE_SYNC_LIVE_STATUS_ON_TRANSLATE = False

# A machine that editors may ask: "deepl" or "libretranslate"; none unless the environment names it.
TRANSLATOR = env("TRANSLATOR")
if TRANSLATOR:
    if TRANSLATOR not in ("deepl", "libretranslate"):
        raise ImproperlyConfigured("TRANSLATOR must be deepl or libretranslate, or not be set.")
    if TRANSLATOR == "deepl" and not env("TRANSLATOR_KEY"):
        raise ImproperlyConfigured("DeepL needs a key: set TRANSLATOR_KEY.")
    if TRANSLATOR == "libretranslate" and not env("TRANSLATOR_URL"):
        raise ImproperlyConfigured("LibreTranslate needs its address: set TRANSLATOR_URL.")
    WAGTAILLOCALIZE_MACHINE_TRANSLATOR: dict[str, Any] = {
        "CLASS": {"deepl": "portal.translators.DeepL", "libretranslate": "portal.translators.LibreTranslate"}[
            TRANSLATOR
        ],
        "OPTIONS": {
            "AUTH_KEY": env("TRANSLATOR_KEY"),
            "API_KEY": env("TRANSLATOR_KEY"),
            "LIBRETRANSLATE_URL": env("TRANSLATOR_URL").rstrip("/"),
        },
    }
