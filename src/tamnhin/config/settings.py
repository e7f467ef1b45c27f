"""Settings of the web application. Every one that a site may change is an environment variable (docs/operations).

A site is *public* when ``TAMNHIN_ALLOWED_HOSTS`` names more than this machine and debugging is off: it then needs a
secret key from outside, https, and collected static files. On a laptop nothing has to be set.
"""

from __future__ import annotations

from environs import Env

from tamnhin.config import environment, logging

env = Env()

VAR = environment.var_dir(env.str("TAMNHIN_VAR", ""))
DEBUG = env.bool("TAMNHIN_DEBUG", False)
ALLOWED_HOSTS = env.list("TAMNHIN_ALLOWED_HOSTS", list(environment.LOOPBACK))
PUBLIC = not DEBUG and not set(ALLOWED_HOSTS) <= set(environment.LOOPBACK)
HTTPS = env.bool("TAMNHIN_HTTPS", PUBLIC)
SECRET_KEY = environment.secret_key(env.str("TAMNHIN_SECRET_KEY", ""), VAR, public=PUBLIC)
CSRF_TRUSTED_ORIGINS = env.list("TAMNHIN_TRUSTED_ORIGINS", [f"https://{host}" for host in ALLOWED_HOSTS if PUBLIC])

INSTALLED_APPS = [
    "tamnhin.base",
    "tamnhin.accounts",
    "tamnhin.organisation",
    "tamnhin.agreements",
    "tamnhin.regulation",
    "tamnhin.strategy",
    "tamnhin.kpis",
    "tamnhin.okr",
    "tamnhin.measurements",
    "tamnhin.evaluation",
    "tamnhin.dashboards",
    "tamnhin.api",
    "tamnhin.planning",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_htmx",
    "template_partials.apps.SimpleAppConfig",
    "rules",
    "django_tasks",
    "django_tasks_db",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "tamnhin.base.middleware.ContentSecurityPolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "tamnhin.base.middleware.RequestIdMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "tamnhin.accounts.middleware.UserLanguageMiddleware",
    "tamnhin.organisation.tenancy.CompanyMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

ROOT_URLCONF = "tamnhin.config.urls"
WSGI_APPLICATION = "tamnhin.config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATABASES = {"default": environment.database(env.str("DATABASE_URL", ""), VAR)}

# Written out: with APP_DIRS Django would choose the loaders itself, and the one for `page.html#fragment` would be lost.
_LOADERS: list[object] = [
    "django.template.loaders.filesystem.Loader",
    "django.template.loaders.app_directories.Loader",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [environment.PACKAGE / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "template_partials.loader.Loader",
                    _LOADERS if DEBUG else [("django.template.loaders.cached.Loader", _LOADERS)],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "tamnhin.planning.start.guide.guide",
            ],
            "builtins": ["template_partials.templatetags.partials"],
        },
    }
]

# --- people ---
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "rules.permissions.ObjectPermissionBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "tamnhin.accounts.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # an account is made by the company's own administrator, for an address it knows
ACCOUNT_EMAIL_SUBJECT_PREFIX = "Tầm Nhìn · "
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if HTTPS else "http"
ACCOUNT_SESSION_REMEMBER = None
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Tầm Nhìn"

# allauth counts attempts in the cache: one that each process keeps to itself would not count at all.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "tamnhin_cache"}}
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 14
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_AGE = 60 * 60 * 24 * 365

# --- transport ---
SECURE_SSL_REDIRECT = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.bool("TAMNHIN_BEHIND_PROXY", False) else None
SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "default-src": ["'self'"],
    "img-src": ["'self'", "data:"],  # the QR code of the second factor
    "object-src": ["'none'"],
    "base-uri": ["'self'"],
    "form-action": ["'self'"],
    "frame-ancestors": ["'none'"],
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 2**20
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000

# --- files ---
STATIC_URL = "static/"
STATIC_ROOT = VAR / "static"
STATIC_ROOT.mkdir(exist_ok=True)  # whitenoise warns at every start about a folder that is not there
STATICFILES_DIRS = [folder for folder in [environment.PACKAGE / "static"] if folder.exists()]
MEDIA_ROOT = VAR / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if PUBLIC
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not PUBLIC  # on a laptop nobody has to collect files first
WHITENOISE_AUTOREFRESH = DEBUG

# --- language and time ---
LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", "Tiếng Việt"), ("en", "English")]
LOCALE_PATHS = [environment.PACKAGE / "locale"]
USE_I18N = True
TIME_ZONE = "Asia/Ho_Chi_Minh"
USE_TZ = True

# --- work behind the page ---
TASKS = {
    "default": {
        "BACKEND": "django_tasks.backends.immediate.ImmediateBackend"
        if env.str("TAMNHIN_TASKS", "database") == "immediate"
        else "django_tasks_db.DatabaseBackend",
        "QUEUES": ["default"],
    }
}

EMAIL_BACKEND = env.str(
    "TAMNHIN_EMAIL_BACKEND",
    f"django.core.mail.backends.{'smtp' if env.str('EMAIL_HOST', '') else 'console'}.EmailBackend",
)
EMAIL_HOST = env.str("EMAIL_HOST", "localhost")
EMAIL_PORT = env.int("EMAIL_PORT", 25)
EMAIL_HOST_USER = env.str("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = env.str("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = env.bool("EMAIL_USE_TLS", False)
DEFAULT_FROM_EMAIL = env.str("TAMNHIN_FROM_EMAIL", "Tầm Nhìn <no-reply@localhost>")

LOGGING_CONFIG = "logging.config.dictConfig"
LOGGING = logging.configure(human=DEBUG, level=env.str("TAMNHIN_LOG_LEVEL", "INFO"))
