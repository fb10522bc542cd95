"""What keeps people from a page: not read out, not touched with a thumb, not read by old eyes."""

from pathlib import Path

from playwright.async_api import Page

from tests.browser.screens import Screen

AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text(encoding="utf-8")
RUN_AXE = """async () => (await axe.run(document, {resultTypes: ['violations']})).violations
  .filter(found => ['serious', 'critical'].includes(found.impact))
  .map(found => [found.id, ...found.nodes.map(node => node.target.join(' '))].join(' | '))"""
# A link within a sentence may be as high as its line (WCAG 2.5.8); everything else is a target.
TOUCHED = "a, button, input, select, textarea, summary"
TOO_SMALL = f"""least => [...document.querySelectorAll('{TOUCHED}')]
  .map(it => it.closest('label') || it)
  .filter(it => it.checkVisibility() && !it.matches('.skip, [type=hidden]'))
  .filter(it => !(it.matches('p a, li a, dd a') && it.parentElement.textContent.trim()
                  !== it.textContent.trim()))
  .map(it => [it, it.getBoundingClientRect()])
  .filter(([, box]) => box.height > 0 && box.height < least - 0.5)
  .map(([it, box]) => Math.round(box.height) + 'px: ' + it.textContent.trim().slice(0, 20))"""
TOO_TINY = """least => [...document.querySelectorAll('body *')]
  .filter(it => [...it.childNodes].some(node => node.nodeType === 3 && node.data.trim()))
  .filter(it => it.checkVisibility() && !it.closest('.hidden, .skip, svg, title, noscript'))
  .filter(it => parseFloat(getComputedStyle(it).fontSize) < least)
  .map(it => getComputedStyle(it).fontSize + ': ' + it.textContent.trim().slice(0, 20))"""


async def barriers(screen: Screen, *, elder: bool = False) -> list[str]:
    """Serious findings of axe, which 长辈版 shares; targets under 44 px (长辈版: 60); words under
    13 px (24)."""
    found = []
    if not elder:
        await _bring_axe(screen.page)
        found = await screen.page.evaluate(RUN_AXE)
    return [
        *found,
        *await screen.page.evaluate(TOO_SMALL, 60 if elder else 44),
        *await screen.page.evaluate(TOO_TINY, 24 if elder else 13),
    ]


async def _bring_axe(page: Page) -> None:
    """Into this page and all that this window opens after it: it is half a megabyte."""
    if not await page.evaluate("'axe' in window"):
        await page.add_init_script(AXE)
        await page.evaluate(AXE)
