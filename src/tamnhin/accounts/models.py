"""The user. One person may belong to several companies with one log-in."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import auth
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tamnhin.base.models import CompanyScoped, TimeStamped


class UserManager(BaseUserManager["User"]):
    """Makes users; addresses are kept in lower case so that one address is one user."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        if not email:
            raise ValueError("a user needs an e-mail address")
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)  # None makes it unusable until the person sets one by e-mail
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        return self.create_user(email, password, **{**fields, "is_staff": True, "is_superuser": True})

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser, PermissionsMixin):
    """Someone who logs in. What they may do in a company is said by ``RoleGrant``, never by a flag here.

    ``is_staff`` and ``is_superuser`` run the installation (companies, jobs); they open no company's data.
    """

    class Language(models.TextChoices):
        VI = "vi", "Tiếng Việt"
        EN = "en", "English"

    email = models.EmailField(_("thư điện tử"), unique=True, max_length=254)
    name = models.CharField(_("họ tên"), max_length=200, blank=True)
    language = models.CharField(_("ngôn ngữ"), max_length=5, choices=Language.choices, default=Language.VI)
    is_staff = models.BooleanField(_("quản trị hệ thống"), default=False)
    is_active = models.BooleanField(_("đang hoạt động"), default=True)
    date_joined = models.DateTimeField(_("ngày tạo"), default=timezone.now, editable=False)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("người dùng")
        verbose_name_plural = _("người dùng")
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_one_case")]

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        return self.name or self.email

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """Ask the rules. Django lets a superuser through every question; here that would open every company."""
        if not self.is_active:
            return False
        return any(backend.has_perm(self, perm, obj) for backend in auth.get_backends())

    def get_short_name(self) -> str:
        return self.name.split()[-1] if self.name.strip() else self.email


class Role(models.TextChoices):
    """What a grant lets someone do (product.md). Pay is a separate right, ``RoleGrant.see_pay``."""

    DIRECTOR = "director", _("Giám đốc")
    HEAD = "head", _("Trưởng đơn vị")
    EMPLOYEE = "employee", _("Nhân viên")
    HR = "hr", _("Nhân sự")
    FINANCE = "finance", _("Tài chính")
    STEWARD = "steward", _("Phụ trách dữ liệu")
    AUDITOR = "auditor", _("Kiểm soát")
    ADMIN = "admin", _("Quản trị")


class Membership(CompanyScoped, TimeStamped):
    """A user belongs to a company, and may be one of its people. Without a row here the company does not exist."""

    user = models.ForeignKey(User, on_delete=models.RESTRICT, related_name="memberships")
    person = models.ForeignKey("organisation.Person", on_delete=models.RESTRICT, related_name="memberships", null=True)
    is_active = models.BooleanField(_("đang hoạt động"), default=True)

    class Meta:
        verbose_name = _("thành viên")
        verbose_name_plural = _("thành viên")
        constraints = [
            models.UniqueConstraint(fields=["company", "user"], name="membership_once"),
            models.UniqueConstraint(fields=["company", "person"], name="membership_person_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.company_id}"


class RoleGrant(CompanyScoped, TimeStamped):
    """A role on a unit and everything under it; without a unit, on the whole company. Ended, never deleted."""

    user = models.ForeignKey(User, on_delete=models.RESTRICT, related_name="grants")
    role = models.CharField(_("vai trò"), max_length=16, choices=Role.choices)
    unit = models.ForeignKey("organisation.Unit", on_delete=models.RESTRICT, related_name="+", null=True)
    see_pay = models.BooleanField(_("xem lương"), default=False)
    valid_from = models.DateField(_("từ ngày"), null=True)
    valid_to = models.DateField(_("đến ngày"), null=True)

    class Meta:
        verbose_name = _("vai trò được giao")
        verbose_name_plural = _("vai trò được giao")
        indexes = [models.Index(fields=["company", "user"], name="grant_user")]

    def __str__(self) -> str:
        return f"{self.role} for {self.user_id} on {self.unit_id or 'company'}"


class ApiToken(CompanyScoped):
    """A key with which a program reads what its user may read, in one company. Only its digest is kept."""

    user = models.ForeignKey(User, on_delete=models.RESTRICT, related_name="api_tokens")
    name = models.CharField(_("tên"), max_length=120)
    prefix = models.CharField(_("bắt đầu bằng"), max_length=12)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(_("tạo lúc"), auto_now_add=True)
    last_used_at = models.DateTimeField(_("dùng lần cuối"), null=True, editable=False)
    expires_on = models.DateField(_("hết hạn"), null=True)
    revoked_at = models.DateTimeField(_("thu hồi lúc"), null=True, editable=False)

    class Meta:
        verbose_name = _("khóa API")
        verbose_name_plural = _("khóa API")
        indexes = [models.Index(fields=["company", "user"], name="api_token_user")]

    def __str__(self) -> str:
        return f"{self.prefix}… of {self.user_id}"
