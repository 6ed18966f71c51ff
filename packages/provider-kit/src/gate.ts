// For tests: a promise that the test resolves, and a way to wait until someone has come to it.

export interface Gate<T> {
  open(value: T): void;
  arrived: Promise<void>;
  pass(): Promise<T>;
}

export function createGate<T = undefined>(): Gate<T> {
  let open: (value: T) => void = () => {};
  let arrive = () => {};
  const opened = new Promise<T>((resolve) => {
    open = resolve;
  });
  const arrived = new Promise<void>((resolve) => {
    arrive = resolve;
  });
  return {
    open,
    arrived,
    pass() {
      arrive();
      return opened;
    },
  };
}
