"""What holds for a poll whatever the code says: no self-confirmed notice, no late changes."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from coordination.db import DB

ID = "2026-11-22T03:30:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "second member, whole questions, what a published roll fixes, answered objections"

# What two announced, one alone does not end; the 街道 enters a revocation by its office.
SECOND_MEMBER_ENDS = """
create function second_member_ends() returns trigger language plpgsql as $$
begin
  if exists (select from poll_step where poll = new.poll and step = 'noticed')
     and not (new.step = 'revoked' and new.role = 'subdistrict_officer')
     and not exists (select from poll_ending where poll = new.poll and step = new.step
                      and dropped_at is null and proposed_by <> new.person) then
    raise exception 'an announced vote is ended by two members' using errcode = '23514';
  end if;
  return new;
end $$
"""

SECOND_MEMBER = """
create function second_member_confirms() returns trigger language plpgsql as $$
declare proposer uuid;
begin
  select person into proposer from poll_step
   where poll = new.poll and step = 'proposed' order by number desc limit 1;
  if new.person is null or proposer is null or new.person = proposer then
    raise exception 'a notice is confirmed by a second member' using errcode = '23514';
  end if;
  return new;
end $$
"""

WHOLE_QUESTIONS = """
create function questions_are_whole() returns trigger language plpgsql as $$
begin
  if not exists (select 1 from question where poll = new.poll) or exists (
    select 1 from question where poll = new.poll
      and (matter_class is null or scope_kind is null)
  ) then
    raise exception 'each question has a class and a scope' using errcode = '23514';
  end if;
  return new;
end $$
"""

# The key is drawn at the freeze and wrapped anew when COORDINATION_KEY is changed.
FIXED_POLL = """
create function keep_published_poll() returns trigger language plpgsql as $$
declare free text[] := array['sealed_key', 'matter'];
begin
  if not exists (select 1 from poll_step where poll = old.id and step = 'noticed') then
    free := free || array['opens_at', 'closes_at', 'gaps_reason', 'package_form'];
  end if;
  if exists (select 1 from poll_step where poll = old.id and step = 'roll_published')
     and to_jsonb(new) - free is distinct from to_jsonb(old) - free then
    raise exception 'the roll of this poll is published' using errcode = '23514';
  end if;
  return new;
end $$
"""

FIXED_QUESTION = """
create function keep_published_question() returns trigger language plpgsql as $$
declare of_poll uuid;
begin
  if tg_table_name = 'question' then
    of_poll := case tg_op when 'DELETE' then old.poll else new.poll end;
  else
    select poll into of_poll from question
     where id = case tg_op when 'DELETE' then old.question else new.question end;
  end if;
  if tg_table_name = 'question' and tg_op = 'UPDATE' then
    -- The candidates of an election are settled until the roll freezes.
    if old.seats is not null and to_jsonb(new) - array['options', 'precedence']
         = to_jsonb(old) - array['options', 'precedence']
       and not exists (select 1 from poll_step where poll = of_poll and step = 'roll_freezing') then
      return new;
    end if;
  end if;
  if exists (select 1 from poll_step where poll = of_poll and step = 'roll_published') then
    raise exception 'the roll of this poll is published' using errcode = '23514';
  end if;
  return case tg_op when 'DELETE' then old else new end;
end $$
"""

KEPT_ANSWER = """
create function keep_answered_objection() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' or old.answered_at is not null then
    raise exception 'an objection stays, and so does its answer' using errcode = '23514';
  end if;
  return new;
end $$
"""

STATEMENTS = (
    SECOND_MEMBER,
    """create trigger poll_step_second_member before insert on poll_step
       for each row when (new.step = 'noticed') execute function second_member_confirms()""",
    SECOND_MEMBER_ENDS,
    """create trigger poll_step_second_member_ends before insert on poll_step
       for each row when (new.step in ('withdrawn', 'revoked', 'reissued'))
       execute function second_member_ends()""",
    """create unique index poll_ending_one_waiting on poll_ending (poll)
       where dropped_at is null""",
    WHOLE_QUESTIONS,
    """create trigger poll_step_whole_questions before insert on poll_step
       for each row when (new.step = 'roll_published') execute function questions_are_whole()""",
    FIXED_POLL,
    """create trigger poll_stays_as_published before update on poll
       for each row execute function keep_published_poll()""",
    FIXED_QUESTION,
    """create trigger question_stays_as_published before insert or update or delete on question
       for each row execute function keep_published_question()""",
    """create trigger question_document_stays before insert or update or delete
       on question_document for each row execute function keep_published_question()""",
    KEPT_ANSWER,
    """create trigger roll_objection_stays before update or delete on roll_objection
       for each row execute function keep_answered_objection()""",
    """create trigger result_objection_stays before update or delete on result_objection
       for each row execute function keep_answered_objection()""",
)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="coordination", description=DESCRIPTION)

    async def run() -> None:
        for statement in STATEMENTS:
            await DB.run_ddl(statement)

    manager.add_raw(run)
    return manager
