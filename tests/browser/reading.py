"""What a page says of itself: axe's findings, what sticks out, what is too small, what has the focus."""

from __future__ import annotations

from pathlib import Path

import axe_playwright_python
from playwright.sync_api import Page

AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js").read_text("utf-8")
LEAST_TARGET = 24

_RUN_AXE = """() => axe.run(document, { iframes: false, resultTypes: ['violations'] }).then(
  (found) => found.violations.flatMap((v) => v.nodes.map((n) => `${v.id}: ${n.html.slice(0, 160)}`)))"""

_DEEPEST = "let e = document.activeElement; while (e.shadowRoot) e = e.shadowRoot.activeElement;"

_EVERY = """
  const every = (root) => [...root.querySelectorAll('*')].flatMap(
    (e) => (e.shadowRoot ? [e, ...every(e.shadowRoot)] : [e]));
  const seen = (e) => e.checkVisibility({ visibilityProperty: true, opacityProperty: true });
"""

_SMALL = (
    "(least) => {"
    + _EVERY
    + """
  const targets = 'a[href], button, input, select, textarea, summary, [role=button], [role=combobox]';
  const box = (e) => (e.closest('label') || e).getBoundingClientRect();
  const inSentence = (e) => getComputedStyle(e).display === 'inline' && [...e.parentNode.childNodes].some(
    (n) => n.nodeType === 3 && n.nodeValue.trim().length > 1);
  return every(document.body).filter((e) => e.matches(targets) && seen(e) && !e.closest('.skip, [data-testid=stSkipToContent]'))
    .map((e) => [e, box(e)])
    .filter(([e, b]) => b.width > 0 && b.height > 0 && (b.width < least - 0.5 || b.height < least - 0.5) && !inSentence(e))
    .map(([e, b]) => `${Math.round(b.width)}x${Math.round(b.height)} ${e.outerHTML.slice(0, 120)}`);
}"""
)

_CUT = (
    "() => {"
    + _EVERY
    + """
  const wide = document.documentElement.clientWidth;
  const held = (e) => {
    for (let p = e.parentElement || e.getRootNode().host; p; p = p.parentElement || p.getRootNode().host) {
      const flow = getComputedStyle(p);
      if (/auto|scroll|hidden|clip/.test(flow.overflowX) && !p.matches('.stApp, .stMain, body, html, [data-testid=stAppViewContainer]')) return true;
    }
    return false;
  };
  return every(document.body).filter((e) => e.matches('p, h1, h2, h3, a, button, input, li, td, th, label, img, iframe') && seen(e))
    .filter((e) => { const b = e.getBoundingClientRect(); return b.width > 1 && (b.right > wide + 1 || b.left < -1) && !held(e); })
    .map((e) => e.outerHTML.slice(0, 120));
}"""
)


_COVERED = (
    "async () => {"
    + _EVERY
    + """
  const main = document.querySelector('.stMain');
  const found = [];
  const clipped = (e) => { for (; e; e = e.parentElement) if (getComputedStyle(e).clipPath !== 'none' && !e.matches('label *')) return true; return false; };
  for (const e of every(main).filter((e) => e.matches('a[href], button, input, summary, h1, h2, h3') && seen(e))) {
    if (e.closest('.skip') || e.getBoundingClientRect().width < 2 || clipped(e)) continue;
    e.scrollIntoView({ block: 'center', inline: 'center' });
    const b = e.getBoundingClientRect();
    const x = b.left + Math.min(b.width, 20) / 2, y = b.top + Math.min(b.height, 24) / 2;
    let top = document.elementFromPoint(x, y);
    while (top && top.shadowRoot && top.shadowRoot.elementFromPoint(x, y) !== top) top = top.shadowRoot.elementFromPoint(x, y);
    if (!top || !((e.closest('label') || e).contains(top) || top.contains(e))) found.push(`${e.outerHTML.slice(0, 90)} under ${top && top.outerHTML.slice(0, 90)}`);
  }
  return found;
}"""
)


def find_violations(page: Page) -> list[str]:
    """Return axe's violations of any impact, of the page and of every frame in it.

    The context must have been made with `bypass_csp`.
    """
    found = []
    for frame in page.frames:
        if frame.url.startswith("http"):
            frame.evaluate(AXE)
            found += frame.evaluate(_RUN_AXE)
    return found


def find_small_targets(page: Page) -> list[str]:
    """Return what can be pressed and is under 24 px, unless it stands in a sentence."""
    return [
        small
        for frame in page.frames
        if frame.url.startswith("http")
        for small in frame.evaluate(_SMALL, LEAST_TARGET)
    ]


def find_sticking_out(page: Page) -> list[str]:
    """Return what reaches beyond the window's sides where it cannot be scrolled to."""
    found: list[str] = page.evaluate(_CUT)
    return found


def find_covered(page: Page) -> list[str]:
    """Return what can be read or pressed and lies under something else, wherever one scrolls."""
    found: list[str] = page.evaluate(_COVERED)
    return found


def scrolls_sideways(page: Page) -> bool:
    """Tell whether the page is wider than its window."""
    found: bool = page.evaluate(
        "[document.documentElement, document.querySelector('.stMain')]"
        ".some((e) => e.scrollWidth > e.clientWidth + 1)"
    )
    return found


def focused(page: Page) -> str:
    """Return the role or tag and the words of what has the focus, also in a component."""
    told: str = page.evaluate(
        f"(() => {{ {_DEEPEST} return (e.getAttribute('role') || e.tagName.toLowerCase()) + ': '"
        " + (e.getAttribute('aria-label') || e.textContent || e.id || '').trim(); })()"
    )
    return told
