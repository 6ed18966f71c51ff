import { LibvirtError } from "../error";

/** What a frame is, in the fourth number of its header. */
export const FrameType = { call: 0, reply: 1, message: 2, stream: 3, callWithFds: 4, replyWithFds: 5, streamHole: 6 } as const;
export const FrameStatus = { ok: 0, error: 1, continue: 2 } as const;

export interface FrameHeader {
  program: number;
  procedure: number;
  type: number;
  serial: number;
  status: number;
}
export interface Frame extends FrameHeader {
  payload: Buffer;
}

/** The length (which counts itself), program, version, procedure, type, serial, status: four bytes each. */
export const headerLength = 28;
/** libvirt's own limit for the whole of a message. */
export const maxFrameLength = 32 * 1024 * 1024 + 4;
const version = 1;

/** Writes length and header into the first 28 bytes of the frame. */
export function fillHeader(frame: Buffer, header: FrameHeader, length = frame.length): Buffer {
  frame.writeUInt32BE(length, 0);
  frame.writeUInt32BE(header.program, 4);
  frame.writeUInt32BE(version, 8);
  frame.writeUInt32BE(header.procedure, 12);
  frame.writeInt32BE(header.type, 16);
  frame.writeUInt32BE(header.serial, 20);
  frame.writeInt32BE(header.status, 24);
  return frame;
}

/** A frame without payload, or the header of one whose payload is written after it. */
export const headerOf = (header: FrameHeader, payloadLength = 0): Buffer =>
  fillHeader(Buffer.allocUnsafe(headerLength), header, headerLength + payloadLength);

/**
 * Cuts the bytes of a connection into frames, whatever their chunks. Holds at most one unfinished frame; a length that no
 * frame can have is refused as soon as it is read, before anything is allocated for it.
 */
export function createFrameSplitter(onFrame: (frame: Frame) => void): (chunk: Buffer) => void {
  let parts: Buffer[] = [];
  let held = 0;
  let wanted = 0;

  return (chunk) => {
    parts.push(chunk);
    held += chunk.length;
    while (held >= 4) {
      if (wanted === 0) {
        if ((parts[0]?.length ?? 0) < 4) parts = [Buffer.concat(parts, held)];
        wanted = (parts[0] ?? Buffer.alloc(4)).readUInt32BE(0);
        if (wanted < headerLength || wanted > maxFrameLength) {
          throw new LibvirtError("PROTOCOL", `a frame of ${wanted} bytes, ${headerLength} to ${maxFrameLength} are possible`);
        }
      }
      if (held < wanted) return;
      const all = parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts, held);
      const frame = all.subarray(0, wanted);
      const rest = all.subarray(wanted);
      parts = rest.length > 0 ? [rest] : [];
      held = rest.length;
      wanted = 0;
      onFrame(parseFrame(frame));
    }
  };
}

function parseFrame(frame: Buffer): Frame {
  const spoken = frame.readUInt32BE(8);
  if (spoken !== version) throw new LibvirtError("PROTOCOL", `version ${spoken} of the protocol, ${version} is known`);
  return {
    program: frame.readUInt32BE(4),
    procedure: frame.readUInt32BE(12),
    type: frame.readInt32BE(16),
    serial: frame.readUInt32BE(20),
    status: frame.readInt32BE(24),
    payload: frame.subarray(headerLength),
  };
}
