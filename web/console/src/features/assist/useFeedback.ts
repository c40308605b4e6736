/** What becomes of the articles' suggestions that the agent puts into a reply: said once the reply is on record, whatever happens between. */

import { useCallback, useEffect } from "react";
import { ApiError } from "../../desk/api";
import { useDesk, useDeskState } from "../../desk/context";
import { insertedOf, keepInserted, type Inserted } from "../../desk/keep";

export interface Feeding {
  /** It is in the composer now. */
  inserted: (one: Omit<Inserted, "client_id" | "sent">) => void;
  /** The composer's text went out under this id. */
  sent: (clientId: string, text: string) => void;
  /** The composer was emptied: it was not used after all. */
  cleared: () => void;
}

export function useFeedback(id: string): Feeding {
  const { api } = useDesk();
  const events = useDeskState((s) => s.threads[id]?.events);
  useEffect(() => {
    if (!events) return;
    for (const one of insertedOf(id)) {
      if (!one.client_id || !events.some((e) => e.type === "message_sent" && e.client_id === one.client_id)) continue;
      const { text, client_id, sent, ...about } = one;
      const outcome = sent === text.trim() ? ("used" as const) : ("edited" as const);
      const said = outcome === "edited" ? { ...about, outcome, suggested: text, sent } : { ...about, outcome };
      const forget = (): void => keepInserted(id, insertedOf(id).filter((other) => other.client_id !== client_id || other.article !== one.article));
      // What may pass is said again with the next event.
      void api.feedback(id, said).then(forget, (error: unknown) => error instanceof ApiError && !error.passing && forget());
    }
  }, [api, id, events]);
  return {
    inserted: useCallback((one) => keepInserted(id, [...insertedOf(id).filter((o) => o.client_id), { ...one, client_id: "", sent: "" }]), [id]),
    sent: useCallback(
      (clientId, text) => keepInserted(id, insertedOf(id).map((one) => (one.client_id ? one : { ...one, client_id: clientId, sent: text }))),
      [id],
    ),
    cleared: useCallback(() => keepInserted(id, insertedOf(id).filter((one) => one.client_id)), [id]),
  };
}
