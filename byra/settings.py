"""All settings: one file, every value that differs between places from the environment (see .env.example)."""

import secrets
from pathlib import Path

import environ
from celery.schedules import crontab
from django.utils.translation import gettext_lazy as _

from byra.keys import check_keys

BASE_DIR = Path(__file__).resolve().parent.parent
NODE_MODULES = BASE_DIR / "node_modules"

env = environ.Env()
environ.Env.read_env(BASE_DIR / ".env")

# --- Which kind of place this is ---------------------------------------------------------------------------------

DEBUG = env.bool("DEBUG", default=False)
# Serve the static files from where they lie, without collectstatic: on a developer's machine and in tests.
SERVE_SOURCES = env.bool("SERVE_SOURCES", default=DEBUG)
DEMO = env.bool("DEMO", default=False)  # the demo's cast, its services and /epost/
HTTPS = env.bool("HTTPS", default=not DEBUG)

SECRET_KEY = env.str("SECRET_KEY", default="")
LINK_KEY = env.str("LINK_KEY", default="")  # signs the e-mailed links; changing it kills every link that is out
RECEIPT_KEY = env.str("RECEIPT_KEY", default="")  # signs the receipts; must never change
check_keys({"SECRET_KEY": SECRET_KEY, "LINK_KEY": LINK_KEY, "RECEIPT_KEY": RECEIPT_KEY})

BASE_URL = env.str("BASE_URL", default="http://localhost:8000").rstrip("/")  # for links in mails, never from Host
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

# --- Apps --------------------------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "office",
    "my_services",
    "privacy",
    "bulk",
    "client_imports",
    "collaboration",
    "commitments",
    "agreements",
    "subscriptions",
    "clients",
    "organisations",
    "notifications",
    "history",
    "sweeps",
    "business_register",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "anymail",
    "django_htmx",
    "django.forms",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
]
if DEMO:
    INSTALLED_APPS += ["devtools"]

MIDDLEWARE = [
    "byra.middleware.request_id",
    "byra.middleware.when_to_come_back",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "byra.middleware.content_security_policy",
    "byra.refused.refuse",
    "byra.health.answer_health",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "organisations.signing_in.known_browsers.remember_browser",
    "organisations.language.language_of_the_person",
    "django.contrib.messages.middleware.MessageMiddleware",
    "organisations.signing_in.devices.end_old_session",
    "django_htmx.middleware.HtmxMiddleware",
    "organisations.signing_in.pages.carry_next",
    "organisations.signing_in.pages.say_too_often",
    "organisations.signing_in.pages.keep_who_is_signed_in",
    "organisations.signing_in.ended_session.LeadToSignInMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "organisations.signing_in.second_factor.RequireSecondFactorMiddleware",
    "organisations.signing_in.devices.note_activity",
    "organisations.places.middleware.CurrentPlaceMiddleware",
    "organisations.signing_in.asked_anew.AskAnewMiddleware",
    "organisations.forms.kept.GiveBackMiddleware",
    "byra.middleware.explained_refusal_of_a_method",
]

ROOT_URLCONF = "byra.urls"
WSGI_APPLICATION = "byra.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["organisations.templatetags.address"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "organisations.places.current.place_context",
                "my_services.requests.remembered_link.login_context",
                "my_services.waiting.waiting_requests",
                "office.header.header_counts",
            ],
        },
    },
]
FORM_RENDERER = "byra.forms.FormRenderer"

# Which side of the house the pages of a namespace belong to: organisations.places.middleware finds the firm or the
# company that the request acts for, and refuses a form that was written for another one.
PLACES = {
    "office": "firm",
    "clients": "firm",
    "collaboration": "firm",
    "my_services": "company",
    "company_users": "company",
}

# --- Database, cache, sessions -----------------------------------------------------------------------------------

