"""Our components on a slow connection, where Streamlit may ask for what is older last."""

from __future__ import annotations

import json

from pages.parts.components import build_script
from tests.browser.conftest import Visit

_DRAW = "export default (component) => { component.parentElement.textContent += component.data.words; };"
_CALL = """async ([script, calls]) => {
  const address = URL.createObjectURL(new Blob([script], { type: 'text/javascript' }));
  const { default: draw } = await import(address);
  const parentElement = document.createElement('p');
  for (const data of calls) draw({ data, parentElement });
  return parentElement.textContent;
}"""


def test_what_is_older_is_not_drawn_over_what_is_newer(wide: Visit) -> None:
    wide.page.route(
        "**/assets/drawing.js",
        lambda route: route.fulfill(body=_DRAW, content_type="text/javascript"),
    )
    wide.open()
    calls = [
        {"turn": turn, "words": f"{json.dumps(turn)} "}
        for turn in ([7, 2], [7, 1], [7, 2], [7, 3], [9, 1], [9, 2])
    ]
    drawn = wide.page.evaluate(_CALL, [build_script(["/assets/drawing.js"]), calls])
    assert drawn == "[7, 2] [7, 2] [7, 3] [9, 1] [9, 2] "
