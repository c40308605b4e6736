/** Who is signed in, in this tab. The id token lives in memory; the refresh token in the tab's own storage, so that a reload does not
 * sign the agent out and closing the tab does. */

import { Cognito, CognitoError, type Tokens } from "./cognito";

const KEY = "switchboard.refresh";
/** Renew this long before the id token ends. */
const EARLY_MS = 120_000;

export class SignedOut extends Error {}

export class Session {
  private idToken = "";
  private refreshToken: string | null = null;
  private until = 0;
  private renewal: Promise<void> | null = null;
  /** Called once the session cannot be renewed any more. */
  onEnd: () => void = () => undefined;

  constructor(private readonly cognito: Cognito) {}

  begin(tokens: Tokens): void {
    this.idToken = tokens.idToken;
    this.until = Date.now() + tokens.expiresIn * 1000;
    if (tokens.refreshToken) {
      this.refreshToken = tokens.refreshToken;
      sessionStorage.setItem(KEY, tokens.refreshToken);
    }
  }

  /** Takes up the session of before a reload. False: there is none. Throws CognitoError("network") if that cannot be known now. */
  async resume(): Promise<boolean> {
    this.refreshToken = sessionStorage.getItem(KEY);
    if (!this.refreshToken) return false;
    try {
      await this.renew();
      return true;
    } catch (error) {
      if (error instanceof SignedOut) return false;
      throw error;
    }
  }

  /** A valid id token. Throws SignedOut, or CognitoError("network"). */
  async token(): Promise<string> {
    if (Date.now() > this.until - EARLY_MS) await this.renew();
    return this.idToken;
  }

  /** One renewal at a time, however many ask. */
  renew(): Promise<void> {
    this.renewal ??= this.renewOnce().finally(() => (this.renewal = null));
    return this.renewal;
  }

  async end(): Promise<void> {
    const token = this.refreshToken;
    this.forget();
    // Best effort: the tokens are gone from here whether or not Cognito hears of it.
    if (token) await this.cognito.revoke(token).catch(() => undefined);
  }

  private async renewOnce(): Promise<void> {
    if (!this.refreshToken) throw new SignedOut();
    try {
      this.begin(await this.cognito.refresh(this.refreshToken));
    } catch (error) {
      const busy = error instanceof CognitoError && ["network", "TooManyRequestsException", "InternalErrorException"].includes(error.code);
      if (busy) throw new CognitoError("network");
      this.forget();
      this.onEnd();
      throw new SignedOut();
    }
  }

  private forget(): void {
    this.idToken = "";
    this.refreshToken = null;
    this.until = 0;
    sessionStorage.removeItem(KEY);
  }
}
