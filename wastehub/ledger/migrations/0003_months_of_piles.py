import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

# The sums of what was entered before they were kept.
SO_FAR = [
    """
        INSERT INTO ledger_pile (facility_id, material_id, first_month, generated_kg, received_kg, stock_kg)
        
        SELECT e.facility_id, e.material_id,
            date_trunc('month', min(e.occurred_on))::date,
            coalesce(sum(e.mass_kg) FILTER (WHERE e.kind = 'generated'), 0)::bigint, coalesce(sum(e.mass_kg) FILTER (WHERE e.kind = 'received'), 0)::bigint,
            sum(CASE WHEN e.kind IN ('generated', 'opening', 'received') THEN e.mass_kg ELSE -e.mass_kg END)::bigint
        FROM ledger_entry e GROUP BY 1, 2
    """,
    """
        INSERT INTO ledger_pilemonth (facility_id, material_id, month, told_on, evidence, opening_kg, generated_kg, received_kg, used_kg, used_old_kg, shipped_kg, shipped_old_kg, disposed_kg, disposed_old_kg, loss_kg)
        
        SELECT e.facility_id, e.material_id, date_trunc('month', e.occurred_on)::date,
    greatest((e.recorded_at AT TIME ZONE 'Asia/Shanghai')::date,
        (date_trunc('month', e.occurred_on) + interval '1 month')::date),
    coalesce(was.evidence, e.evidence), coalesce(sum(e.mass_kg) FILTER (WHERE e.kind = 'opening'), 0)::bigint, coalesce(sum(e.mass_kg) FILTER (WHERE e.kind = 'generated'), 0)::bigint, coalesce(sum(e.mass_kg) FILTER (WHERE e.kind = 'received'), 0)::bigint, coalesce(sum(e.mass_kg) FILTER (WHERE e.kind = 'used'), 0)::bigint, coalesce(sum(e.mass_kg) FILTER (WHERE e.kind = 'used' AND e.is_old_stock), 0)::bigint, coalesce(sum(e.mass_kg) FILTER (WHERE e.kind = 'shipped'), 0)::bigint, coalesce(sum(e.mass_kg) FILTER (WHERE e.kind = 'shipped' AND e.is_old_stock), 0)::bigint, coalesce(sum(e.mass_kg) FILTER (WHERE e.kind = 'disposed'), 0)::bigint, coalesce(sum(e.mass_kg) FILTER (WHERE e.kind = 'disposed' AND e.is_old_stock), 0)::bigint, coalesce(sum(e.mass_kg) FILTER (WHERE e.kind = 'loss'), 0)::bigint FROM ledger_entry e
        LEFT JOIN ledger_entry was ON was.id = e.corrects_id
        GROUP BY 1, 2, 3, 4, 5
    """,
    """
        INSERT INTO ledger_pilespan (facility_id, material_id, first, months, evidence, opening_kg, generated_kg, received_kg, used_kg, used_old_kg, shipped_kg, shipped_old_kg, disposed_kg, disposed_old_kg, loss_kg)
        
        SELECT e.facility_id, e.material_id, coalesce(e.month, e.year),
            CASE WHEN e.month IS NULL THEN 12 ELSE 1 END, e.known, coalesce(sum(e.mass_kg) FILTER (WHERE e.kind = 'opening'), 0)::bigint, coalesce(sum(e.mass_kg) FILTER (WHERE e.kind = 'generated'), 0)::bigint, coalesce(sum(e.mass_kg) FILTER (WHERE e.kind = 'received'), 0)::bigint, coalesce(sum(e.mass_kg) FILTER (WHERE e.kind = 'used'), 0)::bigint, coalesce(sum(e.mass_kg) FILTER (WHERE e.kind = 'used' AND e.is_old_stock), 0)::bigint, coalesce(sum(e.mass_kg) FILTER (WHERE e.kind = 'shipped'), 0)::bigint, coalesce(sum(e.mass_kg) FILTER (WHERE e.kind = 'shipped' AND e.is_old_stock), 0)::bigint, coalesce(sum(e.mass_kg) FILTER (WHERE e.kind = 'disposed'), 0)::bigint, coalesce(sum(e.mass_kg) FILTER (WHERE e.kind = 'disposed' AND e.is_old_stock), 0)::bigint, coalesce(sum(e.mass_kg) FILTER (WHERE e.kind = 'loss'), 0)::bigint
        FROM (
            SELECT a.*, coalesce(was.evidence, a.evidence) AS known,
                date_trunc('month', a.occurred_on)::date AS month,
                date_trunc('year', a.occurred_on)::date AS year
            FROM ledger_entry a LEFT JOIN ledger_entry was ON was.id = a.corrects_id) e
        GROUP BY GROUPING SETS ((e.facility_id, e.material_id, e.known, e.month),
            (e.facility_id, e.material_id, e.known, e.year))
    """,
    """
        INSERT INTO ledger_pileflow (facility_id, material_id, month, told_on, evidence, kind, route_id, counterparty_id, mass_kg)
        
        SELECT e.facility_id, e.material_id, date_trunc('month', e.occurred_on)::date,
    greatest((e.recorded_at AT TIME ZONE 'Asia/Shanghai')::date,
        (date_trunc('month', e.occurred_on) + interval '1 month')::date),
    coalesce(was.evidence, e.evidence), e.kind, e.route_id, e.counterparty_id,
            sum(e.mass_kg)::bigint
        FROM ledger_entry e LEFT JOIN ledger_entry was ON was.id = e.corrects_id
        WHERE e.kind IN ('received', 'shipped', 'used')
        GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
    """,
]


