"""The figures of docs/trust-figures.md: what is promised, and which tests and controls show it."""

from __future__ import annotations

from typing import NamedTuple


class Promise(NamedTuple):
    """One figure. A test is named by its file and function; all its cases count."""

    id: str
    what: str
    target: str
    tests: tuple[str, ...] = ()
    controls: tuple[str, ...] = ()
    note: str = ""
    """What is missing, where there is no test yet."""
    unit: str = "cases"


def in_file(path: str, *functions: str) -> tuple[str, ...]:
    return tuple(f"tests/{path}::{one}" for one in functions)


PROMISES = (
    Promise(
        "A-1",
        "Every address, by every method, as everybody",
        "each answer as tests/access/matrix.csv says; no address missing",
        in_file(
            "access/test_matrix.py",
            "test_each_address_answers_as_the_file_says",
            "test_every_other_method_answers_as_the_file_says",
            "test_the_file_names_every_address_and_no_other",
        ),
        in_file(
            "access/test_matrix.py",
            "test_an_address_that_is_not_in_the_file_is_found",
            "test_an_argument_without_an_example_is_found",
            "test_a_view_without_its_permission_is_found",
            "test_a_page_open_to_strangers_is_found",
        ),
        unit="requests",
    ),
    Promise(
        "A-2",
        "Another clinic's rows, by every address with a number",
        "0 names; answered like a number that nobody has",
        in_file(
            "access/test_object_walls.py",
            "test_nobody_elsewhere_gets_a_name_of_ours",
            "test_a_row_of_another_clinic_answers_like_one_that_nobody_has",
        ),
        (
            *in_file("access/test_matrix.py", "test_a_view_that_looks_beyond_its_clinic_is_found"),
            *in_file(
                "access/test_object_walls.py",
                "test_our_own_people_do_get_names",
                "test_a_page_without_its_wall_is_found",
            ),
        ),
        unit="requests",
    ),
    Promise(
        "A-3",
        "What a tablet's key may read, the only key that is no person's (FHIR is not built)",
        "0 pages of the desk; nothing queried but through the clinic",
        (
            *in_file("kiosk/test_write_only.py", "test_a_tablet_cannot_open_any_front_desk_page"),
            *in_file("house/test_open_pages.py", "test_views_query_only_through_the_clinic"),
        ),
        in_file("access/test_matrix.py", "test_a_page_open_to_strangers_is_found"),
        unit="pages and checks",
    ),
    Promise(
        "A-4",
        "A hundred wrong passwords: from 1, 7 and 100 addresses, for three people",
        "at most 10 tries in 15 minutes; in again after 15 minutes; no account that nobody made",
        in_file(
            "account/test_guessing.py",
            "test_a_hundred_guesses_give_at_most_ten_tries",
            "test_a_person_locked_out_by_strangers_is_in_again_after_fifteen_minutes",
            "test_a_new_clinic_has_no_account_that_nobody_made",
        ),
        in_file("account/test_guessing.py", "test_without_the_throttle_all_are_tried"),
        unit="guesses and checks",
    ),
    Promise(
        "A-5",
        "A login: its number, its cookie, and all that ends it",
        "12 of 12",
        in_file("account/test_session_ends.py", "test_a_login_begins_and_ends_as_it_should"),
        in_file("account/test_session_ends.py", "test_a_login_that_nothing_ends_is_found"),
        unit="checks",
    ),
    Promise(
        "A-6",
        "A desk left alone: locked, emptied, opened by its person only",
        "every check; no data from the server meanwhile",
        in_file(
            "desk/test_desk_locks.py",
            "test_after_five_minutes_without_a_press_the_desk_locks",
            "test_the_clinic_sets_the_minutes",
            "test_a_locked_desk_shows_no_name_on_any_page_and_to_no_script",
            "test_a_locked_desk_does_nothing_that_is_posted",
            "test_the_pin_opens_it_at_the_same_address_with_a_new_session_id",
            "test_somebody_without_a_pin_unlocks_with_the_password",
            "test_the_pin_of_another_person_does_not_open_it",
            "test_five_wrong_pins_ask_for_the_full_login",
            "test_wrong_tries_are_not_forgotten_by_locking_again",
            "test_after_thirty_minutes_only_the_full_login_opens_it",
            "test_twelve_hours_after_the_login_it_ends_however_busy",
            "test_a_polling_board_is_no_activity",
            "test_what_was_sent_while_it_was_locked_is_kept_for_its_author",
            "test_the_next_person_sees_neither_the_page_nor_the_draft_of_the_one_before",
        ),
        in_file(
            "access/test_matrix.py",
            "test_a_request_leaves_no_desk_locked_behind_it_and_a_locked_one_is_found",
        ),
        unit="checks",
    ),
    Promise(
        "A-7",
        "Emergency access: a reason, an end, an alert",
        "every check",
        (
            *in_file(
                "desk/test_emergency_access.py",
                "test_with_a_reason_charts_and_the_board_open",
                "test_without_a_reason_nothing_opens_and_what_was_typed_stays",
                "test_it_ends_itself_after_an_hour_by_the_servers_clock",
                "test_more_time_takes_another_reason_and_the_same_form_twice_is_one",
                "test_other_roles_neither_need_it_nor_may_ask_for_it",
                "test_a_manager_is_told_on_each_page_until_they_have_read_it",
                "test_an_auditor_is_told_for_themselves_and_finds_it_listed_with_what_was_read",
                "test_every_event_in_it_says_that_it_was_an_emergency",
                "test_it_can_be_ended_early_and_ends_at_the_log_out",
                "test_a_deactivated_person_and_one_whose_sessions_end_have_none",
                "test_it_opens_nothing_of_another_clinic",
                "test_nothing_is_written_by_it_but_that_a_child_cannot_wait",
            ),
            *in_file("actions/test_emergency_access.py", "test_start_and_end_are_events_without_the_reason"),
        ),
        in_file("desk/test_emergency_access.py", "test_without_its_end_it_stays_open_and_is_found"),
        unit="checks",
    ),
    Promise(
        "A-8",
        "A page of another site: cookies alone, a wrong token, another origin",
        "every unsafe request refused",
        (
            *in_file("access/test_csrf.py", "test_what_another_site_sends_is_refused"),
            *in_file("access/test_matrix.py", "test_nothing_unsafe_is_taken_without_a_csrf_token"),
        ),
        in_file("access/test_csrf.py", "test_what_our_own_page_sends_is_taken"),
        unit="requests",
    ),
    Promise(
        "L-1",
        "Every page that shows a patient leaves a line",
        "100 %; a list names whom it showed",
        (
            *in_file("access/test_matrix.py", "test_each_address_answers_as_the_file_says"),
            *in_file(
                "access/test_read_trail.py",
                "test_an_answer_to_a_script_is_in_the_trail",
                "test_the_answer_to_an_outdated_page_is_in_the_trail",
                "test_a_search_is_in_the_trail_with_everybody_it_listed",
                "test_whom_a_search_beside_a_visit_finds_is_in_the_trail",
            ),
        ),
        in_file("access/test_read_trail.py", "test_a_missing_line_is_found"),
        unit="checks",
    ),
    Promise(
        "L-2",
        "Ways to change the trail",
        "every one found, and the first wrong row named",
        (
            *in_file(
                "queries/test_audit_verification.py",
                "test_the_first_wrong_row_is_named",
                "test_what_the_chain_cannot_show_the_anchor_does",
                "test_a_later_anchor_takes_no_earlier_one_back",
                "test_the_database_refuses_changes",
            ),
            *in_file(
                "queries/test_audit_triggers.py",
                "test_a_missing_trigger_is_named",
                "test_a_trigger_that_does_nothing_is_named_whatever_its_name",
                "test_a_trigger_that_the_program_did_not_make_is_named",
            ),
        ),
        in_file("queries/test_audit_verification.py", "test_an_untouched_trail_is_right"),
        unit="ways",
    ),
    Promise(
        "L-3",
        "An act whose line cannot be written",
        "50 of 50 not done; 50 of 50 sign-ins kept, and a file tells of them",
        in_file(
            "actions/test_audit_failures.py",
            "test_fifty_of_fifty_other_acts_fail_with_the_trail",
            "test_fifty_of_fifty_sign_ins_stay_and_the_file_tells_of_each",
            "test_a_page_is_not_shown_if_the_trail_cannot_tell_of_it",
        ),
        in_file("actions/test_audit_failures.py", "test_a_trail_that_fails_silently_is_found"),
        unit="acts and pages",
    ),
    Promise(
        "L-4",
        "Names, codes and forged lines in the log",
        "0",
        (
            *in_file(
                "faults/test_log_redaction.py",
                "test_no_log_line_contains_a_code",
                "test_only_the_code_is_redacted_from_a_path",
                "test_logged_events_contain_no_code_before_formatting",
            ),
            *in_file("settings/test_tablets.py", "test_the_code_is_in_no_address_log_or_row"),
            *in_file("kiosk/test_log_canaries.py", "test_nothing_typed_is_in_the_log"),
            *in_file("desk/test_no_names_outside.py", "test_no_title_address_or_log_line_has_a_name"),
        ),
        in_file("kiosk/test_log_canaries.py", "test_a_typed_word_and_a_forged_line_are_found"),
        unit="checks",
    ),
    Promise(
        "L-5",
        "Who saw this child, what did this person do, over a million events",
        "2 seconds each, equal to what was written",
        in_file(
            "audit/test_million_events.py", "test_both_questions_over_a_million_events_are_quick_and_right"
        ),
        in_file("audit/test_million_events.py", "test_a_question_without_its_index_is_found"),
        unit="questions",
    ),
    Promise(
        "D-1",
        "The policy of contents, on every answer",
        "strict on each; nothing in a page that it refuses",
        (
            *in_file("access/test_policy_of_contents.py", "test_no_answer_violates_the_policy"),
            *in_file("faults/test_headers.py", "test_every_kind_of_answer_has_the_policy"),
            *in_file(
                "journeys/test_trusted_types.py",
                "test_no_desk_page_violates_the_policy",
                "test_no_tablet_page_violates_the_policy",
            ),
        ),
        (
            *in_file(
                "access/test_policy_of_contents.py",
                "test_an_answer_without_the_policy_is_found",
                "test_what_the_policy_would_refuse_is_found_in_a_page",
            ),
            *in_file("journeys/test_trusted_types.py", "test_text_that_becomes_elements_is_refused"),
        ),
        unit="answers and checks",
    ),
    Promise(
        "D-4",
        "Code and templates that do not escape, or run what was typed",
        "0",
        in_file(
            "house/test_escaping.py",
            "test_no_template_turns_escaping_off",
            "test_text_is_marked_as_safe_only_where_it_was_read",
            "test_no_format_of_html_is_put_together",
            "test_the_security_rules_find_nothing",
        ),
        in_file(
            "house/test_escaping.py",
            "test_a_template_that_does_not_escape_is_found",
            "test_text_that_is_marked_as_safe_is_found",
            "test_a_format_that_is_put_together_is_found",
            "test_the_security_rules_find_a_planted_hole",
        ),
        unit="files",
    ),
    Promise(
        "D-7",
        "Keys: none by default, no weak one, changed without ending logins or the trail",
        "every check",
        (
            *in_file(
                "faults/test_environment.py",
                "test_debug_is_for_this_machine_only",
                "test_a_changed_key_keeps_people_logged_in",
                "test_without_an_audit_key_it_follows_from_the_secret_key",
            ),
            *in_file("queries/test_audit_verification.py", "test_an_older_key_verifies_what_it_sealed"),
        ),
        in_file("faults/test_environment.py", "test_what_is_not_safe_stops_the_start"),
        unit="checks",
    ),
    Promise(
        "F-1",
        "What nobody would send, to every address, as everybody",
        "0 faults of ours, 0 hangs",
        in_file("access/test_fuzz.py", "test_nothing_that_is_sent_is_a_fault_of_ours"),
        in_file("access/test_fuzz.py", "test_a_page_that_fails_is_found"),
        unit="inputs",
    ),
)
"""In the order of the page."""
