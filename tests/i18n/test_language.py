import ast
import datetime as dt
import re
import subprocess
import sys
import threading
from string import Formatter

import pytest
from babel import numbers
from babel.messages.pofile import read_po

from geo.errors import GeoError
from geo.i18n import language
from geo.i18n.language import (
    ENGLISH,
    available,
    format_date,
    format_figure,
    format_miles,
    format_number,
    format_percent,
    gettext,
    mark,
    negotiate,
    ngettext,
    using,
)
from geo.search.wording import RIDE_HOME
from tests import messages

CATALOGUES = sorted(language.FOLDER.glob("*.po"))
MARKUP = re.compile(r"[<>]")
# How sure, a press release, headquarters, a queue's place, what insurance pays, ill use, and a
# place: what these mean is not what is meant.
FALSE_FRIENDS = re.compile(
    r"qué tan seguro|notas? de prensa|\bsedes?\b|por un puesto|\bcobertura\b|mal uso"
    r"|\b(este|su|al|del?) sitio\b(?! web)|información débil",
    re.IGNORECASE,
)


@pytest.fixture(scope="module")
def template():
    return messages.extract()


def read(path):
    with path.open("rb") as file:
        return read_po(file, locale=path.stem, abort_invalid=True)


def fields(text):
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def forms(message, strings=None):
    """Return the texts of a message, or of its translation."""
    texts = message.id if strings is None else strings
    return [texts] if isinstance(texts, str) else list(texts)


def find_literal_calls():
    """Return every text that is handed to a function of `geo.i18n.language`, read from the syntax."""
    found = set()
    for folder in ("geo", "pages"):
        for path in (messages.ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if (
                    isinstance(node, ast.Call)
                    and isinstance(node.func, ast.Name)
                    and node.func.id in messages.KEYWORDS
                ):
                    of_context = node.func.id == "pgettext"
                    found |= {
                        argument.value
                        for argument in node.args[of_context:]
                        if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
                    }
    return found


def test_spanish_is_there():
    assert [path.stem for path in CATALOGUES] == ["es"]


def test_the_messages_are_those_of_the_sources_and_of_the_data(template):
    known = {form for message in template if message.id for form in forms(message)}
    written = find_literal_calls()
    data = set(messages.extract_data())

    assert len(written) > 400
    assert written - known == set(), "Babel does not see these; take them out of the f-string"
    assert known - written - data == set(), "Babel takes these for messages; name a variable"


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.stem)
def test_a_catalogue_has_every_message_and_no_other(path, template):
    catalogue = read(path)
    said = {(message.context, str(message.id)) for message in catalogue if message.id}
    wanted = {(message.context, str(message.id)) for message in template if message.id}

    assert wanted - said == set(), "missing: python -m tests.messages, then translate"
    assert said - wanted == set(), "no longer used: python -m tests.messages"
    assert not catalogue.obsolete


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.stem)
def test_every_message_is_translated_with_its_placeholders_and_none_is_fuzzy(path):
    wrong = []
    for message in read(path):
        if not message.id:
            continue
        # A form for one may leave the number out ("the clinic nearest to ...").
        may_have = set().union(*map(fields, forms(message)))
        must_have = set.intersection(*map(fields, forms(message)))
        strings = forms(message, message.string)
        if message.fuzzy or len(strings) != (1 if isinstance(message.id, str) else 2):
            wrong.append(message.id)
            continue
        wrong += [
            message.id
            for text in strings
            if not text.strip()
            or not must_have <= fields(text) <= may_have
            or MARKUP.search(text)
            or (text[-1] in ".?!:") != (forms(message)[0][-1] in ".?!:")
        ]
    assert wrong == []


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.stem)
def test_a_header_names_the_language_and_who_reviewed_its_safety_texts(path):
    header = language.read_header(path.stem)

    assert header["X-Language-Name"]
    assert header["X-Clinician-Review"]
    assert header["Language"] == path.stem


def test_spanish_says_nothing_that_means_something_else():
    texts = [
        text
        for message in read(language.FOLDER / "es.po")
        for text in forms(message, message.string)
    ]
    assert [text for text in texts if FALSE_FRIENDS.search(text)] == []
    assert FALSE_FRIENDS.search("en una nota de prensa")
    with using("es"):
        assert gettext("Where next") == "Dónde harían falta más clínicas"
        assert "qué tan sólida es la evidencia" in gettext(
            "What studies found, and how strong the evidence is"
        )
        assert "pagar para aparecer primero" in gettext(
            "Nearest first. Nobody can pay for a place."
        )
        assert gettext(RIDE_HOME).startswith("No debe manejar hasta el día siguiente")


def test_a_language_is_one_file(tmp_path, monkeypatch):
    (tmp_path / "xx.po").write_text(
        'msgid ""\nmsgstr ""\n"Language: xx\\n"\n"X-Language-Name: Ixix\\n"\n'
        '"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n'
        '"Content-Type: text/plain; charset=utf-8\\n"\n\n'
        'msgid "Search"\nmsgstr "⟦Search⟧"\n\n#, fuzzy\nmsgid "Next"\nmsgstr "⟦Next⟧"\n',
        encoding="utf-8",
    )
    monkeypatch.setattr(language, "FOLDER", tmp_path)

    assert available() == {"en": "English", "xx": "Ixix"}
    assert negotiate("xx") == "xx"
    with using("xx"):
        assert (gettext("Search"), gettext("Next"), gettext("Treatment"), gettext("")) == (
            "⟦Search⟧",
            "Next",
            "Treatment",
            "",
        )
    (tmp_path / "xx.po").write_text("msgid broken", encoding="utf-8")
    with pytest.raises(GeoError, match=r"data/locale/xx\.po cannot be read"), using("xx"):
        pass


