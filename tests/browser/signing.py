"""Logging in as one of the demo's people."""

from playwright.sync_api import Page

from seeds.demo.logins import OPEN_PASSWORD


def log_in(page: Page, username: str) -> None:
    """Log in through the form and land on the home page."""
    page.goto("/login/")
    page.get_by_label("用户名").fill(username)
    page.get_by_label("密码").fill(OPEN_PASSWORD)
    page.locator("main").get_by_role("button", name="登录").click()
    page.get_by_role("button", name="退出").wait_for()
