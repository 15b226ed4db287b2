"""The codes that fields of several words take, what each is called, and how sources write it."""

from __future__ import annotations

import re
from typing import Final

from geo.clinics.forms import Code, Codes
from geo.clinics.vocabulary import Treatment
from geo.i18n.language import mark

TREATMENT_CODES: Final = Codes(
    (
        Code(
            Treatment.IV.value,
            mark("IV infusion"),
            re.compile(r"\bi\.?v\b|intravenous|ketamine infusion", re.IGNORECASE),
        ),
        Code(
            Treatment.IM.value,
            mark("injection"),
            re.compile(r"\bI\.?M\b\.?|(?i:intramuscular)"),  # not the verb of "I'm"
        ),
        Code(
            Treatment.ESKETAMINE.value,
            mark("esketamine (Spravato)"),
            re.compile(r"esketamine|spravato", re.IGNORECASE),
        ),
        Code(
            Treatment.ORAL.value,
            mark("by mouth"),
            re.compile(r"\boral ketamine|troche|lozenge|sublingual", re.IGNORECASE),
        ),
        Code(
            Treatment.NASAL.value,
            mark("compounded nasal ketamine"),
            re.compile(r"nasal ketamine|ketamine nasal", re.IGNORECASE),
        ),
        Code(
            Treatment.ASSISTED_THERAPY.value,
            mark("ketamine-assisted therapy"),
            re.compile(r"assisted (?:psycho)?therapy|\bKAP\b", re.IGNORECASE),
        ),
        Code(
            Treatment.AT_HOME.value,
            mark("at home"),
            re.compile(r"\bat[ -]home\b", re.IGNORECASE),
        ),
    )
)

