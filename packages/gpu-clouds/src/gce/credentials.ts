import { GoogleAuth } from "google-auth-library";

const scopes = ["https://www.googleapis.com/auth/compute"];

export interface GoogleCredentials {
  client_email: string;
  private_key: string;
}

/** Tokens for a service account, or from the application default credentials; kept until they expire. */
export function googleToken(credentials: GoogleCredentials | undefined): () => Promise<string> {
  const auth = new GoogleAuth({ scopes, ...(credentials ? { credentials } : {}) });
  return async () => {
    const token = await auth.getAccessToken();
    if (!token) throw new Error("Google answered no token");
    return token;
  };
}