STATEMENT_TIMEOUT_MS = env.int("STATEMENT_TIMEOUT_MS", default=2000)  # 0: none
# Below that of the statement, so that the log can tell what was waited for.
LOCK_TIMEOUT_MS = min(3000, STATEMENT_TIMEOUT_MS * 3 // 4 or 3000)
DATABASES = {"default": env.db("DATABASE_URL", engine="django.db.backends.postgresql")}
DATABASES["default"] |= {
    "CONN_MAX_AGE": None,
    "CONN_HEALTH_CHECKS": True,
    "OPTIONS": {
        "connect_timeout": 3,
        # A peer that is gone without a word, as when its machine is.
        "keepalives_idle": 10,
        "keepalives_interval": 5,
        "keepalives_count": 3,
        "tcp_user_timeout": 15_000,
        "options": f"-c statement_timeout={STATEMENT_TIMEOUT_MS} -c lock_timeout={LOCK_TIMEOUT_MS}",
    },
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Limits and used codes are counted here, and must hold whatever else is away (docs/adr/0009). An entry is over by its
# time alone: with a bound, who comes often enough would make room for himself.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "organisations_cacheentry",
        "OPTIONS": {"MAX_ENTRIES": 1_000_000_000},
    }
}
SESSION_ENGINE = "django.contrib.sessions.backends.db"
# Seconds after which one is signed out: since the sign-in, and since the last use (ASVS 5.0, 7.3.1 and 7.3.2).
SESSION_COOKIE_AGE = env.int("SESSION_COOKIE_AGE", default=12 * 3600)
SESSION_IDLE_SECONDS = env.int("SESSION_IDLE_SECONDS", default=3 * 3600)
# A cookie of its own would show what was said to one person to the next one at the same machine.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# --- People and signing in ---------------------------------------------------------------------------------------

AUTH_USER_MODEL = "organisations.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "organisations.signing_in.passwords.LengthValidator"},
    {"NAME": "organisations.signing_in.passwords.FewCharactersValidator"},
    {"NAME": "organisations.signing_in.passwords.GuessableValidator"},
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
PASSWORD_RESET_TIMEOUT = 3600

LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "organisations.signing_in.adapters.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "organisations.signing_in.address_forms.LoginForm",
    "reset_password": "organisations.signing_in.address_forms.ResetPasswordForm",
    "request_login_code": "organisations.signing_in.address_forms.RequestLoginCodeForm",
}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_CHANGE_EMAIL = False
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_RATE_LIMITS = {  # beside allauth's own; the key is the request
    "request_new_link": "20/h/ip",
    "forward_code": "20/h/ip,5/h/key",
    "forward_activation": "40/h/ip,20/h/key",
    "check_receipt": "60/h/ip",
    "reauthentication_code": "5/h/user",
    "login_failed_known_browser": "5/5m/key",
}
ACCOUNT_SESSION_REMEMBER = False
# Who signed in longer ago is asked again for what changes the account, and for a decision: every form of Mine tjenester
# (PLACES), and these.
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60
ASKED_ANEW = [
    "links:offer-accept",
    "organisations:invitation-accept",
    "organisations:invitation-decline",
    "admin:organisations_company_add",
    "admin:organisations_company_changelist",
    "admin:privacy_person_changelist",
    "office:employee-invite",
    "office:employee-edit",
    "office:employee-deactivate",
    "office:invitation-resend",
    "office:invitation-withdraw",
]
# And of these, by the beginning of their names, whoever only looks: what they change is who comes in.
ASKED_BEFORE_SHOWN = (
    "admin:organisations_user_",
    "admin:organisations_invitation_",
    "admin:organisations_dispute_",
)

