import { SendHorizontal } from "lucide-react";
import { useEffect, useLayoutEffect, useRef, useState, type KeyboardEvent } from "react";
import type { Summary } from "../../../shared/protocol";
import { useAgentName, useDesk, useDeskState } from "../desk/context";
import { draftOf, finishedOf, keepDraft, keepFinished, type Inserted } from "../desk/keep";
import { isAsked } from "../desk/state";
import { isSameText } from "../desk/translations";
import { useWords, type Key } from "../i18n";
import { Button } from "../ui/ui";
import { Countdown } from "./Card";
import { DraftButton, DraftPanel } from "./drafts/Draft";
import { useDraft } from "./drafts/useDraft";
import { ReplyTranslation, useReplyTranslation } from "./ReplyTranslation";
import { Assist } from "./assist/Assist";
import { AssistBar } from "./assist/AssistBar";
import { Remarks } from "./assist/Remarks";
import { useCheck, type Check } from "./assist/useCheck";
import { useFeedback } from "./assist/useFeedback";
import css from "./Composer.module.css";

/** The server takes no longer texts; the channels cut them into what they allow. */
const LONGEST = 20_000;

/** What the button says of a text that was looked at before it is sent. */
function afterCheck(check: Check, otherwise: Key): Key {
  return check.asking ? "check.asking" : check.held ? "check.anyway" : otherwise;
}

