import { useRef, useState } from "react";
import { ApiError } from "../../desk/api";
import { useDesk, useDeskState } from "../../desk/context";
import { isAnswered, type Draft } from "../../desk/drafts";

export interface Drafting {
  /** Whether the company has a large model. */
  on: boolean;
  asking: boolean;
  /** The latest draft or refusal, until it is used, dismissed or answered past. */
  draft: Draft | null;
  /** The error's code where none could be had. */
  failed: string;
  ask: () => void;
  dismiss: () => void;
}

/** Survives a look at another conversation. */
const kept = new Map<string, Draft>();

/** At sign-out nothing of a customer stays behind. */
export function forgetDrafts(): void {
  kept.clear();
}

export function useDraft(id: string): Drafting {
  const { api } = useDesk();
  const on = useDeskState((s) => s.largeModel);
  const [asking, setAsking] = useState(false);
  const [failed, setFailed] = useState("");
  const [draft, setDraft] = useState<Draft | null>(() => kept.get(id) ?? null);
  const answered = useDeskState((s) => !!draft && !!s.threads[id] && isAnswered(s.threads[id], draft.client_id));
  // The same click once more, after the line broke, must not be paid twice: the server knows it by this.
  const wish = useRef("");

  const keep = (one: Draft | null): void => {
    if (one) kept.set(id, one);
    else kept.delete(id);
    setDraft(one);
  };
  const ask = (): void => {
    if (asking) return;
    wish.current ||= crypto.randomUUID();
    setAsking(true);
    setFailed("");
    api
      .draft(id, wish.current)
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
  return { on, asking, draft: answered ? null : draft, failed, ask, dismiss };
}
