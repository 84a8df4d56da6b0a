"""Pages that show every part once, with what they are filled with. Engineers look at them; the tests measure them."""

from datetime import timedelta
from types import SimpleNamespace

from django import forms
from django.utils import timezone

NOW = timezone.now()
TODAY = timezone.localdate()

PLACES = [
    ("My work", "inbox", 4),
    ("Documents", "file-text", None),
    ("Processes", "workflow", None),
    ("Objectives", "target", None),
    ("Audits", "clipboard-check", None),
    ("Nonconformities", "octagon-alert", 12),
    ("Risks", "shield-alert", None),
    ("Reviews", "presentation", None),
    ("Standards", "library", None),
    ("Evidence", "package-check", None),
]


def _place(label, icon, count, current=False):
    return SimpleNamespace(label=label, short=label, url="#", icon=icon, current=current, count=count)


def shell(theme):
    return {
        "nav": [_place(label, icon, count, label == "Documents") for label, icon, count in PLACES],
        "settings_nav": [_place("People", "users", None), _place("Settings", "settings", None)],
        "person": {"name": "Ann Lindqvist", "initials": "AL", "url": "#", "key": 7},
        "organization": "Halvorsen Gauges",
        "demo": True,
        "start_url": "#",
        "theme": theme,
        "shortcuts": True,
        "sees_people": True,
        "due": 4,
        "work_url": "#",
        "search_url": "/search/",
        "palette_url": "/palette/",
        "preferences_url": "/preferences/",
        "help_url": "#",
        "logo_url": "",
        "today": TODAY,
    }


class DocumentForm(forms.Form):
    """A form with one field of each kind."""

    title = forms.CharField(help_text="As people say it; the number comes by itself.")
    kind = forms.ChoiceField(label="Type", choices=[("", "Choose"), ("sop", "Procedure"), ("wi", "Work instruction")])
    change = forms.ChoiceField(
        label="Class of change",
        widget=forms.RadioSelect,
        choices=[("minor", "Minor: earlier acknowledgements stay valid"), ("major", "Major: everyone reads it again")],
    )
    sites = forms.MultipleChoiceField(
        required=False, widget=forms.CheckboxSelectMultiple, choices=[("1", "Plant 1"), ("2", "Plant 2")]
    )
    review_on = forms.DateField(
        label="Next review",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text="At most 36 months away.",
    )
    reason = forms.CharField(label="Reason for the change", widget=forms.Textarea)
    training = forms.BooleanField(label="Training is needed before it takes effect", required=False)


class ReasonForm(forms.Form):
    """Only a reason."""

    reason = forms.CharField(widget=forms.Textarea(attrs={"rows": 3}), help_text="It stays in the history for good.")


class PasswordForm(forms.Form):
    """What a signature asks for."""

    credential = forms.CharField(required=False, widget=forms.HiddenInput)
    password = forms.CharField(
        label="Your password",
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        help_text="Asked at every signature. Pasting is fine.",
    )


class FileForm(forms.Form):
    """Only a file."""

    file = forms.FileField(label="File of the procedure", help_text="DOCX, PDF, XLSX, ODT or any other, up to 50 MB.")


STATES = [
    ("draft", "Draft"),
    ("in_review", "In review"),
    ("in_approval", "In approval"),
    ("approved", "Approved"),
    ("effective", "Effective"),
    ("superseded", "Superseded"),
    ("obsolete", "Obsolete"),
    ("cancelled", "Cancelled"),
    ("migrated", "Migrated"),
    ("due_soon", "Due soon"),
    ("overdue", "Overdue"),
]

TITLES = [
    ("SOP-0007", "Control of documents", "4", "effective", "Effective", "Lena Hoffmann", 210),
    ("SOP-0012", "Calibration of dial gauges", "5", "in_approval", "In approval", "Ann Lindqvist", 4),
    ("SOP-0013", "Calibration of gauge blocks", "2", "effective", "Effective", "Ann Lindqvist", -12),
    (
        "SOP-0018",
        "Handling of complaints and returns from customers abroad",
        "3",
        "effective",
        "Effective",
        "Tomás Rivera",
        -3,
    ),
    ("SOP-0021", "Corrective action", "6", "in_review", "In review", "Lena Hoffmann", 96),
    ("SOP-0024", "Incoming inspection of castings", "1", "draft", "Draft", "Tomás Rivera", None),
    ("SOP-0031", "Internal audit", "3", "approved", "Approved", "Miriam Okafor", 330),
    ("SOP-0033", "Release of finished gauges", "7", "effective", "Effective", "Jonas Weber", -41),
    ("SOP-0036", "Marking and traceability", "2", "superseded", "Superseded", "Jonas Weber", 150),
    ("SOP-0040", "Cleaning of lapping plates", "1", "obsolete", "Obsolete", "Jonas Weber", None),
    ("SOP-0044", "Packing for sea freight", "1", "migrated", "Migrated", "Tomás Rivera", 61),
]


