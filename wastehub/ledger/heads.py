"""Where chains and piles stand: one look into an index for each, however long."""

from collections.abc import Collection

from django.db import connection

Pile = tuple[int, int]
"""A site and a material: what has a stock."""

_HEADS = """
    SELECT site, head.sequence, head.hash FROM unnest(%s::bigint[]) AS site
    CROSS JOIN LATERAL (
        SELECT sequence, hash FROM ledger_entry WHERE facility_id = site
        ORDER BY sequence DESC LIMIT 1) head
"""

_BALANCES = """
    SELECT site, matter, head.balance_kg
    FROM unnest(%s::bigint[], %s::bigint[]) AS pile (site, matter)
    CROSS JOIN LATERAL (
        SELECT balance_kg FROM ledger_entry
        WHERE facility_id = site AND material_id = matter
        ORDER BY sequence DESC LIMIT 1) head
"""


def heads(sites: Collection[int]) -> dict[int, tuple[int, str]]:
    """The number and hash of each site's last entry; none for a site without one."""
    with connection.cursor() as cursor:
        cursor.execute(_HEADS, [list(sites)])
        return {
            site: (sequence, digest) for site, sequence, digest in cursor.fetchall()
        }


def balances_kg(piles: Collection[Pile]) -> dict[Pile, int]:
    """The stock of each pile; none for a pile without an entry."""
    sites, materials = [site for site, _ in piles], [matter for _, matter in piles]
    with connection.cursor() as cursor:
        cursor.execute(_BALANCES, [sites, materials])
        return {(site, matter): kg for site, matter, kg in cursor.fetchall()}
