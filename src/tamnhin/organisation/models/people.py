"""Everyone who can own a scorecard: the ``units``, ``people``, ``placements`` and ``absences`` sheets."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from tamnhin.base.models import CompanyScoped, TimeStamped
from tamnhin.base.text import collation_key, folded, given_name_key


class Owner(CompanyScoped, TimeStamped):
    """A unit or a person: the one name under which scorecard lines, targets and measurements are kept.

    ``id`` grows in the order of the workbook, which is the order of every list that has no other.
    ``name_folded`` and ``sort_key`` are derived; a bulk write calls ``derive`` itself.
    """

    class Kind(models.TextChoices):
        UNIT = "unit", _("đơn vị")
        PERSON = "person", _("người")

    code = models.CharField(_("mã"), max_length=64)
    kind = models.CharField(_("loại"), max_length=8, choices=Kind.choices)
    name = models.CharField(_("tên"), max_length=300)
    name_folded = models.CharField(max_length=300, editable=False)
    sort_key = models.CharField(max_length=1000, editable=False)
    archived_at = models.DateTimeField(_("lưu kho lúc"), null=True, editable=False)

    class Meta:
        verbose_name = _("chủ thẻ điểm")
        verbose_name_plural = _("chủ thẻ điểm")
        constraints = [models.UniqueConstraint(fields=["company", "code"], name="owner_code_once")]
        indexes = [models.Index(fields=["company", "kind", "sort_key"], name="owner_sorted")]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    def derive(self) -> Owner:
        """Fill in the columns for searching and sorting. Returns self."""
        self.name_folded = folded(f"{self.name} {self.code}")[:300]
        self.sort_key = (given_name_key if self.kind == self.Kind.PERSON else collation_key)(self.name)[:1000]
        return self

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.derive()
        if kwargs.get("update_fields") is not None:
            kwargs["update_fields"] = {*kwargs["update_fields"], "name_folded", "sort_key"}
        super().save(*args, **kwargs)


class Unit(CompanyScoped):
    """A unit of the tree. ``path`` lists the owner ids from the root to itself: ``/1/5/9/``.

    Everything under a unit is ``path__startswith=unit.path``; the services keep paths true when a unit moves.
    """

    owner = models.OneToOneField(Owner, on_delete=models.RESTRICT, primary_key=True, related_name="unit")
    parent = models.ForeignKey("self", on_delete=models.RESTRICT, related_name="children", null=True)
    path = models.CharField(max_length=500, editable=False)
    kind = models.CharField(_("loại"), max_length=64, blank=True)
    head = models.ForeignKey("Person", on_delete=models.RESTRICT, related_name="heads", null=True)
    valid_from = models.DateField(_("từ ngày"), null=True)
    valid_to = models.DateField(_("đến ngày"), null=True)
    order = models.PositiveIntegerField(_("thứ tự"), default=0)

    class Meta:
        verbose_name = _("đơn vị")
        verbose_name_plural = _("đơn vị")
        constraints = [models.UniqueConstraint(fields=["company", "path"], name="unit_path_once")]

    def __str__(self) -> str:
        return self.path

    def path_ids(self) -> list[int]:
        """Owner ids from the root to this unit."""
        return [int(part) for part in self.path.strip("/").split("/")]


class Person(CompanyScoped):
    """Someone who works here. ``unit``, ``position`` and ``manager`` hold where no placement says otherwise."""

    owner = models.OneToOneField(Owner, on_delete=models.RESTRICT, primary_key=True, related_name="person")
    email = models.CharField(_("thư điện tử"), max_length=254, blank=True)
    unit = models.ForeignKey(Unit, on_delete=models.RESTRICT, related_name="people", null=True)
    position = models.CharField(_("chức danh"), max_length=300, blank=True)
    manager = models.ForeignKey("self", on_delete=models.RESTRICT, related_name="reports", null=True)
    joined = models.DateField(_("ngày vào"), null=True)
    left = models.DateField(_("ngày nghỉ"), null=True)

    class Meta:
        verbose_name = _("nhân viên")
        verbose_name_plural = _("nhân viên")
        indexes = [models.Index(fields=["company", "unit"], name="person_unit")]

    def __str__(self) -> str:
        return f"person {self.pk}"


class Placement(CompanyScoped):
    """A person's post in a unit for a time, with a share (%) where there are two posts."""

    person = models.ForeignKey(Person, on_delete=models.RESTRICT, related_name="placements")
    unit = models.ForeignKey(Unit, on_delete=models.RESTRICT, related_name="placements")
    valid_from = models.DateField(_("từ ngày"))
    valid_to = models.DateField(_("đến ngày"), null=True)
    share = models.FloatField(_("tỷ lệ %"), null=True)
    position = models.CharField(_("chức danh"), max_length=300, blank=True)
    manager = models.ForeignKey(Person, on_delete=models.RESTRICT, related_name="+", null=True)

    class Meta:
        verbose_name = _("điều chuyển")
        verbose_name_plural = _("điều chuyển")
        constraints = [
            models.UniqueConstraint(fields=["company", "person", "unit", "valid_from"], name="placement_once")
        ]
        indexes = [models.Index(fields=["company", "unit"], name="placement_unit")]

    def __str__(self) -> str:
        return f"{self.person_id} in {self.unit_id} from {self.valid_from}"


class Absence(CompanyScoped):
    """Days on which a person is not expected to work."""

    person = models.ForeignKey(Person, on_delete=models.RESTRICT, related_name="absences")
    date_from = models.DateField(_("từ ngày"))
    date_to = models.DateField(_("đến ngày"))
    kind = models.CharField(_("loại"), max_length=64, blank=True)

    class Meta:
        verbose_name = _("nghỉ phép")
        verbose_name_plural = _("nghỉ phép")
        constraints = [
            models.UniqueConstraint(fields=["company", "person", "date_from", "date_to"], name="absence_once")
        ]

    def __str__(self) -> str:
        return f"{self.person_id} away {self.date_from}–{self.date_to}"