# Employees and platform administrators set up a second factor before anything else; customers may have one.
REQUIRE_SECOND_FACTOR = env.bool("REQUIRE_SECOND_FACTOR", default=True)
MFA_ADAPTER = "organisations.signing_in.adapters.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["webauthn", "totp", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TRUST_ENABLED = False
MFA_TOTP_ISSUER = "Byrå"
MFA_FORMS = {
    "add_webauthn": "organisations.signing_in.account_forms.AddPasskeyForm",
    "edit_webauthn": "organisations.signing_in.account_forms.RenamePasskeyForm",
    "activate_totp": "organisations.signing_in.account_forms.ActivateAppForm",
    "authenticate": "organisations.signing_in.account_forms.SecondFactorForm",
    "reauthenticate": "organisations.signing_in.account_forms.SecondFactorAgainForm",
    "authenticate_webauthn": "organisations.signing_in.account_forms.PasskeyForm",
    "login_webauthn": "organisations.signing_in.account_forms.PasskeyAloneForm",
    "reauthenticate_webauthn": "organisations.signing_in.account_forms.PasskeyAgainForm",
}
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=0)

# --- Language and time -------------------------------------------------------------------------------------------

LANGUAGE_CODE = "nb"
LANGUAGES = [("nb", _("Norsk")), ("en", _("English"))]
# Our own sentences, then our words for those of Django and allauth, which these come before.
LOCALE_PATHS = [BASE_DIR / "locale", BASE_DIR / "locale/libraries"]
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
FORMAT_MODULE_PATH = "byra.formats"
TIME_ZONE = "Europe/Oslo"
USE_TZ = True
USE_THOUSAND_SEPARATOR = True

# --- Static files ------------------------------------------------------------------------------------------------

STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [
    BASE_DIR / "static",
    ("ds", NODE_MODULES / "@digdir/designsystemet-css/dist/src"),
    ("ds/theme", NODE_MODULES / "@digdir/designsystemet-css/dist/theme"),
    ("ds/web", NODE_MODULES / "@digdir/designsystemet-web/dist/umd"),
    ("inter", NODE_MODULES / "@fontsource-variable/inter"),
]
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = SERVE_SOURCES
if not SERVE_SOURCES:
    STORAGES = {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    }

# --- E-mail ------------------------------------------------------------------------------------------------------
# A plain SMTP server by EMAIL_URL, or any provider that django-anymail knows by EMAIL_BACKEND and ANYMAIL.

vars().update(env.email("EMAIL_URL", default="smtp://localhost:25"))
EMAIL_BACKEND = env.str("EMAIL_BACKEND", default="django.core.mail.backends.smtp.EmailBackend")
# The user:password pairs with which a provider calls /anymail/…; the second one is for changing them without a gap.
# Where none is given nobody knows it, and every call is refused.
WEBHOOK_SECRETS = env.list("ANYMAIL_WEBHOOK_SECRET", default=[]) or [secrets.token_urlsafe(32)]
ANYMAIL = {
    "WEBHOOK_SECRET": WEBHOOK_SECRETS,
    "REQUESTS_TIMEOUT": (3, 10),
    "IGNORE_UNSUPPORTED_FEATURES": True,  # half of the providers have no tracking that could be turned off a mail
    **env.json("ANYMAIL", default={}),
}
EMAIL_TIMEOUT = 10
# How long a worker that took mails may be silent before another one takes them over.
EMAIL_LEASE_SECONDS = env.float("EMAIL_LEASE_SECONDS", default=120)
# How long what is personal is kept; 0 keeps it for ever.
EMAIL_RETENTION_DAYS = env.int("EMAIL_RETENTION_DAYS", default=90)
ALERT_RETENTION_DAYS = env.int("ALERT_RETENTION_DAYS", default=400)
RECEIPT_NAME_RETENTION_YEARS = env.int("RECEIPT_NAME_RETENTION_YEARS", default=5)
CLOSED_REQUEST_RETENTION_DAYS = env.int("CLOSED_REQUEST_RETENTION_DAYS", default=730)
CLOSED_INVITATION_RETENTION_DAYS = env.int("CLOSED_INVITATION_RETENTION_DAYS", default=90)
IMPORT_RETENTION_DAYS = env.int("IMPORT_RETENTION_DAYS", default=30)  # the rows of imported files
LEFT_PERSON_RETENTION_DAYS = env.int("LEFT_PERSON_RETENTION_DAYS", default=730)
PRIVACY_EMAIL = env.str("PRIVACY_EMAIL", default="personvern@byra.example")  # where people ask to be erased
HELP_EMAIL = env.str("HELP_EMAIL", default="hjelp@byra.example")  # where people ask who are stuck
HELP_PHONE = env.str("HELP_PHONE", default="")  # where they call; empty: nobody answers a telephone
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="Byrå <ikke-svar@byra.example>")
MAIL_CATCHER_DIR = env.str("MAIL_CATCHER_DIR", default="")  # only in the demo: where its mail catcher puts the mails

