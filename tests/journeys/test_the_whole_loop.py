"""The other main job: three whistles about one charge become a matter, four parties meet about it,
what they may settle they settle, the rest the owners are asked; it is done, late, judged, and back.
"""

import pytest

from tests.journeys.concluding import (
    then_one_page_tells_all_of_it,
    then_the_late_one_is_public_and_on_the_next_agenda,
    then_they_are_sealed_and_published_without_a_name,
    when_chair_recorder_and_each_party_sign,
    when_it_is_done_after_all_and_its_result_published,
    when_minutes_write_themselves_and_two_go_on_writing,
    when_one_task_is_done_and_shown_and_checked,
    when_the_public_judges_it_poorly,
    when_those_present_check_them_for_three_working_days,
)
from tests.journeys.conferring import (
    then_at_the_close_the_matter_is_to_be_carried_out,
    then_the_committee_drafts_the_ballot_that_was_asked_for,
    then_the_light_is_green_on_the_wall,
    when_it_resolves_what_it_may_and_asks_the_owners_for_the_rest,
    when_the_chair_comes_to_the_matter,
    when_the_meeting_opens_and_people_check_in,
    when_the_parties_vote,
    when_two_tasks_are_given,
)
from tests.journeys.gathering import (
    given_three_whistles_about_the_same_charge,
    then_anybody_may_share_it_in_a_group,
    then_the_parties_are_invited_and_confirm,
    when_it_is_screened_with_a_public_answer,
    when_residents_support_it,
    when_the_community_calls_the_four_party_meeting,
    when_the_community_makes_one_matter_of_them,
)
from tests.journeys.neighbours import given_an_estate_and_its_four_parties
from tests.journeys.town import Town


@pytest.mark.timeout(180)  # two months of a neighbourhood
async def test_three_whistles_go_the_whole_way_and_come_back(town: Town):
    it = await given_an_estate_and_its_four_parties(town)
    await given_three_whistles_about_the_same_charge(it)
    await when_the_community_makes_one_matter_of_them(it)
    await when_residents_support_it(it)
    await when_it_is_screened_with_a_public_answer(it)

    await when_the_community_calls_the_four_party_meeting(it)
    await then_the_parties_are_invited_and_confirm(it)
    await then_anybody_may_share_it_in_a_group(it)

    await when_the_meeting_opens_and_people_check_in(it)
    await then_the_light_is_green_on_the_wall(it)
    await when_the_chair_comes_to_the_matter(it)
    await when_the_parties_vote(it)
    await when_it_resolves_what_it_may_and_asks_the_owners_for_the_rest(it)
    await when_two_tasks_are_given(it)
    await then_at_the_close_the_matter_is_to_be_carried_out(it)
    await then_the_committee_drafts_the_ballot_that_was_asked_for(it)

    await when_minutes_write_themselves_and_two_go_on_writing(it)
    await when_those_present_check_them_for_three_working_days(it)
    await when_chair_recorder_and_each_party_sign(it)
    await then_they_are_sealed_and_published_without_a_name(it)

    await when_one_task_is_done_and_shown_and_checked(it)
    await then_the_late_one_is_public_and_on_the_next_agenda(it)
    await when_it_is_done_after_all_and_its_result_published(it)
    await when_the_public_judges_it_poorly(it)
    await then_one_page_tells_all_of_it(it)
