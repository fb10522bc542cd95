"""Who acts for an owner, and the one statement that casts a batch of ballots."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from coordination.db import DB

ID = "2026-11-22T03:20:01:000000"
VERSION = "1.38.0"
DESCRIPTION = "the views acting, speaking, voicing; the function cast_ballots"

# One person acts for an owner: the guardian, where there is one; the ward's own account waits.
ACTING = """
create view acting as
  select person, owner from guardian where ended_at is null
  union all
  select b.person, b.owner from binding b where b.ended_at is null
     and not exists (select from guardian g where g.owner = b.owner and g.ended_at is null)
"""

# Who votes on a shared right, as long as they act for one of its holders.
SPEAKING = """
create view speaking as
  select rep."right", rep.person from representative rep
   where exists (select from right_holder h join acting a on a.owner = h.owner
                  where h."right" = rep."right" and h.until is null and a.person = rep.person)
"""

# Whose rights a person may vote on: those of the owners they act for, and, by a live proxy, those
# of whoever named them.
VOICING = """
create view voicing as
  select acting.person, h."right", false as by_proxy
    from acting join right_holder h on h.owner = acting.owner and h.until is null
  union all
  select proxy.person, proxy."right", true from proxy where proxy.ended_at is null
"""

# Who works for a property company here votes for nobody else, whenever that began.
BARRED = """
create function barred_from_proxies(person_ uuid, poll_ uuid, at_ timestamptz) returns boolean
language sql stable as $$
  select exists (
    select from role join place on place.id = role.place
      join poll on poll.id = poll_ join place estate on estate.id = poll.estate
     where role.person = person_ and role.kind in ('property_manager', 'property_staff')
       and role.since <= at_ and (role.until is null or role.until > at_)
       and (starts_with(estate.path, place.path) or starts_with(place.path, estate.path)))
$$
"""

# Planned once for all: by index, however empty the tables were when the vote opened.
PLANNED = """
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off
set plan_cache_mode = force_generic_plan
"""

# A person has the rights of the owners they act for, as holder or guardian, and of those who
# named them.
CALLERS = f"""
create function cast_callers(token_ bytea[], poll_ uuid[], at_ timestamptz) returns table (
  n bigint, person uuid, stepped_up_at timestamptz, id uuid, question uuid, number bigint,
  area_cm2 bigint, salt bytea, blinding bytea, who bytea, weight bytea, holders bigint,
  representative uuid, "cast" bigint
) language plpgsql stable {PLANNED} as $$
begin
  return query
  select a.n, s.person, s.stepped_up_at, held.*
    from unnest(token_, poll_) with ordinality as a(token, poll, n)
    join sign_in s on s.token_hash = a.token and s.ended_at is null and s.expires_at > at_
    join person p on p.id = s.person and p.closed_at is null and p.paused_at is null
    left join lateral (
      select r.id, r.question, r.number, r.area_cm2, r.salt, r.blinding, r.who, r.weight,
             (select count(*) from right_holder x where x."right" = r.id and x.until is null),
             case when v.by_proxy then v.person else rep.person end,
             (select max(b.ordinal) from ballot b where b."right" = r.id)
        from voicing v
        join voting_right r on r.id = v."right"
        join question q on q.id = r.question
        left join speaking rep on rep."right" = r.id and not v.by_proxy
       where v.person = s.person and q.poll = a.poll offset 0
    ) as held on true;
