"""All settings, read from the environment.

The variables are listed in docs/running.md. A missing or bad one stops the start with a sentence that says
what to do; everything else about a clinic is in the database.
"""

from __future__ import annotations

import logging

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from clinic.environment import (
    BASE_DIR,
    VAR,
    derive_audit_key,
    derive_factor_key,
    env,
    read_audit_key,
    read_database_settings,
    read_factor_key,
    read_log_level,
    read_secret_key,
    read_secret_key_fallbacks,
    read_single_sign_on,
    read_time_zone,
    read_whole_number,
    read_yes_or_no,
    refuse_debug_for_others,
)
from clinic.logs import build_logging_settings

SECRET_KEY = read_secret_key()
SECRET_KEY_FALLBACKS = read_secret_key_fallbacks()
# Seals the audit trail; the older keys only verify what they sealed.
AUDIT_KEY = read_audit_key(SECRET_KEY)
# Also what a start without a key of its own has sealed, before `make setup` wrote one.
AUDIT_KEY_FALLBACKS = env.list("AUDIT_KEY_FALLBACKS", default=[]) + [
    derive_audit_key(key) for key in (SECRET_KEY, *SECRET_KEY_FALLBACKS)
]
AUDIT_FALLBACK = env.str("AUDIT_FALLBACK", default=str(VAR / "audit-fallback.log"))
# Encrypts second factors; the older keys only read what they encrypted.
FACTOR_KEY = read_factor_key(SECRET_KEY)
FACTOR_KEY_FALLBACKS = env.list("FACTOR_KEY_FALLBACKS", default=[]) + [
    derive_factor_key(key) for key in (SECRET_KEY, *SECRET_KEY_FALLBACKS)
]
AUDIT_ANCHOR = env.str("AUDIT_ANCHOR", default=str(VAR / "audit-anchors.log"))
# Which patients were forgotten, by their numbers, to forget them again after an older backup is restored.
FORGOTTEN_LIST = env.str("FORGOTTEN_LIST", default=str(VAR / "forgotten.log"))
DEBUG = read_yes_or_no("DEBUG")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
if DEBUG:
    refuse_debug_for_others(ALLOWED_HOSTS)
TRUSTED_PROXY_COUNT = read_whole_number("TRUSTED_PROXY_COUNT")
# Set by `manage.py serve --certificate …`; a trusted proxy also ends TLS.
BEHIND_TLS = TRUSTED_PROXY_COUNT > 0 or read_yes_or_no("SERVES_TLS")
# A tablet's sign-in is answered at the next multiple of this, so that the time tells nothing. 0: at once.
SIGN_IN_STEP_MS = read_whole_number("SIGN_IN_STEP_MS", default=100)
# Set by `manage.py serve`, for links in e-mails. 0: unknown.
SERVES_PORT = read_whole_number("SERVES_PORT")
# Set by `manage.py serve`, for the links of tablets. "": unknown.
SERVES_HOST = env.str("SERVES_HOST", default="")

INSTALLED_APPS = [
    "checkin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_htmx",
    "django_structlog",
    "lucide",
    "phonenumber_field",
]

MIDDLEWARE = [
    # First, so that every answer has them: error pages and static files too.
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "checkin.web.middleware.StorageFailureMiddleware",
    "checkin.web.middleware.RequestLogMiddleware",
    "checkin.web.middleware.note_audit_origin",
    "checkin.web.locations.LocationPathMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "checkin.web.session_cookies.KeptCookieSessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "checkin.web.emergency_access.EmergencyAccessMiddleware",
    "checkin.web.desk_locks.DeskLockMiddleware",
    "checkin.web.unsent_forms.UnsentFormMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "checkin.web.second_factors.SecondFactorMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "checkin.web.closed_visits.ClosedVisitMiddleware",
    "checkin.web.stale_pages.StalePageMiddleware",
    "checkin.web.middleware.forbid_caching",
    "checkin.web.middleware.explain_wrong_method",
    "checkin.web.middleware.limit_marks_shown",
    "checkin.web.middleware.use_clinic_time",
    "checkin.web.account_audit.RefusalAuditMiddleware",
    "checkin.web.middleware.note_staff_presence",
]

ROOT_URLCONF = "clinic.urls"
WSGI_APPLICATION = "clinic.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["checkin.templatetags.typed_forms"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]

DATABASES = {"default": read_database_settings()}
# Where backups go, whether one is made every night, and how many days are kept (docs/backup.md).
BACKUP_DIR = BASE_DIR / (env.str("BACKUP_DIR", default="") or VAR / "backups")
BACKUP_NIGHTLY = read_yes_or_no("BACKUP_NIGHTLY", default=True)
BACKUP_KEPT = read_whole_number("BACKUP_KEPT", default=14)
# age public keys. Empty: that of var/backup_key.
BACKUP_RECIPIENTS = env.list("BACKUP_RECIPIENTS", default=[])
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# Throttles must hold across worker processes, so their counters are in the database.
CACHES = {
    "default": {
        "BACKEND": "clinic.cache.DatabaseCache",
        "LOCATION": "cache",
        # Beyond this many, entries are culled at random. With Django's 300, guessers could push counters out.
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    },
    "rows": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "rows",
        "OPTIONS": {"MAX_ENTRIES": 5000},
        "TIMEOUT": 24 * 3600,
    },
}

