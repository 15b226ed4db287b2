"""The statements of the page "Before you go", in the language of this run.

Nothing stands here that its sources do not say: no promise, no advice to take a treatment, no
figure without its weakness. Words are plain; a test measures how hard they are to read.
"""

from __future__ import annotations

from typing import Final

from geo.guidance import Kind, Section, Source, Statement
from geo.language import gettext as _

WRITTEN: Final = "2026-11-23"
"""The day of the text."""

_FDA: Final = "https://www.fda.gov/drugs/human-drug-compounding/"


def list_sections() -> tuple[Section, ...]:
    """Return all sections in the order of the page."""
    return (
        _crisis(),
        _treatment(),
        _approved(),
        _studies(),
        _careful(),
        _benzodiazepines(),
        _visit(),
        _course(),
        _cost(),
        _home(),
        _questions(),
        _unchecked(),
    )


def list_questions() -> tuple[str, ...]:
    """Return the questions to ask a clinic, as the page and a printed list show them."""
    return (
        _("Which treatment do you offer? Is it approved for what I have, or is it off-label?"),
        _("Do my health, my other drugs or a pregnancy speak against it?"),
        _("If you give Spravato: is this site certified (REMS)?"),
        _("Who watches over me, and for how long? Who must take me home?"),
        _("How many visits are there, over how many weeks?"),
        _("What does the whole course cost? Does my insurance pay for any of it?"),
        _("How will we know if it helps? What happens if it does not?"),
        _("Whom do I call if I feel worse after a visit?"),
    )


def _crisis() -> Section:
    return Section(
        "help-now",
        _("If you need help now"),
        (
            Statement(
                "crisis-call",
                _(
                    "If you are thinking about suicide, call or text 988. That is the Suicide & "
                    "Crisis Lifeline. In an emergency, call 911."
                ),
                (_lifeline(),),
            ),
            Statement(
                "crisis-spanish",
                _("For help in Spanish, call 988 and press 2, or text AYUDA to 988."),
                (_lifeline(),),
            ),
        ),
    )


def _treatment() -> Section:
    return Section(
        "treatment",
        _("What the treatment is"),
        (
            Statement(
                "ketamine-is",
                _(
                    "Ketamine is an anesthetic: a drug that lets people sleep through surgery. "
                    "Some clinics give it for depression too. An infusion is a slow drip into a "
                    "vein (IV)."
                ),
                (_fda_2023(),),
            ),
            Statement(
                "esketamine-is",
                _("Esketamine is a spray for the nose. Its brand name is Spravato."),
                (_label(),),
            ),
        ),
    )


def _approved() -> Section:
    return Section(
        "approved",
        _("What is approved, and what is off-label"),
        (
            Statement(
                "ketamine-approved",
                _(
                    "The FDA approves drugs in the US. It has approved ketamine as an anesthetic. It "
                    "has not approved it for any psychiatric disorder (mental illness). When a "
                    "clinic gives it for one, that is called “off-label” use."
                ),
                (_fda_2023(),),
            ),
            Statement(
                "esketamine-approved",
                _("The FDA has approved esketamine (Spravato) for three uses:"),
                (_label(),),
                (
                    _("2019: treatment-resistant depression (other treatment did not help)."),
                    _("2020: major depression with acute suicidal thoughts or actions."),
                    _("January 2025: treatment-resistant depression, with esketamine used alone."),
                ),
            ),
            Statement(
                "esketamine-suicide",
                _("Esketamine has not been shown to prevent suicide."),
                (_label(),),
            ),
        ),
    )


def _studies() -> Section:
    return Section(
        "studies",
        _("What studies found, and how sure that is"),
        (
            Statement(
                "study-practices",
                _(
                    "Results vary. One study looked at ketamine in 178 US practices. Of the "
                    "patients, 53.6% got clearly better (they “responded”), 28.9% had few or no "
                    "symptoms left (“remission”), and 8.4% got worse."
                ),
                (_practices(),),
            ),
            Statement(
                "study-sites",
                _(
                    "One more study looked at 424 people of a clinic with several sites. Within "
                    "6 weeks, 50% responded and 20% were in remission. After 10 infusions, it was "
                    "72% and 38%."
                ),
                (_arias(),),
            ),
            Statement(
                "study-control",
                _(
                    "Neither study had a control group, which is people who do not get the drug. So we "
                    "cannot tell how many would have got better without it."
                ),
                (_practices(), _arias()),
            ),
            Statement(
                "study-anxiety",
                _(
                    "For anxiety, there is a trial from 2018 with 18 adults who had social anxiety "
                    "disorder. Each got ketamine once and something else once, and neither they "
                    "nor the staff knew which was which (a double-blind crossover trial). On some "
                    "scales, symptoms went down. The trial was small and short."
                ),
                (_taylor(),),
            ),
        ),
    )


