"""The one settings file. Every choice comes from the environment; docs/deploying.md has the table."""

from datetime import timedelta
from pathlib import Path

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _
from kombu import Queue

from qms.core import env

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(env.text("QMS_DATA", str(BASE_DIR / "data"))).resolve()

DEBUG = False
SECRET_KEY = env.secret_key(DATA_DIR)
DEMO = env.flag("QMS_DEMO")
BASE_URL = env.address("QMS_BASE_URL", "http://127.0.0.1:8000")
HTTPS = BASE_URL.startswith("https://")
ALLOWED_HOSTS = env.listing("QMS_ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]")
CSRF_TRUSTED_ORIGINS = env.listing("QMS_TRUSTED_ORIGINS", BASE_URL)
# So many proxies stand in front, whose headers are believed.
PROXIES = env.number("QMS_PROXIES", 0)

# The rooms of the house. The platform starts and passes its checks without the ones outside `qms`.
PLATFORM = [
    "qms.trail",
    "qms.jobs",
    "qms.organization",
    "qms.signatures",
    "qms.search",
    "qms.api",
    "qms.duties",
    "qms.filing",
    "qms.imports",
    "qms.standards",
    "qms.evidence",
    "qms.actions",
    "qms.processes",
    "qms.transition",
    "qms.home",
]
ROOMS = env.rooms("QMS_ROOMS", BASE_DIR)

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "axes",
    "csp",
    "django_htmx",
    "template_partials",
    "rest_framework",
    "drf_spectacular",
    *PLATFORM,
    *ROOMS,
    # After the platform, whose commands `changepassword` and `createsuperuser` take the place of Django's.
    "django.contrib.auth",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "qms.organization.middleware.SessionLimits",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "qms.core.middleware.Headers",
    "qms.organization.middleware.OwnZone",
    "qms.organization.middleware.SecondFactor",
    "qms.core.middleware.Refusals",
    "qms.core.sense.Sense",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "qms.urls"
WSGI_APPLICATION = "qms.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "qms.home.shell.context",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# Database, cache, broker, files and mail: embedded unless a server is named.
_database_url = env.text("QMS_DATABASE_URL")
_owner_url = env.text("QMS_DATABASE_OWNER_URL")
_redis_url = env.text("QMS_REDIS_URL")
DATABASES = {"default": env.postgres(_database_url) if _database_url else env.sqlite(DATA_DIR / "qms.sqlite3")}
if _owner_url:
    # Migrations run as the owner (`migrate --database owner`); the application's role cannot change a frozen row.
    DATABASES["owner"] = env.postgres(_owner_url)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# What pages have worked out has a place of its own: it must not push out limits, locks and codes that were used.
_caches: dict[str, dict[str, object]] = {
    "default": {"BACKEND": "qms.core.counts.Files", "OPTIONS": {"MAX_ENTRIES": 10_000}},
    "redlines": {"BACKEND": "django.core.cache.backends.filebased.FileBasedCache", "OPTIONS": {"MAX_ENTRIES": 1_000}},
    "counts": {"BACKEND": "qms.core.counts.Counts"},
}
CACHES = {
    name: {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": _redis_url}
    if _redis_url
    else {**files, "LOCATION": str(DATA_DIR / "cache" / name)}
    for name, files in _caches.items()
}

CELERY_BROKER_URL = _redis_url or "filesystem://localhost"
CELERY_BROKER_TRANSPORT = "" if _redis_url else "qms.core.doorbell:Transport"
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, object] = (
    {"visibility_timeout": 3600, "socket_connect_timeout": 2, "socket_timeout": 2, "max_retries": 0}
    if _redis_url
    else {"folder": str(DATA_DIR / "broker"), "polling_interval": 0.2, "max_retries": 0}
)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_IGNORE_RESULT = True
# The tick has a queue of its own: it must not wait, and expire, behind a hundred jobs.
CELERY_TASK_DEFAULT_QUEUE = "qms"
CELERY_TASK_QUEUES = [Queue("qms", routing_key="qms"), Queue("tick", routing_key="tick")]
CELERY_TASK_ROUTES = {"jobs.tick": {"queue": "tick", "routing_key": "tick"}}
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "beat-schedule")
CELERY_BEAT_SCHEDULE = {"tick": {"task": "jobs.tick", "schedule": timedelta(minutes=1), "options": {"expires": 55}}}
CELERY_WORKER_HIJACK_ROOT_LOGGER = False

