import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("kpis", "0001_initial"),
        ("organisation", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Goal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="tạo lúc")),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="sửa lúc")),
                ("code", models.CharField(max_length=64, verbose_name="mã")),
                ("title", models.CharField(max_length=500, verbose_name="mục tiêu")),
                (
                    "horizon",
                    models.CharField(
                        choices=[("strategic", "chiến lược"), ("year", "năm"), ("quarter", "quý")],
                        max_length=16,
                        verbose_name="tầm",
                    ),
                ),
                ("valid_from", models.DateField(verbose_name="từ ngày")),
                ("valid_to", models.DateField(verbose_name="đến ngày")),
                ("perspective", models.CharField(blank=True, max_length=64, verbose_name="viễn cảnh")),
                ("baseline", models.FloatField(null=True, verbose_name="mốc xuất phát")),
                ("target", models.FloatField(null=True, verbose_name="chỉ tiêu")),
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
                (
                    "kpi",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.RESTRICT, related_name="goals", to="kpis.kpi"
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="goals",
                        to="organisation.owner",
                    ),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="children",
                        to="strategy.goal",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="goals",
                        to="organisation.unit",
                    ),
                ),
            ],
            options={
                "verbose_name": "mục tiêu",
                "verbose_name_plural": "mục tiêu",
                "constraints": [models.UniqueConstraint(fields=("company", "code"), name="goal_code_once")],
            },
        ),
    ]
