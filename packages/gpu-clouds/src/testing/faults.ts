/** What goes wrong with a request. `before`: nothing is done. `after`: the work is done, and the answer is lost or wrong. */
export interface Fault {
  /** "POST /instances": method and the beginning of the path. */
  on: string;
  /** How many requests it hits; 1 unless told. */
  times?: number;
  /** Let so many pass first. */
  skip?: number;
  when: "before" | "after";
  /** An answer; or no answer: the connection is cut, or hangs; or half of the real answer. */
  answer: { status: number; body?: unknown; headers?: Record<string, string> } | "cut" | "hang" | "half";
}

export function createFaults() {
  const scripted: (Required<Pick<Fault, "times" | "skip">> & Fault)[] = [];
  return {
    add(fault: Fault): void {
      scripted.push({ times: 1, skip: 0, ...fault });
    },
    /** Scripted faults end; what they did stays. */
    clear: () => void scripted.splice(0),
    /** The fault that hits this request, if any. */
    take(method: string, path: string): Fault | undefined {
      const fault = scripted.find(({ on, times }) => times > 0 && `${method} ${path}`.startsWith(on));
      if (!fault) return undefined;
      if (fault.skip > 0) {
        fault.skip -= 1;
        return undefined;
      }
      fault.times -= 1;
      return fault;
    },
  };
}

export type Faults = ReturnType<typeof createFaults>;
