"""Editing the rulebook: one person proposes, another publishes.

A proposal stands in a draft and changes nothing that is in force. It is read by the
parsers and checks that read the files, together with all rows in force, and refused if
anything would be wrong. Every step waits for its turn, so that no two meet half-way.
"""

from collections.abc import Mapping, Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from seeds.checking import refuse
from seeds.drafts import conflicts_of, faults_of, tried
from seeds.history import Cells, Key, RowChange, key_of, label, published_rows
from seeds.publish import publish_rows
from seeds.schema import TABLES
from seeds.tabular import Fault
from seeds.turns import wait_for_turn
from seeds.upsert import MODELS
from wastehub.accounts.models import User
from wastehub.catalogue.models import Draft, Edit, Rulebook
from wastehub.errors import Refused

PUBLISH = "catalogue.publish_draft"
Status = Draft.Status


def begin(*, title: str, user: User) -> Draft:
    """A new draft without edits.

    Raises
    ------
    Refused
        ``title_missing``
    """
    if not title.strip():
        told = _("Say what is changed, and why.")
        raise Refused("title_missing", told, {"title": told})
    return Draft.objects.create(title=title.strip(), author=user)


@transaction.atomic
def propose(
    *, draft: Draft, table: str, key: Key | None, cells: Cells | None, user: User
) -> None:
    """Put what a row shall be into a draft, in place of what the draft had on it.

    ``cells`` are those of the CSV file by column, or ``None`` for a row that shall go.
    ``key`` is the natural key of the row, ``None`` for a row that is new. A row that
    shall be as it is already leaves the draft.

    Raises
    ------
    Refused
        ``catalogue_faulty``: the rulebook would not be sound; ``fields`` tell the
        faults of this row by column. ``row_missing``, ``row_exists``, ``key_changed``,
        ``nothing_changed``, ``not_allowed``, ``draft_not_yours``, ``draft_not_open``,
        ``rows_not_kept``. Nothing has been kept.
    """
    draft = _taken(draft)
    _require_own(draft, user)
    after = None if cells is None else _whole(table, cells)
    at = _place(draft, table, key, after)
    before = published_rows()[table].get(at)
    _require(user, _permission(table, before, after))
    _put(draft, RowChange(table, at, before, after))
    faults = faults_of(draft)
    refuse(faults, _beside(faults, table, at))


@transaction.atomic
def take_back(*, draft: Draft, table: str, key: Key, user: User) -> None:
    """Take one row out of a draft; the rest is checked when it is submitted.

    Raises
    ------
    Refused
        ``draft_not_yours``, ``draft_not_open``
    """
    draft = _taken(draft)
    _require_own(draft, user)
    draft.edits.filter(table=table, key=list(key)).delete()


@transaction.atomic
def submit(*, draft: Draft, user: User) -> Draft:
    """Hand a draft to another person, who may publish it; it is not edited any more.

    Raises
    ------
    Refused
        ``draft_not_yours``, ``draft_not_open``, ``draft_empty``, ``row_changed``,
        ``catalogue_faulty``, ``rows_not_kept``
    """
    draft = _taken(draft)
    _require_own(draft, user)
    if not draft.edits.exists():
        raise Refused("draft_empty", _("The draft changes nothing."))
    _refuse_conflicts(draft)
    refuse(faults_of(draft))
    draft.status = Status.SUBMITTED
    draft.submitted_at = timezone.now()
    draft.note = ""
    draft.save(update_fields=["status", "submitted_at", "note"])
    return draft


@transaction.atomic
def hand_back(*, draft: Draft, user: User, note: str = "") -> Draft:
    """Open a submitted draft to its author again, saying why.

    Raises
    ------
    Refused
        ``not_allowed``: it is neither the author's own wish nor a publisher's.
        ``draft_not_submitted``
    """
    draft = _taken(draft)
    _require_party(draft, user)
    _require_submitted(draft)
    draft.status = Status.OPEN
    draft.note = note.strip()
    draft.save(update_fields=["status", "note"])
    return draft


@transaction.atomic
def withdraw(*, draft: Draft, user: User) -> Draft:
    """End a draft that is not published; it stays to be read.

    Raises
    ------
    Refused
        ``not_allowed``, ``draft_settled``
    """
    draft = _taken(draft)
    _require_party(draft, user)
    if draft.status not in (Status.OPEN, Status.SUBMITTED):
        message = _("The draft is published or withdrawn already.")
        raise Refused("draft_settled", message)
    draft.status = Status.WITHDRAWN
    draft.save(update_fields=["status"])
    return draft


