"""Asks an app of ours as a program over HTTP would, without a server."""

from httpx import ASGITransport, AsyncClient, Response

from tests import fresh_loop


class AsgiClient:
    """Asks an app, each request in a loop of its own.

    Parameters
    ----------
    app : what is asked.
    base_url : the address by which it is asked.
    """

    def __init__(self, app, base_url: str = "http://clinics.example") -> None:
        self.app = app
        self._base_url = base_url

    def request(self, method: str, path: str, **options: object) -> Response:
        async def ask() -> Response:
            transport = ASGITransport(self.app, raise_app_exceptions=False)
            async with AsyncClient(transport=transport, base_url=self._base_url) as client:
                return await client.request(method, path, **options)

        return fresh_loop.run(ask())

    def get(self, path: str, **options: object) -> Response:
        return self.request("GET", path, **options)

    def post(self, path: str, **options: object) -> Response:
        return self.request("POST", path, **options)