def test_a_language_without_a_file_is_an_error():
    with pytest.raises(GeoError, match=r"no catalogue data/locale/zz\.po"), using("zz"):
        pass


@pytest.mark.parametrize(
    ("header", "query", "choice", "code"),
    [
        ("", None, None, "en"),
        ("es-US,es;q=0.9,en;q=0.8", None, None, "es"),
        ("en-US,en;q=0.9,es;q=0.8", None, None, "en"),
        ("fr, es;q=0.5, en;q=0.4", None, None, "es"),
        ("en;q=0.4, es;q=0.5", None, None, "es"),
        ("es;q=0, en", None, None, "en"),
        ("es-419", None, None, "es"),
        ("ES_mx", None, None, "en"),
        ("pt-BR,*;q=0.1", None, None, "en"),
        (";;;,q=,es;q=nonsense", None, None, "en"),
        ("es", "en", None, "en"),
        ("en", "es", "en", "es"),
        ("en", None, "es", "es"),
        ("es", None, "en", "en"),
        ("es", "../../etc/passwd", None, "es"),
        ("en", "es-MX", None, "es"),
        ("en", "ES", None, "es"),
    ],
)
def test_the_link_comes_before_the_choice_and_the_choice_before_the_browser(
    header, query, choice, code
):
    assert negotiate(header, query, choice) == code


def test_each_run_speaks_for_itself():
    heard = {}

    def run(code):
        with using(code):
            started.wait(5)
            heard[code] = gettext("Search")

    started = threading.Barrier(2)
    threads = [threading.Thread(target=run, args=(code,)) for code in ("en", "es")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(5)

    assert heard == {"en": "Search", "es": "Buscar"}
    assert gettext("Search") == "Search"


def test_a_message_is_marked_unchanged():
    assert mark("Search") == "Search"


def test_distances_in_miles_with_kilometres_beside_them():
    assert [
        format_miles(1),
        format_miles(5),
        format_miles(4.2, 1),
        format_miles(30, short=True),
    ] == [
        "1 mile",
        "5 miles",
        "4.2 miles",
        "30 mi",
    ]
    with using("es"):
        assert [
            format_miles(1),
            format_miles(5),
            format_miles(4.2, 1),
            format_miles(1250),
            format_miles(30, short=True),
        ] == [
            "1 milla (2 km)",
            "5 millas (8 km)",
            "4.2 millas (6.8 km)",
            "1,250 millas (2,012 km)",
            "30 mi (48 km)",
        ]


@pytest.mark.parametrize(
    ("day", "english", "spanish"),
    [
        ("2026", "2026", "2026"),
        ("2026-03", "March 2026", "marzo de 2026"),
        ("2026-03-05", "March 5, 2026", "5 de marzo de 2026"),
        (dt.date(2026, 12, 31), "December 31, 2026", "31 de diciembre de 2026"),
    ],
)
def test_dates_as_far_as_they_are_known(day, english, spanish):
    assert format_date(day) == english
    with using("es"):
        assert format_date(day) == spanish


@pytest.mark.parametrize("value", [0, 0.5, 1, 12.345, 999.95, 1234.5, 1_234_567])
@pytest.mark.parametrize("decimals", [0, 1, 2])
def test_english_writes_numbers_as_babel_does(value, decimals):
    pattern = f"#,##0.{'0' * decimals}".rstrip(".")
    plain = f"{value:,.{decimals}f}"

    assert format_number(value, decimals) == plain
    assert numbers.format_decimal(float(plain.replace(",", "")), pattern, "en_US") == plain


def test_shares_in_per_cent():
    assert [format_percent(0.5), format_percent(0.1234, 1)] == ["50%", "12.3%"]
    with using("es"):
        assert [format_percent(0.5), format_percent(0.1234, 1), format_percent(0.5)] == [
            "50%",
            "12.3%",
            "50%",
        ]


def test_the_form_of_a_message_goes_with_its_number():
    with using("es"):
        said = [ngettext("{count} clinic", "{count} clinics", n) for n in (0, 1, 1.5, 2)]
    assert said == ["{count} clínicas", "{count} clínica", "{count} clínicas", "{count} clínicas"]


@pytest.mark.parametrize(
    ("value", "form", "written"),
    [(1234.56, ",.1f", "1,234.6"), (0.00012, ".2g", "0.00012"), (3, "+.1f", "+3.0")],
)
def test_figures_are_written_with_the_marks_of_the_language(
    value, form, written, tmp_path, monkeypatch
):
    assert format_figure(value, form) == written
    with using("es"):
        assert format_figure(value, form) == written
    (tmp_path / "de.po").write_text(
        'msgid ""\nmsgstr ""\n"Language: de\\n"\n"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n',
        encoding="utf-8",
    )
    monkeypatch.setattr(language, "FOLDER", tmp_path)
    with using("de"):
        assert format_figure(value, form) == written.translate(str.maketrans(".,", ",."))


def test_english_needs_no_babel():
    assert language.current() == ENGLISH
    code = (
        "import sys; from geo.i18n import language as l; l.use('en'); l.available();"
        "l.negotiate('es-US'); l.format_miles(5); l.format_number(1e4); l.format_percent(.5);"
        "l.format_date('2026-03-05'); sys.exit('babel' in sys.modules)"
    )
    assert (
        subprocess.run([sys.executable, "-c", code], cwd=messages.ROOT, check=False).returncode == 0
    )
