"""Every page of the menu on a small dark phone: nothing leaves the screen, breaks, or fades."""

from collections.abc import Sequence

from playwright.sync_api import Browser, Page

from api.console import menu
from cases.operators import Role
from tests.journeys import staff
from tests.journeys.resident_page import says
from tests.journeys.test_readable import findings
from tests.serving import Server

PAGES = [entry.path for group in menu.shipped() for entry in group.pages]
# What stands wider than the screen, and cells so narrow that a date or a name breaks in pieces.
LEAVES = """() => {
  const wide = document.documentElement.scrollWidth > innerWidth ? ["the page slides"] : [];
  const broken = [...document.querySelectorAll("td")].filter((cell) => {
    const letter = parseFloat(getComputedStyle(cell).fontSize);
    const box = cell.getBoundingClientRect();
    return cell.textContent.trim().length > 3 && box.width < 4 * letter && box.height > 4 * letter;
  });
  return [...wide, ...broken.map((cell) => cell.textContent.trim())];
}"""


def _faults(page: Page, path: str) -> Sequence[str]:
    page.goto(path)
    # A table is labelled by a script; then its rows stand as lists.
    page.wait_for_function(
        "!document.querySelector('table:not(.grid) > thead') || document.querySelector('.stacks')"
    )
    return [*page.evaluate(LEAVES), *findings(page)]


def test_every_page_of_the_menu_fits_a_small_dark_phone(
    browser: Browser, server: Server, phone: Page
) -> None:
    phone.goto("/")
    says(phone, "家里没米了")
    staff.an_account(server.data, "赵管理", Role.ADMIN)
    with staff.at_console(browser, server, "赵管理") as page:
        page.set_viewport_size(staff.PHONE)
        page.emulate_media(color_scheme="dark")
        wrong = {path: found for path in PAGES if (found := _faults(page, path))}
    assert wrong == {}


def test_a_ticket_number_fits_in_the_largest_letters(phone: Page) -> None:
    phone.goto("/")
    phone.locator("#wish summary").click()
    phone.get_by_role("button", name="最大", exact=True).click()
    says(phone, "家里没米了")
    phone.locator(".ticket b").first.wait_for()
    assert phone.evaluate(LEAVES) == []
