/** What the large model of the look's desk writes to Tomoko, and in German to those who write German. */

const text =
  "Yes, we have it: the Fell Garden set is in stock, three sets are left. [1] An order placed before 15:00 leaves the same day. [2]\n\n" +
  "It can be wrapped as a present, with a card in your own words. [1, 3]";

const german = "Der Ersatz ist unterwegs und kommt am Donnerstag an. [2] Den Deckel brauchen Sie nicht zurückzusenden. [1]";

const plain = (words) => words.replaceAll(/\s*\[[\d, ]+\]/g, "");

const DRAFT = {
  sources: [
    {
      number: 1,
      article: "fell-garden",
      title: "The Fell Garden set",
      text: "Pot, two bowls and a tray, in moss or slate. Three sets are left; the next firing is in June. All sets can be wrapped.",
    },
    {
      number: 2,
      article: "dispatch",
      title: "When we send your order",
      text: "What is ordered before 15:00 leaves on the same day, Sundays and holidays aside.",
    },
    {
      number: 3,
      article: "gift-wrapping",
      title: "Gift wrapping and a card in your own words",
      text: "We write your words on a card of our own paper.",
    },
    { number: 4, article: "care", title: "Looking after a cast iron teapot", text: "Rinse it with hot water only." },
  ],
};

/** What is on record of a wish for a draft, and the answer to it: a draft, or with `refused` the reason why there is none. */
export function drafted({ kind, client_id, language }, { events, summary }, refused) {
  const words = summary.language === "de" ? german : text;
  const reply = { ...DRAFT, text: words, ready: plain(words), language: summary.language };
  const made = kind === "summary" ? summedUp(events, language) : reply;
  const { message } = events.findLast((e) => e.type === "message_received");
  const costs = { tokens_in: 1184, tokens_out: 96, currency: "EUR", client_id, kind, message, actor: { kind: "agent", id: "mara" } };
  return {
    events: [
      { ...costs, type: "draft_asked", reserved: 6200 },
      { ...costs, type: refused ? "draft_refused" : "draft_made", cost: 1255 },
    ],
    answer: { ...costs, ...(refused ? { text: "", ready: "", sources: [] } : made), refused, cost: 0.001255, model: "a-model" },
  };
}

/** A summary's sources are the messages. */
function summedUp(events, language) {
  const said = events.filter((e) => e.type === "message_received" || e.type === "message_sent");
  const words = language === "zh" ? "客户询问商品何时到货，尚未得到答复。" : "The customer asks when something will be in stock, and has had no answer yet.";
  const told = `${words} [1]`;
  return { text: told, ready: plain(told), language, sources: said.map((e, i) => ({ number: i + 1, message: e.message })) };
}