# --- Enhetsregisteret: asked while a page waits, and at night about the firms' clients ----------------------------

BUSINESS_REGISTER_URL = env.str("BUSINESS_REGISTER_URL", default="")  # empty: nothing is asked or shown
BUSINESS_REGISTER_REQUESTS_PER_HOUR = env.int("BUSINESS_REGISTER_REQUESTS_PER_HOUR", default=1200)  # of the night

# --- Celery: messages are only wake-up hints, what must be done stands in PostgreSQL -------------------------------

CELERY_BROKER_URL = env.str("REDIS_URL")
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 300,
    "unacked_restore_interval": 10,
    "unacked_restore_throttle": 1,
    # A page may find the broker hung, and must answer within 1.5 s all the same.
    "socket_connect_timeout": 0.5,
    "socket_timeout": 0.5,
    "socket_keepalive": True,
    "health_check_interval": 25,
    "global_keyprefix": "byra:",
}
CELERY_VISIBILITY_TIMEOUT = 300
CELERY_BROKER_POOL_ACQUIRE_TIMEOUT = 2
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 0}
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_SOFT_TIME_LIMIT = 45
CELERY_TASK_TIME_LIMIT = 60
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_MAX_TASKS_PER_CHILD = 500
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 20
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_SEND_TASK_EVENTS = False
CELERY_BEAT_MAX_LOOP_INTERVAL = 5
SWEEP_ROWS = 1000  # of one run; the next goes on behind them
CELERY_BEAT_SCHEDULE_FILENAME = env.str("BEAT_SCHEDULE", default="celerybeat-schedule")
CELERY_BEAT_SCHEDULE = {
    # Without `expires` a day without a worker would leave thousands of wake-ups in the queue.
    "relay-mails": {"task": "notifications.relay_emails", "schedule": 10, "options": {"expires": 30}},
    "expire-activations": {"task": "collaboration.expire_activations", "schedule": 60},
    "clear-disputes": {"task": "collaboration.clear_disputes", "schedule": 60},
    "send-due-reminders": {"task": "collaboration.send_due_reminders", "schedule": 60},
    # At night in Norway; each run takes as many as there is time for
    "compare-clients": {
        "task": "collaboration.compare_clients",
        "schedule": crontab(minute="*/2", hour="21-23,0-3"),
        "options": {"expires": 110},
    },
    "send-alert-digests": {"task": "collaboration.send_alert_digests", "schedule": crontab(minute=1)},
    "react-to-bounces": {"task": "collaboration.react_to_bounces", "schedule": 15},
    "blank-old-mails": {"task": "notifications.blank_old_emails", "schedule": crontab(hour=3, minute=30)},
    "delete-old-register-answers": {
        "task": "business_register.delete_old_answers",
        "schedule": crontab(minute=35),
    },
    "go-on-with-client-imports": {
        "task": "client_imports.go_on",
        "schedule": 10,
        "options": {"expires": 30},
    },
    "delete-old-import-rows": {"task": "privacy.delete_old_import_rows", "schedule": crontab(hour=4, minute=20)},
    "delete-old-alerts": {"task": "notifications.delete_old_alerts", "schedule": crontab(hour=3, minute=40)},
    "blank-old-receipts": {"task": "privacy.blank_old_receipts", "schedule": crontab(hour=3, minute=50)},
    "blank-closed-requests": {"task": "privacy.blank_closed_requests", "schedule": crontab(hour=4, minute=0)},
    "blank-closed-invitations": {
        "task": "privacy.blank_closed_invitations",
        "schedule": crontab(hour=4, minute=5),
    },
    "delete-old-sessions": {"task": "organisations.delete_old_sessions", "schedule": crontab(hour=4, minute=12)},
    "delete-old-counts": {"task": "organisations.delete_old_counts", "schedule": crontab(minute=20)},
    "delete-old-kept-forms": {"task": "organisations.delete_old_kept_forms", "schedule": crontab(minute=25)},
    "forget-disowned-addresses": {
        "task": "privacy.forget_disowned_addresses",
        "schedule": crontab(hour=4, minute=7),
    },
    "delete-old-devices": {"task": "privacy.delete_old_devices", "schedule": crontab(hour=4, minute=15)},
    "erase-people-who-left": {"task": "privacy.erase_people_who_left", "schedule": crontab(hour=4, minute=10)},
    "renew-subscriptions": {"task": "agreements.renew_subscriptions", "schedule": 300},
    "send-renewal-notices": {"task": "agreements.send_renewal_notices", "schedule": crontab(minute=10)},
    "send-access-notices": {"task": "agreements.send_access_notices", "schedule": crontab(minute="*/15")},
    "continue-bulk-runs": {"task": "bulk.continue_runs", "schedule": 10, "options": {"expires": 30}},
    "discard-old-bulk-runs": {"task": "bulk.discard_old_runs", "schedule": crontab(minute=35)},
    "discard-old-drafts": {"task": "collaboration.discard_old_drafts", "schedule": 3600},
}

