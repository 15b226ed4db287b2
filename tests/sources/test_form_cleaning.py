"""What sources write of the facts that patients choose by, and the codes that come of it."""

import pytest

from geo.clinics import fields
from geo.sources.form_cleaning import clean


@pytest.mark.parametrize(
    ("field", "text", "value"),
    [
        ("conditions", "Treatment-resistant depression, PTSD & chronic pain", "depression;ptsd;pain"),
        ("conditions", "depression;anxiety", "depression;anxiety"),
        ("payment", "Most insurances accepted; self pay; CareCredit", "private_insurance;self_pay;financing"),
        ("payment", "We do not accept Medicare or Medicaid. Cash only", "self_pay"),
        ("payment", "No insurance, cash only", "self_pay"),
        ("payment", "Medicare, no Medicaid", "medicare"),
        ("payment", "No Medicaid but most insurance", "private_insurance"),
        ("payment", "We do not accept Medicare, Medicaid, or Tricare", ""),
        ("payment", "State plan other than Medicaid", ""),
        ("payment", "Aetna, BCBS, Medicare", "private_insurance;medicare"),
        ("payment", "Blue Cross Blue Shield", "private_insurance"),
        ("conditions", "panic attacks, opioid use, neuropathy", "anxiety;pain;addiction"),
        ("payment", "Medi-Cal, Tricare", "medicaid;tricare_va"),
        ("languages", "English, Español and ASL", "en;es;ase"),
        ("ages", "Young adults; Children/Adolescents", "children;adolescents;young_adults"),
        ("new_patients", "Y", "yes"),
        ("new_patients", "Not accepting new patients", "no"),
        ("new_patients", "perhaps", ""),
        ("new_patients", "Yes - call first", "yes"),
        ("new_patients", "Not currently accepting", "no"),
        ("referral_needed", "Self-referral accepted", "no"),
        ("referral_needed", "Physician referral required", "yes"),
        ("wheelchair", "ADA compliant", "yes"),
        ("wheelchair", "Yes (ramp at the back)", "yes"),
        ("referral_needed", "Required", "yes"),
        ("referral_needed", "not required", "no"),
        ("wheelchair", "limited", "limited"),
        ("wheelchair", "Accessible", "yes"),
        ("email", "mailto:Front.Desk@Clinic.ORG", "Front.Desk@clinic.org"),
        ("email", "desk@clinic.org; other@clinic.org", "desk@clinic.org"),
        ("email", "desk at clinic", ""),
        ("email", "a@b.org\nBcc: everyone", "a@b.org"),
        ("evidence", "Clinic own page", "clinic_own_page"),
        ("evidence", "operator", ""),
        ("evidence", "hearsay", ""),
        ("hours", "Mon - Fri: 9am to 5:30 pm, Sat 10 AM-2 PM", "Mo-Fr 09:00-17:30; Sa 10:00-14:00"),
        ("hours", "Mo-Fr 09:00-12:00,13:00-17:00; Sa off", "Mo-Fr 09:00-12:00,13:00-17:00; Sa off"),
        ("hours", "M-F 9am-5pm", "Mo-Fr 09:00-17:00"),
        ("hours", "M - Th: 8am-4pm; F 8am-noon", ""),
        ("hours", "M–Th 8am–4pm", "Mo-Th 08:00-16:00"),
        ("hours", "Weekdays 8:30am–5pm", "Mo-Fr 08:30-17:00"),
        ("hours", "24 hours a day, 7 days a week", "24/7"),
        ("hours", "9-5", ""),
        ("hours", "Mon-Fri 9-5", ""),
        ("hours", "Mo-Fr 25:00-26:00", ""),
        ("hours", "by appointment", ""),
    ],
)  # fmt: skip
def test_a_text_becomes_codes_or_is_told(field, text, value):
    cleaned = clean(fields.find(field).form, text)
    assert cleaned.value == value
    assert bool(cleaned.reason) == (value == "")