# Read in any case: a variable that nothing reads is named as misspelt (env.unread).
_s3 = {
    "bucket_name": env.text("QMS_S3_BUCKET"),
    "endpoint_url": env.text("QMS_S3_ENDPOINT") or None,
    "access_key": env.text("QMS_S3_ACCESS_KEY") or None,
    "secret_key": env.text("QMS_S3_SECRET_KEY") or None,
    "region_name": env.text("QMS_S3_REGION") or None,
}
STORAGES = {
    "default": {"BACKEND": "qms.core.storage_s3.WholeObjects", "OPTIONS": _s3}
    if _s3["bucket_name"]
    else {
        "BACKEND": "qms.core.storage.WholeFiles",
        "OPTIONS": {"location": str(DATA_DIR / "files")},
    },
    "staticfiles": {"BACKEND": "qms.core.storage_static.ServedFiles"},
}
STATIC_URL = "/static/"
STATIC_ROOT = Path(env.text("QMS_STATIC", str(DATA_DIR / "static")))
STATICFILES_DIRS = [BASE_DIR / "static"]

_smtp_host = env.text("QMS_SMTP_HOST")
EMAIL_BACKEND = (
    "django.core.mail.backends.smtp.EmailBackend" if _smtp_host else "django.core.mail.backends.filebased.EmailBackend"
)
EMAIL_FILE_PATH = str(DATA_DIR / "mail")
EMAIL_HOST = _smtp_host
EMAIL_PORT = env.number("QMS_SMTP_PORT", 587)
EMAIL_HOST_USER = env.text("QMS_SMTP_USER")
EMAIL_HOST_PASSWORD = env.text("QMS_SMTP_PASSWORD")
EMAIL_USE_TLS = env.flag("QMS_SMTP_STARTTLS", default=True)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.text("QMS_MAIL_FROM", "qms@localhost")

# Uploads: refused above this size before they are read (OWASP ASVS 5.2.1).
MAX_UPLOAD_BYTES = env.number("QMS_MAX_UPLOAD_MB", 50) * 1024 * 1024
# Files are refused while a disk is still able to hold the database, mails and logs.
KEEP_FREE_BYTES = env.number("QMS_KEEP_FREE_MB", 1024) * 1024 * 1024
KEEP_FREE_PERCENT = env.number("QMS_KEEP_FREE_PERCENT", 5)
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
FILE_UPLOAD_HANDLERS = [
    "qms.core.uploads.OnlyWhatMayCome",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

# People and sign-in
AUTH_USER_MODEL = "organization.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "qms.organization.backends.OneCheck",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "qms.organization.adapter.AccountAdapter"
MFA_ADAPTER = "qms.organization.adapter.MfaAdapter"
ACCOUNT_FORMS = {
    "login": "qms.organization.adapter.SignInForm",
    "reset_password": "qms.organization.adapter.ForgottenPasswordForm",
    "change_password": "qms.organization.adapter.OwnPasswordForm",
}
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_USER_DISPLAY = "qms.organization.adapter.display"
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_PRESERVE_USERNAME_CASING = False
ACCOUNT_EMAIL_NOTIFICATIONS = True
# One address may stand for a whole firm at shift change; what slows a guesser down is the lock per person below.
ACCOUNT_RATE_LIMITS = {"login": "300/m/ip", "login_failed": "30/m/ip"}
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
# Addresses are IT's here and never proven by mail: whoever was sent a link could otherwise add no second factor.
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_PASSKEY_SIGNUP_ENABLED = False
MFA_TOTP_ISSUER = "QMS"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS
SOCIALACCOUNT_ADAPTER = "qms.organization.adapter.SocialAccountAdapter"
SOCIALACCOUNT_ONLY = False
SOCIALACCOUNT_LOGIN_ON_GET = False
_oidc_url = env.text("QMS_OIDC_URL")
_oidc = {
    "provider_id": "oidc",
    "name": env.text("QMS_OIDC_NAME", "Single sign-on"),
    "client_id": env.text("QMS_OIDC_CLIENT_ID"),
    "secret": env.text("QMS_OIDC_CLIENT_SECRET"),
    "settings": {"server_url": _oidc_url, "oauth_pkce_enabled": True},
}
SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [_oidc] if _oidc_url else []}}
AXES_HANDLER = "qms.organization.lockout.Handler"
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_USERNAME_CALLABLE = "qms.organization.lockout.username"
AXES_CLIENT_IP_CALLABLE = "qms.organization.lockout.address"
AXES_SENSITIVE_PARAMETERS = ["login", "oldpassword", "password1", "password2", "reason", "comment", "code"]
AXES_DISABLE_ACCESS_LOG = True
AXES_LOCKOUT_TEMPLATE = "account/locked.html"
AXES_HTTP_RESPONSE_CODE = 429
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False

