import datetime

import django.db.models.deletion
import django.db.models.functions.comparison
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("kpis", "0001_initial"),
        ("organisation", "0001_initial"),
        ("strategy", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="line",
            name="goal",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.RESTRICT, related_name="lines", to="strategy.goal"
            ),
        ),
        migrations.AddField(
            model_name="line",
            name="kpi",
            field=models.ForeignKey(on_delete=django.db.models.deletion.RESTRICT, related_name="lines", to="kpis.kpi"),
        ),
        migrations.AddField(
            model_name="line",
            name="owner",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.RESTRICT, related_name="lines", to="organisation.owner"
            ),
        ),
        migrations.AddField(
            model_name="line",
            name="post",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.RESTRICT, related_name="+", to="organisation.unit"
            ),
        ),
        migrations.AddField(
            model_name="link",
            name="company",
            field=models.ForeignKey(
                db_index=False,
                editable=False,
                on_delete=django.db.models.deletion.RESTRICT,
                related_name="+",
                to="organisation.company",
            ),
        ),
        migrations.AddField(
            model_name="link",
            name="driver",
            field=models.ForeignKey(on_delete=django.db.models.deletion.RESTRICT, related_name="drives", to="kpis.kpi"),
        ),
        migrations.AddField(
            model_name="link",
            name="outcome",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.RESTRICT, related_name="driven_by", to="kpis.kpi"
            ),
        ),
        migrations.AddField(
            model_name="target",
            name="company",
            field=models.ForeignKey(
                db_index=False,
                editable=False,
                on_delete=django.db.models.deletion.RESTRICT,
                related_name="+",
                to="organisation.company",
            ),
        ),
        migrations.AddField(
            model_name="target",
            name="kpi",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.RESTRICT, related_name="targets", to="kpis.kpi"
            ),
        ),
        migrations.AddField(
            model_name="target",
            name="owner",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.RESTRICT,
                related_name="targets",
                to="organisation.owner",
            ),
        ),
        migrations.AddField(
            model_name="target",
            name="recorded_by",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.RESTRICT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            model_name="bonus",
            constraint=models.UniqueConstraint(
                models.F("company"),
                models.F("person"),
                django.db.models.functions.comparison.Coalesce("valid_from", models.Value(datetime.date(1, 1, 1))),
                name="bonus_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="kpi",
            constraint=models.UniqueConstraint(fields=("company", "code"), name="kpi_code_once"),
        ),
        migrations.AddConstraint(
            model_name="kpiversion",
            constraint=models.UniqueConstraint(
                models.F("company"),
                models.F("kpi"),
                django.db.models.functions.comparison.Coalesce("valid_from", models.Value(datetime.date(1, 1, 1))),
                name="kpi_version_once",
            ),
        ),
        migrations.AddIndex(
            model_name="line",
            index=models.Index(fields=["company", "kpi"], name="line_kpi"),
        ),
        migrations.AddConstraint(
            model_name="line",
            constraint=models.UniqueConstraint(
                models.F("company"),
                models.F("owner"),
                models.F("kpi"),
                django.db.models.functions.comparison.Coalesce("valid_from", models.Value(datetime.date(1, 1, 1))),
                django.db.models.functions.comparison.Coalesce("post", models.Value(0)),
                name="line_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="link",
            constraint=models.UniqueConstraint(fields=("company", "driver", "outcome"), name="link_once"),
        ),
        migrations.AddConstraint(
            model_name="target",
            constraint=models.UniqueConstraint(
                fields=("company", "owner", "kpi", "period", "revision"), name="target_once"
            ),
        ),
    ]
