import { TriangleAlert } from "lucide-react";
import { languageName, useWords } from "../../i18n";
import type { Check } from "./useCheck";
import css from "./assist.module.css";

/** What to ask about before this reply is sent. */
export function Remarks({ check, language }: { check: Check; language: string }) {
  const { t, named, language: reader } = useWords();
  return (
    <div aria-live="polite">
      {check.remarks.length > 0 && (
        <div className={css.remarks} role="group" aria-label={t("check.title")} data-testid="remarks">
          <TriangleAlert size={16} aria-hidden />
          <ul>
            {check.remarks.map((r) => (
              <li key={r.kind + r.detail} data-testid={`remark-${r.kind}`}>
                {r.kind === "language"
                  ? t("remark.language", { detail: languageName(r.detail, reader) || r.detail, language: languageName(language, reader) })
                  : remarkWords(r.kind, r.detail, t, named)}
              </li>
            ))}
          </ul>
          {check.held && <span className={css.heldHint}>{t("check.hint")}</span>}
        </div>
      )}
    </div>
  );
}

type Words = ReturnType<typeof useWords>;

function remarkWords(kind: string, detail: string, t: Words["t"], named: Words["named"]): string {
  const plain = named("remark", kind);
  return plain.includes("{detail}") ? t(`remark.${kind}` as Parameters<Words["t"]>[0], { detail }) : plain;
}
