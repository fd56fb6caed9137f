// The independent emulator of the Bot API on a free port of the loopback, which is printed.
// Two answers are mended to what Telegram documents: seconds in dates, and every press of a
// button with its `chat_instance`.
const { TelegramServer } = require("telegram-test-api/lib/telegramServer");

class Documented extends TelegramServer {
  addBotMessage(message, token) {
    return { ...super.addBotMessage(message, token), date: Math.floor(Date.now() / 1000) };
  }
}

const format = TelegramServer.formatUpdate;
TelegramServer.formatUpdate = (update) => {
  const made = format(update);
  if (made.callback_query) made.callback_query.chat_instance = "1";
  return made;
};

const server = new Documented({ host: "127.0.0.1" });
server.config.port = 0;
server.start().then(() => console.log(server.server.address().port));
