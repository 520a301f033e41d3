"""Codes of the sentences about needs and consent. Rows store the code and the facts.

Facts are in braces: typed text, numbers, dates (`day`), other sentences, or codes (`care`, `fields`).
`checkin.rules.coded_sentences` inserts them in the reader's language.
"""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class SentenceCode(TextChoices):
    """The code of a sentence, which rows store. The label is the sentence."""

    # Reasons why a need was found.
    RECORD_IN_DOUBT = "record_in_doubt", _("somebody on record may be this child")
    NO_RECORD_ALIKE = "no_record_alike", _("nobody on record is like this child")
    TYPED_OTHERWISE = "typed_otherwise", _("what was typed differs from the record: {fields}")
    ASKED_TODAY = "asked_today", _("asked for at sign-in")
    ON_RECORD = "on_record", _("on record")
    ASKED_BY_BOTH = "asked_by_both", _("asked for at sign-in and on record")
    ASKED_AS_RECORDED = "asked_as_recorded", _("asked for at sign-in, the language on record")
    RECORDED_AS_SAID = "recorded_as_said", _("on record, the language said today")
    LANGUAGE_TODAY = "language_today", _("{why}; said today: {language}")
    LANGUAGE_RECORDED = "language_recorded", _("{why}; on record: {language}")
    HELP_SAID = "help_said", _("they said: {words}")
    HELP_RECORDED = "help_recorded", _("on record: {words}")
    HELP_BY_BOTH = "help_by_both", _("they said, and it is on record: {words}")
    HELP_TWICE = "help_twice", _("they said: {today}; on record: {recorded}")
    SCHOOL_NOTE_NAMES = (
        "school_note_names",
        _("school note {number} names {names}, and this child has another name on record"),
    )
    WORK_NOTE_NAMES = (
        "work_note_names",
        _("work note {number} names {names}, and this child has another name on record"),
    )
    SCHOOL_NOTE_VOID = "school_note_void", _("school note {number} was voided, and no other was issued")
    WORK_NOTE_VOID = "work_note_void", _("work note {number} was voided, and no other was issued")
    SCHOOL_HOURS = "school_hours", _("{age} years old, here on a {weekday} in school hours")
    THEY_ASKED = "they_asked", _("they asked: {words}")
    PROMISES_NOT_KEPT = "promises_not_kept", _("{count} promised to this family and not kept yet")
    ASKED_OF_ALL = "asked_of_all", _("this clinic asks it of every visit")
    IN_SEASON = "in_season", _("in season, and none recorded since {day}")
    DUE_SINCE = "due_since", _("the record says due since {day}")
    PATH_OF_ITEM = "path_of_item", _("{item}: {path}")
    PATH_OF_CARE = "path_of_care", _("{care}: {path}")
    ALL_OF_THESE = "all_of_these", "{each}"

    # Next steps.
    VOID_OR_REISSUE = "void_or_reissue", _("void it, or change it and reissue it")
    PHONE_NUMBER = "phone_number", "{phone}"
    PATH = "path", _("{whose} · {advice}")
    PATIENT_DIED = "patient_died", _("this patient has died: nobody is phoned")
    URGENT = "urgent", _("urgent: go ahead, talk to a guardian meanwhile")
    GO_AHEAD = "go_ahead", _("go ahead")
    PHONE_FIRST = "phone_first", _("phone {name} first: {phone}")
    ASK_FOR_PHONE = "ask_for_phone", _("phone a guardian first; no number is on file, so ask for one")
    NEEDS_WRITING = "needs_writing", _("needs a guardian's consent in writing")
    CLINICIAN_DECIDES = "clinician_decides", _("clinician decides")
    DECIDES_AND_PHONE = "decides_and_phone", _("clinician decides; {advice}")
    CLINICIAN_READS = "clinician_reads", _("clinician reads these words")
    NOT_TODAY = "not_today", _("not today")
    CHECK_WHO = "check_who", _("check who {name} is")

    # Answers about consent, and how long they count.
    AGREED = "agreed", _("{who} agreed {when}")
    AGREED_TO = "agreed_to", _("{who} agreed to {item} {when}")
    SAID_NO = "said_no", _("{who} said no {when}")
    SAID_NO_TO = "said_no_to", _("{who} said no to {item} {when}")
    DECIDED_YES = "decided_yes", _("{who} decided yes {when}")
    DECIDED_YES_TO = "decided_yes_to", _("{who} decided yes to {item} {when}")
    DECIDED_NO = "decided_no", _("{who} decided no {when}")
    DECIDED_NO_TO = "decided_no_to", _("{who} decided no to {item} {when}")
    TODAY = "today", _("today")
    UNTIL = "until", _("until {day}")
    PHONED_TODAY = "phoned_today", _("by telephone today")
    PHONED_UNTIL = "phoned_until", _("by telephone until {day}")
    WITH_LIMITS = "with_limits", _("{said} ({limits})")
    THEY_DISAGREE = "they_disagree", _("{one}, {other}: they disagree")
    YES_NOT_OF_IT = "yes_not_of_it", _("{one}, {other}: the yes did not name it")
    MAY_BE_THE_SAME = "may_be_the_same", _("{one}, {other}: that may be the same")
    ANSWER_BUT = "answer_but", _("{answer}, but {doubt}")
    ANSWER_AND_CHECK = "answer_and_check", _("{answer}, {check}")

    # The adult who brought the child, and their authority.
    CAME_ALONE = "came_alone", _("came alone")
    ADULT = "adult", "{name}"
    AN_ADULT = "an_adult", _("an adult")
    GUARDIAN_HERE = "guardian_here", _("{adult}, guardian")
    PROXY_HERE = "proxy_here", _("{adult}, written proxy from {grantor}")
    PROXY_HERE_UNTIL = "proxy_here_until", _("{adult}, written proxy from {grantor} until {day}")
    PROXY_AND_CHECK = "proxy_and_check", _("{proxy}, {check}")
    ADULT_WHOSE = "adult_whose", _("{adult}, whose {why}")

    # Reasons why somebody's consent does not count.
    AUTHORITY_ENDED = "authority_ended", _("authority ended on {day}")
    PROXY_FOR_SOME = "proxy_for_some", _("written proxy is for {cares} only")
    PROXY_FOR_OTHERS = "proxy_for_others", _("written proxy does not cover it")
    PROXY_UNGRANTED = "proxy_ungranted", _("written proxy does not count: {why}")
    PROXY_REVOKED = "proxy_revoked", _("written proxy was revoked on {day}")
    PROXY_ENDED = "proxy_ended", _("written proxy ended on {day}")
    PROXY_NOT_YET = "proxy_not_yet", _("written proxy is not in force yet")
    MAY_NOT_CONSENT = "may_not_consent", _("may not consent")
    MAY_NOT_BECAUSE = "may_not_because", _("may not consent ({why})")
    NO_GUARDIAN = "no_guardian", _("is no guardian on record")
    RECORDED_AS_OTHER = "recorded_as_other", _("is on record as “{recorded}”, and not surely as “{said}”")
    RECORDED_AS = "recorded_as", _("is on record as “{recorded}”, and not surely who is meant here")
    A_GUARDIAN = "a_guardian", _("guardian")
    GRANTOR_ENDED = "grantor_ended", _("{name} granted it, whose authority ended on {day}")
    GRANTOR_MAY_NOT = "grantor_may_not", _("{name} granted it and may not consent")
    GRANTOR_IN_DOUBT = "grantor_in_doubt", _("{name} granted it and is not surely a guardian on record")
    GRANTOR_IS = "grantor_is", _("{name} granted it and {doubt}")
    GRANTOR_UNKNOWN = "grantor_unknown", _("nobody on record granted it: check who {name} is")

    # Reasons why a need was closed or is open again.
    LEFT_UNSEEN = "left_unseen", _("left without being seen")
    LEFT_UNSEEN_BECAUSE = "left_unseen_because", _("left without being seen: {reason}")
    ENTERED_IN_ERROR = "entered_in_error", _("entered in error")
    NOT_GIVEN = "not_given", _("it was not given")
    GIVEN_TO_OTHER = "given_to_other", _("given to {name}, who is another child")
    ANSWERED_FOR = "answered_for", _("answered for {name}")
    ANSWERED_FOR_OTHER = "answered_for_other", _("answered for {name}, and this is another child")
    ANSWERED_FOR_NOBODY = "answered_for_nobody", _("answered for nobody yet, and this is another child")

    # Results of a second concern.
    CONCERN_DONE = "concern_done", _("done today")
    CONCERN_DONE_SO = "concern_done_so", _("done today: {words}")
    CONCERN_BOOKED_ON = "concern_booked_on", _("booked for {day_of_week}")
    CONCERN_BOOKED_SO = "concern_booked_so", _("booked for {words}")
    CONCERN_BOOKED_BOTH = "concern_booked_both", _("booked for {day_of_week}, {words}")
    CONCERN_NOT_POSSIBLE = "concern_not_possible", _("not possible because {words}")

    # Dates when something was given or done, and their source.
    GIVEN_HERE = "given_here", _("{name} was given here on {day}")
    DONE_HERE = "done_here", _("{name} was done here on {day}")
    RECORD_SAYS_GIVEN = "record_says_given", _("the record says {name} was given on {day}")
    RECORD_SAYS_DONE = "record_says_done", _("the record says {name} was done on {day}")
    IT = "it", _("it")
    FLU_VACCINE = "flu_vaccine", _("flu vaccine")
    FLU_GIVEN = "flu_given", _("this season's flu vaccine was given on {day}")
