"""An INVENTED but plausible Sichuan, for trying things out.

Not one plant, owner or tonne here is real, and every name and source says so. The
tables are CSV beside this file; :mod:`seeds.demo.generating` makes a world of them,
always the same, and :mod:`seeds.demo.loading` puts it into the registry.
"""