CONDITION_CODES: Final = Codes(
    (
        Code(
            "depression",
            mark("depression"),
            re.compile(r"depress(ion|ive)|\bMDD\b|\bTRD\b", re.IGNORECASE),
        ),
        Code("anxiety", mark("anxiety"), re.compile(r"anxiety|anxious|\bpanic\b", re.IGNORECASE)),
        Code("ptsd", mark("PTSD"), re.compile(r"\bPTSD\b|post[ -]?traumatic", re.IGNORECASE)),
        Code("ocd", mark("OCD"), re.compile(r"\bOCD\b|obsessive", re.IGNORECASE)),
        Code("bipolar", mark("bipolar disorder"), re.compile(r"bipolar", re.IGNORECASE)),
        Code(
            "pain",
            mark("chronic pain"),
            re.compile(
                r"\bpain\b|\bCRPS\b|fibromyalgia|migraine|headache|neuropath|neuralgia",
                re.IGNORECASE,
            ),
        ),
        Code(
            "addiction",
            mark("addiction"),
            re.compile(
                r"addict|substance[ -](use|abuse)|alcohol|opioid|\bSUD\b|\bOUD\b", re.IGNORECASE
            ),
        ),
        Code(
            "other",
            mark("other conditions"),
            re.compile(r"\bothers?\b|suicid|eating disorder|\bADHD\b", re.IGNORECASE),
        ),
    )
)
PAYMENT_CODES: Final = Codes(
    (
        Code(
            "private_insurance",
            mark("private insurance"),
            re.compile(
                r"(private|commercial|most|major)( health)? insur|"
                r"insurances?( is| plans?)?( are)? accepted|(accepts?|takes?)( most| major)? insur|"
                r"\A\s*(health )?insurance\s*\Z|"
                # A list of insurers is how most tables say it.
                r"\b(aetna|ambetter|anthem|bcbs|blue ?(cross|shield)|carelon|cigna|evernorth|humana|"
                r"kaiser|optum|uhc|united ?health ?care)\b",
                re.IGNORECASE,
            ),
        ),
        Code("medicare", mark("Medicare"), re.compile(r"\bmedicare\b", re.IGNORECASE)),
        Code("medicaid", mark("Medicaid"), re.compile(r"\bmedicaid\b|\bmedi-cal\b", re.IGNORECASE)),
        Code(
            "tricare_va",
            mark("TRICARE or VA"),
            re.compile(
                r"tricare|triwest|\bVA\b|veterans (affairs|administration)|military insurance",
                re.IGNORECASE,
            ),
        ),
        Code(
            "self_pay",
            mark("self-pay"),
            re.compile(
                r"self[ -]?pay|\bcash\b|out[ -]of[ -]pocket|private pay|credit card", re.IGNORECASE
            ),
        ),
        Code(
            "financing",
            mark("financing"),
            re.compile(r"financ(e\b|ing)|payment plan|care ?credit|advance care", re.IGNORECASE),
        ),
        Code("sliding_scale", mark("sliding scale"), re.compile(r"sliding", re.IGNORECASE)),
    )
)
AGE_CODES: Final = Codes(
    (
        Code("children", mark("children"), re.compile(r"child(ren)?\b|pediatric", re.IGNORECASE)),
        Code("adolescents", mark("adolescents"), re.compile(r"adolescen|\bteen", re.IGNORECASE)),
        Code("young_adults", mark("young adults"), re.compile(r"young adults?", re.IGNORECASE)),
        Code(
            "adults",
            mark("adults"),
            re.compile(r"(?<!young )(?<!older )\badults?\b", re.IGNORECASE),
        ),
        Code(
            "seniors",
            mark("seniors"),
            re.compile(r"seniors?\b|older adults?|geriatric|\belder", re.IGNORECASE),
        ),
    )
)
LANGUAGE_CODES: Final = Codes(
    (
        Code("en", mark("English")),
        Code("es", mark("Spanish"), re.compile(r"\bspanish\b|espa[nñ]ol", re.IGNORECASE)),
        Code("ar", mark("Arabic")),
        Code("zh", mark("Chinese"), re.compile(r"\bchinese\b|mandarin|cantonese", re.IGNORECASE)),
        Code("fa", mark("Persian"), re.compile(r"\bpersian\b|farsi", re.IGNORECASE)),
        Code("fr", mark("French")),
        Code("de", mark("German")),
        Code("ht", mark("Haitian Creole"), re.compile(r"creole", re.IGNORECASE)),
        Code("hi", mark("Hindi")),
        Code("hmn", mark("Hmong")),
        Code("it", mark("Italian")),
        Code("ja", mark("Japanese")),
        Code("ko", mark("Korean")),
        Code("pl", mark("Polish")),
        Code("pt", mark("Portuguese")),
        Code("ru", mark("Russian")),
        Code("tl", mark("Tagalog"), re.compile(r"tagalog|filipino", re.IGNORECASE)),
        Code("vi", mark("Vietnamese")),
        Code(
            "ase",
            mark("American Sign Language"),
            re.compile(r"sign language|\bASL\b|deaf", re.IGNORECASE),
        ),
    )
)
"""ISO 639 codes of the languages that sources name."""

_YES: Final = r"\A\s*(yes(\s*[,.;:(–-].*)?|y|true|1|designated"
_NO: Final = r"\A\s*(no(\s*[,.;:(–-].*)?|n|false|0"
YES_OR_NO: Final = Codes(
    (
        Code(
            "yes",
            mark("yes"),
            re.compile(
                rf"{_YES}|(currently )?accepting.*|(is )?(required|needed)|"
                r"(physician|doctor)('s)? referral.*)\s*\Z",
                re.IGNORECASE,
            ),
        ),
        Code(
            "no",
            mark("no"),
            re.compile(
                rf"{_NO}|not (currently )?(accepting|required|needed|necessary).*|closed|"
                r"self[ -]referrals?.*|optional)\s*\Z",
                re.IGNORECASE,
            ),
        ),
    ),
    several=False,
)
WHEELCHAIR_CODES: Final = Codes(
    (
        Code(
            "yes",
            mark("yes"),
            re.compile(
                rf"{_YES}|((fully|wheelchair|ada|handicap(ped)?)[ -])?(accessible|compliant)|full)\s*\Z",
                re.IGNORECASE,
            ),
        ),
        Code(
            "limited",
            mark("in part"),
            re.compile(r"\A\s*(limited|partly|partial(ly)?)\b.*\Z", re.IGNORECASE),
        ),
        Code("no", mark("no"), re.compile(rf"{_NO}|not accessible)\s*\Z", re.IGNORECASE)),
    ),
    several=False,
)
