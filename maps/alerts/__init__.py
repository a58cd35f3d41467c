"""What a regulator should look at: found every night, worked off by hand.

Each module that :mod:`maps.alerts.rules` lists is a rule with one function, ``find``,
that says what it finds today at some sites and why; :mod:`maps.alerts.services` alone
decides what of it becomes an alert, stays one, is cleared or comes back.
"""
