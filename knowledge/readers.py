"""How the text is taken out of a file: docx, pdf, html; an error tells the mend alone."""

from io import BytesIO
from xml.etree.ElementTree import ParseError as XmlError
from zipfile import BadZipFile

import docx
import pypdf
import trafilatura
from docx.opc.exceptions import PackageNotFoundError
from pypdf.errors import PyPdfError

from knowledge.importing import rejoined
from knowledge.unreadable import ImportingError, Trouble


def docx_text(content: bytes) -> str:
    """The paragraphs and the rows of tables of a Word document."""
    try:
        document = docx.Document(BytesIO(content))
    except (PackageNotFoundError, BadZipFile, KeyError, ValueError, XmlError) as error:
        raise ImportingError(
            "is not a Word document; save it again as .docx", Trouble.NO_WORD
        ) from error
    lines = [paragraph.text for paragraph in document.paragraphs]
    for table in document.tables:
        lines += ["\t".join(cell.text.strip() for cell in row.cells) for row in table.rows]
    return "\n".join(lines)


def pdf_text(content: bytes) -> str:
    """The text of a PDF; one that is mostly a scan is told so."""
    try:
        reader = pypdf.PdfReader(BytesIO(content))
        if reader.is_encrypted and not reader.decrypt(""):
            raise ImportingError("is locked with a password; give an unlocked copy", Trouble.LOCKED)
        pages = [page.extract_text() for page in reader.pages]
    except (PyPdfError, ValueError, KeyError, OSError) as error:
        raise ImportingError("is not a whole PDF; download it again", Trouble.NO_PDF) from error
    bare = sum(not page.strip() for page in pages)
    # A scan often has a cover or a stamp with text; what it says is not on those pages.
    if 2 * bare > len(pages):
        raise ImportingError(
            f"has no text on {bare} of its {len(pages)} pages, it is a scan; give a PDF with text",
            Trouble.SCAN,
        )
    return rejoined("\n".join(pages))


def html_text(content: bytes) -> str:
    """The article of a page, without its scripts and menus."""
    text = trafilatura.extract(content, include_comments=False, include_tables=True)
    if not text:
        raise ImportingError(
            "holds no article text; save the page of the document itself",
            Trouble.NO_ARTICLE,
        )
    return str(text)
