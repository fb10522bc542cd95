"""Pictures of figures, and lists: the numbers stand in text, the line of the law where it is."""

from bs4 import BeautifulSoup

from coordination.web.templates import environment

JINJA = environment()


def drawn(file: str, call: str, **context: object) -> BeautifulSoup:
    source = f'{{% import "{file}" as m %}}{call}'
    return BeautifulSoup(JINJA.from_string(source).render(**context), "html.parser")


def a_check(**changed: object) -> dict[str, object]:
    return {
        "label": "同意面积",
        "part": 858_776_114,
        "whole": 1_717_552_230,
        "numerator": 1,
        "denominator": 2,
        "holds": False,
        "area": True,
        "explained": "参与者里同意的面积。",
        "wording": "应当经参与表决专有部分面积过半数的业主同意。",
        "gap": "还差 0.0002 平方米。",
    } | changed


def named(svg) -> tuple[str, str]:
    """What a screen reader says of a picture."""
    ids = svg["aria-labelledby"].split()
    return tuple(svg.find(id=name).text for name in ids)  # pyright: ignore


def test_a_check_shows_fraction_percentage_law_and_what_is_missing():
    figure = drawn("charts.html", "{{ m.checks(rows) }}", rows=[a_check()])

    assert figure.select_one(".figure").text.split() == [
        "50.00%", "85,877.6114", "平方米", "/", "171,755.223", "平方米",
    ]  # fmt: skip
    assert figure.select_one(".verdict").text == "未达到"
    assert "过半数的业主同意。" in figure.select_one(".hint").text
    assert figure.select_one(".hint b").text == "还差 0.0002 平方米。"


def test_the_bar_stops_short_of_the_line_it_does_not_reach():
    svg = drawn("charts.html", "{{ m.checks(rows) }}", rows=[a_check()]).select_one("svg.bar")

    bar, line = svg.select("rect")[1]["width"], svg.select("line")[1]["x1"]
    assert (bar, line) == ("49.999%", "50.000%")
    assert svg.select_one("text").text == "法定线 1/2"
    assert named(svg) == (
        "同意面积未达到",
        "85,877.6114 平方米，共 171,755.223 平方米，法定线 1/2",
    )


def test_a_check_by_persons_is_told_in_persons():
    check = a_check(part=1360, whole=1505, area=False, holds=True, gap="")

    figure = drawn("charts.html", "{{ m.checks(rows) }}", rows=[check])

    assert figure.select_one(".figure").text == "90.37% 1,360 人 / 1,505 人"
    assert figure.select_one(".verdict").text == "达到"
    assert not figure.select(".hint b")


def test_turnout_shows_persons_exactly_and_area_only_where_given():
    rows = [
        {"label": "1栋", "persons": 52, "persons_total": 60, "area_percent": "85%"},
        {"label": "3、5栋合并", "persons": 0, "persons_total": 4, "area_percent": ""},
    ]

    figure = drawn("charts.html", "{{ m.turnout(rows) }}", rows=rows)

    assert [f.text for f in figure.select(".figure")] == ["52 / 60 人（85%）", "0 / 4 人"]
    assert [s.select("rect")[1]["width"] for s in figure.select("svg")] == ["86.666%", "0.000%"]
    assert named(figure.svg) == ("1栋", "52 人已投票，共 60 人")


def test_a_line_of_nothing_or_of_one_value_is_still_drawn():
    for values in ([0], [0, 0, 0], [5]):
        svg = drawn("charts.html", "{{ m.sparkline(v, 'a', '每天', '说明') }}", v=values).svg
        assert len(svg.polyline["points"].split()) == len(values)


def test_a_long_job_is_asked_after_until_it_answers_without_an_address():
    going = drawn("lists.html", "{{ m.progress('导入', 4210, 10000, url='/imports/7') }}").div
    done = drawn("lists.html", "{{ m.progress('导入', 10000, 10000) }}").div

    assert (going["hx-get"], going["hx-trigger"], going["id"]) == (
        "/imports/7", "every 2s", "progress",
    )  # fmt: skip
    assert "4,210 / 10,000" in going.text and "42%" in going.text
    assert not done.has_attr("hx-get")


def test_a_result_says_its_number_what_comes_next_and_whom_to_call():
    page = drawn(
        "lists.html",
        "{% call m.outcome('已收到', '7', next=['明天公布。'], phone='027-1', phone_of='王') %}"
        "<a href='/'>首页</a>{% endcall %}",
    )

    assert (page.h1.text, page.code.text) == ("已收到", "7")
    assert [li.text.strip() for li in page.select(".next li")] == ["明天公布。"]
    assert page.select_one("a[href='tel:0271']")
    assert page.select_one("a[href='/']")


def test_a_state_is_told_by_word_and_sign_not_by_colour_alone():
    signs = {
        tone: drawn("lists.html", f"{{{{ m.tag('x', '{tone}') }}}}")
        .select_one("[aria-hidden]")
        .text
        for tone in ("now", "done", "wait", "bad", "")
    }

    assert len(set(signs.values())) == 5


def test_steps_say_their_state_in_words_and_mark_the_present_one():
    steps = [
        {"label": "名册公示", "state": "done", "at": "2月1日"},
        {"label": "投票", "state": "now"},
        {"label": "公告", "state": "late", "note": "等街道盖章"},
    ]

    soup = drawn("lists.html", "{{ m.timeline(steps) }}", steps=steps)

    assert [s.text for s in soup.select(".state")] == ["已完成 · 2月1日", "进行中", "已逾期"]
    assert soup.select_one("[aria-current=step] b").text == "投票"


def test_what_a_person_typed_is_never_markup():
    page = drawn(
        "lists.html",
        "{{ m.facts([('房号', bad)]) }}{{ m.cell(bad, note=bad) }}"
        "{{ m.check_answers([(bad, bad, None)]) }}",
        bad="<script>alert(1)</script>",
    )

    assert not page.select("script")
    assert page.text.count("<script>alert(1)</script>") == 5
