/** Signs in whoever comes, but for the passwords "wrong" and "first". For the look. */

export function cognito(target, body) {
  if (target.endsWith("RevokeToken")) return [200, {}];
  const { PASSWORD, REFRESH_TOKEN } = body.AuthParameters ?? {};
  if (PASSWORD === "wrong") return [400, { __type: "NotAuthorizedException", message: "Incorrect username or password." }];
  if (PASSWORD === "first")
    return [200, { ChallengeName: "NEW_PASSWORD_REQUIRED", Session: "challenge", ChallengeParameters: { USER_ID_FOR_SRP: "mara" } }];
  return [200, { AuthenticationResult: { IdToken: "id-token", ...(REFRESH_TOKEN ? {} : { RefreshToken: "refresh" }), ExpiresIn: 3600 } }];
}
