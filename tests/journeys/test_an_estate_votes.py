"""The main job: from an empty database to a result that anyone recounts, in one sitting."""

import pytest

from tests.journeys.convening import (
    then_anybody_reads_prints_and_checks_the_notice,
    then_the_poll_opens_by_itself,
    then_the_roll_freezes_with_its_hash,
    then_the_roll_is_not_frozen_while_it_waits,
    when_a_member_drafts_a_poll_with_two_questions,
    when_an_owner_objects_to_it,
    when_the_area_is_corrected_and_the_objection_answered,
    when_the_notice_is_proposed_and_a_second_member_confirms_it,
    when_the_roll_is_published,
)
from tests.journeys.counting import (
    then_a_changed_digit_is_named,
    then_a_stranger_recounts_it_and_the_owner_finds_her_ballots,
    then_all_its_forms_say_what_the_roll_and_the_votes_say,
    then_the_result_becomes_final,
    when_an_owner_objects_and_is_answered,
)
from tests.journeys.founding import (
    given_a_worker_and_two_committee_members,
    given_the_operator_names_community_and_estate,
)
from tests.journeys.registering import (
    then_a_second_upload_changes_nothing,
    when_all_others_bind_by_their_letters,
    when_an_owner_binds_by_the_letter,
    when_another_binds_by_a_code_to_the_phone,
    when_letters_are_printed,
    when_the_wife_binds_too,
    when_the_worker_uploads_the_roll,
)
from tests.journeys.town import Town
from tests.journeys.voting import (
    then_it_closes_by_itself,
    then_nobody_sees_a_choice_or_a_count,
    then_turnout_is_public,
    when_an_owner_of_three_homes_votes,
    when_an_owner_votes_and_changes_once,
    when_one_of_two_co_owners_votes,
    when_the_others_vote,
)


@pytest.mark.timeout(300)  # a morning's work of eight people
async def test_an_estate_votes_and_anyone_recounts_it(town: Town):
    await given_the_operator_names_community_and_estate(town)
    await given_a_worker_and_two_committee_members(town)
    await when_the_worker_uploads_the_roll(town)
    await then_a_second_upload_changes_nothing(town)
    await when_letters_are_printed(town)
    await when_an_owner_binds_by_the_letter(town)
    await when_another_binds_by_a_code_to_the_phone(town)
    await when_all_others_bind_by_their_letters(town)
    await when_the_wife_binds_too(town)

    await when_a_member_drafts_a_poll_with_two_questions(town)
    await when_the_roll_is_published(town)
    await when_an_owner_objects_to_it(town)
    await then_the_roll_is_not_frozen_while_it_waits(town)
    await when_the_area_is_corrected_and_the_objection_answered(town)
    await then_the_roll_freezes_with_its_hash(town)
    await when_the_notice_is_proposed_and_a_second_member_confirms_it(town)
    await then_anybody_reads_prints_and_checks_the_notice(town)
    await then_the_poll_opens_by_itself(town)

    await when_an_owner_votes_and_changes_once(town)
    await when_one_of_two_co_owners_votes(town)
    await when_an_owner_of_three_homes_votes(town)
    await when_the_others_vote(town)
    await then_turnout_is_public(town)
    await then_nobody_sees_a_choice_or_a_count(town)
    await then_it_closes_by_itself(town)

    await when_an_owner_objects_and_is_answered(town)
    await then_the_result_becomes_final(town)
    await then_all_its_forms_say_what_the_roll_and_the_votes_say(town)
    await then_a_stranger_recounts_it_and_the_owner_finds_her_ballots(town)
    await then_a_changed_digit_is_named(town)