class Migration(migrations.Migration):

    dependencies = [
        ('catalogue', '0004_displacements'),
        ('ledger', '0002_what_yards_hold'),
        ('registry', '0003_changes_of_demands'),
    ]

    operations = [
        migrations.CreateModel(
            name='Pile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('first_month', models.DateField()),
                ('generated_kg', models.BigIntegerField()),
                ('received_kg', models.BigIntegerField()),
                ('stock_kg', models.BigIntegerField()),
            ],
            options={
                'verbose_name': 'pile',
                'verbose_name_plural': 'piles',
            },
        ),
        migrations.CreateModel(
            name='PileFlow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('month', models.DateField()),
                ('told_on', models.DateField()),
                ('evidence', models.CharField(choices=[('weighed', 'weighed'), ('declared', 'declared'), ('estimated', 'estimated')], max_length=9)),
                ('kind', models.CharField(choices=[('opening', 'opening stock'), ('generated', 'generated'), ('received', 'received'), ('used', 'used'), ('shipped', 'shipped'), ('disposed', 'disposed'), ('loss', 'loss')], max_length=9)),
                ('mass_kg', models.BigIntegerField()),
            ],
            options={
                'verbose_name': 'flow of a pile',
                'verbose_name_plural': 'flows of piles',
            },
        ),
        migrations.CreateModel(
            name='PileMonth',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('month', models.DateField()),
                ('told_on', models.DateField()),
                ('evidence', models.CharField(choices=[('weighed', 'weighed'), ('declared', 'declared'), ('estimated', 'estimated')], max_length=9)),
                ('opening_kg', models.BigIntegerField()),
                ('generated_kg', models.BigIntegerField()),
                ('received_kg', models.BigIntegerField()),
                ('used_kg', models.BigIntegerField()),
                ('used_old_kg', models.BigIntegerField()),
                ('shipped_kg', models.BigIntegerField()),
                ('shipped_old_kg', models.BigIntegerField()),
                ('disposed_kg', models.BigIntegerField()),
                ('disposed_old_kg', models.BigIntegerField()),
                ('loss_kg', models.BigIntegerField()),
            ],
            options={
                'verbose_name': 'month of a pile',
                'verbose_name_plural': 'months of piles',
            },
        ),
        migrations.CreateModel(
            name='PileSpan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('first', models.DateField()),
                ('months', models.PositiveSmallIntegerField()),
                ('evidence', models.CharField(choices=[('weighed', 'weighed'), ('declared', 'declared'), ('estimated', 'estimated')], max_length=9)),
                ('opening_kg', models.BigIntegerField()),
                ('generated_kg', models.BigIntegerField()),
                ('received_kg', models.BigIntegerField()),
                ('used_kg', models.BigIntegerField()),
                ('used_old_kg', models.BigIntegerField()),
                ('shipped_kg', models.BigIntegerField()),
                ('shipped_old_kg', models.BigIntegerField()),
                ('disposed_kg', models.BigIntegerField()),
                ('disposed_old_kg', models.BigIntegerField()),
                ('loss_kg', models.BigIntegerField()),
            ],
            options={
                'verbose_name': 'span of a pile',
                'verbose_name_plural': 'spans of piles',
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='entry',
            trigger=pgtrigger.compiler.Trigger(name='entry_is_summed', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n        INSERT INTO ledger_pile (facility_id, material_id, first_month, generated_kg, received_kg, stock_kg)\n        \n        SELECT e.facility_id, e.material_id,\n            date_trunc('month', min(e.occurred_on))::date,\n            coalesce(sum(e.mass_kg) FILTER (WHERE e.kind = 'generated'), 0)::bigint, coalesce(sum(e.mass_kg) FILTER (WHERE e.kind = 'received'), 0)::bigint,\n            sum(CASE WHEN e.kind IN ('generated', 'opening', 'received') THEN e.mass_kg ELSE -e.mass_kg END)::bigint\n        FROM added e GROUP BY 1, 2\n        ON CONFLICT (material_id, facility_id) DO UPDATE SET generated_kg = ledger_pile.generated_kg + excluded.generated_kg, received_kg = ledger_pile.received_kg + excluded.received_kg, stock_kg = ledger_pile.stock_kg + excluded.stock_kg,\n            first_month = least(ledger_pile.first_month, excluded.first_month); \n        INSERT INTO ledger_pilemonth (facility_id, material_id, month, told_on, evidence, opening_kg, generated_kg, received_kg, used_kg, used_old_kg, shipped_kg, shipped_old_kg, disposed_kg, disposed_old_kg, loss_kg)\n        \n        SELECT e.facility_id, e.material_id, date_trunc('month', e.occurred_on)::date,\n    greatest((e.recorded_at AT TIME ZONE 'Asia/Shanghai')::date,\n        (date_trunc('month', e.occurred_on) + interval '1 month')::date),\n    coalesce(was.evidence, e.evidence), coalesce(sum(e.mass_kg) FILTER (WHERE e.kind = 'opening'), 0)::bigint, coalesce(sum(e.mass_kg) FILTER (WHERE e.kind = 'generated'), 0)::bigint, coalesce(sum(e.mass_kg) FILTER (WHERE e.kind = 'received'), 0)::bigint, coalesce(sum(e.mass_kg) FILTER (WHERE e.kind = 'used'), 0)::bigint, coalesce(sum(e.mass_kg) FILTER (WHERE e.kind = 'used' AND e.is_old_stock), 0)::bigint, coalesce(sum(e.mass_kg) FILTER (WHERE e.kind = 'shipped'), 0)::bigint, coalesce(sum(e.mass_kg) FILTER (WHERE e.kind = 'shipped' AND e.is_old_stock), 0)::bigint, coalesce(sum(e.mass_kg) FILTER (WHERE e.kind = 'disposed'), 0)::bigint, coalesce(sum(e.mass_kg) FILTER (WHERE e.kind = 'disposed' AND e.is_old_stock), 0)::bigint, coalesce(sum(e.mass_kg) FILTER (WHERE e.kind = 'loss'), 0)::bigint FROM added e\n        LEFT JOIN ledger_entry was ON was.id = e.corrects_id\n        GROUP BY 1, 2, 3, 4, 5\n        ON CONFLICT (facility_id, material_id, month, told_on, evidence) DO UPDATE SET opening_kg = ledger_pilemonth.opening_kg + excluded.opening_kg, generated_kg = ledger_pilemonth.generated_kg + excluded.generated_kg, received_kg = ledger_pilemonth.received_kg + excluded.received_kg, used_kg = ledger_pilemonth.used_kg + excluded.used_kg, used_old_kg = ledger_pilemonth.used_old_kg + excluded.used_old_kg, shipped_kg = ledger_pilemonth.shipped_kg + excluded.shipped_kg, shipped_old_kg = ledger_pilemonth.shipped_old_kg + excluded.shipped_old_kg, disposed_kg = ledger_pilemonth.disposed_kg + excluded.disposed_kg, disposed_old_kg = ledger_pilemonth.disposed_old_kg + excluded.disposed_old_kg, loss_kg = ledger_pilemonth.loss_kg + excluded.loss_kg; \n        INSERT INTO ledger_pilespan (facility_id, material_id, first, months, evidence, opening_kg, generated_kg, received_kg, used_kg, used_old_kg, shipped_kg, shipped_old_kg, disposed_kg, disposed_old_kg, loss_kg)\n        \n        SELECT e.facility_id, e.material_id, coalesce(e.month, e.year),\n            CASE WHEN e.month IS NULL THEN 12 ELSE 1 END, e.known, coalesce(sum(e.mass_kg) FILTER (WHERE e.kind = 'opening'), 0)::bigint, coalesce(sum(e.mass_kg) FILTER (WHERE e.kind = 'generated'), 0)::bigint, coalesce(sum(e.mass_kg) FILTER (WHERE e.kind = 'received'), 0)::bigint, coalesce(sum(e.mass_kg) FILTER (WHERE e.kind = 'used'), 0)::bigint, coalesce(sum(e.mass_kg) FILTER (WHERE e.kind = 'used' AND e.is_old_stock), 0)::bigint, coalesce(sum(e.mass_kg) FILTER (WHERE e.kind = 'shipped'), 0)::bigint, coalesce(sum(e.mass_kg) FILTER (WHERE e.kind = 'shipped' AND e.is_old_stock), 0)::bigint, coalesce(sum(e.mass_kg) FILTER (WHERE e.kind = 'disposed'), 0)::bigint, coalesce(sum(e.mass_kg) FILTER (WHERE e.kind = 'disposed' AND e.is_old_stock), 0)::bigint, coalesce(sum(e.mass_kg) FILTER (WHERE e.kind = 'loss'), 0)::bigint\n        FROM (\n            SELECT a.*, coalesce(was.evidence, a.evidence) AS known,\n                date_trunc('month', a.occurred_on)::date AS month,\n                date_trunc('year', a.occurred_on)::date AS year\n            FROM added a LEFT JOIN ledger_entry was ON was.id = a.corrects_id) e\n        GROUP BY GROUPING SETS ((e.facility_id, e.material_id, e.known, e.month),\n            (e.facility_id, e.material_id, e.known, e.year))\n        ON CONFLICT (facility_id, material_id, first, months, evidence) DO UPDATE SET opening_kg = ledger_pilespan.opening_kg + excluded.opening_kg, generated_kg = ledger_pilespan.generated_kg + excluded.generated_kg, received_kg = ledger_pilespan.received_kg + excluded.received_kg, used_kg = ledger_pilespan.used_kg + excluded.used_kg, used_old_kg = ledger_pilespan.used_old_kg + excluded.used_old_kg, shipped_kg = ledger_pilespan.shipped_kg + excluded.shipped_kg, shipped_old_kg = ledger_pilespan.shipped_old_kg + excluded.shipped_old_kg, disposed_kg = ledger_pilespan.disposed_kg + excluded.disposed_kg, disposed_old_kg = ledger_pilespan.disposed_old_kg + excluded.disposed_old_kg, loss_kg = ledger_pilespan.loss_kg + excluded.loss_kg; \n        INSERT INTO ledger_pileflow (facility_id, material_id, month, told_on, evidence, kind, route_id, counterparty_id, mass_kg)\n        \n        SELECT e.facility_id, e.material_id, date_trunc('month', e.occurred_on)::date,\n    greatest((e.recorded_at AT TIME ZONE 'Asia/Shanghai')::date,\n        (date_trunc('month', e.occurred_on) + interval '1 month')::date),\n    coalesce(was.evidence, e.evidence), e.kind, e.route_id, e.counterparty_id,\n            sum(e.mass_kg)::bigint\n        FROM added e LEFT JOIN ledger_entry was ON was.id = e.corrects_id\n        WHERE e.kind IN ('received', 'shipped', 'used')\n        GROUP BY 1, 2, 3, 4, 5, 6, 7, 8\n        ON CONFLICT (facility_id, material_id, month, told_on, evidence, kind, route_id, counterparty_id) DO UPDATE SET mass_kg = ledger_pileflow.mass_kg + excluded.mass_kg; RETURN NULL;", hash='71fb77d5885f7379e234f15225b5b977f30c3c5f', level='STATEMENT', operation='INSERT', pgid='pgtrigger_entry_is_summed_568c7', referencing='REFERENCING NEW TABLE AS added ', table='ledger_entry', when='AFTER')),
        ),
        migrations.AddField(
            model_name='pile',
            name='facility',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.facility'),
        ),
        migrations.AddField(
            model_name='pile',
            name='material',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalogue.material'),
        ),
        migrations.AddField(
            model_name='pileflow',
            name='counterparty',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.facility'),
        ),
        migrations.AddField(
            model_name='pileflow',
            name='facility',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.facility'),
        ),
        migrations.AddField(
            model_name='pileflow',
            name='material',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalogue.material'),
        ),
        migrations.AddField(
            model_name='pileflow',
            name='route',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalogue.useroute'),
        ),
        migrations.AddField(
            model_name='pilemonth',
            name='facility',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.facility'),
        ),
        migrations.AddField(
            model_name='pilemonth',
            name='material',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalogue.material'),
        ),
        migrations.AddField(
            model_name='pilespan',
            name='facility',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.facility'),
        ),
        migrations.AddField(
            model_name='pilespan',
            name='material',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalogue.material'),
        ),
        migrations.AddConstraint(
            model_name='pile',
            constraint=models.UniqueConstraint(fields=('material', 'facility'), name='pile_once'),
        ),
        migrations.AddIndex(
            model_name='pileflow',
            index=models.Index(fields=['material', 'kind', 'month'], name='pile_flow_of_material'),
        ),
        migrations.AddConstraint(
            model_name='pileflow',
            constraint=models.UniqueConstraint(fields=('facility', 'material', 'month', 'told_on', 'evidence', 'kind', 'route', 'counterparty'), name='pile_flow_once', nulls_distinct=False),
        ),
        migrations.AddIndex(
            model_name='pilemonth',
            index=models.Index(fields=['material', 'month'], name='pile_month_of_material'),
        ),
        migrations.AddConstraint(
            model_name='pilemonth',
            constraint=models.UniqueConstraint(fields=('facility', 'material', 'month', 'told_on', 'evidence'), name='pile_month_once'),
        ),
        migrations.AddConstraint(
            model_name='pilespan',
            constraint=models.UniqueConstraint(fields=('material', 'months', 'first', 'facility', 'evidence'), name='pile_span_once'),
        ),
        migrations.RunSQL(SO_FAR, migrations.RunSQL.noop),
    ]
