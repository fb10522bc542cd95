"""The environment, read once into a frozen dataclass. Nothing else reads `os.environ`."""

import contextlib
import os
import secrets
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent
# A source checkout has them beside the package; a wheel carries them inside (force-include).
ROOT = PACKAGE if (PACKAGE / "templates").is_dir() else PACKAGE.parent
TEMPLATES = ROOT / "templates"
MIGRATIONS = ROOT / "migrations"
STATIC = PACKAGE / "web" / "static"


@dataclass(frozen=True, slots=True)
class Settings:
    database_url: str | None  # COORDINATION_DATABASE_URL; None: the embedded server
    owner_url: str | None  # COORDINATION_OWNER_URL: who migrates, if not the former
    data: Path  # COORDINATION_DATA: embedded database, files, key
    given_key: str | None  # COORDINATION_KEY; None: a key file in `data`
    pool: int  # COORDINATION_POOL: connections per process
    demo: bool  # COORDINATION_DEMO: made data, movable clock, visible messages
    public_url: str  # COORDINATION_PUBLIC_URL: how people reach this service; on prints
    proxied: bool  # COORDINATION_PROXIED: a TLS proxy in front sets X-Forwarded-*
    expects_worker: bool  # COORDINATION_WORKER=0: /ready does not ask for one
    metrics_token: str | None  # COORDINATION_METRICS_TOKEN; None: /metrics for this machine only
    smtp_url: str | None  # COORDINATION_SMTP_URL, smtp://user:word@host:port?from=a@b
    wechat_url: str | None  # COORDINATION_WECHAT_URL, as `people.wechat.OfficialAccount` says
    sms_url: str | None  # COORDINATION_SMS_URL: an HTTP gateway that takes JSON
    sms_token: str | None  # COORDINATION_SMS_TOKEN
    sms_sign: str  # COORDINATION_SMS_SIGN, printed as 【…】


def read(environ: "os._Environ[str] | dict[str, str]") -> Settings:
    """The settings that `environ` describes."""
    return Settings(
        database_url=environ.get("COORDINATION_DATABASE_URL") or None,
        owner_url=environ.get("COORDINATION_OWNER_URL") or None,
        data=Path(environ.get("COORDINATION_DATA", ".coordination")).absolute(),
        given_key=environ.get("COORDINATION_KEY") or None,
        pool=int(environ.get("COORDINATION_POOL", "10")),
        demo=environ.get("COORDINATION_DEMO") == "1",
        public_url=environ.get("COORDINATION_PUBLIC_URL", "http://127.0.0.1:8000").rstrip("/"),
        proxied=environ.get("COORDINATION_PROXIED") == "1",
        expects_worker=environ.get("COORDINATION_WORKER") != "0",
        metrics_token=environ.get("COORDINATION_METRICS_TOKEN") or None,
        smtp_url=environ.get("COORDINATION_SMTP_URL") or None,
        wechat_url=environ.get("COORDINATION_WECHAT_URL") or None,
        sms_url=environ.get("COORDINATION_SMS_URL") or None,
        sms_token=environ.get("COORDINATION_SMS_TOKEN") or None,
        sms_sign=environ.get("COORDINATION_SMS_SIGN", "社区协同"),
    )


@lru_cache(maxsize=1)
def settings() -> Settings:
    """This process's settings."""
    return read(os.environ)


@lru_cache(maxsize=1)
def sealing_key() -> str:
    """What wraps everything sealed: COORDINATION_KEY, else a key file made once.

    It lives outside the database and outside every backup.
    """
    return settings().given_key or _key_in(settings().data)


def _key_in(data: Path) -> str:
    path = data / "key"
    if not path.exists():
        data.mkdir(parents=True, exist_ok=True)
        mine = data / f"key.{os.getpid()}"
        mine.touch(mode=0o600)
        mine.write_text(secrets.token_urlsafe(32))
        with contextlib.suppress(FileExistsError):  # another process was first: its key counts
            os.link(mine, path)
        mine.unlink()
    return path.read_text().strip()
