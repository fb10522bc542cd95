"""What programs read of matters: the list, one, and what happened to it, a page at a time."""

from coordination.db import execute
from tests.matters.a_matter import DAY, RAISED, TEXT, TITLE, a_screened, a_topic, a_town
from tests.program import Program


async def test_a_program_reads_matters_and_whose_they_are_stands_nowhere(program: Program, time_is):
    time_is(RAISED + 2 * DAY)
    town, other = await a_town(), await a_town("银杏苑")
    matter = await a_screened(town)
    await a_topic(other)

    said = await program.get("matters", estate=str(town.estate.id))
    lines = await program.get(f"matters/{matter}/timeline")

    [one] = said["matters"]
    assert (one["title"], one["text"], one["stage"], one["status"]) == (
        TITLE, TEXT, "screened", "正在提事")  # fmt: skip
    assert (one["supporters"], one["needed"], one["holder"]) == (1, 5, "梧桐苑居委会")
    assert one["duty"] == "提事并公开答复"
    assert [line["text"] for line in lines["lines"]] == ["社区采纳，进入提事", "提出"]
    assert "业主0" not in f"{said}{lines}" and "社工" not in f"{said}{lines}"
    assert len((await program.get("matters"))["matters"]) == 2
    assert (await program.get("matters", stage="done"))["matters"] == []


async def test_a_timeline_comes_page_by_page(program: Program, time_is):
    time_is(RAISED + 2 * DAY)
    matter = await a_topic(await a_town())
    await execute(
        """insert into timeline_line (id, matter, at, stage, text, link)
           select gen_random_uuid(), $1, $2::timestamptz + n * interval '1 minute', 'raised',
                  '第' || n, '' from generate_series(1, 120) n""",
        matter, RAISED,
    )  # fmt: skip

    texts, before = [], ""
    while True:
        page = await program.get(f"matters/{matter}/timeline", before=before)
        texts += [line["text"] for line in page["lines"]]
        if page["next"] is None:
            break
        before = page["next"]

    assert texts == [*(f"第{n}" for n in range(120, 0, -1)), "提出"]


async def test_what_there_is_not_is_a_problem(program: Program, time_is):
    time_is(RAISED)
    town = await a_town()

    nobodys = str(town.building.id)
    for path, query in (
        (f"matters/{nobodys}", {}), (f"matters/{nobodys}/timeline", {}),
        ("matters", {"estate": nobodys}), ("matters", {"after": nobodys}),
    ):  # fmt: skip
        answer = await program.get(path, expect=404, **query)
        assert answer["type"] == "/problems/not-found"
    assert (await program.get("matters", expect=422, stage="nowhere"))["status"] == 422
