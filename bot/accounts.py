"""Which accounts the settings name, as channels; their libraries are paid for only where used."""

from collections.abc import Callable
from datetime import datetime

from bot import telegram_updates, wechat_updates
from bot.calling import CallList, Robot
from bot.channels import Channel
from bot.fetching import Fetching, TelegramFiles, WeChatFiles
from bot.helpline import Helpline
from bot.sms import Gateway, Sms
from bot.telegram import Telegram
from bot.wechat import Account, WeChat
from cases.database import Store
from config.settings import Settings
from handlers.speech import Speech

# Every town's government hotline, where a deployment names no number of its own.
CENTRAL_HOTLINE = "12345"


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


def text_messages(settings: Settings, speech: Speech) -> Sms | None:
    """The gateway of text messages."""
    if settings.sms_url is None or settings.sms_secret is None:
        return None
    secret = settings.sms_secret.get_secret_value()
    gateway = Gateway(settings.sms_url, secret, settings.sms_signature, hotline(settings))
    return Sms(gateway, speech=speech)


def call_list(
    settings: Settings, speech: Speech, store: Store, clock: Callable[[], datetime]
) -> CallList:
    """The list of calls, which every deployment has."""
    robot = None
    if settings.call_robot_url is not None and settings.call_robot_secret is not None:
        secret = settings.call_robot_secret.get_secret_value()
        robot = Robot(settings.call_robot_url, secret)
    return CallList(store, speech=speech, hotline=hotline(settings), clock=clock, robot=robot)


def fetching(channel: str, settings: Settings, helpline: Helpline) -> Fetching | None:
    """How the files of a channel are fetched; None where it may carry none."""
    if channel in settings.wary_channels:
        return None
    download: Callable[[str], bytes]
    if channel == telegram_updates.CHANNEL and settings.telegram_token is not None:
        token = settings.telegram_token.get_secret_value()
        download = TelegramFiles(settings.telegram_api, token)
    elif channel == wechat_updates.CHANNEL and settings.wechat_app_id is not None:
        secret = settings.wechat_app_secret
        key = "" if secret is None else secret.get_secret_value()
        download = WeChatFiles(settings.wechat_api, settings.wechat_app_id, key)
    else:
        return None
    return Fetching(download, helpline.scanner, helpline.recogniser)


def hotline(settings: Settings) -> str:
    """The number by which a resident checks that it is us."""
    return settings.hotline_number or CENTRAL_HOTLINE


def every(
    settings: Settings, speech: Speech, store: Store, clock: Callable[[], datetime]
) -> list[Channel]:
    """All of them."""
    found: tuple[Channel | None, ...] = (
        telegram(settings, speech),
        wechat(settings, speech),
        text_messages(settings, speech),
        call_list(settings, speech, store, clock),
    )
    return [one for one in found if one is not None]
