/** A binary heap of slot numbers by the time at which each is due next, in two typed arrays. */
export class Schedule {
  private readonly due: Float64Array;
  private readonly heap: Int32Array;
  private size = 0;

  constructor(slots: number) {
    this.due = new Float64Array(slots);
    this.heap = new Int32Array(slots);
  }

  /** Adds a slot that is not there. */
  add(slot: number, time: number): void {
    this.due[slot] = time;
    let at = this.size;
    this.size += 1;
    for (; at > 0; at = (at - 1) >> 1) {
      const parent = this.slotAt((at - 1) >> 1);
      if (this.timeOf(parent) <= time) break;
      this.heap[at] = parent;
    }
    this.heap[at] = slot;
  }

  /** The slot that is due first. */
  get first(): number {
    return this.slotAt(0);
  }

  timeOf(slot: number): number {
    return this.due[slot] ?? 0;
  }

  /** Puts off the first slot. */
  delayFirst(time: number): void {
    const slot = this.slotAt(0);
    this.due[slot] = time;
    let at = 0;
    for (let child = 1; child < this.size; child = 2 * at + 1) {
      if (child + 1 < this.size && this.timeOf(this.slotAt(child + 1)) < this.timeOf(this.slotAt(child)))
        child += 1;
      if (this.timeOf(this.slotAt(child)) >= time) break;
      this.heap[at] = this.slotAt(child);
      at = child;
    }
    this.heap[at] = slot;
  }

  private slotAt(at: number): number {
    return this.heap[at] ?? 0;
  }
}
