import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("organisation", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="AuditEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="lúc")),
                ("action", models.CharField(max_length=64, verbose_name="việc")),
                ("object_type", models.CharField(max_length=64, verbose_name="loại đối tượng")),
                ("object_id", models.CharField(max_length=64, verbose_name="đối tượng")),
                ("before", models.JSONField(null=True, verbose_name="trước")),
                ("after", models.JSONField(null=True, verbose_name="sau")),
                ("request_id", models.CharField(blank=True, max_length=64, verbose_name="mã yêu cầu")),
                (
                    "acting_user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="người làm",
                    ),
                ),
                (
                    "company",
                    models.ForeignKey(
                        db_index=False,
                        editable=False,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="+",
                        to="organisation.company",
                    ),
                ),
            ],
            options={
                "verbose_name": "dấu vết",
                "verbose_name_plural": "dấu vết",
                "indexes": [
                    models.Index(fields=["company", "object_type", "object_id", "id"], name="audit_object"),
                    models.Index(fields=["company", "-at"], name="audit_time"),
                ],
            },
        ),
    ]
