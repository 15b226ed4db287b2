"""What a page marks up for machines: JSON-LD and microdata of schema.org, read as one shape.

Of the ready readers extruct brings an RDF library along, and the others stand on a parser in plain
Python that takes minutes for the largest page; the little of microdata that is asked for here (items,
their properties, in each other) is walked in lxml's tree.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any, Final

from geo.clinics.code_lists import PAYMENT_CODES
from geo.enriching.found import FoundPlace
from geo.enriching.text_addresses import settle
from geo.files import json_texts
from geo.places.address import parse
from geo.sources.cleaning import clean_phone, clean_state, clean_text, clean_zip
from geo.sources.form_cleaning import find_codes
from geo.sources.hours_cleaning import clean_hours

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_MOST_ITEMS: Final = 500
_MOST_STEPS: Final = 5_000
_PEOPLE: Final = frozenset(
    [
        "employee",
        "employees",
        "founder",
        "founders",
        "author",
        "member",
        "members",
        "review",
        "reviews",
        "reviewedby",
        "creator",
        "alumni",
        "physician",
        "doctor",
        "aggregaterating",
        "sponsor",
        "parentorganization",
        "publisher",
        "comment",
    ]
)
_PERSON_TYPES: Final = frozenset(
    {"person", "individualphysician", "review", "article", "blogposting"}
)
_DAYS: Final = {
    "monday": "Mo", "tuesday": "Tu", "wednesday": "We", "thursday": "Th", "friday": "Fr",
    "saturday": "Sa", "sunday": "Su", "publicholidays": "PH",
}  # fmt: skip


def find_structured(root: Any, url: str) -> tuple[list[FoundPlace], list[str], list[str]]:  # noqa: ANN401
    """Return what is marked up on a page.

    Parameters
    ----------
    root : of lxml's tree.
    url : of the page.

    Returns
    -------
    The places with an address; the names of the organisations; the telephone numbers of those that
    have no address.
    """
    places: list[FoundPlace] = []
    names: list[str] = []
    phones: list[str] = []
    for where, items in (("schema.org", _read_json(root)), ("microdata", _read_microdata(root))):
        for item in items:
            names += filter(None, [clean_text(_text(item.get("name")))])
            phone = clean_phone(_text(item.get("telephone"))).value
            found = [
                place
                for address in _list(item.get("address"))
                if (place := _place(address)) is not None
            ]
            if phone and not found:
                phones.append(phone)
            places += [
                FoundPlace(
                    **place,
                    phone=phone or clean_phone(_text(_dict(address).get("telephone"))).value,
                    hours=_read_hours(item),
                    payment=_read_payment(item),
                    url=url,
                    where=where,
                    near=clean_text(_text(item.get("name"))),
                )
                for place, address in zip(found, _list(item.get("address")), strict=False)
            ]
    return places, names, phones


def _place(address: Any) -> dict[str, str] | None:  # noqa: ANN401  whatever a page says
    """Return an address in our form; None for what is none of the US."""
    if isinstance(address, str):
        read = parse(address)
        parts = (read.street, read.unit, read.city, read.state, read.zip)
    else:
        said = _dict(address)
        parts = (
            _text(said.get("streetAddress")),
            "",
            _text(said.get("addressLocality")),
            _text(said.get("addressRegion")),
            _text(said.get("postalCode")),
        )
    street, unit, city, state, zip_code = (clean_text(part) for part in parts)
    code = clean_state(state).value
    settled = settle(street, unit, city, code, clean_zip(zip_code, code).value) if code else None
    if settled is None:
        return None
    return dict(zip(("street", "unit", "city", "state", "zip"), settled, strict=True))


def _read_payment(item: Mapping[str, Any]) -> str:
    said = "; ".join(_text(one) for one in _list(item.get("paymentAccepted")))
    # "Cash, Medicare" is a list; "insurance" in it alone is what the codes take for private.
    return find_codes(PAYMENT_CODES, said.replace(",", ";")) if said else ""


def _read_hours(item: Mapping[str, Any]) -> str:
    """Return opening hours in our form; "" where they are not said, or bound to a season."""
    rules: dict[str, list[str]] = {}
    for one in _list(item.get("openingHoursSpecification")):
        spec = _dict(one)
        if "validFrom" in spec or "validThrough" in spec:
            continue
        days = [
            _DAYS.get(_text(day).rsplit("/", 1)[-1].lower(), "")
            for day in _list(spec.get("dayOfWeek"))
        ]
        times = [_text(spec.get(name))[:5] for name in ("opens", "closes")]
        if not all(days) or not days or not all(times):
            return ""
        span = "off" if times == ["00:00", "00:00"] else "-".join(times)
        span = "00:00-24:00" if times == ["00:00", "23:59"] else span
        for day in days:
            rules.setdefault(day, []).append(span)
    if rules:
        return clean_hours(_join_days(rules)).value
    said = "; ".join(_text(one) for one in _list(item.get("openingHours")))
    return clean_hours(said).value


def _join_days(rules: Mapping[str, list[str]]) -> str:
    """Return rules with following days of the same hours together, as `Mo-Fr 09:00-17:00`."""
    week = [day for day in _DAYS.values() if day in rules]
    groups: list[list[str]] = []
    order = list(_DAYS.values())
    for day in week:
        last = groups[-1][-1] if groups else ""
        follows = bool(last) and order.index(day) == order.index(last) + 1 and day != "PH"
        if follows and rules[last] == rules[day]:
            groups[-1].append(day)
        else:
            groups.append([day])
    return "; ".join(
        f"{group[0]}{f'-{group[-1]}' if len(group) > 1 else ''} {','.join(sorted(rules[group[0]]))}"
        for group in groups
    )


def _read_json(root: Any) -> Iterator[Mapping[str, Any]]:  # noqa: ANN401
    for script in root.iter("script"):
        kind = (script.get("type") or "").partition(";")[0].strip().lower()
        if kind != "application/ld+json" or not script.text:
            continue
        try:
            value = json_texts.load(script.text.strip().rstrip(";").encode())
        except ValueError:  # a comma too many is common, and no reason to lose the rest of the page
            continue
        yield from _walk(value)


def _walk(value: Any) -> Iterator[Mapping[str, Any]]:  # noqa: ANN401
    """Yield the objects with a name, address or telephone, but none about people."""
    waiting = deque([value])
    for _ in range(_MOST_STEPS):
        if not waiting:
            return
        one = waiting.popleft()
        if isinstance(one, list):
            waiting.extendleft(reversed(one[:_MOST_ITEMS]))
        elif isinstance(one, dict):
            types = {_text(kind).rsplit("/", 1)[-1].lower() for kind in _list(one.get("@type"))}
            if types & _PERSON_TYPES:
                continue
            if {"address", "telephone"} & one.keys():
                yield one
            inner = [
                value
                for key, value in one.items()
                if isinstance(value, (dict, list)) and key.lower() not in _PEOPLE
            ]
            waiting.extendleft(reversed(inner))


def _read_microdata(root: Any) -> Iterator[Mapping[str, Any]]:  # noqa: ANN401
    tops = [
        one
        for one in root.iter()
        if one.get("itemscope") is not None and one.get("itemprop") is None
    ]
    for top in tops[:_MOST_ITEMS]:
        yield from _walk(_read_item(top))


def _read_item(scope: Any) -> dict[str, Any]:  # noqa: ANN401
    """Return an item with its properties, as JSON-LD would have it."""
    item: dict[str, Any] = {"@type": (scope.get("itemtype") or "").split()}
    waiting = deque(scope)
    while waiting:
        element = waiting.popleft()
        if not isinstance(element.tag, str):
            continue
        name, is_item = element.get("itemprop"), element.get("itemscope") is not None
        if name:
            value = _read_item(element) if is_item else _read_value(element)
            for one in name.split():
                item.setdefault(one, []).append(value)
        if not is_item:
            waiting.extendleft(reversed(element))
    return item


def _read_value(element: Any) -> str:  # noqa: ANN401
    for attribute in ("content", "datetime"):
        if element.get(attribute):
            return str(element.get(attribute))
    if element.tag in {"a", "link"} and (element.get("href") or "").lower().startswith(
        ("tel:", "http")
    ):
        return str(element.get("href")).removeprefix("tel:")
    return clean_text(" ".join(element.itertext()))


def _list(value: Any) -> list[Any]:  # noqa: ANN401
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _dict(value: Any) -> dict[str, Any]:  # noqa: ANN401
    return value if isinstance(value, dict) else {}


def _text(value: Any) -> str:  # noqa: ANN401
    value = value[0] if isinstance(value, list) and value else value
    return (
        str(value) if isinstance(value, (str, int, float)) and not isinstance(value, bool) else ""
    )
