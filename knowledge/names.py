"""The closed sets of names that the contract fixes and every package shares."""

from enum import StrEnum


class Region(StrEnum):
    """Where a rule applies. `national` is the layer under the other five."""

    NATIONAL = "national"
    DONGTOU = "dongtou"
    LONGYAN = "longyan"
    FENGZE = "fengze"
    ZICHUAN = "zichuan"
    NINGXIA = "ningxia"


class Tongue(StrEnum):
    """How somebody is talked with where the common language does not do; `text`: in writing."""

    MINNAN = "minnan"
    LONGYAN = "longyan"
    HAKKA = "hakka"
    WENZHOU = "wenzhou"
    SHANDONG = "shandong"
    NINGXIA = "ningxia"
    CANTONESE = "cantonese"
    ENGLISH = "english"
    SIGN = "sign"
    TEXT = "text"


class Intent(StrEnum):
    """What a resident wants with one message. `unsure` is the resident's own 不知道."""

    ASK_POLICY = "ask_policy"
    CHECK_ELIGIBILITY = "check_eligibility"
    REPORT_EMERGENCY = "report_emergency"
    FILE_COMPLAINT = "file_complaint"
    ASK_HUMAN = "ask_human"
    ASK_PROGRESS = "ask_progress"
    REPORT_CHANGE = "report_change"
    REQUEST_SERVICE = "request_service"
    MANAGE_VISIT = "manage_visit"
    GIVE_FEEDBACK = "give_feedback"
    PRIVACY_REQUEST = "privacy_request"
    GREET = "greet"
    THANK = "thank"
    GOODBYE = "goodbye"
    AFFIRM = "affirm"
    DENY = "deny"
    UNSURE = "unsure"
    INFORM = "inform"
    RESTART = "restart"
    OUT_OF_SCOPE = "out_of_scope"


class Aspect(StrEnum):
    """Which side of a programme a policy question is about."""

    CONDITIONS = "conditions"
    AMOUNT = "amount"
    DOCUMENTS = "documents"
    PROCESS = "process"
    DURATION = "duration"
    WHERE = "where"
    CONTACT = "contact"
    REVIEW = "review"
    RIGHTS = "rights"
    DEFINITION = "definition"


class Hazard(StrEnum):
    """Kinds of danger, gravest first: the order of this class is the order of gravity."""

    SELF_HARM = "self_harm"
    VIOLENCE = "violence"
    CHILD_AT_RISK = "child_at_risk"
    MEDICAL_EMERGENCY = "medical_emergency"
    DISASTER_DANGER = "disaster_danger"
    NO_FOOD = "no_food"
    DISPLACED = "displaced"
    SUDDEN_HARDSHIP = "sudden_hardship"
    CARE_INTERRUPTED = "care_interrupted"
    INSTITUTION_ABUSE = "institution_abuse"
    EXTORTION = "extortion"
    NONE = "none"


class Priority(StrEnum):
    """P0 danger to life, P1 within 24 hours, P2 the rest."""

    P0 = "P0"
    P1 = "P1"
    P2 = "P2"


P0_HAZARDS = frozenset(
    {
        Hazard.SELF_HARM,
        Hazard.VIOLENCE,
        Hazard.CHILD_AT_RISK,
        Hazard.MEDICAL_EMERGENCY,
        Hazard.DISASTER_DANGER,
    }
)


def priority_of(hazard: Hazard) -> Priority:
    """The priority that a hazard alone gives."""
    if hazard is Hazard.NONE:
        return Priority.P2
    return Priority.P0 if hazard in P0_HAZARDS else Priority.P1


class Category(StrEnum):
    """Kinds of ticket."""

    ENQUIRY = "enquiry"
    APPLICATION = "application"
    EMERGENCY = "emergency"
    COMPLAINT = "complaint"
    REPORT = "report"
    REFUSED = "refused"
    SERVICE = "service"
    CHANGE = "change"
    RIGHTS = "rights"
    DISCOVERY = "discovery"


class Programme(StrEnum):
    """Forms of assistance a resident may ask for."""

    DIBAO = "dibao"
    DIBAO_MARGIN = "dibao_margin"
    TEKUN = "tekun"
    RIGID_EXPENDITURE = "rigid_expenditure"
    LOW_INCOME_FAMILY = "low_income_family"
    TEMPORARY_EMERGENCY = "temporary_emergency"
    TEMPORARY_EXPENDITURE = "temporary_expenditure"
    DISABILITY_LIVING = "disability_living"
    DISABILITY_NURSING = "disability_nursing"
    ORPHAN = "orphan"
    UNATTENDED_CHILD = "unattended_child"
    CHILD_REHABILITATION = "child_rehabilitation"
    ASSISTIVE_DEVICES = "assistive_devices"
    MEDICAL = "medical"
    EMERGENCY_MEDICAL = "emergency_medical"
    EDUCATION = "education"
    HOUSING = "housing"
    EMPLOYMENT = "employment"
    DISASTER = "disaster"
    LEGAL_AID = "legal_aid"
    JUDICIAL_AID = "judicial_aid"
    DISPLACED_PERSONS = "displaced_persons"
    SERVICE_ASSISTANCE = "service_assistance"
    SPECIAL_CARE = "special_care"
    UTILITY_DISCOUNT = "utility_discount"
    VETERAN = "veteran"
    WORKER = "worker"
    HEATING = "heating"
    WOMEN_CANCER = "women_cancer"


class Matter(StrEnum):
    """What a ticket is about, for routing to the unit that is responsible."""

    BASIC = "basic"
    TEMPORARY = "temporary"
    MEDICAL = "medical"
    EDUCATION = "education"
    HOUSING = "housing"
    EMPLOYMENT = "employment"
    DISASTER = "disaster"
    DISABILITY = "disability"
    CHILD = "child"
    LEGAL = "legal"
    DISPLACED = "displaced"
    CONDUCT = "conduct"
    FRAUD = "fraud"
    SERVICE = "service"
    VETERAN = "veteran"
    WORKER = "worker"
    UTILITY = "utility"
    DISCLOSURE = "disclosure"
    WOMEN = "women"
    PSYCHOLOGICAL = "psychological"
    SAFEGUARDING = "safeguarding"
