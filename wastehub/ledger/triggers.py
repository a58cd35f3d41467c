"""What the database itself refuses: a broken chain, a wrong balance, any change.

The check runs once a statement over all rows that it brought, so that a thousand
entries cost little more than one. It names the first entry at fault. Where the chains
stood is looked up once for each site and pile: ``MATERIALIZED`` keeps a plan made for
one row from doing so again for each of thousands.
"""

import pgtrigger

_CHECK = """
    WITH begun AS MATERIALIZED (
        SELECT facility_id, min(sequence) AS first FROM added GROUP BY facility_id
    ), heads AS MATERIALIZED (
        SELECT facility_id, last.sequence, last.hash FROM begun
        CROSS JOIN LATERAL (
            SELECT e.sequence, e.hash FROM ledger_entry e
            WHERE e.facility_id = begun.facility_id AND e.sequence < begun.first
            ORDER BY e.sequence DESC LIMIT 1) last
    ), piles AS MATERIALIZED (
        SELECT pile.facility_id, pile.material_id, last.balance_kg FROM (
            SELECT facility_id, material_id, min(sequence) AS first
            FROM added GROUP BY facility_id, material_id) pile
        CROSS JOIN LATERAL (
            SELECT e.balance_kg FROM ledger_entry e
            WHERE e.facility_id = pile.facility_id
                AND e.material_id = pile.material_id AND e.sequence < pile.first
            ORDER BY e.sequence DESC LIMIT 1) last
    ), told AS (
        SELECT a.*,
            coalesce(lag(a.sequence) OVER one_site, h.sequence, 0) AS sequence_before,
            coalesce(lag(a.hash) OVER one_site, h.hash, '') AS hash_before,
            coalesce(lag(a.balance_kg) OVER one_pile, p.balance_kg, 0)
                AS balance_before,
            CASE WHEN a.kind IN ('opening', 'generated', 'received') THEN a.mass_kg
                ELSE -a.mass_kg END AS change_kg
        FROM added a
        LEFT JOIN heads h USING (facility_id)
        LEFT JOIN piles p USING (facility_id, material_id)
        WINDOW one_site AS (PARTITION BY a.facility_id ORDER BY a.sequence),
            one_pile AS (PARTITION BY a.facility_id, a.material_id ORDER BY a.sequence)
    ), hashed AS (
        SELECT *, encode(sha256(convert_to(concat(
            hash_before, '|', facility_id, '|', sequence, '|', material_id, '|', kind,
            '|', mass_kg, '|', balance_kg, '|', to_char(occurred_on, 'YYYY-MM-DD'), '|',
            to_char(recorded_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'),
            '|', evidence, '|', CASE WHEN is_old_stock THEN '1' ELSE '0' END, '|',
            route_id, '|', counterparty_id, '|', length(counterparty_name), ':',
            counterparty_name, '|', corrects_id, '|', length(reference), ':', reference,
            '|', length(note), ':', note, '|', entered_by_id, '|',
            length(coalesce(source_key, '')), ':', source_key), 'UTF8')), 'hex')
            AS own_hash
        FROM told
    ), judged AS (
        SELECT facility_id, sequence, CASE
            WHEN sequence <> sequence_before + 1 THEN 'its number does not follow'
            WHEN balance_kg <> balance_before + change_kg THEN 'its balance is wrong'
            WHEN hash <> own_hash THEN 'its hash is not its own'
            END AS wrong
        FROM hashed
    )
    SELECT * INTO fault FROM judged
    WHERE wrong IS NOT NULL ORDER BY facility_id, sequence LIMIT 1;

    IF fault IS NULL AND EXISTS (SELECT 1 FROM added WHERE corrects_id IS NOT NULL) THEN
        SELECT added.facility_id, added.sequence,
            'what it corrects is another thing or falls below nothing' AS wrong
        INTO fault FROM added JOIN ledger_entry e ON e.id = added.corrects_id
        WHERE e.corrects_id IS NOT NULL OR (e.facility_id, e.material_id, e.kind)
                <> (added.facility_id, added.material_id, added.kind)
            OR e.mass_kg + (SELECT sum(c.mass_kg) FROM ledger_entry c
                WHERE c.corrects_id = e.id) < 0
        LIMIT 1;
    END IF;
    IF fault IS NOT NULL THEN
        RAISE EXCEPTION 'ledger entry % of facility %: %',
            fault.sequence, fault.facility_id, fault.wrong
            USING ERRCODE = 'check_violation', CONSTRAINT = 'entry_chain_holds';
    END IF;
    RETURN NULL;
"""

APPEND_ONLY = [
    pgtrigger.Protect(
        name="entry_is_kept", operation=pgtrigger.Update | pgtrigger.Delete
    ),
    pgtrigger.Trigger(
        name="entries_are_kept",
        level=pgtrigger.Statement,
        when=pgtrigger.Before,
        operation=pgtrigger.Truncate,
        func="RAISE EXCEPTION 'the ledger is only ever added to';",
    ),
]

CHAIN = pgtrigger.Trigger(
    name="entry_chain_holds",
    level=pgtrigger.Statement,
    when=pgtrigger.After,
    operation=pgtrigger.Insert,
    referencing=pgtrigger.Referencing(new="added"),
    declare=[("fault", "record")],
    func=_CHECK,
)
