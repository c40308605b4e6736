import { useDesk, useDeskState } from "../desk/context";
import { keptReading, myLanguage } from "../desk/keep";
import { base } from "../desk/translations";
import { useWords } from "../i18n";

export interface ReadingChoice {
  /** The language the conversation is shown in; "": as it was written. */
  language: string;
  /** The one that is offered: chosen before, else the console's. */
  mine: string;
  choose: (language: string) => void;
}

/** In which language the agent reads a conversation; remembered for it. */
export function useReading(id: string): ReadingChoice {
  const { desk } = useDesk();
  const { language } = useWords();
  const chosen = useDeskState((s) => s.reading[id]);
  return {
    language: base(chosen ?? keptReading(id)),
    mine: base(myLanguage()) || language,
    choose: (next) => desk.readIn(id, next),
  };
}