AUTH_USER_MODEL = "checkin.Staff"
AUTHENTICATION_BACKENDS = ["checkin.web.account.StaffBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 15}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "checkin.web.password_validator.GuessablePasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "desk:board"
ACCOUNT_ADAPTER = "checkin.web.account.StaffAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
# For codes of a second factor. Passwords have limits of their own (checkin/web/login_throttles.py), and none
# counts what others at the same address do: a clinic's people share one.
ACCOUNT_RATE_LIMITS = {"login": "", "login_failed": "10/15m/key"}
SOCIALACCOUNT_PROVIDERS = read_single_sign_on()
SOCIALACCOUNT_ADAPTER = "checkin.web.single_sign_on.StaffSocialAdapter"
MFA_ADAPTER = "checkin.web.account_mfa.StaffMFAAdapter"
ACCOUNT_FORMS = {"reauthenticate": "checkin.web.account_forms.ConfirmPasswordForm"}
MFA_FORMS = {
    "authenticate": "checkin.web.account_forms.LoginCodeForm",
    "reauthenticate": "checkin.web.account_forms.ConfirmCodeForm",
    "activate_totp": "checkin.web.account_forms.AppCodeForm",
    "add_webauthn": "checkin.web.account_forms.StaffPasskeyForm",
    "login_webauthn": "checkin.web.account_forms.PasskeyLoginForm",
    "authenticate_webauthn": "checkin.web.account_forms.PasskeyForm",
    "reauthenticate_webauthn": "checkin.web.account_forms.ConfirmPasskeyForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_TOLERANCE = 1  # steps of 30 s: phones' clocks differ
MFA_RATE_LIMITS = {
    "webauthn_login": ""
}  # only passkeys that open nothing count (checkin/web/account_factors.py)
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXY_COUNT

# At most a shift; each saved session moves this end on, so checkin/rules/desk_locks.py ends the login itself.
# With TLS, its cookie is never sent without it.
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = BEHIND_TLS
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXY_COUNT else None
# Browsers take a cookie of this prefix only over TLS, for this host alone: no neighbor can set one for us.
if BEHIND_TLS:
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-sessionid", "__Host-csrftoken"
SECURE_SSL_REDIRECT = TRUSTED_PROXY_COUNT > 0
# Monitors ask these on the machine itself.
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
# Not for subdomains: it may be served at the bare name of a whole organization.
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if BEHIND_TLS else 0
# A message names families; in a cookie it would outlive the logout.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "checkin.web.stale_tokens.refuse_stale_token"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "connect-src": [SELF],
        "font-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "object-src": [NONE],
        "frame-ancestors": [NONE],
        # The policies of static/js/trusted-html.js and trusted-htmx.js; a text becomes elements by no other.
        "require-trusted-types-for": ["'script'"],
        "trusted-types": ["server-answer", "default"],
    }
}
PERMISSIONS_POLICY: dict[str, list[str]] = {
    name: [] for name in ("camera", "geolocation", "microphone", "payment", "usb", "browsing-topics")
}

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("es", "Español")]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = read_time_zone()

# Absolute, because a path may begin with a front desk (checkin/web/locations.py).
STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "clinic.finders.BootstrapFinder",
]
HASHED = "clinic.storage.HashedStaticFilesStorage"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage" if DEBUG else HASHED},
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = ("map", "png", "gz", "br", "woff2")

CRISPY_ALLOWED_TEMPLATE_PACKS = CRISPY_TEMPLATE_PACK = "bootstrap5"
CRISPY_FAIL_SILENTLY = False
PHONENUMBER_DEFAULT_REGION = "US"

try:
    vars().update(env.email_url("EMAIL_URL", default="consolemail://"))
except (ImproperlyConfigured, ValueError, KeyError):
    raise ImproperlyConfigured(
        "EMAIL_URL is not a mail server's address. Leave it unset to print mail instead, or set it "
        "like smtp://user:password@host:587."
    ) from None

# Not webmaster@localhost: without a sender nothing is sent, and managers and administrators read it.
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="")
EMAIL_HOST_USER = vars().get("EMAIL_HOST_USER") or ""

LOGGING = build_logging_settings(request_level=read_log_level())
# Whoever asks must not choose what our log says.
DJANGO_STRUCTLOG_TRUST_UPSTREAM_REQUEST_ID = DJANGO_STRUCTLOG_TRUST_UPSTREAM_CORRELATION_ID = False
DJANGO_STRUCTLOG_STATUS_START_LOG_LEVEL = logging.DEBUG
