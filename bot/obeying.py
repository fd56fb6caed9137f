"""What is done with what a channel says: heard as a turn, noted, or told to be impossible here."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot import rendering
from bot.channels import (
    Asked,
    Attached,
    Began,
    Blocked,
    Incoming,
    Located,
    Media,
    Moved,
    Nothing,
    Pressed,
    Reader,
    Said,
    Unsupported,
)
from bot.fetching import FetchError, Fetching
from cases.channels import intake
from cases.channels.intake import Update
from cases.commands import QueueChat
from cases.database import Session, Store
from cases.dialogue import filing
from cases.errors import QuotaError
from cases.talk import conversations, links, messages, offers, threads
from cases.talk.attachments import Harmless
from cases.talk.conversations import Conversation
from cases.talk.messages import Line, Message, Sender
from handlers import attached
from handlers.desk import Desk
from handlers.dialogue import Dialogue, EmergencyForm
from handlers.speech import Speech
from knowledge.names import Priority

LONGEST = 4000
VOICE_REASON = "voice"
JOINED_BY = "\u3001"


@dataclass(frozen=True)
class Obedience:
    """Does what one burst of updates asks for."""

    reader: Reader
    desk: Desk
    store: Store
    speech: Speech
    clock: Callable[[], datetime]
    fetching: Fetching | None = None

    @property
    def channel(self) -> str:
        """Whose updates these are."""
        return self.reader.traits.name

    def obey(self, turn: Sequence[tuple[Update, Incoming]]) -> None:
        """One turn: several messages of words, or one update of another kind."""
        update, incoming = turn[0]
        match incoming:
            case Said(chat=chat):
                self._hear(chat, [(one, said.text) for one, said in turn if isinstance(said, Said)])
            case Pressed() | Asked():
                self._choose(update, incoming)
            case Located():
                self._locate(update, incoming)
            case Attached():
                self._attach([(one, came) for one, came in turn if isinstance(came, Attached)])
            case Unsupported(chat=chat):
                self._cannot_take(self._conversation(chat), update, incoming)
            case Began(chat=chat, code=code):
                self._begin(chat, code)
            case Blocked() | Moved():
                self._note(incoming)
            case Nothing():
                pass

    def _choose(self, update: Update, what: Pressed | Asked) -> None:
        """A button says what stands behind it."""
        if isinstance(what, Asked):
            self._hear(what.chat, [(update, self.speech.say(what.key))])
            return
        value = self._chosen(self._conversation(what.chat), what.seq, what.at)
        if value is not None:
            self._hear(what.chat, [(update, value)])

    def _hear(self, chat: str, said: Sequence[tuple[Update, str]]) -> None:
        conversation = self._conversation(chat)
        if self.reader.traits.letters and len(said) == 1:
            said = [(said[0][0], self._spelt_out(conversation, said[0][1]))]
        self.desk.hear(
            conversation,
            [(f"{self.channel}:{update.external_id}", text[:LONGEST]) for update, text in said],
            now=self.clock(),
        )

    def _spelt_out(self, conversation: str, text: str) -> str:
        """What the letters stand for that somebody answered with."""
        with self.store.read() as session:
            values = offers.last_values(session, conversations.find(session, conversation))
        chosen = rendering.picked(text, values)
        return text if chosen is None else JOINED_BY.join(chosen)

    def _conversation(self, chat: str) -> str:
        """The conversation of a chat; the first word from there opens one."""
        with self.store.write() as session:
            threads.unblock(session, self.channel, chat)
            known = threads.find(session, self.channel, chat)
            if known is not None:
                return known.id
        return self.desk.open(
            region=None, channel=self.channel, now=self.clock(), address=chat
        ).conversation_id

    def _begin(self, chat: str, code: str) -> None:
        """Open the chat; by a link that is good it goes on where another channel stood."""
        if not code or not self.reader.traits.carries_sensitive:
            self._conversation(chat)
            return
        now = self.clock()
        with self.store.write() as session:
            made = links.follow(session, code, channel=self.channel, address=chat, now=now)
            if made is not None:
                told = Line(Sender.SYSTEM, self.speech.say("channel.continued"))
                messages.say(session, made, told, now=now)
        self._conversation(chat)

    def _chosen(self, conversation: str, seq: int, at: int) -> str | None:
        with self.store.read() as session:
            found = conversations.find(session, conversation)
            return messages.chosen(session, found, seq, at)

    def _locate(self, update: Update, here: Located) -> None:
        """A place is kept where an emergency is being told, by whoever sends it; nowhere else."""
        conversation = self._conversation(here.chat)
        with self.store.read() as session:
            state = conversations.state_of(session, conversations.find(session, conversation))
        form = None if state is None else Dialogue.model_validate_json(state).form
        if isinstance(form, EmergencyForm) and self.reader.traits.carries_sensitive:
            place = {
                "name": here.name,
                "latitude": f"{here.latitude:.5f}",
                "longitude": f"{here.longitude:.5f}",
            }
            self._hear(here.chat, [(update, self.speech.say("channel.located", place))])
        else:
            self._cannot_take(conversation, update, Unsupported(here.chat, Media.LOCATION))

    def _attach(self, came: Sequence[tuple[Update, Attached]]) -> None:
        """Files that came together are one message; one that may not be kept is told of, and the
        words under it are heard all the same."""
        chat = came[0][1].chat
        taken = [(update, one, self._fetched(update, one)) for update, one in came]
        for update, one, file in taken:
            if file is None:
                about = Unsupported(chat, one.what, one.album)
                self._cannot_take(self._conversation(chat), update, about)
        files = [file for _, _, file in taken if file is not None]
        captions = " ".join(one.caption for _, one in came if one.caption)
        if not self._keep(came, files, captions) and captions:
            # Whatever becomes of the files: what was written with them may be a danger.
            self._hear(chat, [(came[0][0], captions)])

    def _keep(
        self, came: Sequence[tuple[Update, Attached]], files: Sequence[Harmless], captions: str
    ) -> bool:
        """Keep files as one message; False when there is none, or when it is one too many."""
        if not files or self.fetching is None:
            return False
        update, first = came[0]
        conversation = self._conversation(first.chat)
        text = captions or self.fetching.heard(files[0]) or attached.named(files[0].kind)
        try:
            self.desk.receive(
                conversation,
                external_id=f"{self.channel}:{update.external_id}",
                text=text[:LONGEST],
                files=files,
                now=self.clock(),
            )
        except QuotaError:
            about = Unsupported(first.chat, first.what, first.album)
            self._cannot_take(conversation, update, about)
            return False
        return True

    def _fetched(self, update: Update, one: Attached) -> Harmless | None:
        if self.fetching is None or not self.reader.traits.carries_sensitive:
            return None
        with self.store.write() as session:
            row = session.get_one(Update, update.id)
            intake.hold(session, row, until=self.clock() + intake.FILE_LEASE)
        try:
            return self.fetching.harmless(one.ref)
        except FetchError:
            if intake.hopeless(update):
                return None
            raise

    def _cannot_take(self, conversation: str, update: Update, came: Unsupported) -> None:
        """Write down that it came; say once for each album what can be done instead."""
        now = self.clock()
        voice = came.what is Media.VOICE and self.reader.traits.carries_sensitive
        with self.store.write() as session:
            found = conversations.find_for_update(session, conversation)
            what = {"what": self.speech.say(f"media.{came.what}")}
            sent = self.speech.say("channel.sent", what)
            row = messages.row_named(session, found, Sender.RESIDENT, update.external_id)
            if session.get(Message, row) is not None:
                return
            messages.say(session, found, Line(Sender.RESIDENT, sent), row=row, now=now)
            key = "channel.voice_to_person" if voice else "channel.cannot_take"
            self._say_once(session, found, self.speech.say(key), came.album, now=now)
            if voice:
                asked = QueueChat(reason=VOICE_REASON, priority=Priority.P2)
                filing.carry_out(session, found, (asked,), now=now)

    def _say_once(
        self, session: Session, found: Conversation, text: str, name: str | None, *, now: datetime
    ) -> None:
        row = None if name is None else messages.row_named(session, found, Sender.SYSTEM, name)
        if row is None or session.get(Message, row) is None:
            messages.say(session, found, Line(Sender.SYSTEM, text), row=row, now=now)

    def _note(self, incoming: Blocked | Moved) -> None:
        with self.store.write() as session:
            match incoming:
                case Moved(old=old, new=new):
                    threads.move(session, self.channel, old=old, new=new)
                case Blocked(chat=chat):
                    known = threads.find(session, self.channel, chat)
                    if known is not None:
                        thread = threads.of(session, known.id)
                        threads.block(session, thread, now=self.clock())
