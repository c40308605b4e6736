/** The look at a reply before it is sent. It is asked for when the agent pauses, so that the answer is mostly there when they send; one that
 * is not is waited for, but not for long. Whatever cannot be had holds nothing up. */

import { useCallback, useEffect, useRef, useState } from "react";
import { useDesk } from "../../desk/context";
import type { Remark } from "../../desk/help";

const PAUSE_MS = 500;
const PATIENCE_MS = 900;
/** Too little to say anything wrong in. */
const SHORTEST = 3;
/** Good to know, but no reason to ask again. */
const MILD = new Set(["parts"]);

interface Looked {
  text: string;
  remarks: readonly Remark[];
}

export interface Check {
  /** What there is to say of the text as it stands. */
  remarks: readonly Remark[];
  /** It was pressed once; the next time it is sent. */
  held: boolean;
  /** The answer is waited for. */
  asking: boolean;
  /** Sends now, or holds back once where there is something to ask about. */
  send: (text: string, really: () => void) => void;
}

export function useCheck(id: string, text: string, on: boolean): Check {
  const { api } = useDesk();
  const [looked, setLooked] = useState<Looked | null>(null);
  const [held, setHeld] = useState("");
  const [asking, setAsking] = useState(false);
  const running = useRef<{ text: string; answer: Promise<readonly Remark[]> } | null>(null);
  const words = text.trim();

  const ask = useCallback(
    (about: string): Promise<readonly Remark[]> => {
      if (running.current?.text === about) return running.current.answer;
      const answer = api.check(id, about).then(
        ({ warnings }) => warnings,
        () => [],
      );
      running.current = { text: about, answer };
      void answer.then((remarks) => {
        if (running.current?.text === about) setLooked({ text: about, remarks });
      });
      return answer;
    },
    [api, id],
  );

  useEffect(() => {
    if (!on || words.length < SHORTEST) return;
    const timer = setTimeout(() => void ask(words), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [ask, on, words]);

  const send = (about: string, really: () => void): void => {
    if (!on || about.length < SHORTEST || held === about) return really();
    setAsking(true);
    void Promise.race([ask(about), later(PATIENCE_MS)]).then((remarks) => {
      setAsking(false);
      if (remarks.some((r) => !MILD.has(r.kind))) setHeld(about);
      else really();
    });
  };
  const remarks = on && looked?.text === words ? looked.remarks : [];
  return { remarks, held: on && held === words && words !== "", asking, send };
}

function later(ms: number): Promise<readonly Remark[]> {
  return new Promise((done) => setTimeout(() => done([]), ms));
}
