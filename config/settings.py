"""Which settings exist, what they mean, and what holds when they are not given."""

import re
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

SECRET_OF_WEBHOOK = re.compile(r"[A-Za-z0-9_-]{32,256}")
AES_KEY = re.compile(r"[A-Za-z0-9+/]{43}")
LOOPBACK = ("127.0.0.1", "::1", "localhost")


class Settings(BaseSettings):
    """All settings, from `HELPLINE_…` in the environment. No secret has a default."""

    model_config = SettingsConfigDict(env_prefix="HELPLINE_", extra="ignore", frozen=True)

    data: Path = Field(
        default=Path("var"), description="folder of the database, keys, model, standards"
    )
    database_url: SecretStr | None = Field(
        default=None, description="PostgreSQL address; without it SQLite in the data folder"
    )
    host: str = Field(default="127.0.0.1", description="address the web server listens on")
    port: int = Field(default=8000, ge=1, le=65535, description="port the web server listens on")
    public_url: str | None = Field(
        default=None, description="address residents and staff see; https makes cookies Secure"
    )
    trusted_proxy: str | None = Field(
        default=None, description="address of the one proxy whose X-Forwarded-For is believed"
    )
    rasa_url: str | None = Field(
        default=None, description="Rasa server to ask; without it the in-process engine alone"
    )
    rasa_token: SecretStr | None = Field(
        default=None, description="token of the Rasa server, in place of its file"
    )
    rasa_token_file: Path | None = Field(
        default=None, description="file of that token; without it rasa/token in the data folder"
    )
    rasa_shadow: bool = Field(
        default=False, description="Rasa is only compared: residents never wait for it"
    )
    telegram_token: SecretStr | None = Field(
        default=None, description="Telegram bot token; without it the channel is off"
    )
    telegram_api: str = Field(
        default="https://api.telegram.org", description="address of the Telegram Bot API"
    )
    telegram_name: str | None = Field(
        default=None, description="name of the Telegram bot, without @; the web page leads to it"
    )
    telegram_webhook_secret: SecretStr | None = Field(
        default=None, description="secret of Telegram's webhook; without it updates are polled"
    )
    telegram_carries_sensitive: bool = Field(
        default=False, description="Telegram may carry sensitive facts, places, photos, files"
    )
    wechat_app_id: str | None = Field(
        default=None, description="AppID of the WeChat official account; without it no WeChat"
    )
    wechat_app_secret: SecretStr | None = Field(
        default=None, description="its AppSecret, with which messages are sent"
    )
    wechat_token: SecretStr | None = Field(
        default=None, description="token with which WeChat signs what it pushes to us"
    )
    wechat_aes_key: SecretStr | None = Field(
        default=None, description="EncodingAESKey of 43 letters: pushes must be encrypted"
    )
    wechat_api: str = Field(
        default="https://api.weixin.qq.com", description="address of WeChat's interface"
    )
    wechat_carries_sensitive: bool = Field(
        default=True, description="WeChat may carry sensitive facts, places, photos, voice"
    )
    sms_url: str | None = Field(
        default=None, description="gateway that sends text messages; without it no text messages"
    )
    sms_secret: SecretStr | None = Field(
        default=None, description="secret (whsec_…) that signs both ways; needed with the address"
    )
    sms_signature: str = Field(
        default="助联热线", description="registered name before each text message"
    )
    call_robot_url: str | None = Field(
        default=None, description="robot that tries calls first; without it persons call"
    )
    call_robot_secret: SecretStr | None = Field(
        default=None, description="secret (whsec_…) that signs both ways; needed with the address"
    )
    platforms: dict[str, SecretStr] = Field(
        default_factory=dict,
        description='systems that hand in cases, as JSON: {"12345": "whsec_…"}',
    )
    smtp_url: SecretStr | None = Field(
        default=None, description="mail server, smtp:// or smtps://; without it staff get no mail"
    )
    mail_from: str = Field(
        default="helpline@localhost", description="address from which staff get mail"
    )
    paging_url: str | None = Field(
        default=None, description="where unacknowledged dangers are paged; without it nobody is"
    )
    paging_secret: SecretStr | None = Field(
        default=None, description="secret (whsec_…) that signs the pages; needed with the address"
    )
    embedded_by: str = Field(
        default="", description="addresses whose pages may show our box, separated by spaces"
    )
    scanner_url: str | None = Field(
        default=None, description="virus scanner that gets each file: 2xx clean, 422 infected"
    )
    recogniser_url: str | None = Field(
        default=None, description='speech recogniser on the premises; answers {"text": …}'
    )
    hotline_number: str | None = Field(
        default=None, description="telephone number of this helpline, shown on every screen"
    )
    service_name: str = Field(default="助联热线", description="name of the service on its pages")
    list_days: int = Field(
        default=30, ge=1, le=365, description="days that the link of a resident's list works"
    )
    keep_days: dict[str, int | None] = Field(
        default_factory=dict,
        description='days a class of data is kept, null never erased by itself: {"files": 90}',
    )
    chromium: Path | None = Field(default=None, description="Chromium for the browser tests")
    log_level: str = Field(
        default="INFO",
        pattern="(?i)^(DEBUG|INFO|WARNING|ERROR)$",
        description="DEBUG, INFO, WARNING or ERROR",
    )

    @field_validator("database_url")
    @classmethod
    def _only_postgresql(cls, value: SecretStr | None) -> SecretStr | None:
        if value is None:
            return None
        address = value.get_secret_value()
        if not address.startswith(("postgresql://", "postgresql+psycopg://")):
            raise ValueError(
                "HELPLINE_DATABASE_URL must begin with postgresql://; leave it out to use SQLite"
            )
        try:
            told = urlsplit(address).port is not None or bool(urlsplit(address).path)
        except ValueError:
            told = False
        if not told:
            # Never with the address itself: a password stands in it.
            raise ValueError(
                "HELPLINE_DATABASE_URL must be postgresql://NAME:PASSWORD@HOST:PORT/DATABASE, signs"
                " such as @ : / # in the password written as %40 %3A %2F %23"
            )
        return value

    @field_validator("public_url")
    @classmethod
    def _an_address(cls, value: str | None) -> str | None:
        if value and not value.startswith(("http://", "https://")):
            raise ValueError("HELPLINE_PUBLIC_URL must begin with http:// or https://")
        return value or None

    @field_validator("rasa_url")
    @classmethod
    def _only_this_machine(cls, value: str | None) -> str | None:
        if value is None or not value.strip():
            return None
        link = urlsplit(value)
        if link.scheme != "http" or link.hostname not in LOOPBACK:
            raise ValueError(
                "HELPLINE_RASA_URL must be http:// on this machine, such as http://127.0.0.1:5005;"
                " for a server elsewhere open a tunnel"
            )
        return value

    @model_validator(mode="after")
    def _signed_pages(self) -> Self:
        if self.paging_url is not None and self.paging_secret is None:
            raise ValueError(
                "HELPLINE_PAGING_URL needs HELPLINE_PAGING_SECRET; make one with: openssl rand"
                " -base64 32"
            )
        return self

    @model_validator(mode="after")
    def _signed_telephones(self) -> Self:
        for name in ("sms", "call_robot"):
            if getattr(self, f"{name}_url") is not None and getattr(self, f"{name}_secret") is None:
                setting = f"HELPLINE_{name.upper()}"
                raise ValueError(
                    f"{setting}_URL needs {setting}_SECRET; make one with: openssl rand -base64 32"
                )
        return self

    @model_validator(mode="after")
    def _whole_account(self) -> Self:
        given = (self.wechat_app_id, self.wechat_app_secret, self.wechat_token)
        if any(given) and not all(given):
            raise ValueError(
                "WeChat needs HELPLINE_WECHAT_APP_ID, HELPLINE_WECHAT_APP_SECRET and"
                " HELPLINE_WECHAT_TOKEN together; its page of the account shows all three"
            )
        key = self.wechat_aes_key
        if key is not None and not AES_KEY.fullmatch(key.get_secret_value()):
            raise ValueError("HELPLINE_WECHAT_AES_KEY must be the 43 letters of EncodingAESKey")
        return self

    @model_validator(mode="after")
    def _webhook_is_reachable(self) -> Self:
        if self.telegram_webhook_secret is None:
            return self
        if not (self.public_url or "").startswith("https:"):
            raise ValueError(
                "HELPLINE_TELEGRAM_WEBHOOK_SECRET needs HELPLINE_PUBLIC_URL=https://…, the address"
                " at which Telegram finds the webhook"
            )
        if not SECRET_OF_WEBHOOK.fullmatch(self.telegram_webhook_secret.get_secret_value()):
            raise ValueError(
                "HELPLINE_TELEGRAM_WEBHOOK_SECRET must be 32 to 256 of A-Z a-z 0-9 _ -; make one"
                " with: openssl rand -hex 32"
            )
        return self

    @property
    def wary_channels(self) -> frozenset[str]:
        """The channels that may not carry sensitive facts."""
        may = {"telegram": self.telegram_carries_sensitive, "wechat": self.wechat_carries_sensitive}
        named = frozenset(channel for channel, leave in may.items() if not leave)
        # A text message is read by whoever holds the telephone.
        return named | {"sms", "call"}

    @property
    def rasa_secret(self) -> str:
        """Rasa's token, from the setting or its file; empty where there is none."""
        if self.rasa_token is not None:
            return self.rasa_token.get_secret_value()
        path = self.rasa_token_file or self.data / "rasa" / "token"
        return path.read_text(encoding="ascii").strip() if path.exists() else ""

    @property
    def database(self) -> str:
        """The address SQLAlchemy connects to."""
        if self.database_url is None:
            return f"sqlite:///{(self.data / 'helpline.db').absolute()}"
        address = self.database_url.get_secret_value()
        return address.replace("postgresql://", "postgresql+psycopg://", 1)

    @property
    def model(self) -> Path:
        """Folder of the trained model."""
        return self.data / "model"

    @property
    def learnt(self) -> Path:
        """Folder of what is learnt from the content; made anew when it is gone."""
        return self.data / "learnt"

    @property
    def keys(self) -> Path:
        """Folder of the key files, readable by their owner alone."""
        return self.data / "keys"

    @property
    def local_standards(self) -> Path:
        """Folder of the standards a deployment has entered, one file a region."""
        return self.data / "local"
