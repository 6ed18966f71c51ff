import { FrameStatus, FrameType, headerOf } from "./frame";

export const keepaliveProgram = 0x6b656570;
const ping = 1;
const pong = 2;

const frameOf = (procedure: number): Buffer =>
  headerOf({ program: keepaliveProgram, procedure, type: FrameType.message, serial: 0, status: FrameStatus.ok });

export interface Keepalive {
  /** Something arrived: the other side lives. */
  heard(): void;
  /** A frame of the keepalive program. */
  receive(procedure: number): void;
  /** From now on, ask an idle connection whether it lives. */
  start(): void;
  stop(): void;
}

export interface KeepaliveOptions {
  /** Idle for so long, a ping is sent. */
  intervalMs: number;
  /** So many pings in a row without a sign of life, and the connection is lost. */
  count: number;
  write(frame: Buffer): void;
  /** While true nothing can be heard, because we don't read: silence proves nothing. */
  deaf(): boolean;
  lost(silentMs: number): void;
}

/** libvirt's keepalive, both ways: answers the daemon's pings and sends our own. */
export function createKeepalive({ intervalMs, count, write, deaf, lost }: KeepaliveOptions): Keepalive {
  let unanswered = 0;
  let heardSinceTick = false;
  let timer: NodeJS.Timeout | undefined;

  function tick(): void {
    if (heardSinceTick || deaf()) unanswered = 0;
    else if (unanswered >= count) {
      lost(intervalMs * (count + 1));
      return;
    }
    if (!heardSinceTick) {
      unanswered++;
      write(frameOf(ping));
    }
    heardSinceTick = false;
  }

  return {
    heard() {
      heardSinceTick = true;
    },
    receive(procedure) {
      if (procedure === ping) write(frameOf(pong));
    },
    start() {
      timer ??= setInterval(tick, intervalMs);
      // A connection that nobody uses keeps no process alive by its pings; its socket does.
      timer.unref();
    },
    stop() {
      clearInterval(timer);
      timer = undefined;
    },
  };
}
