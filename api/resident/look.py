"""How large and in which colours a resident reads; one cookie keeps it and says no more."""

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

    def kept(self) -> str:
        """The cookie's value."""
        return f"{self.size}.{int(self.contrast)}.{self.language}"

    def wished(self, wish: str) -> "Look":
        """This look with one wish fulfilled: `size-22`, `contrast-1`, `language-en`."""
        name, _, value = wish.partition("-")
        match name:
            case "size" if value in {str(size) for size in SIZES}:
                return replace(self, size=int(value))
            case "contrast":
                return replace(self, contrast=value == "1")
            case "language" if value in set(Language):
                return replace(self, language=Language(value))
            case _:
                return self


def read(cookie: str | None, language: Language) -> Look:
    """The look that was kept; what cannot be read counts as not kept."""
    look = Look(language=language)
    size, _, rest = (cookie or "").partition(".")
    contrast, _, kept = rest.partition(".")
    for wish in (f"size-{size}", f"contrast-{contrast}", f"language-{kept}"):
        look = look.wished(wish)
    return look
