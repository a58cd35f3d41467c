"""Every address of the site."""

from django.contrib import admin
from django.urls import include, path
from django.utils.translation import gettext_lazy as _

from wastehub.web.health import healthz
from wastehub.web.tiles import TileView, balance_tile, region_tile

admin.site.site_header = admin.site.site_title = _("WasteHub administration")

urlpatterns = [
    path("admin/", admin.site.urls),
    path("api/", include("wastehub.web.api.urls")),
    path("healthz", healthz, name="healthz"),
    path("tiles/regions/<int:z>/<int:x>/<int:y>.pbf", region_tile, name="region_tile"),
    path(
        "tiles/balance/<int:z>/<int:x>/<int:y>.pbf", balance_tile, name="balance_tile"
    ),
    path(
        "tiles/<slug:layer>/<int:z>/<int:x>/<int:y>.pbf",
        TileView.as_view(),
        name="tile",
    ),
    path("", include("wastehub.web.page_urls")),
]
