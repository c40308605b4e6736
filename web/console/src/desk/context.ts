import { useQuery } from "@tanstack/react-query";
import { createContext, use, useCallback } from "react";
import { useWords } from "../i18n";
import type { Api } from "./api";
import type { Desk } from "./desk";
import type { DeskState } from "./state";

export const DeskContext = createContext<{ desk: Desk; api: Api } | null>(null);

export function useDesk(): { desk: Desk; api: Api } {
  const context = use(DeskContext);
  if (!context) throw new Error("outside the desk");
  return context;
}

export function useDeskState<T>(select: (state: DeskState) => T): T {
  const { desk } = useDesk();
  return desk.store(select);
}

/** Everybody at the desk. `live`: who is online matters now, so it is asked at once and again every few seconds. */
export function useAgents(live = false) {
  const { api } = useDesk();
  return useQuery({
    queryKey: ["agents"],
    queryFn: api.agents,
    staleTime: live ? 0 : 15_000,
    refetchOnMount: live ? "always" : true,
    refetchInterval: live ? 5_000 : false,
    select: (a) => a.agents,
  });
}

/** Names of agents by id; the reader is "you". */
export function useAgentName(): (id: string) => string {
  const { t } = useWords();
  const me = useDeskState((s) => s.me?.id);
  const { data } = useAgents();
  return useCallback((id) => (id === me ? t("line.you") : (data?.find((a) => a.id === id)?.name ?? id)), [me, data, t]);
}
