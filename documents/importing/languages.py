"""In which language a file is, as its folder or the end of its name says, and the path that its translations share."""

import re
from pathlib import PurePosixPath

from documents.importing.names import parts_of

# Codes that are also everyday names of departments (it, hr, no, is) say nothing in a path; a mapping can say them.
_CODES = "cs da de el en es et fi fr hu ja ko lt lv nl pl pt pt-br ro ru sk sl sv tr uk zh zh-hans zh-hant zh-cn zh-tw"
LANGUAGES = frozenset(_CODES.split())
OTHERWISE = {"jp": "ja", "kr": "ko", "cz": "cs"}
_ENDING = re.compile(r"(?i)[\s_.\-](zh[-_](?:hans|hant|cn|tw)|pt[-_]br|[a-z]{2})$")


def language_of(path: str) -> str:
    """Return the code of the language that a path names, by its innermost folder or else the end of its name."""
    pure = PurePosixPath(path)
    for part in reversed(pure.parent.parts):
        if found := known_language(part):
            return found
    ending = _ENDING.search(pure.name.removesuffix(pure.suffix))
    return known_language(ending[1]) if ending else ""


def shared_path(path: str) -> str:
    """Return the folder and the document's own name with the language left out: alike for all translations."""
    language, pure = language_of(path), PurePosixPath(path)
    folders = [part for part in pure.parent.parts if not language or known_language(part) != language]
    stem = parts_of(path).stem
    for code in _spellings(language):
        stem = re.sub(rf"(?<!\S){re.escape(code.replace('-', ' '))}(?!\S)", " ", stem)
    return "/".join([*folders, " ".join(stem.split())])


def known_language(code: str) -> str:
    """Return a code of a language in its usual spelling, empty for what is none: "JP" is "ja"."""
    plain = code.strip().casefold().replace("_", "-")
    plain = OTHERWISE.get(plain, plain)
    return plain if plain in LANGUAGES else ""


def _spellings(language: str) -> list[str]:
    return [language, *(code for code, meant in OTHERWISE.items() if meant == language)] if language else []
