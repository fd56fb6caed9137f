"""Which accounts the settings name, as channels; their libraries are paid for only where used."""

from bot.channels import Channel
from bot.telegram import Telegram
from bot.wechat import Account, WeChat
from config.settings import Settings
from handlers.speech import Speech


def telegram(settings: Settings, speech: Speech) -> Telegram | None:
    """The Telegram bot."""
    if settings.telegram_token is None:
        return None
    return Telegram(
        settings.telegram_token.get_secret_value(),
        api=settings.telegram_api,
        speech=speech,
        carries_sensitive=settings.telegram_carries_sensitive,
    )


def wechat(settings: Settings, speech: Speech) -> WeChat | None:
    """The WeChat official account."""
    if settings.wechat_app_id is None or settings.wechat_app_secret is None:
        return None
    secret = settings.wechat_app_secret.get_secret_value()
    return WeChat(
        Account(settings.wechat_app_id, secret, settings.wechat_api),
        speech=speech,
        carries_sensitive=settings.wechat_carries_sensitive,
    )


def every(settings: Settings, speech: Speech) -> list[Channel]:
    """All of them."""
    found: tuple[Channel | None, ...] = (telegram(settings, speech), wechat(settings, speech))
    return [one for one in found if one is not None]
