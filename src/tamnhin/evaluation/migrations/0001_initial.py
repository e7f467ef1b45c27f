import django.db.models.deletion
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
            name="EvaluationPeriod",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="tạo lúc")),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="sửa lúc")),
                ("period", models.CharField(max_length=16, verbose_name="kỳ")),
                (
                    "status",
                    models.CharField(
                        choices=[("open", "đang mở"), ("locked", "đã khóa"), ("published", "đã công bố")],
                        default="open",
                        max_length=16,
                        verbose_name="trạng thái",
                    ),
                ),
                ("locked_at", models.DateTimeField(null=True, verbose_name="khóa lúc")),
                ("revision", models.PositiveIntegerField(default=1, verbose_name="lần công bố")),
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
                    "locked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "kỳ đánh giá",
                "verbose_name_plural": "kỳ đánh giá",
                "constraints": [models.UniqueConstraint(fields=("company", "period"), name="evaluation_period_once")],
            },
        ),
        migrations.CreateModel(
            name="Scorecard",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("period", models.CharField(max_length=16, verbose_name="kỳ")),
                ("period_kind", models.CharField(max_length=8, verbose_name="loại kỳ")),
                ("period_start", models.DateField(verbose_name="ngày đầu kỳ")),
                ("revision", models.PositiveIntegerField(default=1, verbose_name="lần")),
                ("score", models.IntegerField(null=True, verbose_name="điểm × 100")),
                ("coverage", models.IntegerField(null=True, verbose_name="độ phủ × 100")),
                ("pace", models.IntegerField(null=True, verbose_name="nhịp × 100")),
                ("grade", models.CharField(blank=True, max_length=64, verbose_name="xếp loại")),
                (
                    "state",
                    models.CharField(
                        choices=[("final", "chính thức"), ("provisional", "tạm tính"), ("not_rated", "không xếp loại")],
                        max_length=16,
                        verbose_name="trạng thái",
                    ),
                ),
                ("lines", models.BinaryField(null=True)),
                ("as_of", models.DateField(verbose_name="tính đến ngày")),
                ("evaluated_at", models.DateTimeField(verbose_name="tính lúc")),
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
                    "owner",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="scorecards",
                        to="organisation.owner",
                    ),
                ),
            ],
            options={
                "verbose_name": "thẻ điểm",
                "verbose_name_plural": "thẻ điểm",
                "indexes": [models.Index(fields=["company", "period", "owner"], name="scorecard_period")],
                "constraints": [
                    models.UniqueConstraint(fields=("company", "owner", "period", "revision"), name="scorecard_once")
                ],
            },
        ),
    ]
