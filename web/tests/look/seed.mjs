/** The conversations one sees when looking at the console. All people and orders are made up. */

const MINUTE = 60_000;
const ago = (minutes) => new Date(Date.now() - minutes * MINUTE).toISOString();

export function team(desk) {
  desk.agents = [
    {
      id: "mara",
      name: "Mara Lindqvist",
      presence: "online",
      capacity: 6,
      load: 0,
      queues: ["general", "returns"],
      languages: ["en", "de"],
      skills: { "tea tasting": 3, refunds: 4 },
    },
    {
      id: "tomas",
      name: "Tomás Ferreira",
      presence: "online",
      capacity: 5,
      load: 2,
      queues: ["general", "billing"],
      languages: ["en", "pt", "es"],
      skills: { refunds: 5, customs: 2 },
    },
    { id: "yun", name: "陈允", presence: "online", capacity: 4, load: 4, queues: ["general"], languages: ["zh", "en"], skills: { customs: 4 } },
    { id: "olu", name: "Olu Adeyemi", presence: "away", capacity: 5, load: 0, queues: ["billing"], languages: ["en"] },
  ];
}

export function seed(desk) {
  const { commit, open, content, contacts } = desk;
  team(desk);
  const person = (id, name, channel, account, more = {}) =>
    contacts.set(id, { id, name, phone: "", email: "", identities: [{ channel, account }], attributes: {}, ...more });
  const got = (message, text, minutes, more = {}) => ({
    type: "message_received",
    message,
    content: { ...content(text), ...more },
    at: ago(minutes),
    actor: { kind: "customer", id: "x" },
  });
  const sent = (message, text, minutes, author = "agent") => ({
    type: "message_sent",
    message,
    author,
    author_id: author === "agent" ? "mara" : "bot",
    content: content(text),
    at: ago(minutes),
    actor: { kind: author, id: "x" },
  });
  const intent = (message, name, confidence, language = "en", minutes = 0, sentiment = "neutral", anger = 0.02) => ({
    type: "intent_detected",
    message,
    intent: name,
    confidence,
    language,
    sentiment,
    anger,
    at: ago(minutes),
  });
  const queued = (queue, priority, minutes, reason = "policy") => ({ type: "queued", queue, priority, reason, at: ago(minutes) });
  const assigned = (minutes, accept_by = null) => ({ type: "assigned", agent: "mara", reason: "routed", accept_by, at: ago(minutes) });
  const accepted = (minutes) => ({ type: "accepted", agent: "mara", at: ago(minutes) });

  person("cana", "Anna Kowalczyk", "whatsapp", "+44 20 7946 0110", {
    phone: "+48 601 555 014",
    email: "anna.kowalczyk@example.com",
    identities: [
      { channel: "whatsapp", account: "+44 20 7946 0110" },
      { channel: "webchat", account: "shop" },
    ],
    attributes: { Customer: "since 2023", "Last order": "LM-20418", City: "Kraków", Tier: "Regular" },
  });
  const anna = open("cana", "whatsapp", "+44 20 7946 0110");
  commit(anna, [
    { type: "conversation_opened", contact: "cana", at: ago(1500) },
    got("m1", "Hi, do you still have the First Flush Darjeeling?", 1500),
    intent("m1", "stock_availability", 0.94),
  ]);
  commit(anna, [
    sent("m2", "Yes, the First Flush Darjeeling is in stock. You can order it here: https://larkmoor.example/tea/2", 1499, "bot"),
  ]);
  commit(anna, [
    got("m3", "My parcel arrived today but one tin is dented and the lid is open. There is tea everywhere in the box :(", 31),
    intent("m3", "item_problem", 0.91),
  ]);
  commit(anna, [
    { type: "rule_fired", rule: "damaged goods", at: ago(31) },
    { type: "tagged", tags: ["damaged"], at: ago(31) },
    queued("returns", 7, 31),
    { ...assigned(31, ago(30.5)), number: 1 },
  ]);
  commit(anna, [accepted(30.6)]);
  commit(anna, [sent("m4", "I am sorry to hear that, Anna. Could you send me a photo of the tin and the box?", 30)]);
  commit(anna, [
    got("m5", "", 27, { kind: "image", attachments: [{ reference: "x1", mime: "image/jpeg", name: "IMG_2291.jpg", size: 412_300 }] }),
  ]);
  commit(anna, [got("m6", "The box itself looks fine from outside.", 26.8)]);
  commit(anna, [
    {
      type: "note_added",
      agent: "mara",
      text: "Third dented tin from this packing day (lot 2-38).",
      at: ago(24),
    },
  ]);
  commit(anna, [
    {
      type: "consult_started",
      agent: "tomas",
      by: "mara",
      question: "Third dented tin from lot 2-38. May I send a new one without a return?",
      at: ago(23.9),
    },
  ]);
  commit(anna, [{ type: "note_added", agent: "tomas", text: "Yes, up to 30 euros. I told the warehouse.", at: ago(23.5) }]);
  commit(anna, [{ type: "consult_ended", agent: "tomas", by: "tomas", at: ago(23.4) }]);
  commit(anna, [sent("m7", "Thank you, that helps. I will send you a new tin today, and you need not return the old one.", 23)]);
  commit(anna, [sent("m8", "Shall it go to the same address in Kraków?", 22.6)]);
  commit(anna, [{ type: "delivery_failed", message: "m8", reason: "131026 message undeliverable", at: ago(22) }]);
  Object.assign(desk.ledgers.get(anna).deliveries, {
    m2: { status: "read", reason: "" },
    m4: { status: "read", reason: "" },
    m7: { status: "delivered", reason: "" },
    m8: { status: "failed", reason: "131026 message undeliverable" },
  });
  desk.ledgers.set("cana-000000", {
    summary: {
      ...desk.ledgers.get(anna).summary,
      id: "cana-000000",
      channel: "webchat",
      status: "resolved",
      owner: "",
      preview: "Thanks, the oolong is wonderful!",
      intent: "praise",
      opened_at: ago(60 * 24 * 40),
    },
    events: [],
    deliveries: {},
  });

  person("cwei", "王小雨", "wechat", "larkmoor-cn");
  const wei = open("cwei", "wechat", "larkmoor-cn", { language: "zh" });
  commit(wei, [got("m20", "你好，我想把订单改送到上海的地址，可以吗？", 6), intent("m20", "address_change", 0.97, "zh")]);
  commit(wei, [{ type: "intent_corrected", message: "m20", intent: "order_change", sentiment: "", was: "address_change", at: ago(5.9) }]);
  commit(wei, [{ type: "not_understood", message: "m20", at: ago(5.99) }, queued("general", 5, 5.98, "redriven"), assigned(5.98)]);
  commit(wei, [{ type: "first_response_due", due: ago(5.9), at: ago(5.9) }]);
  commit(wei, [accepted(5.8), sent("m21", "您好，可以的。请把新的收件地址和电话发给我。", 5)]);
  Object.assign(desk.ledgers.get(wei).deliveries, { m21: { status: "sent", reason: "" } });

  // Right to left, with Latin letters and digits among it.
  person("cfat", "فاطمة الزهراء العلوي", "whatsapp", "+44 20 7946 0110", { phone: "+212 600 555 017" });
  const fatima = open("cfat", "whatsapp", "+44 20 7946 0110", { language: "ar" });
  commit(fatima, [
    got("m40", "مرحبا، أين طلبي رقم LM-20431؟ كان يجب أن يصل يوم الثلاثاء.", 15),
    intent("m40", "order_status", 0.71, "ar"),
    queued("general", 5, 15),
    assigned(15),
    accepted(14.8),
  ]);
  commit(fatima, [sent("m41", "أهلاً فاطمة! طلبك LM-20431 مع شركة Parcelforce وسيصل غداً قبل الساعة 12:00.", 13)]);
  commit(fatima, [got("m42", "شكراً!", 12), { type: "note_added", agent: "mara", text: "تفضّل المراسلة بالعربية (Arabic).", at: ago(11) }]);
  Object.assign(desk.ledgers.get(fatima).deliveries, { m41: { status: "read", reason: "" } });

  person("cben", "Ben Okafor", "webchat", "shop");
  const ben = open("cben", "webchat", "shop");
  commit(ben, [
    got("m30", "I was charged twice for order LM-20466, please help", 1.2),
    intent("m30", "charge_dispute", 0.88),
    queued("general", 9, 1.2),
    assigned(0, new Date(Date.now() + 28_000).toISOString()),
  ]);

  const wait = (id, name, channel, text, minutes, what, queue, priority, language = "en") => {
    person(id, name, channel, "shop");
    const cid = open(id, channel, channel === "webchat" ? "shop" : "+44 20 7946 0110", { language });
    const sentiment = id === "cmei" ? "negative" : "neutral";
    commit(cid, [
      got(`m-${id}`, text, minutes),
      intent(`m-${id}`, what, 0.62, language, minutes, sentiment),
      queued(queue, priority, minutes, "low_confidence"),
    ]);
  };
  wait("cluc", "Lucía Romero", "whatsapp", "Buenas, ¿cuánto tarda el envío a Sevilla?", 3, "delivery_options", "general", 5, "es");
  wait("cnon", "", "wechat", "Is the gift box in stock?", 5, "stock_availability", "general", 5);
  wait("cjon", "Jonas Weber", "webchat", "Kann ich die Rechnung noch einmal bekommen?", 8, "invoice_request", "general", 5, "de");
  wait(
    "cmei",
    "Mei Tanaka",
    "whatsapp",
    "Where is my refund? It has been two weeks now and nobody answers my e-mails.",
    19,
    "refund_status",
    "returns",
    7,
  );

  // In German, for a reader of English: translated, answered in two languages, and one message for which nothing could be had.
  person("cjan", "Jan Petersen", "whatsapp", "+44 20 7946 0110", { phone: "+49 170 555 0112" });
  const jan = open("cjan", "whatsapp", "+44 20 7946 0110", { language: "de" });
  commit(jan, [
    got("m110", "Guten Tag, meine Teekanne aus Bestellung LM-20477 ist leider mit einem Riss im Deckel angekommen.", 14),
    intent("m110", "item_problem", 0.94, "de"),
    queued("general", 5, 14),
    assigned(14),
    accepted(13.8),
  ]);
  commit(jan, [
    {
      ...sent("m111", "Das tut mir leid, Jan. Können Sie mir ein Foto vom Deckel schicken?", 13),
      original: "I am sorry about that, Jan. Could you send me a photo of the lid?",
      original_language: "en",
      translated_by: "amazon",
    },
  ]);
  commit(jan, [got("m112", "Hier ist es: https://photos.example/p/88213. Der Rückschein fehlt auch.", 6), intent("m112", "return_request", 0.81, "de")]);
  commit(jan, [got("m113", "Und wann kommt der Ersatz?", 5), intent("m113", "delivery_options", 0.72, "de")]);
  Object.assign(desk.ledgers.get(jan).deliveries, { m111: { status: "read", reason: "" } });

  // Waited at night: told of absence, left a message, and the promise of a first answer is broken.
  person("cida", "Ida Sørensen", "webchat", "shop", { attributes: { tier: "gold" } });
  const ida = open("cida", "webchat", "shop", {});
  commit(ida, [got("m70", "Hello? My order LM-20502 says delivered, but there is nothing here.", 26), intent("m70", "delivery_problem", 0.9)]);
  commit(ida, [
    queued("general", 5, 26, "after_hours"),
    sent("m71", "Our team is not available right now. We are back on Monday at 9:00.", 26, "bot"),
  ]);
  commit(ida, [
    { type: "wait_told", at: ago(25) },
    sent("m72", "You are number 3 in line. Shall we call you back?", 25, "bot"),
    { type: "callback_offered", at: ago(25) },
  ]);
  commit(ida, [got("m73", "Yes, +45 32 55 01 17", 24.5), { type: "callback_requested", number: "+45 32 55 01 17", at: ago(24.5) }]);
  commit(ida, [
    { type: "offline_form_sent", about: "Parcel LM-20502 not here", name: "Ida Sørensen", contact: "ida@example.com", at: ago(24) },
    { type: "tagged", tags: ["parcel", "call first"], at: ago(24) },
  ]);
  commit(ida, [{ type: "sla_warned", clock: "first_response", since: ago(26), due: ago(6), at: ago(10) }]);
  commit(ida, [
    { type: "sla_breached", clock: "first_response", since: ago(26), due: ago(6), at: ago(6) },
    { type: "priority_set", priority: 8, reason: "sla_breach", at: ago(6) },
    queued("returns", 8, 6, "sla_breach"),
  ]);

  // A colleague's, who asks mara.
  person("cpet", "Petra Novák", "whatsapp", "+44 20 7946 0110");
  const petra = open("cpet", "whatsapp", "+44 20 7946 0110", {});
  const tomas = (e) => ({ ...e, agent: "tomas" });
  commit(petra, [got("m80", "Can I send the teapot back after 40 days? It was a present.", 18), intent("m80", "return_request", 0.86)]);
  commit(petra, [queued("returns", 5, 18), { ...tomas(assigned(18)), number: 1 }, tomas(accepted(17.5))]);
  commit(petra, [{ ...sent("m81", "Let me ask a colleague, Petra. One moment.", 16), author_id: "tomas" }]);
  commit(petra, [
    { type: "consult_started", agent: "mara", by: "tomas", question: "40 days, a present, unopened. Do we make an exception?", at: ago(15) },
  ]);
  commit(petra, [got("m82", "Thank you, I am waiting.", 3)]);
  commit(petra, [{ type: "sla_warned", clock: "next_response", since: ago(3), due: ago(-2), at: ago(0.5) }]);

  // What the bot served, and could not: looked up, changed its mind, asked for a cancellation that was never answered, and got an angry word.
  person("cros", "Rosa Iglesias", "whatsapp", "+44 20 7946 0110", { phone: "+34 600 555 018" });
  const rosa = open("cros", "whatsapp", "+44 20 7946 0110");
  const bot = (type, minutes, fields) => ({ type, ...fields, at: ago(minutes), actor: { kind: "bot", id: "bot" } });
  const flow = (name, message, minutes, digression = false) => bot("flow_started", minutes, { flow: name, version: 1, message, digression });
  const slot = (name, what, value, message, minutes) =>
    bot("slot_filled", minutes, { flow: name, slot: what, message, value, correction: false });
  const asks = (name, call, action, args, minutes) =>
    bot("action_requested", minutes, { flow: name, call, action, into: "found", arguments: args, purpose: name });
  const answer = (name, call, action, outcome, minutes) =>
    bot("action_done", minutes, { flow: name, call, action, outcome, data: {} });
  const ends = (name, outcome, minutes) => bot("flow_ended", minutes, { flow: name, outcome });
  commit(rosa, [
    got("m90", "Where is order SB-10187? It should have been here on Tuesday.", 9),
    intent("m90", "order_status", 0.95, "en", 9, "negative", 0.21),
    flow("order_status", "m90", 9),
    slot("order_status", "order", "SB-10187", "m90", 9),
    asks("order_status", "a1", "order_lookup", { order: "SB-10187" }, 9),
  ]);
  commit(rosa, [
    answer("order_status", "a1", "order_lookup", "ok", 8.9),
    sent("m91", "SB-10187 was sent with SEUR and is expected tomorrow. Tracking: LT4400190413.", 8.9, "bot"),
    ends("order_status", "done", 8.9),
  ]);
  commit(rosa, [
    got("m92", "Tomorrow is too late. Cancel it.", 7),
    intent("m92", "order_cancel", 0.92, "en", 7, "negative", 0.34),
    flow("order_cancel", "m92", 7),
    slot("order_cancel", "order", "SB-10187", "", 7),
    sent("m93", "Shall I cancel SB-10187 (Rosehip & Heather 200 g, Bamboo Whisk)?", 7, "bot"),
  ]);
  commit(rosa, [
    got("m94", "Yes. And send the refund to my card, not as a voucher", 6),
    intent("m94", "affirm", 0.71, "en", 6),
    asks("order_cancel", "a2", "order_cancel", { order: "SB-10187" }, 6),
  ]);
  commit(rosa, [
    got("m95", "Hello?? Is anybody there? I have been asking for a week and all I get is a machine. This is the last time I order anything from you!", 5),
    intent("m95", "complaint", 0.84, "en", 5, "angry", 0.93),
    { type: "anger_heard", message: "m95", anger: 0.93, at: ago(5) },
    ends("order_cancel", "handed_over", 5),
    sent("m96", "I am sorry. A colleague will be with you in a moment.", 5, "bot"),
    queued("general", 8, 5, "anger"),
    assigned(5),
  ]);
  commit(rosa, [accepted(4.8)]);
  desk.handovers.set(rosa, {
    reason: "anger",
    asked: ["order_status", "order_cancel", "complaint"],
    steps: [
      { flow: "order_status", outcome: "done", slots: { order: "SB-10187" }, actions: [["order_lookup", "ok"]] },
      { flow: "order_cancel", outcome: "handed_over", slots: { order: "SB-10187" }, actions: [["order_cancel", "unknown"]] },
    ],
    missed: 1,
    sentiment: "angry",
    angry: "m95",
  });
  Object.assign(desk.ledgers.get(rosa).deliveries, Object.fromEntries(["m91", "m93", "m96"].map((m) => [m, { status: "read", reason: "" }])));

  // Such questions are people's; the bot only suggests.
  person("ctom", "Tomoko Arai", "webchat", "shop", { email: "t.arai@inbox.example" });
  const tomoko = open("ctom", "webchat", "shop");
  commit(tomoko, [
    got("m97", "Hello! When will the Fell Garden Green in the big tin be back?", 3),
    intent("m97", "stock_availability", 0.93, "en", 3, "positive", 0.01),
    bot("bot_suggested", 3, {
      message: "m97",
      intent: "stock_availability",
      text: "The Fell Garden Green in 150 g is sold out at the moment. We expect it again on 5 August; the 75 g tin is in stock now.",
    }),
    queued("general", 5, 3, "rollout"),
    assigned(3),
  ]);
  commit(tomoko, [accepted(2.8)]);

  const terms = (cost, seconds, price, crowding, fairness) => ({ seconds, price, crowding, fairness, cost, worth: 931.4, foreign: 0 });
  desk.receipts.set(anna, [
    {
      number: 1,
      agent: "mara",
      receipt: {
        direction: "offer",
        at: ago(31),
        policy: 12,
        considered: 9,
        ranked: [
          { id: "mara", load: 2, terms: terms(241.26, 262.5, 0.83, 1.12, 0.989) },
          { id: "tomas", load: 2, terms: { ...terms(318.9, 301.2, 0.91, 1.12, 1.039), foreign: 1 } },
        ],
        chosen: 0,
        rejected: [
          { id: "yun", reason: "no_room" },
          { id: "olu", reason: "off_shift" },
        ],
        reasons: { no_room: 4, off_shift: 1, skill: 2 },
      },
      same: true,
      differences: [],
    },
  ]);

  desk.parked = [
    { id: "p1", ledger: `cnv#${anna}`, no: 9, at: ago(12), reason: "malformed: a location needs latitude and longitude" },
    { id: "p2", ledger: "ops#parked", no: 3, at: ago(200), reason: "unreadable: the sealed body fails authentication" },
    { id: "p3", ledger: `cnv#${wei}`, no: 4, at: ago(60 * 30), reason: "malformed: the text is not valid UTF-8" },
  ];
}
