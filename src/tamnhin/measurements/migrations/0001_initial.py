import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("kpis", "0001_initial"),
        ("organisation", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Import",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="tạo lúc")),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="sửa lúc")),
                (
                    "file",
                    models.FileField(blank=True, max_length=300, upload_to="imports/%Y/%m/", verbose_name="tập tin"),
                ),
                ("file_name", models.CharField(max_length=300, verbose_name="tên tập tin")),
                ("sha256", models.CharField(max_length=64)),
                ("size", models.PositiveBigIntegerField(default=0, verbose_name="cỡ")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("uploaded", "đã tải lên"),
                            ("checking", "đang kiểm tra"),
                            ("checked", "đã kiểm tra"),
                            ("running", "đang ghi"),
                            ("done", "xong"),
                            ("failed", "hỏng"),
                            ("cancelled", "đã bỏ"),
                        ],
                        default="uploaded",
                        max_length=16,
                        verbose_name="trạng thái",
                    ),
                ),
                ("progress_done", models.PositiveBigIntegerField(default=0)),
                ("progress_total", models.PositiveBigIntegerField(default=0)),
                ("counts", models.JSONField(default=dict, verbose_name="số dòng")),
                ("problems", models.JSONField(default=list, verbose_name="lỗi")),
                ("problem_count", models.PositiveIntegerField(default=0)),
                ("finished_at", models.DateTimeField(null=True)),
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
                    "created_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "lần nhập",
                "verbose_name_plural": "lần nhập",
            },
        ),
        migrations.CreateModel(
            name="Measurement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("period", models.CharField(max_length=16, verbose_name="kỳ")),
                ("value", models.FloatField(null=True, verbose_name="giá trị")),
                ("numerator", models.FloatField(null=True, verbose_name="tử số")),
                ("denominator", models.FloatField(null=True, verbose_name="mẫu số")),
                ("weight", models.FloatField(null=True, verbose_name="lượng")),
                ("state", models.CharField(blank=True, max_length=16, verbose_name="trạng thái")),
                ("reason", models.TextField(blank=True, verbose_name="lý do")),
                ("source", models.CharField(blank=True, max_length=300, verbose_name="nguồn")),
                ("currency", models.CharField(blank=True, max_length=3, verbose_name="đồng tiền")),
                ("recorded_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="ghi lúc")),
                ("revision", models.PositiveIntegerField(default=1, verbose_name="lần sửa")),
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
                        db_index=False,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="measurements",
                        to="kpis.kpi",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="measurements",
                        to="organisation.owner",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "via",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="+",
                        to="measurements.import",
                    ),
                ),
            ],
            options={
                "verbose_name": "số liệu",
                "verbose_name_plural": "số liệu",
            },
        ),
        migrations.AddIndex(
            model_name="import",
            index=models.Index(fields=["company", "-id"], name="import_recent"),
        ),
        migrations.AddIndex(
            model_name="import",
            index=models.Index(fields=["company", "sha256"], name="import_file"),
        ),
        migrations.AddConstraint(
            model_name="measurement",
            constraint=models.UniqueConstraint(
                fields=("company", "owner", "kpi", "period", "revision"), name="measurement_once"
            ),
        ),
    ]
