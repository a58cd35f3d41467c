"""One settings module for every machine; the environment decides what differs.

``DATABASE_URL`` and ``REDIS_URL`` name the servers. ``make run`` starts private ones
on unix sockets under ``.run`` and exports both; a deployment sets them itself.
"""

import os
from pathlib import Path
from urllib.parse import urlsplit

import dj_database_url
from celery.schedules import crontab
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent.parent
VERSION = "0.1.0"


def _flag(name: str) -> bool:
    return os.environ.get(name, "").lower() in {"1", "true", "yes"}


def _required(name: str) -> str:
    value = os.environ.get(name, "")
    if not value:
        raise ImproperlyConfigured(f"The environment variable {name} is not set.")
    return value


def _listed(name: str, default: str) -> list[str]:
    return [part for part in os.environ.get(name, default).split(",") if part]


def _one_of(name: str, *values: str) -> str:
    """The first where nothing is said."""
    value = os.environ.get(name) or values[0]
    if value not in values:
        raise ImproperlyConfigured(f"{name} is one of {', '.join(values)}.")
    return value


def _origin_of(address: str) -> list[str]:
    """What a policy header calls the server of an address; nothing for none."""
    parts = urlsplit(address)
    return [f"{parts.scheme}://{parts.netloc}"] if address else []


DEBUG = _flag("DEBUG")
SECRET_KEY = _required("SECRET_KEY")
ALLOWED_HOSTS = _listed("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = _listed("CSRF_TRUSTED_ORIGINS", "")

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.gis",
    "django.contrib.postgres",
    "csp",
    "pgtrigger",
    "rest_framework",
    "rest_framework.authtoken",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "wastehub.accounts",
    "wastehub.places",
    "wastehub.catalogue",
    "wastehub.registry",
    "wastehub.trail",
    "wastehub.ledger",
    "wastehub.exchange",
    "wastehub.notices",
    "wastehub.reporting",
    "matching",
    "maps",
    "seeds",
    "wastehub.web",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "wastehub.web.idempotency.OnceMiddleware",
]

ROOT_URLCONF = "wastehub.urls"
WSGI_APPLICATION = "wastehub.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

