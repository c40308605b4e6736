import { useRef, useState } from "react";
import { ApiError } from "../../desk/api";
import { useDesk, useDeskState } from "../../desk/context";
import { isAnswered, type Draft } from "../../desk/drafts";

export type Kind = "reply" | "summary";

export interface Drafting {
  /** Whether the company has a large model. */
  on: boolean;
  asking: boolean;
  /** The latest draft or refusal, until it is used, dismissed or answered past. */
  draft: Draft | null;
  /** The error's code where none could be had. */
  failed: string;
  /** The id of a draft that is there to be read; "": none is. */
  shown: string;
  ask: () => void;
  dismiss: () => void;
}

/** By kind and conversation. Survives a look at another conversation. */
const kept = new Map<string, Draft>();

/** At sign-out nothing of a customer stays behind. */
export function forgetDrafts(): void {
  kept.clear();
}

/** `language`: of a summary; a reply is in the customer's. */
export function useDraft(id: string, kind: Kind = "reply", language = ""): Drafting {
  const { api } = useDesk();
  const on = useDeskState((s) => s.largeModel);
  const [asking, setAsking] = useState(false);
  const [failed, setFailed] = useState("");
  const [draft, setDraft] = useState<Draft | null>(() => kept.get(`${kind} ${id}`) ?? null);
  const answered = useDeskState((s) => kind === "reply" && !!draft && !!s.threads[id] && isAnswered(s.threads[id], draft.client_id));
  // The same click once more, after the line broke, must not be paid twice: the server knows it by this.
  const wish = useRef("");

  const keep = (one: Draft | null): void => {
    if (one) kept.set(`${kind} ${id}`, one);
    else kept.delete(`${kind} ${id}`);
    setDraft(one);
  };
  const ask = (): void => {
    if (asking) return;
    wish.current ||= crypto.randomUUID();
    setAsking(true);
    setFailed("");
    api
      .draft(id, wish.current, kind, language)
      .then((made) => {
        wish.current = "";
        keep(made);
      })
      .catch((error: unknown) => {
        keep(null);
        setFailed(error instanceof ApiError ? error.code : "other");
        if (error instanceof ApiError && !error.passing) wish.current = "";
      })
      .finally(() => setAsking(false));
  };
  const dismiss = (): void => {
    keep(null);
    setFailed("");
  };
  const current = answered ? null : draft;
  return { on, asking, draft: current, failed, shown: current && !current.refused ? current.client_id : "", ask, dismiss };
}
