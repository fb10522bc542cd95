"""A vote and its result as everybody reads them, in every form the same."""

import csv
import io
import json
from datetime import timedelta

from openpyxl import load_workbook
from pypdf import PdfReader

from coordination.ballots.package_tables import FORMS
from coordination.ballots.polls.endings import revoke_poll
from coordination.ballots.recount import main as recount
from coordination.ballots.results.clockwork import advance_poll
from coordination.ballots.results.objections import answer_result_objection, object_to_result
from coordination.ballots.results.turnout import move_turnout
from coordination.people.sessions import look_up, open_session
from coordination.people.tables import RoleKind
from tests.ballots.a_vote import a_vote, a_voter, freeze
from tests.ballots.test_casting_actions import a_paper, sent
from tests.ballots.test_results import COUNTED, MUCH_LATER, a_counted_vote, asker_of
from tests.builders import OPENING, a_person, a_role


async def test_page_print_json_csv_and_xlsx_say_the_same(browser, tmp_path):
    vote, _ = await a_counted_vote()

    page = await browser.open(f"{vote.path}/result")
    files = {
        name: (await browser.client.get(f"{vote.path}/result/{name}")).content
        for name in ("package.json", "result.csv", "result.xlsx", "result.pdf")
    }
    print_text = "".join(p.extract_text() for p in PdfReader(io.BytesIO(files["result.pdf"])).pages)
    rows = list(csv.reader(io.StringIO(files["result.csv"].decode("utf-8-sig"))))
    sheet = load_workbook(io.BytesIO(files["result.xlsx"])).active
    (tmp_path / "package.json").write_bytes(files["package.json"])

    [question] = json.loads(files["package.json"])["questions"]
    agreed = next(one for one in question["choices"] if one["label"] == "同意")
    assert recount([str(tmp_path / "package.json")]) == 0
    for text in (
        page.text.replace(",", ""),  # it sets off the thousands for those who read
        print_text,
        "\n".join(",".join(row) for row in rows),
        "\n".join(",".join(str(cell) for cell in row) for row in sheet.iter_rows(values_only=True)),
    ):
        assert agreed["area_m2"] in text and agreed["persons_pct"] in text
    for text in (page.text, print_text):
        assert question["roll"]["roll_hash"] in "".join(text.split())
        assert FORMS[question["form"]] in "".join(text.split())


async def test_nobody_is_shown_a_result_before_the_count(browser, time_is):
    vote = await a_vote()
    voter = await a_voter(vote)
    await freeze(vote)
    await advance_poll(vote.poll.id, OPENING)
    await sent(await a_paper(vote, voter, "reject"), voter)
    member = await a_role(RoleKind.COMMITTEE_MEMBER, vote.estate, body=vote.body)

    for person in (None, voter, member):
        if person:
            await browser.sign_in(person)
        await browser.open(f"{vote.path}/result", expect=404)
        for name in ("package.json", "result.csv"):
            answer = await browser.client.get(f"{vote.path}/result/{name}")
            assert answer.status_code == 404


async def test_the_public_page_shows_turnout_and_no_choice(browser, time_is):
    vote = await a_vote()
    voters = [await a_voter(vote) for _ in range(6)]
    await freeze(vote)
    await advance_poll(vote.poll.id, OPENING)
    await move_turnout(OPENING)
    for voter in voters:
        await sent(await a_paper(vote, voter, "approve"), voter)
    later = OPENING + timedelta(minutes=11)
    await move_turnout(later)
    time_is(later)

    page = await browser.open(vote.path)
    fragment = await browser.open(f"{vote.path}/turnout")

    assert "6 / 6 人" in fragment.text and "6 / 6 人" in page.text
    assert "登录投票" in page.text
    assert "approve" not in str(page)


