"""How a resident reads, and whether the phone is theirs alone; one cookie keeps it, no more."""

from dataclasses import dataclass, replace

from api.resident.wording import Language

COOKIE = "helpline_look"
SIZES = (18, 22, 26, 30)


@dataclass(frozen=True)
class Look:
    """Body text in points, high contrast or not, and the language around the conversation."""

    size: int = SIZES[0]
    contrast: bool = False
    language: Language = Language.CHINESE
    # Others use this phone too: nothing outlasts the browser window.
    shared: bool = False

    def kept(self) -> str:
        """The cookie's value."""
        return f"{self.size}.{int(self.contrast)}.{self.language}.{int(self.shared)}"

    def wished(self, wish: str) -> "Look":
        """This look with one wish fulfilled: `size-22`, `contrast-1`, `language-en`,
        `shared-1`."""
        name, _, value = wish.partition("-")
        match name:
            case "size" if value in {str(size) for size in SIZES}:
                return replace(self, size=int(value))
            case "contrast":
                return replace(self, contrast=value == "1")
            case "language" if value in set(Language):
                return replace(self, language=Language(value))
            case "shared":
                return replace(self, shared=value == "1")
            case _:
                return self


def read(cookie: str | None, language: Language) -> Look:
    """The look that was kept; what cannot be read counts as not kept."""
    look = Look(language=language)
    names = ("size", "contrast", "language", "shared")
    for name, value in zip(names, (cookie or "").split("."), strict=False):
        look = look.wished(f"{name}-{value}")
    return look
