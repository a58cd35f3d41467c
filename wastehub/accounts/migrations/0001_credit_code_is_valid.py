"""The check of GB 32100-2015 as a function of the database, for a CHECK to call."""

from django.db import migrations

CREATE = """
CREATE FUNCTION credit_code_is_valid(code text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT code ~ '^[0-9A-HJ-NPQRTUWXY]{18}$' AND (
        SELECT sum(
            (ARRAY[1,3,9,27,19,26,16,17,20,29,25,13,8,24,10,30,28,1])[i]
            * (strpos('0123456789ABCDEFGHJKLMNPQRTUWXY', substr(code, i, 1)) - 1)
        ) % 31 = 0 FROM generate_series(1, 18) AS i
    )
$$
"""


class Migration(migrations.Migration):
    initial = True
    operations = [
        migrations.RunSQL(CREATE, "DROP FUNCTION credit_code_is_valid(text)")
    ]