async def test_a_final_result_says_what_came_of_objections_and_what_is_left(browser):
    vote, voters = await a_counted_vote()
    owner = await asker_of(voters[0])
    member = await asker_of(await a_role(RoleKind.COMMITTEE_MEMBER, vote.estate, body=vote.body))
    objection = await object_to_result(owner, vote.poll.id, "人数不对", COUNTED)
    await answer_result_objection(member, objection.id, "称人数不对", "已复核。", COUNTED)
    await advance_poll(vote.poll.id, MUCH_LATER)

    page = await browser.open(f"{vote.path}/result")
    file = (await browser.client.get(f"{vote.path}/result/result.pdf")).content
    print_text = "".join(p.extract_text() for p in PdfReader(io.BytesIO(file)).pages)

    for text in (page.text, print_text):
        assert "收到异议1条" in "".join(text.split())
        assert "民法典第二百八十条第二款" in "".join(text.split())
        assert "登录后提出异议" not in text and "请在公示期内登录" not in text


async def test_an_owner_objects_in_the_page_and_the_answer_is_public(browser, time_is):
    vote, voters = await a_counted_vote()
    time_is(COUNTED)
    await browser.sign_in(voters[0])
    await browser.open(f"{vote.path}/result")
    empty = await browser.send(f"{vote.path}/result/objections", text=" ", expect=422)
    await browser.send(f"{vote.path}/result/objections", text="李秀英说三栋的人数不对")
    member = await a_role(RoleKind.COMMITTEE_MEMBER, vote.estate, body=vote.body)
    await browser.sign_in(member)
    page = await browser.open(f"{vote.path}/result")
    form = page.select_one("form[action$='/answer']")
    await browser.send(form["action"], gist="", answer="已复核，人数无误。", expect=422)
    await browser.send(form["action"], gist="称3栋人数不对", answer="已复核，人数无误。")
    await browser.sign_in(await a_person("邻居"))
    public = await browser.open(f"{vote.path}/result")

    assert "请写明您的异议" in empty.text
    assert "称3栋人数不对" in public.text and "已复核" in public.text
    assert "李秀英" not in public.text, "an owner's own words may name people"


async def test_an_objection_is_for_those_who_answer_until_it_is_answered(browser, time_is):
    vote, voters = await a_counted_vote()
    time_is(COUNTED)
    await browser.sign_in(voters[0])
    await browser.open(f"{vote.path}/result")
    await browser.send(f"{vote.path}/result/objections", text="我家老李没投却有票")
    browser.sign_out()

    page = await browser.open(f"{vote.path}/result")

    assert "老李" not in page.text
    assert "事由在答复时一并公布" in page.text
    assert "登录后提出异议" in page.text and "24:00 为止" in page.text


async def test_the_list_leads_an_owner_to_what_is_not_yet_cast(browser, time_is):
    vote = await a_vote()
    voter = await a_voter(vote)
    await freeze(vote)
    await advance_poll(vote.poll.id, OPENING)
    await browser.sign_in(voter)

    before = await browser.open("/ballots")
    await sent(await a_paper(vote, voter), voter)
    after = await browser.open("/ballots")

    assert "等您投票（1）" in before.text
    assert "等您投票" not in after.text
    assert vote.poll.title in after.text


async def test_a_revoked_result_says_so_first(browser, time_is):
    vote, _ = await a_counted_vote()
    officer = await a_role(RoleKind.SUBDISTRICT_OFFICER, vote.estate)
    session = await open_session(officer.id, COUNTED, second_factor=True)
    asker = await look_up(session, COUNTED)
    await revoke_poll(asker, vote.poll.id, "（2026）鄂01民终1号判决", "0" * 64, COUNTED)
    time_is(COUNTED)

    page = await browser.open(f"{vote.path}/result")

    assert "已被撤销" in page.select_one("main .panel").text
    assert "鄂01民终1号" in page.text
    assert page.select("form[action$='/objections']") == []
    home = await browser.open(f"/estates/{vote.estate.id}")
    assert "已被撤销，原结果不再有效" in home.main.text
    assert "表决通过" not in home.main.text
