"""Making sound rows the rulebook in force: the tables and their history at once."""

from collections.abc import Mapping

from seeds.checking import refuse
from seeds.history import kept
from seeds.rows import Catalogue
from seeds.schema import Records
from seeds.upsert import Change, write_tables
from wastehub.catalogue.models import Draft, Rulebook


def publish_rows(
    catalogue: Catalogue, records: Records, draft: Draft | None = None
) -> Mapping[str, Change]:
    """Make the tables say what a catalogue says; to be called in a transaction.

    ``records`` are the cells that the catalogue was read from, ``draft`` what they came
    of if not of files.

    Raises
    ------
    Refused
        ``catalogue_faulty``: a row that is gone is still in use. The caller rolls back.
    """
    changes, faults = write_tables(catalogue)
    refuse(faults)
    Rulebook.objects.create(
        version=catalogue.version(),
        draft=draft,
        changed_rows=sum(
            each.created + each.updated + each.removed for each in changes.values()
        ),
        tables=kept(records),
    )
    return changes
