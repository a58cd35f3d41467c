from django.db import migrations, models

# A site, its owner and its county tell something of a demand only once it is there:
# what is new among them is told by the demand that comes after.
WRITE_DOWN = """
CREATE FUNCTION registry_demand_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO registry_demandchange DEFAULT VALUES;
    RETURN NULL;
END $$;
CREATE TRIGGER demand_changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE
ON registry_demand FOR EACH STATEMENT EXECUTE FUNCTION registry_demand_changed();
CREATE TRIGGER demand_site_changed AFTER UPDATE
ON registry_facility FOR EACH STATEMENT EXECUTE FUNCTION registry_demand_changed();
CREATE TRIGGER demand_owner_changed AFTER UPDATE
ON accounts_organisation FOR EACH STATEMENT EXECUTE FUNCTION registry_demand_changed();
CREATE TRIGGER demand_county_changed AFTER UPDATE
ON places_region FOR EACH STATEMENT EXECUTE FUNCTION registry_demand_changed();
"""
NO_MORE = """
DROP TRIGGER demand_county_changed ON places_region;
DROP TRIGGER demand_owner_changed ON accounts_organisation;
DROP TRIGGER demand_site_changed ON registry_facility;
DROP TRIGGER demand_changed ON registry_demand;
DROP FUNCTION registry_demand_changed();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0002_initial'),
        ('places', '0002_initial'),
        ('registry', '0002_assay_reported_basis'),
    ]

    operations = [
        migrations.CreateModel(
            name='DemandChange',
            fields=[
                ('id', models.UUIDField(db_default=models.Func(function='gen_random_uuid'), primary_key=True, serialize=False)),
                ('at', models.DateTimeField(db_default=models.functions.Now())),
            ],
        ),
        migrations.RunSQL(WRITE_DOWN, NO_MORE),
    ]
