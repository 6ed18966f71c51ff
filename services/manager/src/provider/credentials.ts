import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type ChannelCredentials, type ChannelOptions, credentials } from "@grpc/grpc-js";
import { isLoopback, type ProviderSpec } from "@remuda/resources";

/** A Provider's spec that can't be dialled; the message says what to do. */
export class DialError extends Error {
  override readonly name = "DialError";
  constructor(
    readonly reason: "PlaintextRefused" | "SecretMissing" | "TLSInvalid",
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

export interface DialSettings {
  address: string;
  credentials: ChannelCredentials;
  channelOptions: ChannelOptions;
  /** Changes when a new client is needed. */
  fingerprint: string;
}

/** Reads a secret's key: the file NAME/KEY in the secrets folder. */
export type ReadSecret = (ref: { name: string; key: string }) => Promise<Buffer>;

export const createSecretReader =
  (secretsDir: string): ReadSecret =>
  ({ name, key }) =>
    readFile(join(secretsDir, name, key));

/** How to reach the provider. Throws DialError. */
export async function dialSettings(spec: ProviderSpec, readSecret: ReadSecret): Promise<DialSettings> {
  const { address, tls, insecure } = spec;
  const hash = createHash("sha256").update(JSON.stringify([address, tls, spec.rateLimit, spec.maxConcurrentCalls]));
  if (!tls) {
    if (!insecure && !isLoopback(address)) {
      throw new DialError(
        "PlaintextRefused",
        `spec.tls: ${address} is not loopback; set spec.tls, or spec.insecure: true to allow plaintext`,
      );
    }
    return { address, credentials: credentials.createInsecure(), channelOptions: {}, fingerprint: hash.digest("hex") };
  }
  const read = async (field: string, ref: { name: string; key: string } | undefined) => {
    if (!ref) return null;
    try {
      const bytes = await readSecret(ref);
      hash.update(bytes);
      return bytes;
    } catch (error) {
      throw new DialError("SecretMissing", `spec.tls.${field}: no secret file ${ref.name}/${ref.key}; put it into the secrets folder`, {
        cause: error,
      });
    }
  };
  const [ca, key, certificate] = [await read("ca", tls.ca), await read("key", tls.key), await read("certificate", tls.certificate)];
  try {
    return {
      address,
      credentials: credentials.createSsl(ca, key, certificate),
      channelOptions: tls.serverName ? { "grpc.ssl_target_name_override": tls.serverName, "grpc.default_authority": tls.serverName } : {},
      fingerprint: hash.digest("hex"),
    };
  } catch (error) {
    throw new DialError("TLSInvalid", `spec.tls: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}
