"""The open data: the newest edition of the balance, to everybody."""

from typing import Any

from django.http import Http404, HttpResponse
from django.utils.decorators import method_decorator
from django.views.decorators.http import conditional_page
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from maps.open_data import OpenData, open_data
from maps.open_files import COLUMNS, open_told
from maps.open_view import OPEN_LEVELS
from wastehub.errors import Refused
from wastehub.web.api.balance import BalanceAsked, BalanceColumn, column_field
from wastehub.web.open_file import file_of


class OpenQuestion(serializers.Serializer):
    """Of what, by what, where and when; all of it may be left out."""

    material = serializers.CharField(
        required=False, help_text="code of a material or of a category, or bulk"
    )
    level = serializers.ChoiceField(choices=OPEN_LEVELS, required=False)
    within = serializers.CharField(
        required=False, help_text="adcode of the region that the others lie in"
    )
    period = serializers.CharField(
        required=False, help_text="2025, or 2025-Q1 where quarters are published"
    )


OpenCell: Any = type(
    "OpenCell",
    (serializers.Serializer,),
    {
        "__doc__": "One region's figures; none where ``hidden`` says why not.",
        **{column.name: column_field(column) for column in COLUMNS},
    },
)


class OpenAnswer(BalanceAsked):
    """Every region, zero where nothing is known, and the one they lie in."""

    licence = serializers.CharField()
    read_me = serializers.ListField(child=serializers.CharField())
    columns = BalanceColumn(many=True)
    cells = OpenCell(many=True)
    total = OpenCell()


class _Open(APIView):
    """Open to everybody; told as known on the day of the newest edition."""

    authentication_classes = ()
    permission_classes = ()

    def data(self, request: Request) -> OpenData:
        """The answer; 400 names what is wrong, 404 where nothing is published."""
        try:
            return open_data(request.query_params.dict())
        except Refused as refused:
            if refused.code == "no_edition":
                raise Http404(refused.message) from refused
            raise


@method_decorator(conditional_page, "dispatch")
class OpenBalanceView(_Open):
    """What was generated, consumed and stored of a material, as published."""

    @extend_schema(parameters=[OpenQuestion], responses=OpenAnswer)
    def get(self, request: Request) -> Response:
        """The figures by region, with licence and what is left out."""
        return Response(open_told(self.data(request)))


class _OpenFile(_Open):
    ending: str

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        """The ending says what is sent, whatever kind the client asks for."""
        return super().perform_content_negotiation(request, force=True)

    def get(self, request: Request) -> HttpResponse:
        """The file."""
        return file_of(self.data(request), self.ending)


@method_decorator(conditional_page, "dispatch")
@extend_schema(
    parameters=[OpenQuestion], responses={(200, "text/csv"): OpenApiTypes.STR}
)
class OpenCsvView(_OpenFile):
    """The same as a table, after lines of licence and notes that begin with #."""

    ending = "csv"


@method_decorator(conditional_page, "dispatch")
@extend_schema(
    parameters=[OpenQuestion],
    responses={(200, "application/geo+json"): OpenApiTypes.OBJECT},
)
class OpenGeoJsonView(_OpenFile):
    """The same as shapes with figures, WGS 84."""

    ending = "geojson"
