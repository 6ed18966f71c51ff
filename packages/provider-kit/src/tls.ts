import { createPrivateKey, X509Certificate } from "node:crypto";
import { type FSWatcher, watch } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname } from "node:path";
import { createSecureContext } from "node:tls";
import { experimental, type ServerCredentials } from "@grpc/grpc-js";
import type { Logger } from "pino";
import { StartError } from "./address";
import type { Clock } from "./clock";

export interface TlsFiles {
  certFile: string;
  keyFile: string;
  /** Who signs the clients' certificates; with it, a client without one is refused. */
  clientCaFile?: string;
}

interface Loaded {
  cert: Buffer;
  key: Buffer;
  ca: Buffer | undefined;
}

const rereadMs = 10_000;
const settleMs = 100;

/** Credentials that follow their files: connections that come after a change get the new certificate. A broken file changes nothing. */
export async function createTls(files: TlsFiles, clock: Clock, log: Logger): Promise<{ credentials: ServerCredentials; close(): void }> {
  let loaded = await load(files).catch((error: unknown) => {
    throw new StartError(`TLS: ${error instanceof Error ? error.message : error}`, { cause: error });
  });
  const identityListeners = new Set<experimental.IdentityCertificateUpdateListener>();
  const caListeners = new Set<experimental.CaCertificateUpdateListener>();
  const identity = () => ({ certificate: loaded.cert, privateKey: loaded.key });
  const authority = () => (loaded.ca ? { caCertificate: loaded.ca } : null);
  const provider: experimental.CertificateProvider = {
    // grpc-js registers its own watcher after it has registered here: it must not be told before.
    addIdentityCertificateListener(listener) {
      identityListeners.add(listener);
      process.nextTick(() => listener(identity()));
    },
    removeIdentityCertificateListener: (listener) => identityListeners.delete(listener),
    addCaCertificateListener(listener) {
      caListeners.add(listener);
      process.nextTick(() => listener(authority()));
    },
    removeCaCertificateListener: (listener) => caListeners.delete(listener),
  };

  let problem = "";
  async function reread(): Promise<void> {
    try {
      const next = await load(files);
      problem = "";
      if (same(next, loaded)) return;
      loaded = next;
      for (const listener of caListeners) listener(authority());
      for (const listener of identityListeners) listener(identity());
      log.info({ certFile: files.certFile, validTo: new X509Certificate(loaded.cert).validTo }, "certificate reloaded");
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      // Once for each problem: a half-written pair is read again every few seconds.
      if (message !== problem) log.error({ problem: message }, "new certificate files can't be used, the old ones stay");
      problem = message;
    }
  }

  const stop = follow(files, clock, reread);
  const withClients = files.clientCaFile !== undefined;
  // Typed by grpc-js with the parameters' names exchanged: identity comes first.
  const credentials = experimental.createCertificateProviderServerCredentials(provider, withClients ? provider : null, withClients);
  return { credentials, close: stop };
}

/** Calls `changed` soon after a change of the files' folders, and now and then in case the file system does not tell. */
function follow(files: TlsFiles, clock: Clock, changed: () => Promise<void>): () => void {
  let cancelSoon = () => {};
  let cancelPoll = () => {};
  const soon = () => {
    cancelSoon();
    cancelSoon = clock.setTimer(() => void changed(), settleMs);
  };
  const poll = () => {
    cancelPoll = clock.setTimer(() => {
      void changed();
      poll();
    }, rereadMs);
  };
  const paths = [files.certFile, files.keyFile, files.clientCaFile].filter((path) => path !== undefined);
  // Folders, not files: Kubernetes and certbot exchange links, and a watch on a file stays with the old one.
  const watchers = [...new Set(paths.map((path) => dirname(path)))].map((folder): FSWatcher => {
    const watcher = watch(folder, { persistent: false }, soon);
    watcher.on("error", () => watcher.close());
    return watcher;
  });
  poll();
  return () => {
    cancelSoon();
    cancelPoll();
    for (const watcher of watchers) watcher.close();
  };
}

/** Reads the files and makes sure that they work together. */
async function load({ certFile, keyFile, clientCaFile }: TlsFiles): Promise<Loaded> {
  const [cert, key, ca] = await Promise.all([
    readFile(certFile),
    readFile(keyFile),
    clientCaFile === undefined ? undefined : readFile(clientCaFile),
  ]);
  if (!new X509Certificate(cert).checkPrivateKey(createPrivateKey(key))) throw new Error(`${keyFile} is not the key of ${certFile}`);
  createSecureContext({ cert, key, ca });
  if (ca) new X509Certificate(ca);
  return { cert, key, ca };
}

const same = (a: Loaded, b: Loaded) => a.cert.equals(b.cert) && a.key.equals(b.key) && (a.ca && b.ca ? a.ca.equals(b.ca) : a.ca === b.ca);
