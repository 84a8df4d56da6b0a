"""The verbs of actions."""

from qms.actions.services.changing import cancel, change, hand_over
from qms.actions.services.doing import Upload, do, send_back, verify
from qms.actions.services.extending import agree_extension, ask_extension, refuse_extension
from qms.actions.services.following import duty_moved
from qms.actions.services.giving import give

__all__ = [
    "Upload",
    "agree_extension",
    "ask_extension",
    "cancel",
    "change",
    "do",
    "duty_moved",
    "give",
    "hand_over",
    "refuse_extension",
    "send_back",
    "verify",
]
