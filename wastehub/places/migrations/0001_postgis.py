"""PostGIS; does nothing where the server's owner has created it already."""

from django.contrib.postgres.operations import CreateExtension
from django.db import migrations


class Migration(migrations.Migration):
    initial = True
    operations = [CreateExtension("postgis")]