end $$
"""

# Person, submission and opening are given per paper; `of_` says of which paper a ballot is. A
# paper is cast whole or not at all. 'moved': another came first, so look again.
CAST = """
create function cast_ballots(
  at_ timestamptz, grace_ interval,
  poll_ uuid[], person_ uuid[], submission_ uuid[], opened_ timestamptz[],
  of_ int[], id_ uuid[], right_ uuid[], ordinal_ bigint[], sealed_ bytea[], tracker_ bytea[],
  out answers text[], out boards uuid[], out sizes bigint[], out frontiers bytea[]
) language plpgsql PLANNED as $$
begin
  -- Casting does not wait for casting; closing takes the same lock alone, and so waits for us.
  perform pg_advisory_xact_lock_shared(hashtextextended(p::text, 278))
    from (select distinct unnest(poll_) as p order by 1) as polls;
  -- One order for everybody: two batches with the same owners cannot lock each other out.
  perform 1 from voting_right where id = any(right_) order by id for no key update;

  with card as materialized (
    select p.id, p.opens_at, p.changes_allowed, p.prevails,
           coalesce((select max(s.closes_at) from poll_step s
                      where s.poll = p.id and s.step = 'extended'), p.closes_at) as closes_at,
           exists(select 1 from poll_step s where s.poll = p.id and s.step = 'noticed') as noticed,
           exists(select 1 from poll_step s where s.poll = p.id and s.step in
             ('counted', 'withdrawn', 'revoked', 'reissued')) as over
      from poll p where p.id = any(poll_)
  ), slip as (
    select s.*, poll_[s.of] as poll, submission_[s.of] as submission,
           row_number() over (partition by s."right" order by s.of) as turn, -- within the batch
           row_number() over (partition by s.of) as n
      from unnest(of_, id_, right_, ordinal_, sealed_, tracker_)
           as s(of, id, "right", ordinal, sealed, tracker)
  ), met as (
    select slip.*, b.*,
           (select bool_and(v.by_proxy) from voicing v -- none: neither holder nor agent
             where v.person = person_[slip.of] and v."right" = slip."right") as by_proxy
      from slip, lateral (
        select coalesce(max(ballot.ordinal), 0) as seen,
               coalesce(bool_or(ballot.submission = slip.submission), false) as again,
               count(*) filter (where ballot.channel = 'online') as own,
               coalesce(max(ballot.ordinal) filter (where ballot.channel = 'online'), 0)
                 as last_own,
               max(ballot.ordinal) filter (where ballot.assisted) as aided,
               coalesce(bool_or(ballot.channel <> 'online' and not ballot.assisted), false)
                 as sheeted
          from ballot where ballot."right" = slip."right") as b
  ), judged as materialized (
    select met.*,
           case when bool_or(again) over one then 'again'
                when not card.noticed or at_ < card.opens_at then 'not-open'
                when card.over or at_ >= card.closes_at + grace_
                     or (at_ >= card.closes_at and opened_[of] >= card.closes_at) then 'closed'
                when bool_or(by_proxy is null) over one then 'moved' -- sold or taken back since
                when bool_or(by_proxy and seen > 0) over one then 'spent' -- an agent votes once
                when bool_or(case when by_proxy then barred_from_proxies(person_[of], poll, at_) end)
                       over one then 'barred'
                when card.prevails = 'paper' and bool_or(sheeted) over one then 'duplicate'
                -- Own changes count; who was assisted may change that once.
                when bool_or(case when aided is null then own > card.changes_allowed
                                  else last_own > aided end) over one then 'final'
                when bool_or(turn > 1 or seen + 1 <> ordinal) over one then 'moved'
                else 'cast' end as said
      from met join card on card.id = met.poll
    window one as (partition by of)
  ), written as (
    insert into ballot (id, "right", ordinal, submission, sealed, tracker, channel,
                        cast_at, cast_by, assisted)
      select id, "right", ordinal, submission, sealed, tracker, 'online', at_, person_[of], false
        from judged where said = 'cast'
  ), listed as ( -- came second to a sheet of paper: neither ordinal nor leaf
    insert into duplicate_ballot (id, "right", channel, submission, at)
      select id, "right", 'online', submission, at_ from judged
       where said = 'duplicate' and sheeted and turn = 1
      on conflict do nothing
  ), noted as ( -- names the poll only: nobody joins it to a ballot
    insert into audit_entry (at, verb, subject_kind, subject, detail)
      select at_, 'cast_ballot', 'poll', poll, '{}' from judged where said = 'cast' and n = 1
  ), told as ( -- every cast is told to its owner: one put in for them is noticed
    insert into cast_news (id, poll, person, at)
      select gen_random_uuid(), poll, person_[of], at_ from judged where said = 'cast' and n = 1
  )
  select array_agg(said order by of) filter (where n = 1),
         array_agg(distinct poll) filter (where said = 'cast') into answers, boards from judged;
  -- The boards last, and until the commit: who holds one is its sequencer, and appends next.
  select array_agg(poll), array_agg(size), array_agg(frontier) into boards, sizes, frontiers
    from (select poll, size, frontier from board where poll = any(boards)
           order by poll for no key update) as locked;
end $$
"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="coordination", description=DESCRIPTION)

    async def run() -> None:
        await DB.run_ddl(ACTING)
        await DB.run_ddl(SPEAKING)
        await DB.run_ddl(VOICING)
        await DB.run_ddl(BARRED)
        await DB.run_ddl(CALLERS)
        await DB.run_ddl(CAST.replace("PLANNED", PLANNED))

    manager.add_raw(run)
    return manager
