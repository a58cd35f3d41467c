import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

# Those that were accepted before it was written down.
COUNTED_SO_FAR = """
    INSERT INTO reporting_counteddeclaration (declaration_id, told_on)
    SELECT d.id, greatest(
    (d.decided_at AT TIME ZONE 'Asia/Shanghai')::date,
    (d.month + interval '1 month')::date) FROM reporting_declaration d
    WHERE d.status = 'accepted' AND NOT EXISTS (
        SELECT 1 FROM ledger_entry e
        WHERE e.facility_id = d.facility_id AND e.material_id = d.material_id
            AND e.occurred_on < d.month + interval '1 month'
            AND e.recorded_at < d.decided_at)
"""


class Migration(migrations.Migration):

    dependencies = [
        ('ledger', '0003_months_of_piles'),
        ('catalogue', '0004_displacements'),
        ('registry', '0003_changes_of_demands'),
        ('reporting', '0001_declarations'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='CountedDeclaration',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('told_on', models.DateField()),
            ],
            options={
                'verbose_name': 'counted declaration',
                'verbose_name_plural': 'counted declarations',
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='declaration',
            trigger=pgtrigger.compiler.Trigger(name='declaration_is_counted', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (NEW."status" = \'accepted\')', func="\n        INSERT INTO reporting_counteddeclaration (declaration_id, told_on)\n        SELECT NEW.id, greatest(\n    (NEW.decided_at AT TIME ZONE 'Asia/Shanghai')::date,\n    (NEW.month + interval '1 month')::date)\n        WHERE NOT EXISTS (\n            SELECT 1 FROM ledger_pilemonth p\n            WHERE p.facility_id = NEW.facility_id\n                AND p.material_id = NEW.material_id AND p.month <= NEW.month)\n        ON CONFLICT (declaration_id) DO NOTHING;\n        RETURN NULL;\n    ", hash='6dcb90942aad033823752f36363f30016415dfe4', operation='INSERT OR UPDATE', pgid='pgtrigger_declaration_is_counted_ac966', table='reporting_declaration', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='declaration',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status', 'accepted'), _negated=True), ('decided_at__isnull', False), _connector='OR'), name='declaration_acceptance_is_dated'),
        ),
        migrations.AddField(
            model_name='counteddeclaration',
            name='declaration',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='counted', to='reporting.declaration'),
        ),
        migrations.RunSQL(COUNTED_SO_FAR, migrations.RunSQL.noop),
    ]
