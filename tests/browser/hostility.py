"""What the browser tests of hostile texts look for on a page: a mark that was left, links, structure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import Frame, Page

from tests.handmade.hostile import MARK, PATH

# Shadow roots are gone into as if they were children.
_WALK = """
const below = (node) => [...(node.shadowRoot ? node.shadowRoot.children : []), ...node.children];
const walk = (node, see) => { see(node); below(node).forEach((child) => walk(child, see)); };
"""
_TREE = f"""(root) => {{ {_WALK}
  const skipped = new Set(['STYLE', 'SCRIPT', 'path', 'svg']);
  const draw = (node) => skipped.has(node.tagName) ? '' : node.tagName.toLowerCase()
    + '[' + node.getAttributeNames().filter((name) => !name.startsWith('data-')).sort().join(' ') + ']'
    + '(' + below(node).map(draw).filter(Boolean).join(',') + ')';
  const start = document.querySelector(root);
  return start ? draw(start) : 'nothing';
}}"""
_LINKS = f"""() => {{ {_WALK}
  const found = [];
  walk(document.documentElement, (node) => {{
    for (const name of ['href', 'src', 'action', 'formaction', 'xlink:href', 'data', 'srcdoc']) {{
      if (node.hasAttribute(name)) {{
        found.push({{ tag: node.tagName.toLowerCase(), name, value: node.getAttribute(name), rel: node.getAttribute('rel') || '' }});
      }}
    }}
  }});
  return found;
}}"""
_HANDLERS = f"""() => {{ {_WALK}
  const found = [];
  walk(document.documentElement, (node) => node.getAttributeNames()
    .filter((name) => name.startsWith('on')).forEach((name) => found.push(node.tagName + ' ' + name)));
  return found;
}}"""


@dataclass
class Watch:
    """What a page did that no text may make it do."""

    page: Page
    dialogs: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def begin(self) -> None:
        """Look on from now."""
        self.page.on("dialog", self._note_dialog)
        self.page.context.on("request", lambda request: self._note_request(request.url))

    def _note_dialog(self, dialog: object) -> None:
        self.dialogs.append(str(dialog))
        dialog.dismiss()  # type: ignore[attr-defined]

    def _note_request(self, url: str) -> None:
        if PATH in urlsplit(url).path or "hostile.invalid" in (urlsplit(url).netloc):
            self.requests.append(url)

    def assert_nothing_ran(self) -> None:
        """Fail where a script of the corpus ran, or an address of it was asked for."""
        marks = [read_quietly(frame, f"() => window.{MARK}") for frame in self.page.frames]
        assert set(marks) <= {None}, marks
        assert self.dialogs == []
        assert self.requests == []
        assert self.page.evaluate(_HANDLERS) == []
        check_links(self.page)


def read_quietly(frame: Frame, script: str) -> object:
    """Evaluate in a frame; None where it went away meanwhile."""
    return None if frame.is_detached() else frame.evaluate(script)


def check_links(page: Page) -> list[dict[str, str]]:
    """Fail on an address of another kind than is promised; return the links out of the site.

    Outward links are http or https and say `noreferrer`; telephone links dial or text a number.
    """
    outward = []
    ours = urlsplit(page.url).netloc
    for link in page.evaluate(_LINKS):
        value, parts = link["value"].strip(), urlsplit(link["value"].strip())
        if link["tag"] in {"svg", "use"} or value.startswith("#"):
            continue
        assert link["name"] not in {"srcdoc", "data", "action", "formaction"}, link
        if parts.scheme in {"tel", "sms"}:
            assert parts.path.lstrip("+").isdigit(), link
        elif link["tag"] in {"img", "iframe", "script", "link"}:
            assert parts.scheme in {"", "http", "https", "data", "blob"}, link
            assert parts.netloc in {"", ours}, link
        else:
            assert parts.scheme in {"", "http", "https", "mailto"}, link
            if parts.netloc not in {"", ours}:
                assert "noreferrer" in link["rel"], link
                outward.append(link)
    return outward


def draw_tree(page: Page, root: str) -> str:
    """Return the tags and the names of attributes below an element, shadow roots too; no texts."""
    return str(page.evaluate(_TREE, root))


def settle(page: Page, read: Callable[[], str], *, tries: int = 40) -> str:
    """Return what is read of a page once it stays the same."""
    before, same = "", 0
    for _ in range(tries):
        now = read()
        same = same + 1 if now == before else 0
        if same == 3:
            return now
        before = now
        page.wait_for_timeout(200)
    return before
