"""Pages of a list: page number and a bounded size."""

from rest_framework.pagination import PageNumberPagination


class Page(PageNumberPagination):
    """Fifty rows unless asked, two hundred at most."""

    page_size_query_param = "page_size"
    max_page_size = 200
