"""A program that uses the API: speaks JSON, and holds each answer against the document."""

from typing import Any

import httpx
from jsonschema import Draft202012Validator
from litestar import Litestar

from coordination.people.tables import Person


def litestar_in(app: Any) -> Litestar:
    """The application behind what is put in front of it."""
    while not isinstance(app, Litestar):
        app = app.inside
    return app


class Program:
    """Every answer it gets is one that the document announces, or it fails. It signs in as the
    `Browser` does whose client it uses."""

    def __init__(self, browser: Any, document: dict[str, Any]) -> None:
        self.browser, self.document = browser, document
        self.token = ""

    @property
    def client(self) -> httpx.AsyncClient:
        return self.browser.client

    async def sign_in(self, person: Person, **proofs: bool) -> None:
        await self.browser.sign_in(person, **proofs)
        self.token = (await self.get("me"))["token"]

    def sign_out(self) -> None:
        self.browser.sign_out()
        self.token = ""

    async def get(self, path: str, *, expect: int = 200, **query: object) -> Any:
        return self._read(await self.client.get(f"/api/v1/{path}", params=query), expect)

    async def post(self, path: str, body: object = None, *, expect: int = 201) -> Any:
        headers = {"x-csrftoken": self.token} if self.token else {}
        sent = await self.client.post(f"/api/v1/{path}", json=body, headers=headers)
        return self._read(sent, expect)

    def _read(self, response: httpx.Response, expect: int) -> Any:
        assert response.status_code == expect, response.text
        self.fits(response)
        return response.json()

    def fits(self, response: httpx.Response) -> None:
        """Status, media type and body are as the document says of this operation."""
        request = response.request
        operation = self._operation(request.url.path, request.method.lower())
        said = operation["responses"]
        content = said.get(str(response.status_code), said["default"])["content"]
        kind = response.headers["content-type"].partition(";")[0]
        assert kind in content, (response.status_code, kind)
        schema = content[kind]["schema"] | {"components": self.document["components"]}
        Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER).validate(
            response.json()
        )

    def _operation(self, path: str, method: str) -> dict[str, Any]:
        parts = path.split("/")
        for template, operations in self.document["paths"].items():
            names = template.split("/")
            if len(names) == len(parts) and all(
                name.startswith("{") or name == part
                for name, part in zip(names, parts, strict=True)
            ):
                return operations[method]
        raise AssertionError(f"{path} is not in the document")
