"""Who may send what to whom: runs, matches, refusals and prices."""