DATABASES = {
    "default": {
        # A database that was restarted is found again without a failed request.
        **dj_database_url.parse(
            _required("DATABASE_URL"), conn_max_age=60, conn_health_checks=True
        ),
        "ENGINE": "django.contrib.gis.db.backends.postgis",
        "ATOMIC_REQUESTS": False,
    }
}
# Debian 12 has GDAL 3.6, which can not be kept from opening what a spatial reference
# names. No spatial reference from outside ever reaches it: people give two numbers and
# one of four datums.
SILENCED_SYSTEM_CHECKS = ["gis.W001"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "home"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Chinese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "wastehub" / "web" / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

# The day of the following month by which a month is declared. No published rule of the
# province sets one for general industrial solid waste: it is this product's default.
DECLARATION_DUE_DAY = int(os.environ.get("DECLARATION_DUE_DAY", "15"))

# What those who download figures without a log-in may do with them. They are sums over
# the ledgers of this site, so that it is for its operator to say.
OPEN_DATA_LICENCE = os.environ.get(
    "OPEN_DATA_LICENCE", "CC BY 4.0, https://creativecommons.org/licenses/by/4.0/"
)

STATIC_URL = "static/"
# A routing service (OSRM's table) that measures hauls; without one they are estimated.
ROUTING_URL = os.environ.get("ROUTING_URL", "")

# A street map under the maps: raster tiles, {z}/{x}/{y}, that allow the site's origin.
# Its datum is said too, as Chinese street maps are shifted (GCJ02); none by default.
BASEMAP_URL = os.environ.get("BASEMAP_URL", "")
BASEMAP_DATUM = _one_of("BASEMAP_DATUM", "WGS84", "GCJ02")
BASEMAP_ATTRIBUTION = os.environ.get("BASEMAP_ATTRIBUTION", "")
_BASEMAP_HOSTS = _origin_of(BASEMAP_URL)

STATIC_ROOT = Path(os.environ.get("STATIC_ROOT", BASE_DIR / ".run" / "static"))
STATICFILES_DIRS = [("vendor", BASE_DIR / "wastehub" / "web" / "vendor")]
# The font of the PDF documents; set-up makes it of the pages' own.
DOCUMENT_FONT = BASE_DIR / "wastehub/web/vendor/noto-sans-sc/noto-sans-sc.ttf"
# Weigh slips and laboratory reports: read by nobody but the site itself.
ATTACHMENTS_ROOT = Path(
    os.environ.get("ATTACHMENTS_ROOT", BASE_DIR / ".run" / "attachments")
)
STORAGES = {
    "attachments": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {
            "location": ATTACHMENTS_ROOT,
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    },
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = False

REDIS_URL = _required("REDIS_URL")
CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 3600}
CELERY_TIMEZONE = TIME_ZONE
CELERY_BEAT_SCHEDULE = {
    "sweep stale listings": {
        "task": "matching.tasks.sweep_stale_supplies",
        "schedule": 60.0,
    },
    "close offers that nobody answered": {
        "task": "wastehub.exchange.tasks.expire_offers",
        "schedule": 600.0,
    },
    "end agreements whose term is over": {
        "task": "wastehub.exchange.tasks.expire_agreements",
        "schedule": 600.0,
    },
    "tell what was done": {
        "task": "wastehub.notices.tasks.tell_untold",
        "schedule": 15.0,
    },
    "send e-mails": {"task": "wastehub.notices.tasks.send_mails", "schedule": 30.0},
    "deliver to webhooks": {
        "task": "wastehub.notices.tasks.deliver_due",
        "schedule": 30.0,
    },
    "make the monthly briefs that are due": {
        "task": "wastehub.reporting.tasks.make_briefs",
        "schedule": 21_600.0,
    },
    "forget old keys of requests": {
        "task": "wastehub.trail.tasks.drop_old_answers",
        "schedule": 86_400.0,
    },
    "find alerts": {
        "task": "maps.tasks.find_alerts",
        "schedule": crontab(hour=2, minute=30),
    },
    # After the declarations of the month before are in, and decided upon.
    "publish the figures": {
        "task": "maps.tasks.publish_figures",
        "schedule": crontab(day_of_month=25, hour=3, minute=30),
    },
}

# Where e-mails lead to; a task knows no request.
SITE_URL = os.environ.get("SITE_URL", "http://127.0.0.1:8000").rstrip("/")
EMAIL_BACKEND = os.environ.get(
    "EMAIL_BACKEND", "django.core.mail.backends.console.EmailBackend"
)
EMAIL_HOST = os.environ.get("EMAIL_HOST", "localhost")
EMAIL_PORT = int(os.environ.get("EMAIL_PORT", "25"))
EMAIL_HOST_USER = os.environ.get("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = _flag("EMAIL_USE_TLS")
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = os.environ.get("DEFAULT_FROM_EMAIL", "wastehub@localhost")
# Tests alone call servers of their own machine; anywhere else this opens the network
# behind the site to whoever may enter an address.
WEBHOOKS_INTO_PRIVATE_NETWORKS = False

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "rest_framework.authentication.SessionAuthentication",
        "rest_framework.authentication.TokenAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": [
        "rest_framework.permissions.IsAuthenticatedOrReadOnly"
    ],
    "DEFAULT_PARSER_CLASSES": [
        "wastehub.web.api.parsing.ShallowJSONParser",
        "rest_framework.parsers.FormParser",
        "rest_framework.parsers.MultiPartParser",
    ],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PAGINATION_CLASS": "wastehub.web.paging.Page",
    "PAGE_SIZE": 50,
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_THROTTLE_CLASSES": [
        "rest_framework.throttling.AnonRateThrottle",
        "rest_framework.throttling.UserRateThrottle",
    ],
    "DEFAULT_THROTTLE_RATES": {"anon": "600/min", "user": "1200/min"},
    "EXCEPTION_HANDLER": "wastehub.web.problems.handle",
    "NON_FIELD_ERRORS_KEY": "request",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "WasteHub API",
    "VERSION": VERSION,
    "DESCRIPTION": "Industrial solid waste: supplies, demands, matches and balances.",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "ENUM_NAME_OVERRIDES": {
        "EntryKindEnum": "wastehub.ledger.kinds.Kind",
        "AttachmentKindEnum": "wastehub.exchange.models.Attachment.Kind",
        "ListingStatusEnum": "wastehub.registry.models.Listing.Status",
        "NoteStatusEnum": "wastehub.exchange.states.NoteStatus",
        "ProposalKindEnum": "wastehub.exchange.models.Proposal.Kind",
        "ProposalStatusEnum": "wastehub.exchange.models.Proposal.Status",
        "RefusalKindEnum": "matching.models.Refusal.Kind",
        "RunKindEnum": "matching.models.MatchRun.Kind",
        "OfferStatusEnum": "wastehub.exchange.states.OfferStatus",
        "AgreementStatusEnum": "wastehub.exchange.states.AgreementStatus",
        "TermsKindEnum": "wastehub.exchange.terms.Terms.Kind",
        "PartyEnum": "wastehub.exchange.states.PARTY_CHOICES",
        "SideEnum": "wastehub.exchange.states.Side",
        "RunStatusEnum": "matching.models.MatchRun.Status",
        "NoticeKindEnum": "wastehub.notices.kinds.Kind",
    },
}

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:", "blob:", *_BASEMAP_HOSTS],
        "connect-src": [SELF, *_BASEMAP_HOSTS],
        "worker-src": [SELF, "blob:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
    }
}
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
SECURE_REFERRER_POLICY = "same-origin"
# Behind HTTPS everything that needs it is switched on together.
HTTPS = _flag("HTTPS")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
# A proxy of ours stands in front and writes the caller's address down.
TRUSTED_PROXY = _flag("TRUSTED_PROXY")
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    # It tells every table of a font that it leaves out of a document.
    "loggers": {"fontTools": {"level": "WARNING"}, "pyogrio": {"level": "WARNING"}},
    "root": {"handlers": ["stderr"], "level": os.environ.get("LOG_LEVEL", "INFO")},
}
