"""Binding one's WeChat 绑定微信: where ordinary messages go as well, and stopping that."""

import hashlib
import hmac
from datetime import datetime

from coordination import audit, db
from coordination.db import transaction
from coordination.errors import Conflict, NotFound, Unavailable
from coordination.people.account_actions import tell_bound
from coordination.people.askers import Asker
from coordination.people.channels import NotNow, Undeliverable
from coordination.people.queries import person_of
from coordination.people.secrecy import seal
from coordination.people.wechat import OfficialAccount, account_at
from coordination.settings import sealing_key, settings


class NotFromHere(Conflict):
    """An answer of WeChat that this session never asked for, or that came back twice."""


def has_official_account() -> bool:
    return settings().wechat_url is not None


def official_account() -> OfficialAccount:
    """NotFound: this deployment has none."""
    if url := settings().wechat_url:
        return account_at(url)
    raise NotFound("本站没有接通微信公众号。")


def state_of(holder: bytes) -> str:
    """What WeChat brings back with its answer to this session; nobody else can say it."""
    return hmac.new(sealing_key().encode(), b"wechat " + holder, hashlib.sha256).hexdigest()[:32]


async def bind_wechat(asker: Asker, holder: bytes, code: str, state: str, at: datetime) -> None:
    """Messages go to the WeChat that `code` stands for as well. ProveFirst, NotFromHere,
    Unavailable, NotFound."""
    asker.must_have_stepped_up(at)
    account = official_account()
    if not hmac.compare_digest(state.encode(), state_of(holder).encode()):
        raise NotFromHere("没有绑定：请从“账号与安全”重新点“绑定微信”。")
    try:
        openid = await account.openid_of(code)
    except Undeliverable as refused:
        raise NotFromHere("没有绑定：微信的授权用过了或者已过期，请再点“绑定微信”。") from refused
    except NotNow as busy:
        raise Unavailable("微信暂时没有回答，没有绑定。请过一会儿再点一次“绑定微信”。") from busy
    async with transaction():
        await db.execute(
            "update person set wechat_sealed = $2 where id = $1", asker.id, seal(openid, "wechat")
        )
        await audit.record(asker, "bind_wechat", await person_of(asker.id), at=at)
        await tell_bound(asker, "微信", "/me/wechat", at)


async def unbind_wechat(asker: Asker, at: datetime) -> None:
    """No more messages by WeChat."""
    async with transaction():
        await db.execute("update person set wechat_sealed = null where id = $1", asker.id)
        await audit.record(asker, "unbind_wechat", await person_of(asker.id), at=at)
