"""What a pile may still promise, and the numbers of agreements and notes."""

from django.db import migrations

LEFT_KG = """
    CREATE FUNCTION exchange_left_kg(site bigint, matter bigint, until date)
    RETURNS bigint LANGUAGE sql STABLE AS $$
        WITH today AS (
            SELECT (now() AT TIME ZONE 'Asia/Shanghai')::date AS day
        ), listed AS (
            SELECT sum(stock_kg) AS kg, sum(rate_kg_per_year) AS kg_per_year
            FROM registry_supply, today
            WHERE facility_id = site AND material_id = matter AND status = 'open'
                AND coalesce(valid_until >= today.day, true)
        ), there AS (
            SELECT coalesce((SELECT balance_kg FROM ledger_entry
                WHERE facility_id = site AND material_id = matter
                ORDER BY sequence DESC LIMIT 1), listed.kg, 0) AS kg,
                coalesce(listed.kg_per_year, 0) AS kg_per_year
            FROM listed
        ), promised AS (
            SELECT a.ends_on, greatest(0, a.mass_kg - coalesce((
                SELECT sum(coalesce(v.settled_kg::bigint - v.refused_kg,
                    v.origin_gross_kg::bigint - v.origin_tare_kg))
                FROM exchange_vehicle v
                JOIN exchange_transfernote n ON n.id = v.note_id
                WHERE n.agreement_id = a.id), 0)) AS kg
            FROM exchange_agreement a
            WHERE a.consignor_id = site AND a.material_id = matter
                AND a.status = 'active'
        ), days AS (
            SELECT until AS day
            UNION SELECT ends_on FROM promised WHERE ends_on > until
        )
        SELECT min(there.kg
            + floor(there.kg_per_year * greatest(0, days.day - today.day) / 365.0)
            - coalesce((SELECT sum(kg) FROM promised WHERE ends_on <= days.day), 0)
        )::bigint
        FROM days, there, today
    $$;
"""

NUMBERS = "CREATE SEQUENCE exchange_number"


class Migration(migrations.Migration):
    dependencies = [("exchange", "0001_initial"), ("ledger", "0001_initial")]

    operations = [
        migrations.RunSQL(LEFT_KG, "DROP FUNCTION exchange_left_kg"),
        migrations.RunSQL(NUMBERS, "DROP SEQUENCE exchange_number"),
    ]
