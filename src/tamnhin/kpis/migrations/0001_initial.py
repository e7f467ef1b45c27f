import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("organisation", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Link",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="tạo lúc")),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="sửa lúc")),
                ("sign", models.CharField(blank=True, max_length=1, verbose_name="dấu")),
                ("lag", models.IntegerField(null=True, verbose_name="độ trễ")),
                ("note", models.TextField(blank=True, verbose_name="ghi chú")),
            ],
            options={
                "verbose_name": "liên kết",
                "verbose_name_plural": "liên kết",
            },
        ),
        migrations.CreateModel(
            name="Target",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("period", models.CharField(max_length=16, verbose_name="kỳ")),
                ("target", models.FloatField(null=True, verbose_name="chỉ tiêu")),
                ("profile", models.CharField(blank=True, max_length=500, verbose_name="phân bổ")),
                ("basis", models.CharField(blank=True, max_length=24, verbose_name="cơ sở")),
                ("recorded_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="ghi lúc")),
                ("revision", models.PositiveIntegerField(default=1, verbose_name="lần sửa")),
            ],
            options={
                "verbose_name": "chỉ tiêu",
                "verbose_name_plural": "chỉ tiêu",
            },
        ),
        migrations.CreateModel(
            name="Bonus",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="tạo lúc")),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="sửa lúc")),
                ("base", models.DecimalField(decimal_places=4, max_digits=24, verbose_name="mức")),
                ("curve", models.TextField(blank=True, verbose_name="đường quy đổi")),
                ("valid_from", models.DateField(null=True, verbose_name="từ ngày")),
                ("valid_to", models.DateField(null=True, verbose_name="đến ngày")),
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
                        on_delete=django.db.models.deletion.RESTRICT, related_name="+", to="organisation.person"
                    ),
                ),
            ],
            options={
                "verbose_name": "lương hiệu quả",
                "verbose_name_plural": "lương hiệu quả",
            },
        ),
        migrations.CreateModel(
            name="Kpi",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="tạo lúc")),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="sửa lúc")),
                ("code", models.CharField(max_length=64, verbose_name="mã")),
                ("name", models.CharField(max_length=300, verbose_name="tên")),
                ("name_folded", models.CharField(editable=False, max_length=600)),
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
                "verbose_name": "KPI",
                "verbose_name_plural": "KPI",
            },
        ),
        migrations.CreateModel(
            name="KpiVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="tạo lúc")),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="sửa lúc")),
                ("valid_from", models.DateField(null=True, verbose_name="từ ngày")),
                ("name", models.CharField(max_length=300, verbose_name="tên")),
                ("name_en", models.CharField(blank=True, max_length=300, verbose_name="tên tiếng Anh")),
                ("unit", models.CharField(blank=True, max_length=64, verbose_name="đơn vị tính")),
                ("direction", models.CharField(max_length=16, verbose_name="chiều")),
                ("aggregation", models.CharField(max_length=16, verbose_name="cộng dồn")),
                ("across", models.CharField(blank=True, max_length=16, verbose_name="gộp giữa các đơn vị")),
                ("formula", models.TextField(blank=True, verbose_name="công thức")),
                ("scale", models.FloatField(null=True, verbose_name="hệ số")),
                ("frequency", models.CharField(max_length=16, verbose_name="tần suất")),
                ("level", models.CharField(blank=True, max_length=16, verbose_name="cấp")),
                ("domain", models.CharField(blank=True, max_length=16, verbose_name="mảng")),
                ("timing", models.CharField(blank=True, max_length=16, verbose_name="kết quả hay dẫn dắt")),
                ("flow", models.CharField(blank=True, max_length=16, verbose_name="đầu vào hay đầu ra")),
                ("perspective", models.CharField(blank=True, max_length=64, verbose_name="viễn cảnh")),
                ("source", models.CharField(blank=True, max_length=300, verbose_name="nguồn")),
                ("review_by", models.DateField(null=True, verbose_name="xem lại trước ngày")),
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
                        on_delete=django.db.models.deletion.RESTRICT, related_name="versions", to="kpis.kpi"
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="kpis_owned",
                        to="organisation.owner",
                    ),
                ),
            ],
            options={
                "verbose_name": "định nghĩa KPI",
                "verbose_name_plural": "định nghĩa KPI",
            },
        ),
        migrations.CreateModel(
            name="Line",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="tạo lúc")),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="sửa lúc")),
                ("weight", models.DecimalField(decimal_places=6, max_digits=18, verbose_name="trọng số")),
                ("valid_from", models.DateField(null=True, verbose_name="từ ngày")),
                ("valid_to", models.DateField(null=True, verbose_name="đến ngày")),
                ("method", models.CharField(blank=True, max_length=16, verbose_name="phương pháp")),
                ("baseline", models.FloatField(null=True, verbose_name="mốc xuất phát")),
                ("floor", models.FloatField(null=True, verbose_name="sàn")),
                ("cap", models.FloatField(null=True, verbose_name="trần")),
                ("low", models.FloatField(null=True, verbose_name="cận dưới")),
                ("high", models.FloatField(null=True, verbose_name="cận trên")),
                ("zero_low", models.FloatField(null=True, verbose_name="điểm 0 phía dưới")),
                ("zero_high", models.FloatField(null=True, verbose_name="điểm 0 phía trên")),
                ("penalty", models.FloatField(null=True, verbose_name="điểm trừ")),
                ("curve", models.TextField(blank=True, verbose_name="đường quy đổi")),
                ("rollup", models.CharField(blank=True, max_length=16, verbose_name="gộp lên")),
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
                "verbose_name": "dòng thẻ điểm",
                "verbose_name_plural": "dòng thẻ điểm",
            },
        ),
    ]
