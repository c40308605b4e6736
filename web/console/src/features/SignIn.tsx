import { useState, type FormEvent } from "react";
import { CognitoError, type Cognito, type SignIn as Step, type Tokens } from "../auth/cognito";
import { useWords } from "../i18n";
import icon from "../styles/icon.svg";
import { LanguageSwitch } from "../ui/LanguageSwitch";
import { Button, Field } from "../ui/ui";
import css from "./SignIn.module.css";

interface Props {
  cognito: Cognito;
  ended: boolean;
  onDone: (tokens: Tokens) => void;
}

export function SignIn({ cognito, ended, onDone }: Props) {
  const { t, named } = useWords();
  const [challenge, setChallenge] = useState<Extract<Step, { step: "new_password" }> | null>(null);
  const [error, setError] = useState(ended ? t("login.ended") : "");
  const [busy, setBusy] = useState(false);

  const attempt = async (call: () => Promise<Step>): Promise<void> => {
    setBusy(true);
    setError("");
    try {
      const step = await call();
      if (step.step === "done") return onDone(step.tokens);
      setChallenge(step);
    } catch (failure) {
      const code = failure instanceof CognitoError ? failure.code : "other";
      if (code === "CodeMismatchException" || code === "ExpiredCodeException") setChallenge(null);
      setError(named("login.error", code));
    }
    setBusy(false);
  };

  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const value = (name: string): string => String(form.get(name) ?? "");
    if (!challenge) return void attempt(() => cognito.signIn(value("username").trim(), value("password")));
    if (value("password") !== value("repeat")) return setError(t("login.mismatch"));
    void attempt(() => cognito.newPassword(challenge.username, challenge.challenge, value("password")));
  };

  return (
    <main className={css.page}>
      <div className={css.brand}>
        <img src={icon} width={40} height={40} alt="" />
        <span>{t("app.name")}</span>
      </div>
      <form key={challenge ? "new" : "sign-in"} className={css.form} onSubmit={submit} aria-busy={busy}>
        <header>
          <h1>{challenge ? t("login.new_title") : t("login.title")}</h1>
          <p>{challenge ? t("login.new_lead") : t("login.lead")}</p>
        </header>
        {challenge ? (
          <>
            <Field
              label={t("login.new_password")}
              name="password"
              type="password"
              autoComplete="new-password"
              required
              autoFocus
              data-testid="login-new-password"
            />
            <Field
              label={t("login.repeat")}
              name="repeat"
              type="password"
              autoComplete="new-password"
              required
              data-testid="login-repeat-password"
            />
          </>
        ) : (
          <>
            <Field
              label={t("login.username")}
              name="username"
              autoComplete="username"
              autoCapitalize="none"
              spellCheck={false}
              required
              autoFocus
              data-testid="login-username"
            />
            <Field
              label={t("login.password")}
              name="password"
              type="password"
              autoComplete="current-password"
              required
              data-testid="login-password"
            />
          </>
        )}
        <p className={css.error} role="alert" data-testid="login-error">
          {error}
        </p>
        <Button look="primary" type="submit" disabled={busy} data-testid="login-submit">
          {challenge ? t("login.new_submit") : t("login.submit")}
        </Button>
      </form>
      <LanguageSwitch />
    </main>
  );
}
