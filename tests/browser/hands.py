"""The ways of using a page: mouse, phone, the keyboard alone, and without any script."""

from playwright.sync_api import Locator, Page, expect

from tests.browser.opening import DESKTOP, PHONE

_MOST_TABS = 80

_FOCUSED = """() => {
  const focused = document.activeElement;
  const label = focused.labels && focused.labels.length ? focused.labels[0].innerText : "";
  const name = focused.getAttribute("aria-label") || label || focused.innerText || "";
  const style = getComputedStyle(focused);
  const box = focused.getBoundingClientRect();
  const shown = style.outlineStyle !== "none" || style.boxShadow !== "none";
  return {
    kind: focused.type === "radio" ? "radio" : focused.tagName.toLowerCase(),
    name: name.trim().split("\\n")[0],
    isSeen: focused === document.body || shown || focused.type === "radio",
    isInside: box.bottom > 0 && box.top < innerHeight,
  };
}"""


class Keyboard:
    """Uses nothing but the keyboard, and holds the page to showing where it is."""

    has_script = True
    viewport = DESKTOP

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, name: str) -> None:
        """Press a button or follow a link."""
        self._tab_to(name, kinds={"a", "button"})
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def fill(self, label: str, text: str) -> None:
        """Type into a field."""
        self._tab_to(label, kinds={"input", "textarea"})
        self.page.keyboard.press("Control+A")
        self.page.keyboard.insert_text(text)

    def choose(self, label: str) -> None:
        """Choose one of several."""
        self._tab_to(label, kinds={"radio"}, is_group=True)
        for _ in range(10):
            if self._focused()["name"] == label:
                self.page.keyboard.press("Space")
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"there is no choice `{label}`")

    def _tab_to(self, name: str, *, kinds: set[str], is_group: bool = False) -> None:
        met = []
        for _ in range(_MOST_TABS):
            self.page.keyboard.press("Tab")
            focused = self._focused()
            assert focused["isSeen"], f"it cannot be seen that `{focused['name']}` has the focus"
            met.append(focused["name"])
            if focused["kind"] in kinds and (is_group or focused["name"] == name):
                assert focused["isInside"], f"`{name}` has the focus outside of the window"
                return
        raise AssertionError(f"the keyboard does not reach `{name}`, only {met}")

    def _focused(self) -> dict[str, object]:
        focused: dict[str, object] = self.page.evaluate(_FOCUSED)
        return focused


class Mouse:
    """Points and clicks."""

    has_script = True
    viewport = DESKTOP

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, name: str) -> None:
        """Press a button or follow a link."""
        self._target(name).click()

    def fill(self, label: str, text: str) -> None:
        """Type into a field."""
        self.page.get_by_label(label, exact=True).fill(text)

    def choose(self, label: str) -> None:
        """Choose one of several."""
        self.page.get_by_label(label, exact=True).check()

    def _target(self, name: str) -> Locator:
        button = self.page.get_by_role("button", name=name, exact=True)
        link = self.page.get_by_role("link", name=name, exact=True)
        return button.or_(link).first


class Phone(Mouse):
    """Taps on a narrow window, where the menu is folded."""

    viewport = PHONE

    def press(self, name: str) -> None:
        """Press a button or follow a link, also one in the menu."""
        menu = self.page.get_by_role("button", name="Menu", exact=True)
        # What is folded cannot be found by its role: the button counts as there already.
        if self._target(name).count() == 0 and menu.is_visible():
            menu.click()
        super().press(name)


class NoScript(Mouse):
    """Uses the mouse in a browser that runs no script."""

    has_script = False


Hands = Keyboard | Mouse


def is_at(hands: Hands, heading: str) -> None:
    """Hold that the page with this heading is open."""
    expect(hands.page.get_by_role("heading", level=1)).to_contain_text(heading)
