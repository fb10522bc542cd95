"""Casting, leaner: co-owners are found by index, and each ballot is judged once."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from coordination.db import DB

ID = "2026-11-22T16:54:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "the view speaking and the function cast_ballots, leaner"

# "offset 0" keeps the planner from joining the other way round: then each shared right would read
# every binding there is.
SPEAKING = """
create or replace view speaking as
  select rep."right", rep.person from representative rep
   where exists (select from right_holder h join acting a on a.owner = h.owner
                  where h."right" = rep."right" and h.until is null and a.person = rep.person
                 offset 0)
"""

# Person, submission and opening are given per paper; `of_` says of which paper a ballot is. A
# paper is cast whole or not at all. 'moved': another came first, so look again. Planned by index,
# however empty the tables were when the vote opened.
CAST = """
create or replace function cast_ballots(
  at_ timestamptz, grace_ interval,
  poll_ uuid[], person_ uuid[], submission_ uuid[], opened_ timestamptz[],
  of_ int[], id_ uuid[], right_ uuid[], ordinal_ bigint[], sealed_ bytea[], tracker_ bytea[],
  out answers text[], out boards uuid[], out sizes bigint[], out frontiers bytea[]
) language plpgsql
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off
set plan_cache_mode = force_generic_plan
as $$
begin
  -- Casting does not wait for casting; closing takes the same lock alone, and so waits for us.
  perform pg_advisory_xact_lock_shared(hashtextextended(p::text, 278))
    from (select distinct unnest(poll_) as p order by 1) as polls;
  -- One order for everybody: two batches with the same owners cannot lock each other out.
  perform 1 from voting_right where id = any(right_) order by id for no key update;

  with card as materialized (
    select p.id, p.opens_at, p.changes_allowed, p.prevails = 'paper' as paper_prevails,
           coalesce(steps.extended_to, p.closes_at) as closes_at, steps.noticed, steps.over
      from poll p, lateral (
        select max(s.closes_at) filter (where s.step = 'extended') as extended_to,
               coalesce(bool_or(s.step = 'noticed'), false) as noticed,
               coalesce(bool_or(s.step in ('counted', 'withdrawn', 'revoked', 'reissued')), false)
                 as over
          from poll_step s where s.poll = p.id) as steps
     where p.id = any(poll_)
  ), met as materialized ( -- else the planner asks who votes once for each word below
    select slip.of, slip.ordinal, b.*,
           row_number() over (partition by slip."right" order by slip.of) as turn, -- in the batch
           (select bool_and(v.by_proxy) from voicing v -- none: neither holder nor agent
             where v.person = person_[slip.of] and v."right" = slip."right") as by_proxy
      from unnest(of_, right_, ordinal_) as slip(of, "right", ordinal), lateral (
        select coalesce(max(ballot.ordinal), 0) as seen,
               coalesce(bool_or(ballot.submission = submission_[slip.of]), false) as again,
               count(*) filter (where ballot.channel = 'online') as own,
               coalesce(max(ballot.ordinal) filter (where ballot.channel = 'online'), 0)
                 as last_own,
               max(ballot.ordinal) filter (where ballot.assisted) as aided,
               coalesce(bool_or(ballot.channel <> 'online' and not ballot.assisted), false)
                 as sheeted
          from ballot where ballot."right" = slip."right") as b
  ), judged as (
    select met.of,
           case when bool_or(again) then 'again'
                when bool_or(not card.noticed or at_ < card.opens_at) then 'not-open'
                when bool_or(card.over or at_ >= card.closes_at + grace_
                             or (at_ >= card.closes_at and opened_[of] >= card.closes_at))
                  then 'closed'
                when bool_or(by_proxy is null) then 'moved' -- sold or taken back since
                when bool_or(by_proxy and seen > 0) then 'spent' -- an agent votes once
                when bool_or(case when by_proxy
                                  then barred_from_proxies(person_[of], poll_[of], at_) end)
                  then 'barred'
                when bool_or(card.paper_prevails and sheeted) then 'duplicate'
                -- Own changes count; who was assisted may change that once.
                when bool_or(case when aided is null then own > card.changes_allowed
                                  else last_own > aided end) then 'final'
                when bool_or(turn > 1 or seen + 1 <> ordinal) then 'moved'
                else 'cast' end as said
      from met join card on card.id = poll_[met.of]
     group by met.of
  )
  select array_agg(said order by of) into answers from judged;

  insert into ballot (id, "right", ordinal, submission, sealed, tracker, channel,
                      cast_at, cast_by, assisted)
    select id, "right", ordinal, submission_[of], sealed, tracker, 'online', at_, person_[of], false
      from unnest(of_, id_, right_, ordinal_, sealed_, tracker_)
           as slip(of, id, "right", ordinal, sealed, tracker)
     where answers[of] = 'cast';
  with paper as materialized (
    select poll, person from unnest(poll_, person_, answers) as t(poll, person, said)
     where said = 'cast'
  ), told as ( -- every cast is told to its owner: one put in for them is noticed
    insert into cast_news (id, poll, person, at)
      select gen_random_uuid(), poll, person, at_ from paper
  ) -- names the poll only: nobody joins it to a ballot
  insert into audit_entry (at, verb, subject_kind, subject, detail)
    select at_, 'cast_ballot', 'poll', poll, '{}' from paper;
  if 'duplicate' = any(answers) then -- came second to a sheet of paper: no ordinal, no leaf
    insert into duplicate_ballot (id, "right", channel, submission, at)
      select id, "right", 'online', submission_[of], at_
        from unnest(of_, id_, right_) as slip(of, id, "right")
       where answers[of] = 'duplicate'
         and exists (select from ballot b where b."right" = slip."right"
                        and b.channel <> 'online' and not b.assisted)
      on conflict do nothing;
  end if;

  -- The boards last, and until the commit: who holds one is its sequencer, and appends next.
  select array_agg(poll), array_agg(size), array_agg(frontier) into boards, sizes, frontiers
    from (select poll, size, frontier from board
           where poll = any(array(select p from unnest(poll_, answers) as t(p, said)
                                   where said = 'cast'))
           order by poll for no key update) as locked;
end $$
"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="coordination", description=DESCRIPTION)

    async def run() -> None:
        await DB.run_ddl(SPEAKING)
        await DB.run_ddl(CAST)

    manager.add_raw(run)
    return manager
