"""Which carrier takes the messages of which channel, as the environment says."""

from coordination.people.channels import Carrier, Recorder, SmsGateway, SmtpServer
from coordination.people.tables import Channel
from coordination.people.wechat import account_at
from coordination.settings import settings


def carriers() -> dict[Channel, Carrier]:
    """What the settings say; the recorder stands in for what they do not."""
    to = settings()
    return {
        Channel.SMS: SmsGateway(to.sms_url, to.sms_token, to.sms_sign)
        if to.sms_url
        else Recorder(),
        Channel.EMAIL: SmtpServer(to.smtp_url) if to.smtp_url else Recorder(),
        Channel.WECHAT: account_at(to.wechat_url) if to.wechat_url else Recorder(),
    }