export function Composer({ summary: s }: { summary: Summary }) {
  const { t, customer } = useWords();
  const { desk } = useDesk();
  const nameOf = useAgentName();
  const me = useDeskState((d) => d.me?.id);
  const own = s.owner === me && s.status === "active";
  const offered = s.owner === me && s.status === "assigned";
  const [wantsNote, setWantsNote] = useState(false);
  const [text, setText] = useState(() => draftOf(s.id));
  const area = useRef<HTMLTextAreaElement>(null);
  const leads = useDeskState((d) => d.role === "supervisor");
  // Whoever may read a conversation may leave a note; what is a colleague's is open to supervisors alone.
  const asked = useDeskState((d) => isAsked(d, s.id));
  const mayWrite = own || offered || leads || asked;
  const note = wantsNote || !own;
  const excess = text.length - LONGEST;
  const drafting = useDraft(s.id);
  const translation = useReplyTranslation(s);
  // Begun with a draft, suggestion or macro in the customer's language: it needs no translation.
  const [finished, setFinished] = useState(() => finishedOf(s.id));
  const inTwo = !note && translation.active && !finished;
  const ready = inTwo ? translation.ready(text.trim()) : null;
  const feedback = useFeedback(s.id);
  const check = useCheck(s.id, ready?.text ?? text, !note && (!inTwo || ready !== null));
  const [wantsMacro, setWantsMacro] = useState(false);

  useEffect(() => keepDraft(s.id, text), [s.id, text]);
  useEffect(() => keepFinished(s.id, finished), [s.id, finished]);
  useEffect(() => {
    // Not on a phone: its keyboard would cover what is to be read first.
    if (own && !matchMedia("(pointer: coarse)").matches) area.current?.focus();
  }, [own]);
  useLayoutEffect(() => {
    const el = area.current;
    if (!el) return;
    el.style.height = "auto";
    el.style.height = `${Math.min(el.scrollHeight, 200)}px`;
  }, [text]);

  const send = (): void => {
    const words = text.trim();
    if (!words || excess > 0 || check.asking || (inTwo && translation.busy)) return;
    if (inTwo && !ready) return translation.ask(words); // what the customer gets is seen before it goes out
    const said = ready?.text ?? words;
    check.send(said, () => {
      const clientId = desk.send(s.id, note ? "note" : "reply", said, ready?.own);
      if (!note) feedback.sent(clientId, said);
      translation.forget();
      setText("");
      setFinished(false);
      setWantsNote(false);
      area.current?.focus();
    });
  };
  const use = (suggested: string, inserted?: Omit<Inserted, "client_id" | "sent">, foreign = false): void => {
    if (inserted) feedback.inserted(inserted);
    // What was begun stays; a note that was begun stays a note.
    if (!text.trim()) setWantsNote(false);
    // Own words that were begun still need a translation.
    if (foreign || !text.trim()) setFinished(!foreign);
    setText(text.trim() ? `${text.trimEnd()}\n${suggested}` : suggested);
    area.current?.focus();
  };
  const writeNote = (words: string): void => {
    setWantsNote(true);
    setText(words);
    setFinished(false);
    area.current?.focus();
  };
  const write = (words: string): void => {
    if (words === "/" && !text && own && !note) return setWantsMacro(true);
    setText(words);
    if (!isSameText(text, words)) setFinished(false);
    if (!words.trim()) feedback.cleared();
    if (own && !note && words) desk.typing(s.id);
  };
  const onKey = (event: KeyboardEvent): void => {
    // Enter that picks a word in an input method (Chinese, Japanese, Korean) is not the end of the message.
    if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    send();
  };

  return (
    <footer className={css.composer}>
      <div className={css.inner}>
        {offered && (
          <div className={css.banner} data-offer>
            <Countdown acceptBy={s.accept_by} />
            <Button look="primary" onClick={() => void desk.act(s.id, "accept")} data-testid="thread-accept">
              {t("offer.accept")}
            </Button>
            <Button onClick={() => void desk.act(s.id, "decline")} data-testid="thread-decline">
              {t("offer.decline")}
            </Button>
          </div>
        )}
        {!own && !offered && !asked && (
          <div className={css.banner}>
            <p>
              {s.status === "queued" && t("composer.queued")}
              {s.status === "bot" && t("composer.bot")}
              {s.status === "resolved" && t("composer.resolved")}
              {(s.status === "active" || s.status === "assigned") &&
                t("composer.not_yours", { agent: nameOf(s.owner) })}
            </p>
            {s.status === "queued" && (
              <Button look="primary" onClick={() => void desk.act(s.id, "take")} data-testid="take">
                {t("composer.take")}
              </Button>
            )}
          </div>
        )}
        {own && (
          <div className={css.help}>
            <Assist summary={s} draft={drafting.shown} onUse={use} onNote={writeNote} onFocus={() => area.current?.focus()} />
            <DraftPanel drafting={drafting} summary={s} onUse={(words, other) => use(words, undefined, other)} onDismiss={() => area.current?.focus()} />
          </div>
        )}
        {mayWrite && (
          <div className={css.box} data-note={note}>
            <textarea
              ref={area}
              rows={1}
              value={text}
              placeholder={note ? t("composer.note_hint") : t("composer.reply_hint", { name: customer(s) })}
              aria-label={note ? t("composer.note") : t("composer.reply")}
              readOnly={check.asking}
              onChange={(e) => write(e.target.value)}
              onKeyDown={onKey}
              data-testid="composer"
            />
            {inTwo && <ReplyTranslation reply={translation} summary={s} words={text.trim()} />}
            <Remarks check={check} language={s.language} />
            <div className={css.bar}>
              <div className={css.kinds} role="group" aria-label={t("composer.kind")}>
                {own && (
                  <button type="button" aria-pressed={!note} onClick={() => setWantsNote(false)} data-testid="reply-toggle">
                    {t("composer.reply")}
                  </button>
                )}
                <button type="button" aria-pressed={note} onClick={() => setWantsNote(!wantsNote)} data-testid="note-toggle">
                  {t("composer.note")}
                </button>
              </div>
              <AssistBar summary={s} own={own} wantsMacro={wantsMacro} onMacro={setWantsMacro} onInsert={(words, other) => use(words, undefined, other)} />
              {own && !note && <DraftButton drafting={drafting} />}
              <span className={css.hint} data-bad={excess > 0}>
                {excess > 0 ? t("composer.too_long", { n: excess }) : t(inTwo && !ready ? "translation.keys" : "composer.keys")}
              </span>
              <Button
                look="primary"
                small
                disabled={!text.trim() || excess > 0 || (inTwo && translation.busy)}
                onClick={send}
                data-testid="send"
              >
                {note
                  ? t("composer.add_note")
                  : !inTwo
                    ? t(afterCheck(check, "composer.send"))
                    : !ready
                      ? t("translation.translate")
                      : t(afterCheck(check, translation.untranslated(text.trim()) ? "translation.send_untranslated" : "composer.send"))}
                {!note && <SendHorizontal size={16} aria-hidden />}
              </Button>
            </div>
          </div>
        )}
      </div>
    </footer>
  );
}
