interface Entry {
  readonly time: number;
  readonly order: number;
  readonly action: () => void;
}

/** Simulated time in seconds from 0: actions in order of their moment, equal moments in order of planning. */
export class Timeline {
  now = 0;
  private readonly heap: Entry[] = [];
  private planned = 0;

  at(time: number, action: () => void): void {
    this.planned += 1;
    const entry = { time: Math.max(time, this.now), order: this.planned, action };
    const { heap } = this;
    let index = heap.length;
    heap.push(entry);
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = heap[parent];
      if (above === undefined || !isBefore(entry, above)) break;
      heap[index] = above;
      index = parent;
    }
    heap[index] = entry;
  }

  after(delay: number, action: () => void): void {
    this.at(this.now + delay, action);
  }

  /** Runs until nothing is left to do, or until `end`. */
  run(end: number): void {
    for (let next = this.pop(); next !== undefined && next.time <= end; next = this.pop()) {
      this.now = next.time;
      next.action();
    }
  }

  private pop(): Entry | undefined {
    const { heap } = this;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    let index = 0;
    for (;;) {
      const left = 2 * index + 1;
      const right = left + 1;
      const a = heap[left];
      const b = heap[right];
      if (a === undefined) break;
      const child = b !== undefined && isBefore(b, a) ? right : left;
      const below = heap[child];
      if (below === undefined || !isBefore(below, last)) break;
      heap[index] = below;
      index = child;
    }
    heap[index] = last;
    return first;
  }
}

function isBefore(a: Entry, b: Entry): boolean {
  return a.time < b.time || (a.time === b.time && a.order < b.order);
}