def _careful() -> Section:
    return Section(
        "careful",
        _("Who must not have it, and who should be careful"),
        (
            Statement(
                "label-must-not",
                _("By its label, you must not use esketamine if you have, or ever had:"),
                (_label(),),
                (
                    _(
                        "an aneurysm (a weak spot that bulges) in the aorta, or in a blood vessel "
                        "of the brain, the arms or the legs"
                    ),
                    _(
                        "an arteriovenous malformation (blood vessels that are joined in the wrong "
                        "way)"
                    ),
                    _("a bleed in the brain"),
                    _("an allergy to ketamine or esketamine"),
                ),
            ),
            Statement(
                "label-careful",
                _("The label asks for care, so tell the clinic, if one of these is true for you:"),
                (_label(),),
                (
                    _("high blood pressure or heart disease"),
                    _("you are pregnant or you breastfeed"),
                    _("you have misused drugs or alcohol in the past"),
                    _("psychosis (losing touch with what is real)"),
                    _("liver disease"),
                    _("trouble with your bladder"),
                    _("you drink alcohol, or take other drugs that make you drowsy"),
                ),
            ),
            Statement(
                "label-esketamine-only",
                _(
                    "These lists are those of the esketamine label. If you are to have ketamine, "
                    "ask the clinic what it goes by."
                ),
                (_own(),),
            ),
        ),
    )


def _benzodiazepines() -> Section:
    return Section(
        "benzodiazepines",
        _("If you take benzodiazepines"),
        (
            Statement(
                "benzodiazepines-stop",
                _(
                    "Tell the clinic what you take, and how much of it. Never stop benzodiazepines "
                    "on your own."
                ),
                (_benzodiazepines_2023(), _benzodiazepines_2020()),
            ),
            Statement(
                "benzodiazepines-effect",
                _(
                    "These drugs calm people or help them sleep. High doses may dull what ketamine "
                    "does, and make you more drowsy. “High” means more than 8 mg of diazepam, or "
                    "the same strength of a like drug."
                ),
                (_benzodiazepines_2023(), _benzodiazepines_2020()),
            ),
        ),
    )


def _visit() -> Section:
    return Section(
        "visit",
        _("What a visit asks of you"),
        (
            Statement(
                "visit-spravato",
                _(
                    "You can have Spravato only at a site that is certified for it. The staff "
                    "watch you for at least 2 hours. Do not drive until the next day, after you "
                    "have slept."
                ),
                (_label(), _rems()),
            ),
            Statement(
                "visit-warning",
                _("The label of Spravato has a boxed warning. It names:"),
                (_label(),),
                (
                    _("being very drowsy (sedation)"),
                    _("feeling cut off from yourself or the world (dissociation)"),
                    _("breathing that gets weak (respiratory depression)"),
                    _("abuse and misuse"),
                    _("thoughts of suicide"),
                ),
            ),
        ),
    )


def _course() -> Section:
    return Section(
        "course",
        _("What a course asks of you"),
        (
            Statement(
                "course-iv",
                _("IV ketamine is often six infusions over two to three weeks."),
                (_clinics(),),
            ),
            Statement(
                "course-esketamine",
                _("Esketamine is given twice a week for four weeks, then once a week or less."),
                (_label(),),
            ),
            Statement(
                "course-home",
                _("Someone else takes you home each time. Plan for their time as well."),
                (_clinics(), _label()),
            ),
            Statement(
                "course-miles",
                _(
                    "Where we know enough, each clinic in our list shows how many road miles such "
                    "a course adds up to. That is a guess: 1.4 times the straight line."
                ),
                (_own(), _boscoe()),
            ),
        ),
    )