# Sessions end when idle and, whatever happens, after a working day (NIST SP 800-63B).
SESSION_IDLE = timedelta(minutes=env.number("QMS_SESSION_IDLE_MINUTES", 30))
SESSION_ABSOLUTE = timedelta(hours=12)
SESSION_COOKIE_AGE = int(SESSION_ABSOLUTE.total_seconds())
SESSION_COOKIE_NAME = "__Host-qms" if HTTPS else "qms"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_HTTPONLY = True

# Headers
SECURE_HSTS_SECONDS = 63_072_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = env.flag("QMS_HSTS_PRELOAD")
SECURE_SSL_REDIRECT = env.flag("QMS_SSL_REDIRECT")
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PROXIES else None
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        # A browser asks this of every hop of a sent form: single sign-on leads to the provider.
        "form-action": [SELF, *([env.origin(_oidc_url)] if _oidc_url else [])],
        "manifest-src": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    }
}
PERMISSIONS_POLICY: dict[str, list[str]] = {
    "camera": [],
    "geolocation": [],
    "microphone": [],
    "payment": [],
    "usb": [],
    "publickey-credentials-get": ["self"],
    "publickey-credentials-create": ["self"],
}

# API
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["qms.api.authentication.TokenAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": [
        "rest_framework.permissions.IsAuthenticated",
        "qms.api.authentication.WithinScope",
    ],
    "DEFAULT_THROTTLE_CLASSES": ["qms.api.throttling.PerToken"],
    "DEFAULT_PAGINATION_CLASS": "qms.api.paging.KeysetPagination",
    "EXCEPTION_HANDLER": "qms.api.errors.answer",
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "qms.api.schema.Schema",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "QMS API",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.IsAuthenticated"],
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "AUTHENTICATION_WHITELIST": [],
    "SECURITY": [{"token": []}],
    "APPEND_COMPONENTS": {"securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}},
}

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "qms" / "locale"]
TIME_ZONE = env.zone("QMS_TIME_ZONE", "UTC")
USE_TZ = True

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": env.log_level("QMS_LOG_LEVEL", "INFO")},
    "loggers": {
        "fontTools": {"level": "WARNING"},
        "pikepdf": {"level": "WARNING"},
        "weasyprint": {"level": "ERROR"},
        "axes": {"level": "WARNING"},
        "celery.beat": {"level": "WARNING"},
        "celery.app.trace": {"level": "WARNING"},
        "celery.worker.strategy": {"level": "WARNING"},
    },
}
