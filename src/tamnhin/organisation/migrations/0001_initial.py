import django.core.validators
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Company",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="tạo lúc")),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="sửa lúc")),
                ("code", models.CharField(max_length=64, unique=True, verbose_name="mã")),
                ("name", models.CharField(blank=True, max_length=300, verbose_name="tên")),
                ("vision", models.TextField(blank=True, verbose_name="tầm nhìn")),
                ("mission", models.TextField(blank=True, verbose_name="sứ mệnh")),
                ("values", models.JSONField(blank=True, default=list, verbose_name="giá trị cốt lõi")),
                (
                    "fiscal_year_start",
                    models.PositiveSmallIntegerField(
                        default=1,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(12),
                        ],
                        verbose_name="tháng đầu năm tài chính",
                    ),
                ),
                ("time_zone", models.CharField(default="Asia/Ho_Chi_Minh", max_length=64, verbose_name="múi giờ")),
                ("currency", models.CharField(default="VND", max_length=3, verbose_name="đồng tiền")),
                ("language", models.CharField(blank=True, max_length=5, verbose_name="ngôn ngữ của số liệu")),
                ("working_week", models.CharField(default="mon-fri", max_length=64, verbose_name="tuần làm việc")),
                ("holidays", models.CharField(default="VN", max_length=16, verbose_name="ngày lễ")),
                ("proration", models.CharField(default="working_days", max_length=16, verbose_name="cơ sở quy đổi")),
                ("floor", models.FloatField(default=0.0, verbose_name="sàn")),
                ("cap", models.FloatField(default=120.0, verbose_name="trần")),
                ("period_score", models.CharField(default="aggregate", max_length=24, verbose_name="điểm của kỳ dài")),
                ("minimum_eligibility", models.FloatField(default=0.0, verbose_name="mức tham gia tối thiểu")),
                ("minimum_group", models.PositiveSmallIntegerField(default=5, verbose_name="nhóm tối thiểu")),
                ("structure_version", models.PositiveBigIntegerField(default=1, editable=False)),
                ("data_version", models.PositiveBigIntegerField(default=1, editable=False)),
            ],
            options={
                "verbose_name": "công ty",
                "verbose_name_plural": "công ty",
            },
        ),
        migrations.CreateModel(
            name="Owner",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="tạo lúc")),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="sửa lúc")),
                ("code", models.CharField(max_length=64, verbose_name="mã")),
                (
                    "kind",
                    models.CharField(
                        choices=[("unit", "đơn vị"), ("person", "người")], max_length=8, verbose_name="loại"
                    ),
                ),
                ("name", models.CharField(max_length=300, verbose_name="tên")),
                ("name_folded", models.CharField(editable=False, max_length=300)),
                ("sort_key", models.CharField(editable=False, max_length=1000)),
                ("archived_at", models.DateTimeField(editable=False, null=True, verbose_name="lưu kho lúc")),
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
                "verbose_name": "chủ thẻ điểm",
                "verbose_name_plural": "chủ thẻ điểm",
            },
        ),
        migrations.CreateModel(
            name="Person",
            fields=[
                (
                    "owner",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.RESTRICT,
                        primary_key=True,
                        related_name="person",
                        serialize=False,
                        to="organisation.owner",
                    ),
                ),
                ("email", models.CharField(blank=True, max_length=254, verbose_name="thư điện tử")),
                ("position", models.CharField(blank=True, max_length=300, verbose_name="chức danh")),
                ("joined", models.DateField(null=True, verbose_name="ngày vào")),
                ("left", models.DateField(null=True, verbose_name="ngày nghỉ")),
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
                    "manager",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="reports",
                        to="organisation.person",
                    ),
                ),
            ],
            options={
                "verbose_name": "nhân viên",
                "verbose_name_plural": "nhân viên",
            },
        ),
        migrations.CreateModel(
            name="Rate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("currency", models.CharField(max_length=3, verbose_name="đồng tiền")),
                ("period", models.CharField(max_length=16, verbose_name="kỳ")),
                ("rate", models.FloatField(verbose_name="tỷ giá")),
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
        ),
        migrations.CreateModel(
            name="CalendarDay",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("date", models.DateField(verbose_name="ngày")),
                (
                    "kind",
                    models.CharField(
                        choices=[("holiday", "ngày nghỉ"), ("working", "ngày làm việc")],
                        max_length=8,
                        verbose_name="loại",
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=300, verbose_name="ghi chú")),
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
                "constraints": [models.UniqueConstraint(fields=("company", "date"), name="calendar_day_once")],
            },
        ),
        migrations.CreateModel(
            name="Grade",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("grade", models.CharField(max_length=64, verbose_name="xếp loại")),
                ("lower_bound", models.FloatField(verbose_name="từ điểm")),
                ("name", models.CharField(blank=True, max_length=300, verbose_name="tên")),
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
                "constraints": [
                    models.UniqueConstraint(fields=("company", "grade"), name="grade_once"),
                    models.UniqueConstraint(fields=("company", "lower_bound"), name="grade_bound_once"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Absence",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("date_from", models.DateField(verbose_name="từ ngày")),
                ("date_to", models.DateField(verbose_name="đến ngày")),
                ("kind", models.CharField(blank=True, max_length=64, verbose_name="loại")),
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
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.RESTRICT, related_name="absences", to="organisation.person"
                    ),
                ),
            ],
            options={
                "verbose_name": "nghỉ phép",
                "verbose_name_plural": "nghỉ phép",
            },
        ),
        migrations.CreateModel(
            name="Unit",
            fields=[
                (
                    "owner",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.RESTRICT,
                        primary_key=True,
                        related_name="unit",
                        serialize=False,
                        to="organisation.owner",
                    ),
                ),
                ("path", models.CharField(editable=False, max_length=500)),
                ("kind", models.CharField(blank=True, max_length=64, verbose_name="loại")),
                ("valid_from", models.DateField(null=True, verbose_name="từ ngày")),
                ("valid_to", models.DateField(null=True, verbose_name="đến ngày")),
                ("order", models.PositiveIntegerField(default=0, verbose_name="thứ tự")),
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
                    "head",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="heads",
                        to="organisation.person",
                    ),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="children",
                        to="organisation.unit",
                    ),
                ),
            ],
            options={
                "verbose_name": "đơn vị",
                "verbose_name_plural": "đơn vị",
            },
        ),
        migrations.CreateModel(
            name="Placement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("valid_from", models.DateField(verbose_name="từ ngày")),
                ("valid_to", models.DateField(null=True, verbose_name="đến ngày")),
                ("share", models.FloatField(null=True, verbose_name="tỷ lệ %")),
                ("position", models.CharField(blank=True, max_length=300, verbose_name="chức danh")),
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
                    "manager",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="+",
                        to="organisation.person",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="placements",
                        to="organisation.person",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.RESTRICT, related_name="placements", to="organisation.unit"
                    ),
                ),
            ],
            options={
                "verbose_name": "điều chuyển",
                "verbose_name_plural": "điều chuyển",
            },
        ),
        migrations.AddField(
            model_name="person",
            name="unit",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.RESTRICT, related_name="people", to="organisation.unit"
            ),
        ),
        migrations.AddIndex(
            model_name="owner",
            index=models.Index(fields=["company", "kind", "sort_key"], name="owner_sorted"),
        ),
        migrations.AddConstraint(
            model_name="owner",
            constraint=models.UniqueConstraint(fields=("company", "code"), name="owner_code_once"),
        ),
        migrations.AddConstraint(
            model_name="rate",
            constraint=models.UniqueConstraint(fields=("company", "currency", "period"), name="rate_once"),
        ),
        migrations.AddConstraint(
            model_name="absence",
            constraint=models.UniqueConstraint(
                fields=("company", "person", "date_from", "date_to"), name="absence_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="unit",
            constraint=models.UniqueConstraint(fields=("company", "path"), name="unit_path_once"),
        ),
        migrations.AddIndex(
            model_name="placement",
            index=models.Index(fields=["company", "unit"], name="placement_unit"),
        ),
        migrations.AddConstraint(
            model_name="placement",
            constraint=models.UniqueConstraint(
                fields=("company", "person", "unit", "valid_from"), name="placement_once"
            ),
        ),
        migrations.AddIndex(
            model_name="person",
            index=models.Index(fields=["company", "unit"], name="person_unit"),
        ),
    ]
