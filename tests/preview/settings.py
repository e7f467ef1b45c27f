"""The real settings, with the addresses of the preview: every page from made-up shapes, no database."""

from tamnhin.config.settings import *  # noqa: F403
from tamnhin.config.settings import INSTALLED_APPS, TEMPLATES

DEBUG = True
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = "tests.preview.urls"
SECURE_SSL_REDIRECT = False
if "tamnhin.dashboards" not in INSTALLED_APPS:
    INSTALLED_APPS = [*INSTALLED_APPS, "tamnhin.dashboards"]
MIDDLEWARE = [
    "tamnhin.base.middleware.ContentSecurityPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]
SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"
TEMPLATES[0]["OPTIONS"]["loaders"] = [
    (
        "template_partials.loader.Loader",
        ["django.template.loaders.filesystem.Loader", "django.template.loaders.app_directories.Loader"],
    )
]
