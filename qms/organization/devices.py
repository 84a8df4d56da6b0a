"""What kind of device a session runs on, from what its browser calls itself. Pure."""

from django.utils.translation import gettext as _

# The first that is named wins: browsers call themselves by the names of others as well.
BROWSERS = (
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def device_words(user_agent: str) -> str:
    """Return the browser and the system as people call them."""
    browser = next((name for sign, name in BROWSERS if sign in user_agent), _("A browser"))
    system = next((name for sign, name in SYSTEMS if sign in user_agent), "")
    return _("%(browser)s on %(system)s") % {"browser": browser, "system": system} if system else str(browser)