# --- Security ----------------------------------------------------------------------------------------------------

SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if ALLAUTH_TRUSTED_PROXY_COUNT else None
SECURE_REDIRECT_EXEMPT = [r"^helse/$"]
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
KNOWN_BROWSER_COOKIE_NAME = "__Host-known" if HTTPS else "known"
CSRF_FAILURE_VIEW = "organisations.signing_in.ended_session.csrf_failure"
LANGUAGE_COOKIE_NAME = "__Host-language" if HTTPS else "language"
LANGUAGE_COOKIE_SECURE, LANGUAGE_COOKIE_HTTPONLY, LANGUAGE_COOKIE_SAMESITE = HTTPS, True, "Lax"
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000
# The most bytes in the body of a request. An address that takes more, from who is signed in, stands in BODY_LIMITS by
# its name with its own number: for a file of clients its largest one, and as much again, which can be told in words.
BODY_LIMIT = 1024 * 1024
BODY_LIMITS: dict[str, int] = {"office:import-upload": 10 * 1024 * 1024}
DATA_UPLOAD_MAX_MEMORY_SIZE = FILE_UPLOAD_MAX_MEMORY_SIZE = max([BODY_LIMIT, *BODY_LIMITS.values()])
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]  # nothing is put on the disk

# --- Logging -----------------------------------------------------------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "byra.logs.Lines",
            "format": "{asctime} {levelname} {name} {message} {request_id}",
            "style": "{",
        },
        "json": {"()": "byra.logs.JsonLines"},
    },
    "filters": {
        "request_id": {"()": "byra.logs.AddRequestId"},
        "refusals": {"()": "byra.logs.TracebacksOfErrorsAlone"},
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "line" if SERVE_SOURCES else "json",
            "filters": ["request_id", "refusals"],
        }
    },
    "loggers": {
        "httpx": {"level": "WARNING"},  # tells of each address, in which somebody's name may stand
        "fontTools": {"level": "WARNING"},  # tells of every step with every letter of a PDF
        "django": {},  # without the handlers that Django gives it, which would write everything a second time
    },
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
}
