import { VsphereError } from "./error";
import { jsonFault, jsonRequest, jsonResponse } from "./json-codec";
import { type Method, type MoRef, moRef, type Vim } from "./schema";
import { soapResponse } from "./soap-decode";
import { soapRequest } from "./soap-encode";
import type { Response, Transport } from "./transport";

/** One of the API's two encodings, over HTTP. */
export interface Protocol {
  readonly name: "soap" | "json";
  /** `token` is the session's; undefined before Login. */
  call(method: Method, target: MoRef, params: object, call: Call): Promise<Answer>;
}

export interface Call {
  token: string | undefined;
  timeoutMs: number;
  signal: AbortSignal;
}

interface Answer {
  value: unknown;
  /** What the server wants to see in this session's next calls, where it said so. */
  token: string | undefined;
}

/** The API version that is asked for: servers answer in it though they are newer. */
const soapVersion = "8.0.1.0";
const jsonRelease = "8.0.1.0";
const jsonRoot = `/sdk/vim25/${jsonRelease}`;
const serviceInstance = moRef("ServiceInstance", "ServiceInstance");
const cookieName = "vmware_soap_session";
const jsonHeader = "vmware-api-session-id";

export function soapProtocol(transport: Transport): Protocol {
  return {
    name: "soap",
    async call(method, target, params, { token, timeoutMs, signal }) {
      const headers: Record<string, string> = { "content-type": "text/xml; charset=utf-8", soapaction: `urn:vim25/${soapVersion}` };
      if (token !== undefined) headers.cookie = `${cookieName}=${token}`;
      const body = soapRequest(method, target, params);
      const response = await transport.send({ method: "POST", url: "/sdk", headers, body, timeoutMs }, signal);
      if (response.status !== 200 && !(response.status === 500 && looksLikeXml(response.text))) throw refusal(response);
      return { value: soapResponse(method, response.text), token: cookieOf(response) };
    },
  };
}

export function jsonProtocol(transport: Transport): Protocol {
  return {
    name: "json",
    async call(method, target, params, { token, timeoutMs, signal }) {
      const headers: Record<string, string> = { "content-type": "application/json", accept: "application/json" };
      if (token !== undefined) headers[jsonHeader] = token;
      const url = `${jsonRoot}/${encodeURIComponent(target.type)}/${encodeURIComponent(target.value)}/${method}`;
      const response = await transport.send({ method: "POST", url, headers, body: jsonRequest(method, params), timeoutMs }, signal);
      if (response.status < 200 || response.status > 299) throw jsonFault(response.text) ?? refusal(response);
      const given = response.headers[jsonHeader];
      return { value: jsonResponse(method, response.text), token: typeof given === "string" ? given : undefined };
    },
  };
}

/** VI JSON where the server has it (8.0 U1 and later), else SOAP. */
export async function offeredProtocol(transport: Transport, timeoutMs: number, signal: AbortSignal): Promise<Protocol> {
  const url = `${jsonRoot}/${serviceInstance.type}/${serviceInstance.value}/content`;
  const { status, text } = await transport.send({ method: "GET", url, headers: { accept: "application/json" }, timeoutMs }, signal);
  return status === 200 && text.includes('"ServiceContent"') ? jsonProtocol(transport) : soapProtocol(transport);
}

export const serviceContent = async (protocol: Protocol, call: Call): Promise<Vim<"ServiceContent">> =>
  (await protocol.call("RetrieveServiceContent", serviceInstance, {}, call)).value as Vim<"ServiceContent">; // What the method answers.

const looksLikeXml = (text: string) => text.trimStart().startsWith("<") && text.includes("Envelope");

/** Something in front of the API, or the server on its way up or down. */
function refusal({ status }: Response): VsphereError {
  const problem = status >= 500 || status === 429 ? "UNREACHABLE" : "HTTP";
  return new VsphereError(problem, `the server answered with HTTP status ${status}`, { status });
}

function cookieOf({ headers }: Response): string | undefined {
  const given = headers["set-cookie"] ?? [];
  for (const cookie of Array.isArray(given) ? given : [given]) {
    const [pair = ""] = cookie.split(";");
    if (pair.startsWith(`${cookieName}=`)) return pair.slice(cookieName.length + 1);
  }
  return undefined;
}
