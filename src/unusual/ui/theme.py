"""Light, dark or as the system has it: chosen in the browser, kept there in a cookie; knows no page's content."""

from enum import StrEnum
from typing import Final

from nicegui import context, ui

COOKIE: Final = "unusual-theme"
SHADE_COOKIE: Final = "unusual-shade"  # what `auto` came to, so that charts are drawn for it
YEAR_S: Final = 365 * 24 * 3600


class Theme(StrEnum):
    """What a person chose."""

    AUTO = "auto"
    LIGHT = "light"
    DARK = "dark"


ICONS: Final = {Theme.AUTO: "brightness_auto", Theme.LIGHT: "light_mode", Theme.DARK: "dark_mode"}
_DARK: Final = {Theme.AUTO: None, Theme.LIGHT: False, Theme.DARK: True}
# Written before the page is painted, so that the next page knows what the system prefers; a page whose charts were
# drawn for the other shade is loaded anew, but never twice, should the browser keep no cookies.
_REMEMBER_SHADE: Final = f"""<script>
{{
  const shade = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  document.cookie = "{SHADE_COOKIE}=" + shade + ";path=/ui;max-age={YEAR_S};samesite=strict";
  if (%s && shade !== "%s" && document.cookie.includes("{SHADE_COOKIE}=" + shade)) location.reload();
}}
</script>"""


def chosen() -> Theme:
    """What the person before the page chose."""
    told = _cookies().get(COOKIE, "")
    return Theme(told) if told in [*Theme] else Theme.AUTO


def is_dark() -> bool:
    """Whether the page is dark; light until a browser that follows its system has told what that prefers."""
    theme = chosen()
    return _cookies().get(SHADE_COOKIE) == "dark" if theme is Theme.AUTO else theme is Theme.DARK


def apply() -> None:
    """Give the page that is being made the theme that was chosen."""
    follows = "true" if chosen() is Theme.AUTO else "false"
    ui.add_head_html(_REMEMBER_SHADE % (follows, "dark" if is_dark() else "light"))
    ui.dark_mode(value=_DARK[chosen()])


def switch() -> None:
    """A button that goes on to the next theme: as the system has it, light, dark."""
    theme = chosen()
    order = [*Theme]
    following = order[(order.index(theme) + 1) % len(order)]
    said = f"Theme: {theme}. Change to {following}"

    # Loaded anew, as charts are drawn for one theme.
    choose = f'document.cookie="{COOKIE}={following};path=/ui;max-age={YEAR_S};samesite=strict";location.reload()'
    button = ui.button(icon=ICONS[theme]).props(f'flat round color=white aria-label="{said}"').tooltip(said)
    button.on("click", js_handler=f"() => {{{choose}}}")


def _cookies() -> dict[str, str]:
    return context.client.request.cookies
