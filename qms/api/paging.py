"""Lists of the API page by keyset, as the pages do."""

from typing import TYPE_CHECKING, Any

from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response

from qms.core.keyset import PAGE_SIZE, Page, addresses, page

if TYPE_CHECKING:
    # DRF reads this file while its views are being made.
    from rest_framework.views import APIView

MOST = 200


class KeysetPagination(BasePagination):
    """One page in the order that the view names (`ordering`: unique at its end, never null), and links to others."""

    def paginate_queryset(self, queryset: Any, request: Request, view: "APIView | None" = None) -> list[Any]:
        """Return the rows of the page that the address asks for."""
        given = request.query_params
        order: tuple[str, ...] = getattr(view, "ordering", ("-pk",))
        self.request = request
        self.page: Page[Any] = page(
            queryset, order, after=given.get("after", ""), before=given.get("before", ""), size=_size(given)
        )
        return self.page.rows

    def get_paginated_response(self, data: Any) -> Response:
        """Return the page as it is answered."""
        links = addresses(self.request._request.GET, self.page)
        return Response(
            {"results": data, "next": self._whole(links["after_url"]), "previous": self._whole(links["before_url"])}
        )

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """Return the form of a page for the OpenAPI description."""
        link = {"type": "string", "format": "uri", "nullable": True}
        return {
            "type": "object",
            "required": ["results", "next", "previous"],
            "properties": {"results": schema, "next": link, "previous": link},
        }

    def get_schema_operation_parameters(self, view: "APIView") -> list[dict[str, Any]]:
        """Return the parameters of a list for the OpenAPI description."""
        return [
            _parameter("after", "The page after this key, as a link gave it.", {"type": "string"}),
            _parameter("before", "The page before this key, as a link gave it.", {"type": "string"}),
            _parameter("limit", "Rows on a page.", {"type": "integer", "minimum": 1, "maximum": MOST}),
        ]

    def _whole(self, link: str) -> str | None:
        return self.request.build_absolute_uri(self.request.path + link) if link else None


def _size(given: Any) -> int:
    wanted = given.get("limit", "")
    return min(max(int(wanted), 1), MOST) if wanted.isascii() and wanted.isdecimal() and len(wanted) < 9 else PAGE_SIZE


def _parameter(name: str, words: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "description": words, "schema": schema}
