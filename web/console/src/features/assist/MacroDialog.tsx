import { useQuery, useQueryClient } from "@tanstack/react-query";
import { ArrowRightLeft, Check, ChevronsUp, Tag, TriangleAlert, type LucideIcon } from "lucide-react";
import { useId, useRef, useState, type KeyboardEvent } from "react";
import type { Summary } from "../../../../shared/protocol";
import { useDesk } from "../../desk/context";
import { titleOf, type MacroActions, type MacroListed, type MacroPreview } from "../../desk/help";
import type { Thread } from "../../desk/thread";
import { languageName, useWords } from "../../i18n";
import { toast } from "../../ui/toasts";
import { Area, Button, Dialog } from "../../ui/ui";
import { useAssist } from "./Assist";
import css from "./MacroDialog.module.css";

const PLACEHOLDER = /\{\{\s*([^{}|]*?)\s*(?:\|[^{}]*)?\}\}/g;

interface Props {
  summary: Summary;
  thread: Thread;
  /** The one to show first; "": the best. */
  first?: string;
  /** `foreign`: it is in another language than the customer's. */
  onInsert: (text: string, foreign: boolean) => void;
  onClose: () => void;
}

/** The company's macros: search with the keyboard, look at one as it would be now, change its words, apply it. */
export function MacroDialog({ summary: s, thread, first = "", onInsert, onClose }: Props) {
  const { t, language } = useWords();
  const { data } = useAssist(s.id, thread);
  const [wanted, setWanted] = useState("");
  const [chosen, setChosen] = useState(first);
  const list = useId();
  const apply = useRef<HTMLButtonElement>(null);

  const found = sought(data?.macros ?? [], wanted, language);
  const active = found.find((m) => m.name === chosen) ?? found[0];
  const groups = [true, false].map((fits) => ({ fits, macros: found.filter((m) => m.fits === fits) })).filter((g) => g.macros.length);

  const onKey = (event: KeyboardEvent<HTMLInputElement>): void => {
    if (event.nativeEvent.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      const ordered = groups.flatMap((g) => g.macros);
      const at = active ? ordered.indexOf(active) : -1;
      const next = ordered[(at + step + ordered.length) % ordered.length];
      if (next) {
        setChosen(next.name);
        document.getElementById(`${list}-${next.name}`)?.scrollIntoView({ block: "nearest" });
      }
    } else if (event.key === "Enter") {
      event.preventDefault();
      // What is not known is to be written in first.
      const next = apply.current?.disabled ? event.currentTarget.closest("dialog")?.querySelector("textarea") : apply.current;
      next?.focus();
    }
  };

  return (
    <Dialog title={t("macro.title")} wide onClose={onClose}>
      <div className={css.macros} data-testid="macros">
        <div className={css.choice}>
          <input
            className={css.search}
            role="combobox"
            aria-expanded="true"
            aria-controls={list}
            aria-activedescendant={active ? `${list}-${active.name}` : undefined}
            aria-label={t("macro.search")}
            placeholder={t("macro.search")}
            value={wanted}
            ref={focusFirst}
            onChange={(e) => {
              setWanted(e.target.value);
              setChosen("");
            }}
            onKeyDown={onKey}
            data-testid="macro-search"
          />
          <div id={list} role="listbox" className={css.list} aria-label={t("macro.title")} tabIndex={-1}>
            {data && found.length === 0 && <p className={css.none}>{t("macro.none")}</p>}
            {groups.map((g) => (
              <div key={String(g.fits)} role="group" aria-label={t(g.fits ? "macro.fits" : "macro.others")}>
                <p className={css.group} aria-hidden>
                  {t(g.fits ? "macro.fits" : "macro.others")}
                </p>
                {g.macros.map((m) => (
                  <div
                    key={m.name}
                    id={`${list}-${m.name}`}
                    role="option"
                    aria-selected={m === active}
                    className={css.option}
                    onClick={() => setChosen(m.name)}
                    data-testid={`macro-${m.name}`}
                  >
                    <b>{titleOf(m.titles, language)}</b>
                    <span dir="auto">{m.opening}</span>
                  </div>
                ))}
              </div>
            ))}
          </div>
        </div>
        {active && <Shown key={active.name} summary={s} macro={active} apply={apply} onInsert={onInsert} onClose={onClose} />}
      </div>
    </Dialog>
  );
}

interface ShownProps {
  summary: Summary;
  macro: MacroListed;
  apply: React.RefObject<HTMLButtonElement | null>;
  /** `foreign`: it is in another language than the customer's. */
  onInsert: (text: string, foreign: boolean) => void;
  onClose: () => void;
}