def _rows():
    names = ("number", "title", "revision", "state", "word", "owner", "review")
    for *values, days in TITLES:
        yield dict(zip(names, [*values, days if days is None else TODAY + timedelta(days=days)], strict=True))


def _people():
    done, late, soon, past = ("effective", "acknowledged"), ("late", "overdue"), ("soon", "due"), ("past", "excused")
    patterns = ([done, done, soon, done], [done, late, done, done], [past, done, done, soon], [done, done, done, done])
    names = [
        "Ann Lindqvist",
        "Jonas Weber",
        "Lena Hoffmann",
        "Maximiliane von Hohenlohe",
        "Miriam Okafor",
        "Tomás Rivera",
    ]
    return [(name, patterns[number % 4] * 3) for number, name in enumerate(names)]


FILTERS = [
    {"label": "Type", "value": "Procedure", "remove_url": "?"},
    {"label": "Site", "value": "Plant 2", "remove_url": "?"},
    {"label": "State", "options": [{"label": "Draft", "url": "?state=draft", "count": 3}]},
    {"label": "Owner", "options": [{"label": "Ann Lindqvist", "url": "?owner=1"}]},
    {"label": "Review", "options": [{"label": "Overdue", "url": "?review=overdue", "count": 3}]},
]

TABS = [
    {"label": "Read", "url": "#", "current": True},
    {"label": "What changed", "url": "#"},
    {"label": "Approvals", "url": "#", "count": 3},
    {"label": "Acknowledgements", "url": "#", "count": 44},
    {"label": "History", "url": "#"},
]

WAY = [
    {"label": "Draft", "done": True, "note": "2 Nov, Ann Lindqvist"},
    {"label": "In review", "done": True, "note": "9 Nov, two reviewers"},
    {"label": "In approval", "current": True, "note": "2 of 3"},
    {"label": "Approved"},
    {"label": "Effective", "note": "planned 1 Dec"},
]

FACTS = [
    ("Owner", "Ann Lindqvist"),
    ("Process", "Calibration"),
    ("Site", "Plant 2"),
    ("Class", "Major"),
    ("Next review", "12 Nov 2028"),
]

HISTORY = [
    {
        "text": "Miriam Okafor refused revision 5",
        "about": "SOP-0012",
        "icon": "undo-2",
        "tone": "late",
        "at": NOW - timedelta(hours=2),
        "comment": "Table 2 still gives the old interval for class A.",
    },
    {
        "text": "Ann Lindqvist approved revision 5 as process owner",
        "about": "SOP-0012",
        "icon": "signature",
        "tone": "approval",
        "at": NOW - timedelta(hours=26),
    },
    {
        "text": "Tomás Rivera reviewed revision 5: content is right",
        "about": "SOP-0012",
        "icon": "messages-square",
        "tone": "review",
        "at": NOW - timedelta(days=5),
    },
    {
        "text": "Ann Lindqvist started revision 5, a major change",
        "about": "SOP-0012",
        "icon": "pencil-line",
        "tone": "draft",
        "at": NOW - timedelta(days=19),
    },
]

SIGN = {
    "title": "Approve revision 5",
    "rows": [
        ("Document", "SOP-0012 Calibration of dial gauges"),
        ("Revision", "5, a major change"),
        ("As", "Ann Lindqvist, process owner"),
        ("Content", "sha-256 6f1c 93aa 0b77 …"),
    ],
    "statement": "I approve this revision. I have read it as it stands, and it may take effect.",
    "action": "/signing/",
    "label": "Sign and approve",
    "cancel_url": "/record/",
    "passkey_url": "/passkey/",
    "note": "Your name, this meaning and the time are shown with the document from now on.",
}


def filled():
    """Give what all specimen pages are filled with."""
    wrong = DocumentForm(
        {"title": "", "kind": "sop", "change": "", "review_on": "soon", "reason": "Table 2 was wrong."}
    )
    return {
        "states": STATES,
        "late": TODAY - timedelta(days=4),
        "today": TODAY,
        "soon": TODAY + timedelta(days=3),
        "later": TODAY + timedelta(days=40),
        "none": None,
        "at": NOW - timedelta(hours=3),
        "rows": list(_rows()),
        "numbers": [f"SOP-{number:04}" for number in range(1, 13)],
        "people": _people(),
        "filters": FILTERS,
        "verbs": [
            {"label": "Change owner", "icon": "user", "value": "owner"},
            {"label": "Move review date", "icon": "calendar", "value": "review"},
        ],
        "tabs": TABS,
        "way": WAY,
        "facts": FACTS,
        "history": HISTORY,
        "sign": SIGN,
        "form": wrong,
        "reason": ReasonForm(),
        "upload": FileForm(),
        "password": PasswordForm(),
        "messages": [SimpleNamespace(level_tag="success", message="Saved")],
    }
