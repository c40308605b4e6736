/** Where this deployment's services are; written beside the pages when a stack is deployed. */
export interface Config {
  deskApi: string;
  cognitoEndpoint: string;
  clientId: string;
}

/** Reads /config.json. Throws an Error that names what is missing. */
export async function readConfig(): Promise<Config> {
  const response = await fetch("/config.json", { cache: "no-store" });
  if (!response.ok) throw new Error(`/config.json: ${response.status}`);
  const raw = (await response.json()) as Partial<Config>;
  const { deskApi, cognitoEndpoint, clientId } = raw;
  if (!deskApi || !cognitoEndpoint || !clientId) {
    const missing = (["deskApi", "cognitoEndpoint", "clientId"] as const).filter((name) => !raw[name]);
    throw new Error(`/config.json: ${missing.join(", ")}`);
  }
  return { deskApi: deskApi.replace(/\/$/, ""), cognitoEndpoint, clientId };
}
