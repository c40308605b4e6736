import { useQueryClient } from "@tanstack/react-query";
import { PlugZap, Settings2, UserX } from "lucide-react";
import { useCallback, useEffect, useState } from "react";
import { Cognito, CognitoError } from "./auth/cognito";
import { Session } from "./auth/session";
import { readConfig, type Config } from "./config";
import { Api, ApiError } from "./desk/api";
import { DeskContext } from "./desk/context";
import { Desk } from "./desk/desk";
import { forgetAll } from "./desk/keep";
import { forgetDrafts } from "./features/drafts/useDraft";
import { promiseWords } from "./features/lines";
import { Shell } from "./features/Shell";
import { SignIn } from "./features/SignIn";
import { useWords, wordsNow } from "./i18n";
import { customerName } from "./i18n/translate";
import { toast, Toasts } from "./ui/toasts";
import { Button, Empty } from "./ui/ui";

/** Enough of a customer's words to know what it is about. */
const QUOTED = 140;
const shortened = (text: string): string => ([...text].length > QUOTED ? `${[...text].slice(0, QUOTED).join("").trimEnd()}…` : text);

type Stage =
  | { at: "loading" }
  | { at: "unconfigured"; detail: string }
  | { at: "sign_in"; cognito: Cognito; session: Session; config: Config; ended: boolean }
  | { at: "unreachable" }
  | { at: "no_agent"; session: Session }
  | { at: "desk"; desk: Desk; api: Api; session: Session };

export function App() {
  const { t, language } = useWords();
  const queries = useQueryClient();
  const [stage, setStage] = useState<Stage>({ at: "loading" });
  const [attempt, setAttempt] = useState(0);

  useEffect(() => {
    document.documentElement.lang = language === "zh" ? "zh-Hans" : "en";
  }, [language]);

  const enter = useCallback(async (config: Config, session: Session) => {
    const api = new Api(config.deskApi, session);
    const desk = new Desk(api);
    try {
      await desk.start();
      setStage({ at: "desk", desk, api, session });
    } catch (error) {
      const known = error instanceof ApiError ? error : null;
      setStage(known && [401, 403, 404].includes(known.status) ? { at: "no_agent", session } : { at: "unreachable" });
    }
  }, []);

  useEffect(() => {
    let current = true;
    const begin = async (): Promise<void> => {
      let config: Config;
      try {
        config = await readConfig();
      } catch (error) {
        if (current) setStage({ at: "unconfigured", detail: error instanceof Error ? error.message : "" });
        return;
      }
      const cognito = new Cognito(config.cognitoEndpoint, config.clientId);
      const session = new Session(cognito);
      try {
        const resumed = await session.resume();
        if (!current) return;
        session.onEnd = () => setStage({ at: "sign_in", cognito, session, config, ended: true });
        if (resumed) await enter(config, session);
        else setStage({ at: "sign_in", cognito, session, config, ended: false });
      } catch (error) {
        if (!(error instanceof CognitoError)) throw error;
        if (current) setStage({ at: "unreachable" });
      }
    };
    void begin();
    return () => {
      current = false;
    };
  }, [attempt, enter]);

  const desk = stage.at === "desk" ? stage.desk : null;
  useEffect(() => {
    return desk?.goLive((notice) => {
      const { t, named } = wordsNow();
      if (notice.kind === "error") return toast("error", named("error", notice.code));
      if (notice.kind === "info") return toast("info", t(`toast.${notice.what}`));
      const { conversation } = notice;
      const name = customerName(t, conversation);
      const href = `/c/${conversation.id}`;
      if (notice.kind === "anger") return toast("anger", t("toast.anger", { name, text: shortened(notice.text) }), href);
      if (notice.kind === "asked") return toast("info", t("toast.asked", { name }), href);
      const { clock, type } = notice.event;
      const late = type === "sla_breached";
      toast(late ? "late" : "warn", t(`toast.${late ? "late" : "soon"}`, { name, what: promiseWords({ clock, late }, t) }), href);
    });
  }, [desk]);

  const again = (): void => {
    setStage({ at: "loading" });
    setAttempt((n) => n + 1);
  };

  const signOut = async (session: Session): Promise<void> => {
    // Nobody should be offered work after going home.
    if (desk && desk.state.me?.presence !== "offline") await desk.presence("offline");
    await session.end();
    forgetAll();
    forgetDrafts();
    queries.clear();
    location.hash = "";
    again();
  };

  return (
    <>
      {stage.at === "unconfigured" && (
        <Empty icon={Settings2} title={t("app.config_missing")} action={<Button onClick={again}>{t("app.retry")}</Button>}>
          {t("app.config_help", { detail: stage.detail })}
        </Empty>
      )}
      {stage.at === "unreachable" && (
        <Empty icon={PlugZap} title={t("app.unreachable")} action={<Button onClick={again}>{t("app.retry")}</Button>}>
          {t("app.unreachable_help")}
        </Empty>
      )}
      {stage.at === "no_agent" && (
        <Empty
          icon={UserX}
          title={t("app.no_agent")}
          action={<Button onClick={() => void signOut(stage.session)}>{t("nav.sign_out")}</Button>}
        >
          {t("app.no_agent_help")}
        </Empty>
      )}
      {stage.at === "sign_in" && (
        <SignIn
          cognito={stage.cognito}
          ended={stage.ended}
          onDone={(tokens) => {
            stage.session.begin(tokens);
            void enter(stage.config, stage.session);
          }}
        />
      )}
      {stage.at === "desk" && (
        <DeskContext value={stage}>
          <Shell onSignOut={() => void signOut(stage.session)} />
        </DeskContext>
      )}
      <Toasts />
    </>
  );
}
