/** Amazon Cognito's user pool API by plain fetch: the three calls a sign-in needs, and the one that ends it. */

export interface Tokens {
  idToken: string;
  /** Cognito gives none when tokens are refreshed without rotation. */
  refreshToken: string | null;
  /** Seconds the id token lives. */
  expiresIn: number;
}

export type SignIn = { step: "done"; tokens: Tokens } | { step: "new_password"; username: string; challenge: string };

/** Cognito's refusal. `code` is its exception's name, such as NotAuthorizedException; or "network". */
export class CognitoError extends Error {
  constructor(readonly code: string) {
    super(code);
  }
}

interface Answer {
  AuthenticationResult?: { IdToken: string; RefreshToken?: string; ExpiresIn: number };
  ChallengeName?: string;
  ChallengeParameters?: Record<string, string>;
  Session?: string;
}

export class Cognito {
  constructor(
    private readonly endpoint: string,
    private readonly clientId: string,
  ) {}

  async signIn(username: string, password: string): Promise<SignIn> {
    const answer = await this.call("InitiateAuth", {
      AuthFlow: "USER_PASSWORD_AUTH",
      ClientId: this.clientId,
      AuthParameters: { USERNAME: username, PASSWORD: password },
    });
    return this.step(answer, username);
  }

  async newPassword(username: string, challenge: string, password: string): Promise<SignIn> {
    const answer = await this.call("RespondToAuthChallenge", {
      ChallengeName: "NEW_PASSWORD_REQUIRED",
      ClientId: this.clientId,
      Session: challenge,
      ChallengeResponses: { USERNAME: username, NEW_PASSWORD: password },
    });
    return this.step(answer, username);
  }

  async refresh(refreshToken: string): Promise<Tokens> {
    const answer = await this.call("InitiateAuth", {
      AuthFlow: "REFRESH_TOKEN_AUTH",
      ClientId: this.clientId,
      AuthParameters: { REFRESH_TOKEN: refreshToken },
    });
    const step = this.step(answer, "");
    if (step.step !== "done") throw new CognitoError("NotAuthorizedException");
    return step.tokens;
  }

  async revoke(refreshToken: string): Promise<void> {
    await this.call("RevokeToken", { Token: refreshToken, ClientId: this.clientId });
  }

  private step(answer: Answer, username: string): SignIn {
    const result = answer.AuthenticationResult;
    if (result)
      return {
        step: "done",
        tokens: { idToken: result.IdToken, refreshToken: result.RefreshToken ?? null, expiresIn: result.ExpiresIn },
      };
    if (answer.ChallengeName === "NEW_PASSWORD_REQUIRED" && answer.Session)
      // Challenges want the user's real name, which differs from an e-mail address typed as an alias.
      return { step: "new_password", username: answer.ChallengeParameters?.USER_ID_FOR_SRP ?? username, challenge: answer.Session };
    throw new CognitoError("UnsupportedChallenge");
  }

  private async call(operation: string, body: unknown): Promise<Answer> {
    let response: Response;
    try {
      response = await fetch(this.endpoint, {
        method: "POST",
        headers: {
          "content-type": "application/x-amz-json-1.1",
          "x-amz-target": `AWSCognitoIdentityProviderService.${operation}`,
        },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(15_000),
      });
    } catch {
      throw new CognitoError("network");
    }
    const answer = (await response.json().catch(() => ({}))) as Answer & { __type?: string };
    if (response.ok) return answer;
    throw new CognitoError(answer.__type?.split("#").at(-1) || "network");
  }
}
