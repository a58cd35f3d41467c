"""Files as people send them: the smallest that are what they say."""

import io

from PIL import Image

PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def picture(kind: str) -> bytes:
    """A photograph of nothing, as ``JPEG`` or ``PNG``."""
    out = io.BytesIO()
    Image.new("RGB", (8, 8)).save(out, kind)
    return out.getvalue()
