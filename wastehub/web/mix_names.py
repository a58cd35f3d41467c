"""What limits of a mix are called, in words and units; wet or dry is always said."""

from typing import Any

from django.utils.translation import gettext as _

from matching.blending import SHARE, WASTES
from matching.recipes import BINDER, CLINKER, SOLIDS
from wastehub.web.templatetags.figures import unit
from wastehub.web.templatetags.naming import name

MOISTURE = "moisture"


def limit_name(key: str, parameter: Any, material: Any = None) -> str:
    """A limit in the reader's language."""
    if key == SOLIDS:
        return _("Solids (of the wet mix)")
    if key == BINDER:
        return _("Binder (of the dry mix)")
    if key == WASTES:
        return _("All wastes together (of the wet mix)")
    if key.startswith(SHARE):
        return _("Share of %(material)s (of the wet mix)") % {
            "material": name(material)
        }
    said = name(parameter) if parameter else key
    if key.startswith(CLINKER):
        return _("%(content)s of the clinker") % {"content": said}
    if key == MOISTURE:
        return _("%(content)s (of the wet mix)") % {"content": said}
    if parameter and parameter.formula and parameter.basis == "none":
        return said
    return _("%(content)s (of the dry mix)") % {"content": said}


def limit_unit(key: str, parameter: Any) -> str:
    """The unit of a limit, empty where it is a pure number."""
    return unit(parameter) if parameter else "%"


def is_share(key: str) -> bool:
    """Whether a limit is kept as a fraction and shown in percent."""
    return key == WASTES or key.startswith(SHARE)
