"""What the database refuses of agreements: to promise more than there will be.

A pile is a material at a site. What it can give until a day is what the ledger says is
there (before its first entry: what open listings declare), and what its open listings
say is made until then; what is promised until that day are the agreements that end by
it, less what has moved. If for the last day of every agreement the one covers the
other, all can be served, the earliest first. The function
``exchange_left_kg(site, material, day)`` of the database reckons it, for the trigger
and for the services alike.
"""

import pgtrigger

NOT_OVERSOLD = pgtrigger.Trigger(
    name="agreement_is_not_oversold",
    when=pgtrigger.After,
    operation=pgtrigger.Insert | pgtrigger.UpdateOf("mass_kg", "ends_on"),
    func="""
    PERFORM 1 FROM registry_facility WHERE id = NEW.consignor_id FOR NO KEY UPDATE;
    IF exchange_left_kg(NEW.consignor_id, NEW.material_id, NEW.ends_on) < 0 THEN
        RAISE EXCEPTION 'more is promised than there will be'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'agreement_is_not_oversold';
    END IF;
    RETURN NULL;
    """,
)