function Shown({ summary: s, macro, apply, onInsert, onClose }: ShownProps) {
  const { t } = useWords();
  const { api } = useDesk();
  const { data, error, dataUpdatedAt } = useQuery({
    queryKey: ["macro", s.id, macro.name],
    queryFn: () => api.macro(s.id, macro.name),
    staleTime: 0,
    gcTime: 0,
  });
  if (error) return <p className={css.preview}>{t("macro.failed")}</p>;
  if (!data) return <p className={css.preview} aria-busy />;
  return <Preview key={dataUpdatedAt} summary={s} preview={data} apply={apply} onInsert={onInsert} onClose={onClose} />;
}

function Preview({ summary: s, preview: p, apply, onInsert, onClose }: Omit<ShownProps, "macro"> & { preview: MacroPreview }) {
  const { t, language } = useWords();
  const { desk } = useDesk();
  const queries = useQueryClient();
  const [text, setText] = useState(p.text);
  const [busy, setBusy] = useState(false);
  const [clientId] = useState(() => crypto.randomUUID()); // pressed again after no answer came, it is the same
  const says = p.language !== "";
  const missing = [...new Set([...text.matchAll(PLACEHOLDER)].map((m) => m[1] ?? ""))];
  const own = p.language.split("-")[0] === s.language.split("-")[0] || s.language === "und";
  const title = titleOf(p.titles, language);

  const submit = async (): Promise<void> => {
    setBusy(true);
    const done = await desk.applyMacro(s.id, p.name, { version: p.version, client_id: clientId, ...(says ? { text } : {}) });
    if (done) {
      toast("done", t("macro.done", { title }));
      return onClose();
    }
    setBusy(false);
    void queries.invalidateQueries({ queryKey: ["macro", s.id] });
    void queries.invalidateQueries({ queryKey: ["assist", s.id] });
  };

  return (
    <div className={css.preview} data-testid="macro-preview">
      {says ? (
        <Area label={t("macro.text")} rows={6} dir="auto" value={text} onChange={(e) => setText(e.target.value)} data-testid="macro-text" />
      ) : (
        <p className={css.none}>{t("macro.no_text")}</p>
      )}
      {says && !own && (
        <p className={css.warn}>
          <TriangleAlert size={14} aria-hidden />
          {t("macro.language", { language: languageName(s.language, language), other: languageName(p.language, language) })}
        </p>
      )}
      {missing.length > 0 && (
        <p className={css.warn} role="status" data-testid="macro-missing">
          <TriangleAlert size={14} aria-hidden />
          {t("macro.missing", { names: missing.map((name) => `{{${name}}}`).join(", ") })}
        </p>
      )}
      <Deeds actions={p.actions} />
      <div className={css.buttons}>
        {says && (
          <Button
            title={t("macro.insert_help")}
            onClick={() => {
              onInsert(text, !own);
              onClose();
            }}
            data-testid="macro-insert"
          >
            {t("macro.insert")}
          </Button>
        )}
        <Button
          ref={apply}
          look="primary"
          disabled={busy || missing.length > 0 || (says && !text.trim())}
          onClick={() => void submit()}
          data-testid="macro-apply"
        >
          {t(says ? "macro.send" : "macro.apply")}
        </Button>
      </div>
    </div>
  );
}

function Deeds({ actions: a }: { actions: MacroActions }) {
  const { t } = useWords();
  const deeds: [LucideIcon, string][] = [];
  if (a.tags.length) deeds.push([Tag, t("macro.does_tag", { tags: a.tags.join(", ") })]);
  if (a.priority !== null) deeds.push([ChevronsUp, t("macro.does_priority", { n: a.priority })]);
  if (a.queue) deeds.push([ArrowRightLeft, t("macro.does_queue", { queue: a.queue })]);
  if (a.resolve) deeds.push([Check, t("macro.does_resolve")]);
  if (deeds.length === 0) return null;
  return (
    <div className={css.deeds}>
      <p>{t("macro.does")}</p>
      <ul>
        {deeds.map(([Icon, words]) => (
          <li key={words}>
            <Icon size={14} aria-hidden />
            {words}
          </li>
        ))}
      </ul>
    </div>
  );
}

/** The browser's dialog looks for the attribute, which React does not set. */
function focusFirst(input: HTMLInputElement | null): void {
  input?.setAttribute("autofocus", "");
}

/** Those that have all the words: first those that are called so, then those that say so. */
function sought(macros: readonly MacroListed[], wanted: string, language: string): MacroListed[] {
  const words = wanted.toLowerCase().split(/\s+/).filter(Boolean);
  const has = (text: string): boolean => words.every((word) => text.toLowerCase().includes(word));
  const called = (m: MacroListed): boolean => has(`${titleOf(m.titles, language)} ${m.titles.en ?? ""} ${m.name.replaceAll("_", " ")}`);
  const named = macros.filter(called);
  return [...named, ...macros.filter((m) => !named.includes(m) && has(`${titleOf(m.titles, language)} ${m.titles.en ?? ""} ${m.opening}`))];
}