@transaction.atomic
def publish(*, draft: Draft, user: User) -> Rulebook:
    """Bring a submitted draft of somebody else into force; a second time does nothing.

    Raises
    ------
    Refused
        ``not_allowed``, ``four_eyes``: its author can not publish it.
        ``draft_not_submitted``. ``row_changed``: somebody has published one of its rows
        otherwise since; the message names them. ``catalogue_faulty``,
        ``rows_not_kept``. The rulebook in force stays as it was.
    """
    draft = _taken(draft)
    _require(user, PUBLISH)
    if draft.author_id == user.pk:
        message = _("Whoever wrote a draft can not publish it: ask another person.")
        raise Refused("four_eyes", message)
    if draft.status == Status.PUBLISHED:
        return draft.rulebook
    _require_submitted(draft)
    _refuse_conflicts(draft)
    made = tried(draft)
    refuse(made.faults)
    publish_rows(made.catalogue, made.records, draft)
    draft.status = Status.PUBLISHED
    draft.published_at = timezone.now()
    draft.published_by = user
    draft.save(update_fields=["status", "published_at", "published_by"])
    return draft.rulebook


def _taken(draft: Draft) -> Draft:
    """The draft as it is now that everybody else waits."""
    wait_for_turn()
    return Draft.objects.select_for_update(of=["self"]).get(pk=draft.pk)


def _require(user: User, permission: str) -> None:
    if not user.has_perm(permission):
        raise Refused("not_allowed", _("You are not allowed to do this."))


def _require_own(draft: Draft, user: User) -> None:
    if draft.author_id != user.pk:
        message = _("This draft is somebody else's: begin one of your own.")
        raise Refused("draft_not_yours", message)
    if draft.status != Status.OPEN:
        message = _("The draft is no longer open: only an open draft is edited.")
        raise Refused("draft_not_open", message)


def _require_party(draft: Draft, user: User) -> None:
    if draft.author_id != user.pk:
        _require(user, PUBLISH)


def _require_submitted(draft: Draft) -> None:
    if draft.status != Status.SUBMITTED:
        message = _("The draft is not submitted.")
        raise Refused("draft_not_submitted", message)


def _refuse_conflicts(draft: Draft) -> None:
    changed = conflicts_of(draft)
    if changed:
        told = _(
            "These rows have been published otherwise since they were edited here. "
            "Edit them again:"
        )
        listed = "\n".join(f"{row.table}.csv: {row.label}" for row in changed)
        raise Refused("row_changed", f"{told}\n{listed}")


def _whole(table: str, cells: Cells) -> dict[str, str]:
    return {column: cells.get(column, "").strip() for column in TABLES[table].columns}


def _place(draft: Draft, table: str, key: Key | None, after: Cells | None) -> Key:
    """The key of the row that is meant, if there is such a row where one must be."""
    at = key_of(table, after or {}) if key is None else key
    is_published = at in published_rows()[table]
    if key is None and is_published:
        told = _("There is such a row already: change that one.")
        raise Refused("row_exists", told, {TABLES[table].key[0]: told})
    is_drafted = draft.edits.filter(table=table, key=list(at)).exists()
    if key is not None and not (is_published or is_drafted):
        raise Refused("row_missing", _("There is no such row in force."))
    if after is not None and key_of(table, after) != at:
        told = _("A row keeps its key: propose its removal, and another row.")
        raise Refused("key_changed", told, {TABLES[table].key[0]: told})
    return at


def _permission(table: str, before: Cells | None, after: Cells | None) -> str:
    verb = "add" if before is None else "delete" if after is None else "change"
    return f"catalogue.{verb}_{MODELS[table]._meta.model_name}"  # noqa: SLF001


def _put(draft: Draft, change: RowChange) -> None:
    at = {"draft": draft, "table": change.table, "key": list(change.key)}
    removed, _counts = Edit.objects.filter(**at).delete()
    if change.before != change.after:
        Edit.objects.create(**at, before=change.before, after=change.after)
    elif not removed:
        message = _("The row is in force just so: nothing was proposed.")
        raise Refused("nothing_changed", message)


def _beside(faults: Sequence[Fault], table: str, key: Key) -> Mapping[str, str]:
    """The faults of one row, by column."""
    told: dict[str, list[str]] = {}
    for fault in faults:
        if (fault.file, fault.row) == (f"{table}.csv", label(key)) and fault.column:
            told.setdefault(fault.column, []).append(fault.reason)
    return {column: "; ".join(reasons) for column, reasons in told.items()}
