"""Keys for programs. A key is shown once; the database keeps its SHA-256, so that a stolen copy opens nothing."""

from __future__ import annotations

import datetime
import hashlib
import secrets

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from tamnhin.accounts.models import ApiToken, Membership, User
from tamnhin.base import audit

MARK = "tn_"  # so that a scanner for leaked secrets can know one
MOST = 20  # keys of one user in one company
USED_EVERY = datetime.timedelta(minutes=5)  # how exactly the last use is known; each call would be a write otherwise


class TooManyTokensError(ValueError):
    """The user has as many keys as anybody may have."""


def digest_of(secret: str) -> str:
    """Hex SHA-256. A key has 256 random bits: there is nothing to guess, so no slow hash is needed."""
    return hashlib.sha256(secret.encode()).hexdigest()


@transaction.atomic
def create_token(
    *, acting_user: User, company_id: int, name: str, expires_on: datetime.date | None = None
) -> tuple[ApiToken, str]:
    """A key of ``acting_user`` and its secret, which is not to be had again. Raises TooManyTokensError."""
    User.objects.select_for_update().only("pk").get(pk=acting_user.pk)
    if ApiToken.objects.filter(company_id=company_id, user=acting_user, revoked_at=None).count() >= MOST:
        raise TooManyTokensError(str(MOST))
    secret = MARK + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        company_id=company_id,
        user=acting_user,
        name=name,
        prefix=secret[:8],
        digest=digest_of(secret),
        expires_on=expires_on,
    )
    audit.record(
        company_id=company_id,
        acting_user=acting_user,
        action="api_token.created",
        obj=token,
        after={"name": name, "prefix": token.prefix, "expires_on": expires_on},
    )
    return token, secret


@transaction.atomic
def revoke_token(*, acting_user: User, token: ApiToken) -> None:
    """The key opens nothing from now on. Twice is once."""
    token = ApiToken.objects.select_for_update().get(pk=token.pk)
    if token.revoked_at is not None:
        return
    token.revoked_at = timezone.now()
    token.save(update_fields=["revoked_at"])
    audit.record(company_id=token.company_id, acting_user=acting_user, action="api_token.revoked", obj=token)


def find_token(secret: str) -> ApiToken | None:
    """The key if it opens anything today: not revoked, not expired, its user active and still of the company."""
    now = timezone.now()
    token = (
        ApiToken.objects.filter(digest=digest_of(secret), revoked_at=None, user__is_active=True)
        .filter(Q(expires_on=None) | Q(expires_on__gte=timezone.localdate()))
        .select_related("user", "company")
        .first()
    )
    if token is None:
        return None
    if not Membership.objects.filter(company_id=token.company_id, user=token.user, is_active=True).exists():
        return None
    if token.last_used_at is None or now - token.last_used_at > USED_EVERY:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
    return token
