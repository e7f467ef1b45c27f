import django.db.models.deletion
import django.db.models.functions.comparison
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("kpis", "0004_link_again"),
        ("organisation", "0001_initial"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="assignmentline",
            name="assignment_line_once",
        ),
        migrations.AddField(
            model_name="assignmentline",
            name="post",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.RESTRICT, related_name="+", to="organisation.unit"
            ),
        ),
        migrations.AddConstraint(
            model_name="assignmentline",
            constraint=models.UniqueConstraint(
                models.F("company"),
                models.F("assignment"),
                models.F("kpi"),
                django.db.models.functions.comparison.Coalesce("post", models.Value(0)),
                name="assignment_line_once",
            ),
        ),
    ]
