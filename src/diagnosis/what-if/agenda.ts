/** What is to happen in a replay that did not happen in the capture, earliest first: a binary heap. */
export interface Appointment {
  readonly time: number;
  readonly run: (time: number) => void;
}

export class Agenda {
  private readonly heap: Appointment[] = [];

  add(time: number, run: (time: number) => void): void {
    const { heap } = this;
    let at = heap.length;
    heap.push({ time, run });
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (this.timeAt(parent) <= time) break;
      this.swap(at, parent);
      at = parent;
    }
  }

  /** Runs all that is due by `now`, in order of time; what that adds included. */
  until(now: number): void {
    while (this.timeAt(0) <= now) {
      const next = this.take();
      next?.run(next.time);
    }
  }

  private take(): Appointment | undefined {
    const { heap } = this;
    const first = heap[0];
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return first;
    heap[0] = last;
    let at = 0;
    for (;;) {
      const left = 2 * at + 1;
      const least = this.timeAt(left + 1) < this.timeAt(left) ? left + 1 : left;
      if (this.timeAt(least) >= last.time) return first;
      this.swap(at, least);
      at = least;
    }
  }

  private timeAt(index: number): number {
    return this.heap[index]?.time ?? Number.POSITIVE_INFINITY;
  }

  private swap(a: number, b: number): void {
    const first = this.heap[a];
    const second = this.heap[b];
    if (first === undefined || second === undefined) return;
    this.heap[a] = second;
    this.heap[b] = first;
  }
}