def _cost() -> Section:
    return Section(
        "cost",
        _("What it costs"),
        (
            Statement(
                "cost-infusion",
                _(
                    "Prices of $400 to $800 for one infusion are often named. They range from $300 "
                    "to $1,500. Most of the time, insurance does not pay. All this is weak evidence: "
                    "it comes from commercial web pages. Ask each clinic for its price."
                ),
                (_prices(),),
            ),
        ),
    )


def _home() -> Section:
    return Section(
        "home",
        _("Ketamine mixed to order, or used at home"),
        (
            Statement(
                "home-compounded",
                _(
                    "“Compounded” ketamine is mixed to order by a pharmacy. The FDA has not "
                    "checked how safe it is or how well it works."
                ),
                (_fda_2022(), _fda_2023()),
            ),
            Statement(
                "home-risk",
                _(
                    "The FDA has warned of compounded ketamine twice, on February 16, 2022 and on "
                    "October 10, 2023. Use at home adds risk."
                ),
                (_fda_2022(), _fda_2023()),
            ),
        ),
    )


def _questions() -> Section:
    return Section(
        "questions",
        _("Questions to ask a clinic"),
        (
            Statement(
                "questions",
                _("You may want to ask these before you book. A printed list has them too."),
                (_own(),),
                list_questions(),
            ),
        ),
    )


def _unchecked() -> Section:
    return Section(
        "not-checked",
        _("What we do not check"),
        (
            Statement(
                "rems-unchecked",
                _(
                    "We do not check if a clinic in our list is certified for Spravato (REMS). Ask "
                    "the clinic, and see the program's own site."
                ),
                (_rems(),),
            ),
            Statement(
                "no-advice",
                _(
                    "This site tells you what is known and where clinics are. It advises no "
                    "treatment and no clinic. What is right for you is a matter for you and a "
                    "doctor."
                ),
                (_own(),),
            ),
        ),
    )


def _lifeline() -> Source:
    return Source(
        "988", Kind.OFFICIAL, _("988 Suicide & Crisis Lifeline"), "https://988lifeline.org/"
    )


def _fda_2022() -> Source:
    return Source(
        "fda-2022",
        Kind.OFFICIAL,
        _("FDA warning of February 16, 2022"),
        f"{_FDA}fda-alerts-health-care-professionals-potential-risks-associated-compounded-"
        "ketamine-nasal-spray",
    )


def _fda_2023() -> Source:
    return Source(
        "fda-2023",
        Kind.OFFICIAL,
        _("FDA warning of October 10, 2023"),
        f"{_FDA}fda-warns-patients-and-health-care-providers-about-potential-risks-associated-"
        "compounded-ketamine",
    )


def _label() -> Source:
    return Source(
        "label",
        Kind.OFFICIAL,
        _("the label of Spravato, at DailyMed"),
        "https://dailymed.nlm.nih.gov/dailymed/search.cfm?query=spravato",
    )


def _rems() -> Source:
    return Source(
        "rems", Kind.OFFICIAL, _("Spravato REMS program"), "https://www.spravatorems.com/"
    )


def _practices() -> Source:
    return Source(
        "jad-2021",
        Kind.PAPER,
        "Journal of Affective Disorders, doi:10.1016/j.jad.2021.12.097",
        "https://doi.org/10.1016/j.jad.2021.12.097",
    )


def _arias() -> Source:
    return Source("arias", Kind.PAPER, "Arias et al., n = 424")


def _taylor() -> Source:
    return Source("taylor-2018", Kind.PAPER, "Taylor et al., Neuropsychopharmacology 2018")


def _benzodiazepines_2023() -> Source:
    return Source("jcp-2023", Kind.PAPER, "J Clin Psychiatry 2023;84(1):22m14491")


def _benzodiazepines_2020() -> Source:
    return Source("fpsyt-2020", Kind.PAPER, "Front Psychiatry 2020, 00844")


def _boscoe() -> Source:
    return Source("boscoe-2012", Kind.PAPER, "Boscoe et al., Professional Geographer 2012")


def _clinics() -> Source:
    return Source("clinics", Kind.COMMERCIAL, _("clinics' own pages"))


def _prices() -> Source:
    return Source("prices", Kind.COMMERCIAL, _("price pages of Thervo and Healing Maps"))


def _own() -> Source:
    return Source("own", Kind.OWN, _("ours, not a medical source"))
