"""The statements of the page "Before you go", in the language of this run.

Nothing stands here that its sources do not say: no promise, no advice to take a treatment, no
figure without its weakness. Words are plain; a test measures how hard they are to read. Those of
visits, their cost and their place stand in `geo.guidance.visits`.
"""

from __future__ import annotations

from geo.guidance.citations import cite
from geo.guidance.other_ways import build_far_section
from geo.guidance.statement import Section, Statement
from geo.guidance.visits import list_visit_sections
from geo.i18n.language import gettext as _


def list_sections() -> tuple[Section, ...]:
    """Return all sections in the order of the page."""
    return (
        _crisis(),
        _treatment(),
        _approved(),
        _studies(),
        _careful(),
        _benzodiazepines(),
        *list_visit_sections(),
        build_far_section(),
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
                    "If you are thinking about suicide, call or text 988, or chat at "
                    "988lifeline.org. That is the Suicide & Crisis Lifeline. In an emergency, call "
                    "911."
                ),
                cite("988"),
            ),
            Statement(
                "crisis-spanish",
                _("For help in Spanish, call 988 and press 2, or text AYUDA to 988."),
                cite("988"),
            ),
            Statement(
                "crisis-veterans",
                _("Veterans can call 988 and press 1, or text 838255."),
                cite("veterans-line"),
            ),
        ),
        shown=3,
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
                cite("fda-2023"),
            ),
            Statement(
                "esketamine-is",
                _("Esketamine is a spray for the nose. Its brand name is Spravato."),
                cite("label"),
            ),
        ),
        shown=2,
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
                cite("fda-2023"),
            ),
            Statement(
                "esketamine-approved",
                _("The FDA has approved esketamine (Spravato) for adults, for three uses:"),
                cite("label"),
                (
                    _(
                        "2019: treatment-resistant depression (other treatment did not help). It is "
                        "used with an antidepressant that you swallow."
                    ),
                    _(
                        "2020: symptoms of depression in people with major depression and acute "
                        "suicidal thoughts or actions. It is used with an antidepressant that "
                        "you swallow."
                    ),
                    _("January 2025: treatment-resistant depression, now also used alone."),
                ),
            ),
            Statement(
                "esketamine-suicide",
                _(
                    "Esketamine has not been shown to prevent suicide or to reduce suicidal "
                    "thoughts. Hospital care may still be needed."
                ),
                cite("label"),
            ),
        ),
    )


def _studies() -> Section:
    return Section(
        "studies",
        _("What studies found, and how strong the evidence is"),
        (
            Statement(
                "study-practices",
                _(
                    "Results vary. One study looked at 9,016 people who had ketamine in 178 US "
                    "practices. Only 537 of them had the measurements. Of these, 53.6% got clearly "
                    "better (they “responded”), 28.9% had few or no symptoms left (“remission”), "
                    "and 8.4% got worse."
                ),
                cite("mcinnes-2022"),
            ),
            Statement(
                "study-suicide",
                _(
                    "In the same study, of those who had suicidal thoughts at the start, 73.0% had "
                    "fewer of them. But 6.0% of the patients had more."
                ),
                cite("mcinnes-2022"),
            ),
            Statement(
                "study-sites",
                _(
                    "One more study looked at 424 people in one group of clinics. Within 6 weeks, "
                    "50% responded and 20% were in remission. After 10 infusions, it was 72% and "
                    "38%."
                ),
                cite("oliver-2022"),
            ),
            Statement(
                "study-control",
                _(
                    "Neither study had a control group, which is people who do not get the drug. So we "
                    "cannot tell how many would have got better without it."
                ),
                cite("mcinnes-2022", "oliver-2022"),
            ),
            Statement(
                "study-anxiety",
                _(
                    "For anxiety, there is a trial from 2018 with 18 adults who had social anxiety "
                    "disorder. Each got ketamine once and something else once, and neither they "
                    "nor the staff knew which was which (a double-blind crossover trial). On some "
                    "scales, symptoms went down. The trial was small and short."
                ),
                cite("taylor-2018"),
            ),
            Statement(
                "study-anxiety-scores",
                _(
                    "Among the 424 people above, who had treatment for depression, scores of "
                    "anxiety (GAD-7) fell by about 30%. There was no control group."
                ),
                cite("oliver-2022"),
            ),
        ),
        shown=0,
    )


def _careful() -> Section:
    return Section(
        "careful",
        _("Who must not have it, and who should be careful"),
        (
            Statement(
                "label-must-not",
                _("By its label, you must not use esketamine if you have, or ever had:"),
                cite("label"),
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
                cite("label"),
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
                cite("own"),
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
                    "Tell the clinic what you take. Do not stop, skip or lower a dose of "
                    "benzodiazepines on your own."
                ),
                cite("jcp-2023", "fpsyt-2020"),
            ),
            Statement(
                "benzodiazepines-effect",
                _(
                    "These drugs calm people or help them sleep. They may blunt what ketamine "
                    "does, and make you more drowsy. The evidence for that is small."
                ),
                cite("jcp-2023", "fpsyt-2020"),
            ),
        ),
        shown=0,
    )


def _questions() -> Section:
    return Section(
        "questions",
        _("Questions to ask a clinic"),
        (
            Statement(
                "questions",
                _("You may want to ask these before you book. A printed list has them too."),
                cite("own"),
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
                "no-advice",
                _(
                    "This site tells you what is known and where clinics are. It advises no "
                    "treatment and no clinic. What is right for you is a matter for you and a "
                    "doctor."
                ),
                cite("own"),
            ),
            Statement(
                "rems-unchecked",
                _(
                    "We do not check if a clinic in our list is certified for Spravato (REMS). Ask "
                    "the clinic, and see the program's own site."
                ),
                cite("rems"),
            ),
        ),
        shown=0,
    )
