import type { ReactNode } from "react";
import type { Agent } from "../../../shared/protocol";
import { Avatar } from "../ui/ui";
import css from "./TransferDialog.module.css";

/** One colleague among those to choose from; at the end of the line, what speaks for or against them. */
export function AgentChoice({
  agent: a,
  chosen,
  disabled,
  onChoose,
  testId,
  children,
}: {
  agent: Agent;
  chosen: boolean;
  disabled?: boolean;
  onChoose: () => void;
  testId: string;
  children: ReactNode;
}) {
  return (
    <label className={css.choice} data-testid={testId}>
      <input type="radio" name="to" value={a.id} checked={chosen} disabled={disabled} onChange={onChoose} />
      <Avatar name={a.name} size={28} />
      <span className={css.name}>{a.name}</span>
      <span className={css.room}>{children}</span>
    </label>
  );
}
