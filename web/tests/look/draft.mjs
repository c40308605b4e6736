/** What the large model of the look's desk writes to Tomoko. */

const text =
  "Yes, we have it: the Fell Garden set is in stock, three sets are left. [1] An order placed before 15:00 leaves the same day. [2]\n\n" +
  "It can be wrapped as a present, with a card in your own words. [1, 3]";

const DRAFT = {
  text,
  ready: text.replaceAll(/\s*\[[\d, ]+\]/g, ""),
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
export function drafted({ kind, client_id }, events, refused) {
  const { message } = events.findLast((e) => e.type === "message_received");
  const costs = { tokens_in: 1184, tokens_out: 96, currency: "EUR", client_id, kind, message, actor: { kind: "agent", id: "mara" } };
  return {
    events: [
      { ...costs, type: "draft_asked", reserved: 6200 },
      { ...costs, type: refused ? "draft_refused" : "draft_made", cost: 1255 },
    ],
    answer: { ...costs, ...(refused ? { text: "", ready: "", sources: [] } : DRAFT), refused, cost: 0.001255, model: "a-model" },
  };
}
